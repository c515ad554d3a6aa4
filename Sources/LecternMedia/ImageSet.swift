import LecternCore
import LecternCrypto

/// A picture as it is published: one file that every browser shows, and smaller or better packed ones to choose from.
public struct ImageSet: Sendable, Hashable {
    /// Of the fallback, in pixels, upright: what `width` and `height` of `<img>` say.
    public var width: Int { fallback.width }
    public var height: Int { fallback.height }
    /// By type (the best packed first), then by width. Empty when the fallback is all there is.
    public var variants: [ImageVariant]
    public var fallback: ImageVariant

    /// Everything to publish, each file once.
    public var files: [ImageVariant] {
        variants + (variants.contains { $0.outputName == fallback.outputName } ? [] : [fallback])
    }
}

public struct ImageVariant: Sendable, Hashable {
    /// "image/avif"
    public var mediaType: String
    /// In pixels.
    public var width: Int
    public var height: Int
    /// The file to publish; in the cache, or the source itself when nothing had to be done to it. Never change it.
    public var cacheFile: String
    public var bytes: Int
    /// Holds a digest of the file's bytes, so it never means anything else: "loops.9f86d081-800.avif". Letters, digits,
    /// `-`, `_` and `.` only, of any script.
    public var outputName: String
}

/// What the cache knows of a picture's variants: everything but the names of this site.
///
/// A text file: a line a variant, the fallback last; then the versions of the tools that made it.
struct ImageManifest: Equatable {
    struct Entry: Equatable {
        var mediaType: String
        var width: Int
        var height: Int
        var bytes: Int
        /// The first four bytes of the SHA-256 of the file, in hexadecimal.
        var digest: String
        /// In the cache folder, or "=" for the source itself.
        var file: String
    }

    var entries: [Entry]
    var tools: [String]

    var text: String {
        let lines = entries.map { "\($0.mediaType) \($0.width) \($0.height) \($0.bytes) \($0.digest) \($0.file)" }
        return (lines + tools.map { "tool " + $0 }).joined(separator: "\n") + "\n"
    }

    init(entries: [Entry], tools: [String]) {
        self.entries = entries
        self.tools = tools
    }

    /// - Returns: nil when this is no manifest: the picture is made again then.
    init?(_ text: String) {
        entries = []
        tools = []
        guard text.hasSuffix("\n") else { return nil }
        for line in text.split(separator: "\n") {
            if line.hasPrefix("tool ") {
                tools.append(String(line.dropFirst(5)))
                continue
            }
            let words = line.split(separator: " ")
            guard words.count == 6, let width = Int(words[1]), let height = Int(words[2]), let bytes = Int(words[3])
            else { return nil }
            entries.append(
                Entry(
                    mediaType: String(words[0]), width: width, height: height, bytes: bytes, digest: String(words[4]),
                    file: String(words[5])))
        }
        guard !entries.isEmpty else { return nil }
    }

    func imageSet(name: String, source: String, folder: String) -> ImageSet {
        var variants = entries.map { entry in
            let kind = ImageHeader.Kind.allCases.first { $0.mediaType == entry.mediaType }
            let ending = kind?.fileExtension ?? "bin"
            return ImageVariant(
                mediaType: entry.mediaType, width: entry.width, height: entry.height,
                cacheFile: entry.file == "=" ? source : "\(folder)/\(entry.file)", bytes: entry.bytes,
                outputName: "\(name).\(entry.digest)-\(entry.width).\(ending)")
        }
        let fallback = variants.removeLast()
        return ImageSet(variants: variants, fallback: fallback)
    }
}
