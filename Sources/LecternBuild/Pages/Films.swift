import LecternCore
import LecternMedia

/// What a film's file says of itself.
struct FilmFacts {
    var durationSeconds: Int
    var width: Int
    var height: Int
}

extension UnitBuilder {
    func probe(_ source: String) -> FilmFacts? { nil }
    func posterFrame(_ source: String) -> String? { nil }
}
