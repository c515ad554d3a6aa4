import HTTPTypes
import NIOCore
import NIOHTTP1

/// Stands between the HTTP/1.1 decoder and everything else of a connection, and lets through only requests that are whole,
/// that are not too large, and that two readers could not read differently.
///
/// - What a proxy and this program might understand differently (request smuggling, RFC 9112, sections 6.1 and 11.2) is
///   refused, and the connection closed behind the answer. So is what cannot be parsed.
/// - A request waits here until its last byte is there: no door ever acts on half of one. It has 30 seconds from its first
///   line, and its route's limit in bytes; whoever trickles costs this handler and nothing else. (A head that never becomes
///   whole, and silence, are HTTPConnectionStateHandler's.)
/// - A client that takes nothing of its answers for 30 seconds is left.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What the guard asks of who knows the routes.
    struct Rules: Sendable {
        /// How large a body may be, by the request's target.
        var limitBytes: @Sendable (HTTPRequestHead) -> Int
        /// A refusal's head and body. Without a head: nothing that could be read came before it.
        var refuse: @Sendable (Refused, HTTPRequestHead?) -> (HTTPResponseHead, ByteBuffer)
    }

    private enum State {
        case open
        /// No more requests are taken; this is said after the answers that are still due.
        case refusing(Refused, HTTPRequestHead?)
        /// The last request was taken.
        case full
        /// The last answer is out: what still arrives is thrown away, what is still written too.
        case over
    }

    /// A request that is not whole yet.
    private struct Waiting {
        let head: HTTPRequestHead
        let limitBytes: Int
        let deadline: NIODeadline
        var body: ByteBuffer?
    }

    private let patience: TimeAmount
    private let rules: Rules
    private var state = State.open
    private var waiting: Waiting?
    private var answersDue = 0
    /// The answer that is being written says that it is the last.
    private var isLastAnswer = false
    /// Until when a client that took nothing has to take something.
    private var writeDeadline: NIODeadline?
    /// The program is about to end: the request that is under way is the last.
    private var isStopping = false
    private var check: Scheduled<Void>?

    init(patience: TimeAmount, rules: Rules) {
        self.patience = patience
        self.rules = rules
    }

    func handlerAdded(context: ChannelHandlerContext) { schedule(in: patience, context) }

    func channelInactive(context: ChannelHandlerContext) {
        check?.cancel()
        check = nil
        context.fireChannelInactive()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .open = state else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(var part):
            guard let size = waiting.map({ ($0.body?.readableBytes ?? 0) + part.readableBytes }) else { return }
            guard size <= waiting!.limitBytes else { return give(.tooLarge(limitBytes: waiting!.limitBytes), waiting!.head, context) }
            if waiting!.body?.writeBuffer(&part) == nil { waiting!.body = part }
        case .end:
            guard let whole = waiting else { return }
            waiting = nil
            answersDue += 1
            // What follows a request that ends the connection is not a request (RFC 9112, section 9.6).
            if isStopping || !whole.head.isKeepAlive { state = .full }
            context.fireChannelRead(wrapInboundOut(.head(whole.head)))
            if let body = whole.body { context.fireChannelRead(wrapInboundOut(.body(body))) }
            context.fireChannelRead(wrapInboundOut(.end(nil)))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent, case .open = state, waiting != nil || answersDue > 0 else {
            return context.fireUserInboundEventTriggered(event)
        }
        // Its answer will say that it is the last, and close.
        isStopping = true
        if waiting == nil { state = .full }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if let refused = Self.refusal(of: head) { return give(refused, nil, context) }
        let limit = rules.limitBytes(head)
        if let length = head.headers.first(name: "content-length"), Int(length).map({ $0 > limit }) ?? true {
            return give(.tooLarge(limitBytes: limit), head, context)
        }
        waiting = Waiting(head: head, limitBytes: limit, deadline: context.eventLoop.now + patience)
        if answersDue == 0, head.headers[canonicalForm: "expect"].contains("100-continue") {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        switch state {
        // Nobody behind this handler asks for more while a request is not whole, nor when all is over; what was sent is
        // still taken, so that an answer is not lost in a reset.
        case .over: context.read()
        case .open where waiting != nil: context.read()
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .open = state else { return }
        switch error {
        case HTTPParserError.headerOverflow: give(.headersTooLarge, nil, context)
        case HTTPParserError.invalidEOFState: leave(context)
        case is HTTPParserError: give(.badRequest, nil, context)
        default: leave(context)
        }
    }

    private func leave(_ context: ChannelHandlerContext) {
        state = .over
        waiting = nil
        context.close(promise: nil)
    }

    private func give(_ refused: Refused, _ head: HTTPRequestHead?, _ context: ChannelHandlerContext) {
        state = .refusing(refused, head)
        waiting = nil
        if answersDue == 0 { say(refused, head, context) }
    }

    // MARK: Answers

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeDeadline = context.channel.isWritable ? nil : context.eventLoop.now + patience
        context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .over = state {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if case .full = state, answersDue == 1 { head.headers.replaceOrAdd(name: "connection", value: "close") }
            isLastAnswer = head.headers[canonicalForm: "connection"].contains("close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            answersDue -= 1
            context.write(data, promise: promise)
            if isLastAnswer { return linger(context) }
            if case .refusing(let refused, let head) = state, answersDue == 0 { say(refused, head, context) }
        }
    }

    private func say(_ refused: Refused, _ request: HTTPRequestHead?, _ context: ChannelHandlerContext) {
        let (head, body) = rules.refuse(refused, request)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    /// Closes the writing half, and everything two seconds later: closing at once while unread bytes lie here would make the
    /// system send a reset, which may overtake the answer.
    private func linger(_ context: ChannelHandlerContext) {
        state = .over
        waiting = nil
        context.flush()
        context.close(mode: .output, promise: nil)
        context.read()
        check?.cancel()
        let channel = context.channel
        check = context.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    // MARK: Time

    private func schedule(in time: TimeAmount, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        check = context.eventLoop.scheduleTask(in: time) {
            let (handler, context) = bound.value
            let deadline = [handler.waiting?.deadline, handler.writeDeadline].compactMap(\.self).min()
            if let deadline, deadline <= context.eventLoop.now { return handler.leave(context) }
            handler.schedule(in: deadline.map { $0 - context.eventLoop.now } ?? handler.patience, context)
        }
    }

    // MARK: What is wrong with a head, for every route alike

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
