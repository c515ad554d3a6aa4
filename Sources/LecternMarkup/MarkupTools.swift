/// What one renderer keeps between pages.
final class MarkupTools {
    let cache: MarkupCache
    let maths: MathsTypesetter
    let diagrams: DiagramDrawer

    init(cacheFolder: String?, programs: MarkupPrograms) {
        cache = MarkupCache(folder: cacheFolder)
        maths = MathsTypesetter(programs: programs, cache: cache)
        diagrams = DiagramDrawer(dot: programs.dot, cache: cache)
    }
}
