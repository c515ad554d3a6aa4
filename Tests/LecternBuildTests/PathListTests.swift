import Testing

@testable import LecternBuild

@Suite struct PathListTests {
    /// Names in which the order of bytes is not the order of folders: '-' and ' ' come before '/'.
    private let names = ["a", "b", "a-b", "a b", "ab", "b.c", "变量"]

    private func paths(_ seed: inout Int) -> PathList {
        var paths: [String] = []
        for _ in 0..<40 {
            var parts: [String] = []
            for _ in 0..<(seed % 4 + 1) {
                seed = (seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407) & Int.max
                parts.append(names[(seed >> 16) % names.count])
            }
            paths.append(parts.joined(separator: "/") + "/index.html")
        }
        return PathList(paths)
    }

    @Test func `sorted paths stand in the order of their bytes, each once`() {
        var seed = 1
        for _ in 0..<100 {
            let list = paths(&seed)
            #expect(list.sorted().paths == Set(list.paths).sorted())
        }
        #expect(PathList(["b", "", "a", "", "b"]).sorted().strings == ["", "a", "b"])
        #expect(PathList().sorted() == PathList())
    }

    @Test func `the folders of a list are those above each path and the root`() {
        var seed = 7
        for _ in 0..<100 {
            let list = paths(&seed).sorted()
            #expect(list.folders.paths == foldersHolding([list]))
        }
        #expect(PathList(["index.html"]).folders.strings == [""])
        #expect(PathList().folders.strings == [""])
        #expect(PathList(["a-b/c/x", "a/b/c/x", "a/b/y", "a/z", "ab/x", "z"]).folders.strings == ["", "a", "a-b", "a-b/c", "a/b", "a/b/c", "ab"])
    }
}
