import CQRencode
import LecternMedia

/// What stands below a card on a poster: on white, a code that a phone's camera reads (ISO/IEC 18004), and a line that says
/// what for.
struct PosterFoot {
    /// As those of a card: the filter's byte first.
    let rows: [UInt8]
    /// The characters that no font has.
    let lacking: String

    private static let steps = 16
    private static let top = 36, codeSide = 790, hintPixels = 44.0
    /// Modules of quiet that a code needs around it.
    private static let quiet = 4

    /// From white to black.
    static let palette: [UInt8] = (0..<steps).flatMap { Colour.white.mixed(with: .black, Double($0) / Double(steps - 1)).bytes }

    /// - Parameter firstIndex: where this palette begins in the picture's.
    init?(_ code: CardRequest.Code, language: String, text: CardText, firstIndex: Int) {
        guard let modules = Modules(code.url) else { return nil }
        let (width, height, rowBytes) = (CardRequest.width, CardRequest.posterHeight - CardRequest.height, CardGround.rowBytes)
        let white = UInt8(firstIndex), black = UInt8(firstIndex + Self.steps - 1)
        var rows = [UInt8](repeating: white, count: rowBytes * height)
        for row in 0..<height { rows[row * rowBytes] = 0 }
        let scale = Self.codeSide / (modules.side + 2 * Self.quiet)
        let left = (width - modules.side * scale) / 2, top = Self.top + Self.quiet * scale
        for y in 0..<modules.side * scale {
            for x in 0..<modules.side * scale where modules.isBlack(x / scale, y / scale) {
                rows[(top + y) * rowBytes + 1 + left + x] = black
            }
        }
        let below = top + (modules.side + Self.quiet) * scale
        let line = text.draw(line: code.hint, language: language, pixels: Self.hintPixels)
        let (coverage, stride) = text.coverage
        for y in 0..<min(line.rows, height - below) {
            for x in 0..<width {
                let step = (Int(coverage[y * stride + x]) * (Self.steps - 1) + 127) / 255
                if step > 0 { rows[(below + y) * rowBytes + 1 + x] = white + UInt8(step) }
            }
        }
        (self.rows, lacking) = (rows, line.lacking)
    }
}

/// The squares of a code, without the quiet around it.
private struct Modules {
    let side: Int
    private let bytes: [UInt8]

    init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= CardRequest.Code.limitBytes, let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        side = Int(code.pointee.width)
        guard side > 0, let data = code.pointee.data else { return nil }
        bytes = Array(UnsafeBufferPointer(start: data, count: side * side))
    }

    func isBlack(_ x: Int, _ y: Int) -> Bool { bytes[y * side + x] & 1 == 1 }
}
