import LecternContent
import LecternCore
import Synchronization

/// Lists a site's files, cut into units: a course each, the free-standing pages, the files that are copied as they are.
///
/// Whatever lies at the top is listed at once, the folders below it by as many threads as call `work`, each of which takes
/// the next one that nobody has.
final class SourceScan: Sendable {
    private struct Task {
        var unit: String
        var folder: String
    }

    /// What one thread listed.
    struct Part: Sendable {
        fileprivate var trees: [(task: Int, tree: SourceTree)] = []
    }

    private let site: SiteFolder
    private let top: SourceTree
    private let tasks: [Task]
    private let next = Atomic(0)

    init(_ site: SiteFolder) {
        self.site = site
        guard let onlyCourse = site.onlyCourse else {
            (top, tasks) = Self.top(of: site)
            return
        }
        top = SourceTree()
        tasks = [Task(unit: "courses/" + onlyCourse, folder: onlyCourse)]
    }

    private static func top(of site: SiteFolder) -> (SourceTree, [Task]) {
        var tree = SourceTree(excluding: [site.settingsFile])
        var tasks: [Task] = []
        guard let reader = FolderReader(root: site.root) else { return (tree, []) }
        var pending = Array(site.places.reversed())
        while let place = pending.popLast() {
            if !reader.isFolder(place) {
                tree.add(file: place, reader)
            } else if place == site.contentFolder.dropLast() {
                pending += tree.addFiles(of: place, reader).reversed()
            } else if place == site.contentFolder + "courses" {
                tasks += tree.addFiles(of: place, reader).map { Task(unit: String($0.dropFirst(site.contentFolder.utf8.count)), folder: $0) }
            } else {
                tasks.append(Task(unit: place == "static" ? "static" : "pages", folder: place))
            }
        }
        return (tree, tasks)
    }

    /// Lists folders until none is left that another thread has not taken.
    func work() -> Part {
        var part = Part()
        guard let reader = FolderReader(root: site.root) else { return part }
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < tasks.count else { return part }
            var tree = SourceTree(excluding: site.onlyCourse.map { [$0 + "/output"] } ?? [])
            tree.add(folder: tasks[index].folder, reader)
            part.trees.append((index, tree))
        }
    }

    /// All units, those of courses that have files in the order of their folders' names.
    func sources(_ parts: [Part]) -> (courses: [UnitSources], pages: UnitSources, statics: UnitSources, problems: [Problem]) {
        var courses: [UnitSources] = []
        var pages = UnitSources(name: "pages", path: "pages", listing: top.listing)
        var statics = UnitSources(name: "static", path: "static")
        var problems = top.problems
        for (index, tree) in parts.flatMap(\.trees).sorted(by: { $0.task < $1.task }) {
            problems += tree.problems
            switch tasks[index].unit {
            case pages.name: pages.listing.append(tree.listing)
            case statics.name: statics.listing.append(tree.listing)
            case let name where !tree.listing.isEmpty:
                courses.append(UnitSources(name: name, path: tasks[index].folder, listing: tree.listing))
            default: break
            }
        }
        return (courses, pages, statics, problems)
    }
}
