"""From the price to the paid order: checkout and the order's page."""

import re
import time

import pytest
from companion import DOLLARS, LIN, YUAN, Companion, offer, order
from playwright.sync_api import expect

PAY = re.compile("^支付")


def fill_in(page, email="lin@example.com"):
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("请立即为我开通课程").check()


def pay(page):
    page.get_by_role("button", name=PAY).click()


def buyable(page, **answers):
    companion = Companion(page, GET_checkout=offer())
    companion["GET orders/o0000000000000000000000001"] = order("paid")
    for name, answer in answers.items():
        companion[name.replace("_", " ", 1)] = answer
    return companion


def test_two_clicks_lead_from_the_sales_page_to_the_provider(page, shop):
    companion = buyable(page, POST_checkout=(201, {"order": order("pending"), "next": {"kind": "redirect", "url": "https://pay.example/c/1"}}))
    page.route("https://pay.example/**", lambda route: route.fulfill(body="paying"))
    page.goto(shop + "/courses/python/")
    page.locator(".offer").get_by_role("link", name="购买课程").click()
    expect(page.get_by_role("button", name="支付 ¥199")).to_be_enabled()
    fill_in(page)
    pay(page)
    page.wait_for_url("https://pay.example/c/1")
    [sent] = companion.sent("POST checkout")
    assert re.fullmatch("[0-9a-f]{32}", sent.pop("attempt")) and re.fullmatch("[0-9a-f]{32}", sent.pop("visit"))
    assert re.fullmatch("[0-9a-f]{32}", sent.pop("terms"))
    assert sent == {"items": ["python"], "currency": "CNY", "provider": "stripe", "shownTotal": YUAN, "email": "lin@example.com",
                    "language": "zh", "immediateDelivery": True}


def test_a_locked_lesson_leads_to_the_checkout_as_well(page, shop):
    buyable(page)
    page.goto(shop + "/courses/python/loops/")
    page.locator(".paywall").get_by_role("link", name="购买课程").click()
    expect(page.get_by_role("button", name="支付 ¥199")).to_be_enabled()


def test_what_is_bought_and_its_price_show_before_the_companion_has_answered(page, shop):
    companion = Companion(page, GET_checkout=None)
    page.goto(shop + "/checkout/?course=python")
    expect(page.locator(".summary").get_by_role("link", name="Python 入门")).to_be_visible()
    expect(page.locator(".summary .total:visible")).to_contain_text("¥199")
    expect(page.get_by_text("暂时联系不上服务器。没有扣款，本页会自动重试。")).to_be_visible()
    expect(page.locator(".pay")).to_be_disabled()
    companion["GET checkout"] = offer()
    expect(page.get_by_role("button", name="支付 ¥199")).to_be_enabled()
    expect(page.get_by_text("本页会自动重试")).to_have_count(0)


def test_nothing_is_sent_without_an_address_and_the_consent(page, shop):
    companion = buyable(page)
    page.goto(shop + "/checkout/?course=python")
    pay(page)
    expect(page.get_by_text("请填写邮箱，例如 lin@example.com。")).to_be_visible()
    expect(page.get_by_label("邮箱")).to_be_focused()
    page.get_by_label("邮箱").fill("lin@example.com")
    pay(page)
    expect(page.get_by_text("请先勾选同意立即开通课程。")).to_be_visible()
    expect(page.get_by_label("请立即为我开通课程")).to_be_focused()
    assert not companion.sent("POST checkout")


