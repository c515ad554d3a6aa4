import Foundation
import Glibc
import Synchronization

/// Answers one connection after another on a port of this machine with fixed bytes, and keeps what it was sent.
final class LoopbackServer: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let heard = Mutex<[String]>([])

    /// - Parameters:
    ///   - answer: what each request gets, after which the connection is closed; nil: the connection is closed at once.
    init(answer: String?) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, address, &size) == 0
            }
        }
        precondition(isListening, "no port on this machine")
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0, let self else { return }
                if let answer { self.converse(connection, answer) }
                close(connection)
            }
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [String] { heard.withLock { $0 } }

    private func converse(_ connection: Int32, _ answer: String) {
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while !isWhole(bytes) {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer.prefix(count)
        }
        heard.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        let out = Array(answer.utf8)
        var sent = 0
        while sent < out.count {
            let count = out.withUnsafeBytes { send(connection, $0.baseAddress! + sent, out.count - sent, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
        shutdown(connection, Int32(SHUT_WR))
        while read(connection, &buffer, buffer.count) > 0 {}
    }

    private func isWhole(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let head = text.firstRange(of: "\r\n\r\n") else { return false }
        let length = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }.flatMap { Int($0.dropFirst(15).filter(\.isNumber)) } ?? 0
        return text[head.upperBound...].utf8.count >= length
    }
}
