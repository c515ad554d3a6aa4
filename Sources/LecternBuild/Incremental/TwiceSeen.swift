/// Tells which texts may have come twice, from a number for each.
struct TwiceSeen {
    private var numbers: [Int] = []
    private var wanted: [Int] = []
    private var twice: Set<Int>?

    mutating func add(_ text: String) { numbers.append(text.hashValue) }

    mutating func add(_ path: RawPath) { numbers.append(Self.number(path)) }

    private static func number(_ path: RawPath) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(path))
        return hasher.finalize()
    }

    /// Counts a text as one that came twice if it comes at all.
    mutating func look(for text: String) { wanted.append(text.hashValue) }

    /// Whether no text came twice. All texts have been added by now.
    var isClear: Bool { mutating get { found().isEmpty } }

    mutating func mayBeTwice(_ text: String) -> Bool {
        let twice = found()
        return !twice.isEmpty && twice.contains(text.hashValue)
    }

    mutating func mayBeTwice(_ path: RawPath) -> Bool { found().contains(Self.number(path)) }

    private mutating func found() -> Set<Int> {
        if let twice { return twice }
        numbers.sort()
        var found: Set<Int> = []
        for (one, next) in zip(numbers, numbers.dropFirst()) where one == next { found.insert(one) }
        for number in wanted where holds(number) { found.insert(number) }
        twice = found
        (numbers, wanted) = ([], [])
        return found
    }

    private func holds(_ number: Int) -> Bool {
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == number
    }
}
