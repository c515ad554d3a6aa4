import LecternCore

// What each mail says. Every one names the site, and tells what to do when it was not the reader who asked for it.

extension Letter {
    static func signIn(_ contents: CodeContents, site: String, link: String, toSetPassword: Bool) -> Letter {
        let language = contents.language
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(language) }
        let purpose = toSetPassword
            ? say("用它登录「\(site)」，然后设置新密码：", "Sign in to \(site) with it, then set a new password:")
            : say("您登录「\(site)」的验证码：", "Your code to sign in to \(site):")
        return Letter(
            // The code comes first, so that a phone's notification shows it.
            subject: say("\(contents.code) 是您的验证码 · \(site)", "\(contents.code) is your code · \(site)"),
            parts: [
                .text(purpose), .code(contents.code), .text(say("或者打开这个链接，再按一下按钮：", "Or open this link, and press the button there:")),
                .link(say("登录", "Sign in"), url: link),
                .text(
                    say(
                        "验证码和链接 15 分钟内有效，只能用一次。请不要告诉任何人，我们也不会向您索要。\n如果不是您要登录，不必理会这封邮件：没有它，谁也进不了您的账户。",
                        "Code and link are good once, for 15 minutes. Tell them to nobody; we never ask for them.\nIf it was not you, do nothing: without this mail nobody gets into your account.")
                ),
            ])
    }

    static func changeEmail(_ contents: CodeContents, site: String, link: String) -> Letter {
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(contents.language) }
        return Letter(
            subject: say("\(contents.code) 用来确认新邮箱 · \(site)", "\(contents.code) confirms your new address · \(site)"),
            parts: [
                .text(say("在「\(site)」的账户页面输入，把账户的邮箱换成这个地址：", "Type it on your account page at \(site) to move your account to this address:")),
                .code(contents.code), .text(say("或者在已登录的设备上打开：", "Or open this on a device where you are signed in:")),
                .link(say("确认新邮箱", "Confirm the new address"), url: link),
                .text(
                    say("15 分钟内有效，只能用一次。如果不是您要求的，不必理会：什么也不会改变。",
                        "Good once, for 15 minutes. If it was not you, do nothing: nothing will change.")),
            ])
    }

    /// Goes to the old address.
    static func addressChanged(site: String, language: String, newMasked: String) -> Letter {
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(language) }
        return Letter(
            subject: say("您的账户换了邮箱 · \(site)", "Your account has another address now · \(site)"),
            parts: [
                .text(
                    say("您在「\(site)」的账户邮箱已改为 \(newMasked)。从现在起，请用新邮箱登录。",
                        "Your account at \(site) now has the address \(newMasked). Sign in with it from now on.")),
                .text(say("如果不是您改的，请立刻联系网站作者。", "If you did not do this, write to the site's author at once.")),
            ])
    }

    /// Goes to the address that the account had then, in case it was not its owner who did this.
    static func newPassword(site: String, language: String, account: String) -> Letter {
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(language) }
        return Letter(
            subject: say("您的账户设置了新密码 · \(site)", "Your account has a new password · \(site)"),
            parts: [
                .text(
                    say("您在「\(site)」的账户刚刚设置了新密码，其他设备都已退出登录。",
                        "A new password was just set for your account at \(site), and all other devices were signed out.")),
                .text(
                    say("如果不是您设置的：请立刻用这个邮箱收验证码登录，在账户页面另设密码，删掉您不认识的通行密钥，并联系网站作者。",
                        "If it was not you: sign in with a code to this address at once, set another password on the account page, remove passkeys that you do not know, and write to the site's author.")),
                .link(say("打开账户页面", "Open your account"), url: account),
            ])
    }

    /// - Parameter name: of the passkey, as the learner or the browser called it.
    static func newPasskey(site: String, language: String, name: String, account: String) -> Letter {
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(language) }
        return Letter(
            subject: say("您的账户添加了一个通行密钥 · \(site)", "A passkey was added to your account · \(site)"),
            parts: [
                .text(
                    say("您在「\(site)」的账户刚刚添加了一个通行密钥（\(name)），从现在起可以用它登录。",
                        "A passkey (\(name)) was just added to your account at \(site): from now on it signs in.")),
                .text(
                    say("如果不是您添加的：请立刻用这个邮箱收验证码登录，在账户页面删掉它，让其他设备退出登录，并联系网站作者。",
                        "If it was not you: sign in with a code to this address at once, remove it on the account page, sign all other devices out, and write to the site's author.")),
                .link(say("打开账户页面", "Open your account"), url: account),
            ])
    }

    struct CourseLink: Sendable, Equatable {
        var title: String
        var url: String
    }

    /// - Parameters:
    ///   - invitation: of an order for others: where they take their seats.
    ///   - until: of a membership: until when it is paid for.
    static func receipt(_ order: Order, site: String, email: EmailAddress, courses: [CourseLink], invitation: String? = nil, until: Instant? = nil, signIn: String, page: String) -> Letter {
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(order.language) }
        var rows = bought(order)
        if let discount = order.discount { rows.append((say("优惠码 \(discount.coupon)", "Coupon \(discount.coupon)"), "−" + discount.off.text)) }
        rows.append((say("合计", "Total"), order.total.text))
        rows.append((say("订单号", "Order"), order.id.text))
        rows.append((say("下单日期", "Ordered on"), String(order.createdAt.text.prefix(10))))
        if let invitation { return gift(order, rows: rows, site: site, invitation: invitation, page: page) }
        let opening = order.total.minorUnits == 0
            ? say("谢谢！课程已经开通。", "Thank you! Your course is open.")
            : say("谢谢！您的付款已收到，课程已经开通。", "Thank you! Your payment has arrived and your course is open.")
        return Letter(
            subject: say("您的课程已开通 · \(site)", "Your course is open · \(site)"),
            parts: [.text(opening), .rows(rows)]
                + (until.map { [membership($0, order.language)] } ?? [])
                + courses.map { .link($0.title, url: $0.url) }
                + [
                    .text(
                        say("换一台设备学习时，用这个邮箱（\(email)）登录：我们会发一个验证码给您，不需要密码。",
                            "On any other device, sign in with this address (\(email)): we mail you a code, no password is needed.")),
                    .link(say("登录", "Sign in"), url: signIn), .link(say("查看订单", "See the order"), url: page)
                ]
                + (order.consent?.immediateDelivery == true ? [withdrawal(order.language)] : []))
    }

    private static func membership(_ until: Instant, _ language: String) -> Part {
        let day = String(until.text.prefix(10))
        return .text(
            Said(
                "会员有效期到 \(day)，到期自动结束，不会再扣款。到期前我们会提醒您；续费从到期日接着算。",
                "Your membership runs until \(day) and ends by itself: nothing more is charged. We remind you before; when you renew, the new period begins at that day."
            ).in(language))
    }

    /// Some days before a membership ends.
    static func renewal(_ title: String, until: Instant, language: String, site: String, checkout: String) -> Letter {
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(language) }
        let day = String(until.text.prefix(10))
        return Letter(
            subject: say("「\(title)」\(day) 到期 · \(site)", "\(title) ends on \(day) · \(site)"),
            parts: [
                .text(
                    say("您的会员「\(title)」有效期到 \(day)。不续费的话到期自动结束，不会扣款，学习进度会保留。",
                        "Your membership \(title) runs until \(day). If you do nothing it ends by itself: nothing is charged, and your progress is kept.")),
                .text(say("想继续学习，可以现在续费，新的期限从到期日开始算，一天也不会少。", "To go on, renew it whenever you like: the new period begins when this one ends, and no day is lost.")),
                .link(say("续费", "Renew"), url: checkout),
            ])
    }

    /// To who bought for others: what to hand on to them.
    private static func gift(_ order: Order, rows: [(String, String)], site: String, invitation: String, page: String) -> Letter {
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(order.language) }
        let isGift = order.seats == 1
        return Letter(
            subject: isGift ? say("您的礼物准备好了 · \(site)", "Your gift is ready · \(site)") : say("您的团队名额准备好了 · \(site)", "Your team's seats are ready · \(site)"),
            parts: [
                .text(say("谢谢！您的付款已收到。", "Thank you! Your payment has arrived.")), .rows(rows),
                .text(
                    isGift
                        ? say("把下面的链接发给收礼物的人：打开后登录，课程就是他的了。链接只能用一次，请不要公开。",
                            "Send this link to whom the gift is for: they open it, sign in, and the course is theirs. It is good once; do not make it public.")
                        : say("把下面的链接发给团队成员：每人打开后登录，就占用一个名额，共 \(order.seats) 个。请不要公开。",
                            "Send this link to your team: each who opens it and signs in takes one of the \(order.seats) seats. Do not make it public.")),
                .link(isGift ? say("领取礼物", "Take the gift") : say("加入团队", "Join the team"), url: invitation),
                .text(say("领取情况和新的链接都在订单页面。", "The order's page tells who has come so far, and makes a new link when one went astray.")),
                .link(say("查看订单", "See the order"), url: page),
            ] + (order.consent?.immediateDelivery == true ? [withdrawal(order.language)] : []))
    }

    /// What was bought, and what it costs: a bundle in one piece, its courses behind it; for a team, how many times.
    private static func bought(_ order: Order) -> [(String, String)] {
        let times = order.seats > 1 ? " × \(order.seats)" : ""
        guard let product = order.product else { return order.items.map { ($0.title + times, $0.price.text) } }
        let sum = Money(minorUnits: order.items.reduce(0) { $0 + $1.price.minorUnits }, currency: order.total.currency)
        return [(product.title + Said("：", ": ").in(order.language) + order.items.map(\.title).joined(separator: Said("、", ", ").in(order.language)) + times, sum.text)]
    }

    private static func withdrawal(_ language: String) -> Part {
        .text(
            Said(
                "您同意课程立即开始，并知道因此不再享有撤回权。请保留这封邮件作为凭证。",
                "You agreed that the course begins at once, and know that the right of withdrawal ends with that. Keep this mail as your proof."
            ).in(language))
    }

    /// - Parameters:
    ///   - money: what went back just now; nothing: it was told of before, and what it was for is told now; nil: not known, in a mail of
    ///     before it was.
    ///   - sum: all that went back so far, this with it.
    ///   - closed: courses that went with it.
    static func refund(_ order: Order, money: Money?, sum: Money, closed: Set<String>, grants: Bool, site: String, page: String) -> Letter {
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(order.language) }
        let gone = order.items.filter { closed.contains($0.course) }.map(\.title).joined(separator: say("」「", ", "))
        let access =
            if !grants { say("课程因此关闭了；您的学习进度会保留。", "The course is closed with that; your progress is kept.") }
            else if gone.isEmpty { say("您的课程仍然开通。", "Your course stays open.") }
            else {
                say("「\(gone)」因此关闭了，学习进度会保留；订单里的其他课程仍然开通。",
                    "Closed with that: \(gone); your progress is kept. The other courses of the order stay open.")
            }
        if money?.minorUnits == 0 {
            return Letter(
                subject: say("订单里的课程已关闭 · \(site)", "A course of your order is closed · \(site)"),
                parts: [
                    .text(say("订单 \(order.id) 的退款（至今共 \(sum.text)）是为课程退的。", "What was given back of order \(order.id), \(sum.text) so far, was for a course.")),
                    .text(access), .link(say("查看订单", "See the order"), url: page),
                ])
        }
        return Letter(
            subject: say("退款 \((money ?? sum).text) · \(site)", "Refund of \((money ?? sum).text) · \(site)"),
            parts: [
                .text(
                    money.map { $0 == sum } ?? false
                        ? say("订单 \(order.id) 退回 \(sum.text)。款项几天内会回到您付款的账户。",
                            "Of order \(order.id), \(sum.text) has been given back. It reaches the account you paid from within days.")
                        : say("订单 \(order.id) \(money.map { "这次退回 \($0.text)，" } ?? "")至今共退回 \(sum.text)。款项几天内会回到您付款的账户。",
                            "Of order \(order.id), \(money.map { "\($0.text) has been given back, and " } ?? "")\(sum.text) \(money == nil ? "has been given back so far" : "in all so far"). It reaches the account you paid from within days.")),
                .text(access),
                .link(say("查看订单", "See the order"), url: page),
            ])
    }

    static func instructions(_ order: Order, lines: [String], reference: String, site: String, page: String) -> Letter {
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(order.language) }
        return Letter(
            subject: say("如何支付订单 \(reference) · \(site)", "How to pay order \(reference) · \(site)"),
            parts: [
                .text(say("您的订单已保存，收到转账后课程就会开通。", "Your order is kept. Your course opens once the transfer has arrived.")),
                .rows(
                    bought(order)
                        + (order.discount.map { [(say("优惠码 \($0.coupon)", "Coupon \($0.coupon)"), "−" + $0.off.text)] } ?? [])
                        + [(say("应付", "To pay"), order.total.text)]),
                .text(lines.joined(separator: "\n")), .text(say("转账时请写上：", "Write this on the transfer:")), .code(reference),
                .link(say("查看订单", "See the order"), url: page),
            ])
    }
}
