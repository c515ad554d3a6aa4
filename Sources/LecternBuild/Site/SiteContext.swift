import LecternContent
import LecternCore
import LecternCrypto
import LecternLayouts

/// What every page of one build shares: read once in each process, never changed.
struct SiteContext: Sendable {
    /// The site's folder, absolute.
    let folder: String
    /// Below the site's folder: "content/site.yml".
    let settingsFile: String
    let settings: SiteSettings
    /// Addresses of `site.yml` that have a page in another language: "en/about/".
    let translated: Set<String>
    /// nil: there is no logo, it lies elsewhere, or does not say.
    let logoSize: PictureSize?
    let address: Address
    let publishing: Publishing
    let assets: Assets
    let layouts: LayoutSet
    let words: [String: Words]
    let epochs: Epochs
    /// nil: none is asked, or there is nobody to tell.
    let survey: Survey?
    /// nil: paid lessons stay on this machine.
    let secret: SiteSecret?
    /// False where there is a secret with something wrong with it: of that an error tells.
    let lacksSecret: Bool
    /// The content of the CSP `<meta>` and header.
    let policy: String
    /// Where results of slow work (pictures, formulas, cards) are kept between builds.
    let cacheFolder: String
    /// Films that are not cut into pieces yet are left out, and those with an error (`BuildOptions`).
    let skipsMedia: Bool
    let keepsGoing: Bool
    /// "content/", or "" when courses lie in the site's folder itself.
    var contentFolder: Substring { settingsFile.dropLast("site.yml".utf8.count) }

    /// nil for a site without a secret.
    var sealing: SiteSealing? { secret.map { SiteSealing(secret: $0, epochs: epochs, now: publishing.now) } }

    /// True when the site can sell: it knows its companion.
    var sells: Bool { settings.companion != nil }
    /// Readers may keep courses on their devices, to read without a network.
    var keepsOffline: Bool { sells && settings.offline }

    func words(_ language: String) -> Words { words[language] ?? Words(language: language) }

    /// The folder of a language below the site's root: "" for the default one, "en/" for English.
    func prefix(_ language: String) -> String { language == settings.language ? "" : language + "/" }
}

/// Languages that are written from right to left (ISO 639-1).
private let rightToLeft: Set<String> = ["ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb", "arc", "nqo", "syr"]

/// Scripts that are (ISO 15924).
private let rightToLeftScripts: Set<String> = ["arab", "hebr", "thaa", "syrc", "nkoo", "adlm", "rohg", "samr", "mand", "aran"]

/// `rtl` or `ltr`: by the tag's script where it names one ("uz-Arab", "az-Latn"), else by its language.
func direction(_ language: String) -> String {
    let parts = language.lowercased().split(separator: "-").map(String.init)
    // RFC 5646, section 2.1: the script is the subtag of four letters, before region and variants.
    let script = parts.dropFirst().prefix { $0.count != 1 }.first { $0.count == 4 && $0.allSatisfy(\.isLetter) }
    let isRightToLeft = script.map(rightToLeftScripts.contains) ?? rightToLeft.contains(parts.first ?? "")
    return isRightToLeft ? "rtl" : "ltr"
}

/// A language's name in itself.
func languageName(_ language: String) -> String {
    languageNames[language] ?? languageNames[String(language.prefix { $0 != "-" })] ?? language
}

private let languageNames = [
    "zh": "中文", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "zh-TW": "繁體中文", "zh-HK": "繁體中文", "en": "English", "ja": "日本語",
    "ko": "한국어", "fr": "Français", "de": "Deutsch", "es": "Español", "pt": "Português", "pt-BR": "Português (Brasil)",
    "ru": "Русский", "it": "Italiano", "ar": "العربية", "he": "עברית", "fa": "فارسی", "vi": "Tiếng Việt", "th": "ไทย",
    "id": "Bahasa Indonesia", "tr": "Türkçe", "pl": "Polski", "nl": "Nederlands", "uk": "Українська", "hi": "हिन्दी",
]

/// Open Graph's form of a language: zh_CN, en_US.
func openGraphLocale(_ language: String) -> String {
    openGraphLocales[language] ?? String(language.map { $0 == "-" ? "_" : $0 })
}

private let openGraphLocales = [
    "zh": "zh_CN", "zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "en": "en_US", "ja": "ja_JP", "ko": "ko_KR", "fr": "fr_FR", "de": "de_DE",
    "es": "es_ES",
]
