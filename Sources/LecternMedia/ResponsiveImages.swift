import Dispatch
import Glibc
import LecternCore
import LecternCrypto
import Synchronization

/// A picture of the creator's.
public struct ImageSource: Sendable, Hashable {
    /// Absolute.
    public var path: String
    /// As problems name it: "content/courses/python/loop.png".
    public var shownAs: String
    /// SHA-256 of the file's bytes.
    public var digest: Digest

    public init(path: String, shownAs: String, digest: Digest) {
        self.path = path
        self.shownAs = shownAs
        self.digest = digest
    }
}

/// Makes the files that `<picture>` chooses from, once for each picture and recipe: the cache keeps them.
///
/// Programs are looked for at the first picture and started only for one that the cache does not hold. Without them
/// the picture itself is published, and `warning` says what to install.
public final class ResponsiveImages: Sendable {
    private let cacheFolder: String
    private let jobs: Int
    private let searchPath: String?
    private let found = Mutex<(tools: ImageTools, versions: [String]?)?>(nil)

    /// - Parameters:
    ///   - cacheFolder: absolute; `image/` is made in it when the first picture comes.
    ///   - jobs: how many programs run at the same time, at most.
    ///   - searchPath: where programs are looked for; default: `PATH`.
    public init(cacheFolder: String, jobs: Int, searchPath: String? = nil) {
        self.cacheFolder = cacheFolder
        self.jobs = max(1, jobs)
        self.searchPath = searchPath
    }

    /// What is missing on this machine, once for the site; nil when all is there or no picture was asked for.
    public var warning: Problem? { found.withLock { $0?.tools.warning } }

    public func make(_ source: ImageSource) throws(Problem) -> ImageSet {
        try make([source])[0].get()
    }

    /// - Returns: an image set or a problem for each source, in their order.
    public func make(_ sources: [ImageSource]) -> [Result<ImageSet, Problem>] {
        guard !sources.isEmpty else { return [] }
        let folder: CacheFolder
        do { folder = try CacheFolder(cacheFolder + "/image") } catch { return sources.map { _ in .failure(error) } }
        let tools = tools
        var manifests: [Digest: Result<ImageManifest, Problem>] = [:]
        var works: [ImageWork] = []
        var begun: Set<Digest> = []
        for source in sources where begun.insert(source.digest).inserted {
            if let manifest = ImageWork.cached(source, tools: tools, folder: folder) {
                manifests[source.digest] = .success(manifest)
                continue
            }
            do {
                works.append(try ImageWork(source, tools: tools, folder: folder))
            } catch {
                manifests[source.digest] = .failure(error)
            }
        }
        run(works)
        for work in works {
            manifests[work.source.digest] = Result { () throws(Problem) in try work.finish(toolVersions: versions) }
        }
        return sources.map { source in
            let name = slug(String(source.path.split(separator: "/").last?.prefixBeforeLastDot ?? ""))
            return manifests[source.digest]!.map {
                $0.imageSet(name: name.isEmpty ? "image" : name, source: source.path, folder: folder.path)
            }
        }
    }

    /// All widths of all pictures are one queue, the widest first, so that no core waits at the end of a picture.
    private func run(_ works: [ImageWork]) {
        let tasks = works.flatMap { work in work.widths.map { (work, $0) } }.sorted { $0.1 > $1.1 }
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(jobs, tasks.count)) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < tasks.count else { return }
                tasks[index].0.make(width: tasks[index].1)
            }
        }
    }

    private var tools: ImageTools {
        found.withLock { found in
            if let found { return found.tools }
            let tools = ImageTools(searchPath: searchPath)
            found = (tools, nil)
            return tools
        }
    }

    private var versions: [String] {
        found.withLock { found in
            if let known = found?.versions { return known }
            let versions = found?.tools.versions() ?? []
            found?.versions = versions
            return versions
        }
    }
}

extension Substring {
    fileprivate var prefixBeforeLastDot: Substring {
        lastIndex(of: ".").map { $0 == startIndex ? self : self[..<$0] } ?? self
    }
}
