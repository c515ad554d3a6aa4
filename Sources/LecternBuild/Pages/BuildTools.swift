import LecternCore
import LecternMarkup

/// What one process needs to build pages, made when it is first needed. Not for several threads (see `MarkdownRenderer`).
final class BuildTools {
    let renderer: MarkdownRenderer

    init(site: SiteContext) {
        renderer = MarkdownRenderer(cacheFolder: site.cacheFolder + "/markup")
    }

    func options(_ language: String, dropTitle: Bool, idPrefix: String = "") -> MarkdownRenderer.Options {
        .init(dropTitle: dropTitle, words: language.hasPrefix("zh") ? .chinese : .english, idPrefix: idPrefix)
    }
}
