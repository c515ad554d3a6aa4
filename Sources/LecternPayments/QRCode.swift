import CQRencode

/// A code that a phone's camera reads (ISO/IEC 18004), with the quiet space of four modules that it needs around it, black on
/// white whatever the page's colours are.
/// - Returns: an SVG picture; nil for a text that no such code can hold, or an empty one.
func qrCode(_ text: String) -> String? {
    // Longer ones could be drawn, and no phone would read them from a screen.
    guard !text.isEmpty, text.utf8.count <= 512, !text.utf8.contains(0) else { return nil }
    guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width), quiet = 4, side = width + 2 * quiet
    guard width > 0, let modules = code.pointee.data else { return nil }
    // A line of black modules is one rectangle.
    var path = ""
    for row in 0..<width {
        var column = 0
        while column < width {
            let start = column
            while column < width, modules[row * width + column] & 1 == 1 { column += 1 }
            if column > start { path += "M\(start + quiet) \(row + quiet)h\(column - start)v1h-\(column - start)z" }
            if column == start { column += 1 }
        }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(side)\" shape-rendering=\"crispEdges\">"
        + "<path fill=\"#fff\" d=\"M0 0h\(side)v\(side)h-\(side)z\"/><path d=\"\(path)\"/></svg>"
}
