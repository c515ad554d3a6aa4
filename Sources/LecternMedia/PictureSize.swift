/// How large a picture is shown, in pixels, when nothing says otherwise: upright, by what its bytes say.
/// - Returns: nil for bytes that are no picture, or one that does not say (an SVG may not).
public func pictureSize(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    guard let header = try? imageHeader(bytes) else { return nil }
    let size = header.upright
    return size.width > 0 && size.height > 0 ? size : nil
}
