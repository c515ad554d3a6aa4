import Foundation
import LecternCore
import Testing

@testable import LecternBuild

/// Whatever is edited, in whatever order: what is built on top of the last build is what would be built from nothing.
@Suite struct RandomEditTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `after each of many edits the output is that of a clean build`(seed: UInt64) throws {
        let site = try SiteFixture(EditedSite.start)
        var edits = EditedSite(site, seed: seed)
        #expect(site.build().problems == [])
        var published = 0
        for number in 1...50 {
            let what = try edits.edit()
            let comment: Comment = "seed \(seed), edit \(number): \(what)"
            let change = { (options: inout BuildOptions) in (options.now, options.drafts) = (edits.now, edits.drafts) }
            let report = site.build(jobs: 1 + number % 2, change)
            try? FileManager.default.removeItem(atPath: site.root + "/../clean")
            let clean = site.build {
                change(&$0)
                $0.output = site.root + "/../clean"
            }
            // Of an edit after which nothing was to do, nothing is said again.
            if report.unitsBuilt > 0 || report.failed { #expect(report.problems == clean.problems, comment) }
            if clean.failed {
                // A creator would mend it.
                try edits.undo()
                continue
            }
            published += 1
            var made = site.output()
            #expect(made.removeValue(forKey: "mine.txt") == Array("mine".utf8), comment)
            var wanted = site.output("../clean")
            forgetRevision(&made)
            forgetRevision(&wanted)
            guard made != wanted else { continue }
            Issue.record("\(comment)\n\(differences(made, wanted))")
            return
        }
        #expect(published > 25)
    }
}

/// A catalogue's revision is the time of the build that wrote it: where only time passed it stays what it was.
private func forgetRevision(_ output: inout [String: [UInt8]]) {
    let text = String(decoding: output["catalogue.json"] ?? [], as: UTF8.self)
    output["catalogue.json"] = Array(text.drop { $0 != "\n" }.replacing(/"revision":\d+/, with: "").utf8)
}

/// A site that is edited at random, the same for the same seed.
private struct EditedSite {
    private let site: SiteFixture
    private var random: SplitMix
    private var before: [String: [UInt8]] = [:]
    private var optionsBefore: (Moment, Bool)
    private(set) var now = SiteFixture.now
    private(set) var drafts = false
    private var count = 0

    static let start: [String: String] = [
        "content/site.yml": "title: {en: Site, zh: 网站}\nlanguages: [en, zh]\nbaseURL: https://edits.example/\nmenu:\n  - {title: About, url: /about/}\n",
        "content/index.md": "Welcome to [one](courses/a/01-one.md).\n",
        "content/pages/about.md": "# About\n\nSee [b](../courses/b/01-part/01-first/index.md#here).\n",
        "content/courses/a/01-one.md": "---\ntags: [x]\n---\n# One\n\nText.\n\n## Here\n\n[next](02-two.md)\n",
        "content/courses/a/02-two.md": "---\nconcepts: [c]\nrequires: [a/one]\n---\n# Two\n\nA `word`, [b](../b/01-part/02-second.md) and [about](../../pages/about.md).\n",
        "content/courses/sold/course.md": "---\ntitle: Sold\nprice: 49\n---\n",
        "content/courses/sold/01-paid.md": "---\ntitle: Paid\n---\nFree.\n\n<!--more-->\n\nSold words, [one](../a/01-one.md).\n",
        "content/courses/a/03-later.md": "---\ntitle: Later\ndate: 2026-11-20\n---\nText\n",
        "content/courses/b/course.md": "---\ntitle: Course B\nprice: 10\n---\nWords.\n",
        "content/courses/b/course.zh.md": "---\ntitle: 课程\n---\n",
        "content/courses/b/01-part/chapter.md": "---\ntitle: Part\n---\n",
        "content/courses/b/01-part/01-first/index.md": "---\naccess: free\naliases: [/first/]\n---\n# First\n\n## Here\n\n![box](box.svg)\n[data](data.csv)\n",
        "content/courses/b/01-part/01-first/index.zh.md": "---\ntitle: 第一\n---\n中文。[第二](../02-second.md)\n",
        "content/courses/b/01-part/01-first/box.svg": "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>",
        "content/courses/b/01-part/01-first/data.csv": "1,2\n",
        "content/courses/b/01-part/01-first/quiz.yml": "questions:\n  - {prompt: \"1 + 1?\", answer: 2}\n",
        "content/courses/b/01-part/02-second.md": "---\ntitle: Second\n---\nAbove.\n\n<!--more-->\n\nSold.\n",
        "content/courses/b/01-part/02-second.zh.md": "---\ntitle: 第二\n---\n上。\n",
        "static/file.txt": "static\n",
        "output/mine.txt": "mine",
    ]

