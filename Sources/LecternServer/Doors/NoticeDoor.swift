import HTTPTypes
import LecternCore
import LecternPayments
import LecternShop

/// Where providers tell what became of a payment. Believed by their signature alone.
struct NoticeDoor: Sendable {
    let shop: Shop

    /// 200 only after what it says is on disk: anything else makes the provider send it again.
    func take(_ asked: Asked) async throws -> Answer {
        guard let provider = ProviderName(rawValue: asked.parameters[0]) else { throw Refused.notFound }
        var headers: [String: String] = [:]
        for field in asked.headers { headers[field.name.canonicalName] = field.value }
        let words = try await shop.takeNotice(provider, RawNotice(headers: headers, body: asked.body))
        return words.map { Answer(status: .ok, body: Array($0.utf8), contentType: "text/plain") } ?? .json([:])
    }
}
