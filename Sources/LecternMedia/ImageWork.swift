import Glibc
import LecternCore
import LecternCrypto
import Synchronization

/// One picture on its way into the cache: planned when it is made, then each width by itself, from any thread.
final class ImageWork: Sendable {
    let source: ImageSource
    /// To make with the tools; empty when the picture is published as it is.
    let widths: [Int]
    private let header: ImageHeader
    private let tools: ImageTools
    private let folder: CacheFolder
    /// The source without metadata, as a file of the cache; "=" for the source itself.
    private let plain: (file: String, bytes: Int, digest: String)
    private let failure = Mutex<ToolFailure?>(nil)

    static let steps = [480, 800, 1200, 1600]
    /// Smaller files are icons; nothing is gained by more of them.
    private static let plainBytes = 4 << 10

    /// - Throws: a `Problem` when the file is no picture, is damaged, or holds more than `ImageLimit`.
    init(_ source: ImageSource, tools: ImageTools, folder: CacheFolder) throws(Problem) {
        let bytes = try Self.read(source)
        let header: ImageHeader
        do { header = try imageHeader(bytes) } catch { throw error.problem(source.shownAs) }
        try Self.check(header, source)
        guard header.kind != .heic || tools.vips != nil else {
            throw ImageHeaderError.foreign("HEIC").problem(source.shownAs)
        }
        (self.source, self.header, self.tools, self.folder) = (source, header, tools, folder)
        let isKept = header.kind == .svg || header.isAnimated || bytes.count <= Self.plainBytes || tools.vips == nil
        widths = isKept && header.kind != .heic ? [] : Self.widths(header.upright.width)
        let clean = header.hasMetadata ? Self.withoutMetadata(bytes, header) : nil
        if let clean {
            plain = ("\(source.digest.hex())-\(tools.recipe)-plain.\(header.kind.fileExtension)", clean.count, Digest(clean).hex(4))
            try folder.write(clean, to: plain.file)
        } else {
            plain = ("=", bytes.count, source.digest.hex(4))
        }
    }

    /// The steps below the picture's own width, and that; a step just below it would differ too little.
    static func widths(_ own: Int) -> [Int] {
        own > 1600 ? steps : steps.filter { $0 * 11 <= own * 10 } + [own]
    }

    static func cached(_ source: ImageSource, tools: ImageTools, folder: CacheFolder) -> ImageManifest? {
        guard let text = folder.read(manifestName(source, tools), limitBytes: 64 << 10),
            let manifest = ImageManifest(String(decoding: text, as: UTF8.self)),
            manifest.entries.allSatisfy({ $0.file == "=" || folder.size(of: $0.file) == $0.bytes })
        else { return nil }
        return manifest
    }

    private static func manifestName(_ source: ImageSource, _ tools: ImageTools) -> String {
        "\(source.digest.hex())-\(tools.recipe).txt"
    }

    private func name(_ width: Int, _ ending: String) -> String {
        "\(source.digest.hex())-\(tools.recipe)-\(width).\(ending)"
    }

    // MARK: One width

    private var isDrawing: Bool { header.kind == .png || header.kind == .gif }

    /// Makes what the cache does not hold yet of this width. A failure is told by `finish`.
    func make(width: Int) {
        guard failure.withLock({ $0 == nil }) else { return }
        let purpose = "\(source.digest.hex(12))-\(width)"
        let input = folder.temporary(purpose + "-in")
        let upright = folder.temporary(purpose + ".png")
        let output = folder.temporary(purpose + "-out")
        defer { for name in [input, upright, output, output + "-2.webp"] { folder.remove(name) } }
        do {
            let endings = endings(width).filter { folder.size(of: name(width, $0)) == nil }
            guard !endings.isEmpty else { return }
            folder.remove(input)
            guard symlink(source.path, folder.file(input)) == 0 else {
                throw ToolFailure(reason: "the cache cannot be written: \(String(cString: strerror(errno)))")
            }
            if endings.contains(where: { $0 == "webp" || $0 == "avif" }) {
                try tools.resize(input, to: upright + "[strip,compression=0]", width: width, in: folder.path)
            }
            for ending in endings {
                let target = output + "." + ending
                defer { folder.remove(target) }
                switch ending {
                case "webp": try makeWebP(upright, to: target, other: output + "-2.webp")
                case "avif": try tools.avif(upright, to: target, keepsColourEdges: isDrawing, in: folder.path)
                case "jpg": try tools.resize(input, to: target + "[strip,Q=82,optimize-coding]", width: width, in: folder.path)
                default: try tools.resize(input, to: target + "[strip,compression=9]", width: width, in: folder.path)
                }
                do { try folder.rename(target, to: name(width, ending)) } catch { throw ToolFailure(reason: error.message) }
            }
        } catch {
            let failed = error as? ToolFailure ?? ToolFailure(reason: "\(error)")
            failure.withLock { $0 = $0 ?? failed }
        }
    }

    /// Lossless too for what was drawn and not photographed: its flat colours often pack better that way.
    private func makeWebP(_ input: String, to target: String, other: String) throws(ToolFailure) {
        try tools.webp(input, to: target, .lossy, in: folder.path)
        guard isDrawing, let lossy = folder.size(of: target) else { return }
        // The quick way takes a tenth of the time, and the thorough one saves at most half of its bytes or so.
        try tools.webp(input, to: other, .losslessQuickly, in: folder.path)
        guard let quick = folder.size(of: other), quick * 2 <= lossy * 5 else { return }
        try tools.webp(input, to: other, .lossless, in: folder.path)
        guard let lossless = folder.size(of: other), lossless <= lossy else { return }
        do { try folder.rename(other, to: target) } catch { throw ToolFailure(reason: error.message) }
    }