    init(_ site: SiteFixture, seed: UInt64) {
        self.site = site
        random = SplitMix(state: seed)
        optionsBefore = (now, false)
    }

    /// - Returns: what was done, for a person who looks for the reason of a difference.
    mutating func edit() throws -> String {
        before = sources
        optionsBefore = (now, drafts)
        count += 1
        let edits: [(inout Self) throws -> String] = [
            { try $0.append() }, { try $0.append() }, { try $0.retitle() }, { try $0.retitle() }, { try $0.addLesson() }, { try $0.addLesson() },
            { try $0.renameLesson() }, { try $0.removeLesson() }, { try $0.reorder() }, { try $0.changeFrontMatter() },
            { try $0.changeFrontMatter() }, { try $0.changeLayout() }, { try $0.changeSettings() }, { try $0.changeStatic() },
            { try $0.addCourse() }, { try $0.removeCourse() }, { try $0.translate() }, { try $0.removeTranslation() }, { try $0.loseOutput() },
            { try $0.touchAll() }, { $0.wait() }, { try $0.changePage() }, { try $0.changePicture() }, { $0.toggleDrafts() },
            { try $0.changeCourse() }, { try $0.moveLesson() }, { try $0.addLink() },
        ]
        return try pick(edits)(&self)
    }

    /// Puts the sources back as they were.
    mutating func undo() throws {
        let now = sources
        for path in now.keys where before[path] == nil { try site.remove(path) }
        for (path, bytes) in before where now[path] != bytes { try site.write(path, bytes: bytes) }
        (self.now, drafts) = optionsBefore
    }

    private var sources: [String: [UInt8]] {
        var all: [String: [UInt8]] = [:]
        for top in ["content", "layouts", "static"] {
            for (path, bytes) in readFolder(site.root + "/" + top) where !path.hasSuffix("/") { all[top + "/" + path] = bytes }
        }
        return all
    }

    private var lessons: [String] {
        before.keys.filter { path in
            path.hasPrefix("content/courses/") && path.hasSuffix(".md") && !path.contains("course.") && !path.contains("chapter.")
        }.sorted()
    }

    private var courses: [String] { Set(lessons.map { String($0.split(separator: "/")[2]) }).sorted() }

    private mutating func pick<T>(_ all: [T]) -> T { all[Int(random.next() % UInt64(all.count))] }

    private func text(_ path: String) -> String { String(decoding: site.bytes(path), as: UTF8.self) }

    // MARK: Edits

    private mutating func append() throws -> String {
        let path = pick(lessons)
        try site.write(path, text(path) + "\nEdit \(count) with a `word`, ~tilde~ and $5.\n\n## Heading \(count)\n")
        return "append to \(path)"
    }

    private mutating func retitle() throws -> String {
        let path = pick(lessons)
        try setKey("title", "Title \(count)", in: path)
        return "retitle \(path)"
    }

