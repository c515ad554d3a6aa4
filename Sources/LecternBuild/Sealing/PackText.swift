import CDeflate

/// Packs the text of a lesson: gzip (RFC 1952) without a name and a time, padded to a whole number of `stepBytes`, so that
/// its length tells little about what changed in it.
///
/// The padding stands in the header's extra field, which every reader of gzip skips.
func packText(_ text: [UInt8], stepBytes: Int = 1024) -> [UInt8] {
    // Level 6 of 12: what comes above costs several times as much for a hundredth.
    guard let compressor = libdeflate_alloc_compressor(6) else { fatalError("no memory to pack a text") }
    defer { libdeflate_free_compressor(compressor) }
    var packed = [UInt8](repeating: 0, count: libdeflate_deflate_compress_bound(compressor, text.count))
    let count = libdeflate_deflate_compress(compressor, text, text.count, &packed, packed.count)
    // The bound leaves room for every text.
    precondition(count > 0)
    // Ten bytes of header and two of the extra field's length before, eight of trailer behind; four name the field.
    let padding = (stepBytes - (12 + 4 + count + 8) % stepBytes) % stepBytes
    var out: [UInt8] = [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255]
    out.append(littleEndian: UInt16(padding + 4))
    out += Array("LP".utf8)
    out.append(littleEndian: UInt16(padding))
    out += [UInt8](repeating: 0, count: padding)
    out += packed.prefix(count)
    out.append(littleEndian: libdeflate_crc32(0, text, text.count))
    out.append(littleEndian: UInt32(truncatingIfNeeded: text.count))
    return out
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { self += $0 }
    }
}
