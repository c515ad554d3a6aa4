"""A purchase through Alipay: the package python-alipay-sdk signs what the companion believes, and checks what it signs."""

import json
import os
import pathlib
import subprocess
import urllib.parse

import contract
import pytest
import requests
import rsa_keys
from alipay_stand_in import APP, SELLER, AlipayStandIn, certificate_names
from companion import Companion
from conftest import Browser
from test_wechat import DESKTOP, PHONE, state


@pytest.fixture
def alipay():
    made = AlipayStandIn()
    yield made
    made.stop()


def companion(tmp_path, mailbox, alipay, **more):
    made = Companion(tmp_path, smtp_port=mailbox.port, alipay={
        "app-id": APP, "seller-id": SELLER, "private-key-file": "alipay.key", "alipay-key-files": ["alipay.pub.pem"], "base-url": alipay.gateway} | more)
    # As Alipay's tool for keys writes it: no PEM, one line.
    made.write("alipay.key", "".join(rsa_keys.private_pem("application", traditional=True).splitlines()[1:-1]), mode=0o600)
    made.write("alipay.pub.pem", "".join(rsa_keys.public_pem("alipay").splitlines()[1:-1]))
    return made


@pytest.fixture
def sold(tmp_path, mailbox, alipay):
    made = companion(tmp_path, mailbox, alipay)
    yield made.start()
    assert made.stop() == 0


@pytest.fixture
def buyer(sold, mailbox):
    made = Browser(sold, mailbox)
    made.session.headers.update(DESKTOP)
    return made


def tell(sold, body):
    answer = requests.post(sold.url + "payments/alipay", data=body, headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, timeout=20)
    contract.hold(answer, "POST", "payments/alipay")
    return answer


def bought(buyer, alipay, **more):
    """An order whose page at Alipay was opened."""
    made = buyer.order("python", provider="alipay", email="alipay@me.example", **more).json()
    return made["order"]["id"], alipay.visit(made["next"]["url"])


def test_a_page_on_a_desktop_is_paid_told_and_opens_the_course(sold, alipay, buyer, mailbox):
    order, (fields, content) = bought(buyer, alipay)
    assert fields["method"] == "alipay.trade.page.pay" and content["total_amount"] == "199.00" and content["out_trade_no"] == order
    assert fields["notify_url"] == "http://localhost:8080/api/payments/alipay"
    assert fields["return_url"] == f"http://localhost:8080/en/orders/?order={order}"
    assert tell(sold, alipay.notice(alipay.trades[order])).text == "success"
    assert state(buyer, order) == "pending"
    paid = alipay.pay(order)
    for id in ("notify-2", "notify-2", "notify-3"):
        answer = tell(sold, alipay.notice(paid, id=id))
        assert answer.status_code == 200 and answer.text == "success"
    assert state(buyer, order) == "paid"
    assert buyer.get("enrollment/python/python%2Flists?epoch=2").json()["offers"]["key"]
    mailbox.wait_for("alipay@me.example")
    assert len([mail for mail in mailbox.to("alipay@me.example") if "open" in mail["subject"]]) == 1
    assert tell(sold, alipay.notice(paid | {"trade_status": "TRADE_FINISHED"}, id="notify-4")).text == "success"
    assert state(buyer, order) == "paid"


def test_a_phone_is_led_to_alipays_page_for_phones(sold, alipay, mailbox):
    buyer = Browser(sold, mailbox)
    buyer.session.headers.update(PHONE)
    _, (fields, content) = bought(buyer, alipay)
    assert fields["method"] == "alipay.trade.wap.pay" and content["quit_url"].startswith("http://localhost:8080/en/checkout/")


