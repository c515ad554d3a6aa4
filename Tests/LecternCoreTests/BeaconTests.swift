import LecternCore
import Testing

@Suite struct BeaconTests {
    private let now = Instant(milliseconds: 1_800_000_000_000)

    private func read(_ events: String, sentAt: String = "5000") throws -> BeaconEnvelope {
        try BeaconEnvelope(#"{"v":1,"site":"x","visit":"visit-0001","sentAt":\#(sentAt),"events":[\#(events)]}"#.utf8, receivedAt: now)
    }

    @Test func `every kind is read with what it has`() throws {
        let envelope = try read(
            """
            {"id":"a","kind":"view","at":4000,"path":"/courses/","referrer":"example.org","source":"letter"},
            {"id":"b","kind":"video","at":5000,"course":"c","lesson":"c/l","ranges":[[0,14.9],[15.2,30.4]],"rate":1.5,"length":299.6,"position":30.4},
            {"id":"c","kind":"quiz","at":5000,"course":"c","lesson":"c/l","question":"q","answer":["x",2],"correct":true,"attempt":2},
            {"id":"d","kind":"survey","at":5000,"lesson":"c/l","question":"q","answer":4},
            {"id":"e","kind":"ask","at":5000,"lesson":"c/l","text":"why?\\nplease"},
            {"id":"f","kind":"done","at":5000,"course":"c","lesson":"c/l","unknown":{"a":[]}},
            {"id":"g","kind":"step","at":5000,"course":"c","name":"price-seen","lesson":7}
            """)
        #expect(envelope.refused.isEmpty && envelope.visit == "visit-0001")
        var watched = WatchedRanges()
        watched.insert(0..<30)
        #expect(
            envelope.events.map(\.event) == [
                .view(path: "/courses/", referrer: "example.org", source: "letter", medium: nil, campaign: nil),
                .video(watched: watched, rate: 1.5, lengthSeconds: 300, positionSeconds: 30),
                .quiz(question: "q", answer: ["x", 2], correct: true, attempt: 2), .survey(question: "q", answer: 4),
                .ask(text: "why?\nplease"), .done, .step(name: "price-seen"),
            ])
        #expect(envelope.events.map(\.lesson) == [nil, "c/l", "c/l", "c/l", "c/l", "c/l", nil])
        #expect(envelope.events.map(\.at.milliseconds) == [now.milliseconds - 1000] + Array(repeating: now.milliseconds, count: 6))
    }

    @Test(arguments: [
        (#"{"id":"a","kind":"nap","at":1}"#, BeaconEnvelope.Code.unknownKind), (#"{"kind":"done","at":1,"lesson":"l"}"#, .badEvent),
        (#"{"id":"a b","kind":"done","at":1,"lesson":"l"}"#, .badText), (#"{"id":"a","kind":"done","lesson":"l"}"#, .badEvent),
        (#"{"id":"a","kind":"done","at":"1","lesson":"l"}"#, .badEvent), (#"{"id":"a","kind":"done","at":1}"#, .badEvent),
        (#"{"id":"a","kind":"done","at":1,"lesson":7}"#, .badEvent), (#"{"id":"a","kind":"done","at":1,"lesson":"l\u0000"}"#, .badText),
        (#"{"id":"a","kind":"video","at":1,"lesson":"l","ranges":[[5,1]]}"#, .badEvent),
        (#"{"id":"a","kind":"video","at":1,"lesson":"l","ranges":[[-5,1]]}"#, .badEvent),
        (#"{"id":"a","kind":"video","at":1,"lesson":"l","ranges":[[1]]}"#, .badEvent),
        (#"{"id":"a","kind":"video","at":1,"lesson":"l"}"#, .badEvent),
        (#"{"id":"a","kind":"quiz","at":1,"lesson":"l","question":"q","correct":1}"#, .badEvent),
        (#"{"id":"a","kind":"quiz","at":1,"lesson":"l","question":"q","correct":true,"attempt":0}"#, .badEvent),
        (#"{"id":"a","kind":"quiz","at":1,"lesson":"l","question":"q","correct":true,"answer":{"a":1}}"#, .badEvent),
        (#"{"id":"a","kind":"ask","at":1,"lesson":"l","text":""}"#, .badEvent), ("7", .badEvent), ("null", .badEvent),
    ])
    func `an event that cannot be kept is refused by its place, and the others are kept`(event: String, code: BeaconEnvelope.Code) throws {
        let good = #"{"id":"z","kind":"done","at":1,"lesson":"l"}"#
        let envelope = try read([good, event, good].joined(separator: ","))
        #expect(envelope.refused == [BeaconEnvelope.Refused(index: 1, code: code)])
        #expect(envelope.events.map(\.id) == ["z", "z"])
    }

    @Test func `texts are bounded`() throws {
        func ask(_ count: Int, of letter: String) -> String {
            #"{"id":"a","kind":"ask","at":1,"lesson":"l","text":"\#(String(repeating: letter, count: count))"}"#
        }
        #expect(try read(ask(2000, of: "课")).refused.isEmpty)
        #expect(try read(ask(2001, of: "课")).refused.map(\.code) == [.badText])
        #expect(try read(ask(2001, of: "a")).refused.map(\.code) == [.badText])
    }

    @Test func `a wrong clock is corrected by what it says when it sends`() throws {
        func at(_ at: String, sentAt: String) throws -> Int64? {
            try read(#"{"id":"a","kind":"done","at":\#(at),"lesson":"l"}"#, sentAt: sentAt).events.first.map { $0.at.milliseconds - now.milliseconds }
        }
        #expect(try at("1000", sentAt: "61000") == -60_000)
        #expect(try at("9000000000000", sentAt: "9000000060000") == -60_000)
        // Set back between event and sending, set forward by years, or not a time at all: now.
        #expect(try at("61000", sentAt: "1000") == 0)
        #expect(try at("0", sentAt: "1800000000000") == 0)
        #expect(try at("-9223372036854775808", sentAt: "9223372036854775807") == 0)
        #expect(try at("1e300", sentAt: "-1e300") == 0)
    }

    @Test(arguments: [
        ("", BeaconEnvelope.Refusal.isNoJSON), ("[]", .badEnvelope), (#"{"v":2}"#, .unknownVersion),
        (#"{"v":1,"visit":"short","sentAt":1,"events":[1]}"#, .badEnvelope),
        (#"{"v":1,"visit":"visit 0001","sentAt":1,"events":[1]}"#, .badEnvelope),
        (#"{"v":1,"visit":"visit-0001","events":[1]}"#, .badEnvelope), (#"{"v":1,"visit":"visit-0001","sentAt":1,"events":[]}"#, .badEnvelope),
    ])
    func `an envelope that cannot be read is refused whole`(body: String, refusal: BeaconEnvelope.Refusal) {
        #expect(throws: refusal) { try BeaconEnvelope(body.utf8, receivedAt: now) }
    }

    @Test func `an envelope holds 200 events at most`() throws {
        let event = #"{"id":"a","kind":"done","at":1,"lesson":"l"}"#
        #expect(try read(Array(repeating: event, count: 200).joined(separator: ",")).events.count == 200)
        #expect(throws: BeaconEnvelope.Refusal.tooManyEvents) { try read(Array(repeating: event, count: 201).joined(separator: ",")) }
    }
}
