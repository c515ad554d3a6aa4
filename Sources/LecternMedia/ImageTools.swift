import LecternCore

/// The programs that pictures are made with, as far as they are installed.
struct ImageTools: Sendable {
    let vips: Program?
    let cwebp: Program?
    let avifenc: Program?

    init(searchPath: String?) {
        func find(_ name: String) -> Program? {
            searchPath.map { Program.find(name, searchPath: $0) } ?? Program.find(name)
        }
        vips = find("vips")
        cwebp = vips == nil ? nil : find("cwebp")
        avifenc = vips == nil ? nil : find("avifenc")
    }

    /// Raised whenever the settings below change, so that no picture of an older recipe is taken for one of this.
    private static let version = "1"

    /// Part of the cached files' names: pictures made without an encoder are made again once it is there.
    var recipe: String {
        Self.version + (vips == nil ? "p" : "v") + (cwebp == nil ? "" : "w") + (avifenc == nil ? "" : "a")
    }

    /// One warning for the whole site, or nil when nothing is missing.
    var warning: Problem? {
        let missing = [
            vips == nil ? "libvips-tools" : nil, vips == nil || cwebp == nil ? "webp" : nil,
            vips == nil || avifenc == nil ? "libavif-bin" : nil,
        ].compactMap(\.self)
        guard !missing.isEmpty else { return nil }
        let formats = [cwebp == nil ? "WebP" : nil, avifenc == nil ? "AVIF" : nil].compactMap(\.self).joined(separator: " and ")
        let message =
            vips == nil
            ? "pictures are published as they are, without smaller versions for small screens"
            : "pictures are published without their \(formats) versions, which load faster"
        let packages = missing.joined(separator: " ")
        return Problem(.warning, message, file: "", help: ["install what is missing: apt install " + packages])
    }

    /// What each program says of its version, for the record.
    func versions() -> [String] {
        [(vips, "--version"), (cwebp, "-version"), (avifenc, "--version")].compactMap { program, option in
            guard let program, let said = try? program.run([option], limits: .init(seconds: 20)) else { return nil }
            let name = program.path.split(separator: "/").last ?? ""
            let line = said.bytes.split(separator: 0x0A).first.map { String(decoding: $0, as: UTF8.self) } ?? "?"
            return "\(name) \(line)"
        }
    }

    /// Limits of one run. The largest pictures that pass `ImageLimit` need seconds, and less than this.
    private static let limits = Program.Limits(seconds: 180, outputBytes: 1 << 20, memoryBytes: 6 << 30)

    /// Turns the picture upright, makes it at most so wide, converts its colours to sRGB and drops everything else.
    /// - Parameters:
    ///   - source: a name in `folder` that does not end in `]`, which vips would read as options.
    ///   - target: its ending tells the format, what follows in brackets the options.
    func resize(_ source: String, to target: String, width: Int, in folder: String) throws(ToolFailure) {
        try run(
            vips,
            ["thumbnail", source, target, "\(width)", "--height", "10000000", "--size", "down", "--export-profile", "srgb"]
                + ["--fail-on", "truncated"], in: folder)
    }

    enum Packing {
        case lossy, lossless, losslessQuickly

        fileprivate var options: [String] {
            switch self {
            case .lossy: ["-q", "80", "-m", "4"]
            case .lossless: ["-lossless", "-z", "6"]
            case .losslessQuickly: ["-lossless", "-z", "0"]
            }
        }
    }

    /// Quality 80 of `cwebp` and quantizer 25 of `avifenc` look alike: SSIM .97 on photographs, .995 on screenshots.
    func webp(_ source: String, to target: String, _ packing: Packing, in folder: String) throws(ToolFailure) {
        try run(cwebp, ["-quiet"] + packing.options + [source, "-o", target], in: folder)
    }

    /// Speed 7 takes half the time of 6 for a twentieth more bytes; from 8 on AVIF is hardly smaller than WebP.
    /// - Parameter keepsColourEdges: coloured text of a screenshot stays sharp (4:4:4), for a few bytes more.
    func avif(_ source: String, to target: String, keepsColourEdges: Bool, in folder: String) throws(ToolFailure) {
        let quality = ["--min", "0", "--max", "63", "-a", "end-usage=q", "-a", "cq-level=25"]
        try run(
            avifenc, ["-s", "7", "-j", "1", "-y", keepsColourEdges ? "444" : "420"] + quality + [source, target], in: folder)
    }

    private func run(_ program: Program?, _ arguments: [String], in folder: String) throws(ToolFailure) {
        guard let program else { throw ToolFailure(reason: "the program is not installed") }
        let output: Program.Output
        do {
            output = try program.run(arguments, folder: folder, environment: ["VIPS_CONCURRENCY": "1"], limits: Self.limits)
        } catch {
            throw ToolFailure(reason: error.description)
        }
        guard output.succeeded else { throw ToolFailure(reason: output.lastComplaint) }
    }
}

/// A program that could not do its work, in its own words.
struct ToolFailure: Error {
    var reason: String
}
