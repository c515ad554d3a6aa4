extension Languages {
    static let swift = cLike {
        $0.blockComments = nestingComments
        $0.add(.keyword, """
            actor any as associatedtype async await borrowing break case catch class consume consuming continue convenience copy \
            default defer deinit didSet discard distributed do dynamic each else enum extension fallthrough fileprivate final for \
            func get guard if import in indirect infix init inout internal is isolated lazy let macro mutating nonisolated \
            nonmutating open operator optional override package postfix precedencegroup prefix private protocol public repeat \
            required rethrows return sending set some static struct subscript super switch throw throws try typealias unowned \
            unsafe var weak where while willSet
            """)
        $0.add(.constant, "true false nil self Self")
        $0.functionWords = Syntax.wordSet("func macro")
        $0.typeWords = Syntax.wordSet("class struct enum protocol actor extension typealias associatedtype")
        $0.at = .attribute
        $0.hash = .attribute
        $0.hasHashStrings = true
        $0.hasRegex = true
        let inner: (inout StringRule) -> Void = {
            $0.interpolation = bytes("\\(")
            $0.interpolationClose = 0x29
        }
        $0.strings = [
            StringRule("\"\"\"").with {
                inner(&$0)
                $0.runsOverLines = true
            },
            quoted.with(inner),
        ]
    }

    private static let cWords = """
        alignas alignof auto break case const constexpr continue default do else enum extern for goto if inline register \
        restrict return signed sizeof static static_assert struct switch typedef typeof union unsigned volatile while
        """
    private static let cTypes = """
        bool char double float int long short void size_t ssize_t ptrdiff_t int8_t int16_t int32_t int64_t uint8_t uint16_t \
        uint32_t uint64_t intptr_t uintptr_t FILE wchar_t
        """

    static let c = cLike {
        $0.add(.keyword, cWords)
        $0.add(.type, cTypes)
        $0.add(.constant, "true false NULL nullptr EOF stdin stdout stderr")
        $0.typeWords = Syntax.wordSet("struct enum union")
        $0.hash = .attribute
    }

    static let cpp = cLike {
        $0.add(.keyword, cWords + """
             and catch class co_await co_return co_yield concept consteval constinit const_cast decltype delete dynamic_cast \
            explicit export final friend import module mutable namespace new noexcept not operator or override private protected \
            public reinterpret_cast requires static_cast template this thread_local throw try typeid typename using virtual
            """)
        $0.add(.type, cTypes + " string string_view vector map set unordered_map optional variant pair tuple unique_ptr shared_ptr")
        $0.add(.constant, "true false NULL nullptr std cout cin cerr endl")
        $0.typeWords = Syntax.wordSet("struct enum union class namespace")
        $0.hash = .attribute
        $0.stringPrefixes = bytes("RLuU8")
        $0.hasRawStrings = true
    }

    static let cSharp = cLike {
        $0.add(.keyword, """
            abstract as async await base break case catch checked class const continue default delegate do else enum event \
            explicit extern finally fixed for foreach get global goto if implicit in init interface internal is lock namespace new \
            operator out override params partial private protected public readonly record ref required return sealed set sizeof \
            stackalloc static struct switch throw try typeof unchecked unsafe using value var virtual volatile when where while \
            with yield
            """)
        $0.add(.type, "bool byte char decimal double dynamic float int long nint object sbyte short string uint ulong ushort void")
        $0.add(.constant, "true false null this")
        $0.typeWords = Syntax.wordSet("class struct enum interface record namespace new")
        $0.hash = .attribute
        $0.strings = [
            StringRule("\"\"\"").with { $0.runsOverLines = true },
            StringRule("$\"", "\"").with { $0.interpolation = bytes("{") },
            StringRule("@\"", "\"").with {
                $0.escapes = false
                $0.doubles = true
                $0.runsOverLines = true
            },
            quoted, singleQuoted,
        ]
    }

    static let java = cLike {
        $0.add(.keyword, """
            abstract assert break case catch class const continue default do else enum exports extends final finally for goto if \
            implements import instanceof interface module native new non-sealed package permits private protected public record \
            requires return sealed static strictfp super switch synchronized this throw throws transient try var volatile when \
            while yield
            """)
        $0.add(.type, "boolean byte char double float int long short void")
        $0.add(.constant, "true false null")
        $0.typeWords = Syntax.wordSet("class interface enum record extends implements new")
        $0.at = .attribute
        $0.strings.insert(StringRule("\"\"\"").with { $0.runsOverLines = true }, at: 0)
    }

    static let kotlin = cLike {
        $0.blockComments = nestingComments
        $0.add(.keyword, """
            abstract annotation as break by catch class companion const constructor continue crossinline data do else enum \
            external final finally for fun get if import in infix init inline inner interface internal is lateinit noinline \
            object open operator out override package private protected public reified return sealed set super suspend tailrec \
            this throw try typealias val value var vararg when where while
            """)
        $0.add(.constant, "true false null it println")
        $0.functionWords = Syntax.wordSet("fun")
        $0.typeWords = Syntax.wordSet("class interface object typealias")
        $0.at = .attribute
        let inner: (inout StringRule) -> Void = {
            $0.interpolation = bytes("${")
            $0.dollarVariables = true
        }
        $0.strings = [
            StringRule("\"\"\"").with {
                inner(&$0)
                $0.escapes = false
                $0.runsOverLines = true
            },
            quoted.with(inner), singleQuoted,
        ]
    }

    static let dart = cLike {
        $0.add(.keyword, """
            abstract as assert async await base break case catch class const continue covariant default deferred do dynamic else \
            enum export extends extension external factory final finally for get if implements import in interface is late \
            library mixin new on operator part required rethrow return sealed set show static super switch sync this throw try \
            typedef var when while with yield
            """)
        $0.add(.type, "int double num bool void")
        $0.add(.constant, "true false null print")
        $0.typeWords = Syntax.wordSet("class mixin enum extends implements new")
        $0.at = .attribute
        let inner: (inout StringRule) -> Void = {
            $0.interpolation = bytes("${")
            $0.dollarVariables = true
        }
        $0.strings = [
            StringRule("'''").with {
                inner(&$0)
                $0.runsOverLines = true
            },
            quoted.with(inner), singleQuoted.with(inner),
        ]
    }

    static let go = cLike {
        $0.add(.keyword, """
            break case chan const continue default defer else fallthrough for func go goto if import interface map package range \
            return select struct switch type var
            """)
        $0.add(.type, """
            any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 \
            uint16 uint32 uint64 uintptr
            """)
        $0.add(.constant, "true false nil iota append cap clear close copy delete len make max min new panic print println recover")
        $0.functionWords = Syntax.wordSet("func")
        $0.typeWords = Syntax.wordSet("type")
        $0.capitalizedTypes = false
        $0.strings.append(
            StringRule("`").with {
                $0.escapes = false
                $0.runsOverLines = true
            })
    }

    static let rust = cLike {
        $0.blockComments = nestingComments
        $0.add(.keyword, """
            as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref \
            return static struct super trait type union unsafe use where while yield
            """)
        $0.add(.type, "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize")
        $0.add(.constant, "true false self Self None Some Ok Err")
        $0.functionWords = Syntax.wordSet("fn")
        $0.typeWords = Syntax.wordSet("struct enum trait type union")
        $0.hash = .attribute
        $0.macros = true
        $0.hasLifetimes = true
        $0.hasRawStrings = true
        $0.stringPrefixes = bytes("brc")
        $0.strings[0].runsOverLines = true
    }
}
