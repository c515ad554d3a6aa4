import GRDB
import LecternCore

extension Store {
    /// Everything that is kept about a person (GDPR, articles 15 and 20); nil for nobody.
    ///
    /// Not in it: digests of tokens and passwords, which say nothing about the person and open their account.
    public func export(_ learner: ID<Learner>, now: Instant) throws(StoreError) -> JSON? {
        guard let person = try self.learner(learner) else { return nil }
        let orders = try orders(of: learner), enrollments = try enrollments(of: learner, now: now)
        let devices = try sessions(of: learner, now: now), passkeys = try passkeys(of: learner)
        let hasPassword = try password(of: learner) != nil
        let mails = try shop.readOnce { db in
            try db.rows("SELECT * FROM outbox WHERE learner = ? ORDER BY created_at, key", [learner.text]).map(OutboxEntry.init(row:))
        }
        let countries = try shop.readOnce { db in
            try db.rows(
                """
                SELECT p.order_id, p.country FROM payment p JOIN order_ o ON o.id = p.order_id
                WHERE o.learner = ? AND p.country IS NOT NULL ORDER BY p.order_id, p.payment
                """, [learner.text]
            ).map { row in members([("order", .text(try row.text("order_id"))), ("country", .text(try row.text("country")))]) }
        }
        let (progress, events) = try beacons.read { db in
            let rows = try db.rows(progressSQL + " ORDER BY p.course, p.lesson, q.question", [learner.text])
            let told = try db.rows("SELECT * FROM beacon WHERE learner = ? ORDER BY at, visit, event", [learner.text])
            return (try LessonProgress.joined(rows), try told.map(event))
        }
        return members([
            ("learner", person.exported), ("orders", .list(orders.map(\.exported))), ("enrollments", .list(enrollments.map(\.exported))),
            ("paidFrom", .list(countries)), ("progress", .list(progress.map(\.exported))), ("events", .list(events)), ("devices", .list(devices.map(\.exported))),
            ("passkeys", .list(passkeys.map { members([("name", .text($0.name)), ("createdAt", .text($0.createdAt.text))]) })),
            ("hasPassword", .flag(hasPassword)),
            ("mails", .list(mails.map { members([("kind", .text($0.mail.kind)), ("sentAt", $0.sentAt.map { .text($0.text) })]) })),
        ])
    }

    /// Removes a person and keeps the books: orders, facts and sums stay, and nothing in them leads back to anybody. What they
    /// watched still counts, without them; what they wrote is gone. Repeating it changes nothing.
    ///
    /// Backups made before still hold the person; the documentation says so.
    /// - Returns: false for nobody, and for who was forgotten before.
    public func forget(_ learner: ID<Learner>, now: Instant) async throws(StoreError) -> Bool {
        // This file first: cut short in between, the person is still there to be forgotten again.
        try await beacons.write { db in
            for table in ["progress", "quiz_result"] { try db.run("DELETE FROM \(table) WHERE learner = ?", [learner.text]) }
            try db.run("DELETE FROM beacon WHERE learner = ? AND kind IN ('ask', 'survey', 'quiz')", [learner.text])
            try db.run("UPDATE beacon SET learner = NULL WHERE learner = ?", [learner.text])
            // Totals that a report kept still know them.
            try db.run("UPDATE beacon_mark SET changes = changes + 1")
        }
        let isForgotten = try await shop.write { db in try db.forget(learner, now: now) }
        // The log still holds pages as they were.
        try await beacons.truncateLog()
        try await shop.truncateLog()
        try removeKeptTotals()
        return isForgotten
    }
}

