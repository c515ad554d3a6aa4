import LecternCore
import LecternCrypto
import LecternShop

/// What a learner may open, and how far they are.
struct EnrollmentDoor: Sendable {
    let shop: Shop
    let limits: NetworkLimits

    func courses(_ asked: Asked) throws -> Answer {
        .json(["courses": .list(try shop.enrollments(asked.visitor).map(\.json))])
    }

    func course(_ asked: Asked) throws -> Answer {
        .json(try shop.enrollment(in: asked.parameters[0], visitor: asked.visitor).json)
    }

    /// What somebody is invited to. Anybody may look: who holds the code was given it.
    func invitation(_ asked: Asked) throws -> Answer { .json(try shop.invited(try code(asked), visitor: asked.visitor).json) }

    func accept(_ asked: Asked) async throws -> Answer {
        .json(["courses": .list(try await shop.accept(try code(asked), visitor: asked.visitor).map { .text($0) })])
    }

    private func code(_ asked: Asked) throws -> Token {
        var form = try asked.form()
        let text = try form.word("code", 43...43)
        try form.end()
        try limits.challenges?.take(asked)
        return try Token(text: text).orRefuse("code")
    }

    func lesson(_ asked: Asked) throws -> Answer {
        let query = try RequestQuery(asked.query)
        guard let text = query["epoch"], let epoch = Int32(text), epoch > 0, text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw Refused.invalidField("epoch") }
        let course = asked.parameters[0], lesson = asked.parameters[1]
        let offer = try shop.lesson(lesson, in: course, epoch: Int(epoch), visitor: asked.visitor)
        // The busiest answer of all: its few bytes are put together by hand.
        var out = Array("{\"offers\":{".utf8)
        if let key = offer.key {
            out += "\"key\":\"".utf8
            out += key.base64URL.utf8
            out.append(UInt8(ascii: "\""))
        }
        out.append(UInt8(ascii: "}"))
        if let learner = offer.learner, let progress = try shop.store.progress(of: learner, course: course, lesson: lesson) {
            out += ",\"progress\":".utf8
            progress.json.write(to: &out)
        }
        out.append(UInt8(ascii: "}"))
        return .json(bytes: out)
    }
}

extension LessonProgress {
    /// As docs/openapi.yaml has it.
    var json: JSON {
        ["position": .whole(Int64(positionSeconds)), "seconds": .whole(Int64(watched.seconds)), "done": .flag(completedAt != nil)]
    }
}
