import Testing

@Suite struct CompanionCommandTests {
    @Test func `a lectern without its companion beside it says where that belongs`() throws {
        let at = try CommandFixture()
        for words in ["serve --check", "help orders", "backup --help"] {
            let alone = try at.shell("cp \"$LECTERN\" lectern && ./lectern \(words)")
            #expect(alone.code == 1 && alone.output.isEmpty)
            #expect(alone.complaint.contains("lectern-companion cannot be started: it is not there\n"))
            #expect(alone.complaint.contains("copy lectern-companion there"))
        }
    }

    @Test func `a preview without its program beside it says where that belongs`() throws {
        let alone = try CommandFixture().shell("cp \"$LECTERN\" lectern && ./lectern preview --help")
        #expect(alone.code == 1 && alone.output.isEmpty)
        #expect(alone.complaint.contains("lectern-preview cannot be started: it is not there\n"))
    }

    @Test func `the builder is not linked with an HTTP client, which each of its workers would load`() throws {
        let linked = try CommandFixture().shell("LD_TRACE_LOADED_OBJECTS=1 \"$LECTERN\"")
        #expect(linked.output.contains("libc.so"))
        #expect(!linked.output.contains("libcurl"))
    }

    @Test func `the companion's commands are listed with the others`() throws {
        let shown = try CommandFixture().run("--help").output
        for name in ["serve", "orders", "learners", "backup", "restore"] { #expect(shown.contains("\n  \(name) ")) }
    }
}
