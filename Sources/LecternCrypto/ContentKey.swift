/// What opens one lesson in one epoch: 32 bytes, given to who is enrolled. Keys of its files are derived from it; nothing
/// is encrypted with it.
public struct LessonKey: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    public let bytes: [UInt8]

    /// - Returns: nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// base64url without padding (RFC 4648, section 5): `offers.key` of the companion's answer, 43 letters.
    public var base64URL: String { LecternCrypto.base64URL(bytes) }

    /// The AES key of one file: HKDF(lesson key, salt, "lectern/1/file", path).
    func fileKey(salt: [UInt8], path: String) -> [UInt8] { hkdfSHA256(bytes, salt: salt, info: keyInfo(["lectern/1/file", path])) }

    /// Tells one key from another, and tells nothing else.
    public var fingerprint: Digest { Digest(hkdfSHA256(bytes, info: keyInfo(["lectern/1/fingerprint"]))) }

    public var description: String { "LessonKey(hidden)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The key of one edition of the creator's report: HKDF(secret, "lectern/1/report", epoch).
public func reportKey(secret: SiteSecret, epoch: Int) -> LessonKey {
    LessonKey(bytes: secret.key("lectern/1/report", [String(epoch)]))!
}

/// The key of a lesson: HKDF(secret, "lectern/1/lesson", course, lesson, epoch). Derived whenever it is needed, kept nowhere.
/// - Parameters:
///   - course: its id, as the catalogue has it.
///   - lesson: its id, the same in every language.
///   - epoch: 1 and up, written as a decimal.
public func lessonKey(secret: SiteSecret, course: String, lesson: String, epoch: Int) -> LessonKey {
    LessonKey(bytes: secret.key("lectern/1/lesson", [course, lesson, String(epoch)]))!
}
