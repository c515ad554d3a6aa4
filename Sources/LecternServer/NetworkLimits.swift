import LecternCore

/// How often one network may knock at the doors that cost something: a mail, a guess, an order, a write. Nil: as often as it
/// likes.
public struct NetworkLimits: Sendable {
    /// companion.md: 20 codes an hour a network.
    let mails: NetworkLimit?
    /// At codes, passwords and passkeys.
    let guesses: NetworkLimit?
    /// Questions to passkeys: a page of sign-in that offers them asks each time it is opened.
    let challenges: NetworkLimit?
    let orders: NetworkLimit?
    let beacons: NetworkLimit?

    /// - Parameter beaconsPerMinute: 0 for as many as come.
    public init(beaconsPerMinute: Int) {
        mails = NetworkLimit(.perHour(20))
        guesses = NetworkLimit(.perHour(100))
        challenges = NetworkLimit(.perHour(1000))
        orders = NetworkLimit(.perHour(60))
        beacons = beaconsPerMinute > 0 ? NetworkLimit(.perMinute(beaconsPerMinute)) : nil
    }

    private init() { (mails, guesses, challenges, orders, beacons) = (nil, nil, nil, nil, nil) }

    /// For a preview, where everything comes from one machine.
    public static let none = NetworkLimits()
}

struct NetworkLimit: Sendable {
    private let limit: RateLimit<NetworkAddress>
    private let began = ContinuousClock.now

    init(_ rate: Rate) { limit = RateLimit(rate) }

    /// Counts one request of its network.
    func take(_ asked: Asked) throws(Refused) {
        let time = (ContinuousClock.now - began).components
        let wait = limit.waitSeconds(asked.client.network, nowMilliseconds: time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000)
        if let wait { throw .tooMany(retryAfterSeconds: wait) }
    }
}