def test_a_double_click_and_a_reload_are_one_order(page, shop):
    companion = buyable(page, POST_checkout=None)
    page.goto(shop + "/checkout/?course=python")
    fill_in(page)
    expect(page.get_by_role("button", name=PAY)).to_be_enabled()
    page.evaluate("for (let i = 0; i < 2; i++) document.querySelector('[data-form=checkout]').requestSubmit()")
    expect(page.get_by_text("再按一次会继续同一个订单，不会重复扣款")).to_be_visible()
    assert len(companion.sent("POST checkout")) == 1
    page.reload()
    fill_in(page)
    pay(page)
    expect(page.get_by_text("再按一次会继续同一个订单")).to_be_visible()
    assert len({sent["attempt"] for sent in companion.sent("POST checkout")}) == 1
    fill_in(page, "lin@other.example")
    pay(page)
    expect(page.get_by_text("再按一次会继续同一个订单")).to_be_visible()
    assert len({sent["attempt"] for sent in companion.sent("POST checkout")}) == 2, "another address is another order"


def test_a_failed_order_can_be_ordered_anew(page, shop):
    companion = buyable(page, POST_checkout=(201, {"order": order("pending"), "next": {"kind": "none"}}))
    companion["GET orders/o0000000000000000000000001"] = order("failed")
    page.goto(shop + "/checkout/?course=python")
    fill_in(page)
    pay(page)
    expect(page.get_by_role("heading", name="付款没有成功")).to_be_visible()
    page.get_by_role("link", name="重新下单").click()
    fill_in(page)
    pay(page)
    expect(page.get_by_role("heading", name="付款没有成功")).to_be_visible()
    first, second = companion.sent("POST checkout")
    assert first["attempt"] != second["attempt"]


def bundle(**more):
    both = [{"course": course, "title": title, "price": {"currency": "CNY", "minorUnits": units}} for course, title, units in (("python", "Python 入门", 16626), ("sql", "SQL", 8274))]
    return offer(total={"currency": "CNY", "minorUnits": 24900}) | {"items": both, "bundle": {"id": "all", "title": "全部课程"}} | more


def test_a_bundle_is_bought_in_one_piece_and_what_the_buyer_has_of_it_is_told_first(page, shop):
    companion = buyable(page, POST_checkout=(201, {"order": order("pending"), "next": {"kind": "none"}}))
    companion["GET checkout"] = bundle(owned=["sql"])
    page.goto(shop + "/bundles/all/")
    page.get_by_role("link", name="购买组合").click()
    expect(page.locator("[data-part=bundle]")).to_have_text("全部课程")
    expect(page.get_by_text("你已经拥有SQL，组合价格不变。")).to_be_visible()
    assert "¥166" not in page.locator(".summary").inner_text()
    fill_in(page)
    page.get_by_role("button", name="支付 ¥249").click()
    page.wait_for_url("**/orders/**")
    [sent] = companion.sent("POST checkout")
    assert (sent["items"], sent["bundle"], sent["shownTotal"]["minorUnits"]) == (["python", "sql"], "all", 24900)
    assert [asked.path for asked in companion.asked if asked.path.startswith("checkout?")] == ["checkout?bundle=all&currency=CNY"]


def test_a_buyer_chooses_the_price_and_no_less_than_the_floor(page, shop):
    floor = {"currency": "CNY", "minorUnits": 4900}
    companion = buyable(page, POST_checkout=(201, {"order": order("pending"), "next": {"kind": "none"}}))
    companion["GET checkout"] = lambda asked: offer(total={"currency": "CNY", "minorUnits": int(asked.path.partition("amount=")[2] or 19900)}) | {"floor": floor}
    page.goto(shop + "/checkout/?course=python")
    field = page.get_by_label("你的价格")
    expect(field).to_have_value("199")
    expect(page.get_by_text("价格由你定，¥49 起。")).to_be_visible()
    for low in ("48.99", "", "many", "60.555"):
        field.fill(low)
        field.blur()
        expect(page.get_by_text("至少 ¥49。")).to_be_visible()
        expect(page.locator(".pay")).to_be_disabled()
    field.fill("６０,5")
    field.blur()
    fill_in(page)
    page.get_by_role("button", name="支付 ¥60.50").click()
    page.wait_for_url("**/orders/**")
    [sent] = companion.sent("POST checkout")
    assert (sent["amount"], sent["shownTotal"]["minorUnits"]) == (6050, 6050)


