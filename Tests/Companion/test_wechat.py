"""A purchase through WeChat Pay: the package wechatpayv3 signs what the companion believes, and checks what it signs."""

import json
import time
import urllib.parse

import contract
import pytest
import requests
import rsa_keys
import wechat_stand_in
from companion import Companion
from conftest import Browser
from wechat_stand_in import API_KEY, APP, MERCHANT, MERCHANT_SERIAL, PUBLIC_KEY_ID, WeChatStandIn

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"}
DESKTOP = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0"}


@pytest.fixture
def wechat():
    made = WeChatStandIn()
    yield made
    made.stop()


def companion(tmp_path, mailbox, wechat, **more):
    made = Companion(tmp_path, smtp_port=mailbox.port, wechat={
        "app-id": APP, "merchant-id": MERCHANT, "certificate-serial": MERCHANT_SERIAL, "private-key-file": "wechat.key", "api-key-file": "wechat.api-key",
        "public-keys": {PUBLIC_KEY_ID: "wechat.pub.pem"}, "base-url": wechat.url} | more)
    made.write("wechat.key", rsa_keys.private_pem("merchant"), mode=0o600)
    made.write("wechat.api-key", API_KEY + "\n", mode=0o600)
    made.write("wechat.pub.pem", rsa_keys.public_pem("wechat"))
    return made


@pytest.fixture
def sold(tmp_path, mailbox, wechat):
    made = companion(tmp_path, mailbox, wechat)
    yield made.start()
    assert made.stop() == 0


@pytest.fixture
def buyer(sold, mailbox):
    made = Browser(sold, mailbox)
    made.session.headers.update(DESKTOP)
    return made


def tell(sold, wechat, kind, resource, seconds=0, **more):
    """WeChat Pay's notice, signed so many seconds from now."""
    body, headers = wechat.notice(kind, resource, at=time.time() + seconds, **more)
    answer = requests.post(sold.url + "payments/wechat", data=body, headers=headers, timeout=20)
    contract.hold(answer, "POST", "payments/wechat")
    return answer


def state(buyer, order):
    return buyer.get("orders/" + order).json()["state"]


def bought(buyer, **more):
    return buyer.order("python", provider="wechat", email="wechat@me.example", **more).json()


def test_a_code_on_a_desktop_is_paid_told_and_opens_the_course(sold, wechat, buyer, mailbox):
    made = bought(buyer)
    order = made["order"]["id"]
    assert made["next"]["kind"] == "qr" and made["next"]["text"] == f"weixin://wxpay/bizpayurl?pr={order[:9]}"
    assert made["next"]["svg"].startswith("<svg ") and "<script" not in made["next"]["svg"]
    [(_, path, fields, headers)] = wechat.asked
    assert path == "/v3/pay/transactions/native" and fields["amount"] == {"total": 19900, "currency": "CNY"} and fields["out_trade_no"] == order
    assert fields["notify_url"] == "http://localhost:8080/api/payments/wechat" and headers["Wechatpay-Serial"] == PUBLIC_KEY_ID
    # Pressing twice asks nobody twice.
    assert bought(buyer)["next"] == made["next"] and len(wechat.asked) == 1

    paid = wechat.pay(order)
    for id in ("EV-1", "EV-1", "EV-2"):
        assert tell(sold, wechat, "TRANSACTION.SUCCESS", paid, id=id).status_code == 200
    assert state(buyer, order) == "paid"
    assert buyer.get("enrollment/python/python%2Flists?epoch=2").json()["offers"]["key"]
    mailbox.wait_for("wechat@me.example")
    assert len([mail for mail in mailbox.to("wechat@me.example") if "open" in mail["subject"]]) == 1


def test_a_phone_is_led_to_wechat_and_back(sold, wechat, mailbox):
    buyer = Browser(sold, mailbox)
    buyer.session.headers.update(PHONE)
    made = bought(buyer)
    assert made["next"]["kind"] == "redirect"
    url = urllib.parse.urlsplit(made["next"]["url"])
    back = urllib.parse.parse_qs(url.query)["redirect_url"][0]
    assert back == f"http://localhost:8080/en/orders/?order={made['order']['id']}"
    [(_, path, fields, _)] = wechat.asked
    assert path == "/v3/pay/transactions/h5" and fields["scene_info"]["payer_client_ip"] == "127.0.0.1"


