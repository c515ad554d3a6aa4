/// What a page sends: some events of one visit, and the sender's time, since its clock may be wrong.
///
/// ```json
/// {"v": 1, "visit": "k3v9…", "sentAt": 1790000000000, "events": [
///   {"id": "a1", "kind": "video", "at": 1789999990000, "course": "python", "lesson": "python/lists",
///    "ranges": [[0, 14.9]], "rate": 1.5, "length": 312.4, "position": 14.9}]}
/// ```
/// Times are milliseconds since 1970. Members that are not known are ignored, so that an older companion understands a newer
/// page.
public struct BeaconEnvelope: Equatable, Sendable {
    /// Made by the page, lives in one tab, and says nothing about anybody.
    public var visit: String
    public var events: [Beacon]
    /// Which of the events that came are not among `events`, and why.
    public var refused: [Refused]

    public struct Refused: Hashable, Sendable {
        /// In the envelope, from 0.
        public var index: Int
        public var code: Code

        public init(index: Int, code: Code) {
            self.index = index
            self.code = code
        }
    }

    /// Stable words for a page's author.
    public enum Code: String, Sendable, Error {
        case unknownKind = "unknown-kind"
        /// A member is missing, or is not of its type.
        case badEvent = "bad-event"
        /// A text or a list is longer than it may be, or holds control characters.
        case badText = "bad-text"
        /// For the caller: the site has no such lesson or course.
        case unknownLesson = "unknown-lesson"
        /// For the caller: the site's survey does not ask this, or has no such answer.
        case unknownQuestion = "unknown-question"
    }

    /// Why nothing of an envelope can be read.
    public enum Refusal: String, Sendable, Error {
        case isNoJSON = "no-json"
        /// Of a version that we do not know.
        case unknownVersion = "unknown-version"
        case badEnvelope = "bad-envelope"
        case tooManyEvents = "too-many-events"
    }

    public static let limitEvents = 200

    /// - Parameter receivedAt: by our clock. An event happened as long before it as the sender says that it lies back.
    public init(_ body: some Sequence<UInt8>, receivedAt: Instant) throws(Refusal) {
        let json: JSON
        do { json = try JSON(body) } catch { throw .isNoJSON }
        guard json["v"]?.whole == 1 else { throw json.members == nil ? .badEnvelope : .unknownVersion }
        guard let visit = json["visit"]?.text, (8...64).contains(visit.utf8.count), visit.utf8.allSatisfy(isOfName),
            let sentAt = json["sentAt"]?.number, let items = json["events"]?.items, !items.isEmpty
        else { throw .badEnvelope }
        guard items.count <= Self.limitEvents else { throw .tooManyEvents }
        self.visit = visit
        events = []
        refused = []
        for (index, item) in items.enumerated() {
            do { events.append(try Beacon(item, sentAt: sentAt, receivedAt: receivedAt)) } catch {
                refused.append(Refused(index: index, code: error))
            }
        }
    }
}

extension Beacon {
    fileprivate init(_ json: JSON, sentAt: Double, receivedAt: Instant) throws(BeaconEnvelope.Code) {
        guard let members = json.members else { throw .badEvent }
        let fields = BeaconFields(members: members)
        guard let at = fields["at"]?.number, let kind = fields["kind"]?.text else { throw .badEvent }
        let id = try fields.text("id", limit: 64)
        guard !id.isEmpty, id.utf8.allSatisfy(isOfName) else { throw .badText }
        let course = try fields.optionalText("course", limit: 200)
        let lesson: String?
        switch kind {
        case "view": lesson = try fields.optionalText("lesson", limit: 200)
        case "step": lesson = nil
        case "survey": lesson = try fields.optionalText("lesson", limit: 200)
        case "video", "quiz", "ask", "done": lesson = try fields.text("lesson", limit: 200)
        default: throw .unknownKind
        }
        self.init(id: id, at: receivedAt.before(sentAt - at), course: course, lesson: lesson, event: try Event(kind, fields))
    }
}