def test_a_changed_price_is_shown_and_asked_for_again(page, shop):
    dearer = {"currency": "CNY", "minorUnits": 24950}
    companion = buyable(page, POST_checkout=[
        (409, {"code": "price-changed", "total": dearer}), (201, {"order": order("pending", total=dearer), "next": {"kind": "none"}})])
    companion["GET checkout"] = [offer(), offer(total=dearer)]
    page.goto(shop + "/checkout/?course=python")
    fill_in(page)
    pay(page)
    expect(page.get_by_text("价格有变，现在是 ¥249.50。还没有扣款")).to_be_visible()
    assert len(companion.sent("POST checkout")) == 1, "not before the buyer has agreed"
    expect(page.locator(".summary .total:visible")).to_contain_text("¥249.50")
    page.get_by_role("button", name="支付 ¥249.50").click()
    page.wait_for_url("**/orders/?order=*")
    assert [sent["shownTotal"] for sent in companion.sent("POST checkout")] == [YUAN, dearer]


def test_a_currency_and_a_way_to_pay_can_be_chosen(page, shop):
    companion = buyable(page, POST_checkout=(201, {"order": order("pending"), "next": {"kind": "none"}}))
    companion["GET checkout"] = lambda asked: offer(
        total=DOLLARS if "currency=USD" in asked.path else YUAN, providers=("stripe", "manual"))
    page.goto(shop + "/checkout/?course=python")
    page.get_by_label("美元").check()
    expect(page.get_by_role("button", name="支付 US$29")).to_be_enabled()
    page.get_by_label("银行转账").check()
    fill_in(page)
    pay(page)
    page.wait_for_url("**/orders/?order=*")
    [sent] = companion.sent("POST checkout")
    assert (sent["currency"], sent["provider"], sent["shownTotal"]) == ("USD", "manual", DOLLARS)


def test_a_course_for_nothing_asks_for_no_provider(page, shop):
    nothing = {"currency": "CNY", "minorUnits": 0}
    companion = buyable(page, POST_checkout=(201, {"order": order("paid", total=nothing), "next": {"kind": "none"}}))
    companion["GET checkout"] = offer(total=nothing, providers=("stripe", "manual"))
    page.goto(shop + "/checkout/?course=python")
    fill_in(page)
    expect(page.get_by_text("付款方式")).to_be_hidden()
    page.get_by_role("button", name="免费领取").click()
    page.wait_for_url("**/orders/?order=*")
    assert companion.sent("POST checkout")[0]["provider"] == "free"


def test_who_is_signed_in_types_no_address(page, shop):
    companion = buyable(page, GET_session=LIN, POST_checkout=(201, {"order": order("pending"), "next": {"kind": "none"}}))
    page.goto(shop + "/checkout/?course=python")
    expect(page.get_by_text("已登录 lin@example.com，课程将归入这个账户。")).to_be_visible()
    expect(page.get_by_label("邮箱")).to_be_hidden()
    page.get_by_label("请立即为我开通课程").check()
    pay(page)
    page.wait_for_url("**/orders/?order=*")
    assert companion.sent("POST checkout")[0]["email"] == "lin@example.com"


def test_who_has_the_course_is_led_to_it_instead(page, shop):
    buyable(page, GET_session=LIN, POST_checkout=(409, {"code": "already-enrolled", "courses": ["python"]}))
    page.goto(shop + "/checkout/?course=python")
    page.get_by_label("请立即为我开通课程").check()
    pay(page)
    expect(page.get_by_text("你已经拥有这门课。")).to_be_visible()
    expect(page.locator("[data-part=owned]").get_by_role("link")).to_have_attribute("href", "/account/")


