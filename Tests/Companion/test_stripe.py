"""A purchase through Stripe: its library signs the notices, a stand-in at the configured address answers for it."""

import json
import time

import contract
import pytest
import requests
import stripe_description
from companion import Companion
from conftest import Browser
from stripe_stand_in import KEY, SECRET, StripeStandIn, notice


@pytest.fixture
def stripe():
    made = StripeStandIn()
    yield made
    made.stop()
    assert made.refused == []


@pytest.fixture
def sold(tmp_path, mailbox, stripe):
    made = Companion(tmp_path, smtp_port=mailbox.port, stripe={
        "mode": "test", "secret-key-file": "key", "webhook-secret-files": ["hook", "hook.old"], "base-url": stripe.url})
    for name, secret in (("key", KEY), ("hook", SECRET), ("hook.old", "whsec_of_before")):
        made.write(name, secret + "\n", mode=0o600)
    yield made.start()
    assert made.stop() == 0


def tell(companion, *words, seconds=0, **more):
    """Stripe's notice, signed so many seconds from now."""
    body, headers = notice(*words, at=time.time() + seconds, **more)
    answer = requests.post(companion.url + "payments/stripe", data=body, headers=headers, timeout=20)
    contract.hold(answer, "POST", "payments/stripe")
    return answer


def test_paid_twice_told_late_told_and_refunded(sold, stripe, mailbox, code):
    browser = Browser(sold, mailbox)
    bought = browser.order("python", provider="stripe", email="stripe@me.example").json()
    order = bought["order"]["id"]
    assert bought["next"] == {"kind": "redirect", "url": stripe.url + "/pay/1"}
    [(path, fields, key)] = stripe.asked
    assert fields["client_reference_id"] == order and fields["line_items[0][price_data][unit_amount]"] == "19900" and key.startswith(order)
    # Pressing twice asks nobody twice.
    assert browser.order("python", provider="stripe").json()["next"] == bought["next"] and len(stripe.asked) == 1

    session = stripe.pay("cs_test_1")
    for id in ("evt_1", "evt_1", "evt_2"):
        assert tell(sold, "checkout.session.completed", session, id=id).status_code == 200
    assert browser.get("orders/" + order).json()["state"] == "paid"
    assert browser.get("enrollment/python/python%2Flists?epoch=2").json()["offers"]["key"]
    mailbox.wait_for("stripe@me.example")
    tell(sold, "checkout.session.expired", session | {"status": "expired", "payment_status": "unpaid"}, id="evt_3")
    assert browser.get("orders/" + order).json()["state"] == "paid"

    refund = {"id": "re_1", "object": "refund", "amount": 19900, "currency": "cny", "status": "succeeded", "payment_intent": session["payment_intent"], "metadata": {}}
    assert tell(sold, "refund.created", refund | {"status": "pending"}, id="evt_4").status_code == 200
    assert browser.get("orders/" + order).json()["grants"]
    assert tell(sold, "refund.updated", refund, id="evt_5").status_code == 200
    assert browser.get("orders/" + order).json()["state"] == "refunded"
    code(browser.get("enrollment/python/python%2Flists?epoch=2"), 401, "sign-in-needed")
    receipts = [mail for mail in mailbox.to("stripe@me.example") if "open" in mail["subject"]]
    assert len(receipts) == 1


@pytest.mark.parametrize("change, status", [
    ({"secret": "whsec_wrong"}, 401), ({"seconds": -400}, 401), ({"seconds": 400}, 401), ({"livemode": True}, 400),
])
def test_a_notice_that_is_forged_old_ahead_or_of_another_world_is_refused(sold, stripe, mailbox, code, change, status):
    browser = Browser(sold, mailbox)
    order = browser.order("python", provider="stripe").json()["order"]["id"]
    code(tell(sold, "checkout.session.completed", stripe.pay("cs_test_1") | {"status": "complete"}, **change), status, "bad-notice")
    stripe.sessions["cs_test_1"] |= {"status": "open", "payment_status": "unpaid"}
    assert browser.get("orders/" + order).json()["state"] == "pending"


def test_a_rolled_secret_is_still_good_and_other_shops_notices_do_no_harm(sold, stripe, mailbox):
    browser = Browser(sold, mailbox)
    order = browser.order("python", provider="stripe").json()["order"]["id"]
    assert tell(sold, "customer.created", {"id": "cus_1", "object": "customer"}).status_code == 200
    other = {"id": "cs_other", "object": "checkout.session", "status": "complete", "payment_status": "paid", "payment_intent": "pi_other", "amount_total": 1,
             "currency": "usd", "livemode": False, "client_reference_id": "somebody", "metadata": {}}
    assert tell(sold, "checkout.session.completed", other, id="evt_9").status_code == 200
    assert sold.events("notice-unresolved")
    assert tell(sold, "checkout.session.completed", stripe.pay("cs_test_1"), secret="whsec_of_before").status_code == 200
    assert browser.get("orders/" + order).json()["grants"]


