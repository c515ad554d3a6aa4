import Glibc
import LecternCore

/// A port that nothing else listens on, by either name of this machine.
struct LoopbackPort {
    let port: UInt16
    /// Whether ::1 exists here; containers often lack it.
    let hasIPv6: Bool

    /// - Parameter first: the port to try first, then the ten above it.
    init(from first: UInt16) throws(Problem) {
        for port in first...(first + 10) {
            guard Self.listens(port, AF_INET) == 0 else { continue }
            let code = Self.listens(port, AF_INET6)
            if code == EADDRINUSE { continue }
            self.port = port
            hasIPv6 = code == 0
            return
        }
        throw Problem(.error, "ports \(first) to \(first + 10) are all taken", file: "", help: ["choose another: --port 9000"])
    }

    /// - Returns: 0 when this process could listen there just now, else what errno(3) said.
    private static func listens(_ port: UInt16, _ family: Int32) -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        if family == AF_INET {
            let address = sockaddr_in(
                sin_family: sa_family_t(AF_INET), sin_port: port.bigEndian, sin_addr: in_addr(s_addr: UInt32(0x7F00_0001).bigEndian),
                sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
            guard bound(descriptor, address) == 0 else { return errno }
        } else {
            let address = sockaddr_in6(
                sin6_family: sa_family_t(AF_INET6), sin6_port: port.bigEndian, sin6_flowinfo: 0, sin6_addr: in6addr_loopback, sin6_scope_id: 0)
            guard bound(descriptor, address) == 0 else { return errno }
        }
        return listen(descriptor, 1) == 0 ? 0 : errno
    }

    private static func bound<Address>(_ descriptor: Int32, _ address: Address) -> Int32 {
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) }
        }
    }
}
