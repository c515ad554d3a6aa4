import LecternContent
import LecternCrypto

/// The theme's style sheets, scripts and icon under names that hold a digest of their bytes, so that hosts and browsers
/// may keep them for ever.
struct Assets: Sendable {
    /// Path below the site's root and bytes.
    private(set) var files: [(path: String, bytes: [UInt8])] = []
    /// "player.js" → "assets/player.1a2b3c4d.js".
    private(set) var paths: [String: String] = [:]
    /// The service worker of readers who keep courses: at the site's root under a name that never changes, since a browser gives it
    /// the pages below its own folder alone, and looks for a newer one by that name (W3C, Service Workers, "path restriction").
    private(set) var offlineWorker: [UInt8] = []
    static let offlineWorkerName = "offline-worker.js"

    /// - Parameter overrides: the creator's own files in `layouts/`: a `.css` is added behind the theme's, a `.js`
    ///   replaces the theme's of the same name.
    init(theme: SiteSettings.ThemeSettings, overrides: [String: [UInt8]]) {
        var sheet: [UInt8] = []
        for (name, bytes) in themeFiles(in: "styles").sorted(by: { $0.key < $1.key }) {
            // The numbered ones are every page's; "sales.css", "player.css" and "quiz.css" are sheets of their
            // own for the pages that ask for them, and "player-more.css" for the script that does.
            guard name.first?.isNumber == true else {
                add(name, Self.lean(bytes))
                continue
            }
            sheet += bytes
            if sheet.last != 0x0A { sheet.append(0x0A) }
        }
        sheet += Self.properties(theme)
        for (name, bytes) in overrides.sorted(by: { $0.key < $1.key }) where name.hasSuffix(".css") { sheet += bytes }
        add("style.css", Self.lean(sheet))
        for (name, bytes) in themeFiles(in: "icons").sorted(by: { $0.key < $1.key }) { add(name, overrides[name] ?? bytes) }
        var scripts = themeFiles(in: "scripts").merging(overrides.filter { $0.key.hasSuffix(".js") }) { $1 }
        offlineWorker = scripts.removeValue(forKey: Self.offlineWorkerName).map(withoutComments(script:)) ?? []
        addScripts(scripts)
    }

    /// - Returns: "" for a name that the theme does not have.
    func path(_ name: String) -> String { paths[name] ?? "" }

    private mutating func add(_ name: String, _ bytes: [UInt8]) {
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        let path = "assets/" + name[..<dot] + "." + Digest(bytes).hex(4) + name[dot...]
        paths[name] = path
        files.append((path, bytes))
    }

    /// Modules import each other as "./name.js", and name a sheet as "./name.css"; the name is exchanged for the hashed
    /// one, those first that import none.
    private mutating func addScripts(_ scripts: [String: [UInt8]]) {
        var waiting = scripts.mapValues { ModuleText(withoutComments(script: $0)) }
        while !waiting.isEmpty {
            var ready = waiting.filter { _, text in !text.imports.contains { waiting[$0] != nil } }
            // A circle of imports cannot be named by its bytes; its members are then named by what they were before.
            if ready.isEmpty { ready = waiting }
            for (name, text) in ready.sorted(by: { $0.key < $1.key }) {
                add(name, text.naming { paths[$0].map { String($0.dropFirst("assets/".count)) } })
                waiting[name] = nil
            }
        }
    }

    private static func properties(_ theme: SiteSettings.ThemeSettings) -> [UInt8] {
        // A font that a reader does not have falls back to one of its kind.
        let entries = [
            ("--accent", theme.accent), ("--font-text", theme.font.map { $0 + ",system-ui,sans-serif" }),
            ("--font-display", theme.headingFont.map { $0 + ",system-ui,sans-serif" }), ("--font-mono", theme.codeFont.map { $0 + ",monospace" }),
        ]
        let lines = entries.compactMap { name, value in value.map { "\(name):\($0)" } }
        return lines.isEmpty ? [] : Array(":root{\(lines.joined(separator: ";"))}\n".utf8)
    }

    /// Without comments, indentation and the spaces around punctuation: they are for us, and every reader would pay for them.
    private static func lean(_ sheet: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(sheet.count)
        var at = 0
        var quote: UInt8 = 0
        var lineStart = true
        while at < sheet.count {
            let byte = sheet[at]
            if quote == 0, byte == UInt8(ascii: "/"), at + 1 < sheet.count, sheet[at + 1] == UInt8(ascii: "*") {
                at += 2
                while at + 1 < sheet.count, !(sheet[at] == UInt8(ascii: "*") && sheet[at + 1] == UInt8(ascii: "/")) { at += 1 }
                at += 2
                continue
            }
            at += 1
            if quote != 0 {
                if byte == UInt8(ascii: "\\"), at < sheet.count {
                    out += [byte, sheet[at]]
                    at += 1
                    continue
                }
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == 0x0A {
                if !lineStart { out.append(0x0A) }
                lineStart = true
                continue
            } else if lineStart, byte == 0x20 || byte == 0x09 {
                continue
            } else if byte == 0x20, let last = out.last, ":,;{}".utf8.contains(last) {
                continue
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}"), out.last == 0x20 {
                out.removeLast()
            }
            lineStart = false
            out.append(byte)
        }
        return out
    }
}

/// A script cut at the names of the modules that it imports.
private struct ModuleText {
    /// Bytes up to and with `"./`, and the name that follows; the last has no name.
    private var pieces: [(bytes: [UInt8], name: String)] = []

    init(_ text: [UInt8]) {
        let mark = Array("\"./".utf8)
        var start = 0
        var at = 0
        while at + mark.count < text.count {
            guard text[at] == mark[0], text[at + 1] == mark[1], text[at + 2] == mark[2],
                let end = text[(at + 3)...].firstIndex(of: UInt8(ascii: "\""))
            else {
                at += 1
                continue
            }
            pieces.append((Array(text[start..<(at + 3)]), String(decoding: text[(at + 3)..<end], as: UTF8.self)))
            start = end
            at = end + 1
        }
        pieces.append((Array(text[start...]), ""))
    }

    var imports: [String] { pieces.map(\.name).filter { !$0.isEmpty } }

    /// - Parameter named: the published name of a module; nil leaves it as it is.
    func naming(_ named: (String) -> String?) -> [UInt8] {
        pieces.reduce(into: []) { $0 += $1.bytes + Array((named($1.name) ?? $1.name).utf8) }
    }
}
