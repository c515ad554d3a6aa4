import LecternContent
import LecternCore
import LecternLayouts
import LecternMedia

/// A page's address at the places that `share` in site.yml names. Each link says of itself where it was put, so that the
/// report can tell what that brought (`utm_source`; docs/report.md).
extension SiteContext {
    /// - Parameters:
    ///   - path: of the page, below the site's root.
    ///   - poster: the path of its poster; nil: WeChat is left out.
    func shareLinks(_ path: String, title: String, poster: String?, _ language: String) -> [LayoutValue] {
        guard !address.origin.isEmpty else { return [] }
        let words = words(language)
        return settings.share.compactMap { place in
            let page = sharedAddress(path, place, medium: "share")
            if place == .wechat {
                guard let poster else { return nil }
                return ["id": .text("wechat"), "title": .text(words["shareWechat"]), "url": .text(address.url(poster)), "poster": .flag(true)]
            }
            let name = place == .weibo ? words["shareWeibo"] : place == .email ? words["shareEmail"] : place.name
            return ["id": .text(place.rawValue), "title": .text(name), "url": .text(place.url(page, title: title)), "poster": .flag(false)]
        }
    }

    fileprivate func sharedAddress(_ path: String, _ place: SharePlace, medium: String) -> String {
        address.absolute(path) + "?utm_source=\(place.rawValue)&utm_medium=\(medium)"
    }
}

extension UnitBuilder {
    /// A picture to be sent or printed: the page's card and a code that leads to the page.
    /// - Returns: its path; nil where nobody shares to WeChat, or nothing can draw.
    func poster(_ path: String, title: String, hue: Int?, language: String, owner: String) throws(Problem) -> String? {
        guard context.settings.share.contains(.wechat), !context.address.origin.isEmpty else { return nil }
        let address = context.sharedAddress(path, .wechat, medium: "poster")
        guard address.utf8.count <= CardRequest.Code.limitBytes else {
            warn("the address of this page is too long for a poster's code", file: owner, line: 1, help: ["give it a short one: slug: python"])
            return nil
        }
        var request = context.card(title: title, hue: hue, language: language)
        request.code = .init(url: address, hint: context.words(language)["sharePosterHint"])
        return try publishedCard(request, named: "poster", owner: owner)?.path
    }
}

extension SharePlace {
    /// As it calls itself in every language.
    fileprivate var name: String {
        switch self {
        case .wechat: "WeChat"
        case .weibo: "Weibo"
        case .qq: "QQ"
        case .x: "X"
        case .facebook: "Facebook"
        case .linkedin: "LinkedIn"
        case .telegram: "Telegram"
        case .whatsapp: "WhatsApp"
        case .email: "E-mail"
        }
    }

    /// The page with which each takes a link from others, as its own documentation for share links says.
    fileprivate func url(_ page: String, title: String) -> String {
        let (page, title) = (queryEncoded(page), queryEncoded(title))
        return switch self {
        case .wechat: ""
        case .weibo: "https://service.weibo.com/share/share.php?url=\(page)&title=\(title)"
        case .qq: "https://connect.qq.com/widget/shareqq/index.html?url=\(page)&title=\(title)"
        case .x: "https://x.com/intent/post?url=\(page)&text=\(title)"
        case .facebook: "https://www.facebook.com/sharer/sharer.php?u=\(page)"
        case .linkedin: "https://www.linkedin.com/sharing/share-offsite/?url=\(page)"
        case .telegram: "https://t.me/share/url?url=\(page)&text=\(title)"
        case .whatsapp: "https://wa.me/?text=\(title)%20\(page)"
        // RFC 6068.
        case .email: "mailto:?subject=\(title)&body=\(page)"
        }
    }
}
