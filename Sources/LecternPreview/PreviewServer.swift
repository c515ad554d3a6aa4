import FlyingFox
import Foundation
import LecternCore

/// Serves the built site to the creator's own browser.
///
/// Preview alone uses this small server: it compiles in seconds, and nobody but the creator reaches it.
struct PreviewServer: HTTPHandler {
    /// Absolute. It need not exist yet.
    let output: String
    let state: PreviewState

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.method == .GET || request.method == .HEAD else {
            return HTTPResponse(statusCode: .methodNotAllowed, headers: HTTPHeaders([HTTPHeader("Allow"): "GET, HEAD"]))
        }
        guard isMeant(request.headers[.host]) else {
            return answer("The preview answers to localhost alone.\n", "text/plain; charset=utf-8", .forbidden, request)
        }
        // As it was sent: `request.path` is decoded already, and has lost the slash at its end.
        let encoded = request.target.path()
        if encoded == "/_lectern/changes" { return try await changes(request) }
        if encoded == "/_lectern/reload.js" { return answer(reloadScript, Self.type("reload.js"), .ok, request) }
        // Before the page is read: a build that ends in between makes it reload once too often, never too seldom.
        let snapshot = await state.now
        guard let parts = Self.parts(encoded) else { return missing([], snapshot, request) }
        var file = ([output] + parts).joined(separator: "/")
        if isFolder(file) {
            guard encoded.hasSuffix("/") else {
                // One slash at its start: two would name another host.
                let folder = encoded.split(separator: "/").joined(separator: "/")
                return HTTPResponse(statusCode: .found, headers: HTTPHeaders([.location: "/\(folder)/"]))
            }
            file += "/index.html"
        } else if encoded.hasSuffix("/") {
            return missing(parts, snapshot, request)
        }
        guard FileManager.default.fileExists(atPath: file), !isFolder(file) else { return missing(parts, snapshot, request) }
        if file.hasSuffix(".html") { return page(file, .ok, snapshot, request) ?? missing(parts, snapshot, request) }
        let handler = FileHTTPHandler(path: URL(fileURLWithPath: file), contentType: Self.type(file), cacheControl: [.noCache])
        return try await handler.handleRequest(request)
    }

    /// Another site's name that was made to point at this machine (DNS rebinding) must not read a creator's drafts.
    /// Addresses are safe, since no name has to be looked up for them.
    private func isMeant(_ host: String?) -> Bool {
        guard let host = host?.lowercased() else { return true }
        if host.hasPrefix("[") { return true }
        let name = host.split(separator: ":").first ?? ""
        return name == "localhost" || name.hasSuffix(".localhost") || name.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// The names on the way to a file of the output; nil when they could lead out of it.
    private static func parts(_ encoded: String) -> [String]? {
        guard encoded.hasPrefix("/"), let path = encoded.removingPercentEncoding, !path.contains("\0") else { return nil }
        let parts = path.split(separator: "/").map(String.init)
        return parts.contains(where: { $0 == ".." || $0 == "." }) ? nil : parts
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    // MARK: What the open pages ask

    private struct Changes: Encodable {
        var version: Int
        var failed: Bool
        var problems: [String]
    }

    private func changes(_ request: HTTPRequest) async throws -> HTTPResponse {
        let seen = request.query.first { $0.name == "after" }.flatMap { Int($0.value) } ?? -1
        let news = await state.change(since: seen)
        let answer = Changes(
            version: news.version, failed: news.failed, problems: news.problems.filter { $0.severity == .error }.map(\.description))
        return HTTPResponse(
            statusCode: .ok, headers: HTTPHeaders([.contentType: "application/json", .cacheControl: "no-store"]),
            body: try JSONEncoder().encode(answer))
    }

    // MARK: Pages

    /// - Returns: nil when the file went away.
    private func page(
        _ file: String, _ status: HTTPStatusCode, _ snapshot: PreviewState.Snapshot, _ request: HTTPRequest
    ) -> HTTPResponse? {
        guard var html = FileManager.default.contents(atPath: file) else { return nil }
        let script = Data(reloadElement(snapshot.version).utf8)
        if let head = html.range(of: Data("</head>".utf8)) { html.insert(contentsOf: script, at: head.lowerBound) } else { html += script }
        return answer(html, "text/html; charset=utf-8", status, request)
    }

    private func reloadElement(_ version: Int) -> String {
        "<script type=\"module\" src=\"/_lectern/reload.js?version=\(version)\"></script>\n"
    }

    private func missing(_ parts: [String], _ snapshot: PreviewState.Snapshot, _ request: HTTPRequest) -> HTTPResponse {
        // A language may have its own: /en/404.html.
        for folder in [parts.first, nil] {
            let file = [output, folder, "404.html"].compactMap(\.self).joined(separator: "/")
            if let response = page(file, .notFound, snapshot, request) { return response }
        }
        return standIn(snapshot, request)
    }

    /// What is shown as long as no build has gone well.
    private func standIn(_ snapshot: PreviewState.Snapshot, _ request: HTTPRequest) -> HTTPResponse {
        let isChinese = request.headers[HTTPHeader("Accept-Language")]?.hasPrefix("zh") == true
        let title =
            switch (snapshot.isBuilt, isChinese) {
            case (true, true): "网站还没能生成"
            case (true, false): "This site could not be built yet"
            case (false, true): "正在生成网站……"
            case (false, false): "The site is being built…"
            }
        let problems = snapshot.problems.map { "<pre>\(escaped($0.description))</pre>\n" }.joined()
        let html = """
            <!doctype html>
            <html lang="\(isChinese ? "zh" : "en")" data-lectern-stand-in>
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>\(title)</title>
            <style>:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif } body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
            pre { white-space: pre-wrap; overflow-wrap: anywhere }</style>
            \(reloadElement(snapshot.version))</head>
            <body><h1>\(title)</h1>
            \(problems)</body></html>

            """
        return answer(html, "text/html; charset=utf-8", .serviceUnavailable, request)
    }

    private func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    }

    private func answer(_ body: String, _ type: String, _ status: HTTPStatusCode, _ request: HTTPRequest) -> HTTPResponse {
        answer(Data(body.utf8), type, status, request)
    }

    private func answer(_ body: Data, _ type: String, _ status: HTTPStatusCode, _ request: HTTPRequest) -> HTTPResponse {
        var headers = HTTPHeaders([.contentType: type, .cacheControl: "no-store"])
        guard request.method == .HEAD else { return HTTPResponse(statusCode: status, headers: headers, body: body) }
        headers[.contentLength] = String(body.count)
        return HTTPResponse(statusCode: status, headers: headers)
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
