import Glibc
import LecternContent
import LecternCore
import LecternCrypto

/// The output folder, and beside it what is known of the last build.
struct OutputStore {
    let output: String
    let target: OutputTarget
    private let state: String
    private var facts: FactsStore
    private let checkOnly: Bool
    private var results: [String: UnitResult] = [:]

    init(folder: SiteFolder, output: String?, checkOnly: Bool) throws(Problem) {
        self.output = output.map { absolutePath($0) } ?? folder.output
        let slash = self.output.lastIndex(of: "/") ?? self.output.startIndex
        state = self.output[..<slash] + "/." + self.output[self.output.index(after: slash)...] + ".lectern"
        self.checkOnly = checkOnly
        facts = FactsStore(folder: checkOnly ? nil : state + "/facts")
        target = OutputTarget(live: self.output, staging: checkOnly ? "" : state + "/staging")
    }

    func manifest(rules: Digest) -> SourceManifest { SourceManifest(rules: rules) }
    var isIntact: Bool { false }
    func isLost(_ unit: String) -> Bool { true }
    func holds(_ unit: String, _ entry: SourceManifest.Unit) -> Bool { facts.holds(unit, entry.factsKey) }
    func facts(_ state: UnitState, _ parts: UnitFacts.Parts) -> UnitFacts? {
        state.entry.flatMap { facts.facts(state.sources.name, $0.factsKey, parts) }
    }
    func makes(_ path: String) -> Bool { results.values.contains { $0.paths.contains(path) } }

    mutating func begin() throws(Problem) {
        if checkOnly { return }
        try makeFolder(state + "/facts")
        try makeFolder(state + "/staging")
    }

    mutating func keep(_ result: UnitResult, key: Digest) throws(Problem) {
        results[result.unit] = result
        try facts.keep(result.unit, key, result.facts)
    }

    func abort() {}

    mutating func commit(_ manifest: SourceManifest) throws(Problem) -> (written: Int, removed: Int) {
        rename(state + "/staging", output)
        return (results.values.reduce(0) { $0 + $1.changed.count }, 0)
    }
}

struct OutputTarget {
    var live: String
    var staging: String

    init(live: String, staging: String) {
        self.live = live
        self.staging = staging
    }

    func encoded() -> [UInt8] {
        var out = BinaryWriter()
        out.write(live)
        out.write(staging)
        return out.bytes
    }

    init(_ bytes: [UInt8]) throws(BinaryReader.Damaged) {
        var reader = BinaryReader(bytes)
        live = try reader.string()
        staging = try reader.string()
    }
}

final class UnitOutput {
    private(set) var changed: [String] = []
    let target: OutputTarget
    init(_ target: OutputTarget) { self.target = target }

    var sink: PageSink {
        if target.staging.isEmpty { return .nowhere }
        return PageSink(
            put: { [self] path, bytes throws(Problem) in
                let full = target.staging + "/" + path
                try makeFolder(String(full[..<full.lastIndex(of: "/")!]))
                try writeFile(full, bytes)
                changed.append(path)
            },
            link: { [self] path, file throws(Problem) in
                let full = target.staging + "/" + path
                try makeFolder(String(full[..<full.lastIndex(of: "/")!]))
                try writeFile(full, try readFile(file, shownAs: file, limitBytes: 1 << 30))
                changed.append(path)
            })
    }
}

func absolutePath(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return String(cString: current) + "/" + path
}

/// The coarse clock that the kernel stamps files with.
func fileClockNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
