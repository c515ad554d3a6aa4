import LecternCore
import LecternStore

/// A course of a learner's, and how far they are in it.
public struct EnrollmentView: Sendable {
    public var course: String
    public var isEnrolled: Bool
    public var since: Instant?
    public var until: Instant?
    /// Lessons of the course.
    public var lessons: Int
    /// The lesson to go on with: the first in the course's order that is not done.
    public var next: String?
    public var progress: [LessonProgress]

    public var completed: Int { progress.count { $0.completedAt != nil } }
    var updatedAt: Instant? { progress.map(\.updatedAt).max() ?? since }

    /// As docs/openapi.yaml has it.
    public var json: JSON {
        var members: [JSON.Member] = [.init("course", .text(course)), .init("enrolled", .flag(isEnrolled))]
        if let since { members.append(.init("since", .text(since.text))) }
        if let until { members.append(.init("until", .text(until.text))) }
        members += [.init("completed", .whole(Int64(completed))), .init("lessons", .whole(Int64(lessons)))]
        if let next { members.append(.init("next", .text(next))) }
        members.append(.init("progress", .object(progress.map { .init($0.lesson, $0.json) })))
        return .object(members)
    }
}

extension LessonProgress {
    fileprivate var json: JSON {
        [
            "position": .whole(Int64(positionSeconds)), "seconds": .whole(Int64(watched.seconds)), "done": .flag(completedAt != nil),
        ]
    }
}

extension Shop {
    /// The learner's courses, the one last learned first; empty for who is neither signed in nor holds a claim.
    public func enrollments(_ visitor: Visitor) throws(Refusal) -> [EnrollmentView] {
        let index = catalogue(), now = now()
        let who = try whoIs(visitor)
        return try kept { () throws(StoreError) in
            let enrollments: [Enrollment]
            if let who {
                enrollments = try store.enrollments(of: who.learner.id, memberships: index.memberships, now: now)
            } else if let claim = visitor.claim {
                enrollments = try store.enrollments(claim: claim.kept, memberships: index.memberships, now: now)
            } else {
                enrollments = []
            }
            var views: [EnrollmentView] = []
            // A course that is no longer published cannot be opened, and is not shown.
            for enrollment in enrollments {
                guard let course = index.course(enrollment.course) else { continue }
                views.append(try view(course, enrollment, of: enrollment.learner))
            }
            return views.sorted { ($0.updatedAt ?? now, $1.course) > ($1.updatedAt ?? now, $0.course) }
        }
    }

    /// One course, also for a learner who is not enrolled in it. Free courses have progress as well.
    /// - Throws: `not-found`, and `sign-in-needed` for nobody that we know: a page whose session has ended learns it so.
    public func enrollment(in id: String, visitor: Visitor) throws(Refusal) -> EnrollmentView {
        guard let course = catalogue().course(id) else { throw .notFound }
        let found = try kept { () throws(StoreError) in
            let access = try store.access(session: visitor.session?.kept, claim: visitor.claim?.kept, course: id, memberships: catalogue().memberships, now: now())
            return try access.learner.map { id throws(StoreError) in try view(course, access.enrollment, of: id) }
        }
        guard let found else { throw .signInNeeded }
        return found
    }

    private func view(_ course: Catalogue.Course, _ enrollment: Enrollment?, of learner: ID<Learner>) throws(StoreError) -> EnrollmentView {
        let known = try store.progress(of: learner, course: course.id)
        return EnrollmentView(
            course: course.id, isEnrolled: enrollment != nil, since: enrollment?.since, until: enrollment?.until,
            lessons: course.lessons.count,
            next: course.lessons.first { known[$0.id]?.completedAt == nil }?.id, progress: course.lessons.compactMap { known[$0.id] })
    }
}
