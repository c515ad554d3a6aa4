import LecternCore

enum CommitFailure: Error {
    case refused([Problem])
    case system(SystemFailure)
}

/// What a commit will do, known before it touches anything.
struct CommitPlan {
    var units: [Manifest.Unit] = []
    /// Paths that no unit made before.
    var added = PathList()
    /// Paths whose bytes differ from the output's.
    var changed = PathList()
    /// Paths that no unit makes any more.
    var removed: [OutputPath] = []
    /// Foreign files, less those that turned out to hold what a page wanted to say.
    var foreign = PathList()

    /// - Throws: `.refused` when a unit is named that is not known, two units make one file, or a foreign file stands
    ///   where a page wants to be.
    init(_ made: [OutputUnit], _ state: OutputState, _ folder: OutputFolder) throws(CommitFailure) {
        var old: [String: Manifest.Unit] = [:]
        for unit in state.known.units { old[unit.name] = unit }
        var noLonger: [OutputPath] = []
        var newPaths = PathList()
        for unit in made {
            let before = old.removeValue(forKey: unit.name)
            switch unit.content {
            case .kept:
                guard let before, state.isTrusted else {
                    throw .refused([Problem(.error, "nothing is known about the last build of \(unit.name)", file: folder.shown)])
                }
                units.append(before)
            case .made(let paths, let unitChanged):
                PathList.difference(
                    before?.paths ?? PathList(), paths, onlyOld: { noLonger.append(OutputPath($0)) },
                    onlyNew: { newPaths.append($0) })
                units.append(Manifest.Unit(name: unit.name, mark: unit.mark, paths: paths))
                changed.append(unitChanged)
            }
        }
        for unit in old.values { noLonger += unit.paths.paths }

        let twice = Self.madeTwice(units, newPaths)
        guard twice.isEmpty else {
            throw .refused(Self.problems(madeTwice: twice, folder))
        }
        if !noLonger.isEmpty {
            let new = Set(newPaths.paths)
            removed = noLonger.filter { !new.contains($0) }.sorted()
        }
        added = newPaths.sorted()
        changed = changed.sorted()
        // One copy in memory where all is new.
        if changed == added { changed = added }
        let conflicts = resolveForeign(state.known.foreign)
        guard conflicts.isEmpty else { throw .refused(folder.conflicts(conflicts)) }
    }

    static func problems(madeTwice paths: [OutputPath], _ folder: OutputFolder) -> [Problem] {
        paths.map { path in
            Problem(
                .error, "two parts of the site make this file", file: folder.shown + "/" + path.text,
                help: ["a file of static/ lies where a course has one of its own: give one of them another name"])
        }
    }

    /// Two units can only clash where one of them has a path that is new to it.
    private static func madeTwice(_ units: [Manifest.Unit], _ newPaths: PathList) -> [OutputPath] {
        guard !newPaths.isEmpty else { return [] }
        // A number for each path tells which are worth a second look: mostly none.
        var seen = TwiceSeen()
        for unit in units { unit.paths.forEach { seen.add($0) } }
        if seen.isClear { return [] }
        var counts: [OutputPath: Int] = [:]
        for unit in units {
            unit.paths.forEach { path in if seen.mayBeTwice(path) { counts[OutputPath(path), default: 0] += 1 } }
        }
        let new = Set(newPaths.paths)
        return counts.filter { $0.value > 1 && new.contains($0.key) }.keys.sorted()
    }

    /// - Returns: the foreign files that a page would have to replace, or to stand on or under.
    private mutating func resolveForeign(_ files: PathList) -> [OutputPath] {
        foreign = files
        guard !files.isEmpty, !added.isEmpty || !changed.isEmpty else { return [] }
        let foreignPaths = Set(files.paths)
        let foldersOfForeign = Set(foldersHolding([files])).subtracting([.root])
        let written = Set(changed.paths)
        var inTheWay: Set<OutputPath> = []
        var adopted: Set<OutputPath> = []
        for path in written.union(added.paths) {
            for folder in path.withParents.dropFirst() where foreignPaths.contains(folder) { inTheWay.insert(folder) }
            if foldersOfForeign.contains(path) { inTheWay.formUnion(foreignPaths.filter { $0.withParents.contains(path) }) }
            guard foreignPaths.contains(path) else { continue }
            if written.contains(path) { inTheWay.insert(path) } else { adopted.insert(path) }
        }
        if !adopted.isEmpty { foreign = PathList(files.paths.filter { !adopted.contains($0) }) }
        return inTheWay.sorted()
    }
}