    private mutating func addLesson() throws -> String {
        let folder = "content/courses/" + pick(courses) + pick(["", "/01-part", "/02-more"])
        let name = pick(["01-", "05-", ""]) + "new-\(count)"
        let path = folder + "/" + name + pick([".md", "/index.md"])
        try site.write(path, "# New \(count)\n\nWords of lesson \(count).\n")
        return "add \(path)"
    }

    private mutating func renameLesson() throws -> String {
        let path = pick(lessons)
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        if path.contains("/index.") {
            let other = folder + "-renamed\(count)"
            try site.move(folder, to: other)
            return "rename \(folder)"
        }
        try site.move(path, to: folder + "/03-renamed-\(count).md")
        return "rename \(path) to 03-renamed-\(count).md"
    }

    private mutating func removeLesson() throws -> String {
        let path = pick(lessons)
        try site.remove(path)
        return "remove \(path)"
    }

    private mutating func reorder() throws -> String {
        let path = pick(lessons)
        try setKey("weight", pick(["1", "2", "9", "-1"]), in: path)
        return "weight of \(path)"
    }

    private mutating func moveLesson() throws -> String {
        let path = pick(lessons.filter { !$0.contains("/index.") })
        let name = path.split(separator: "/").last!
        let folder = "content/courses/" + pick(courses) + "/02-more"
        try FileManager.default.createDirectory(atPath: site.root + "/" + folder, withIntermediateDirectories: true)
        if site.exists(folder + "/" + name) { return "nothing" }
        try site.move(path, to: folder + "/" + name)
        return "move \(path) to \(folder)"
    }

    private mutating func changeFrontMatter() throws -> String {
        let path = pick(lessons)
        let (key, value) = pick([
            ("access", "free"), ("access", "paid"), ("tags", "[x, y\(count % 3)]"), ("concepts", "[c, d]"), ("draft", "true"), ("draft", "false"),
            ("date", "2026-10-\(10 + count % 10)"), ("date", "2026-11-\(10 + count % 10)"), ("expiryDate", "2026-11-\(10 + count % 10)"),
            ("aliases", "[/alias-\(count)/]"), ("description", "About \(count)"), ("slug", "slug-\(count % 4)"), ("requires", "[a/one]"),
            ("duration", "\(count)m"),
        ])
        try setKey(key, value, in: path)
        return "\(key): \(value) in \(path)"
    }

    private mutating func changeLayout() throws -> String {
        let name = pick(["layouts/footer.html", "layouts/course-card.html", "layouts/own.css"])
        if site.exists(name), pick([true, false]) {
            try site.remove(name)
            return "remove \(name)"
        }
        try site.write(name, name.hasSuffix("css") ? "p { margin: \(count)px }\n" : "<footer><p>Layout \(count) {{site.title}}</p></footer>\n")
        return "change \(name)"
    }

    private mutating func changeSettings() throws -> String {
        let line = pick(["title: {en: Site \(count), zh: 网站}", "title: {en: Site, zh: 网站 \(count)}"])
        try site.write(
            "content/site.yml",
            "\(line)\nlanguages: \(pick(["[en, zh]", "[en, zh]", "[zh, en]", "[en]"]))\nbaseURL: https://edits.example/\(pick(["", "", "path/"]))\nredirects:\n  /old-\(count % 3)/: /about/\n")
        return "site.yml: \(line)"
    }

    private mutating func changeStatic() throws -> String {
        let path = "static/" + pick(["file.txt", "folder/other.txt", "about/index.html", "robots.txt"])
        if site.exists(path), pick([true, false]) {
            try site.remove(path)
            return "remove \(path)"
        }
        try site.write(path, "static \(count)\n")
        return "write \(path)"
    }

    private mutating func addCourse() throws -> String {
        let folder = "content/courses/" + pick(["0-first", "c", "z"]) + "-\(count)"
        try site.write(folder + "/01-hello.md", "---\ntags: [x]\n---\n# Hello \(count)\n\n[a](../a/01-one.md)\n")
        return "add \(folder)"
    }

