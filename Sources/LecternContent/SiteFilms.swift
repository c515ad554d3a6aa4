extension SiteFolder {
    /// Every film below the site's content, absolute, whichever lesson it belongs to.
    public var films: [String] {
        SourceTree(root: root, places: places).files.filter { LocalName($0.name, languages: []).isVideo }.map { root + "/" + $0.path }
    }
}
