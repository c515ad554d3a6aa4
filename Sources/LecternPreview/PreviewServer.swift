import FlyingFox
import Foundation
import LecternCore

/// Serves the built site to the creator's own browser.
///
/// Preview alone uses this small server: it compiles in seconds, and nobody but the creator reaches it.
struct PreviewServer: HTTPHandler {
    let output: String
    /// "/" or "/learn/".
    let root: String
    let state: PreviewState

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.method == .GET || request.method == .HEAD else { return HTTPResponse(statusCode: .methodNotAllowed) }
        if request.path == "/_lectern/changes" { return await changes(request) }
        if request.path == "/_lectern/reload.js" { return text(reloadScript, "text/javascript; charset=utf-8") }
        let path = request.path.removingPercentEncoding ?? request.path
        guard path.hasPrefix(root), !path.contains("/../"), !path.hasSuffix("/.."), !path.contains("\0") else {
            return path == "/" || path + "/" == root ? redirect(root) : try await missing(path)
        }
        var file = output + "/" + path.dropFirst(root.count)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), isFolder.boolValue {
            guard path.hasSuffix("/") else { return redirect(request.path + "/") }
            file += file.hasSuffix("/") ? "index.html" : "/index.html"
        }
        guard FileManager.default.fileExists(atPath: file) else { return try await missing(path) }
        if file.hasSuffix(".html") { return try page(file, .ok) }
        let handler = FileHTTPHandler(path: URL(fileURLWithPath: file), contentType: Self.type(file), cacheControl: [.noCache])
        return try await handler.handleRequest(request)
    }

    private func changes(_ request: HTTPRequest) async -> HTTPResponse {
        let seen = request.query.first { $0.name == "after" }.flatMap { Int($0.value) } ?? -1
        await state.next(after: seen)
        let problems = await state.problems
        let answer = Changes(
            version: await state.version, failed: problems.contains { $0.severity == .error },
            problems: problems.filter { $0.severity == .error }.map(\.description))
        let data = (try? JSONEncoder().encode(answer)) ?? Data()
        return HTTPResponse(statusCode: .ok, headers: HTTPHeaders([.contentType: "application/json", .cacheControl: "no-store"]), body: data)
    }

    private struct Changes: Encodable {
        var version: Int
        var failed: Bool
        var problems: [String]
    }

    private func page(_ file: String, _ status: HTTPStatusCode) throws -> HTTPResponse {
        guard var html = FileManager.default.contents(atPath: file) else { return HTTPResponse(statusCode: .notFound) }
        let script = Data("<script type=\"module\" src=\"/_lectern/reload.js\"></script>\n".utf8)
        if let head = html.range(of: Data("</head>".utf8)) { html.insert(contentsOf: script, at: head.lowerBound) } else { html += script }
        return HTTPResponse(
            statusCode: status, headers: HTTPHeaders([.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]), body: html)
    }

    private func missing(_ path: String) async throws -> HTTPResponse {
        for folder in [path.dropFirst(root.count).prefix { $0 != "/" } + "/", ""] {
            let file = output + "/" + folder + "404.html"
            if FileManager.default.fileExists(atPath: file) { return try page(file, .notFound) }
        }
        let hasProblems = await !state.problems.isEmpty
        if hasProblems {
            return text(
                "<!doctype html><html lang=\"en\"><head><title>lectern preview</title></head><body></body></html>"
                    .replacingOccurrences(of: "</head>", with: "<script type=\"module\" src=\"/_lectern/reload.js\"></script></head>"),
                "text/html; charset=utf-8")
        }
        return text("There is no such page.", "text/plain; charset=utf-8", .notFound)
    }

    private func redirect(_ path: String) -> HTTPResponse { HTTPResponse(statusCode: .found, headers: HTTPHeaders([.location: path])) }

    private func text(_ body: String, _ type: String, _ status: HTTPStatusCode = .ok) -> HTTPResponse {
        HTTPResponse(statusCode: status, headers: HTTPHeaders([.contentType: type, .cacheControl: "no-store"]), body: Data(body.utf8))
    }

    /// IANA media types of what a site is made of.
    static func type(_ file: String) -> String {
        let types = [
            "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
            "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif",
            "ico": "image/x-icon", "mp4": "video/mp4", "webm": "video/webm", "vtt": "text/vtt; charset=utf-8", "xml": "application/xml",
            "txt": "text/plain; charset=utf-8", "pdf": "application/pdf", "zip": "application/zip", "csv": "text/csv; charset=utf-8",
            "py": "text/plain; charset=utf-8", "woff2": "font/woff2",
        ]
        let ending = file.split(separator: "/").last?.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return types[ending] ?? "application/octet-stream"
    }
}
