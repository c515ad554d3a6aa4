import LecternCore
import LecternCrypto
import LecternShop
import LecternStore

/// What visitors and learners did. Answered once it is on disk.
struct BeaconDoor: Sendable {
    let shop: Shop
    let catalogue: @Sendable () -> CatalogueIndex
    let limits: NetworkLimits

    func take(_ asked: Asked) async throws -> Answer {
        try limits.beacons?.take(asked)
        let envelope: BeaconEnvelope
        do throws(BeaconEnvelope.Refusal) { envelope = try BeaconEnvelope(asked.body, receivedAt: asked.now) } catch {
            switch error {
            case .isNoJSON: throw Refused.badJSON
            case .unknownVersion: throw Refused.invalidField("v")
            case .badEnvelope: throw Refused.invalidField("envelope")
            case .tooManyEvents: throw Refused.invalidField("events")
            }
        }
        var refused = envelope.refused
        let known = knownEvents(envelope, &refused)
        for (learner, events) in try byLearner(known, asked) {
            try await shop.store.append(
                events, visit: envelope.visit, learner: learner, progressOnly: asked.wantsPrivacy, isRobot: asked.isRobot, now: asked.now)
        }
        if refused.isEmpty { return Self.allKept }
        let list = refused.sorted { $0.index < $1.index }
        return .json(["refused": .list(list.map { ["index": .whole(Int64($0.index)), "code": .text($0.code.rawValue)] })])
    }

    private static let allKept = Answer.json(["refused": []])

    /// What the catalogue does not know is not kept: anybody can send anything.
    private func knownEvents(_ envelope: BeaconEnvelope, _ refused: inout [BeaconEnvelope.Refused]) -> [Beacon] {
        let index = catalogue()
        let survey = index.catalogue.survey
        let isKnown = { (event: Beacon) in
            if case .survey(let question, let answer) = event.event { return survey?.takes(answer, to: question) ?? false }
            guard let course = event.course else { return event.lesson == nil }
            return event.lesson.map { index.lesson($0, in: course) != nil } ?? (index.course(course) != nil)
        }
        guard !envelope.events.allSatisfy(isKnown) else { return envelope.events }
        // A page that is newer than the catalogue was looked at all the same: its path says which.
        let events = envelope.events.map { event in
            guard case .view = event.event, !isKnown(event) else { return event }
            var event = event
            (event.course, event.lesson) = (nil, nil)
            return event
        }
        // Places in the envelope of those that were not refused before.
        let before = Set(envelope.refused.map(\.index))
        let places = (0..<envelope.events.count + before.count).filter { !before.contains($0) }
        for (place, event) in zip(places, events) where !isKnown(event) {
            refused.append(BeaconEnvelope.Refused(index: place, code: event.event.kind == "survey" ? .unknownQuestion : .unknownLesson))
        }
        return events.filter(isKnown)
    }

    /// A session's learner did all of it; a claim's learner only what belongs to the courses that were bought with it.
    private func byLearner(_ events: [Beacon], _ asked: Asked) throws -> [ID<Learner>?: [Beacon]] {
        let visitor = asked.visitor
        guard visitor.session != nil || visitor.claim != nil else { return events.isEmpty ? [:] : [nil: events] }
        var learners: [String: ID<Learner>?] = [:]
        var grouped: [ID<Learner>?: [Beacon]] = [:]
        for event in events {
            let course = event.course ?? ""
            let learner = try learners[course] ?? shop.store.access(
                session: visitor.session.map(TokenDigest.init(of:)), claim: visitor.claim.map(TokenDigest.init(of:)), course: course, memberships: catalogue().memberships, now: asked.now
            ).learner
            learners[course] = .some(learner)
            grouped[learner, default: []].append(event)
        }
        return grouped
    }
}

extension TokenDigest {
    fileprivate init(of token: Token) { self.init(token.digest.bytes) }
}