@pytest.mark.parametrize("more, status", [
    ({"name": "application"}, 401), ({"app_id": "2021000000000002"}, 400), ({"seller_id": "2088000000000002"}, 400), ({"seller_id": None}, 400),
    ({"total_amount": "199.001"}, 400), ({"total_amount": "1e2"}, 400), ({"total_amount": ""}, 400), ({"trade_no": ""}, 400), ({"out_trade_no": None}, 400),
    ({"trade_status": "PAID"}, 400), ({"refund_fee": "-1"}, 400), ({"notify_id": ""}, 400),
])
def test_what_is_forged_anothers_or_broken_is_refused(sold, alipay, buyer, code, more, status):
    order, _ = bought(buyer, alipay)
    paid = dict(alipay.pay(order))
    del alipay.trades[order]
    code(tell(sold, alipay.notice(paid, **more)), status, "bad-notice")
    assert state(buyer, order) == "pending"


def test_a_notice_that_was_changed_on_its_way_is_refused(sold, alipay, buyer, code):
    order, _ = bought(buyer, alipay)
    body = alipay.notice(dict(alipay.pay(order)))
    del alipay.trades[order]
    changed = [
        body.replace(b"total_amount=199.00", b"total_amount=1.00"), body + b"&total_amount=199.00", body.replace(b"&body=", b"&nobody="),
        # Fields without a value are signed as well.
        body.replace(b"&passback_params=", b""), body + b"&more=1", body.replace(b"sign_type=RSA2", b"sign_type=RSA"), body.replace(b"&sign=", b"&sigh="),
        b"", b"=", b"sign", b"%", b"sign_type=RSA2&sign=AAAA", b"\xff=1",
    ]
    for body in changed:
        answer = tell(sold, body)
        assert answer.status_code in (400, 401) and answer.json()["code"] in ("bad-notice", "bad-request", "empty-body"), (body, answer.text)
    assert state(buyer, order) == "pending"


def test_a_wrong_amount_grants_nothing_and_another_shops_notice_does_no_harm(sold, alipay, buyer):
    order, _ = bought(buyer, alipay)
    assert tell(sold, alipay.notice(alipay.pay(order, total="1.00"))).text == "success"
    assert state(buyer, order) == "review"
    other = {"out_trade_no": "another-shops", "trade_no": "2026999", "trade_status": "TRADE_SUCCESS", "total_amount": "5.00"}
    assert tell(sold, alipay.notice(other, id="notify-9")).text == "success"
    assert sold.events("notice-unresolved")


def test_refunds_part_and_whole_are_paid_once_and_told_as_one_sum(sold, alipay, buyer, code):
    order, _ = bought(buyer, alipay)
    paid = alipay.pay(order)
    tell(sold, alipay.notice(paid))
    assert "partiallyRefunded" in sold.run("orders", "refund", order, "--amount", "50").stdout
    assert state(buyer, order) == "partiallyRefunded"
    # The notice about it says the same sum.
    assert tell(sold, alipay.notice(paid, id="notify-2")).text == "success"
    assert buyer.get("orders/" + order).json()["refunded"]["minorUnits"] == 5000
    assert sold.run("orders", "refund", order).returncode == 0
    assert sorted(alipay.refunds.values()) == [50.0, 149.0] and state(buyer, order) == "refunded"
    assert tell(sold, alipay.notice(paid, id="notify-3")).text == "success"
    assert buyer.get("orders/" + order).json()["refunded"]["minorUnits"] == 19900
    code(buyer.get("enrollment/python/python%2Flists?epoch=2"), 401, "sign-in-needed")
    assert sold.run("orders", "refund", order).returncode == 1 and len(alipay.refunds) == 2


def test_a_refund_whose_answer_is_lost_is_paid_once(sold, alipay, buyer):
    order, _ = bought(buyer, alipay)
    tell(sold, alipay.notice(alipay.pay(order)))
    give_back = alipay.give_back

    def lost(trade, key, amount):
        give_back(trade, key, amount)
        alipay.give_back = give_back
        return {"code": "20000", "sub_code": "aop.unknow-error"}
    alipay.give_back = lost
    first = sold.run("orders", "refund", order, "--amount", "50")
    assert first.returncode == 1 and "same command again" in first.stderr
    assert "given back already" in sold.run("orders", "refund", order, "--amount", "50").stdout
    assert list(alipay.refunds.values()) == [50.0] and state(buyer, order) == "partiallyRefunded"


