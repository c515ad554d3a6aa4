import LecternCore

/// What sold. An order belongs to the day on which it was made, and counts as it stands now: as `orders list` shows it.
func sales(_ books: Books, _ asked: ReportRequest) -> Section {
    let w = asked.words
    var tables = [totals(books, w)]
    tables += converted(books, asked).map { [$0] } ?? []
    tables += periods(books, asked)
    tables.append(grouped("sales-by-course", w("By course", "按课程"), Column("course", w("course", "课程")), books.byCourse, w) { id in
        asked.courses.first { $0.id == id }.map { w.title($0.title, or: id) } ?? id
    })
    if Set(books.byProduct.keys) != Set(books.byCourse.keys) {
        tables.append(grouped("sales-by-product", w("By what was bought together", "按一起购买的内容"), Column("product", w("product", "商品")), books.byProduct, w))
    }
    if !books.byCoupon.isEmpty {
        tables.append(grouped("sales-by-coupon", w("By coupon", "按优惠码"), Column("coupon", w("coupon", "优惠码")), books.byCoupon, w))
    }
    tables.append(grouped("sales-by-provider", w("By way to pay", "按支付方式"), Column("provider", w("through", "渠道")), books.byProvider, w))
    tables += countries(books, w).map { [$0] } ?? []
    tables.append(grouped("orders-by-state", w("By what became of them", "按订单状态"), Column("state", w("state", "状态")), books.byState, w))
    if !books.needsHand.isEmpty { tables.append(needsHand(books, asked)) }
    var notes = [
        w("An order belongs to the day on which it was made, and counts as it stands now.", "订单按创建日期归类，金额以现在的状态为准。"),
        feesWords(books, w),
    ]
    if !books.byCountry.isEmpty, !books.byCountry.contains(where: { !$0.key.group.isEmpty }) {
        notes.append(w("No provider told from which country anything was paid.", "没有渠道告知付款来自哪个国家。"))
    }
    if books.byCurrency.isEmpty { notes = [w("No order was made in this time.", "这段时间没有订单。")] }
    return Section(id: "sales", title: w("Sales", "销售"), notes: notes, tables: books.byCurrency.isEmpty ? [] : tables)
}

/// What the net is, and what is not in it.
private func feesWords(_ books: Books, _ w: Words) -> String {
    let unknown = books.byCurrency.filter { $0.value.feesUnknown > 0 }.sorted { $0.key.code < $1.key.code }
        .map { Money(minorUnits: $0.value.feesUnknown, currency: $0.key).text }
    let net = w("Net is received less fees and refunds.", "净额 = 收到 − 手续费 − 退款。")
    if unknown.isEmpty { return net }
    let sum = unknown.joined(separator: ", ")
    return net
        + w(
            " Of \(sum) received nobody told the fees: there net is before them. Stripe and WeChat Pay tell theirs to `lectern orders reconcile`; Alipay and a bank tell none.",
            "收到的 \(sum) 还不知道手续费：这部分净额未扣手续费。`lectern orders reconcile` 会向 Stripe 和微信支付问到；支付宝和银行转账不提供。")
}

private func moneyColumns(_ w: Words) -> [Column] {
    [
        Column("orders", w("orders", "订单")), Column("sold", w("sold", "成交")), Column("gross", w("received", "收到")),
        Column("fees", w("fees", "手续费")), Column("refunds", w("refunded", "退款")), Column("net", w("net", "净额")),
        Column("fees_unknown", w("fees unknown of", "手续费未知的收款")),
    ]
}

extension Sums {
    fileprivate func cells(_ currency: Currency) -> [Cell] {
        func money(_ units: Int64) -> Cell { .money(Money(minorUnits: units, currency: currency)) }
        return [.count(orders), .count(sold), money(gross), fees(currency), money(refunded), money(net), money(feesUnknown)]
    }

    /// Of nothing that was received there is no fee; of what nobody told there is no figure.
    fileprivate func fees(_ currency: Currency) -> Cell { hasFees || feesUnknown == 0 ? .money(Money(minorUnits: fees, currency: currency)) : .none }
}

