import LecternCore
import LecternPayments
import LecternStore

extension Refusal {
    static let signInNeeded = Refusal(.signInNeeded, 401, zh: "请先登录。", en: "Sign in first.")

    static let wrongCode = Refusal(
        .wrongCode, 401, zh: "验证码或链接不对，或者已经失效。请核对最新的一封邮件，或者重新获取一个。",
        en: "This code or link is not right, or no longer good. Look at the newest mail, or ask for a new one.")

    /// Said to who has the code or link alone, as the next one.
    static let usedCode = Refusal(
        .wrongCode, 401, zh: "这个验证码或链接已经用过了；同时发出的几个，用过一个就都失效。请重新获取一个。",
        en: "This code or link, or one that was mailed beside it, was used already. Ask for a new one.")

    static let expiredCode = Refusal(
        .wrongCode, 401, zh: "这个验证码或链接已经过期，它只在 15 分钟内有效。请重新获取一个。",
        en: "This code or link has expired: it was good for 15 minutes. Ask for a new one.")

    static let wrongPassword = Refusal(
        .wrongPassword, 401, zh: "邮箱或密码不对。也可以用邮件里的验证码登录。",
        en: "The address or the password is wrong. You can also sign in with a mailed code.")

    static let wrongPasskey = Refusal(
        .wrongPasskey, 401, zh: "这把通行密钥不能登录本站。请换一种方式登录。", en: "This passkey does not open this site. Sign in another way.")

    static func badPasskey(_ cause: String) -> Refusal {
        Refusal(.badPasskey, 422, zh: "没能保存这把通行密钥，请再试一次。", en: "This passkey could not be kept. Try again.", cause: cause)
    }

    static let proofNeeded = Refusal(
        .proofNeeded, 403, zh: "为了您的账户安全，请先重新登录，然后再做这个更改。什么也没有改变。",
        en: "To keep your account safe, sign in again first, then make this change. Nothing was changed.")

    static let addressConfirmed = Refusal(
        .addressConfirmed, 403, zh: "这个订单的邮箱已经有人验证过，不能在这里修改。订单和付款都不受影响。请用该邮箱登录。",
        en: "Somebody has confirmed this order's address, so it cannot be changed here. Order and payment are safe. Sign in with that address.")

    static let addressTaken = Refusal(
        .addressTaken, 409, zh: "这个邮箱已属于另一个账户。您的邮箱没有改变。", en: "This address belongs to another account. Yours was not changed.")

    static let notFound = Refusal(.notFound, 404, zh: "找不到，或者它不属于您。", en: "There is no such thing here, or it is not yours.")

    static let notEnrolled = Refusal(.notEnrolled, 402, zh: "您还没有购买这门课程。", en: "You have not bought this course yet.")

    /// The same to a program; a person who had it is not told that they never bought it.
    static let noLongerEnrolled = Refusal(
        .notEnrolled, 402, zh: "这门课程对您已经关闭：退款、到期，或者付款有争议。您可以在订单页查看。",
        en: "This course is closed to you: it was refunded, has ended, or its payment is disputed. Your orders say which.")

    static func notYet(_ opens: Instant) -> Refusal {
        let day = String(opens.text.prefix(10))
        return Refusal(
            .notYet, 403, zh: "这一课将于 \(day) 开放，您无需再做什么。", en: "This lesson opens on \(day). There is nothing you need to do.",
            opens: opens)
    }

    static let epochGone = Refusal(
        .epochGone, 410, zh: "这个页面已经更新，请重新加载。您的课程没有变化。", en: "This page has been updated: load it again. Your course is unchanged.")

    static func priceChanged(_ total: Money) -> Refusal {
        Refusal(
            .priceChanged, 409, zh: "价格变了，现在是 \(total.text)。没有扣款。请确认新的价格。",
            en: "The price has changed: it is \(total.text) now. Nothing was paid. Look at the new price and confirm it.", total: total)
    }

    static let termsChanged = Refusal(
        .termsChanged, 409, zh: "您打开这个页面之后，购买条款更新了。没有扣款。请重新加载页面，阅读新的条款后再同意。",
        en: "The terms have changed since this page was opened. Nothing was paid. Load the page again, and agree to the new ones.")

    static let badCoupon = Refusal(
        .badCoupon, 409, zh: "没有这个优惠码，请核对。没有扣款。", en: "There is no such coupon code: look at it again. Nothing was paid.", field: "coupon")

    static let couponOver = Refusal(
        .badCoupon, 409, zh: "这个优惠码现在不能用：还没有开始，或者已经结束。没有扣款。",
        en: "This coupon cannot be used now: it has not begun, or is over. Nothing was paid.", field: "coupon")

    static let couponUsedUp = Refusal(
        .badCoupon, 409, zh: "这个优惠码已经用完了。没有扣款。", en: "This coupon is used up. Nothing was paid.", field: "coupon")

    static let couponNotForThis = Refusal(
        .badCoupon, 409, zh: "这个优惠码不适用于这份订单。没有扣款。", en: "This coupon is not for this order. Nothing was paid.", field: "coupon")

