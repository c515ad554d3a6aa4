import COpenSSL

/// The salt of a sealed file: the first 16 bytes of HMAC(seal key, path, length, bytes).
///
/// The same bytes at the same path give the same file, build after build; anything else gives another key, so that no key
/// ever encrypts two texts.
public struct SealSalt: ~Copyable {
    public static let bytes = 16
    private let context: OpaquePointer

    /// - Parameter length: how many bytes will be given to `update` in all.
    public init(secret: SiteSecret, path: String, length: Int) {
        guard let mac = EVP_MAC_fetch(nil, "HMAC", nil) else { outOfMemory("an authentication code") }
        defer { EVP_MAC_free(mac) }
        guard let context = EVP_MAC_CTX_new(mac) else { outOfMemory("an authentication code") }
        self.context = context
        let key = secret.key("lectern/1/seal")
        var name = Array("SHA256\0".utf8).map { CChar(bitPattern: $0) }
        let isReady = name.withUnsafeMutableBufferPointer { name in
            let parameters = [OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0), OSSL_PARAM_construct_end()]
            return EVP_MAC_init(context, key, key.count, parameters) == 1
        }
        guard isReady else { outOfMemory("an authentication code") }
        var head = keyInfo([path])
        withUnsafeBytes(of: UInt64(length).bigEndian) { head += $0 }
        head.withUnsafeBytes { update($0) }
    }

    public func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.isEmpty || EVP_MAC_update(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) == 1
        else { outOfMemory("an authentication code") }
    }

    /// The salt of everything that `update` was given. Called once.
    public func salt() -> [UInt8] {
        var out = [UInt8](repeating: 0, count: 32)
        var count = 0
        guard EVP_MAC_final(context, &out, &count, out.count) == 1, count == 32 else { outOfMemory("an authentication code") }
        return Array(out.prefix(Self.bytes))
    }

    deinit { EVP_MAC_CTX_free(context) }
}