def test_inside_wechat_the_page_itself_is_paid_on(tmp_path, mailbox, wechat, code):
    made = companion(tmp_path, mailbox, wechat, **{"app-secret-file": "wechat.secret", "authorize-url": wechat.url + "/authorize", "api-url": wechat.url})
    made.write("wechat.secret", wechat_stand_in.APP_SECRET, mode=0o600)
    sold = made.start()
    try:
        buyer = Browser(sold, mailbox)
        buyer.session.headers.update({"User-Agent": PHONE["User-Agent"] + " MicroMessenger/8.0.50"})
        answer = bought(buyer)
        order = answer["order"]["id"]
        back, given = wechat.authorize(answer["next"]["url"])
        assert back.startswith(f"http://localhost:8080/en/orders/?order={order}&") and not wechat.orders
        next = buyer.post(f"orders/{order}/payment", {"code": given}).json()["next"]
        assert next["kind"] == "bridge" and wechat.is_paid_by(next["fields"]) == order
        # A code is good once, and another's order is nobody's.
        code(buyer.post(f"orders/{order}/payment", {"code": given}), 502, "provider-failed")
        code(buyer.post(f"orders/{order}/payment", {"code": "a b"}), 422, "invalid-field")
        stranger = Browser(sold, mailbox)
        code(stranger.post(f"orders/{order}/payment", {"code": given}), 401, "sign-in-needed")
        assert tell(sold, wechat, "TRANSACTION.SUCCESS", wechat.pay(order)).status_code == 200
        assert state(buyer, order) == "paid"
        code(buyer.post(f"orders/{order}/payment", {"code": wechat.authorize(answer["next"]["url"])[1]}), 404, "not-found")
        # On a desktop the same shop shows a code.
        buyer.session.headers.update(DESKTOP)
        buyer.session.cookies.clear()
        assert bought(buyer, attempt="attempt-2")["next"]["kind"] == "qr"
    finally:
        assert made.stop() == 0


def test_only_renminbi_and_wechat_first_where_it_fits(sold, wechat, buyer, code):
    offer = buyer.get("checkout?items=python&currency=CNY").json()
    assert [provider["name"] for provider in offer["providers"]] == ["wechat", "manual"]
    assert buyer.get("checkout?items=python&currency=USD").json()["providers"] == [{"name": "manual", "label": "Bank transfer"}]
    code(buyer.order("python", provider="wechat", currency="USD", total=2900), 422, "invalid-field")
    assert not wechat.asked


@pytest.mark.parametrize("change", [
    {"seconds": -400}, {"seconds": 400}, {"name": "merchant"}, {"serial": "PUB_KEY_ID_0000"}, {"serial": "ABCDEF"},
    {"key": API_KEY[::-1]},
])
def test_a_notice_that_is_old_ahead_forged_or_hidden_with_another_key_is_refused(sold, wechat, buyer, code, change):
    order = bought(buyer)["order"]["id"]
    paid = dict(wechat.pay(order))
    wechat.orders[order]["trade_state"] = "NOTPAY"
    code(tell(sold, wechat, "TRANSACTION.SUCCESS", paid, **change), 401, "bad-notice")
    assert state(buyer, order) == "pending"


def test_probes_changed_and_broken_notices_are_refused(sold, wechat, buyer, code):
    order = bought(buyer)["order"]["id"]
    body, headers = wechat.notice("TRANSACTION.SUCCESS", wechat.pay(order))
    wechat.orders[order]["trade_state"] = "NOTPAY"

    def send(body, headers):
        return requests.post(sold.url + "payments/wechat", data=body, headers=headers, timeout=20)
    code(send(body, headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]}), 401, "bad-notice")
    code(send(body.replace(b"EV-1", b"EV-2"), headers), 401, "bad-notice")
    for missing in ("Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial"):
        code(send(body, {name: value for name, value in headers.items() if name != missing}), 401, "bad-notice")
    for text in (b"{}", b"[]", b"null", b'{"id":"a","id":"b"}', b'{"id":"EV-1","event_type":"TRANSACTION.SUCCESS"}', b"\xff"):
        signed = wechat.signature(text) if text != b"\xff" else headers
        assert send(text, signed).status_code in (400, 401)
    assert state(buyer, order) == "pending"


