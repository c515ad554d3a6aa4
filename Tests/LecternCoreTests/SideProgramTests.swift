import Glibc
import LecternCore
import Testing

@Suite struct SideProgramTests {
    private let shell = Program(path: "/bin/sh")

    @Test func `lines of both streams arrive, the last one without its newline too, then the end`() throws {
        let program = try SideProgram(shell, ["-c", "echo one; echo two >&2; printf three"])
        var lines: [String] = []
        while let line = program.nextLine() { lines.append(line) }
        #expect(lines.sorted() == ["one", "three", "two"])
    }

    @Test func `a forgotten program is ended`() throws {
        var program: SideProgram? = try SideProgram(shell, ["-c", "echo $$; exec sleep 600"])
        let line = try #require(program?.nextLine())
        let pid = try #require(pid_t(line))
        #expect(kill(pid, 0) == 0)
        program = nil
        #expect(kill(pid, 0) != 0)
    }
}
