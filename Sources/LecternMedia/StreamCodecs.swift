/// What pictures and sound of a stream are encoded with.
public enum StreamCodecs: Sendable, Hashable {
    /// H.264 and AAC: every browser plays them.
    case common
    /// AV1 and Opus: fewer bytes for the same picture, for browsers that know them.
    case av1

    static let sound = "sound"

    func name(of rung: StreamLadder.Rung) -> String { self == .common ? rung.name : rung.name + "-av1" }
    var soundName: String { self == .common ? Self.sound : Self.sound + "-opus" }
    /// Of the cache's file that says what a stream is made of.
    var indexName: String { self == .common ? "index.txt" : "index-av1.txt" }
}
