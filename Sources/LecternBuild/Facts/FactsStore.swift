import Glibc
import LecternContent
import LecternCore
import LecternCrypto

/// Facts of every unit, a file each, beside the output: `facts/<unit>.<digest>`, and what it gives to the search index in
/// another, since that is larger and seldom wanted whole. The digest in the name says which facts the file holds, so that
/// a build that was cut off leaves nothing that a later one could mistake.
struct FactsStore {
    /// nil keeps everything in memory: `check` writes nothing.
    private let folder: String?
    private var memory: [String: (facts: [UInt8], search: [UInt8])] = [:]

    init(folder: String?) {
        self.folder = folder
    }

    private static let nothing = Digest([])

    private func name(_ unit: String, _ key: Digest) -> String {
        Digest(unit).hex(8) + "." + key.hex(16)
    }

    /// Whether both files are there.
    func holds(_ unit: String, facts: Digest, search: Digest) -> Bool {
        guard let folder else { return memory[unit] != nil }
        return access(folder + "/" + name(unit, facts), R_OK) == 0
            && (search == Self.nothing || access(folder + "/" + name(unit, search), R_OK) == 0)
    }

    mutating func keep(_ result: UnitResult, _ keys: FactKeys) throws(Problem) {
        guard let folder else {
            memory[result.unit] = (result.facts, result.search)
            return
        }
        try writeFile(folder + "/" + name(result.unit, keys.all), result.facts)
        if !result.search.isEmpty { try writeFile(folder + "/" + name(result.unit, keys.search), result.search) }
    }

    func search(_ unit: String, _ key: Digest) -> SearchSource {
        guard let folder else { return .memory(memory[unit]?.search ?? []) }
        return key == Self.nothing ? .nothing : .file(folder + "/" + name(unit, key))
    }

    /// - Returns: nil when there are none, or they are damaged.
    func facts(_ unit: String, _ key: Digest, _ parts: UnitFacts.Parts) -> UnitFacts? {
        let bytes: [UInt8]?
        if let folder {
            bytes = try? readFile(folder + "/" + name(unit, key), shownAs: unit, limitBytes: Frame.limitBytes)
        } else {
            bytes = memory[unit]?.facts
        }
        guard let bytes else { return nil }
        return try? UnitFacts(bytes, parts)
    }

    /// Removes facts that no manifest names any more.
    func removeOthers(than kept: [(unit: String, key: Digest)]) {
        guard let folder, let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        let names = Set(kept.map { name($0.unit, $0.key) })
        while let entry = readdir(stream) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !found.hasPrefix("."), !names.contains(found) { unlink(folder + "/" + found) }
        }
    }
}