def test_a_course_that_is_not_for_sale_is_told_in_the_companions_words(page, shop):
    companion = Companion(page)
    companion["GET checkout"] = (404, {"code": "not-found", "detail": "这门课目前不出售。"})
    page.goto(shop + "/checkout/?course=python")
    expect(page.get_by_text("这门课目前不出售。")).to_be_visible()
    expect(page.locator(".pay")).to_be_disabled()


def test_an_empty_order_leads_to_the_courses(page, shop):
    Companion(page)
    page.goto(shop + "/checkout/")
    expect(page.get_by_text("订单里还没有课程。")).to_be_visible()


def test_the_terms_are_named_where_the_creator_wrote_them(page, shop):
    buyable(page)
    page.goto(shop + "/checkout/?course=python")
    expect(page.locator(".agreement")).to_have_text("下单即表示你接受服务条款，并已阅读隐私说明。")
    page.goto(shop + "/en/checkout/?course=python")
    links = page.locator(".agreement a")
    assert [link.get_attribute("href") for link in links.all()] == ["/en/terms/", "/privacy/"], "what is not translated, as it is"


def test_only_addresses_of_the_web_are_gone_to(page, shop):
    buyable(page, POST_checkout=(201, {"order": order("pending"), "next": {"kind": "redirect", "url": "javascript:document.title='x'"}}))
    page.goto(shop + "/checkout/?course=python")
    fill_in(page)
    pay(page)
    page.wait_for_url("**/orders/?order=*")


STATES = {
    "pending": "等待付款", "processing": "款项正在途中", "failed": "付款没有成功", "expired": "订单超时未付", "review": "款项已收到，正在人工核对",
    "paid": "付款成功，谢谢你！", "partiallyRefunded": "已退还部分款项", "refunded": "已退款", "refundBeforePayment": "付款到账前已退款",
    "disputed": "这笔付款有争议", "chargedBack": "银行已撤回这笔付款", "something-new": "订单已收到",
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_said_in_words(page, shop, state):
    Companion(page, **{"GET_orders/o1": order(state)})
    page.goto(shop + "/orders/?order=o1")
    expect(page.get_by_role("heading", name=STATES[state], exact=True)).to_be_visible()
    assert page.locator("div[data-state]:visible").count() == 1
    expect(page.get_by_role("link", name="开始学习")).to_be_visible() if state in ("paid", "partiallyRefunded") else expect(
        page.get_by_role("link", name="开始学习")).to_be_hidden()
    assert page.title().startswith(STATES[state])


def test_a_pending_order_notices_the_payment_by_itself_and_opens_the_first_lesson(page, shop):
    companion = Companion(page, **{"GET_orders/o1": [order("pending"), order("paid")]})
    page.goto(shop + "/orders/?order=o1")
    expect(page.get_by_role("heading", name="等待付款")).to_be_visible()
    expect(page.get_by_role("heading", name="付款成功，谢谢你！")).to_be_visible()
    expect(page.get_by_text("收据已发到 l…@example.com。")).to_be_visible()
    page.get_by_role("link", name="开始学习").click()
    page.wait_for_url(f"{shop}/courses/python/variables/")
    asked = [asked for asked in companion.asked if asked.path.startswith("orders/")]
    assert len(asked) == 2, "and asks no more"


def test_an_unreachable_companion_is_told_honestly_and_asked_again(page, shop):
    companion = Companion(page, **{"GET_orders/o1": None})
    page.goto(shop + "/orders/?order=o1")
    expect(page.get_by_text("你的钱是安全的，本页会自动重试。")).to_be_visible()
    companion["GET orders/o1"] = (503, {"code": "busy", "detail": "请稍候。"})
    page.wait_for_timeout(2500)
    expect(page.get_by_text("你的钱是安全的，本页会自动重试。")).to_be_visible()
    companion["GET orders/o1"] = order("paid")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="付款成功，谢谢你！")).to_be_visible(timeout=2000)
    expect(page.get_by_text("本页会自动重试")).to_be_hidden()