extension Beacon.Event {
    fileprivate init(_ kind: String, _ fields: BeaconFields) throws(BeaconEnvelope.Code) {
        switch kind {
        case "view":
            self = .view(
                path: try fields.text("path", limit: 500), referrer: try fields.optionalText("referrer", limit: 260),
                source: try fields.optionalText("source", limit: 100), medium: try fields.optionalText("medium", limit: 100),
                campaign: try fields.optionalText("campaign", limit: 100))
        case "video":
            self = .video(
                watched: try fields.ranges(), rate: try fields.optionalNumber("rate", in: 0.01...100),
                lengthSeconds: try fields.optionalSeconds("length"), positionSeconds: try fields.optionalSeconds("position"))
        case "quiz":
            guard let correct = fields["correct"]?.flag else { throw .badEvent }
            self = .quiz(
                question: try fields.text("question", limit: 200), answer: try fields.answer(), correct: correct,
                attempt: Int(try fields.optionalNumber("attempt", in: 1...100_000) ?? 1))
        case "survey":
            guard let answer = try fields.answer() else { throw .badEvent }
            self = .survey(question: try fields.text("question", limit: 200), answer: answer)
        case "ask":
            let text = try fields.text("text", limit: 2000)
            guard !text.isEmpty else { throw .badEvent }
            self = .ask(text: text)
        case "done": self = .done
        case "step": self = .step(name: try fields.text("name", limit: 60))
        default: throw .unknownKind
        }
    }
}

/// The members of an event, read with their bounds. A member that is null is one that is not there.
private struct BeaconFields {
    let members: [JSON.Member]

    subscript(name: String) -> JSON? {
        guard let value = members.first(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    /// - Parameter limit: in characters of Unicode (scalars), as a page counts them at least.
    func text(_ name: String, limit: Int) throws(BeaconEnvelope.Code) -> String {
        guard let text = try optionalText(name, limit: limit) else { throw .badEvent }
        return text
    }

    func optionalText(_ name: String, limit: Int) throws(BeaconEnvelope.Code) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.text else { throw .badEvent }
        guard isClean(text, limit: limit) else { throw .badText }
        return text
    }

    func optionalNumber(_ name: String, in range: ClosedRange<Double>) throws(BeaconEnvelope.Code) -> Double? {
        guard let value = self[name] else { return nil }
        guard let number = value.number, range.contains(number) else { throw .badEvent }
        return number
    }

    func optionalSeconds(_ name: String) throws(BeaconEnvelope.Code) -> Int? {
        try optionalNumber(name, in: 0...Double(WatchedRanges.limitSeconds)).map { Int($0.rounded()) }
    }

    /// `[[0, 14.9], [20, 30]]`; each end goes to the nearest second, so that ranges that touch still do.
    func ranges() throws(BeaconEnvelope.Code) -> WatchedRanges {
        guard let items = self["ranges"]?.items else { throw .badEvent }
        guard items.count <= 200 else { throw .badText }
        var watched = WatchedRanges()
        for item in items {
            guard let ends = item.items, ends.count == 2, let from = ends[0].number, let to = ends[1].number, from >= 0, from <= to
            else { throw .badEvent }
            let limit = Double(WatchedRanges.limitSeconds)
            watched.insert(Int(min(from, limit).rounded())..<Int(min(to, limit).rounded()))
        }
        return watched
    }

    /// A text, a number, or a list of those.
    func answer() throws(BeaconEnvelope.Code) -> JSON? {
        guard let value = self["answer"] else { return nil }
        let items = value.items ?? [value]
        guard items.count <= 100 else { throw .badText }
        var rest = 2000
        for item in items {
            if let text = item.text {
                guard isClean(text, limit: rest) else { throw .badText }
                rest -= text.unicodeScalars.count
            } else if item.number == nil {
                throw .badEvent
            }
        }
        return value
    }
}

private func isClean(_ text: String, limit: Int) -> Bool {
    // Bytes first: they are never fewer than the scalars, and counting them is free.
    guard text.utf8.count <= limit || text.utf8.count <= limit * 4 && text.unicodeScalars.count <= limit else { return false }
    return text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
}

private func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
    default: false
    }
}

extension Instant {
    /// Never later than this one. A device's queue is younger than a year; what is said to be older comes from a clock that was
    /// set in between, and counts as now.
    fileprivate func before(_ milliseconds: Double) -> Instant {
        guard milliseconds > 0, milliseconds < 366 * 86_400_000 else { return self }
        return Instant(milliseconds: self.milliseconds - Int64(milliseconds))
    }
}
