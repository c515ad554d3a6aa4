import Foundation
import LecternCore
import Testing

@testable import LecternBuild

/// Tests/Sites/small becomes Tests/Sites/small/expected, byte for byte.
///
/// Files in `assets/` are named by their digest and made by tools of several versions: their names are compared without
/// the digest, those of the theme and all their bytes not at all; of sealed files only how many there are.
/// `LECTERN_UPDATE_GOLDEN=1 swift test --filter Golden`
/// writes the expected files anew; read what changed.
@Suite struct GoldenTests {
    @Test func `the small site becomes what a person has read and found right`() throws {
        let site = try SiteFixture(copyOf: "small")
        let report = site.build()
        #expect(report.problems == [])
        var made: [String: [UInt8]] = [:]
        var assets: Set<String> = []
        for (path, bytes) in withoutSealedNames(site.output()) {
            if path.hasPrefix("assets/") { assets.insert(withoutDigests(path)) } else { made[path] = withoutDigests(bytes) }
        }
        // The theme's own lie straight in assets/, pictures of the site in folders below it.
        let pictures = assets.filter { $0.split(separator: "/").count > 2 }
        made["assets.txt"] = Array(pictures.sorted().map { $0 + "\n" }.joined().utf8)

        let expected = SiteFixture.sites.appending(path: "small/expected")
        if SiteFixture.isUpdating { try replace(expected, with: made) }
        let wanted = readFolder(expected.path)
        #expect(made == wanted, "\(differences(made, wanted))")
    }

    @Test(arguments: ["small", "names"])
    func `every link, picture and script of a built page leads to a file`(name: String) throws {
        let site = try SiteFixture(copyOf: name)
        #expect(site.build().problems == [])
        let root = name == "small" ? "/learn/" : "/"
        let output = site.output()
        var seen = 0
        for (page, bytes) in output.sorted(by: { $0.key < $1.key }) where page.hasSuffix(".html") {
            for url in localURLs(String(decoding: bytes, as: UTF8.self)) {
                seen += 1
                let path = try #require(url.removingPercentEncoding, "\(page): \(url)")
                guard path.hasPrefix(root) else {
                    Issue.record("\(page): \(url) is outside of \(root)")
                    continue
                }
                let file = String(path.dropFirst(root.count))
                #expect(output[file] != nil || output[file + "index.html"] != nil, "\(page): \(url)")
            }
        }
        #expect(seen > 100)
    }

    @Test func `names with spaces, #, %, ', Chinese and emoji have readable URLs`() throws {
        let site = try SiteFixture(copyOf: "names")
        #expect(site.build().problems == [])
        let made = Set(withoutSealedNames(site.output()).keys.filter { !$0.hasPrefix("assets/") && !$0.hasPrefix("search/") })
        let list = made.sorted().map { $0 + "\n" }.joined()
        let expected = SiteFixture.sites.appending(path: "names/expected.txt")
        if SiteFixture.isUpdating { try list.write(to: expected, atomically: true, encoding: .utf8) }
        #expect(list == (try String(contentsOf: expected, encoding: .utf8)))
    }
}

/// What `href`, `src`, `srcset` and `poster` name on the site itself, without query and fragment.
private func localURLs(_ html: String) -> [String] {
    var found: [String] = []
    for name in ["href", "src", "srcset", "poster", "imagesrcset"] {
        for part in html.components(separatedBy: " \(name)=\"").dropFirst() {
            let value = part.prefix { $0 != "\"" }.replacingOccurrences(of: "&amp;", with: "&")
            let urls = name.hasSuffix("srcset") ? value.components(separatedBy: ", ").map { String($0.prefix { $0 != " " }) } : [value]
            for url in urls where url.hasPrefix("/") && !url.hasPrefix("//") { found.append(String(url.prefix { $0 != "#" && $0 != "?" })) }
        }
    }
    return found
}

private func replace(_ folder: URL, with tree: [String: [UInt8]]) throws {
    if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
    for (path, bytes) in tree where !path.hasSuffix("/") {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }
}

private func withoutDigests(_ path: String) -> String { String(decoding: withoutDigests(Array(path.utf8)), as: UTF8.self) }

/// `assets/style.1a2b3c4d.css` → `assets/style.css`, wherever it stands.
private func withoutDigests(_ bytes: [UInt8]) -> [UInt8] {
    let mark = Array("assets/".utf8)
    let isHex = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
    var out: [UInt8] = []
    var at = 0
    var isName = false
    while at < bytes.count {
        if bytes[at...].starts(with: mark) { isName = true }
        if bytes[at] <= 0x20 || bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "<") { isName = false }
        if isName, bytes[at] == UInt8(ascii: "."), at + 9 < bytes.count, bytes[(at + 1)...(at + 8)].allSatisfy(isHex), !isHex(bytes[at + 9]) {
            at += 9
            continue
        }
        out.append(bytes[at])
        at += 1
    }
    return out
}
