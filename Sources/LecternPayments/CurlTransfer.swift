import CCurl
import Foundation
import Synchronization

/// One transfer by libcurl, on a thread of its own: a server far away that hangs holds up nobody else.
package final class CurlTransfer {
    private let handle: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var texts: [UnsafeMutablePointer<CChar>] = []
    private var limitBytes = 0
    private var received: [UInt8] = []
    private var receivedHeaders: [UInt8] = []
    private var toSend: [UInt8] = []
    private var sent = 0
    private var isRefusedByUs = false

    package init() {
        CurlLibrary.start
        guard let handle = curl_easy_init() else { fatalError("libcurl has no memory for a transfer") }
        self.handle = handle
        // Time-outs without signals, which would reach other threads.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_FOLLOWLOCATION, 0)
        // Passwords come from the configuration, never from a file of the user's.
        set(CURLOPT_NETRC, 0)
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
        for text in texts { free(text) }
    }

    package func set(_ option: CURLoption, _ value: Int) { check(lectern_curl_set_long(handle, option, value)) }

    /// libcurl copies texts.
    package func set(_ option: CURLoption, _ value: String) { check(lectern_curl_set_text(handle, option, value)) }

    package func set(_ option: CURLoption, list values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            guard let longer = curl_slist_append(list, value) else { fatalError("libcurl has no memory for a list") }
            list = longer
        }
        guard let list else { return }
        lists.append(list)
        check(lectern_curl_set_pointer(handle, option, list))
    }

    /// What is sent: a request's body, a mail. libcurl takes it piece by piece.
    package func send(_ bytes: [UInt8]) {
        toSend = bytes
        check(
            lectern_curl_set_transfer(handle, CURLOPT_READFUNCTION) { into, size, count, context in
                let transfer = Unmanaged<CurlTransfer>.fromOpaque(context!).takeUnretainedValue()
                let piece = min(size * count, transfer.toSend.count - transfer.sent)
                transfer.toSend.withUnsafeBytes { bytes in
                    if piece > 0 { memcpy(into!, bytes.baseAddress! + transfer.sent, piece) }
                }
                transfer.sent += piece
                return piece
            })
        check(lectern_curl_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque()))
    }

    /// Takes no more than that many bytes of an answer.
    package func receive(limitBytes: Int) {
        self.limitBytes = limitBytes
        check(
            lectern_curl_set_transfer(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                let transfer = Unmanaged<CurlTransfer>.fromOpaque(context!).takeUnretainedValue()
                guard transfer.received.count + size * count <= transfer.limitBytes else {
                    transfer.isRefusedByUs = true
                    return 0
                }
                transfer.received += UnsafeRawBufferPointer(start: bytes, count: size * count)
                return size * count
            })
        check(lectern_curl_set_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque()))
        check(
            lectern_curl_set_transfer(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                let transfer = Unmanaged<CurlTransfer>.fromOpaque(context!).takeUnretainedValue()
                // libcurl bounds a single line, and this all of them together.
                guard transfer.receivedHeaders.count + size * count <= 256 << 10 else {
                    transfer.isRefusedByUs = true
                    return 0
                }
                transfer.receivedHeaders += UnsafeRawBufferPointer(start: bytes, count: size * count)
                return size * count
            })
        check(lectern_curl_set_pointer(handle, CURLOPT_HEADERDATA, Unmanaged.passUnretained(self).toOpaque()))
    }

    package struct Outcome: Sendable {
        /// 0 when the transfer went through.
        package var curlCode: Int
        /// libcurl's own words for `curlCode`.
        package var words: String
        /// HTTP's or SMTP's last answer; 0: none came.
        package var status: Int
        /// HTTP's, names in lower case; of one that stands twice, the last.
        package var headers: [String: String]
        package var body: [UInt8]
    }

    /// Blocks until the transfer is over.
    package func perform() -> Outcome {
        let code = curl_easy_perform(handle)
        var status = 0
        _ = lectern_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        let words = isRefusedByUs ? "the answer is too long" : String(cString: curl_easy_strerror(code))
        return Outcome(curlCode: Int(code.rawValue), words: words, status: status, headers: headers, body: received)
    }

    private var headers: [String: String] {
        var headers: [String: String] = [:]
        for line in receivedHeaders.split(separator: UInt8(ascii: "\n")) {
            // The status line of each answer on the way begins anew: what counts are the last one's.
            if line.starts(with: Array("HTTP/".utf8)) { headers = [:] }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 }
            let end = value.lastIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }.map { value.index(after: $0) } ?? value.startIndex
            headers[String(decoding: line[..<colon], as: UTF8.self).lowercased()] = String(decoding: value[..<end], as: UTF8.self)
        }
        return headers
    }

    private func check(_ code: CURLcode) {
        // An option that libcurl does not know is a mistake in this program, and one that might switch off a check.
        precondition(code == CURLE_OK, "libcurl: \(String(cString: curl_easy_strerror(code)))")
    }

    /// How many transfers run at once: a provider that hangs must not fill the machine with threads.
    private static let limit = 64
    private static let running = Atomic<Int>(0)

    /// Prepares and runs a transfer on a thread of its own.
    /// - Returns: nil when too many are under way already.
    package static func run(_ prepare: @escaping @Sendable (CurlTransfer) -> Void) async -> Outcome? {
        guard running.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            running.wrappingSubtract(1, ordering: .relaxed)
            return nil
        }
        defer { running.wrappingSubtract(1, ordering: .relaxed) }
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let transfer = CurlTransfer()
                prepare(transfer)
                continuation.resume(returning: transfer.perform())
            }
        }
    }
}

private enum CurlLibrary {
    /// Once, before the first transfer.
    static let start: Void = {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else { fatalError("libcurl cannot start") }
    }()
}
