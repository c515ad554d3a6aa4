/// Cuts text into what is looked for: words of letters and digits in lower case, and for Chinese and Japanese, which
/// write no spaces, pairs of neighbouring characters (a lone one stands for itself).
///
/// `scripts/search.js` cuts questions the same way; Tests/Browser/search-tokens.json holds both to one table.
struct SearchTokenizer {
    /// The UTF-8 of the word being read.
    private var word: [UInt8] = []
    /// The UTF-8 of the character before, when it was a Chinese or Japanese one.
    private var previous: [UInt8] = []
    private var isPaired = false

    static let longestWordBytes = 40

    mutating func tokens(_ text: UnsafeBufferPointer<UInt8>, _ each: (UnsafeBufferPointer<UInt8>) -> Void) {
        var at = 0
        while at < text.count {
            let byte = text[at]
            if byte < 0x80 {
                at += 1
                switch byte {
                case 0x61...0x7A, 0x30...0x39:
                    endPairs(each)
                    word.append(byte)
                case 0x41...0x5A:
                    endPairs(each)
                    word.append(byte | 0x20)
                default: end(each)
                }
                continue
            }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            guard at + length <= text.count else { break }
            let character = UnsafeBufferPointer(rebasing: text[at..<(at + length)])
            at += length
            if isIdeographic(character) {
                endWord(each)
                pair(character, each)
            } else {
                endPairs(each)
                addLowercase(character, each)
            }
        }
        end(each)
    }

    private mutating func pair(_ character: UnsafeBufferPointer<UInt8>, _ each: (UnsafeBufferPointer<UInt8>) -> Void) {
        if previous.isEmpty {
            previous.append(contentsOf: character)
            isPaired = false
            return
        }
        previous.append(contentsOf: character)
        previous.withUnsafeBufferPointer(each)
        previous.removeFirst(previous.count - character.count)
        isPaired = true
    }

    /// Letters of other scripts, in lower case; anything else ends the word.
    private mutating func addLowercase(_ character: UnsafeBufferPointer<UInt8>, _ each: (UnsafeBufferPointer<UInt8>) -> Void) {
        guard let scalar = String(decoding: character, as: UTF8.self).unicodeScalars.first,
            scalar.properties.isAlphabetic || scalar.properties.generalCategory == .decimalNumber
        else { return endWord(each) }
        word.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
    }

    private mutating func endWord(_ each: (UnsafeBufferPointer<UInt8>) -> Void) {
        if word.isEmpty { return }
        if word.count <= Self.longestWordBytes { word.withUnsafeBufferPointer(each) }
        word.removeAll(keepingCapacity: true)
    }

    private mutating func endPairs(_ each: (UnsafeBufferPointer<UInt8>) -> Void) {
        if previous.isEmpty { return }
        if !isPaired { previous.withUnsafeBufferPointer(each) }
        previous.removeAll(keepingCapacity: true)
        isPaired = false
    }

    private mutating func end(_ each: (UnsafeBufferPointer<UInt8>) -> Void) {
        endWord(each)
        endPairs(each)
    }

    /// U+3040 to U+30FF (kana, without the middle dot), U+3400 to U+4DBF and U+4E00 to U+9FFF (Han), U+20000 upwards (rare Han).
    private func isIdeographic(_ character: UnsafeBufferPointer<UInt8>) -> Bool {
        switch character.count {
        case 3:
            let value = Int(character[0] & 0x0F) << 12 | Int(character[1] & 0x3F) << 6 | Int(character[2] & 0x3F)
            return (0x3040...0x30FF).contains(value) && value != 0x30FB || (0x3400...0x4DBF).contains(value) || (0x4E00...0x9FFF).contains(value)
        case 4: return character[0] == 0xF0 && character[1] >= 0xA0 && character[1] < 0xB4
        default: return false
        }
    }
}

/// Which part of the index a word stands in: its first two letters, or for other scripts two hexadecimal digits made of
/// its first character, behind an underscore.
func searchBucket(_ term: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let first = term[0]
    if first < 0x80 {
        let second = term.count > 1 && term[1] < 0x80 ? term[1] : UInt8(ascii: "-")
        return [first, second]
    }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    let sum = term.prefix(length).reduce(0) { $0 &* 31 &+ Int($1) }
    let digits = Array("0123456789abcdef".utf8)
    return [UInt8(ascii: "_"), digits[sum >> 4 & 15], digits[sum & 15]]
}
