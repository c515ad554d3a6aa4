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

    @Test func `the companion's commands are listed with the others`() throws {
        let shown = try CommandFixture().run("--help").output
        for name in ["serve", "orders", "learners", "backup", "restore"] { #expect(shown.contains("\n  \(name) ")) }
    }
}
