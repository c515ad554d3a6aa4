import Foundation

/// So many of so many, with the interval in which the true share lies.
public struct Share: Hashable, Sendable {
    public var hits: Int
    public var of: Int

    public init(_ hits: Int, of: Int) {
        self.hits = hits
        self.of = of
    }

    public var value: Double { of == 0 ? 0 : Double(hits) / Double(of) }
    public var low: Double { bounds().low }
    public var high: Double { bounds().high }

    /// Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927): it
    /// stays within 0 and 1, and is of use for few.
    /// - Parameter z: how many standard errors: 1.96 for 95 %.
    public func bounds(z: Double = 1.959_963_984_540_054) -> (low: Double, high: Double) {
        guard of > 0 else { return (0, 1) }
        let n = Double(of), p = value, z2 = z * z
        let middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        let half = z / (1 + z2 / n) * (p * (1 - p) / n + z2 / (4 * n * n)).squareRoot()
        return (hits == 0 ? 0 : max(0, middle - half), hits == of ? 1 : min(1, middle + half))
    }
}