    private func endings(_ width: Int) -> [String] {
        let encoders = [tools.avifenc == nil ? nil : "avif", tools.cwebp == nil ? nil : "webp"]
        return (encoders + [width == widths.last ? fallbackEnding : nil]).compactMap(\.self)
    }

    /// The ending of the fallback that must be made; nil when the picture itself will do.
    private var fallbackEnding: String? {
        let (width, height) = header.upright
        switch header.kind {
        case .svg: return nil
        case .heic: return "jpg"
        case .avif: return tools.cwebp == nil ? "jpg" : "webp"
        case .jpeg:
            // More than half a byte a pixel is a camera's quality, not the web's.
            let isLight = plain.bytes * 2 <= width * height
            return width <= 1600 && isLight && header.orientation == 1 ? nil : "jpg"
        case .webp: return width <= 1600 && header.orientation == 1 ? nil : tools.cwebp == nil ? "jpg" : "webp"
        case .png, .gif: return width <= 1600 && header.orientation == 1 ? nil : "png"
        }
    }

    // MARK: The whole picture

    /// Chooses what is published, and writes it down in the cache.
    func finish(toolVersions: @autoclosure () -> [String]) throws(Problem) -> ImageManifest {
        if let failure = failure.withLock({ $0 }) {
            throw Problem(
                .error, "this picture could not be made smaller: \(failure.reason)", file: source.shownAs,
                help: ["open it in a picture editor and save it again"])
        }
        let upright = header.upright
        var fallback = ImageManifest.Entry(
            mediaType: header.kind.mediaType, width: upright.width, height: upright.height, bytes: plain.bytes,
            digest: plain.digest, file: plain.file)
        guard let widest = widths.last else { return try save(ImageManifest(entries: [fallback], tools: [])) }
        if let ending = fallbackEnding {
            let made = try entry(widest, ending)
            // A drawing made smaller has seams, and may take more bytes than it took before.
            let isWorse = made.mediaType == fallback.mediaType && made.bytes >= fallback.bytes && header.orientation == 1
            if !isWorse { fallback = made }
        }
        var types: [[ImageManifest.Entry]] = []
        for ending in ["avif", "webp"] where endings(widest).contains(ending) {
            var entries: [ImageManifest.Entry] = []
            for width in widths { entries.append(try entry(width, ending)) }
            // A type that saves nothing is left out: the browser takes the first that it knows, not the smallest.
            let isFallback = fallback.mediaType == entries[0].mediaType
            if isFallback || entries[entries.count - 1].bytes < fallback.bytes { types.append(entries) }
        }
        if types.count == 2, total(types[0]) >= total(types[1]) { types.removeFirst() }
        return try save(ImageManifest(entries: types.flatMap(\.self) + [fallback], tools: toolVersions()))
    }

    private func total(_ entries: [ImageManifest.Entry]) -> Int {
        entries.reduce(0) { $0 + $1.bytes }
    }

    private func save(_ manifest: ImageManifest) throws(Problem) -> ImageManifest {
        try folder.write(Array(manifest.text.utf8), to: Self.manifestName(source, tools))
        return manifest
    }

    private func entry(_ width: Int, _ ending: String) throws(Problem) -> ImageManifest.Entry {
        let name = name(width, ending)
        guard let bytes = folder.read(name, limitBytes: ImageLimit.fileBytes), let made = try? imageHeader(bytes) else {
            folder.remove(name)
            throw Problem(
                .error, "no \(ending) version of this picture could be made", file: source.shownAs,
                help: ["save it again as JPEG or PNG"])
        }
        return ImageManifest.Entry(
            mediaType: made.kind.mediaType, width: made.width, height: made.height, bytes: bytes.count,
            digest: Digest(bytes).hex(4), file: name)
    }

    // MARK: Reading

    private static func read(_ source: ImageSource) throws(Problem) -> [UInt8] {
        if let bytes = readBytes(source.path, limitBytes: ImageLimit.fileBytes) { return bytes }
        let failure = errno
        var info = stat()
        guard stat(source.path, &info) == 0 else {
            throw Problem(.error, "this picture cannot be read: \(String(cString: strerror(errno)))", file: source.shownAs)
        }
        guard info.st_mode & S_IFMT == S_IFREG else { throw Problem(.error, "this is not a plain file", file: source.shownAs) }
        guard info.st_size > ImageLimit.fileBytes else {
            throw Problem(.error, "this picture cannot be read: \(String(cString: strerror(failure)))", file: source.shownAs)
        }
        throw Problem(
            .error, "this picture holds \(info.st_size >> 20) MiB; at most \(ImageLimit.fileBytes >> 20) MiB are read",
            file: source.shownAs, help: ["save it smaller: 3200 pixels of width are plenty"])
    }

    private static func check(_ header: ImageHeader, _ source: ImageSource) throws(Problem) {
        let (width, height) = (header.width, header.height)
        guard width <= ImageLimit.side, height <= ImageLimit.side, width * height <= ImageLimit.pixels else {
            let most = ImageLimit.pixels / 1_000_000
            throw Problem(
                .error, "this picture is \(width) × \(height) pixels; at most \(most) million are decoded",
                file: source.shownAs, help: ["save it smaller: 3200 pixels of width are plenty"])
        }
    }

    /// - Returns: nil when the metadata of that kind cannot be taken out here.
    private static func withoutMetadata(_ bytes: [UInt8], _ header: ImageHeader) -> [UInt8]? {
        switch header.kind {
        case .jpeg: jpegWithoutMetadata(Bytes(bytes), orientation: header.orientation)
        case .png: pngWithoutMetadata(Bytes(bytes), orientation: header.orientation)
        case .webp: webpWithoutMetadata(Bytes(bytes), orientation: header.orientation)
        case .gif, .svg, .avif, .heic: nil
        }
    }
}
