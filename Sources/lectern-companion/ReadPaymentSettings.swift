import LecternContent
import LecternCore
import LecternPayments
import LecternServer

/// The ways to pay that `companion.yml` names.
extension ReadingSettings {
    mutating func payments(_ settings: inout Settings) {
        let notices = settings.origin.text + settings.path + "payments/"
        settings.stripe = stripe()
        settings.weChatPay = weChatPay(notices: notices)
        settings.alipay = alipay(notices: notices)
        settings.transfer = transfer()
        let names = ["stripe", "wechat", "alipay", "manual"]
        if names.allSatisfy({ reader.value($0) == nil }) {
            reader.report(
                "there is no way to pay: \(names.joined(separator: ", ")) are all missing", help: ["without one of them only free courses can be had"], .warning)
        }
    }

    fileprivate mutating func stripe() -> StripeSettings? {
        guard var group = reader.group("stripe") else { return nil }
        group.end(known: ["mode", "secret-key-file", "webhook-secret-files", "base-url"])
        defer { reader.problems += group.problems }
        let modeText = group.text("mode")
        let mode = modeText.flatMap { StripeSettings.Mode(rawValue: $0.value) }
        if mode == nil { group.report("stripe.mode is live or test", modeText?.line, help: ["mode: test"]) }
        let keyFile = group.text("secret-key-file")
        let key = group.secret(
            file: keyFile.map { resolved($0.value) }, line: keyFile?.line, "LECTERN_STRIPE_SECRET_KEY", what: "Stripe's secret key", environment: environment)
        if key == nil, keyFile == nil {
            group.report("Stripe's secret key is missing", help: ["secret-key-file: /etc/lectern/stripe.key", "or the environment variable LECTERN_STRIPE_SECRET_KEY"])
        }
        var secrets: [String] = []
        let files = group.texts("webhook-secret-files")
        for (path, line) in files {
            if let secret = group.secret(file: resolved(path), line: line, "", what: "Stripe's webhook secret", environment: environment) { secrets.append(secret) }
        }
        if files.isEmpty, let text = environment["LECTERN_STRIPE_WEBHOOK_SECRETS"] {
            secrets = text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
        }
        if files.isEmpty, secrets.isEmpty {
            group.report(
                "Stripe's webhook secret is missing: its notices could not be told from forged ones",
                help: ["webhook-secret-files: [/etc/lectern/stripe.webhook]", "or the environment variable LECTERN_STRIPE_WEBHOOK_SECRETS"])
        }
        let baseURL = group.text("base-url")?.value
        guard let mode, let key, !secrets.isEmpty else { return nil }
        var settings = StripeSettings(mode: mode, secretKey: key, webhookSecrets: secrets)
        if let baseURL { settings.baseURL = baseURL }
        for flaw in settings.flaws { group.report(flaw, group.node.line) }
        return settings
    }

    fileprivate mutating func transfer() -> [String: [String]] {
        guard var group = reader.group("manual") else { return [:] }
        group.end(known: ["instructions"])
        defer { reader.problems += group.problems }
        guard let node = group.value("instructions"), let entries = node.entries, !entries.isEmpty else {
            group.report("manual.instructions tells how to pay, by language", group.node.line, help: ["instructions:", "  en: [\"IBAN …\", \"Write the reference on it.\"]"])
            return [:]
        }
        var languages = SettingsReader(node: node, file: group.file, prefix: "manual.instructions.")
        var transfer: [String: [String]] = [:]
        for entry in entries {
            transfer[entry.key] = languages.texts(entry.key).map(\.value)
            if transfer[entry.key] == [], languages.problems.isEmpty {
                languages.report("manual.instructions.\(entry.key) is empty", entry.value.line, help: ["say where to transfer the money to"])
            }
        }
        group.problems += languages.problems
        return transfer
    }
}

