import Foundation

/// The chance that a binomial number of `n` draws with chance `p` is `k` or more.
func binomialAtLeast(_ k: Int, of n: Int, _ p: Double) -> Double {
    if k <= 0 { return 1 }
    if k > n || p <= 0 { return 0 }
    if p >= 1 { return 1 }
    // The tail is a sum that falls fast from its largest term.
    var term = exp(logChoose(n, k) + Double(k) * log(p) + Double(n - k) * log1p(-p)), sum = 0.0
    for i in k...n {
        sum += term
        if i < n { term *= Double(n - i) / Double(i + 1) * p / (1 - p) }
        if term < sum * 1e-12, Double(i) > Double(n) * p { break }
    }
    return min(1, sum)
}

/// Fisher's exact test, one-sided: the chance that `hits` or more of the `draws` of one group are hits, when group and hits
/// have nothing to do with each other and `allHits` of `all` are.
func fisherAtLeast(_ hits: Int, of draws: Int, allHits: Int, of all: Int) -> Double {
    let most = min(draws, allHits), least = max(0, draws + allHits - all)
    if hits <= least { return 1 }
    if hits > most { return 0 }
    let total = logChoose(all, draws)
    var sum = 0.0
    for i in hits...most {
        let term = exp(logChoose(allHits, i) + logChoose(all - allHits, draws - i) - total)
        sum += term
        if term < sum * 1e-12, Double(i) * Double(all) > Double(draws) * Double(allHits) { break }
    }
    return min(1, sum)
}

func logChoose(_ n: Int, _ k: Int) -> Double { logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) }

/// Of a whole number: log((n - 1)!), after Stirling's series where it is exact enough.
private func logGamma(_ n: Int) -> Double {
    if n < smallLogGammas.count { return smallLogGammas[max(n, 1)] }
    let x = Double(n)
    return (x - 0.5) * log(x) - x + 0.918_938_533_204_672_74 + 1 / (12 * x) - 1 / (360 * x * x * x)
}

private let smallLogGammas: [Double] = {
    var values = [0.0, 0.0]
    for n in 2..<256 { values.append(values[n - 1] + log(Double(n - 1))) }
    return values
}()

/// How many standard errors a one-sided chance stands for.
func standardErrors(chance p: Double) -> Double {
    // The error function is monotone: halving finds it.
    var low = 0.0, high = 10.0
    for _ in 0..<80 {
        let middle = (low + high) / 2
        if 0.5 * erfc(middle / 2.0.squareRoot()) > p { low = middle } else { high = middle }
    }
    return (low + high) / 2
}

/// Pearson's correlation; nil where one side does not vary.
func correlation(_ xs: [Double], _ ys: [Double]) -> Double? {
    let n = Double(xs.count)
    guard xs.count == ys.count, n > 2 else { return nil }
    let mx = xs.reduce(0, +) / n, my = ys.reduce(0, +) / n
    var sxy = 0.0, sxx = 0.0, syy = 0.0
    for (x, y) in zip(xs, ys) {
        sxy += (x - mx) * (y - my)
        sxx += (x - mx) * (x - mx)
        syy += (y - my) * (y - my)
    }
    guard sxx > 1e-12, syy > 1e-12 else { return nil }
    return sxy / (sxx * syy).squareRoot()
}

func median(_ values: [UInt32]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted(), middle = sorted.count / 2
    return sorted.count % 2 == 1 ? Double(sorted[middle]) : (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2
}