private func totals(_ books: Books, _ w: Words) -> Table {
    let rows = books.byCurrency.sorted { $0.key.code < $1.key.code }.map { currency, sums -> [Cell] in
        let buyers = books.buyers[currency] ?? [:]
        return [.text(currency.code)] + sums.cells(currency) + [
            .money(Money(minorUnits: sums.discount, currency: currency)),
            sums.paid > 0 ? .money(Money(minorUnits: sums.gross / Int64(sums.paid), currency: currency)) : .none,
            .count(buyers.count), .share(Share(buyers.values.count { $0 > 1 }, of: buyers.count)),
            .share(Share(sums.refundedOrders, of: sums.paid)), .share(Share(sums.disputed, of: sums.paid)),
        ]
    }
    return Table(
        "sales", w("Totals", "合计"),
        [Column("currency", w("currency", "币种"))] + moneyColumns(w) + [
            Column("discount", w("discounts", "优惠")), Column("average", w("average order", "客单价")), Column("buyers", w("buyers", "买家")),
            Column("repeat", w("buy again", "复购")), Column("refund_rate", w("refund rate", "退款率")), Column("dispute_rate", w("dispute rate", "争议率")),
        ], rows)
}

/// Added up across currencies, at rates that somebody stated.
private func converted(_ books: Books, _ asked: ReportRequest) -> Table? {
    guard let target = asked.currency else { return nil }
    let w = asked.words
    var all = Sums(), stated: [String] = [], missing: [String] = []
    for (currency, sums) in books.byCurrency.sorted(by: { $0.key.code < $1.key.code }) {
        let rate = currency == target ? 1_000_000_000 : asked.rates[currency.code]
        guard let rate else { missing.append(currency.code); continue }
        if currency != target { stated.append("1 \(currency.code) = \(decimal(billionths: rate)) \(target.code)") }
        func exchanged(_ units: Int64) -> Int64 { exchange(units, from: currency, to: target, rate) }
        all.gross = addingCapped(all.gross, exchanged(sums.gross))
        all.refunded = addingCapped(all.refunded, exchanged(sums.refunded))
        all.fees = addingCapped(all.fees, exchanged(sums.fees))
        all.feesUnknown = addingCapped(all.feesUnknown, exchanged(sums.feesUnknown))
        all.hasFees = all.hasFees || sums.hasFees
    }
    var note = stated.isEmpty ? "" : w("At the rates that were stated: ", "按给定汇率：") + stated.joined(separator: ", ") + "."
    if stated.isEmpty, missing.isEmpty { note = w("No order was in another currency.", "没有其他币种的订单。") }
    if !missing.isEmpty { note += w(" Without a rate, and left out: ", " 没有汇率、未计入：") + missing.joined(separator: ", ") + "." }
    func money(_ units: Int64) -> Cell { .money(Money(minorUnits: units, currency: target)) }
    return Table(
        "sales-converted", w("All in \(target.code)", "折合 \(target.code)"), note: note,
        [Column("currency", w("currency", "币种"))] + moneyColumns(w).dropFirst(2),
        [[.text(target.code), money(all.gross), all.fees(target), money(all.refunded), money(all.net), money(all.feesUnknown)]])
}

/// Half a unit is rounded away from zero; exact within 64 bits.
func exchange(_ units: Int64, from: Currency, to: Currency, _ billionths: Int64) -> Int64 {
    var divisor: Int64 = 1_000_000_000
    var factor = billionths
    for _ in 0..<max(0, to.exponent - from.exponent) { factor *= 10 }
    for _ in 0..<max(0, from.exponent - to.exponent) { divisor *= 10 }
    let (high, low) = units.multipliedFullWidth(by: factor)
    guard high.magnitude < UInt64(divisor) else { return units < 0 ? .min : .max }
    let (quotient, rest) = divisor.dividingFullWidth((high, low))
    return quotient + (abs(rest) * 2 >= divisor ? (units < 0 ? -1 : 1) : 0)
}

private func decimal(billionths: Int64) -> String {
    var digits = String(1_000_000_000 + billionths % 1_000_000_000).dropFirst()
    while digits.hasSuffix("0") { digits = digits.dropLast() }
    return String(billionths / 1_000_000_000) + (digits.isEmpty ? "" : "." + digits)
}

