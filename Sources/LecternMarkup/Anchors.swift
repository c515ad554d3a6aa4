/// The ids of one page, each once.
struct Anchors {
    private(set) var all: [String] = []
    private var taken: Set<String> = []
    private var fixed: Set<String> = []
    /// The number that the next heading of the same text gets.
    private var nextNumber: [String: Int] = [:]
    private let prefix: String

    init(prefix: String) {
        self.prefix = prefix
    }

    /// Keeps an id that the author wrote from being given to a heading above it.
    mutating func reserve(_ id: String) {
        taken.insert(id)
    }

    /// An id made from a heading's words, with `-1`, `-2` … when they are taken.
    mutating func add(_ words: String) -> String {
        let wanted = prefix + (words.isEmpty ? "section" : words)
        if taken.insert(wanted).inserted {
            all.append(wanted)
            return wanted
        }
        var number = nextNumber[wanted] ?? 1
        while true {
            let id = "\(wanted)-\(number)"
            number += 1
            if taken.insert(id).inserted {
                nextNumber[wanted] = number
                all.append(id)
                return id
            }
        }
    }

    /// An id that stands in the source, or a footnote's.
    mutating func addFixed(_ id: String) -> String {
        taken.insert(id)
        fixed.insert(id)
        all.append(id)
        return id
    }

    func hasFixed(_ id: String) -> Bool { fixed.contains(id) }
}
