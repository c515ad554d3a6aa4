import Glibc
import LecternCore

/// The file as UTF-8 without a byte order mark, or nothing and the reason.
///
/// Editing programs on Chinese Windows save captions in GBK, some elsewhere in UTF-16: both are converted. GBK is tried
/// as GB 18030, which contains it.
func decodeCaptions(_ bytes: [UInt8], file: String) -> (text: [UInt8]?, problems: [Problem]) {
    if let encoding = utf16Encoding(bytes) {
        guard let text = convert(bytes, from: encoding) else {
            let problem = Problem(
                .error, "this file begins like UTF-16 but cannot be read as such", file: file,
                help: ["save it as UTF-8"])
            return (nil, [problem])
        }
        return (withoutMark(text), [converted(from: "UTF-16", sample: nil, file: file, line: 1)])
    }
    let text = withoutMark(bytes)
    if let zero = text.firstIndex(of: 0) {
        let problem = Problem(
            .error, "this is not a text file", file: file, line: lineNumber(of: zero, in: text),
            help: ["captions are WebVTT or SubRip text in UTF-8"])
        return (nil, [problem])
    }
    guard let bad = firstFault(in: text, refusing: false)?.offset else { return (text, []) }

    let line = lineNumber(of: bad, in: text)
    guard let mended = convert(text, from: "GB18030") else {
        let problem = Problem(
            .error, "this line is neither UTF-8 nor GBK", file: file, line: line, help: ["save the file as UTF-8"])
        return (nil, [problem])
    }
    let lines = splitLines(mended)
    let sample = line <= lines.count ? String(decoding: lines[line - 1].prefix(120), as: UTF8.self) : nil
    return (mended, [converted(from: "GBK", sample: sample, file: file, line: line)])
}

private func converted(from encoding: String, sample: String?, file: String, line: Int) -> Problem {
    let check = sample.map { ["this line was read as: \($0)"] } ?? []
    return Problem(
        .warning, "this file is in \(encoding), not in UTF-8; it was converted", file: file, line: line,
        help: check + ["save it as UTF-8 to be sure of every character"])
}

private func utf16Encoding(_ bytes: [UInt8]) -> String? {
    guard bytes.count >= 2 else { return nil }
    switch (bytes[0], bytes[1]) {
    case (0xFF, 0xFE): return "UTF-16LE"
    case (0xFE, 0xFF): return "UTF-16BE"
    // Both formats begin with an ASCII character, so one zero byte tells the order where the mark is missing.
    case (1..., 0) where bytes.count.isMultiple(of: 2): return "UTF-16LE"
    case (0, 1...) where bytes.count.isMultiple(of: 2): return "UTF-16BE"
    default: return nil
    }
}

/// Nothing when a byte sequence does not belong to the encoding: no character is guessed or dropped.
private func convert(_ bytes: [UInt8], from encoding: String) -> [UInt8]? {
    guard let converter = iconv_open("UTF-8", encoding), converter != iconv_t(bitPattern: -1) else { return nil }
    defer { iconv_close(converter) }

    var input = bytes.map { CChar(bitPattern: $0) }
    // Two bytes of UTF-16 or GBK become at most three of UTF-8, and one byte at most one.
    var output = [CChar](repeating: 0, count: bytes.count * 2 + 16)
    let written: Int? = input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            var from = source.baseAddress
            var fromLeft = source.count
            var to = target.baseAddress
            var toLeft = target.count
            let result = iconv(converter, &from, &fromLeft, &to, &toLeft)
            return result == -1 || fromLeft != 0 ? nil : target.count - toLeft
        }
    }
    return written.map { output.prefix($0).map { UInt8(bitPattern: $0) } }
}

private func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
}

private func lineNumber(of offset: Int, in bytes: [UInt8]) -> Int {
    splitLines(Array(bytes[..<offset])).count
}
