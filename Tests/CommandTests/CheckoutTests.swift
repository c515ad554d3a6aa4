import Foundation
import LecternCore
import Testing

/// bin/ as a stranger meets it: a copy in a folder of its own, with programs of the system that are only pretended.
@Suite struct CheckoutTests {
    /// A checkout in which everything is built and up to date.
    private func checkout(_ at: CommandFixture) throws {
        let bin = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../bin").standardized
        try at.write("check out/Package.swift", "")
        try at.write("check out/Sources/a/A.swift", "")
        for name in ["lectern", "build", "install", "test", "requirements"] {
            try FileManager.default.createDirectory(atPath: at.path("check out/bin"), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: bin.path + "/" + name, toPath: at.path("check out/bin/" + name))
        }
        try pretend(at, "check out/.build/release/lectern", "echo \"ran $*\"; exit 7")
        _ = try at.shell("find 'check out' -exec touch -d '2026-01-01' {} + ; touch 'check out/.build/lectern.stamp'")
        // What the scripts need of the system, without apt-get, sudo and swift.
        _ = try at.shell(
            """
            mkdir tools; for name in sh dirname readlink find touch mkdir mv cat grep tail mktemp rm id env; do
              ln -s "$(command -v $name)" tools/$name; done
            """)
    }

    private func pretend(_ at: CommandFixture, _ name: String, _ script: String) throws {
        try at.write(name, "#!/bin/sh\n\(script)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: at.path(name))
    }

    @Test(arguments: [
        "'check out/bin/lectern' a 'b c'", "cd / && \"$OLDPWD/check out/bin/lectern\" a 'b c'", "cd 'check out/bin' && ./lectern a 'b c'",
        "cd 'check out' && bin/lectern a 'b c'", "mkdir p && ln -s '../check out/bin/lectern' p/lectern && PATH=p:$PATH lectern a 'b c'",
        "ln -s 'check out' link && link/bin/lectern a 'b c'", "ln -s 'check out/bin' tools2 && tools2/lectern a 'b c'",
    ])
    func `bin/lectern finds its checkout from wherever it is called, and answers as the program does`(script: String) throws {
        let at = try CommandFixture()
        try checkout(at)
        let ran = try at.shell("export OLDPWD=\"$PWD\"; " + script)
        #expect(ran.output == "ran a b c\n" && ran.complaint.isEmpty && ran.code == 7)
    }

    @Test func `bin/lectern builds again when a source is new, changed or gone, and only then`() throws {
        let at = try CommandFixture()
        try checkout(at)
        try pretend(at, "tools/swift", "echo building >&2")
        for change in ["echo >'check out/Sources/a/B.swift'", "touch 'check out/Package.swift'", "rm 'check out/Sources/a/A.swift'"] {
            // A second apart, whatever the file system's clock can tell.
            _ = try at.shell("touch -d '1 minute ago' 'check out/.build/lectern.stamp'; \(change)")
            let run = "export LECTERN_SKIP_INSTALL=1; PATH=\"$PWD/tools\" 'check out/bin/lectern' x"
            let first = try at.shell(run)
            #expect(first.output == "ran x\n" && first.complaint.contains("Building lectern"), "\(change)")
            _ = try at.shell("touch -d '1 minute' 'check out/.build/lectern.stamp'")
            #expect(try at.shell(run).complaint.isEmpty)
        }
    }

    @Test func `a build that fails shows what the compiler said, and nothing old is run`() throws {
        let at = try CommandFixture()
        try checkout(at)
        try pretend(at, "tools/swift", "echo 'A.swift:1: error: no'; exit 1")
        let failed = try at.shell("touch -d '1 minute' 'check out/Package.swift'; LECTERN_SKIP_INSTALL=1 PATH=\"$PWD/tools\" 'check out/bin/lectern' x")
        #expect(failed.code == 70 && failed.output.isEmpty && failed.complaint.contains("A.swift:1: error: no"))
    }

    @Test func `without swift it says where to get it`() throws {
        let at = try CommandFixture()
        try checkout(at)
        let failed = try at.shell("rm -r 'check out/.build'; PATH=\"$PWD/tools\" 'check out/bin/lectern' x")
        #expect(failed.code == 70 && failed.complaint.contains("no swift") && failed.complaint.contains("swift.org"))
        #expect(try at.shell("PATH=\"$PWD/tools\" 'check out/bin/test'").code == 1)
    }

    @Test func `what is missing is named with its reason, and how to get it where it cannot be installed`() throws {
        let at = try CommandFixture()
        try checkout(at)
        let install = "PATH=\"$PWD/tools\" 'check out/bin/install' build run"
        let noApt = try at.shell(install)
        #expect(noApt.code == 1 && noApt.complaint.contains("libyaml-dev") && noApt.complaint.contains("no apt-get"))

        try pretend(at, "tools/apt-get", "echo \"$*\" >>apt.log; echo 'E: no network'; exit 100")
        let failing = try at.shell("rm tools/id; ln -s \"$(command -v id)\" tools/id; \(install)")
        if geteuid() == 0 {
            #expect(failing.code == 1 && failing.complaint.contains("E: no network"))
            #expect(try at.read("apt.log").contains("update\n"))
        }

        _ = try at.shell("rm tools/id")
        try pretend(at, "tools/id", "echo 1000")
        let noSudo = try at.shell(install)
        #expect(noSudo.code == 1 && noSudo.complaint.contains("no sudo") && noSudo.complaint.contains("apt-get install --no-install-recommends "))

        try pretend(at, "tools/sudo", "exec \"$@\"")
        try pretend(at, "tools/apt-get", "echo \"$DEBIAN_FRONTEND $*\" >apt.log")
        let done = try at.shell(install)
        #expect(done.code == 0)
        #expect(try at.read("apt.log").hasPrefix("noninteractive install -y --no-install-recommends libcmark-gfm-dev "))
    }

    @Test func `bin/test refuses a part that there is not`() throws {
        let at = try CommandFixture()
        try checkout(at)
        #expect(try at.shell("'check out/bin/test' swfit").code == 2)
    }
}