extension Database {
    fileprivate func forget(_ learner: ID<Learner>, now: Instant) throws -> Bool {
        // Codes that went to the address before it was a learner's.
        try run(
            """
            UPDATE outbox SET payload = '{}', last_error = NULL, next_try_at = NULL,
              dropped_at = CASE WHEN sent_at IS NULL THEN coalesce(dropped_at, CAST(? AS BIGINT)) ELSE NULL END
            WHERE key IN (
              SELECT kind.name || ':' || code.id FROM sign_in_code code
              CROSS JOIN (SELECT 'sign-in' AS name UNION ALL SELECT 'set-password' UNION ALL SELECT 'change-email') kind
              WHERE code.learner = ? OR code.email = (SELECT email FROM learner WHERE id = ?))
            """, [now.sql, learner.text, learner.text])
        try run(
            "DELETE FROM sign_in_code WHERE learner = ? OR email = (SELECT email FROM learner WHERE id = ?)", [learner.text, learner.text])
        for table in ["session", "password", "passkey", "challenge", "enrollment"] {
            try run("DELETE FROM \(table) WHERE learner = ?", [learner.text])
        }
        // The buyer is the browser's claim, or the learner.
        try run(
            "UPDATE order_ SET buyer = 'forgotten:' || id, claim = NULL, visit = NULL, next = NULL, note = NULL WHERE learner = ?", [learner.text])
        // A provider's notice says who paid.
        try run("UPDATE inbox SET body = '' WHERE order_id IN (SELECT id FROM order_ WHERE learner = ?)", [learner.text])
        try run(
            """
            UPDATE alert SET detail = '' WHERE kind = 'mailFailed'
              AND key IN (SELECT 'mail:' || key FROM outbox WHERE learner = ?)
            """, [learner.text])
        try run(
            """
            UPDATE outbox SET payload = '{}', last_error = NULL, next_try_at = NULL,
              dropped_at = CASE WHEN sent_at IS NULL THEN coalesce(dropped_at, CAST(? AS BIGINT)) ELSE NULL END
            WHERE learner = ?
            """, [now.sql, learner.text])
        return try didChange(
            "UPDATE learner SET email = NULL, name = NULL, forgotten_at = ? WHERE id = ? AND forgotten_at IS NULL RETURNING id",
            [now.sql, learner.text])
    }
}

/// Without what is not known.
private func members(_ members: [(String, JSON?)]) -> JSON {
    .object(members.compactMap { name, value in value.map { JSON.Member(name, $0) } })
}

private func event(_ row: Row) throws -> JSON {
    let detail = try row.text("detail")
    guard let json = try? JSON(detail.utf8) else { throw StoreError.broken("an event cannot be read") }
    return members([
        ("kind", .text(try row.text("kind"))), ("at", .text(try row.instant("at").text)), ("visit", .text(try row.text("visit"))),
        ("course", row.optionalText("course").map(JSON.text)), ("lesson", row.optionalText("lesson").map(JSON.text)), ("detail", json),
    ])
}

extension Money { fileprivate var exported: JSON { ["currency": .text(currency.code), "minorUnits": .whole(minorUnits)] } }

extension Learner {
    fileprivate var exported: JSON {
        members([
            ("id", .text(id.text)), ("email", email.map { .text($0.text) }), ("name", name.map(JSON.text)), ("language", .text(language)),
            ("createdAt", .text(createdAt.text)), ("confirmedAt", confirmedAt.map { .text($0.text) }),
        ])
    }
}

extension OrderRecord {
    fileprivate var exported: JSON {
        let items = order.items.map { item -> JSON in
            ["course": .text(item.course), "title": .text(item.title), "price": item.price.exported, "closed": .flag(state.closed.contains(item.course))]
        }
        let consent = order.consent.map { consent -> JSON in
            ["terms": .text(consent.terms), "immediateDelivery": .flag(consent.immediateDelivery), "at": .text(consent.at.text)]
        }
        return members([
            ("id", .text(order.id.text)), ("createdAt", .text(order.createdAt.text)), ("state", .text(state.kind.rawValue)),
            ("items", .list(items)), ("bundle", order.product.map { .text($0.title) }), ("months", order.months > 0 ? .whole(Int64(order.months)) : nil), ("seats", order.seats > 0 ? .whole(Int64(order.seats)) : nil), ("note", order.note.map(JSON.text)), ("coupon", order.discount.map { .text($0.coupon) }), ("discount", order.discount?.off.exported),
            ("total", order.total.exported), ("received", state.receivedMoney.exported),
            ("refunded", state.refundedMoney.exported), ("provider", .text(order.provider.rawValue)),
            ("payments", .list(facts.compactMap { if case .paid(let payment, _) = $0 { .text(payment) } else { nil } })),
            ("language", .text(order.language)), ("visit", order.visit.map(JSON.text)), ("consent", consent),
        ])
    }
}

extension Enrollment {
    fileprivate var exported: JSON {
        members([
            ("course", .text(course)), ("since", .text(since.text)), ("until", until.map { .text($0.text) }),
            ("source", .text(source.rawValue)),
        ])
    }
}

extension LessonProgress {
    fileprivate var exported: JSON {
        let quiz = quiz.map { result -> JSON in
            ["question": .text(result.question), "correct": .flag(result.correct), "attempts": .whole(Int64(result.attempts))]
        }
        return members([
            ("course", .text(course)), ("lesson", .text(lesson)), ("watched", .text(watched.text)),
            ("positionSeconds", .whole(Int64(positionSeconds))), ("completedAt", completedAt.map { .text($0.text) }), ("quiz", .list(quiz)),
        ])
    }
}

extension Session {
    fileprivate var exported: JSON {
        ["device": .text(device), "createdAt": .text(createdAt.text), "lastSeenAt": .text(lastSeenAt.text)]
    }
}
