import CDraw

/// A PNG of 8-bit palette indices (W3C "Portable Network Graphics (PNG) Specification (Third Edition)").
///
/// - Parameter rows: of `width + 1` bytes each: the row's filter, which is 0 for none (it packs indices best), then
///   its pixels.
func palettePNG(width: Int, height: Int, palette: [UInt8], rows: [UInt8]) -> [UInt8] {
    let header = big(width) + big(height) + [8, 3, 0, 0, 0]
    let chunks = chunk("IHDR", header) + chunk("PLTE", palette) + chunk("IDAT", packed(rows)) + chunk("IEND", [])
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunks
}

/// Runs only (`Z_RLE`): most of a card is flat, and looking for other repetitions takes twice the time for a tenth less.
private func packed(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    // Both calls fail only when memory is exhausted: the buffer has the size that zlib itself asks for.
    guard deflateInit2_(&stream, 1, Z_DEFLATED, 15, 9, Z_RLE, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        fatalError("zlib has no memory")
    }
    defer { deflateEnd(&stream) }
    return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, uLong(bytes.count)))) { buffer, count in
        bytes.withUnsafeBufferPointer { bytes in
            stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            stream.avail_in = uInt(bytes.count)
            stream.next_out = buffer.baseAddress
            stream.avail_out = uInt(buffer.count)
            guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { fatalError("zlib has no memory") }
        }
        count = Int(stream.total_out)
    }
}

private func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return big(data.count) + body + big(Int(crc32(0, body, UInt32(body.count))))
}

private func big(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}
