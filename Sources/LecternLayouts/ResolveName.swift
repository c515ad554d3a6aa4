import LecternCore

/// Finds out, from shapes, where the value of a name will be.
///
/// The nearest scope whose shape has the first name decides, whether or not the value is there while rendering: an
/// author without a `url` never gets the `url` of the course around it. Where a scope's shape is `.any`, the search
/// goes on while rendering, as the Mustache specification says.
enum LayoutResolution {
    case found(scope: Int, searches: Bool, LayoutShape)
    case unknown(message: String, help: [String])

    /// - Parameter scopes: outermost first.
    init(_ path: LayoutPath, in scopes: [LayoutShape]) {
        guard let first = path.names.first else {
            self = .found(scope: scopes.count - 1, searches: false, scopes[scopes.count - 1])
            return
        }
        for scope in scopes.indices.reversed() {
            switch scopes[scope] {
            case .any:
                self = .found(scope: scope, searches: true, .any)
                return
            case .fields(let fields):
                guard let shape = fields[first] else { continue }
                self = Self.follow(path.names.dropFirst(), from: shape, text: first, scope)
                return
            case .text, .html, .flag, .list:
                continue
            }
        }
        self = .unknown(message: "there is no name \"\(path.text)\" here", help: Self.help(path, scopes))
    }

    private static func follow(
        _ names: ArraySlice<String>, from start: LayoutShape, text: String, _ scope: Int
    ) -> LayoutResolution {
        var (shape, text) = (start, text)
        for name in names {
            switch shape {
            case .any:
                return .found(scope: scope, searches: false, .any)
            case .fields(let fields):
                guard let next = fields[name] else {
                    let near = nearest(name, among: fields.keys.sorted())
                    let help = near.map { "did you mean \(text).\($0)?" } ?? "it has \(listed(fields.keys))"
                    return .unknown(message: "\"\(text)\" has no \"\(name)\"", help: [help])
                }
                shape = next
            case .list:
                return .unknown(
                    message: "\"\(text)\" is a list, and has no \"\(name)\" of its own",
                    help: ["write {{#\(text)}}{{\(name)}}{{/\(text)}}"])
            case .text, .html, .flag:
                return .unknown(message: "\"\(text)\" has no \"\(name)\"", help: ["it is a \(shape.kind)"])
            }
            text += "." + name
        }
        return .found(scope: scope, searches: false, shape)
    }

    private static func help(_ path: LayoutPath, _ scopes: [LayoutShape]) -> [String] {
        let rest = path.names.dropFirst()
        var names: [String] = []
        for case .fields(let fields) in scopes.reversed() {
            names += fields.keys.sorted().filter { !names.contains($0) }
        }
        if let near = nearest(path.names[0], among: names) {
            return ["did you mean \(([near] + rest).joined(separator: "."))?"]
        }
        // The right name, but inside something: title → page.title.
        let inside = names.filter { name in
            for case .fields(let fields) in scopes.reversed() {
                guard let shape = fields[name] else { continue }
                if case .fields(let inner) = shape { return inner[path.names[0]] != nil }
                return false
            }
            return false
        }
        if !inside.isEmpty {
            let full = inside.sorted().prefix(6).map { ([$0] + path.names).joined(separator: ".") }
            return ["did you mean \(full.joined(separator: " or "))?"]
        }
        return names.isEmpty ? [] : ["names here: \(listed(names))"]
    }

    private static func listed(_ names: some Sequence<String>) -> String {
        let sorted = names.sorted()
        return sorted.prefix(24).joined(separator: ", ") + (sorted.count > 24 ? ", …" : "")
    }
}

extension LayoutShape {
    fileprivate var kind: String {
        switch self {
        case .text: "text"
        case .html: "piece of HTML"
        case .flag: "yes or no"
        case .list: "list"
        case .fields: "group of names"
        case .any: "value"
        }
    }
}