    private mutating func removeCourse() throws -> String {
        let course = pick(courses)
        try site.remove("content/courses/" + course)
        return "remove the course \(course)"
    }

    private mutating func translate() throws -> String {
        let path = pick(lessons)
        let translated = String(path.dropLast(3)) + ".zh.md"
        if path.hasSuffix(".zh.md") || site.exists(translated) { return try append() }
        try site.write(translated, "---\ntitle: 译 \(count)\n---\n译文。\n")
        return "translate \(path)"
    }

    private mutating func removeTranslation() throws -> String {
        let translated = before.keys.filter { $0.hasSuffix(".zh.md") }.sorted()
        if translated.isEmpty { return try append() }
        let path = pick(translated)
        try site.remove(path)
        return "remove \(path)"
    }

    private mutating func loseOutput() throws -> String {
        let made = site.output().keys.filter { !$0.hasSuffix("/") && $0 != "mine.txt" }.sorted()
        let path = "output/" + pick(made)
        try site.remove(path)
        return "remove \(path)"
    }

    private mutating func touchAll() throws -> String {
        for path in before.keys.sorted() {
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_700_000_000 + Double(count))], ofItemAtPath: site.root + "/" + path)
        }
        return "touch everything"
    }

    private mutating func wait() -> String {
        now = Moment(seconds: now.seconds + 86_400 * 4)
        return "four days pass"
    }

    private mutating func toggleDrafts() -> String {
        drafts.toggle()
        return "drafts: \(drafts)"
    }

    private mutating func changePage() throws -> String {
        let path = pick(["content/pages/about.md", "content/pages/page-\(count % 3).md", "content/index.md", "content/pages/about.zh.md", "content/pages/404.md"])
        if path.contains("page-"), site.exists(path) { try site.remove(path) } else {
            try site.write(path, "---\ntags: [x]\n---\n# Page \(count)\n\n[a](/courses/a/)\n")
        }
        return "change \(path)"
    }

    private mutating func changePicture() throws -> String {
        let pictures = before.keys.filter { $0.hasSuffix(".svg") || $0.hasSuffix(".csv") || $0.hasSuffix("quiz.yml") }.sorted()
        if pictures.isEmpty { return try append() }
        let path = pick(pictures)
        let old = text(path)
        try site.write(
            path,
            path.hasSuffix(".svg")
                ? "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(10 + count)\" height=\"10\"/>"
                : path.hasSuffix(".yml") ? "questions:\n  - {prompt: \"\(count) + 1?\", answer: \(count + 1)}\n" : old + "\(count)\n")
        return "change \(path)"
    }

    private mutating func changeCourse() throws -> String {
        let path = "content/courses/" + pick(courses) + "/course.md"
        let price = pick(["", "price: 10\n", "price: \(count)\n"])
        try site.write(path, "---\ntitle: Course \(count)\n\(price)tags: [x]\n---\nAbout the course.\n")
        return "change \(path)"
    }

    private mutating func addLink() throws -> String {
        let (from, to) = (pick(lessons), pick(lessons))
        let up = String(repeating: "../", count: from.split(separator: "/").count - 3)
        try site.write(from, text(from) + "\n[link](\(up)\(to.split(separator: "/").dropFirst(2).joined(separator: "/")))\n")
        return "link from \(from) to \(to)"
    }

    private func setKey(_ key: String, _ value: String, in path: String) throws {
        var lines = text(path).components(separatedBy: "\n")
        if lines.first != "---" { lines.insert(contentsOf: ["---", "---"], at: 0) }
        let end = lines.dropFirst().firstIndex(of: "---") ?? 1
        if let index = lines[..<end].firstIndex(where: { $0.hasPrefix(key + ":") }) {
            lines[index] = "\(key): \(value)"
        } else {
            lines.insert("\(key): \(value)", at: 1)
        }
        try site.write(path, lines.joined(separator: "\n"))
    }
}

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
