import Testing

@testable import LecternBuild

@Suite struct ScriptTextTests {
    @Test func `comments on lines of their own, indentation and empty lines are left out`() {
        let script = """
            // What it is.
            /** @param {string} a */
            export function f(a) {

              /* two
                 lines */ const url = "https://a"; // stays
              const g = (/** @type {string} */ b) => a + b;
              return `one
                // not a comment

              two \\` still` + g("*/");
            }

            """
        #expect(
            String(decoding: withoutComments(script: Array(script.utf8)), as: UTF8.self) == """
                export function f(a) {
                const url = "https://a"; // stays
                const g = (/** @type {string} */ b) => a + b;
                return `one
                    // not a comment

                  two \\` still` + g("*/");
                }

                """)
    }
}
