import Glibc

/// An sRGB colour, each part from 0 to 1.
struct Colour: Equatable {
    var red: Double
    var green: Double
    var blue: Double

    init(_ red: Double, _ green: Double, _ blue: Double) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// - Parameter hex: 0xRRGGBB
    init(hex: Int) {
        self.init(Double(hex >> 16 & 255) / 255, Double(hex >> 8 & 255) / 255, Double(hex & 255) / 255)
    }

    /// "#1f6b57"; nil for anything else.
    init?(_ text: String) {
        guard text.utf8.count == 7, text.hasPrefix("#"), let hex = Int(text.dropFirst(), radix: 16), hex >= 0 else { return nil }
        self.init(hex: hex)
    }

    func mixed(with other: Colour, _ share: Double) -> Colour {
        Colour(red + (other.red - red) * share, green + (other.green - green) * share, blue + (other.blue - blue) * share)
    }

    var bytes: [UInt8] { [red, green, blue].map { UInt8((min(max($0, 0), 1) * 255).rounded()) } }

    /// Relative luminance (WCAG 2.2).
    var luminance: Double {
        let linear = [red, green, blue].map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    func contrast(with other: Colour) -> Double {
        let (light, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (light + 0.05) / (dark + 0.05)
    }

    /// The same hue, made darker until white text on it has at least that contrast.
    func darkened(toContrast least: Double) -> Colour {
        var colour = self
        for _ in 0..<60 where colour.contrast(with: .white) < least { colour = colour.mixed(with: .black, 0.06) }
        return colour
    }

    static let white = Colour(1, 1, 1)
    static let black = Colour(0, 0, 0)
}

/// The colours of one card: dark ground, middle, light core, and the accent's mark.
struct CardColours: Hashable {
    var hue: Int?
    var accent: String

    /// The theme's `.hue-0` to `.hue-11`.
    private static let hues: [(Int, Int, Int)] = [
        (0x4c221f, 0x844a22, 0xd0a260), (0x49260b, 0x745504, 0xb4af61), (0x3e2d03, 0x5b6014, 0x8fb979),
        (0x2f3405, 0x386836, 0x68bf9b), (0x19391a, 0x0c6a56, 0x50bfbe), (0x02392f, 0x04676e, 0x5cb8da),
        (0x00383d, 0x076387, 0x7faee9), (0x01354c, 0x3e5990, 0xa4a2e8), (0x202f51, 0x5d4f8b, 0xc398d6),
        (0x33294d, 0x74477a, 0xd891b9), (0x412442, 0x83425f, 0xe39096), (0x492132, 0x884341, 0xe09675),
    ]

    /// From the ground to the core.
    var bands: [Colour] {
        let (dark, middle, light) = triple
        return [
            dark, dark.mixed(with: middle, 0.25), dark.mixed(with: middle, 0.55), middle, middle.mixed(with: light, 0.45), light,
        ]
    }

    /// The accent, light enough to be seen on the ground.
    var mark: Colour {
        let ground = bands[0]
        var colour = Colour(accent) ?? bands[5]
        for _ in 0..<40 where colour.contrast(with: ground) < 3 { colour = colour.mixed(with: .white, 0.08) }
        return colour
    }

    private var triple: (Colour, Colour, Colour) {
        if let hue {
            let (dark, middle, light) = Self.hues[(hue % 12 + 12) % 12]
            return (Colour(hex: dark), Colour(hex: middle), Colour(hex: light))
        }
        let accent = Colour(accent) ?? Colour(hex: 0x1f6b57)
        let middle = accent.darkened(toContrast: 5.5)
        return (middle.mixed(with: .black, 0.45), middle, accent.mixed(with: .white, 0.5))
    }
}
