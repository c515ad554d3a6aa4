import Testing

@testable import LecternBuild

@Suite struct ScriptTextTests {
    @Test func `comments, indentation and empty lines are left out`() {
        let script = """
            // What it is.
            /** @param {string} a */
            export function f(a) {

              /* two
                 lines */ const url = "https://a"; // goes
              const g = (/** @type {string} */ b) => a + b;
              return `one
                // not a comment

              two \\` still` + g("*/");
            }

            """
        #expect(
            String(decoding: withoutComments(script: Array(script.utf8)), as: UTF8.self) == """
                export function f(a){
                const url="https://a";
                const g=(b)=>a + b;
                return `one
                    // not a comment

                  two \\` still` + g("*/");
                }

                """)
    }

    @Test(arguments: [
        (#"const a = 'it\'s // no comment'; // one"#, #"const a='it\'s // no comment';"#),
        (#"const a = /["'`/]\/\/*/.test(b) /* one */ && c;"#, #"const a = /["'`/]\/\/*/.test(b) && c;"#),
        ("const half = a / 2; // of a", "const half=a / 2;"),
        ("return /[/*]/u.exec(text); /* open", "return /[/*]/u.exec(text);/* open"),
        ("const url = `https://${host}/*`; // template", "const url = `https://${host}/*`;"),
        ("f(a /** @type {any} */ (b), c);", "f(a (b),c);"),
        ("const text = a ? \"x, y = z\" : 'a; b'; // texts stay", "const text=a?\"x, y = z\":'a; b';"),
        ("const sum = a + +b - -c;", "const sum=a + +b - -c;"),
        ("const all = [...one, /, ; /u];", "const all=[...one,/, ; /u];"),
        ("say(`${count} of ${more ? `${all}, all` : \"none\"}`, true);", "say(`${count} of ${more ? `${all}, all` : \"none\"}`, true);"),
    ])
    func `only comments and spaces around punctuation are taken out of a line`(line: String, left: String) {
        #expect(String(decoding: withoutComments(script: Array(line.utf8)), as: UTF8.self) == left + "\n")
    }
}