def test_a_courses_refund_whose_answer_is_lost_closes_it_by_its_notice(sold, alipay, buyer):
    made = buyer.order("python", "swift", provider="alipay", email="alipay@me.example").json()
    order = made["order"]["id"]
    alipay.visit(made["next"]["url"])
    tell(sold, alipay.notice(alipay.pay(order)))
    give_back = alipay.give_back

    def lost(trade, key, amount):
        give_back(trade, key, amount)
        return {"code": "20000", "sub_code": "aop.unknow-error"}
    alipay.give_back = lost
    assert sold.run("orders", "refund", order, "--course", "swift").returncode == 1
    closed = {item["course"]: item.get("closed", False) for item in buyer.get("orders/" + order).json()["items"]}
    assert closed == {"python": False, "swift": False}
    (_, key), = alipay.refunds
    # Not ours, and not heard: another refund's name closes nothing.
    for id, name, closes in (("notify-2", "by-hand", False), ("notify-3", key, True)):
        tell(sold, alipay.notice(alipay.trades[order], id=id, out_biz_no=name))
        closed = {item["course"]: item.get("closed", False) for item in buyer.get("orders/" + order).json()["items"]}
        assert closed == {"python": False, "swift": closes}, name
    assert state(buyer, order) == "partiallyRefunded" and len(alipay.refunds) == 1


def test_a_refund_from_alipays_console_is_told_by_a_notice(sold, alipay, buyer):
    order, _ = bought(buyer, alipay)
    paid = alipay.pay(order)
    tell(sold, alipay.notice(paid))
    alipay.give_back(paid, "by-hand", "199.00")
    assert paid["trade_status"] == "TRADE_CLOSED"
    tell(sold, alipay.notice(paid, id="notify-2"))
    assert state(buyer, order) == "refunded"


def test_a_courses_refund_and_one_from_the_console_add_up(sold, alipay, buyer):
    made = buyer.order("python", "swift", provider="alipay", email="alipay@me.example").json()
    order = made["order"]["id"]
    alipay.visit(made["next"]["url"])
    paid = alipay.pay(order)
    tell(sold, alipay.notice(paid))
    alipay.give_back(paid, "by-hand", "50.00")
    tell(sold, alipay.notice(paid, id="notify-2"))
    assert sold.run("orders", "refund", order, "--course", "swift").returncode == 0
    # Whether Alipay tells the sum when it is asked or not, nothing counts twice.
    for told in ({}, {"refund_fee": "249.00"}):
        alipay.trades[order] |= told
        sold.run("orders", "reconcile")
        assert "refunded ¥249\n" in sold.run("orders", "show", order).stdout, told
    trade = paid["trade_no"]
    too_much = sold.run("orders", "refund", order, "--course", "python", "--of", f"refunds:{trade}", "--amount", "51")
    assert too_much.returncode == 1 and "only ¥50" in too_much.stderr
    assert sold.run("orders", "refund", order, "--course", "python", "--of", f"refunds:{trade}").returncode == 0
    assert all(item["closed"] for item in buyer.get("orders/" + order).json()["items"]) and len(alipay.refunds) == 2


def test_a_closed_trade_expires_when_it_was_not_paid(sold, alipay, buyer):
    order, _ = bought(buyer, alipay)
    trade = alipay.trades[order] | {"trade_status": "TRADE_CLOSED"}
    tell(sold, alipay.notice(trade, gmt_payment=None))
    assert state(buyer, order) == "expired"


def test_reconciling_finds_a_lost_payment_and_passes_over_what_nobody_opened(sold, alipay, buyer):
    order, _ = bought(buyer, alipay)
    unopened = buyer.order("python", provider="alipay", attempt="attempt-2").json()["order"]["id"]
    alipay.pay(order)
    assert "2 asked, 1 changed" in sold.run("orders", "reconcile").stdout
    assert (state(buyer, order), state(buyer, unopened)) == ("paid", "pending")
    # All of it went back in Alipay's console, and no notice came.
    alipay.give_back(alipay.trades[order], "by-hand", "199.00")
    assert "1 changed" in sold.run("orders", "reconcile").stdout
    assert state(buyer, order) == "refunded"


