import LecternContent
import LecternCore
import LecternCrypto
import LecternLayouts

/// The pages that talk to the companion: sign-in, checkout, orders, account. What is built are shells: words, and every
/// course to show a line of; who reads them, and what they bought, comes from the companion in the browser.
///
/// They are in no index: nobody should land there from a search.
extension SiteStage {
    mutating func writeCompanionPages(_ pages: FreePages) throws(Problem) {
        guard context.sells else { return }
        for language in context.settings.languages {
            let agreed = Terms(pages, language: language, in: context)
            terms.append((language, agreed.digest))
            let shop = shopFields(language, agreed)
            let isSoldForOthers = context.settings.gifts || context.settings.teams != nil
            for kind in ["sign-in", "checkout", "orders", "account"] + (isSoldForOthers ? ["redeem"] : []) {
                let words = context.words(language)
                let title = words[kind == "sign-in" ? "signIn" : kind]
                let path = kind + "/"
                let head = PageHead(
                    kind: kind, language: language, path: context.prefix(language) + path, title: title,
                    description: title + " · " + context.settings.title[language], image: cards[language],
                    alternates: alternates(path, context.settings.languages), noindex: true)
                try put(head, render(kind + ".html", head, [("shop", shop)]))
            }
            try writeSurvey(language)
            try writeCreatorReport(language)
        }
    }

    /// A page without a survey's answers: who gives some tells them to the companion (docs/beacons.md).
    private mutating func writeSurvey(_ language: String) throws(Problem) {
        guard let survey = context.survey else { return }
        let title = survey.title?[language] ?? context.words(language)["survey"]
        let intro = survey.intro?[language] ?? ""
        let head = PageHead(
            kind: "survey", language: language, path: context.prefix(language) + "survey/", title: title,
            description: intro.isEmpty ? title + " · " + context.settings.title[language] : intro, image: cards[language],
            alternates: alternates("survey/", context.settings.languages), noindex: true)
        let questions = survey.questions.map { question -> LayoutValue in
            var limit = "", type = "radio"
            switch question.kind {
            case .single: break
            case .multiple: type = "checkbox"
            case .text(let most): limit = String(most)
            }
            return [
                "id": .text(question.id), "prompt": .text(question.prompt[language]), "choice": .flag(limit.isEmpty), "several": .flag(type == "checkbox"),
                "limit": .text(limit),
                "options": .list(question.kind.options.map {
                    ["id": .text($0.id), "text": .text($0.text[language]), "question": .text(question.id), "type": .text(type)]
                }),
            ]
        }
        try put(head, render("survey.html", head, [("survey", ["intro": .text(intro), "questions": .list(questions)])]))
    }

    /// The place where `lectern report --publish` puts its sealed page; the file itself is not the build's, which lets it be.
    private mutating func writeCreatorReport(_ language: String) throws(Problem) {
        let title = context.words(language)["creatorReport"]
        let head = PageHead(
            kind: "report", language: language, path: context.prefix(language) + CreatorReport.folder, title: title,
            description: title + " · " + context.settings.title[language], image: cards[language],
            alternates: alternates(CreatorReport.folder, context.settings.languages), noindex: true)
        try put(head, render("creator-report.html", head, [("report", .text(context.address.url(CreatorReport.file)))]))
    }

    private func shopFields(_ language: String, _ terms: Terms) -> LayoutValue {
        [
            "courses": .list(editions(for: language).map { $0.line(for: language, in: context) }),
            "money": .text(moneyTable), "currency": .text(context.settings.currency.code), "consent": .text(terms.digest),
            "agreement": .html(terms.agreement), "refund": .text(terms.refund),
            "gifts": .flag(context.settings.gifts), "teams": .text(context.settings.teams.map(String.init) ?? ""),
        ]
    }

