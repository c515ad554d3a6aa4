import LecternCore
import LecternStore

extension Letter {
    /// Goes to the creator: what happened, how the order stands when the mail is written, and what is to be done.
    /// - Parameter record: nil for an order that is not there.
    static func alert(_ kind: String, record: OrderRecord?, site: String, language: String) -> Letter {
        let words = AlertWords(record: record, language: language)
        let isMail = kind == Alert.Kind.mailFailed.rawValue
        let command = "lectern orders " + (record.map { "show \($0.order.id)" } ?? "list")
        func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(language) }
        return Letter(
            subject: isMail
                ? say("有一封邮件没有送达 · \(site)", "A mail did not arrive · \(site)")
                : say("有一笔付款需要您处理 · \(site)", "A payment needs you · \(site)"),
            parts: [.text(words.of(kind)), .text(say("查看：", "To see it:")), .code(command)])
    }
}

private struct AlertWords {
    let record: OrderRecord?
    let language: String

    func of(_ kind: String) -> String {
        switch Alert.Kind(rawValue: kind) {
        case .paidTwice:
            say("一个订单收到了两笔付款。", "An order was paid twice.") + course
                + (isTooMuch
                    ? say("请退还多收的一笔。", " Give back what is too much.")
                    : say("多收的已经退还。", " What was too much has been given back."))
        case .latePayment:
            say("一个订单既收到了付款，又被告知已失败或过期。", "An order was paid that was also told to have failed or expired.")
                + (record?.state.kind == .review ? "" : say("付款有效。", " The money counts.")) + course
        case .amountDiffers:
            say("收到的金额或货币与订单不符，这笔付款不开通任何课程。", "Money came that is not what the order asked for; it opens nothing.") + course
                + say("请核对后退还这笔付款，或联系学员。", " Look at it, then give it back or write to the learner.")
        case .disputeOpened: dispute
        case .refundWithoutPayment:
            say("收到一笔退款，却不属于已知的任何付款。", "Money was given back that belongs to no payment we know.") + course
        case .refundForgotten:
            say("有一笔退款带有本店的编号，这里却没有记录：数据可能是从更早的备份恢复的。若当时退的是其中一门课程，用 lectern orders refund … --course … --of … 说明，课程才会关闭。",
                "A refund carries a name of ours that is not recorded here: the data may have come from an older backup. If it was for one course of the order, lectern orders refund … --course … --of … says so, and closes the course.")
        case .paymentOfAnotherOrder:
            say("同一笔付款对应了两个订单；只计入了第一个。", "One payment was named for two orders; only the first counts it.")
        case .buyerForgotten:
            say("一个账户已被删除的人付了款：这笔钱买的课程没有人能打开。请退还这笔付款。", "Money came from somebody whose account was deleted: nobody can open what it paid for. Give it back.")
        case .mailFailed:
            say("一封关于订单的邮件（收据或退款通知）无法送达学员，邮箱可能写错了。", "A mail about an order, its receipt or a refund, cannot be delivered to the learner: the address may be mistyped.") + course
        case nil: say("有一笔付款需要您看一看。", "A payment needs a look.")
        }
    }

    private var course: String {
        guard let record else { return "" }
        return record.state.grants ? say("课程目前是开通的。", " The course is open.") : say("课程目前没有开通。", " The course is not open.")
    }

    /// More was received than was asked for, and is still there.
    private var isTooMuch: Bool {
        guard let record else { return true }
        return record.state.receivedMoney.minorUnits - record.state.refundedMoney.minorUnits > record.order.total.minorUnits
    }

    /// The worst of what was told about all disputes: open, lost, won.
    private var dispute: String {
        let disputes = (record?.facts ?? []).reduce(into: [String: DisputeStatus]()) { disputes, fact in
            if case .dispute(let id, _, let status) = fact { disputes[id] = max(disputes[id] ?? status, status) }
        }
        if disputes.values.contains(.open) || disputes.isEmpty {
            return say("有人对一笔付款提出争议。请在支付服务的后台按期回应。", "A payment is disputed. Answer in your payment provider's console before its deadline.") + course
        }
        return disputes.values.contains(.lost)
            ? say("一笔付款的争议已判给付款人，钱已退回。", "A dispute about a payment was lost: its money went back.") + course
            : say("一笔付款的争议已经了结，款项仍归您。", "A dispute about a payment is over, and the money stays yours.") + course
    }

    private func say(_ zh: String, _ en: String) -> String { Said(zh, en).in(language) }
}
