import LecternCore
import LecternStore

// What `lectern learners` does about one person.
extension Shop {
    /// - Parameter name: an address, or the learner's id.
    public func findLearner(_ name: String) throws(ShopProblem) -> Learner {
        let found = try told { () throws(StoreError) -> Learner? in
            if let email = EmailAddress(name) { return try store.learner(email: email) }
            return try store.learner(ID(name.lowercased()))
        }
        guard let found else { throw ShopProblem("there is no learner \"\(name)\"; \"lectern learners list\" shows them") }
        return found
    }

    /// Enrolls somebody without an order; repeating it changes nothing.
    /// - Parameters:
    ///   - since: from when lessons that open after some days are counted; nil: now.
    ///   - until: nil: for good.
    public func enroll(_ email: EmailAddress, in course: String, since: Instant? = nil, until: Instant? = nil) async throws(ShopProblem) -> Learner {
        let index = catalogue(), now = now()
        guard index.course(course) != nil else {
            let known = index.catalogue.courses.map(\.id).sorted().prefix(20).joined(separator: ", ")
            throw ShopProblem("there is no course \"\(course)\"; there are: \(known)")
        }
        if let until, until <= since ?? now { throw ShopProblem("this enrollment would end before it begins") }
        return try await told { () async throws(StoreError) in
            let learner = try await store.findOrMakeLearner(email: email, language: index.language(""), newID: newID(), now: now)
            try await store.enroll(learner.id, in: course, source: .byHand, since: since ?? now, until: until)
            return learner
        }
    }

    /// Takes back what `enroll` or an import gave.
    public func revoke(_ name: String, from course: String) async throws(ShopProblem) {
        let learner = try findLearner(name), now = now()
        let isRevoked = try await told { () async throws(StoreError) in try await store.revoke(learner.id, from: course, now: now) }
        let left = try told { () throws(StoreError) in try store.enrollment(learner.id, in: course, memberships: catalogue().memberships, now: now) }
        if isRevoked, left == nil { return }
        guard left?.source == .order else { throw ShopProblem("this learner is not enrolled in \"\(course)\"") }
        let giving = try told { () throws(StoreError) in try store.orders(of: learner.id) }
            .filter { $0.state.grants && !$0.state.closed.contains(course) && $0.order.items.contains { $0.course == course } }
        // What was paid for is given back, not taken away; what cost nothing closes.
        for record in giving where try paidPart(of: course, in: record).minorUnits > 0 {
            let one = record.order.items.count > 1 ? " --course \(course)" : ""
            throw ShopProblem("this learner bought \"\(course)\": lectern orders refund \(record.order.id)\(one) gives the money back and closes it")
        }
        for record in giving { _ = try await close(course, in: record) }
    }

    /// Everything that is kept about a person.
    public func exportLearner(_ name: String) throws(ShopProblem) -> JSON {
        let learner = try findLearner(name)
        return try told { () throws(StoreError) in try store.export(learner.id, now: now()) } ?? .null
    }
}
