import LecternCore

/// What a picture's own bytes say about it. Read without decoding a pixel, and never past the bytes that are there.
struct ImageHeader: Equatable {
    enum Kind: String, CaseIterable {
        case jpeg, png, gif, webp, avif, heic, svg

        var mediaType: String { self == .svg ? "image/svg+xml" : "image/" + rawValue }
        var fileExtension: String { self == .jpeg ? "jpg" : rawValue }
    }

    var kind: Kind
    /// In pixels, as stored: `orientation` is not applied yet.
    var width: Int
    var height: Int
    /// 1 to 8, as in EXIF (CIPA DC-008, tag 0x0112): 1 is upright, from 5 on width and height change places.
    var orientation = 1
    var isAnimated = false
    /// Holds what a camera or an editor wrote beside the picture: place, time, names.
    var hasMetadata = false

    var upright: (width: Int, height: Int) { orientation >= 5 ? (height, width) : (width, height) }
}

/// What one picture may hold. A 200-megapixel photograph passes, a decompression bomb does not.
enum ImageLimit {
    static let fileBytes = 128 << 20
    static let pixels = 250_000_000
    static let side = 65_500
}

/// Why bytes are no picture that can be published.
enum ImageHeaderError: Error, Equatable {
    case empty
    case text
    /// A format that browsers do not show, by its name: "TIFF".
    case foreign(String)
    case unknown
    /// Starts as that kind and ends, or goes wrong, before its header does.
    case broken(ImageHeader.Kind)

    func problem(_ file: String) -> Problem {
        let save = "save it again as JPEG, PNG, WebP, AVIF, GIF or SVG"
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return switch self {
        case .empty: Problem(.error, "\"\(name)\" is empty", file: file, help: ["copy the picture here again"])
        case .text: Problem(.error, "\"\(name)\" holds text and no picture", file: file, help: [save])
        case .foreign(let format):
            Problem(.error, "\"\(name)\" is a \(format) file, which browsers do not show", file: file, help: [save])
        case .unknown: Problem(.error, "\"\(name)\" is no picture", file: file, help: [save])
        case .broken(let kind):
            Problem(
                .error, "\"\(name)\" is a damaged or unfinished \(kind.rawValue.uppercased()) file", file: file,
                help: ["copy the picture here again, or " + save])
        }
    }
}

/// Tells the kind by the bytes, never by the name: a JPEG named `.png` is a JPEG.
func imageHeader(_ bytes: [UInt8]) throws(ImageHeaderError) -> ImageHeader {
    guard !bytes.isEmpty else { throw .empty }
    let view = Bytes(bytes)
    if view.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], at: 0) {
        return try pngHeader(view).orThrow(.broken(.png))
    }
    if view.has([0xFF, 0xD8, 0xFF], at: 0) { return try jpegHeader(view).orThrow(.broken(.jpeg)) }
    if view.has("GIF87a", at: 0) || view.has("GIF89a", at: 0) { return try gifHeader(view).orThrow(.broken(.gif)) }
    if view.has("RIFF", at: 0), view.has("WEBP", at: 8) { return try webpHeader(view).orThrow(.broken(.webp)) }
    if view.has("ftyp", at: 4) { return try heifHeader(view) }
    if let header = svgHeader(view) { return header }
    for (magic, name) in foreignFormats where view.has(magic, at: 0) { throw .foreign(name) }
    throw isText(bytes) ? .text : .unknown
}

extension Optional {
    fileprivate func orThrow(_ error: ImageHeaderError) throws(ImageHeaderError) -> Wrapped {
        guard let self else { throw error }
        return self
    }
}

private let foreignFormats: [([UInt8], String)] = [
    ([0x49, 0x49, 0x2A, 0x00], "TIFF"), ([0x4D, 0x4D, 0x00, 0x2A], "TIFF"), (Array("BM".utf8), "BMP"),
    (Array("8BPS".utf8), "Photoshop"), (Array("%PDF".utf8), "PDF"), ([0x00, 0x00, 0x01, 0x00], "icon (.ico)"),
    ([0xFF, 0x0A], "JPEG XL"), ([0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C, 0x20], "JPEG XL"),
]

/// The first kilobyte is UTF-8 without control characters.
func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.prefix(1024).contains { $0 < 0x09 || (0x0E..<0x20).contains($0) || $0 == 0x7F || $0 >= 0xF8 }
}