    static func alreadyEnrolled(_ courses: [String]) -> Refusal {
        Refusal(
            .alreadyEnrolled, 409, zh: "您已经拥有这门课程，不用再买一次。没有扣款。",
            en: "You already have this course; there is no need to buy it again. Nothing was paid.", courses: courses)
    }

    static let badInvitation = Refusal(
        .badInvitation, 409, zh: "这个邀请链接不对，或者已经换成了新的。请向发给您的人要一个新链接。",
        en: "This invitation is not right, or has been replaced. Ask whoever sent it for a new one.")

    static let invitationClosed = Refusal(
        .badInvitation, 409, zh: "这个邀请现在不能用：订单还没有付款，或者已经退款。请联系发给您的人。",
        en: "This invitation opens nothing now: it is not paid yet, or was given back. Ask whoever sent it.")

    static func invitationUsed(isGift: Bool) -> Refusal {
        isGift
            ? Refusal(
                .badInvitation, 409, zh: "这份礼物已经有人领取了。如果是您领取的，请用当时的邮箱登录。",
                en: "Somebody has taken this gift already. If it was you, sign in with the address of then.")
            : Refusal(
                .badInvitation, 409, zh: "这个团队的名额已经用完。如果您已经加入，请用当时的邮箱登录。",
                en: "All seats of this team are taken. If one is yours, sign in with the address of then.")
    }

    static func ownsInvitation(_ courses: [String]) -> Refusal {
        Refusal(
            .alreadyEnrolled, 409, zh: "您已经拥有这门课程，不用再领取。这个名额还可以给别人。",
            en: "You have this course already. The seat is still free for somebody else.", courses: courses)
    }

    static let notForSale = Refusal(
        .notForSale, 409, zh: "这门课程不能以这种货币购买。没有扣款。", en: "This course is not sold in this currency. Nothing was paid.")

    static let attemptDiffers = Refusal(
        .attemptDiffers, 409, zh: "这次购买已经开始，内容却不一样。没有多扣款。请重新加载页面。",
        en: "This purchase was begun with other contents. Nothing more was paid. Load the page again.")

    static func providerFailed(_ failure: PaymentFailure) -> Refusal {
        Refusal(
            .providerFailed, 502, zh: "支付服务暂时没有响应。订单已保存，没有扣款。请再试一次。",
            en: "The payment service does not answer as it should. Your order is kept and nothing was paid. Try again.",
            retryAfterSeconds: failure.kind == .unreachable ? 5 : nil, cause: failure.words)
    }

    static func orderStillOpen(_ cause: String) -> Refusal {
        Refusal(
            .providerFailed, 502, zh: "账户没有删除：您有一个订单刚刚付款，或者还没有关闭。请过几分钟再试；您的课程没有变化。",
            en: "Your account was not deleted: an order of yours was paid a moment ago, or could not be closed. Try again in a few minutes. Your courses are unchanged.",
            retryAfterSeconds: 60, cause: cause)
    }

    static func badNotice(_ refusal: NoticeRefusal) -> Refusal {
        let isUnsigned = refusal == .isUnsigned || refusal == .isForged || refusal == .isFromAnotherTime
        return Refusal(
            .badNotice, isUnsigned ? 401 : 400, zh: "这个通知没有正确的签名，或者无法读取。什么也没有保存。",
            en: "This notice is not signed as it should be, or cannot be read. Nothing was kept.", cause: "\(refusal)")
    }

    static func invalidField(_ field: String) -> Refusal {
        Refusal(.invalidField, 422, zh: "“\(field)”的值不对。", en: "The value of “\(field)” cannot be right.", field: field)
    }

    static func tooMany(_ seconds: Int) -> Refusal {
        let minutes = (seconds + 59) / 60
        return Refusal(
            .tooMany, 429, zh: "次数太多了，请在 \(minutes) 分钟后再试。", en: "That was too often. Try again in \(minutes) min.",
            retryAfterSeconds: max(1, seconds))
    }

    static let busy = Refusal(
        .busy, 503, zh: "服务器正忙，什么也没有保存。请稍后再试。", en: "The server is busy, and nothing was saved. Try again shortly.", retryAfterSeconds: 2)

    init(_ error: StoreError) {
        switch error {
        case .full:
            self.init(
                .storageFull, 507, zh: "服务器的磁盘满了，什么也没有保存。已付的款不会丢失。请稍后再试。",
                en: "The server's disk is full, and nothing was saved. Money that was paid is safe. Try again later.",
                retryAfterSeconds: 30, cause: error.description)
        case .busy, .closed:
            self = .busy
            cause = error.description
        case .broken, .newer, .conflict:
            self.init(
                .internal, 500, zh: "服务器出了问题，什么也没有保存。已付的款不会丢失。请稍后再试。",
                en: "Something went wrong here, and nothing was saved. Money that was paid is safe. Try again later.",
                cause: error.description)
        }
    }
}
