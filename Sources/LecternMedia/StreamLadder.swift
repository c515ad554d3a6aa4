/// The sizes that a film is offered in.
struct StreamLadder {
    struct Rung: Hashable {
        /// The shorter side, in pixels: what people call "720p", also of a film that was held upright.
        var shorter: Int
        var width: Int
        var height: Int
        /// No second may ask more of the network than this, in bits; most ask far less.
        var limitBitrate: Int

        var name: String { String(shorter) }
    }

    /// The smallest first.
    let rungs: [Rung]

    private static let usual = [360, 540, 720, 1080]

    /// - Parameters: of the film as it is shown, in pixels. Nothing is made larger than it is; a film between two sizes
    ///   keeps its own as the largest, unless it is all but the one below.
    init(width: Int, height: Int) {
        let own = min(min(width, height), Self.usual.last!)
        var sizes = Self.usual.filter { $0 <= own }
        if sizes.last != own {
            if let below = sizes.last, own * 100 < below * 115 { sizes.removeLast() }
            sizes.append(own)
        }
        rungs = sizes.map { size in
            // H.264 of every browser has its colours in squares of two pixels.
            func even(_ length: Int) -> Int { max(2, length * size / min(width, height) / 2 * 2) }
            let (width, height) = (even(width), even(height))
            return Rung(shorter: size, width: width, height: height, limitBitrate: Self.limit(width * height))
        }
    }

    /// About 0.06 bits a pixel at 30 pictures a second for large ones, more for small ones: 0.8, 1.6, 2.6, 5 Mbit/s at 16:9.
    private static func limit(_ pixels: Int) -> Int {
        switch pixels {
        case ...260_000: 800_000
        case ...560_000: 1_600_000
        case ...1_000_000: 2_600_000
        default: 5_000_000
        }
    }
}
