/// What the companion knows of a site: ids, titles, prices, access, durations, epochs; nothing of what a lesson says.
///
/// `lectern build` writes it, authenticated with the site's secret, as `catalogue.json`; `LecternCrypto` reads it.
public struct Catalogue: Sendable, Equatable, Codable {
    /// The shape's: 1.
    public var version: Int
    /// Grows with every deployed change: the seconds since 1970 of the build that made it.
    public var revision: Int64
    /// Where the site lives, `https://me.example/learn/`; "" when it does not know.
    public var baseURL: String
    public var title: [String: String]
    /// The site's own language, then the others.
    public var languages: [String]
    /// Of the site: prices may be in others as well.
    public var currency: String
    /// Which edition of the terms a buyer agrees to now, by language; nil in a catalogue that does not tell.
    public var terms: [String: String]?
    /// For so many days after a purchase its money is given back; nil: nothing is promised.
    public var refundDays: Int?
    public var courses: [Course]
    /// What learners are asked about themselves; nil: nothing.
    public var survey: Survey?
    /// Nil in a catalogue that knows of none.
    public var bundles: [Bundle]?
    /// Whether courses may be bought for somebody else; nil: no.
    public var gifts: Bool?
    /// For how many at most a team may be enrolled with one order; nil: not at all.
    public var teams: Int?

    public struct Survey: Sendable, Equatable, Codable {
        public var questions: [Question]

        public struct Question: Sendable, Equatable, Codable {
            public var id: String
            /// By language.
            public var prompt: [String: String]
            public var kind: Kind
            /// Empty: own words.
            public var options: [Option]
            /// Of own words, in characters of Unicode (scalars); 0: there are options.
            public var limit: Int

            public init(id: String, prompt: [String: String], kind: Kind, options: [Option] = [], limit: Int = 0) {
                (self.id, self.prompt, self.kind, self.options, self.limit) = (id, prompt, kind, options, limit)
            }
        }

        public enum Kind: String, Sendable, Equatable, Codable { case single, multiple, text }

        public struct Option: Sendable, Equatable, Codable {
            public var id: String
            public var text: [String: String]

            public init(id: String, text: [String: String]) { (self.id, self.text) = (id, text) }
        }

        public init(questions: [Question]) { self.questions = questions }
    }

    public struct Course: Sendable, Equatable, Codable {
        public var id: String
        /// By language, of those that it is written in.
        public var title: [String: String]
        /// Below the site's root, by language: "courses/python/", "en/courses/python/".
        public var path: [String: String]
        /// Empty: it costs nothing. One for each currency.
        public var prices: [Price]
        /// A lower price until a date; nil: none.
        public var earlyBird: EarlyBird?
        /// The least of a price that buyers may choose, one for each currency in which they may; nil: they pay the price.
        public var floors: [Price]?
        /// What its paid lessons are sealed with now: 1 and up.
        public var epoch: Int
        /// What they were sealed with before, while pages of then are honoured.
        public var previous: PreviousEpoch?
        public var lessons: [Lesson]
    }

    public struct Price: Sendable, Equatable, Codable {
        /// ISO 4217.
        public var currency: String
        /// In the currency's smallest unit: 4900 is ¥49.
        public var minorUnits: Int64

        public init(currency: String, minorUnits: Int64) {
            self.currency = currency
            self.minorUnits = minorUnits
        }
    }

    public struct EarlyBird: Sendable, Equatable, Codable {
        public var prices: [Price]
        /// RFC 3339, in UTC; excluded.
        public var until: String

        public init(prices: [Price], until: String) {
            self.prices = prices
            self.until = until
        }
    }

    public struct PreviousEpoch: Sendable, Equatable, Codable {
        public var epoch: Int
        /// RFC 3339, in UTC. From then on only the course's own epoch is honoured.
        public var until: String

        public init(epoch: Int, until: String) {
            self.epoch = epoch
            self.until = until
        }
    }

    public struct Lesson: Sendable, Equatable, Codable {
        /// Unique in the site: "python/lists".
        public var id: String
        public var title: [String: String]
        public var path: [String: String]
        public var access: Access
        /// 0: not known.
        public var durationSeconds: Int
        /// Days after enrollment that it opens; 0: at once.
        public var dripDays: Int
    }
}

extension Catalogue {
    public func course(_ id: String) -> Course? { courses.first { $0.id == id } }

    /// Whether this one may take the place of another: it is newer, or the same. A host that shows an older one again
    /// would bring back its prices.
    public func replaces(_ last: Catalogue) -> Bool { revision > last.revision || self == last }
}

extension Catalogue.Survey {
    /// Whether a page can have given this answer: of a choice a list of its options, each once; else a text.
    public func takes(_ answer: JSON, to id: String) -> Bool {
        guard let question = questions.first(where: { $0.id == id }) else { return false }
        if question.kind == .text { return answer.text.map { !$0.isEmpty && $0.unicodeScalars.count <= question.limit } ?? false }
        let chosen = (answer.items ?? []).compactMap(\.text)
        return !chosen.isEmpty && chosen.count == answer.items?.count && (question.kind == .multiple || chosen.count == 1) && Set(chosen).count == chosen.count
            && chosen.allSatisfy { one in question.options.contains { $0.id == one } }
    }
}

extension Catalogue.Course {
    public var isFree: Bool { prices.isEmpty }

    /// - Returns: nil when the course is not sold in this currency.
    public func price(in currency: Currency) -> Money? {
        prices.first { $0.currency == currency.code }.map { Money(minorUnits: $0.minorUnits, currency: currency) }
    }

    /// What it costs at a moment: less until the early bird's date.
    public func price(in currency: Currency, at now: Moment) -> Money? {
        guard let price = price(in: currency) else { return nil }
        guard let earlyBird, let until = Moment(earlyBird.until), now < until else { return price }
        return earlyBird.prices.first { $0.currency == currency.code }.map { Money(minorUnits: $0.minorUnits, currency: currency) } ?? price
    }

    /// The least that a buyer may choose to pay; nil: the price is the price.
    public func floor(in currency: Currency) -> Money? {
        floors?.first { $0.currency == currency.code }.map { Money(minorUnits: $0.minorUnits, currency: currency) }
    }

    public func lesson(_ id: String) -> Catalogue.Lesson? { lessons.first { $0.id == id } }

    /// Whether a page that was sealed in this epoch may still be opened.
    public func honours(epoch: Int, at now: Moment) -> Bool {
        if epoch == self.epoch { return true }
        guard let previous, previous.epoch == epoch, let until = Moment(previous.until) else { return false }
        return now < until
    }
}
