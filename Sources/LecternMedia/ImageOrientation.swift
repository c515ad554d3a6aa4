// EXIF is a TIFF file in small (TIFF 6.0, section 2); all that is read of it is one number.

/// - Parameter range: where the TIFF header starts, and the end of what belongs to it.
/// - Returns: 1 to 8; 1 when there is none, or nonsense.
func tiffOrientation(_ view: Bytes, in range: Range<Int>) -> Int {
    let start = range.lowerBound
    let isLittle = view.has("II", at: start)
    guard isLittle || view.has("MM", at: start) else { return 1 }
    func number(_ size: Int, _ offset: Int) -> Int? {
        guard offset >= 0, start + offset + size <= range.upperBound else { return nil }
        return isLittle ? view.little(size, at: start + offset) : view.big(size, at: start + offset)
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let entries = number(2, directory) else { return 1 }
    for entry in 0..<entries {
        let offset = directory + 2 + entry * 12
        guard let tag = number(2, offset) else { return 1 }
        if tag == 0x0112, number(2, offset + 2) == 3, let value = number(2, offset + 8) {
            return (1...8).contains(value) ? value : 1
        }
    }
    return 1
}

/// The smallest TIFF that says how to turn the picture: one directory of one entry.
func tiffWithOrientation(_ orientation: Int) -> [UInt8] {
    Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0]
}