extension ReadingSettings {
    /// - Parameter notices: below which providers tell what became of payments.
    fileprivate mutating func weChatPay(notices: String) -> WeChatPaySettings? {
        guard var group = reader.group("wechat") else { return nil }
        group.end(known: [
            "app-id", "merchant-id", "certificate-serial", "private-key-file", "api-key-file", "public-keys", "app-secret-file", "notice-url", "base-url",
            "authorize-url", "api-url",
        ])
        defer { reader.problems += group.problems }
        let app = group.needed("app-id", "wx0123456789abcdef"), merchant = group.needed("merchant-id", "\"1900000001\"")
        let serial = group.needed("certificate-serial", "5157F09EFDC096DE15EBE81A47057A72…")
        let key = secret(&group, "private-key-file", "LECTERN_WECHAT_PRIVATE_KEY", what: "the key of the merchant's API certificate", "/etc/lectern/wechat.key")
        let apiKey = secret(&group, "api-key-file", "LECTERN_WECHAT_API_KEY", what: "WeChat Pay's API v3 key", "/etc/lectern/wechat.api-key")
        var publicKeys: [String: String] = [:]
        if var names = group.group("public-keys") {
            for entry in names.node.entries ?? [] {
                if let path = names.text(entry.key) { publicKeys[entry.key] = publicText(&group, path.value, path.line) }
            }
            group.problems += names.problems
        }
        let noticeURL = group.text("notice-url")?.value ?? notices + "wechat", baseURL = group.text("base-url")?.value
        guard let app, let merchant, let serial, let key, let apiKey, !group.problems.contains(where: { $0.severity == .error }) else { return nil }
        var settings = WeChatPaySettings(
            appID: app, merchantID: merchant, certificateSerial: serial, privateKey: key, apiKey: apiKey, publicKeys: publicKeys, noticeURL: noticeURL)
        if let baseURL { settings.baseURL = baseURL }
        if let url = group.text("authorize-url")?.value { settings.authorizeURL = url }
        if let url = group.text("api-url")?.value { settings.apiURL = url }
        let file = group.text("app-secret-file")
        settings.appSecret = group.secret(
            file: file.map { resolved($0.value) }, line: file?.line, "LECTERN_WECHAT_APP_SECRET", what: "the official account's secret", environment: environment)
        for flaw in settings.flaws { group.report(flaw, group.node.line) }
        return settings
    }

    fileprivate mutating func alipay(notices: String) -> AlipaySettings? {
        guard var group = reader.group("alipay") else { return nil }
        group.end(known: [
            "app-id", "seller-id", "private-key-file", "alipay-key-files", "application-certificate-file", "root-certificate-file", "notice-url",
            "base-url",
        ])
        defer { reader.problems += group.problems }
        let app = group.needed("app-id", "\"2021000000000000\""), seller = group.needed("seller-id", "\"2088000000000000\"")
        let key = secret(&group, "private-key-file", "LECTERN_ALIPAY_PRIVATE_KEY", what: "the application's private key", "/etc/lectern/alipay.key")
        let files = group.texts("alipay-key-files")
        if files.isEmpty, group.value("alipay-key-files") == nil {
            group.report(
                "alipay.alipay-key-files is missing: Alipay's notices could not be told from forged ones",
                help: ["alipay-key-files: [/etc/lectern/alipay.pub.pem]", "Alipay's own public key or certificate, not the application's"])
        }
        let keys = files.compactMap { publicText(&group, $0.value, $0.line) }
        let own = group.text("application-certificate-file"), root = group.text("root-certificate-file")
        var certificates: AlipaySettings.Certificates?
        switch (own, root) {
        case (let own?, let root?):
            if let application = publicText(&group, own.value, own.line), let roots = publicText(&group, root.value, root.line) {
                certificates = AlipaySettings.Certificates(application: application, root: roots)
            }
        case (nil, nil): break
        case (let one?, nil), (nil, let one?):
            group.report("alipay: an application with certificates needs both, its own and the root certificates", one.line)
        }
        let noticeURL = group.text("notice-url")?.value ?? notices + "alipay", baseURL = group.text("base-url")?.value
        guard let app, let seller, let key, !group.problems.contains(where: { $0.severity == .error }) else { return nil }
        var settings = AlipaySettings(
            appID: app, sellerID: seller, privateKey: key, alipayKeys: keys, certificates: certificates, noticeURL: noticeURL)
        if let baseURL { settings.baseURL = baseURL }
        for flaw in settings.flaws { group.report(flaw, group.node.line) }
        return settings
    }

    private func secret(_ group: inout SettingsReader, _ key: String, _ variable: String, what: String, _ example: String) -> String? {
        let file = group.text(key)
        let secret = group.secret(file: file.map { resolved($0.value) }, line: file?.line, variable, what: what, environment: environment)
        if secret == nil, file == nil { group.report("\(what) is missing", help: ["\(key): \(example)", "or the environment variable \(variable)"]) }
        return secret
    }

    /// What everybody may read.
    private func publicText(_ group: inout SettingsReader, _ path: String, _ line: Int) -> String? {
        let path = resolved(path)
        do { return String(decoding: try readFile(path, shownAs: path, limitBytes: 64 << 10), as: UTF8.self) } catch {
            group.problems.append(error)
            return nil
        }
    }
}

extension SettingsReader {
    fileprivate mutating func needed(_ key: String, _ example: String) -> String? {
        if let text = text(key) { return text.value }
        if value(key) == nil { report("\(prefix)\(key) is missing", node.line, help: ["\(key): \(example)"]) }
        return nil
    }
}
