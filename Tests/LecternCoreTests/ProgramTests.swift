import LecternCore
import Testing

@Suite struct ProgramTests {
    let shell = Program(path: "/bin/sh")

    @Test func `a program is found the way a shell finds it`() {
        #expect(Program.find("sh", searchPath: "/nowhere:/bin")?.path == "/bin/sh")
        #expect(Program.find("sh", searchPath: "/nowhere") == nil)
        #expect(Program.find("etc", searchPath: "/") == nil, "a folder is no program")
    }

    @Test func `output, complaint and status come back`() throws {
        let output = try shell.run(["-c", "printf hello; echo first >&2; echo second >&2; exit 3"])
        #expect(output.bytes == Array("hello".utf8))
        #expect(output.status == .exited(3) && !output.succeeded)
        #expect(output.lastComplaint == "second")
    }

    @Test func `a megabyte goes in and comes out although pipes hold far less`() throws {
        let input = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let output = try Program(path: "/bin/cat").run([], input: input)
        #expect(output.bytes == input)
    }

    @Test func `a program that reads nothing is no trouble`() throws {
        let output = try shell.run(["-c", "exec <&-; echo done"], input: [UInt8](repeating: 65, count: 1 << 20))
        #expect(output.succeeded && output.bytes == Array("done\n".utf8))
    }

    @Test func `arguments reach the program as they are, shell signs included`() throws {
        let output = try Program(path: "/usr/bin/printf").run(["%s|", "a b", "$HOME", "'\"; rm", "中文"])
        #expect(String(decoding: output.bytes, as: UTF8.self) == "a b|$HOME|'\"; rm|中文|")
    }

    @Test func `a program that never ends is stopped`() {
        #expect(throws: ProgramFailure.timedOut(program: "sleep", seconds: 0.05)) {
            try Program(path: "/bin/sleep").run(["1000"], limits: .init(seconds: 0.05))
        }
        #expect(throws: ProgramFailure.timedOut(program: "sh", seconds: 0.05), "with its streams closed, too") {
            try shell.run(["-c", "exec >&- 2>&-; while :; do :; done"], limits: .init(seconds: 0.05))
        }
    }

    @Test func `a program that floods is stopped`() {
        #expect(throws: ProgramFailure.tooMuchOutput(program: "cat", limitBytes: 1000)) {
            try Program(path: "/bin/cat").run(["/dev/zero"], limits: .init(seconds: 60, outputBytes: 1000))
        }
    }

    @Test func `a flood of complaints keeps its end only`() throws {
        let output = try shell.run(["-c", "head -c 1000000 /dev/zero >&2; echo the end >&2"])
        #expect(output.complaint.count == 8192 && output.lastComplaint.hasSuffix("the end"))
    }

    @Test func `a missing program says so`() {
        #expect(throws: ProgramFailure.didNotStart(program: "nothing", reason: "No such file or directory")) {
            try Program(path: "/nowhere/nothing").run([])
        }
    }

    @Test func `a killed program is told from one that failed`() throws {
        #expect(try shell.run(["-c", "kill -9 $$"]).status == .killed(signal: 9))
    }

    @Test func `language and time zone of the machine stay outside`() throws {
        let output = try shell.run(["-c", "echo $LC_ALL $TZ $EXTRA $USER$LANG"], environment: ["EXTRA": "more"])
        #expect(String(decoding: output.bytes, as: UTF8.self) == "C.UTF-8 UTC more\n")
    }

    @Test func `the folder is the one asked for`() throws {
        #expect(try shell.run(["-c", "pwd"], folder: "/usr").bytes == Array("/usr\n".utf8))
    }

    @Test func `a program that asks for too much memory fails alone`() throws {
        let output = try shell.run(
            ["-c", "read go; a=$(head -c 400000000 /dev/zero | tr '\\0' a); echo ${#a}"], input: [0x0A],
            limits: .init(seconds: 60, memoryBytes: 100 << 20))
        #expect(!output.succeeded)
    }
}

@Suite struct ConversationTests {
    @Test func `each line is answered, in order`() throws {
        let talk = try Conversation(Program(path: "/bin/cat"), limits: .init(seconds: 60))
        for number in 0..<100 { #expect(try talk.ask(Array("line \(number)".utf8)) == Array("line \(number)".utf8)) }
    }

    @Test func `a line longer than a pipe passes`() throws {
        let talk = try Conversation(Program(path: "/bin/cat"), limits: .init(seconds: 60))
        let long = [UInt8](repeating: 97, count: 1 << 20)
        #expect(try talk.ask(long) == long)
    }

    @Test func `a program that gives up is quoted`() throws {
        let talk = try Conversation(
            Program(path: "/bin/sh"), ["-c", "read a; echo $a; read b; echo no more >&2; exit 2"], limits: .init(seconds: 60))
        #expect(try talk.ask(Array("one".utf8)) == Array("one".utf8))
        #expect(throws: ProgramFailure.ended(program: "sh", complaint: "no more")) { try talk.ask(Array("two".utf8)) }
    }

    @Test func `a program that does not answer is given up`() throws {
        let talk = try Conversation(Program(path: "/bin/sleep"), ["1000"], limits: .init(seconds: 0.05))
        #expect(throws: ProgramFailure.timedOut(program: "sleep", seconds: 0.05)) { try talk.ask([]) }
    }
}
