let arrow: [UInt8] = Array("-->".utf8)

/// The lines without their ends: LF, CR LF or CR. There is always one, and one more after a last line end.
func splitLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while index < bytes.count {
        let byte = bytes[index]
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            lines.append(bytes[start..<index])
            if byte == UInt8(ascii: "\r"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") { index += 1 }
            start = index + 1
        }
        index += 1
    }
    lines.append(bytes[start...])
    return lines
}

extension ArraySlice<UInt8> {
    var isBlank: Bool { allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } }

    var isNumber: Bool {
        let digits = trimmed
        return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Without spaces and tabs at both ends.
    var trimmed: ArraySlice<UInt8> {
        var rest = self
        while let first = rest.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { rest.removeFirst() }
        while let last = rest.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { rest.removeLast() }
        return rest
    }

    func contains(_ sequence: [UInt8]) -> Bool { firstIndex(of: sequence) != nil }

    func firstIndex(of sequence: [UInt8]) -> Int? {
        guard let first = sequence.first, count >= sequence.count else { return nil }
        return (startIndex...(endIndex - sequence.count)).first { at in
            self[at] == first && self[at..<(at + sequence.count)].elementsEqual(sequence)
        }
    }
}
