extension Languages {
    static let python = hashCommented {
        $0.add(.keyword, """
            and as assert async await break class continue def del elif else except finally for from global if import in is \
            lambda nonlocal not or pass raise return try while with yield match case
            """)
        $0.add(.constant, """
            True False None self cls print len range enumerate zip map filter sorted reversed sum min max abs round open input \
            isinstance issubclass super type int float str bool list dict set tuple bytes object property staticmethod \
            classmethod repr iter next any all hash id getattr setattr hasattr ord chr format divmod pow
            """)
        $0.functionWords = Syntax.wordSet("def")
        $0.typeWords = Syntax.wordSet("class")
        $0.at = .attribute
        $0.stringPrefixes = bytes("rbfuRBFUtT")
        let inner: (inout StringRule) -> Void = {
            $0.interpolation = bytes("{")
            $0.interpolationPrefixes = bytes("fFtT")
        }
        let long: (inout StringRule) -> Void = {
            inner(&$0)
            $0.runsOverLines = true
        }
        $0.strings = [StringRule("\"\"\"").with(long), StringRule("'''").with(long), quoted.with(inner), singleQuoted.with(inner)]
    }

    private static let scriptWords = """
        async await break case catch class const continue debugger default delete do else export extends finally for from \
        function get if import in instanceof let new of return set static switch throw try typeof var void while with yield
        """

    private static func script(_ words: String) -> Syntax {
        cLike {
            $0.add(.keyword, scriptWords + " " + words)
            $0.add(.constant, "true false null undefined NaN Infinity this super console document window globalThis process")
            $0.functionWords = Syntax.wordSet("function")
            $0.typeWords = Syntax.wordSet("class extends new interface type enum implements")
            $0.nameLetters = bytes("$")
            $0.hasRegex = true
            $0.at = .attribute
            $0.strings.append(
                StringRule("`").with {
                    $0.runsOverLines = true
                    $0.interpolation = bytes("${")
                })
        }
    }

    static let javaScript = script("")
    static let typeScript = script("""
        abstract any as asserts bigint boolean declare enum implements infer interface is keyof namespace never number object \
        out override private protected public readonly satisfies string symbol type unique unknown
        """)

    static let shell = hashCommented {
        $0.add(.keyword, """
            if then else elif fi for while until do done case esac in function select time return break continue exit export \
            local readonly declare typeset unset shift set source eval exec trap
            """)
        $0.add(.constant, """
            echo printf read cd pwd ls cp mv rm mkdir rmdir cat grep sed awk find xargs sort uniq head tail wc cut tr tee test \
            true false kill chmod chown curl wget git ssh scp tar zip unzip sudo apt apt-get brew npm npx node pip pip3 python \
            python3 docker make touch ln which alias type ffmpeg rsync systemctl
            """)
        $0.heredoc = HeredocRule(open: bytes("<<"), marks: bytes("-"), allowsSpace: true, dollarVariables: true)
        $0.functionWords = Syntax.wordSet("function")
        $0.commentsNeedSpace = true
        $0.dollarVariables = true
        $0.capitalizedTypes = false
        $0.nameLetters = bytes("-")
        $0.strings = [
            quoted.with {
                $0.dollarVariables = true
                $0.runsOverLines = true
            },
            singleQuoted.with {
                $0.escapes = false
                $0.runsOverLines = true
            },
        ]
    }

    static let ruby = hashCommented {
        $0.add(.keyword, """
            alias and begin break case class def defined do else elsif end ensure for if in module next not or redo rescue retry \
            return super then undef unless until when while yield require require_relative include extend attr_reader \
            attr_writer attr_accessor raise loop lambda proc private public protected
            """)
        $0.add(.constant, "true false nil self puts print p")
        $0.functionWords = Syntax.wordSet("def")
        $0.typeWords = Syntax.wordSet("class module")
        $0.at = .variable
        $0.dollarVariables = true
        $0.heredoc = HeredocRule(open: bytes("<<"), marks: bytes("-~"), needsMark: true)
        $0.strings[0].interpolation = bytes("#{")
        $0.strings[0].runsOverLines = true
    }

