import COpenSSL

/// A password as it is kept: scrypt (RFC 7914) with its parameters and salt beside it, in the PHC string format:
/// `$scrypt$ln=15,r=8,p=3$SALT$HASH`.
///
/// Making or checking one takes 32 MiB and some hundred milliseconds of a core: never on a thread that answers others.
public struct PasswordHash: Sendable, Equatable, CustomStringConvertible {
    /// How hard a guess is.
    public struct Cost: Sendable, Equatable {
        /// log2 of scrypt's N.
        public var logN: Int
        public var blockSize: Int
        public var parallel: Int

        public init(logN: Int, blockSize: Int, parallel: Int) {
            self.logN = logN
            self.blockSize = blockSize
            self.parallel = parallel
        }

        /// One of the settings of OWASP's "Password Storage Cheat Sheet".
        public static let today = Cost(logN: 15, blockSize: 8, parallel: 3)

        /// What may be read back: a damaged or planted row must not take gigabytes.
        var isBearable: Bool {
            (1...20).contains(logN) && (1...32).contains(blockSize) && (1...16).contains(parallel) && memory <= 512 << 20
        }

        /// Bytes.
        var memory: Int { 128 * blockSize * ((1 << logN) + parallel) }
    }

    public let cost: Cost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// - Parameter salt: 16 random bytes.
    public init(_ password: String, salt: [UInt8], cost: Cost = .today) {
        precondition(salt.count == 16 && cost.isBearable)
        self.cost = cost
        self.salt = salt
        hash = scrypt(Array(password.utf8), salt: salt, cost: cost)
    }

    /// - Returns: nil for what `text` never gave.
    public init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let settings = parts[2].split(separator: ",").compactMap { setting -> (Substring, Int)? in
            let pair = setting.split(separator: "=")
            guard pair.count == 2, let value = Int(pair[1]) else { return nil }
            return (pair[0], value)
        }
        guard settings.map(\.0) == ["ln", "r", "p"], let salt = bytes(base64URL: parts[3]), let hash = bytes(base64URL: parts[4]),
            salt.count == 16, hash.count == 32
        else { return nil }
        cost = Cost(logN: settings[0].1, blockSize: settings[1].1, parallel: settings[2].1)
        guard cost.isBearable else { return nil }
        self.salt = salt
        self.hash = hash
    }

    /// As the store keeps it.
    public var text: String {
        "$scrypt$ln=\(cost.logN),r=\(cost.blockSize),p=\(cost.parallel)$\(base64URL(salt))$\(base64URL(hash))"
    }

    public func matches(_ password: String) -> Bool {
        constantTimeEqual(scrypt(Array(password.utf8), salt: salt, cost: cost), hash)
    }

    /// Whether it was made when guessing was thought to be harder than it is: make it again while the password is at hand.
    public var isOutdated: Bool { cost != .today }

    public var description: String { "PasswordHash(hidden)" }
}

private func scrypt(_ password: [UInt8], salt: [UInt8], cost: PasswordHash.Cost) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 32)
    let isDone = password.withUnsafeBytes { password in
        EVP_PBE_scrypt(
            password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count, UInt64(1) << UInt64(cost.logN),
            UInt64(cost.blockSize), UInt64(cost.parallel), UInt64(cost.memory + (1 << 20)), &out, out.count)
    }
    guard isDone == 1 else { outOfMemory("a password") }
    return out
}
