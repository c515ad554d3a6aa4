// GIF: "Graphics Interchange Format, Version 89a", sections 18 to 27.

func gifHeader(_ view: Bytes) -> ImageHeader? {
    guard let width = view.little(2, at: 6), let height = view.little(2, at: 8), let flags = view.little(1, at: 10),
        width > 0, height > 0
    else { return nil }
    var header = ImageHeader(kind: .gif, width: width, height: height)
    var offset = 13 + colourTableBytes(flags)
    var frames = 0
    while let introducer = view.little(1, at: offset) {
        switch introducer {
        case 0x2C:
            frames += 1
            // Two frames are enough to know.
            if frames == 2 {
                header.isAnimated = true
                return header
            }
            guard let flags = view.little(1, at: offset + 9) else { return nil }
            offset += 10 + colourTableBytes(flags) + 1
        case 0x21: offset += 2
        case 0x3B: return frames > 0 ? header : nil
        default: return nil
        }
        while let size = view.little(1, at: offset) {
            offset += size + 1
            if size == 0 { break }
        }
    }
    return nil
}

private func colourTableBytes(_ flags: Int) -> Int {
    flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1)
}
