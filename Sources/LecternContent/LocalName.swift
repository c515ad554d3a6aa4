import LecternCore

/// A file's name taken apart: "02-loops.en.md" is number 2, "loops", in "en", of type "md".
struct LocalName {
    /// Without language and ending: "02-loops".
    var stem: Substring
    var language: String?
    /// Lower case: "md".
    var type: String
    var order: Int?
    /// Without its number: "loops".
    var name: Substring

    /// - Parameter languages: those of the site; another two letters before the ending are part of the name, except that
    ///   captions may be in any language.
    init(_ file: Substring, languages: [String]) {
        let dot = file.lastIndex(of: ".") ?? file.endIndex
        type = dot < file.endIndex ? file[file.index(after: dot)...].lowercased() : ""
        stem = file[..<dot]
        if let inner = stem.lastIndex(of: "."), case let tag = String(stem[stem.index(after: inner)...]) {
            let known = languages.first { $0.lowercased() == tag.lowercased() }
            language = known ?? (Self.captionTypes.contains(type) && isCaptionLanguage(tag) ? tag : nil)
            if language != nil { stem = stem[..<inner] }
        }
        (order, name) = orderedName(stem)
    }

    static let videoTypes: Set<String> = ["mp4", "webm", "mov", "mkv", "m4v", "avi", "ogv"]
    static let imageTypes: Set<String> = ["png", "jpg", "jpeg", "gif", "webp", "avif", "heic", "svg"]
    static let captionTypes: Set<String> = ["vtt", "srt"]

    var isText: Bool { type == "md" || type == "markdown" }
    var isVideo: Bool { Self.videoTypes.contains(type) }
    var isImage: Bool { Self.imageTypes.contains(type) }
    var isCaption: Bool { Self.captionTypes.contains(type) }
}

/// `ja`, `pt-BR`, `yue`; other words of three letters are more often part of a file's name.
private func isCaptionLanguage(_ tag: String) -> Bool {
    let language = tag.prefix { $0 != "-" }
    return isLanguageTag(tag) && (language.count == 2 || language.lowercased() == "yue")
}

/// What stands between things that are put in order: their weight or number first, those without last, then their name.
struct OrderKey: Comparable {
    var order: Int
    var name: String

    init(weight: Int?, number: Int?, name: String) {
        order = weight ?? number ?? .max
        self.name = name
    }

    static func < (a: OrderKey, b: OrderKey) -> Bool {
        a.order != b.order ? a.order < b.order : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }
}
