/// What one unit's pages in one language give to the search index, while they are rendered.
///
/// Words stand in one arena and are found by an open-addressed table, since a large site has millions of them.
struct SearchUnit {
    struct Document {
        var title: String
        /// Below the site's root.
        var path: String
        var course: String
        var description: String
    }

    private(set) var documents: [Document] = []
    private var arena: [UInt8] = []
    /// Where each term ends in the arena; term k starts where k - 1 ends.
    private var ends: [Int32] = []
    private var slots: [Int32] = Array(repeating: -1, count: 1024)
    private var weights: [UInt16] = []
    private var lastDocument: [Int32] = []
    private var postings: [(term: Int32, document: Int32, weight: UInt16)] = []
    private var touched: [Int32] = []
    private var tokenizer = SearchTokenizer()

    /// How much a word counts by where it stands. What the text repeats counts a little more, but never as much as a title:
    /// what a page is about is in its name, however often others mention it.
    enum Weight {
        static let title: UInt16 = 10
        static let heading: UInt16 = 4
        static let description: UInt16 = 2
        static let text: UInt16 = 1
        static let textLimit: UInt16 = 8
        static let limit: UInt16 = 35
    }

    mutating func add(_ document: Document, headings: [String], text: [UInt8]) {
        let index = Int32(documents.count)
        documents.append(document)
        touched.removeAll(keepingCapacity: true)
        text.withUnsafeBufferPointer { count($0, Weight.text, upTo: Weight.textLimit, index) }
        count(document.description, Weight.description, index)
        for heading in headings { count(heading, Weight.heading, index) }
        count(document.title, Weight.title, index)
        for term in touched { postings.append((term, index, weights[Int(term)])) }
    }

    private mutating func count(_ text: String, _ weight: UInt16, _ document: Int32) {
        var text = text
        text.withUTF8 { count($0, weight, upTo: Weight.limit, document) }
    }

    private mutating func count(_ text: UnsafeBufferPointer<UInt8>, _ weight: UInt16, upTo limit: UInt16, _ document: Int32) {
        var tokenizer = tokenizer
        tokenizer.tokens(text) { token in
            let term = id(token)
            if lastDocument[term] != document {
                lastDocument[term] = document
                weights[term] = 0
                touched.append(Int32(term))
            }
            weights[term] = min(weights[term] + weight, limit)
        }
    }

    private mutating func id(_ token: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in token { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        var slot = Int(truncatingIfNeeded: hash ^ (hash >> 29)) & (slots.count - 1)
        while slots[slot] >= 0 {
            if isTerm(Int(slots[slot]), token) { return Int(slots[slot]) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let term = ends.count
        slots[slot] = Int32(term)
        arena.append(contentsOf: token)
        ends.append(Int32(arena.count))
        weights.append(0)
        lastDocument.append(-1)
        if ends.count * 2 > slots.count { grow() }
        return term
    }

    private func range(_ term: Int) -> Range<Int> { (term == 0 ? 0 : Int(ends[term - 1]))..<Int(ends[term]) }

    private func isTerm(_ term: Int, _ token: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(term)
        guard range.count == token.count else { return false }
        return arena.withUnsafeBufferPointer { all in
            for offset in 0..<token.count where all[range.lowerBound + offset] != token[offset] { return false }
            return true
        }
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for term in ends.indices {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in arena[range(term)] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            var slot = Int(truncatingIfNeeded: hash ^ (hash >> 29)) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(term)
        }
    }

    /// The unit's part of each bucket: `term document.weight document …`, a line a term, documents counted from the one
    /// before, numbers in base 36, a weight of 1 left out.
    func buckets() -> [(key: [UInt8], lines: [UInt8])] {
        var counts = [Int32](repeating: 0, count: ends.count + 1)
        for posting in postings { counts[Int(posting.term) + 1] += 1 }
        for term in ends.indices { counts[term + 1] += counts[term] }
        var next = counts
        var sorted = [(document: Int32, weight: UInt16)](repeating: (0, 0), count: postings.count)
        for posting in postings {
            sorted[Int(next[Int(posting.term)])] = (posting.document, posting.weight)
            next[Int(posting.term)] += 1
        }
        return arena.withUnsafeBufferPointer { arena in
            let terms = ends.indices.map { term -> (key: [UInt8], text: UnsafeBufferPointer<UInt8>, term: Int) in
                let text = UnsafeBufferPointer(rebasing: arena[range(term)])
                return (searchBucket(text), text, term)
            }.sorted { a, b in
                a.key != b.key ? a.key.lexicographicallyPrecedes(b.key) : a.text.lexicographicallyPrecedes(b.text)
            }
            var buckets: [(key: [UInt8], lines: [UInt8])] = []
            for (key, text, term) in terms {
                if buckets.last?.key != key { buckets.append((key, [])) }
                let last = buckets.count - 1
                buckets[last].lines.append(contentsOf: text)
                var before: Int32 = -1
                for (document, weight) in sorted[Int(counts[term])..<Int(counts[term + 1])] {
                    buckets[last].lines.append(UInt8(ascii: " "))
                    appendBase36(Int(document - before), to: &buckets[last].lines)
                    if weight > 1 {
                        buckets[last].lines.append(UInt8(ascii: "."))
                        appendBase36(Int(weight), to: &buckets[last].lines)
                    }
                    before = document
                }
                buckets[last].lines.append(0x0A)
            }
            return buckets
        }
    }
}

func appendBase36(_ number: Int, to out: inout [UInt8]) {
    if number >= 36 { appendBase36(number / 36, to: &out) }
    let digit = UInt8(number % 36)
    out.append(digit < 10 ? digit + 0x30 : digit + 0x57)
}
