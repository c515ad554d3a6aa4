import LecternCore
import LecternPayments
import LecternStore

extension Shop {
    /// Takes a provider's notice. What it says is on disk when this returns; answer 200 then, and only then.
    ///
    /// Safe to call again with the same notice: the second call changes nothing.
    /// - Throws: `bad-notice` for one that is not believed, `not-found` for a provider that is not configured; anything else
    ///   means that nothing was kept, and that the provider should send it again.
    /// - Returns: what the provider wants to read then; nil: the status is enough.
    @discardableResult
    public func takeNotice(_ name: ProviderName, _ raw: RawNotice) async throws(Refusal) -> String? {
        guard let provider = provider(name) else { throw .notFound }
        let now = now()
        let meaning: NoticeMeaning
        do { meaning = try await provider.read(raw, now) } catch { throw .badNotice(error) }
        let notice = Notice(provider: name, id: meaning.notice, body: String(decoding: raw.body, as: UTF8.self), receivedAt: now)
        // Things that say nothing about orders are not kept.
        guard !meaning.word.facts.isEmpty else { return provider.acknowledgement }
        if let order = try order(of: meaning.word, provider: name),
            try await settle(meaning.word, order: order, notice: notice) != nil
        {
            return provider.acknowledgement
        }
        let settled = try await kept { () async throws(StoreError) in
            try await store.keepUnresolved(notice, facts: meaning.word.facts, payment: meaning.word.payment, now: now)
        }
        if settled == nil { note(ShopNote("notice-unresolved", ["provider": name.rawValue, "notice": meaning.notice])) }
        return provider.acknowledgement
    }

    /// Records what a provider said about an order, whoever asked: a notice, the return page, `reconcile`, a refund.
    /// - Returns: nil when there is no such order.
    @discardableResult
    func settle(_ word: ProviderWord, order: ID<Order>, notice: Notice? = nil) async throws(Refusal) -> Settled? {
        try await kept { () async throws(StoreError) in
            try await store.record(word.facts, of: order, refunds: word.refunds, details: word.details, notice: notice, payment: word.payment, now: now())
        }
    }

    /// The same for a word that came because we asked; nothing said is nothing written.
    func settleAsked(_ word: ProviderWord, _ order: Order) async throws(PaymentFailure) -> Settled? {
        guard !word.facts.isEmpty || word.payment != nil else { return nil }
        do throws(Refusal) {
            return try await settle(word, order: order.id)
        } catch { throw PaymentFailure(.unreachable, "kept nothing: \(error.cause)") }
    }

    /// The order that a word is about: ours by its id, when its provider is the one who speaks, else by what the provider
    /// called it when it was begun, else by its payment. The payer's address is never looked at.
    func order(of word: ProviderWord, provider: ProviderName) throws(Refusal) -> ID<Order>? {
        try kept { () throws(StoreError) in
            if let id = word.order, let record = try store.order(id), record.order.provider == provider { return id }
            if let reference = word.reference, let id = try store.orderID(provider: provider, reference: reference) { return id }
            return try word.payment.flatMap { name throws(StoreError) in try store.orderID(provider: provider, payment: name) }
        }
    }
}