def test_another_merchants_or_applications_notice_is_refused(sold, wechat, buyer, code):
    order = bought(buyer)["order"]["id"]
    paid = dict(wechat.pay(order))
    wechat.orders[order]["trade_state"] = "NOTPAY"
    for other in ({"mchid": "1900000002"}, {"appid": "wx1111111111111111"}):
        code(tell(sold, wechat, "TRANSACTION.SUCCESS", paid | other), 400, "bad-notice")
    for broken in ({"transaction_id": ""}, {"amount": {"total": "19900"}}, {"amount": None}, {"out_trade_no": None}):
        code(tell(sold, wechat, "TRANSACTION.SUCCESS", paid | broken), 400, "bad-notice")
    assert state(buyer, order) == "pending"
    # Another shop of the same merchant's is nobody's order here, and does no harm.
    assert tell(sold, wechat, "TRANSACTION.SUCCESS", paid | {"out_trade_no": "somebody-elses", "transaction_id": "4299"}).status_code == 200
    assert sold.events("notice-unresolved")


def test_a_wrong_amount_or_currency_grants_nothing(sold, wechat, buyer):
    order = bought(buyer)["order"]["id"]
    tell(sold, wechat, "TRANSACTION.SUCCESS", wechat.pay(order, total=100))
    assert state(buyer, order) == "review"
    other = bought(buyer, attempt="attempt-2")["order"]["id"]
    paid = wechat.pay(other)
    tell(sold, wechat, "TRANSACTION.SUCCESS", paid | {"amount": paid["amount"] | {"currency": "USD"}}, id="EV-2")
    assert state(buyer, other) == "review"


def test_the_return_page_asks_when_no_notice_comes(sold, wechat, buyer):
    order = bought(buyer)["order"]["id"]
    wechat.pay(order)
    deadline = time.monotonic() + 15
    while state(buyer, order) != "paid":
        assert time.monotonic() < deadline


def test_refunds_part_and_whole_are_asked_for_once_and_count_when_they_succeed(sold, wechat, buyer, code):
    order = bought(buyer)["order"]["id"]
    tell(sold, wechat, "TRANSACTION.SUCCESS", wechat.pay(order))
    assert "A refund is on the way" in sold.run("orders", "refund", order, "--amount", "50").stdout
    assert state(buyer, order) == "paid", "it is only being processed"
    [key] = wechat.refunds
    tell(sold, wechat, "REFUND.SUCCESS", wechat.finish(key), id="EV-R1")
    assert state(buyer, order) == "partiallyRefunded"
    assert sold.run("orders", "refund", order).returncode == 0
    second = next(name for name in wechat.refunds if name != key)
    assert wechat.refunds[second]["amount"]["refund"] == 14900
    tell(sold, wechat, "REFUND.SUCCESS", wechat.finish(second), id="EV-R2")
    assert state(buyer, order) == "refunded"
    code(buyer.get("enrollment/python/python%2Flists?epoch=2"), 401, "sign-in-needed")
    assert sold.run("orders", "refund", order).returncode == 1 and len(wechat.refunds) == 2


def test_one_course_of_an_order_closes_when_wechat_pay_has_given_it_back(sold, wechat, buyer):
    def closed():
        return [item["course"] for item in buyer.get("orders/" + order).json()["items"] if item.get("closed")]
    order = buyer.order("python", "swift", provider="wechat").json()["order"]["id"]
    paid = wechat.pay(order)
    tell(sold, wechat, "TRANSACTION.SUCCESS", paid)
    assert "A refund is on the way" in sold.run("orders", "refund", order, "--course", "swift").stdout
    [key] = wechat.refunds
    assert key == order + "c2" and wechat.refunds[key]["amount"]["refund"] == 19900 and closed() == []
    again = sold.run("orders", "refund", order, "--course", "swift")
    assert again.returncode == 1 and "on its way" in again.stderr
    tell(sold, wechat, "REFUND.SUCCESS", wechat.finish(key), id="EV-R1")
    assert closed() == ["swift"] and state(buyer, order) == "partiallyRefunded"


