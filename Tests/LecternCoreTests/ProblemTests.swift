import Testing

@testable import LecternCore

@Suite struct ProblemTests {
    @Test func `a problem says file, line, what and how to mend it`() {
        let problem = Problem(
            .error, "video \"intro.mp4\" is not in this folder", file: "content/courses/a/01-b.md", line: 4,
            help: ["found here: intro.mov"])
        #expect(
            "\(problem)" == """
                content/courses/a/01-b.md:4: error: video "intro.mp4" is not in this folder
                  found here: intro.mov
                """)
    }

    @Test func `a problem of the whole site has no place`() {
        #expect("\(Problem(.warning, "no courses", file: ""))" == "warning: no courses")
    }
}
