import LecternContent
import LecternCore

/// Files that hosts, crawlers and language models read.
enum HostFiles {
    /// The site's Content Security Policy (W3C, CSP level 3) as far as a `<meta>` may say it: nothing inline, nobody
    /// else's scripts. `blob:` is where a page keeps what it opened: films, and the pictures of sealed lessons.
    static func policy(companion: String?) -> String {
        let companionOrigin = companion.flatMap { url -> String? in
            guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }) else { return nil }
            return scheme + url.dropFirst(scheme.count).prefix { $0 != "/" }
        }
        let connect = ["'self'", companionOrigin].compactMap(\.self).joined(separator: " ")
        return "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
            + "media-src 'self' blob:; connect-src \(connect); object-src 'none'; base-uri 'none'; form-action \(connect)"
    }

    /// `_headers` as Netlify, Cloudflare Pages and others read it.
    ///
    /// Sealed files lie in every lesson's folder, and the two say "any folder, then this name" in different words; each passes over the
    /// other's. Cloudflare takes one `*`, which may hold `/`, and `:name` for the rest of a name (workers-sdk, `rules-engine.ts`); with a
    /// second `*` it drops the rule. Netlify takes any number of `*`, and `:name` for a whole name alone (headers-parser, `for_regexp.ts`).
    static func headers(policy: String, root: String) -> [UInt8] {
        Array(
            """
            /*
              Content-Security-Policy: \(policy); frame-ancestors 'none'
              X-Content-Type-Options: nosniff
              X-Frame-Options: DENY
              Referrer-Policy: strict-origin-when-cross-origin
              Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(self)
              Cross-Origin-Opener-Policy: same-origin
              Strict-Transport-Security: max-age=31536000

            \(root)assets/*
              Cache-Control: public, max-age=31536000, immutable

            \(root)*/sealed.*.bin
              Cache-Control: public, max-age=31536000, immutable

            \(root)*/sealed.:name
              Cache-Control: public, max-age=31536000, immutable

            """.utf8)
    }

    /// `_redirects` in the same hosts' form: from, to, status.
    static func redirects(_ redirects: [(from: String, to: String)]) -> [UInt8] {
        var out: [UInt8] = []
        for redirect in redirects { out.append(text: "\(redirect.from) \(redirect.to) 301\n") }
        return out
    }

    /// A page that leads on, for hosts that know no redirects.
    static func redirectPage(to url: String, absolute: String) -> [UInt8] {
        var target: [UInt8] = []
        appendEscaped(url, to: &target)
        var canonical: [UInt8] = []
        appendEscaped(absolute, to: &canonical)
        var out: [UInt8] = []
        out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
        out += target
        out.append("</title>\n<meta name=\"robots\" content=\"noindex\">\n<link rel=\"canonical\" href=\"")
        out += canonical
        out.append("\">\n<meta http-equiv=\"refresh\" content=\"0; url=")
        out += target
        out.append("\">\n</head>\n<body>\n<p><a href=\"")
        out += target
        out.append("\">")
        out += target
        out.append("</a></p>\n</body>\n</html>\n")
        return out
    }

    /// robots.txt (RFC 9309): what is a reader's own is no page to be found.
    ///
    /// - Parameter prefixes: the folder of each language, "" and "en/".
    static func robots(_ address: Address, prefixes: [String]) -> [UInt8] {
        var out = Array("User-agent: *\n".utf8)
        for prefix in prefixes {
            for place in ["account/", "checkout/", "orders/", "sign-in/"] { out.append(text: "Disallow: \(address.root)\(prefix)\(place)\n") }
        }
        if !address.origin.isEmpty { out.append(text: "\nSitemap: \(address.absolute("sitemap.xml"))\n") }
        return out
    }
}
