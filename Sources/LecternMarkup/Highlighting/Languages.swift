/// The languages by name. Each table is made when its language is first met.
enum Languages {
    enum Language {
        case code(Syntax)
        case session(prompts: [StaticString], Syntax)
        case markup, styleSheet, json, yaml, settings, diff, plain
    }

    static func language(_ name: String) -> Language? {
        switch name.lowercased() {
        case "python", "py", "python3": .code(python)
        case "pycon": .session(prompts: [">>> ", "... "], python)
        case "swift": .code(swift)
        case "javascript", "js", "mjs", "jsx": .code(javaScript)
        case "typescript", "ts", "tsx": .code(typeScript)
        case "bash", "sh", "shell", "zsh": .code(shell)
        case "console", "shell-session", "sh-session", "terminal": .session(prompts: ["$ ", "# ", "% "], shell)
        case "sql", "sqlite", "mysql", "postgresql", "postgres", "psql": .code(sql)
        case "c", "h": .code(c)
        case "cpp", "c++", "cc", "cxx", "hpp": .code(cpp)
        case "csharp", "c#", "cs": .code(cSharp)
        case "java": .code(java)
        case "kotlin", "kt", "kts": .code(kotlin)
        case "dart": .code(dart)
        case "go", "golang": .code(go)
        case "rust", "rs": .code(rust)
        case "ruby", "rb": .code(ruby)
        case "php": .code(php)
        case "lua": .code(lua)
        case "r": .code(r)
        case "dockerfile", "docker": .code(dockerfile)
        case "makefile", "make": .code(makefile)
        case "graphql": .code(graphQL)
        case "html", "xml", "svg", "xhtml", "vue", "svelte", "mustache": .markup
        case "css", "scss", "less": .styleSheet
        case "json", "jsonc", "json5", "jsonl", "webmanifest": .json
        case "yaml", "yml": .yaml
        case "toml", "ini", "cfg", "conf", "properties", "env", "dotenv": .settings
        case "diff", "patch": .diff
        case "text", "txt", "plain", "plaintext", "none", "output", "markdown", "md", "csv", "log", "tree": .plain
        default: nil
        }
    }

    /// What a mistyped name is compared with.
    static let names = [
        "python", "pycon", "swift", "javascript", "jsx", "typescript", "tsx", "bash", "shell", "console", "sql", "cpp", "csharp", "java",
        "kotlin", "dart", "go", "rust", "ruby", "php", "lua", "dockerfile", "makefile", "graphql", "html", "xml", "svg", "css", "scss",
        "json", "yaml", "toml", "ini", "diff", "text", "markdown", "dot", "math",
    ]

    // MARK: Shared parts

    static let quoted = StringRule("\"")
    static let singleQuoted = StringRule("'")
    static let cComments: [(open: [UInt8], close: [UInt8], nests: Bool)] = [(bytes("/*"), bytes("*/"), false)]
    static let nestingComments: [(open: [UInt8], close: [UInt8], nests: Bool)] = [(bytes("/*"), bytes("*/"), true)]

    static func cLike(_ change: (inout Syntax) -> Void) -> Syntax {
        var syntax = Syntax()
        syntax.lineComments = [bytes("//")]
        syntax.blockComments = cComments
        syntax.strings = [quoted, singleQuoted]
        change(&syntax)
        return syntax
    }

    static func hashCommented(_ change: (inout Syntax) -> Void) -> Syntax {
        var syntax = Syntax()
        syntax.lineComments = [bytes("#")]
        syntax.strings = [quoted, singleQuoted]
        change(&syntax)
        return syntax
    }
}