@pytest.mark.parametrize("fault", [
    None, (500, b""), (200, b"<html>"), (200, b"{}"), (200, b'{"alipay_trade_query_response":{"code":"10000","trade_status":"TRADE_SUCCESS"}}'),
    (200, b'{"alipay_trade_query_response":{"code":"10000"},"sign":"AAAA"}'), (200, b'{"error_response":{"code":"20000","sub_code":"isp.unknow-error"}}'),
])
def test_an_answer_that_is_none_or_not_signed_changes_nothing(sold, alipay, buyer, fault):
    order, _ = bought(buyer, alipay)
    alipay.pay(order)
    alipay.faults = [fault]
    assert sold.run("orders", "reconcile").returncode == 1
    assert sold.run("orders", "show", order).stdout.count("paid ") == 0
    assert "1 changed" in sold.run("orders", "reconcile").stdout


def test_an_application_with_certificates_names_them(tmp_path, mailbox, alipay):
    own, root = rsa_keys.certificate_pem("application", 0x1234567890ABCDEF1234), rsa_keys.certificate_pem("root", 99)
    other = rsa_keys.certificate_pem("root-2", 2**70)
    made = companion(tmp_path, mailbox, alipay, **{
        "alipay-key-files": ["alipay.crt"], "application-certificate-file": "application.crt", "root-certificate-file": "root.crt"})
    for name, content in (("alipay.crt", rsa_keys.certificate_pem("alipay", 7)), ("application.crt", own), ("root.crt", root + "\n" + other)):
        made.write(name, content)
    alipay.certificates = certificate_names(own, root + "\n" + other)
    sold = made.start()
    try:
        buyer = Browser(sold, mailbox)
        buyer.session.headers.update(DESKTOP)
        order, _ = bought(buyer, alipay)
        assert tell(sold, alipay.notice(alipay.pay(order))).text == "success"
        assert sold.run("orders", "refund", order).returncode == 0 and state(buyer, order) == "refunded"
    finally:
        assert made.stop() == 0


@pytest.mark.skipif("LECTERN_ALIPAY_PYTHON" not in os.environ, reason="bin/test installs Alipay's own library and names it")
def test_alipays_own_library_agrees(sold, alipay, buyer):
    def official(**asked):
        done = subprocess.run(
            [os.environ["LECTERN_ALIPAY_PYTHON"], pathlib.Path(__file__).parent / "official_alipay.py"], input=json.dumps(asked), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def one_line(pem):
        return "".join(pem.splitlines()[1:-1])
    made = buyer.order("python", provider="alipay").json()
    order, _ = made["order"]["id"], alipay.visit(made["next"]["url"])
    params = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(made["next"]["url"]).query, strict_parsing=True))
    sign = params.pop("sign")
    assert official(params=params, key=one_line(rsa_keys.public_pem("application")), sign=sign) == "True"
    fields = dict(urllib.parse.parse_qsl(alipay.notice(alipay.pay(order)).decode(), keep_blank_values=True))
    fields = {name: value for name, value in fields.items() if name not in ("sign", "sign_type")}
    sign = official(params=fields, key=one_line(rsa_keys.private_pem("alipay", traditional=True)))
    assert tell(sold, urllib.parse.urlencode(fields | {"sign_type": "RSA2", "sign": sign}).encode()).text == "success"
    assert state(buyer, order) == "paid"


def test_what_is_missing_or_wrong_is_named_at_once(tmp_path, mailbox, alipay):
    made = companion(tmp_path, mailbox, alipay, **{"notice-url": "http://me.example/", "seller-id": "me"})
    # The wrong one of the two keys that Alipay's page shows: everybody who has the application's key could sign.
    made.write("alipay.pub.pem", rsa_keys.public_pem("application"))
    checked = made.run("serve", "--check")
    assert checked.returncode == 1
    for words in ("seller id", "over https alone", "application's own"):
        assert words in checked.stderr, checked.stderr
    good = companion(tmp_path, mailbox, alipay).run("serve", "--check")
    assert good.returncode == 0 and f"Alipay (application {APP}, public keys" in good.stdout
