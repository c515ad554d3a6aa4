import Glibc
import LecternCore
import LecternMarkup
import LecternMedia

/// What one process needs to build pages. Programs behind it are started when they are first needed. Not for several
/// threads (see `MarkdownRenderer`).
final class BuildTools {
    let renderer: MarkdownRenderer
    let images: ResponsiveImages
    let cards: OpenGraphCards
    let videos: Videos

    /// - Parameters:
    ///   - isWorker: other processes build at the same time, and each starts programs of its own.
    ///   - note: is told what takes long.
    init(site: SiteContext, isWorker: Bool = false, note: @escaping @Sendable (String) -> Void) {
        renderer = MarkdownRenderer(cacheFolder: site.cacheFolder + "/markup")
        images = ResponsiveImages(cacheFolder: site.cacheFolder, jobs: isWorker ? 1 : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        videos = Videos(cacheFolder: site.cacheFolder, heard: { note($0.text) })
        cards = OpenGraphCards(cacheFolder: site.cacheFolder, program: Self.drawingProgram)
    }

    func options(_ language: String, dropTitle: Bool, idPrefix: String = "") -> MarkdownRenderer.Options {
        .init(dropTitle: dropTitle, words: language.hasPrefix("zh") ? .chinese : .english, idPrefix: idPrefix)
    }

    /// What is missing on this machine, once for the site.
    var warnings: [Problem] { cards.warnings + [images.warning, videos.warning].compactMap(\.self) }

    /// `lectern-draw` lies beside the program itself.
    private static var drawingProgram: Program? {
        guard let own = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(own) }
        let path = String(cString: own)
        let beside = path[...(path.lastIndex(of: "/") ?? path.startIndex)] + "lectern-draw"
        return access(String(beside), X_OK) == 0 ? Program(path: String(beside)) : nil
    }
}
