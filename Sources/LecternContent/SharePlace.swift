import LecternCore

/// Where a reader can tell others of a course, by a plain link: nothing of these sites is loaded by the page.
public enum SharePlace: String, CaseIterable, Sendable {
    /// WeChat has no address to share to: a picture with a code, to be sent or scanned.
    case wechat
    case weibo, qq, x, facebook, linkedin, telegram, whatsapp, email
}

extension FieldReader {
    /// `share: [wechat, weibo, email]`, in the order in which they are shown.
    mutating func sharePlaces(_ key: String) -> [SharePlace] {
        var places: [SharePlace] = []
        for name in texts(key) {
            guard let place = SharePlace(rawValue: name.value) else {
                let known = SharePlace.allCases.map(\.rawValue)
                let near = known.first { $0 == name.value.lowercased() } ?? nearest(name.value.lowercased(), among: known)
                report(
                    "there is no place \"\(name.value)\" to share to", line: name.line,
                    help: [near.map { "did you mean \($0)?" } ?? "known: \(known.joined(separator: ", "))"])
                continue
            }
            if !places.contains(place) { places.append(place) }
        }
        return places
    }
}
