/// The part of a URL that a name becomes: "01-Hello World!" → "hello-world"; 变量 stays 变量.
///
/// Letters and digits of any script stay, everything else becomes one hyphen, so that no name in a creator's
/// folder (spaces, `#`, `%`, quotes) needs escaping on a host's disk.
/// - Returns: "" when nothing is left.
public func slug(_ name: String) -> String {
    var out = ""
    var pending = false
    for scalar in name.unicodeScalars {
        let keeps: Bool
        switch scalar.value {
        case 0x30...0x39, 0x61...0x7A, 0x5F: keeps = true
        case 0x41...0x5A: keeps = true
        case 0..<0x80: keeps = false
        default: keeps = scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.properties.isEmojiPresentation
            || scalar.properties.generalCategory == .nonspacingMark
        }
        guard keeps else {
            pending = !out.isEmpty
            continue
        }
        if pending { out.unicodeScalars.append("-") }
        pending = false
        if scalar.isASCII {
            out.unicodeScalars.append((0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(scalar.value + 32)! : scalar)
        } else {
            out.unicodeScalars.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
    }
    return out
}

/// The order and the name that stand in a file's or folder's name: "01-if.md" without its ending is (1, "if").
/// A name that is only a number keeps it as its name too. A whole date is a number as well: "2024-03-05-if" is
/// (20240305, "if").
public func orderedName(_ name: Substring) -> (order: Int?, name: Substring) {
    let digits = name.utf8.prefix { (0x30...0x39).contains($0) }
    if digits.count == 4, let dated = datedName(name) { return dated }
    guard !digits.isEmpty, digits.count <= 9, let order = Int(Substring(digits)) else { return (nil, name) }
    let rest = name[digits.endIndex...].drop { $0 == "-" || $0 == "_" || $0 == "." || $0 == " " }
    guard rest.startIndex > digits.endIndex, !rest.isEmpty else { return (order, name) }
    return (order, rest)
}

private func datedName(_ name: Substring) -> (order: Int?, name: Substring)? {
    let bytes = Array(name.utf8.prefix(11))
    let isDate = bytes.enumerated().allSatisfy { [4, 7, 10].contains($0) ? $1 == UInt8(ascii: "-") : (0x30...0x39).contains($1) }
    guard bytes.count == 11, isDate, name.utf8.count > 11 else { return nil }
    let number = bytes.reduce(0) { $1 == UInt8(ascii: "-") ? $0 : $0 * 10 + Int($1 - 0x30) }
    return (number, name[name.utf8.index(name.startIndex, offsetBy: 11)...])
}

/// A name as words: "control_flow-and-loops" → "Control flow and loops".
public func words(_ name: Substring) -> String {
    let spaced = String(name.map { $0 == "-" || $0 == "_" ? " " : $0 })
    guard let first = spaced.first, first.isLowercase else { return spaced }
    return first.uppercased() + spaced.dropFirst()
}