def test_a_slow_order_is_asked_for_ever_more_rarely(page, shop):
    companion = Companion(page, **{"GET_orders/o1": order("pending")})
    page.clock.install()
    page.goto(shop + "/orders/?order=o1")
    expect(page.get_by_role("heading", name="等待付款")).to_be_visible()
    for _ in range(60):
        page.clock.run_for(10_000)
        page.wait_for_timeout(20)  # an answer takes time of its own
    count = len([asked for asked in companion.asked if asked.path.startswith("orders/")])
    assert 5 < count < 40, count


def test_a_code_to_scan_is_a_picture(page, shop):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><script>document.title = "x"</script><path d="M0 0h1v1z"/></svg>'
    Companion(page, **{"GET_orders/o1": order("pending", next={"kind": "qr", "svg": svg, "text": "weixin://x"})})
    page.goto(shop + "/orders/?order=o1")
    picture = page.get_by_role("img", name="请用支付应用扫码")
    expect(picture).to_be_visible()
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth > 0 }")
    assert page.title() != "x"


def test_a_link_carries_a_coupon_and_the_order_tells_of_it(page, shop):
    off = {"coupon": "SPRING", "off": {"currency": "CNY", "minorUnits": 3980}}
    companion = Companion(page, **{"GET_checkout": {**offer(), "discount": off, "total": {"currency": "CNY", "minorUnits": 15920}},
                                   "POST_checkout": (201, {"order": order("pending"), "next": {"kind": "none"}}), "GET_orders/o0000000000000000000000001": order("pending", discount=off)})
    page.goto(shop + "/checkout/?course=python&coupon=spring")
    expect(page.get_by_text("优惠码 SPRING")).to_be_visible()
    expect(page.get_by_text("−¥39.80")).to_be_visible()
    assert "coupon=spring" in next(asked.path for asked in companion.asked if asked.path.startswith("checkout"))
    page.locator("input[name=email]").fill("lin@example.com")
    page.locator("input[name=consent]").check()
    page.get_by_role("button", name="支付 ¥159.20").click()
    page.wait_for_url("**/orders/**")
    [sent] = companion.sent("POST checkout")
    assert sent["coupon"] == "SPRING" and sent["shownTotal"]["minorUnits"] == 15920
    expect(page.get_by_text("优惠码 SPRING")).to_be_visible()


def test_a_typed_coupon_that_is_none_is_told_and_the_price_stays(page, shop):
    def answer(asked):
        return (409, {"code": "bad-coupon", "detail": "没有这个优惠码，请核对。"}) if "coupon=" in asked.path else offer()
    Companion(page, **{"GET_checkout": answer})
    page.goto(shop + "/checkout/?course=python")
    page.get_by_text("有优惠码？").click()
    page.get_by_label("优惠码").fill("nonsense")
    page.get_by_role("button", name="使用").click()
    expect(page.get_by_text("没有这个优惠码，请核对。")).to_be_visible()
    expect(page.get_by_role("button", name="支付 ¥199")).to_be_enabled()