    /// Each course once: as it is in this language, else in the site's own, since a buyer may own what is not translated.
    private func editions(for language: String) -> [CourseSources.Row] {
        var places: [String: Int] = [:]
        var chosen: [CourseSources.Row] = []
        let rank = { (row: CourseSources.Row) in row.fact.language == language ? 2 : row.fact.language == context.settings.language ? 1 : 0 }
        for row in courses {
            if let place = places[row.fact.id] {
                if rank(row) > rank(chosen[place]) { chosen[place] = row }
            } else {
                places[row.fact.id] = chosen.count
                chosen.append(row)
            }
        }
        return chosen
    }

    /// How each currency is written, so that the browser writes amounts as the build does: {"CNY":[2,"¥"]}.
    private var moneyTable: String {
        var out: [UInt8] = []
        JSON.object(Currency.codes.compactMap { Currency($0) }.map { ($0.code, .list([.number($0.exponent), .text($0.symbol)])) }).write(to: &out)
        return String(decoding: out, as: UTF8.self)
    }
}

extension CourseSources.Row {
    /// The course as a line of an order.
    fileprivate func line(for reader: String, in context: SiteContext) -> LayoutValue {
        let course = fact
        let words = context.words(reader)
        return [
            "id": .text(course.id), "title": .text(course.title), "url": .text(context.address.url(course.path)), "cover": .html(course.cover),
            "hue": .text(String(course.hue)), "level": .text(course.level),
            "lessonCountText": .text(words.count("lessonCountOne", "lessonCountMany", course.lessonCount)),
            "durationText": .text(words.duration(seconds: course.durationSeconds)),
            // What a price depends on is asked of the companion.
            "price": course.isFree || course.earlyBird != nil || !course.floors.isEmpty ? .missing : ["text": .text(priceText(course.prices))],
            "firstLesson": first.map { context.link($0.title, $0.path) } ?? .missing,
            "language": .text(course.language == reader ? "" : course.language),
        ]
    }
}

/// What a buyer agrees to: the pages `terms` and `privacy`, where the creator wrote them, and the sentences at checkout.
private struct Terms {
    /// Of everything that the buyer could read, in lower-case hexadecimal: kept with the order, so that it can be told
    /// later which edition was agreed to.
    let digest: String
    /// HTML of the sentence below the button; empty without such pages.
    let agreement: [UInt8]
    /// What is promised about giving money back, or nothing.
    let refund: String

    init(_ pages: FreePages, language: String, in context: SiteContext) {
        let words = context.words(language)
        let terms = pages.page("terms/", language), privacy = pages.page("privacy/", language)
        let sentence =
            switch (terms, privacy) {
            case (nil, nil): ""
            case (nil, _): words["checkoutAgreePrivacy"]
            case (_, nil): words["checkoutAgreeTerms"]
            default: words["checkoutAgreeBoth"]
            }
        agreement = Array(
            fill(
                escaped(sentence),
                [
                    ("terms", Self.link(terms, words["checkoutTerms"], in: context)),
                    ("privacy", Self.link(privacy, words["checkoutPrivacy"], in: context)),
                ]
            ).utf8)
        let days = context.settings.refundDays.map { words.filled("checkoutRefund", "days", String($0)) }
        refund = [days, context.settings.refundPolicy?[language]].compactMap(\.self).joined(separator: " ")
        var agreed = Array((words["checkoutConsent"] + "\n" + sentence + "\n").utf8)
        agreed += Array(refund.utf8)
        for page in [terms, privacy] { agreed += page?.text.digest.bytes ?? [] }
        digest = Digest(agreed).hex(16)
    }

    private static func link(_ page: FreePages.Page?, _ words: String, in context: SiteContext) -> String {
        guard let page else { return escaped(words) }
        return "<a href=\"\(escaped(context.address.url(page.path)))\" target=\"_blank\">\(escaped(words))</a>"
    }
}

private func escaped(_ text: String) -> String {
    var out: [UInt8] = []
    appendEscaped(text, to: &out)
    return String(decoding: out, as: UTF8.self)
}
