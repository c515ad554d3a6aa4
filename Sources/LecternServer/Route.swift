import HTTPTypes

/// One operation of the API: `GET /orders/{id}`.
struct Route: Sendable {
    /// What it takes behind its head.
    enum Body: Sendable {
        /// GET and DELETE without anything: what a client sends anyhow is not looked at.
        case none
        case json
        /// As the pages send beacons, so that no preflight is needed.
        case text
        /// A provider's notice: any type, its very bytes.
        case notice
        /// A button of the preview's own pages.
        case form

        var limitBytes: Int {
            switch self {
            case .none: 0
            case .json, .text, .form: 64 << 10
            case .notice: 1 << 20
            }
        }
    }

    typealias Door = @Sendable (Asked) async throws -> Answer

    let method: HTTPRequest.Method
    /// `orders/{}`: a pair of braces stands for one segment.
    let pattern: [String]
    /// As the API's description calls it.
    let name: String
    let takes: Body
    let door: Door

    init(_ method: HTTPRequest.Method, _ pattern: String, _ name: String, takes: Body = .none, _ door: @escaping Door) {
        self.method = method
        self.pattern = pattern.split(separator: "/").map(String.init)
        self.name = name
        self.takes = takes
        self.door = door
    }

    /// Whether it may change something, and so has to be asked from a page of the site. A notice is known by its signature;
    /// the preview's own pages are no pages of the site, and nothing there is worth stealing.
    var needsOrigin: Bool {
        switch takes {
        case .notice, .form: false
        case .none, .json, .text: method != .get
        }
    }

    /// - Returns: the segments that its braces stand for; nil when the path is another's.
    func parameters(_ path: [String]) -> [String]? {
        guard path.count == pattern.count else { return nil }
        var parameters: [String] = []
        for (segment, wanted) in zip(path, pattern) {
            if wanted == "{}" { parameters.append(segment) } else if segment != wanted { return nil }
        }
        return parameters
    }
}

/// All operations, found by the first segment of the path.
struct RouteTable: Sendable {
    let routes: [Route]
    private let byFirst: [String: [Int]]

    init(_ routes: [Route]) {
        self.routes = routes
        byFirst = Dictionary(grouping: routes.indices) { routes[$0].pattern[0] }
    }

    enum Found {
        case route(Int, parameters: [String])
        /// The path is known, with other methods.
        case otherMethods([HTTPRequest.Method])
        case nothing
    }

    func find(_ method: HTTPRequest.Method, _ path: [String]) -> Found {
        guard let first = path.first, let candidates = byFirst[first] else { return .nothing }
        var methods: [HTTPRequest.Method] = []
        for place in candidates {
            guard let parameters = routes[place].parameters(path) else { continue }
            if routes[place].method == method { return .route(place, parameters: parameters) }
            methods.append(routes[place].method)
        }
        return methods.isEmpty ? .nothing : .otherMethods(methods)
    }
}
