import Glibc
import LecternCore
import LecternCrypto

/// A drawn picture of a page, in the cache.
public struct Card: Sendable, Hashable {
    /// A PNG of `CardRequest.width` by `CardRequest.height`, a poster's by `CardRequest.posterHeight`. Link or copy it, never change it.
    public var cacheFile: String
    /// Of what is drawn, in hexadecimal: the same words in the same colours have the same digest.
    public var digest: String
}

/// Draws Open Graph images, each once: the cache keeps them.
///
/// The drawing is done by `lectern-draw`, which is started at the first picture that the cache does not hold and
/// stays until this value is forgotten: text shaping and its fonts cost the other commands nothing. Meant for one thread.
public final class OpenGraphCards {
    private let cacheFolder: String
    private let program: Program?
    private var folder: CacheFolder?
    private var conversation: Conversation?
    /// What the creator should know, each once: a program or a font that is missing.
    public private(set) var warnings: [Problem] = []

    /// Raised whenever the drawing changes, so that no picture of an older one is taken for one of this.
    private static let recipe = "1"

    /// - Parameters:
    ///   - cacheFolder: absolute; `card/` is made in it when the first picture comes.
    ///   - program: `lectern-draw`; nil when it is not installed.
    public init(cacheFolder: String, program: Program?) {
        self.cacheFolder = cacheFolder
        self.program = program
    }

    /// - Returns: nil when there is no program to draw with: the page has no picture then, and `warnings` says so.
    /// - Throws: a `Problem` when drawing failed, or the cache cannot be written.
    public func card(_ request: CardRequest) throws(Problem) -> Card? {
        let line = request.line
        let digest = Digest("\(Self.recipe)\t\(line)").hex(16)
        if folder == nil { folder = try CacheFolder(cacheFolder + "/card") }
        guard let folder else { return nil }
        let name = digest + ".png"
        if folder.size(of: name) != nil { return Card(cacheFile: folder.file(name), digest: digest) }
        guard let program else {
            warn(
                "pages have no picture for other sites to show: lectern-draw is not beside lectern",
                help: "install both from one release")
            return nil
        }
        let temporary = folder.temporary(name)
        let answer: [UInt8]
        do {
            if conversation == nil { conversation = try Conversation(program, limits: .init(seconds: 60, memoryBytes: 4 << 30)) }
            guard let conversation else { return nil }
            answer = try conversation.ask(Array("\(folder.file(temporary))\t\(line)".utf8))
        } catch {
            conversation = nil
            folder.remove(temporary)
            throw Self.problem(error.description)
        }
        let words = String(decoding: answer, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard words.first == "drawn" else {
            folder.remove(temporary)
            throw Self.problem(String(words.last ?? ""))
        }
        guard words.count == 1 else {
            // Under another name: the next build tries again, and finds the fonts that were installed meanwhile.
            let incomplete = digest + "-incomplete.png"
            try folder.rename(temporary, to: incomplete)
            warnOfFonts(lacking: words[1])
            return Card(cacheFile: folder.file(incomplete), digest: digest + "0")
        }
        try folder.rename(temporary, to: name)
        return Card(cacheFile: folder.file(name), digest: digest)
    }

    private func warnOfFonts(lacking characters: Substring) {
        // Radicals to unified ideographs, Hangul, and the two planes of rarer ideographs.
        let blocks = [0x2E80...0x9FFF, 0xAC00...0xD7AF, 0x20000...0x3FFFF] as [ClosedRange<UInt32>]
        let isChinese = characters.unicodeScalars.contains { scalar in blocks.contains { $0.contains(scalar.value) } }
        warn(
            isChinese
                ? "no font has the Chinese, Japanese or Korean characters of the pictures that other sites show"
                : "no font has some characters of the pictures that other sites show: \(characters)",
            help: "install one: apt install \(isChinese ? "fonts-noto-cjk" : "fonts-noto-core")")
    }

    private func warn(_ message: String, help: String) {
        let problem = Problem(.warning, message, file: "", help: [help])
        if !warnings.contains(where: { $0.help == problem.help }) { warnings.append(problem) }
    }

    private static func problem(_ reason: String) -> Problem {
        Problem(
            .error, "the pictures that other sites show could not be drawn: \(reason)", file: "",
            help: ["see that lectern-draw starts and that the disk has room"])
    }
}
