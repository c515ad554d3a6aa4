import HTTPTypes
import NIOCore
import NIOHTTP1

/// Stands between the HTTP/1.1 decoder and everything else of a connection, and lets nothing through that two readers
/// could read differently, or that never ends.
///
/// - What a proxy and this program might understand differently (request smuggling, RFC 9112, sections 6.1 and 11.2) is
///   refused, and the connection closed behind the answer.
/// - A request that is not whole 30 seconds after its first line, and a client that takes nothing for 30 seconds, end the
///   connection. (A head that never becomes whole, and silence, are HTTPConnectionStateHandler's.)
/// - What cannot be parsed is answered in the words of every other refusal.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A refusal's head and body, made by who knows request ids and words.
    typealias Refuse = @Sendable (Refused) -> (HTTPResponseHead, ByteBuffer)

    private enum State {
        case open
        /// No more requests are taken; this is said after the answers that are still due.
        case refusing(Refused)
        /// An answer with `Connection: close` goes out, or went out: what still arrives is thrown away.
        case closing
    }

    private let patience: TimeAmount
    private let refuse: Refuse
    private var state = State.open
    private var answersDue = 0
    /// Until when the request that is being read has to be whole.
    private var readDeadline: NIODeadline?
    /// Until when a client that took nothing has to take something.
    private var writeDeadline: NIODeadline?
    private var check: Scheduled<Void>?
    /// The client wants no more than what it asked for so far.
    private var isLastRequest = false
    /// The answer that is being written says that it is the last.
    private var isLastAnswer = false

    init(patience: TimeAmount, refuse: @escaping Refuse) {
        self.patience = patience
        self.refuse = refuse
    }

    func handlerAdded(context: ChannelHandlerContext) { schedule(in: patience, context) }

    func channelInactive(context: ChannelHandlerContext) {
        check?.cancel()
        check = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .open = state else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let refused = Self.refusal(of: head) { return give(refused, context) }
            answersDue += 1
            readDeadline = .now() + patience
            // What follows a request that ends the connection is not a request (RFC 9112, section 9.6).
            isLastRequest = !head.isKeepAlive
        case .body: break
        case .end:
            readDeadline = nil
            if isLastRequest { state = .closing }
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // Nobody behind this handler asks for more; what was sent is still taken, so that the answer is not lost in a reset.
        if case .closing = state, answersDue == 0 { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .open = state else { return }
        switch error {
        case HTTPParserError.headerOverflow: give(.headersTooLarge, context)
        case HTTPParserError.invalidEOFState: context.close(promise: nil)
        case is HTTPParserError: give(.badRequest, context)
        default: context.close(promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeDeadline = context.channel.isWritable ? nil : .now() + patience
        context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if isLastRequest, answersDue == 1 { head.headers.replaceOrAdd(name: "connection", value: "close") }
            isLastAnswer = head.headers[canonicalForm: "connection"].contains("close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            answersDue -= 1
            context.write(data, promise: promise)
            if isLastAnswer { return linger(context) }
            if case .refusing(let refused) = state, answersDue == 0 { say(refused, context) }
        }
    }

    private func give(_ refused: Refused, _ context: ChannelHandlerContext) {
        state = .refusing(refused)
        readDeadline = nil
        if answersDue == 0 { say(refused, context) }
    }

    private func say(_ refused: Refused, _ context: ChannelHandlerContext) {
        let (head, body) = refuse(refused)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    /// Closes the writing half, and everything two seconds later: closing at once while unread bytes lie here would make the
    /// system send a reset, which may overtake the answer.
    private func linger(_ context: ChannelHandlerContext) {
        state = .closing
        answersDue = 0
        context.flush()
        context.close(mode: .output, promise: nil)
        context.read()
        check?.cancel()
        let channel = context.channel
        check = context.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    private func schedule(in time: TimeAmount, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        check = context.eventLoop.scheduleTask(in: time) {
            let (handler, context) = bound.value
            let deadline = [handler.readDeadline, handler.writeDeadline].compactMap(\.self).min()
            if let deadline, deadline <= .now() { return context.close(promise: nil) }
            handler.schedule(in: deadline.map { $0 - .now() } ?? handler.patience, context)
        }
    }

    /// What is wrong with a request's head for every route alike.
    static func refusal(of head: HTTPRequestHead) -> Refused? {
        guard head.version == .http1_1 || head.version == .http1_0 else { return .badRequest }
        let lengths = head.headers["content-length"], codings = head.headers["transfer-encoding"]
        // Both, or two of one: whichever this program believed, a proxy in front may have believed the other.
        guard lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else { return .badRequest }
        if let length = lengths.first, length.isEmpty || !length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return .badRequest }
        if let coding = codings.first, coding.lowercased() != "chunked" || head.version == .http1_0 { return .badRequest }
        let hosts = head.headers["host"]
        guard hosts.count == 1 || hosts.isEmpty && head.version == .http1_0 else { return .badRequest }
        if let host = hosts.first, !host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "/") }) {
            return .badRequest
        }
        guard head.uri.utf8.count <= 8192 else { return .pathTooLong }
        guard head.uri.utf8.first == UInt8(ascii: "/"), head.uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
        else { return .badRequest }
        return nil
    }
}
