import LecternContent
import LecternCore
import LecternLayouts

/// What the frame around a page needs to know: its head, its place in the site, its translations.
struct PageHead {
    var kind: String
    var language: String
    /// Below the site's root: "courses/a/b/".
    var path: String
    /// The `h1`.
    var title: String
    /// What stands in `<title>` before the site's name; the `h1` unless it says something else.
    var headTitle: String?
    var description: String
    var image: PageImage?
    var isArticle = false
    /// This page in each of its languages, itself included. Empty: only in its own.
    var alternates: [(language: String, path: String)] = []
    var structuredData: JSON?
    var noindex = false
    var published: Moment?
    var modified: Moment?
    var breadcrumbs: [(title: String, path: String)] = []
    var feeds: [(title: String, path: String)] = []
}

/// The picture that others show for a page.
struct PageImage: Sendable {
    var path: String
    var width: Int
    var height: Int
    var alt: String
}

extension SiteContext {
    /// The names that every layout receives: `site`, `page`, `assets`, `words`.
    func frame(_ head: PageHead) -> LayoutFields {
        ["site": site(head), "page": page(head), "assets": assetFields, "words": words(head.language).value]
    }

    private func site(_ head: PageHead) -> LayoutValue {
        let home = prefix(head.language)
        let menu = settings.menu.map { entry -> LayoutValue in
            let url = address.url(written: translatedURL(entry.url, head.language))
            return ["title": .text(entry.title[head.language]), "url": .text(url), "current": .flag(url == address.url(head.path))]
        }
        let languages: [LayoutValue] =
            settings.languages.count < 2
            ? []
            : settings.languages.compactMap { language in
                let isCurrent = language == head.language
                guard let path = isCurrent ? head.path : head.alternates.first(where: { $0.language == language })?.path else { return nil }
                return [
                    "code": .text(language), "name": .text(languageName(language)), "url": .text(address.url(path)), "current": .flag(isCurrent),
                ]
            }
        return .fields([
            "title": .text(settings.title[head.language]),
            "description": .text(settings.description[head.language]),
            "language": .text(settings.language),
            "root": .text(address.root),
            "home": .text(address.url(home)),
            "logo": logo,
            "author": author(head.language),
            "menu": .list(menu),
            "hasMenu": .flag(!menu.isEmpty || languages.count > 1),
            "languages": .list(languages.count > 1 ? languages : []),
            "searchURL": .text(address.url(home + "search/")),
            "feedURL": .text(address.url(home + "feed.xml")),
            "tagsURL": .text(address.url(home + "tags/")),
            "accountURL": companionPage("account/", head), "signInURL": companionPage("sign-in/", head),
            "checkoutURL": companionPage("checkout/", head), "redeemURL": settings.gifts || settings.teams != nil ? companionPage("redeem/", head) : .text(""), "ordersURL": companionPage("orders/", head),
            "surveyURL": survey == nil ? .text("") : companionPage("survey/", head), "reportURL": companionPage("account/report/", head),
            "offlineURL": .text(keepsOffline ? address.url(Assets.offlineWorkerName) : ""),
            "companion": .text(settings.companion.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""),
            "beacons": .flag(settings.beacons),
        ])
    }

    /// Nothing where there is no companion to talk to.
    private func companionPage(_ path: String, _ head: PageHead) -> LayoutValue {
        .text(sells ? address.url(prefix(head.language) + path) : "")
    }

    private var logo: LayoutValue {
        guard let logo = settings.theme.logo else { return .missing }
        let url = LayoutValue.text(address.url(logo.value.hasPrefix("/") ? String(logo.value.dropFirst()) : logo.value))
        guard let size = logoSize else { return ["url": url] }
        return ["url": url, "width": .text(String(size.width)), "height": .text(String(size.height))]
    }

    private func author(_ language: String) -> LayoutValue {
        guard let author = settings.author else { return .missing }
        return [
            "name": .text(author.name[language]), "url": .text(author.url.map { address.url(written: translatedURL($0, language)) } ?? ""),
            "bio": .text(author.bio?[language] ?? ""),
        ]
    }

