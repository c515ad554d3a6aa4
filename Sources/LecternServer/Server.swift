import HummingbirdCore
import LecternCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Listens, until the task's graceful shutdown: then no connection is taken any more, and requests that began are answered.
public struct Server: Service {
    private let api: CompanionAPI
    private let limits: ConnectionLimits
    private let host: String
    private let port: Int
    private let log: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - onListening: is told the port.
    public init(
        _ api: CompanionAPI, host: String, port: Int, limits: ConnectionLimits = ConnectionLimits(), log: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.api = api
        self.host = host
        self.port = port
        self.limits = limits
        self.log = log
        self.onListening = onListening
    }

    /// Connections taken between two rounds of requests. Four, NIO's own number, let the last of a thousand that come together
    /// wait for seconds while the first are served.
    private static let acceptedAtOnce: UInt = 128

    public func run() async throws {
        // Hummingbird's own words about starting and stopping are told by us, in ours.
        var quiet = log
        quiet.logLevel = .error
        let api = api, limits = limits, onListening = onListening, log = log
        let server = try HTTPServerBuilder { respond in
            CompanionChannel(
                limits: limits, rules: ConnectionGuard.Rules(limitBytes: { api.limitBytes($0) }, refuse: { api.refuse($0, $1) }), responder: respond)
        }.buildServer(
            configuration: ServerConfiguration(
                address: .hostname(host, port: port), backlog: 4096, availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet,
            responder: { request, writer, channel in
                let response = await api.respond(to: request, from: channel.remoteAddress.flatMap(NetworkAddress.init(_:)) ?? .none)
                try await writer.write(response: response.head, body: response.body)
            },
            onServerRunning: { channel in
                do { try await channel.setOption(.maxMessagesPerRead, value: Self.acceptedAtOnce).get() } catch {
                    log.warning("connections are taken four at a time", metadata: ["cause": .string("\(error)")])
                }
                await onListening(channel.localAddress?.port ?? 0)
            })
        try await withGracefulShutdownHandler {
            try await server.run()
        } onGracefulShutdown: {
            log.info("stopping")
        }
    }
}

extension NetworkAddress {
    /// Of a connection that has no address, such as one that is gone already.
    static let none = NetworkAddress(high: 0, low: 0)

    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let v4): self.init(high: 0, low: 0xFFFF << 32 | UInt64(UInt32(bigEndian: v4.address.sin_addr.s_addr)))
        case .v6(let v6):
            let bytes = withUnsafeBytes(of: v6.address.sin6_addr) { Array($0) }
            self.init(high: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }, low: bytes[8...].reduce(0) { $0 << 8 | UInt64($1) })
        case .unixDomainSocket: return nil
        }
    }
}
