import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import LecternServer

/// The guard alone, on a channel without a network and with a clock that is moved by hand.
struct ConnectionGuardTests {
    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(
            handler: ConnectionGuard(
                patience: .seconds(30),
                rules: ConnectionGuard.Rules(
                    limitBytes: { _ in 10 },
                    refuse: { refused, _ in
                        (HTTPResponseHead(version: .http1_1, status: .init(statusCode: refused.status.code), headers: ["connection": "close"]), ByteBuffer(string: refused.code))
                    })))
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
        return channel
    }

    private func head(_ headers: HTTPHeaders = [:]) -> HTTPServerRequestPart {
        var all: HTTPHeaders = ["host": "me.example"]
        all.add(contentsOf: headers)
        return .head(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/api/sign-out", headers: all))
    }

    private func handedOn(_ channel: EmbeddedChannel) throws -> [String] {
        var parts: [String] = []
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head: parts.append("head")
            case .body(let body): parts.append(String(buffer: body))
            case .end: parts.append("end")
            }
        }
        return parts
    }

    private func said(_ channel: EmbeddedChannel) throws -> [String] {
        var parts: [String] = []
        while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
            switch part {
            case .head(let head): parts.append("\(head.status.code)" + (head.headers["connection"] == ["close"] ? " last" : ""))
            case .body(.byteBuffer(let body)): parts.append(String(buffer: body))
            default: break
            }
        }
        return parts
    }

    private func answer(_ channel: EmbeddedChannel, _ headers: HTTPHeaders = [:]) throws {
        try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)))
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
    }

    @Test func `nothing is handed on before a request is whole`() throws {
        let channel = try channel()
        try channel.writeInbound(head())
        try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "12")))
        try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "345")))
        #expect(try handedOn(channel).isEmpty)
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        #expect(try handedOn(channel) == ["head", "12345", "end"])
    }

    @Test func `a request that ends in the middle never reaches a door`() throws {
        for error in [HTTPParserError.invalidEOFState, .invalidChunkSize] {
            let channel = try channel()
            try channel.writeInbound(head())
            try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "{}")))
            channel.pipeline.fireErrorCaught(error)
            try channel.writeInbound(HTTPServerRequestPart.end(nil))
            #expect(try handedOn(channel).isEmpty)
        }
    }

    @Test func `a request that is not whole after 30 seconds ends the connection, however it trickles`() throws {
        let channel = try channel()
        channel.embeddedEventLoop.advanceTime(by: .seconds(25))
        try channel.writeInbound(head())
        for _ in 0..<29 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer()))
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
        #expect(try handedOn(channel).isEmpty)
    }

    @Test func `a long answer takes the time it takes`() throws {
        let channel = try channel()
        try channel.writeInbound(head())
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .minutes(10))
        #expect(channel.isActive)
        try answer(channel)
        #expect(try said(channel) == ["200"])
    }

    @Test func `a client that takes nothing for 30 seconds is left`() throws {
        let channel = try channel()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        #expect(!channel.isActive)
        let other = try self.channel()
        other.isWritable = false
        other.pipeline.fireChannelWritabilityChanged()
        other.embeddedEventLoop.advanceTime(by: .seconds(20))
        other.isWritable = true
        other.pipeline.fireChannelWritabilityChanged()
        other.embeddedEventLoop.advanceTime(by: .seconds(100))
        #expect(other.isActive)
    }

    @Test func `a refusal waits for the answers before it, and is the last`() throws {
        let channel = try channel()
        for _ in 0..<2 {
            try channel.writeInbound(head())
            try channel.writeInbound(HTTPServerRequestPart.end(nil))
        }
        try channel.writeInbound(head(["content-length": "11"]))
        try channel.writeInbound(head())
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        #expect(try handedOn(channel) == ["head", "end", "head", "end"])
        try answer(channel)
        #expect(try said(channel) == ["200"])
        try answer(channel)
        #expect(try said(channel) == ["200", "413 last", "too-large"])
        #expect(throws: ChannelError.self) { try answer(channel) }
        #expect(try said(channel).isEmpty)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
    }

    @Test func `a body that grows beyond its limit is refused`() throws {
        let channel = try channel()
        try channel.writeInbound(head(["transfer-encoding": "chunked"]))
        try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "1234567890")))
        #expect(try said(channel).isEmpty)
        try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "x")))
        #expect(try said(channel) == ["413 last", "too-large"])
        #expect(try handedOn(channel).isEmpty)
    }

    @Test func `a client that asks whether to go on is told so, and one that says too much is not`() throws {
        let channel = try channel()
        try channel.writeInbound(head(["content-length": "10", "expect": "100-continue"]))
        #expect(try said(channel) == ["100"])
        let other = try self.channel()
        try other.writeInbound(head(["content-length": "11", "expect": "100-continue"]))
        #expect(try said(other) == ["413 last", "too-large"])
    }
}
