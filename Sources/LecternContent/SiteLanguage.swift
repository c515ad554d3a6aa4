import LecternCore

/// The language of a site that says nothing of it, told by the writing of its first texts and of its names.
///
/// Chinese, Japanese and Korean are known by their characters; everything else counts as English, since the interface has
/// no third language. An empty site is Chinese.
public func detectedLanguage(of site: SiteFolder) -> String {
    guard let reader = FolderReader(root: site.root) else { return "zh" }
    var tree = SourceTree(excluding: site.onlyCourse.map { [$0 + "/output"] } ?? [])
    var count = WritingCount()
    var pending = Array(site.places.filter { $0 != "static" && reader.isFolder($0) }.reversed())
    var seen = 0
    var texts = 0
    while let folder = pending.popLast(), texts < textsRead {
        pending += tree.addFiles(of: folder, reader).reversed()
        let files = tree.files
        // The folders that every site has say nothing.
        if !["content", "content/courses", "content/pages", "courses", "pages"].contains(folder) {
            count.add(words(orderedName(folder.split(separator: "/").last ?? "").name).utf8)
        }
        for file in files[seen...] where texts < textsRead {
            let local = LocalName(file.name, languages: [])
            guard local.isText || local.isVideo else { continue }
            count.add(words(local.name).utf8)
            guard local.isText, let bytes = try? readText(site.root + "/" + file.path, shownAs: file.path) else { continue }
            count.add(text: bytes.prefix(bytesRead))
            texts += 1
        }
        seen = files.count
    }
    return count.language
}

/// Enough to tell, and no more than a build that changes nothing can afford.
private let textsRead = 12
private let bytesRead = 4096

/// How much of a text is written in which characters: a Chinese character weighs as much as a word of letters.
private struct WritingCount {
    private var han = 0, kana = 0, hangul = 0, words = 0

    /// Prose only: code is in English everywhere, and so are the keys of front matter.
    mutating func add(text: ArraySlice<UInt8>) {
        var isCode = false
        var isFrontMatter = false
        for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if line.starts(with: "---".utf8) || line.starts(with: "+++".utf8), index == 0 || isFrontMatter {
                isFrontMatter = index == 0
            } else if isFrontMatter {
                let value = line.drop { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "=") }
                add(value)
            } else if line.drop(while: { $0 == 0x20 }).starts(with: "```".utf8) {
                isCode.toggle()
            } else if !isCode {
                add(line)
            }
        }
    }

    mutating func add(_ text: some Sequence<UInt8>) {
        var inWord = false
        for scalar in String(decoding: Array(text), as: UTF8.self).unicodeScalars {
            let isLetter = scalar.isASCII ? Character(scalar).isLetter : scalar.properties.isAlphabetic
            switch scalar.value {
            case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x3FFFF: han += 1
            case 0x3040...0x30FF: kana += 1
            case 0xAC00...0xD7AF, 0x1100...0x11FF: hangul += 1
            default:
                if isLetter, !inWord { words += 1 }
                inWord = isLetter
                continue
            }
            inWord = false
        }
    }

    var language: String {
        let eastAsian = han + kana + hangul
        // A fifth is enough: Chinese prose about programming is full of English words.
        guard eastAsian * 4 >= words else { return "en" }
        if kana * 10 >= eastAsian, kana > 0 { return "ja" }
        return hangul * 2 >= eastAsian && hangul > 0 ? "ko" : "zh"
    }
}