    static let php = cLike {
        $0.lineComments.append(bytes("#"))
        $0.add(.keyword, """
            abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty \
            enum extends final finally fn for foreach function global goto if implements include include_once instanceof \
            insteadof interface isset list match namespace new or print private protected public readonly require require_once \
            return static switch throw trait try unset use var while xor yield int float string bool void mixed never
            """)
        $0.add(.constant, "true false null self parent")
        $0.heredoc = HeredocRule(open: bytes("<<<"), allowsSpace: true, endsLoosely: true, dollarVariables: true)
        $0.functionWords = Syntax.wordSet("function fn")
        $0.typeWords = Syntax.wordSet("class interface trait enum extends implements new")
        $0.dollarVariables = true
        $0.strings[0].dollarVariables = true
        $0.strings[0].runsOverLines = true
        $0.strings[1].runsOverLines = true
    }

    static let lua = hashCommented {
        $0.lineComments = []
        $0.blockComments = [(bytes("--[["), bytes("]]"), false), (bytes("--"), bytes("\n"), false)]
        $0.add(.keyword, "and break do else elseif end for function goto if in local not or repeat return then until while")
        $0.add(.constant, "true false nil self print pairs ipairs require")
        $0.functionWords = Syntax.wordSet("function")
        $0.strings.append(
            StringRule("[[", "]]").with {
                $0.escapes = false
                $0.runsOverLines = true
            })
    }

    static let r = hashCommented {
        $0.add(.keyword, "if else repeat while function for in next break return library require")
        $0.add(.constant, "TRUE FALSE NULL NA NaN Inf")
        $0.nameLetters = bytes(".")
        $0.capitalizedTypes = false
    }

    static let dockerfile = hashCommented {
        $0.add(.keyword, "FROM AS RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL")
        $0.dollarVariables = true
        $0.capitalizedTypes = false
        $0.nameLetters = bytes("-")
    }

    static let makefile = hashCommented {
        $0.add(.keyword, "ifeq ifneq ifdef ifndef else endif include define endef export override")
        $0.add(.constant, ".PHONY .DEFAULT_GOAL")
        $0.dollarVariables = true
        $0.capitalizedTypes = false
        $0.nameLetters = bytes("-.")
    }

    static let sql: Syntax = {
        var syntax = Syntax()
        syntax.ignoresCase = true
        syntax.capitalizedTypes = false
        syntax.lineComments = [bytes("--")]
        syntax.blockComments = cComments
        let string: (inout StringRule) -> Void = {
            $0.escapes = false
            $0.doubles = true
            $0.runsOverLines = true
        }
        syntax.strings = [
            singleQuoted.with(string),
            quoted.with {
                string(&$0)
                $0.tokenClass = .variable
            },
            StringRule("`").with {
                string(&$0)
                $0.tokenClass = .variable
            },
        ]
        syntax.add(.keyword, """
            add all alter analyze and any as asc begin between by cascade case check collate column commit conflict constraint \
            create cross current database default deferrable delete desc distinct do drop each else end escape except exists \
            explain filter first following for foreign from full function generated grant group having if ignore immediate in \
            index inner insert instead intersect into is isolation join key last lateral left like limit materialized natural no \
            not nothing nulls of offset on or order outer over partition pragma preceding primary procedure range recursive \
            references release rename replace restrict returning returns revoke right rollback row rows savepoint schema select \
            set strict table temp temporary then to transaction trigger truncate unbounded union unique update using vacuum values \
            view virtual when where window with without
            """)
        syntax.add(.type, """
            bigint binary bit blob boolean bool bytea char character date datetime decimal double float int integer interval json \
            jsonb numeric precision real serial bigserial smallint text time timestamp timestamptz uuid varchar
            """)
        syntax.add(.constant, "true false null current_date current_time")
        return syntax
    }()

    static let graphQL = hashCommented {
        $0.add(.keyword, "query mutation subscription fragment on type interface union enum input scalar schema extend implements directive")
        $0.add(.constant, "true false null")
        $0.dollarVariables = true
        $0.at = .attribute
    }
}
