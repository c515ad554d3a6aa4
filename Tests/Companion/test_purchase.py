"""Buying, by transfer: the one way that needs nobody else."""

from companion import SITE
from conftest import Browser


def test_the_offer_is_the_catalogues(browser, code):
    offer = browser.get("checkout?items=python%2Cswift&currency=USD").json()
    assert offer["total"] == {"currency": "USD", "minorUnits": 5800}
    assert [item["course"] for item in offer["items"]] == ["python", "swift"]
    assert offer["currencies"] == ["CNY", "USD"] and [way["name"] for way in offer["providers"]] == ["manual"]
    code(browser.get("checkout?items=nothing"), 404, "not-found")
    code(browser.order("nothing"), 404, "not-found")
    code(browser.get("checkout?items=python&currency=JPY"), 409, "not-for-sale")
    code(browser.get("checkout"), 422, "invalid-field")


def test_a_bundle_is_offered_and_ordered_in_one_piece(browser, code):
    offer = browser.get("checkout?bundle=both&currency=CNY").json()
    assert offer["bundle"] == {"id": "both", "title": "Both courses"} and offer["total"]["minorUnits"] == 29900
    assert [item["price"]["minorUnits"] for item in offer["items"]] == [14950, 14950] and "owned" not in offer
    code(browser.get("checkout?bundle=both&items=python"), 422, "invalid-field")
    code(browser.get("checkout?bundle=none"), 404, "not-found")
    code(browser.order("python", bundle="both", total=29900), 409, "price-changed")
    code(browser.order("python", "swift", bundle=3, total=29900), 422, "invalid-field")
    order = browser.order("python", "swift", bundle="both", total=29900).json()["order"]
    assert order["bundle"]["id"] == "both" and order["total"]["minorUnits"] == 29900
    sold = browser.companion
    assert "bundle     both, Both courses" in sold.run("orders", "show", order["id"]).stdout
    assert sold.run("orders", "confirm", order["id"]).returncode == 0
    assert browser.get("checkout?bundle=both").json()["owned"] == ["python", "swift"]
    code(browser.order("python", "swift", bundle="both", total=29900, attempt="attempt-2"), 409, "already-enrolled")
    assert "Closed: swift. Open: python." in sold.run("orders", "refund", order["id"], "--course", "swift").stdout
    shown = browser.get("orders/" + order["id"]).json()
    assert shown["refunded"]["minorUnits"] == 14950 and browser.get("checkout?bundle=both").json()["owned"] == ["python"]


def test_an_order_is_opened_once_for_one_attempt(browser, code):
    first = browser.order("python")
    assert first.status_code == 201, first.text
    order = first.json()["order"]
    assert order["state"] == "pending" and order["email"] == "b…@me.example" and order["canCorrectEmail"]
    assert first.json()["next"]["kind"] == "instructions"
    assert first.headers["location"] == "/api/orders/" + order["id"]
    assert browser.order("python").json()["order"]["id"] == order["id"]
    code(browser.order("swift"), 409, "attempt-differs")
    assert browser.get("orders/" + order["id"]).json()["state"] == "pending"


def test_another_price_than_the_pages_is_told_and_nothing_is_bought(browser, code):
    refused = code(browser.order("python", total=100), 409, "price-changed")
    assert refused["total"] == {"currency": "CNY", "minorUnits": 19900}
    assert "claim" not in str(browser.session.cookies)


def test_an_order_is_nobody_elses_business(browser, mailbox, code):
    order = browser.order("python").json()["order"]["id"]
    other = Browser(browser.companion, mailbox)
    code(other.get("orders/" + order), 401, "sign-in-needed")
    other.order("swift", email="other@me.example", attempt="attempt-2")
    code(other.get("orders/" + order), 404, "not-found")
    code(other.post(f"orders/{order}/email", {"email": "thief@me.example"}), 404, "not-found")
    other.sign_in("third@me.example")
    code(other.get("orders/" + order), 404, "not-found")
    code(other.get("orders/nothing"), 404, "not-found")


def test_the_typed_address_signs_nobody_in(browser):
    browser.order("python", email="creator@me.example")
    session = browser.get("session").json()
    assert session["claim"] and not session["signedIn"] and not session["creator"]


def test_a_lesson_says_what_is_missing(browser, mailbox, code):
    lesson = "enrollment/python/python%2Flists"
    code(browser.get(lesson + "?epoch=2"), 401, "sign-in-needed")
    browser.sign_in("reader@me.example")
    code(browser.get(lesson + "?epoch=2"), 402, "not-enrolled")
    code(browser.get(lesson), 422, "invalid-field")
    code(browser.get(lesson + "?epoch=x"), 422, "invalid-field")
    code(browser.get("enrollment/python/python%2Fnothing?epoch=2"), 404, "not-found")
    code(browser.get("enrollment/python/python/lists?epoch=2"), 404, "not-found")
    assert browser.get("enrollment/python/python%2Fintro?epoch=2").json() == {"offers": {}}


def test_the_creator_opens_every_lesson_with_the_key_that_the_build_used(browser, mailbox, code):
    import base64
    from companion import SECRET, hkdf
    browser.sign_in("creator@me.example")
    for epoch in (1, 2):
        answer = browser.get(f"enrollment/python/python%2Flists?epoch={epoch}")
        assert answer.headers["cache-control"] == "no-store" and answer.headers["access-control-allow-origin"] == SITE
        key = base64.urlsafe_b64decode(answer.json()["offers"]["key"] + "=")
        assert key == hkdf(SECRET, "lectern/1/lesson", "python", "python/lists", str(epoch))
    code(browser.get("enrollment/python/python%2Flists?epoch=3"), 410, "epoch-gone")