    private func page(_ head: PageHead) -> LayoutValue {
        let siteTitle = settings.title[head.language]
        let title = head.headTitle ?? head.title
        var alternates = head.alternates.map { alternate -> LayoutValue in
            ["language": .text(alternate.language), "url": .text(address.absolute(alternate.path))]
        }
        if let original = head.alternates.first(where: { $0.language == settings.language }) ?? head.alternates.first, head.alternates.count > 1 {
            alternates.append(["language": "x-default", "url": .text(address.absolute(original.path))])
        }
        var structured: [UInt8] = []
        if let data = head.structuredData {
            structured.append("<script type=\"application/ld+json\">")
            data.write(to: &structured)
            structured.append("</script>")
        }
        return .fields([
            "kind": .text(head.kind),
            "title": .text(head.title),
            "headTitle": .text(title == siteTitle || title.unicodeScalars.count + siteTitle.unicodeScalars.count > 57 ? title : title + " · " + siteTitle),
            "description": .text(head.description),
            "canonical": .text(address.absolute(head.path)),
            "language": .text(head.language),
            "direction": .text(direction(head.language)),
            "image": image(head.image),
            "openGraphType": .text(head.isArticle ? "article" : "website"),
            "openGraphLocale": .text(openGraphLocale(head.language)),
            "alternates": .list(head.alternates.count > 1 ? alternates : []),
            "structuredData": .html(structured),
            "policy": .text(policy),
            "noindex": .flag(head.noindex),
            "published": date(head.published, head.language),
            "modified": date(head.modified, head.language),
            "breadcrumbs": .list(
                head.breadcrumbs.map {
                    ["title": .text($0.title), "url": .text(address.url($0.path)), "current": .flag($0.path == head.path)]
                }),
            "hasBreadcrumbs": .flag(!head.breadcrumbs.isEmpty),
            "feeds": .list(head.feeds.map { ["title": .text($0.title), "url": .text(address.url($0.path))] }),
        ])
    }

    private func image(_ image: PageImage?) -> LayoutValue {
        guard let image else { return .missing }
        return [
            "url": .text(address.absolute(image.path)), "width": .text(String(image.width)), "height": .text(String(image.height)),
            "alt": .text(image.alt),
        ]
    }

    func date(_ moment: Moment?, _ language: String) -> LayoutValue {
        guard let moment else { return .missing }
        return ["iso": .text(moment.day), "text": .text(words(language).date(moment))]
    }

    private var assetFields: LayoutValue {
        .fields([
            "style": .text(address.url(assets.path("style.css"))),
            "salesStyle": .text(address.url(assets.path("sales.css"))),
            "playerStyle": .text(address.url(assets.path("player.css"))),
            "quizStyle": .text(address.url(assets.path("quiz.css"))),
            "sealedStyle": .text(address.url(assets.path("sealed.css"))),
            "shopStyle": .text(address.url(assets.path("shop.css"))),
            "script": .text(address.url(assets.path("site.js"))),
            "early": .text(address.url(assets.path("early.js"))),
            "player": .text(address.url(assets.path("player.js"))),
            "quiz": .text(address.url(assets.path("quiz.js"))),
            "sealed": .text(address.url(assets.path("sealed.js"))),
            "search": .text(address.url(assets.path("search.js"))),
            "signIn": .text(address.url(assets.path("sign-in.js"))),
            "checkout": .text(address.url(assets.path("checkout.js"))),
            "orders": .text(address.url(assets.path("orders.js"))),
            "account": .text(address.url(assets.path("account.js"))),
            "redeem": .text(address.url(assets.path("redeem.js"))),
            "survey": .text(address.url(assets.path("survey.js"))),
            "creatorReport": .text(address.url(assets.path("creator-report.js"))),
            "beacon": .text(sells ? address.url(assets.path("beacon.js")) : ""),
            "icon": .text(address.url(assets.path("favicon.svg"))),
        ])
    }
}