def test_a_course_whose_refund_a_restored_backup_forgot_is_found_by_reconciling(sold, wechat, buyer):
    order = buyer.order("python", "swift", provider="wechat").json()["order"]["id"]
    paid = wechat.pay(order)
    tell(sold, wechat, "TRANSACTION.SUCCESS", paid)
    wechat.give_back({"transaction_id": paid["transaction_id"], "out_refund_no": order + "c2", "amount": {"refund": 19900, "total": 39800, "currency": "CNY"}})
    wechat.finish(order + "c2")
    assert "1 changed" in sold.run("orders", "reconcile").stdout
    assert {item["course"]: item.get("closed", False) for item in buyer.get("orders/" + order).json()["items"]} == {"python": False, "swift": True}


def test_a_refund_whose_answer_is_lost_is_paid_once(sold, wechat, buyer):
    order = bought(buyer)["order"]["id"]
    tell(sold, wechat, "TRANSACTION.SUCCESS", wechat.pay(order))
    ask, wechat.give_back = wechat.give_back, lambda fields: (wechat_lost(ask, fields))
    lost = sold.run("orders", "refund", order, "--amount", "50")
    assert lost.returncode == 1 and "same command again" in lost.stderr
    wechat.give_back = ask
    [key] = wechat.refunds
    wechat.finish(key)
    assert "given back already" in sold.run("orders", "refund", order, "--amount", "50").stdout
    assert list(wechat.refunds) == [key] and state(buyer, order) == "partiallyRefunded"


def wechat_lost(ask, fields):
    ask(fields)
    return 500, {"code": "SYSTEM_ERROR", "message": "系统错误"}


def test_a_refund_that_is_closed_or_stuck_takes_nothing_back(sold, wechat, buyer):
    order = bought(buyer)["order"]["id"]
    tell(sold, wechat, "TRANSACTION.SUCCESS", wechat.pay(order))
    sold.run("orders", "refund", order)
    [key] = wechat.refunds
    tell(sold, wechat, "REFUND.ABNORMAL", wechat.finish(key, "ABNORMAL"), id="EV-R1")
    assert state(buyer, order) == "paid"
    # Sent elsewhere by hand, it succeeds.
    tell(sold, wechat, "REFUND.SUCCESS", wechat.finish(key), id="EV-R2")
    assert state(buyer, order) == "refunded"
    other = bought(buyer, attempt="attempt-2")["order"]["id"]
    tell(sold, wechat, "TRANSACTION.SUCCESS", wechat.pay(other), id="EV-2")
    sold.run("orders", "refund", other)
    closed = next(name for name in wechat.refunds if name != key)
    tell(sold, wechat, "REFUND.CLOSED", wechat.finish(closed, "CLOSED"), id="EV-R3")
    assert state(buyer, other) == "paid"


def test_a_refund_that_overtakes_its_payment_never_grants(sold, wechat, buyer):
    order = bought(buyer)["order"]["id"]
    paid = wechat.pay(order)
    wechat.give_back({"transaction_id": paid["transaction_id"], "out_refund_no": "console", "amount": {"refund": 19900, "total": 19900, "currency": "CNY"}})
    tell(sold, wechat, "REFUND.SUCCESS", wechat.finish("console"), id="EV-R1")
    assert state(buyer, order) == "refundBeforePayment"
    tell(sold, wechat, "TRANSACTION.SUCCESS", paid)
    assert state(buyer, order) == "refunded"