def test_a_code_that_was_scanned_with_a_phone_is_seen_to_be_paid_at_once(page, shop):
    waiting = order("pending", next={"kind": "qr", "svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"/>', "text": "weixin://x"})
    companion = Companion(page, **{"GET_orders/o1": waiting})
    page.clock.install()
    page.goto(shop + "/orders/?order=o1")
    expect(page.get_by_role("img", name="请用支付应用扫码")).to_be_visible()
    for _ in range(20):
        page.clock.run_for(1500)
        page.wait_for_timeout(20)
    companion["GET orders/o1"] = order("paid")
    page.clock.run_for(1500)
    expect(page.get_by_role("heading", name="付款成功，谢谢你！")).to_be_visible()


def test_a_code_that_is_too_old_gives_way_to_a_fresh_one(page, shop):
    Companion(page, **{"GET_orders/o1": order("pending")})
    page.goto(shop + "/orders/?order=o1")
    expect(page.get_by_role("link", name="去付款")).to_have_attribute("href", re.compile(r"/checkout/\?course=python$"))


def test_a_transfer_is_told_line_by_line_with_its_reference(page, shop):
    next = {"kind": "instructions", "lines": ["户名：林夏", "账号：6222 0000"], "reference": "K7Q2M"}
    Companion(page, **{"GET_orders/o1": order("pending", next=next)})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(shop.replace("127.0.0.1", "localhost") + "/orders/?order=o1")
    expect(page.get_by_text("账号：6222 0000")).to_be_visible()
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "K7Q2M"


def test_the_payment_can_be_gone_on_with_from_the_order(page, shop):
    Companion(page, **{"GET_orders/o1": order("pending", next={"kind": "redirect", "url": "https://pay.example/c/1"})})
    page.goto(shop + "/orders/?order=o1")
    expect(page.get_by_role("link", name="去付款")).to_have_attribute("href", "https://pay.example/c/1")


def test_a_mistyped_address_is_corrected_on_the_order(page, shop):
    companion = Companion(page, **{"GET_orders/o1": order("paid", canCorrectEmail=True)})
    companion["POST orders/o1/email"] = order("paid", email="x…@example.com", canCorrectEmail=True, receiptSent=False)
    page.goto(shop + "/orders/?order=o1")
    page.get_by_text("邮箱写错了？").click()
    page.get_by_label("正确的邮箱").fill("xia@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已更正，收据会重新发出。")).to_be_visible()
    expect(page.get_by_text("收据正发往 x…@example.com。")).to_be_visible()
    assert companion.sent("POST orders/o1/email") == [{"email": "xia@example.com"}]


@pytest.mark.parametrize("status", [401, 404])
def test_somebody_elses_order_shows_nothing_but_the_way_to_sign_in(page, shop, status):
    Companion(page, **{"GET_orders/o1": (status, {"code": "not-found"})})
    page.goto(shop + "/orders/?order=o1")
    expect(page.get_by_role("heading", name="这里看不到这个订单")).to_be_visible()
    link = page.locator("[data-view=unknown]").get_by_role("link", name="登录")
    assert link.get_attribute("href") == f"{shop}/sign-in/?next=%2Forders%2F%3Forder%3Do1"


def test_all_orders_are_listed_with_their_states(page, shop):
    Companion(page, GET_session=LIN, GET_orders={"orders": [order("paid"), order("refundBeforePayment", total=DOLLARS)]})
    page.goto(shop + "/orders/")
    rows = page.locator("[data-view=list] li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("已付款")
    expect(rows.nth(1)).to_contain_text("已退款")
    expect(rows.nth(1)).to_contain_text("US$29")
    assert rows.nth(0).get_by_role("link").get_attribute("href") == "/orders/?order=o0000000000000000000000001"


def test_a_title_of_another_shop_is_text_and_nothing_else(page, shop):
    Companion(page, **{"GET_orders/o1": order("paid", course="gone", title="<img src=x onerror=alert(1)>")})
    page.goto(shop + "/orders/?order=o1")
    expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert page.locator(".lines img").count() == 0


def test_the_whole_purchase_works_with_the_keyboard_alone(page, shop):
    buyable(page, POST_checkout=(201, {"order": order("pending"), "next": {"kind": "none"}}))
    page.goto(shop + "/checkout/?course=python")
    expect(page.get_by_role("button", name=PAY)).to_be_enabled()

    def tab_to(name):
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("(name) => document.activeElement.name === name || document.activeElement.classList.contains(name)", name):
                return
        raise AssertionError(f"the keyboard never comes to {name}")
    tab_to("email")
    page.keyboard.type("lin@example.com")
    tab_to("consent")
    page.keyboard.press("Space")
    tab_to("pay")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/?order=*")
