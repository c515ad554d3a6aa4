import LecternCore
import LecternLayouts

/// A page in the list of a tag or concept.
struct TagEntry {
    var title: String
    /// Below the site's root.
    var path: String
    var description: String
    var course: String

    func encoded() -> [UInt8] {
        var out = BinaryWriter()
        for text in [title, path, description, course] { out.write(text) }
        return out.bytes
    }

    /// - Parameter bytes: of entries, one behind the other.
    static func list(_ bytes: [UInt8]) -> [TagEntry] {
        var reader = BinaryReader(bytes)
        var entries: [TagEntry] = []
        while !reader.isAtEnd {
            guard let title = try? reader.string(), let path = try? reader.string(), let description = try? reader.string(),
                let course = try? reader.string()
            else { break }
            entries.append(TagEntry(title: title, path: path, description: description, course: course))
        }
        return entries
    }

    func fields(_ address: Address) -> LayoutValue {
        [
            "title": .text(title), "url": .text(address.url(path)), "description": .text(description), "course": .text(course),
        ]
    }
}