def test_a_wrong_amount_grants_nothing(sold, stripe, mailbox):
    browser = Browser(sold, mailbox)
    order = browser.order("python", provider="stripe").json()["order"]["id"]
    tell(sold, "checkout.session.completed", stripe.pay("cs_test_1") | {"amount_total": 100})
    shown = browser.get("orders/" + order).json()
    assert shown["state"] == "review" and not shown["grants"]


def test_a_lost_notice_is_found_by_reconciling_and_a_refund_goes_through_stripe(sold, stripe, mailbox):
    browser = Browser(sold, mailbox)
    order = browser.order("python", provider="stripe").json()["order"]["id"]
    stripe.pay("cs_test_1")
    assert "1 asked, 1 changed" in sold.run("orders", "reconcile").stdout
    assert browser.get("orders/" + order).json()["state"] == "paid"
    assert "is refunded" in sold.run("orders", "refund", order).stdout
    assert stripe.refunds[0]["amount"] == 19900
    assert sold.run("orders", "refund", order).returncode == 1 and len(stripe.refunds) == 1


def closed(browser, order):
    return [item["course"] for item in browser.get("orders/" + order).json()["items"] if item.get("closed")]


def test_one_course_is_given_back_and_stripe_remembers_which_it_was(sold, stripe, mailbox):
    browser = Browser(sold, mailbox)
    order = browser.order("python", "swift", provider="stripe").json()["order"]["id"]
    tell(sold, "checkout.session.completed", stripe.pay("cs_test_1"))
    assert "Closed: swift. Open: python." in sold.run("orders", "refund", order, "--course", "swift").stdout
    assert closed(browser, order) == ["swift"] and stripe.refunds[0]["amount"] == 19900
    assert stripe.refunds[0]["metadata"] == {"lectern_order": order, "lectern_refund": order + "c2"}
    assert sold.run("orders", "refund", order, "--course", "swift").returncode == 1 and len(stripe.refunds) == 1
    # The bank sends it back; then another one is made, under another name, and its notice comes alone: as after a backup of before.
    failed = stripe.refunds[0] | {"status": "failed"}
    tell(sold, "refund.failed", failed, id="evt_2")
    assert closed(browser, order) == []
    again = failed | {"id": "re_9", "status": "succeeded", "metadata": {"lectern_order": order, "lectern_refund": order + "c2n1"}}
    tell(sold, "refund.created", again, id="evt_3")
    assert closed(browser, order) == ["swift"]


def test_a_refund_in_stripes_console_closes_the_course_that_the_creator_names(sold, stripe, mailbox):
    browser = Browser(sold, mailbox)
    order = browser.order("python", "swift", provider="stripe").json()["order"]["id"]
    paid = stripe.pay("cs_test_1")
    tell(sold, "checkout.session.completed", paid)
    tell(sold, "refund.created", {"id": "re_console", "object": "refund", "amount": 19900, "currency": "cny", "status": "succeeded",
                                  "payment_intent": paid["payment_intent"], "metadata": {}}, id="evt_2")
    assert closed(browser, order) == []
    for wrong in (("--of", "re_console"), ("--course", "swift", "--of", "re_console", "--late")):
        assert sold.run("orders", "refund", order, *wrong).returncode == 2
    unknown = sold.run("orders", "refund", order, "--course", "swift", "--of", "re_other")
    assert unknown.returncode == 1 and "re_console" in unknown.stderr
    for _ in range(2):
        assert "Closed: swift. Open: python." in sold.run("orders", "refund", order, "--course", "swift", "--of", "re_console").stdout
    assert closed(browser, order) == ["swift"] and stripe.refunds == []


def sales(companion, table):
    report = json.loads(companion.run("report", "--json", "--language", "en").stdout)
    return {one["id"]: one["rows"] for section in report["sections"] for one in section["tables"]}.get(table)


