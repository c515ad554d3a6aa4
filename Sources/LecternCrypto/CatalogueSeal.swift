import Foundation
import LecternCore

/// `catalogue.json` as it is deployed: one JSON object in one file, so that catalogue and code cannot be deployed apart.
///
///     {"mac":"64 hexadecimal digits",
///     "version":1, …}
///
/// The code is HMAC-SHA-256 under HKDF(secret, "lectern/1/catalogue"), of every byte behind the first line's end.
private enum Mark {
    static let open = Array("{\"mac\":\"".utf8)
    static let close = Array("\",\n".utf8)
    static let bytes = open.count + 64 + close.count
}

/// - Parameter object: a JSON object that begins with `{` and is not empty.
public func authenticated(catalogue object: [UInt8], secret: SiteSecret) -> [UInt8] {
    precondition(object.first == UInt8(ascii: "{"))
    let rest = Array(object.dropFirst())
    let mac = Digest(bytes: hmacSHA256(rest, key: secret.key("lectern/1/catalogue")))!
    return Mark.open + Array(mac.hex().utf8) + Mark.close + rest
}

extension Catalogue {
    /// Reads a catalogue, from wherever it comes.
    /// - Throws: `CatalogueRefusal` when it was not made with this secret, or was changed since.
    public static func read(bytes: [UInt8], secret: SiteSecret) throws(CatalogueRefusal) -> Catalogue {
        guard bytes.count <= 256 << 20, bytes.starts(with: Mark.open) else { throw .isNotAuthenticated }
        let digits = bytes.dropFirst(Mark.open.count).prefix(64).compactMap(hexadecimalValue)
        guard digits.count == 64, bytes.dropFirst(Mark.open.count + 64).starts(with: Mark.close) else { throw .isNotAuthenticated }
        let mac = stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        let rest = Array(bytes.dropFirst(Mark.bytes))
        guard constantTimeEqual(mac, hmacSHA256(rest, key: secret.key("lectern/1/catalogue"))) else { throw .isOfAnotherSecret }
        let catalogue: Catalogue
        do {
            catalogue = try JSONDecoder().decode(Catalogue.self, from: Data([UInt8(ascii: "{")] + rest))
        } catch { throw .isOfAnotherVersion }
        guard catalogue.version == 1 else { throw .isOfAnotherVersion }
        return catalogue
    }
}

/// Why a catalogue is not taken. The companion then keeps the last one that was good.
public enum CatalogueRefusal: Error, Hashable {
    /// It carries no code: the site was built without its secret.
    case isNotAuthenticated
    /// It was made with another secret, or changed on its way.
    case isOfAnotherSecret
    /// It is genuine, but of a program that is newer or older than this one.
    case isOfAnotherVersion
}
