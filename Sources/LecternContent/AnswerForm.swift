import Foundation

/// The form in which written answers are compared: `Ｗｈｉｌｅ 循环` and `while循环` are one answer.
///
/// `scripts/quiz-answers.js` does the same in the browser and docs/quizzes.md says it in words; both are tested with
/// `Tests/Browser/answer-forms.json`. The mapping is spelt out here instead of left to NFKC, which would make "10²" and
/// "102" one answer.
public func answerForm(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in composed(text).unicodeScalars where !isInvisible(scalar) { append(scalar, to: &scalars) }
    var form = String.UnicodeScalarView()
    for scalar in scalars {
        if !isSpace(scalar) {
            if form.last == " ", dropsSpaces(scalar) { form.removeLast() }
            form.append(scalar)
        } else if let last = form.last, last != " ", !dropsSpaces(last) {
            form.append(" ")
        }
    }
    if form.last == " " { form.removeLast() }
    return String(form)
}

/// Canonical composition (NFC), whose results Unicode has promised never to change.
private func composed(_ text: String) -> String {
    text.unicodeScalars.allSatisfy { $0.value < 0x300 } ? text : text.precomposedStringWithCanonicalMapping
}

private let written = Array("‘’‚‛′´“”„‟″«»「」『』‐‑‒–—―−。、【】〜￥ς".unicodeScalars)
private let meant = Array("''''''\"\"\"\"\"\"\"\"\"\"\"-------.,[]~¥σ".unicodeScalars)

private func append(_ scalar: Unicode.Scalar, to scalars: inout String.UnicodeScalarView) {
    var scalar = scalar
    if case 0xFF01...0xFF5E = scalar.value, let half = Unicode.Scalar(scalar.value - 0xFEE0) { scalar = half }
    if scalar == "…" { return scalars.append(contentsOf: "...".unicodeScalars) }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars
    guard lower.count == 1, let letter = lower.first else { return scalars.append(contentsOf: lower) }
    guard letter.value >= 0xA0, let known = written.firstIndex(of: letter) else { return scalars.append(letter) }
    scalars.append(meant[known])
}

/// Soft hyphens, zero-width and direction marks, variation selectors.
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFE00...0xFE0F, 0xFEFF: true
    default: false
    }
}

private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
}

/// ASCII punctuation but for the underscore, and the scripts of China and Japan: a space beside them tells nothing.
private func dropsSpaces(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x5E, 0x60, 0x7B...0x7E: true
    case 0x2E80...0x9FFF, 0xF900...0xFAFF, 0xFF61...0xFF9F, 0x20000...0x3FFFF: true
    default: false
    }
}
