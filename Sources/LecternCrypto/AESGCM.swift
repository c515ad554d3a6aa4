import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D): nobody without the key reads the text, and nobody changes a bit of it
/// unseen.
public enum AESGCM {
    public static let keyBytes = 32
    public static let nonceBytes = 12
    public static let tagBytes = 16

    /// - Parameters:
    ///   - key: 32 bytes.
    ///   - nonce: 12 bytes, **never twice with one key**: twice gives both texts away.
    ///   - authenticated: bytes that are not hidden but may not be changed either.
    /// - Returns: as many bytes as `text` has, then the tag of 16: the order in which WebCrypto wants them.
    public static func seal(
        _ text: UnsafeRawBufferPointer, key: [UInt8], nonce: [UInt8], authenticated: [UInt8] = []
    ) -> [UInt8] {
        precondition(key.count == keyBytes && nonce.count == nonceBytes)
        precondition(text.count <= Int32.max - Int32(tagBytes), "more than one chunk can hold")
        return withContext { context in
            var out = [UInt8](repeating: 0, count: text.count + tagBytes)
            var count: Int32 = 0
            let sealed = out.withUnsafeMutableBufferPointer { out in
                EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
                    && EVP_EncryptUpdate(context, nil, &count, authenticated, Int32(authenticated.count)) == 1
                    && (text.isEmpty
                        || EVP_EncryptUpdate(
                            context, out.baseAddress, &count, text.baseAddress?.assumingMemoryBound(to: UInt8.self),
                            Int32(text.count)) == 1)
                    && EVP_EncryptFinal_ex(context, out.baseAddress! + text.count, &count) == 1
                    && EVP_CIPHER_CTX_ctrl(
                        context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), out.baseAddress! + text.count) == 1
            }
            guard sealed else { outOfMemory("sealing") }
            return out
        }
    }

    public static func seal(_ text: [UInt8], key: [UInt8], nonce: [UInt8], authenticated: [UInt8] = []) -> [UInt8] {
        text.withUnsafeBytes { seal($0, key: key, nonce: nonce, authenticated: authenticated) }
    }

    /// - Parameter sealed: what `seal` gave: the text and the tag of 16 bytes.
    /// - Throws: `SealBroken` when anything differs: a bit of the text, of the tag, of `authenticated`, the nonce or the key.
    ///   Nothing of the text is given out then.
    public static func open(
        _ sealed: [UInt8], key: [UInt8], nonce: [UInt8], authenticated: [UInt8] = []
    ) throws(SealBroken) -> [UInt8] {
        precondition(key.count == keyBytes && nonce.count == nonceBytes)
        guard sealed.count >= tagBytes, sealed.count <= Int(Int32.max) else { throw SealBroken() }
        let textBytes = sealed.count - tagBytes
        var tag = Array(sealed.suffix(tagBytes))
        // A place more than the text needs: OpenSSL is never handed a null pointer.
        var out = [UInt8](repeating: 0, count: textBytes + 1)
        let opened = withContext { context in
            var count: Int32 = 0
            guard
                EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
                EVP_DecryptUpdate(context, nil, &count, authenticated, Int32(authenticated.count)) == 1,
                textBytes == 0 || EVP_DecryptUpdate(context, &out, &count, sealed, Int32(textBytes)) == 1,
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1
            else { outOfMemory("opening") }
            var rest = [UInt8](repeating: 0, count: tagBytes)
            return EVP_DecryptFinal_ex(context, &rest, &count) == 1
        }
        guard opened else { throw SealBroken() }
        out.removeLast()
        return out
    }

    private static func withContext<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        guard let context = EVP_CIPHER_CTX_new() else { outOfMemory("a cipher") }
        defer { EVP_CIPHER_CTX_free(context) }
        return body(context)
    }
}

/// Something sealed was changed, shortened, put in another's place, or is opened with another key.
public struct SealBroken: Error, Hashable {
    public init() {}
}

/// OpenSSL's digests and ciphers fail for valid arguments only when memory is exhausted, and then nothing sensible is left
/// to do.
func outOfMemory(_ purpose: String) -> Never {
    fatalError("OpenSSL has no memory for \(purpose)")
}