def test_reconciling_finds_a_lost_payment_and_a_refund_from_the_console(sold, wechat, buyer):
    order = bought(buyer)["order"]["id"]
    paid = wechat.pay(order)
    assert "1 asked" in sold.run("orders", "reconcile").stdout
    assert state(buyer, order) == "paid"
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 3 * 86400))
    row = {"微信订单号": paid["transaction_id"], "商户订单号": order, "货币种类": "CNY", "订单金额": "199.00", "商品名称": "Python, `and more`"}
    wechat.bills[day] = wechat_stand_in.bill(
        row | {"交易状态": "SUCCESS", "手续费": "1.19000", "费率": "0.60%"},
        row | {"交易状态": "REFUND", "手续费": "-1.19000", "费率": "0.60%", "微信退款单号": "5030000001", "商户退款单号": "by-hand", "申请退款金额": "199.00", "退款状态": "SUCCESS"},
        row | {"微信订单号": "4211", "商户订单号": "another-shops", "交易状态": "SUCCESS"})
    done = sold.run("orders", "reconcile")
    assert done.returncode == 0 and "bills read" in done.stdout, done
    assert state(buyer, order) == "refunded"
    assert "0 changed" in sold.run("orders", "reconcile").stdout
    # What was kept of 199 came back with the refund: known to be nothing.
    report = json.loads(sold.run("report", "--json").stdout)
    [row] = next(table["rows"] for table in report["sections"][0]["tables"] if table["id"] == "sales")
    assert [row[name]["minorUnits"] for name in ("gross", "fees", "refunds", "net", "fees_unknown")] == [19900, 0, 19900, 0, 0]
    # A table that was changed on its way is not believed.
    good = wechat.bills[day]
    wechat.take, take = (lambda request: (200, good + b" ") if request.path == "/v3/billdownload/file" else take(request)), wechat.take
    changed = sold.run("orders", "reconcile")
    assert changed.returncode == 1 and "changed on its way" in changed.stderr


@pytest.mark.parametrize("fault", [None, (500, b"{}"), (429, b'{"code":"FREQUENCY_LIMITED"}'), (200, b"<html>"), (200, b'{"code_url":"weixin://forged"}'), (404, b"")])
def test_when_wechat_pay_does_not_answer_as_it_should_the_order_is_kept_and_can_be_paid_later(sold, wechat, buyer, code, fault):
    wechat.faults = [fault]
    refused = code(buyer.order("python", provider="wechat"), 502, "provider-failed")
    assert "nothing was paid" in refused["detail"]
    assert buyer.order("python", provider="wechat").status_code == 201


def test_certificates_are_fetched_and_followed_as_they_change(tmp_path, mailbox, wechat, code):
    wechat.serial, wechat.signing = "3775B6A45ACD588826D15E583A95F5DD", "platform"
    wechat.certificates = {wechat.serial: "platform"}
    made = companion(tmp_path, mailbox, wechat, **{"public-keys": {}})
    sold = made.start()
    try:
        buyer = Browser(sold, mailbox)
        buyer.session.headers.update(DESKTOP)
        order = bought(buyer)["order"]["id"]
        assert "Wechatpay-Serial" not in wechat.asked[0][3]
        paid = wechat.pay(order)
        # What nobody published signs nothing, and is not asked for again and again.
        code(tell(sold, wechat, "TRANSACTION.SUCCESS", paid, serial="DEAD", name="merchant"), 401, "bad-notice")
        code(tell(sold, wechat, "TRANSACTION.SUCCESS", paid, serial="BEEF", name="merchant"), 401, "bad-notice")
        assert len([path for _, path, _, _ in wechat.asked if path == "/v3/certificates"]) == 1
        assert tell(sold, wechat, "TRANSACTION.SUCCESS", paid).status_code == 200
        assert state(buyer, order) == "paid"
    finally:
        assert made.stop() == 0


def test_what_is_missing_or_wrong_is_named_at_once(tmp_path, mailbox, wechat):
    made = companion(tmp_path, mailbox, wechat, **{"merchant-id": "", "public-keys": {"KEY": "wechat.pub.pem"}, "notice-url": "http://me.example/api/"})
    made.write("wechat.api-key", "too short", mode=0o600)
    checked = made.run("serve", "--check")
    assert checked.returncode == 1 and "wechat.merchant-id" in checked.stderr
    made = companion(tmp_path, mailbox, wechat, **{"public-keys": {"KEY": "wechat.pub.pem"}, "notice-url": "http://me.example/api/"})
    made.write("wechat.api-key", "too short", mode=0o600)
    checked = made.run("serve", "--check")
    for words in ("32 characters", "PUB_KEY_ID_", "over https alone"):
        assert words in checked.stderr, checked.stderr
    assert "too short" not in checked.stderr
    good = companion(tmp_path, mailbox, wechat).run("serve", "--check")
    assert good.returncode == 0 and f"WeChat Pay (merchant {MERCHANT}, {PUBLIC_KEY_ID}" in good.stdout
