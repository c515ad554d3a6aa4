let settingNames = ["vertical", "line", "position", "size", "align", "region"]

/// What a browser would ignore in `line:0 align:start`, as W3C WebVTT defines the settings of a cue.
func complaints(aboutSettings settings: ArraySlice<UInt8>) -> [String] {
    var seen: Set<String> = []
    return settings.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.compactMap { word in
        let text = String(decoding: word, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, settingNames.contains(parts[0]) else { return "\"\(text)\" is not a setting of a caption" }
        guard seen.insert(parts[0]).inserted else { return "the setting \"\(parts[0])\" is there twice" }
        return isValid(parts[1], for: parts[0]) ? nil : "\"\(parts[1])\" is not a value of the setting \"\(parts[0])\""
    }
}

private func isValid(_ value: String, for name: String) -> Bool {
    let parts = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    switch name {
    case "vertical": return ["rl", "lr"].contains(value)
    case "align": return ["start", "center", "end", "left", "right"].contains(value)
    case "size": return isPercentage(value)
    case "region": return !value.isEmpty
    case "position":
        return parts.count <= 2 && isPercentage(parts[0])
            && (parts.count == 1 || ["line-left", "center", "line-right"].contains(parts[1]))
    default:
        return parts.count <= 2 && (isPercentage(parts[0]) || Int(parts[0]) != nil)
            && (parts.count == 1 || ["start", "center", "end"].contains(parts[1]))
    }
}

private func isPercentage(_ text: String) -> Bool {
    guard text.hasSuffix("%"), let number = Double(text.dropLast()) else { return false }
    return (0...100).contains(number)
}
