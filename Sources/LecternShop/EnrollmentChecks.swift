import LecternCore
import LecternCrypto
import LecternStore

/// What a lesson's page is offered.
public struct LessonOffer: Sendable {
    /// Nil where the lesson is not sealed.
    public var key: LessonKey?
    /// Whose progress may be shown beside it.
    public var learner: ID<Learner>?
}

extension Shop {
    /// The enrollment check: may this visitor open this lesson, sealed in this epoch?
    ///
    /// On the caller's thread, without a hop; one prepared statement, then two HMACs for the key.
    /// - Throws: `not-found`, `sign-in-needed`, `not-enrolled`, `not-yet`, `epoch-gone`.
    public func lesson(_ lesson: String, in course: String, epoch: Int, visitor: Visitor) throws(Refusal) -> LessonOffer {
        guard let found = catalogue().lesson(lesson, in: course) else {
            guard course == CreatorReport.course, lesson == CreatorReport.lesson else { throw .notFound }
            return try creatorReport(epoch: epoch, visitor: visitor)
        }
        let now = now()
        let access = try kept { () throws(StoreError) in
            try store.access(session: visitor.session?.kept, claim: visitor.claim?.kept, course: course, memberships: catalogue().memberships, now: now)
        }
        guard found.lesson.access == .paid else { return LessonOffer(key: nil, learner: access.learner) }
        if let enrollment = access.enrollment {
            let opens = enrollment.since.adding(seconds: Int64(found.lesson.dripDays) * 86_400)
            if opens > now { throw .notYet(opens) }
        } else if try !isCreator(access.learner) {
            guard let learner = access.learner else { throw .signInNeeded }
            let end = try kept { () throws(StoreError) in try store.enrollmentEnd(of: learner, in: course) }
            throw end == nil ? .notEnrolled : .noLongerEnrolled
        }
        guard found.course.honours(epoch: epoch, at: Moment(seconds: now.milliseconds / 1000)) else { throw .epochGone }
        return LessonOffer(key: lessonKey(secret: secret, course: course, lesson: lesson, epoch: epoch), learner: access.learner)
    }

    /// The report's key, for who signed in with an address of the creator's. Never for a claim: what it was bought for may be typed by anybody.
    /// - Throws: `sign-in-needed`; `not-found` for everybody else, who has no business with it.
    private func creatorReport(epoch: Int, visitor: Visitor) throws(Refusal) -> LessonOffer {
        let now = now()
        let access = try kept { () throws(StoreError) in
            try store.access(session: visitor.session?.kept, claim: nil, course: CreatorReport.course, now: now)
        }
        guard let learner = access.learner else { throw .signInNeeded }
        guard try isCreator(learner) else { throw .notFound }
        return LessonOffer(key: reportKey(secret: secret, epoch: epoch), learner: nil)
    }

    private func isCreator(_ learner: ID<Learner>?) throws(Refusal) -> Bool {
        guard let learner, !settings.creators.isEmpty else { return false }
        let email = try kept { () throws(StoreError) in try store.learner(learner)?.email }
        return email.map(settings.creators.contains) ?? false
    }
}
