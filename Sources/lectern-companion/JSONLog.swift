import LecternCore
import Logging

/// One line of JSON an event, to standard error: `{"at":"…","level":"warning","event":"…","request":"…"}`.
struct JSONLog: LogHandler {
    let now: @Sendable () -> Instant
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var members: [JSON.Member] = [
            .init("at", .text(now().text)), .init("level", .text(event.level.rawValue)), .init("event", .text(event.message.description)),
        ]
        for (name, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            members.append(.init(name, .text(value.description)))
        }
        // A log that cannot be written has nobody to tell.
        _ = Terminal.put(JSON.object(members).bytes + [0x0A], 2)
    }
}