/// By day where the time is short, else by week or month; periods in which nothing was sold stand there as well.
private func periods(_ books: Books, _ asked: ReportRequest) -> [Table] {
    let w = asked.words
    let days = books.byDay.keys.map(\.day)
    guard let first = days.min(), let last = days.max() else { return [] }
    let span = last - first
    let (unit, title): (String, String) =
        span <= 45 ? ("day", w("By day", "按天")) : span <= 280 ? ("week", w("By week, from Monday", "按周（周一起）")) : ("month", w("By month", "按月"))
    func period(_ day: Int64) -> String { unit == "day" ? dayText(day) : unit == "week" ? dayText(weekStart(day)) : monthText(day) }
    var order: [String] = []
    for day in first...min(last, first + 36_600) where order.last != period(day) { order.append(period(day)) }
    return books.byCurrency.keys.sorted { $0.code < $1.code }.map { currency in
        var sums: [String: Sums] = [:]
        for (key, day) in books.byDay where key.currency == currency { sums[period(key.day), default: Sums()].add(day) }
        let rows = order.map { [Cell.text($0), .text(currency.code)] + (sums[$0] ?? Sums()).cells(currency) }
        return Table(
            "sales-by-" + unit, title + ", " + currency.code, [Column(unit, w("from", "起")), Column("currency", w("currency", "币种"))] + moneyColumns(w), rows,
            chart: .bars(4))
    }
}

extension Sums {
    fileprivate mutating func add(_ other: Sums) {
        orders += other.orders
        sold += other.sold
        paid += other.paid
        gross = addingCapped(gross, other.gross)
        refunded = addingCapped(refunded, other.refunded)
        fees = addingCapped(fees, other.fees)
        feesUnknown = addingCapped(feesUnknown, other.feesUnknown)
        hasFees = hasFees || other.hasFees
        discount += other.discount
        refundedOrders += other.refundedOrders
        disputed += other.disputed
    }
}

private func grouped(
    _ id: String, _ title: String, _ column: Column, _ groups: [Books.Key: Sums], _ w: Words, name: ((String) -> String)? = nil
) -> Table {
    let sorted = groups.sorted { ($0.key.currency.code, -$0.value.gross, $0.key.group) < ($1.key.currency.code, -$1.value.gross, $1.key.group) }
    return Table(
        id, title, [column] + (name == nil ? [] : [Column("title", w("title", "标题"))]) + [Column("currency", w("currency", "币种"))] + moneyColumns(w),
        sorted.map { key, sums in
            [.text(key.group)] + (name.map { [.text($0(key.group))] } ?? []) + [.text(key.currency.code)] + sums.cells(key.currency)
        })
}

/// From where it was paid, as far as it was told; countries of a few buyers stand together.
private func countries(_ books: Books, _ w: Words) -> Table? {
    guard books.byCountry.contains(where: { !$0.key.group.isEmpty }) else { return nil }
    var groups: [Books.Key: Sums] = [:]
    for (key, sums) in books.byCountry {
        let isFew = !key.group.isEmpty && books.buyersByCountry[key, default: []].count < smallestGroup
        let name = key.group.isEmpty ? "(unknown)" : isFew ? NameTable.others : key.group
        groups[.init(group: name, currency: key.currency), default: Sums()].add(sums)
    }
    return grouped("sales-by-country", w("By country of the payment", "按付款国家"), Column("country", w("country", "国家")), groups, w)
}

private func needsHand(_ books: Books, _ asked: ReportRequest) -> Table {
    let w = asked.words
    return Table(
        "orders-to-look-at", w("Orders that need a hand", "需要处理的订单"), note: w("`lectern orders show ORDER` tells all about one.", "`lectern orders show 订单号` 查看详情。"),
        [Column("order", w("order", "订单")), Column("made", w("made", "创建")), Column("state", w("state", "状态")), Column("provider", w("through", "渠道")), Column("total", w("total", "金额"))],
        books.needsHand.suffix(50).reversed().map { order in
            [
                .text(order.id), .text(dayText(asked.zone.day(order.createdAt.milliseconds / 1000))), .text(order.state.rawValue), .text(order.provider),
                .money(Money(minorUnits: order.totalMinorUnits, currency: order.currency)),
            ]
        })
}
