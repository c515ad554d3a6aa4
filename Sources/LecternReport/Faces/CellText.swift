import Foundation
import LecternCore

extension Cell {
    /// For a person: on the page and on the terminal.
    func text(_ w: Words) -> String {
        switch self {
        case .text(let text): text
        case .count(let count): grouped(count)
        case .money(let money): money.minorUnits < 0 ? "−" + Money(minorUnits: -money.minorUnits, currency: money.currency).text : money.text
        case .share(let share):
            share.of == 0 ? "–" : "\(percentText(share.value)) (\(percentText(share.low, sign: false))–\(percentText(share.high, sign: false)))"
        case .part(let part): percentText(part)
        case .number(let number): (number < 0 ? "−" : "") + String(format: "%.2f", abs(number))
        case .seconds(let seconds): durationText(seconds)
        case .tooFew(let count): w("too few (\(count))", "太少（\(count)）")
        case .none: "–"
        }
    }

    /// How long a bar is.
    var length: Double {
        switch self {
        case .count(let count): Double(count)
        case .money(let money): Double(money.minorUnits)
        case .share(let share): share.value
        case .part(let number), .number(let number), .seconds(let number): number
        case .text, .tooFew, .none: 0
        }
    }

    var isText: Bool { if case .text = self { true } else { false } }
}

/// `12 %`, and a decimal where it says more: `1.4 %`.
func percentText(_ share: Double, sign: Bool = true) -> String {
    let percent = share * 100
    let digits = abs(percent) < 10 && percent != 0 ? String(format: "%.1f", percent) : String(format: "%.0f", percent)
    return digits + (sign ? " %" : "")
}

private func grouped(_ count: Int) -> String {
    let digits = String(count)
    guard digits.utf8.count > 4 else { return digits }
    var text = ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.utf8.count - place) % 3 == 0 { text += "\u{202F}" }
        text.append(digit)
    }
    return text
}

/// `1:23` of a film; `3.5 h` and `12 d` of a wait.
private func durationText(_ seconds: Double) -> String {
    if seconds < 3600 { return timeText(seconds: Int(seconds)) }
    if seconds < 172_800 { return String(format: "%.1f h", seconds / 3600) }
    return String(format: "%.0f d", seconds / 86_400)
}
