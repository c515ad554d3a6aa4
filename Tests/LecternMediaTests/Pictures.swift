import Foundation
import LecternCore
import LecternCrypto
import LecternMedia

/// A folder of one test's own.
final class TestFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory().appending("lectern-media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    func source(_ bytes: [UInt8], _ name: String) throws -> ImageSource {
        ImageSource(path: try write(bytes, name), shownAs: "content/\(name)", digest: Digest(bytes))
    }

    func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

func readFile(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

enum Picture {
    static func big(_ number: Int, _ size: Int = 4) -> [UInt8] {
        (0..<size).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    static func little(_ number: Int, _ size: Int = 4) -> [UInt8] {
        big(number, size).reversed()
    }

    static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + data
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in body {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return big(data.count) + body + big(Int(~crc))
    }

    /// A PNG of 8-bit RGB whose pixels are packed by nothing (deflate's stored blocks).
    static func png(_ width: Int, _ height: Int, extra: [UInt8] = [], pixel: (_ x: Int, _ y: Int) -> [UInt8]) -> [UInt8] {
        var raw: [UInt8] = []
        for y in 0..<height {
            raw.append(0)
            for x in 0..<width { raw += pixel(x, y) }
        }
        var packed: [UInt8] = [0x78, 0x01]
        var (a, b) = (1, 0)
        for byte in raw { (a, b) = ((a + Int(byte)) % 65521, (a + Int(byte) + b) % 65521) }
        var rest = raw[...]
        while !rest.isEmpty {
            let block = rest.prefix(65535)
            rest = rest.dropFirst(block.count)
            packed += [rest.isEmpty ? 1 : 0] + little(block.count, 2) + little(~block.count & 0xFFFF, 2) + block
        }
        packed += big(b << 16 | a)
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", big(width) + big(height) + [8, 2, 0, 0, 0]) + extra
            + chunk("IDAT", packed) + chunk("IEND", [])
    }

    /// Soft shapes with noise, as a camera sees them: nothing repeats.
    static func photograph(_ width: Int, _ height: Int) -> [UInt8] {
        var state: UInt32 = 7
        return png(width, height) { x, y in
            state = state &* 1_664_525 &+ 1_013_904_223
            let noise = Int(state >> 28)
            return [x * 200 / width + noise, y * 200 / height + noise, (x + y) * 100 / (width + height) + noise].map { UInt8($0) }
        }
    }

    /// Flat areas and hard edges.
    static func drawing(_ width: Int, _ height: Int) -> [UInt8] {
        png(width, height) { x, y in (x / 40 + y / 40) % 2 == 0 ? [250, 250, 245] : [31, 107, 87] }
    }

    /// The segments of a JPEG without one coded pixel: enough for who reads headers only.
    static func jpegShell(_ width: Int, _ height: Int, segments: [(UInt8, [UInt8])] = [], tail: [UInt8] = [0xFF, 0xD9]) -> [UInt8] {
        func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] { [0xFF, marker] + big(data.count + 2, 2) + data }
        return [0xFF, 0xD8] + segments.flatMap { segment($0.0, $0.1) }
            + segment(0xC0, [8] + big(height, 2) + big(width, 2) + [1, 1, 0x11, 0]) + segment(0xDA, [1, 1, 0, 0, 63, 0])
            + [0x12, 0xFF, 0x00, 0x34] + tail
    }

    static func exif(orientation: UInt8) -> [UInt8] {
        Array("Exif\0\0II".utf8) + [42, 0, 8, 0, 0, 0, 2, 0, 0x0F, 0x01, 2, 0, 4, 0, 0, 0] + Array("Cam\0".utf8)
            + [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
    }
}