def test_what_stripe_kept_and_from_where_it_was_paid_stands_in_the_report(sold, stripe, mailbox):
    """199 yuan are 214.92 Hong Kong dollars, of which 7.30728… → 7.30 and 2.35 are kept: 9.65, which are 965 · 19900 / 21492 = 893.5… fen."""
    Browser(sold, mailbox).order("python", provider="stripe")
    tell(sold, "checkout.session.completed", stripe.pay("cs_test_1"))
    [row] = sales(sold, "sales")
    assert row["fees"] is None and row["fees_unknown"]["minorUnits"] == row["net"]["minorUnits"] == 19900
    assert [row["country"] for row in sales(sold, "sales-by-country")] == ["(others)"]
    # One request tells the session, its charge and the fee; then refunds and disputes.
    stripe.reads.clear()
    assert sold.run("orders", "reconcile").returncode == 0
    assert [path.split("?")[0] for path in stripe.reads] == ["/v1/checkout/sessions/cs_test_1", "/v1/refunds", "/v1/disputes"]
    for _ in range(2):
        [row] = sales(sold, "sales")
        assert [row[name]["minorUnits"] for name in ("gross", "fees", "refunds", "net", "fees_unknown")] == [19900, 894, 0, 19006, 0]
        assert sold.run("orders", "reconcile").returncode == 0
    # A dispute costs 15 dollars of Hong Kong's more: 1500 · 19900 / 21492 = 1388.8… fen.
    stripe.disputes.append({
        "id": "dp_1", "object": "dispute", "status": "needs_response", "amount": 19900, "currency": "cny", "payment_intent": "pi_1",
        "balance_transactions": [{"id": "txn_dp_1", "object": "balance_transaction", "amount": -21492, "currency": "hkd", "fee": 1500, "net": -22992, "type": "adjustment"}]})
    assert sold.run("orders", "reconcile").returncode == 0
    [row] = sales(sold, "sales")
    assert row["fees"]["minorUnits"] == 894 + 1389


def test_a_key_that_may_not_read_charges_reconciles_all_the_same_and_fees_stay_unknown(sold, stripe, mailbox):
    stripe.may_read_charges = False
    order = Browser(sold, mailbox).order("python", provider="stripe").json()["order"]["id"]
    stripe.pay("cs_test_1")
    assert "1 asked, 1 changed" in sold.run("orders", "reconcile").stdout
    assert json.loads(sold.run("orders", "show", order, "--json").stdout)["state"] == "paid"
    [row] = sales(sold, "sales")
    assert row["fees"] is None and row["fees_unknown"]["minorUnits"] == 19900


def test_when_stripe_does_not_answer_the_order_is_kept_and_can_be_paid_later(sold, stripe, mailbox, code):
    browser = Browser(sold, mailbox)
    stripe.write, write = (lambda *_: (500, {"error": {"type": "api_error"}})), stripe.write
    refused = code(browser.order("python", provider="stripe"), 502, "provider-failed")
    assert "nothing was paid" in refused["detail"]
    stripe.write = write
    assert browser.order("python", provider="stripe").status_code == 201


SESSION = [
    ("mode", "payment"), ("success_url", "https://me.example/"), ("expires_at", "1800000000"), ("metadata[lectern_order]", "1"),
    ("adaptive_pricing[enabled]", "false"), ("line_items[0][quantity]", "1"), ("line_items[0][price_data][currency]", "cny"),
    ("line_items[0][price_data][unit_amount]", "19900"), ("line_items[0][price_data][product_data][name]", "Python"),
]


@pytest.mark.parametrize("change", [
    ("mode", "pay"), ("expires_at", "tomorrow"), ("metadata[lectern_order][x]", "1"), ("adaptive_pricing[enabled]", "no"), ("adaptive_pricing", "false"),
    ("line_items[0][quantity]", "one"), ("line_items[2][quantity]", "1"), ("line_items[0][price_data][unit_amount]", "199.00"), ("sucess_url", "x"),
    ("line_items[0][price_data][product_data][title]", "Python"), ("line_items[0][price_data][currency]", None), ("locale", "xx"),
    ("mode", "payment"),
], ids=lambda change: "-".join(map(str, change)))
def test_what_stripe_describes_otherwise_is_refused(change):
    """The stand-in can fail: an unknown name, a wrong type, a missing part, one thing twice."""
    assert stripe_description.problem("POST", "/v1/checkout/sessions", SESSION) is None
    name, value = change
    changed = [pair for pair in SESSION if pair[0] != name or value == pair[1]] + ([(name, value)] if value is not None else [])
    assert stripe_description.problem("POST", "/v1/checkout/sessions", changed)


def test_an_operation_that_is_not_described_is_refused():
    assert stripe_description.problem("POST", "/v1/charges", [])
    assert stripe_description.problem("GET", "/v1/refunds", [("payment_intent", "pi_1"), ("limit", "100")]) is None
    assert stripe_description.problem("GET", "/v1/refunds", [("payment_intent", "pi_1"), ("limit", "all")])
