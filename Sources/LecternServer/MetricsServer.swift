import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// `/metrics` on a port of its own, which only this machine should reach: how much is sold is nobody else's business.
public struct MetricsServer: Service {
    private let host: String
    private let port: Int
    private let text: @Sendable () async -> String
    private let log: Logger

    public init(host: String, port: Int, log: Logger, text: @escaping @Sendable () async -> String) {
        self.host = host
        self.port = port
        self.text = text
        var quiet = log
        quiet.logLevel = .error
        self.log = quiet
    }

    public func run() async throws {
        let text = text
        let server = try HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(30))).buildServer(
            configuration: ServerConfiguration(address: .hostname(host, port: port), availableConnectionsDelegate: MaximumAvailableConnections(100)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: log,
            responder: { request, writer, _ in
                let isKnown = request.method == .get && request.head.path == "/metrics"
                let body = isKnown ? await text() : "Only GET /metrics is here.\n"
                var head = HTTPResponse(status: isKnown ? .ok : .notFound)
                head.headerFields[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
                head.headerFields[.contentLength] = String(body.utf8.count)
                try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
            })
        try await server.run()
    }
}
