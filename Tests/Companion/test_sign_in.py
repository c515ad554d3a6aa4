"""Sign-in, against the running program and a mail server that keeps what it is given."""

from conftest import Browser
from mailbox import text


def test_a_mailed_code_signs_in_on_this_device(browser, mailbox, code):
    assert browser.get("session").json() == {"claim": False, "signedIn": False, "creator": False, "passkeys": 0, "password": False}
    browser.sign_in("one@me.example")
    session = browser.get("session").json()
    assert session["signedIn"] and session["email"] == "one@me.example" and not session["creator"]
    assert not Browser(browser.companion).get("session").json()["signedIn"]
    assert browser.post("sign-out").status_code == 204
    assert not browser.get("session").json()["signedIn"]


def test_the_link_in_the_mail_signs_in_on_another_device_and_only_once(browser, mailbox, code):
    browser.post("sign-in", {"email": "two@me.example", "next": "/courses/python/", "language": "en"})
    mail = mailbox.wait_for("two@me.example")
    assert "http://localhost:8080/en/sign-in/?next=/courses/python/#token=" in text(mail)
    token = mailbox.token("two@me.example")
    other = Browser(browser.companion)
    assert other.post("sign-in/confirm", {"token": token}).status_code == 204
    assert other.get("session").json()["email"] == "two@me.example"
    code(Browser(browser.companion).post("sign-in/confirm", {"token": token}), 401, "wrong-code")


def test_six_wrong_guesses_end_a_code(browser, mailbox, code):
    browser.post("sign-in", {"email": "three@me.example"})
    right = mailbox.code("three@me.example")
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(6):
        code(browser.post("sign-in/confirm", {"email": "three@me.example", "code": wrong}), 401, "wrong-code")
    code(browser.post("sign-in/confirm", {"email": "three@me.example", "code": right}), 401, "wrong-code")


def test_a_known_and_an_unknown_address_are_answered_alike(browser, mailbox):
    browser.sign_in("known@me.example")
    known = browser.post("sign-in", {"email": "known@me.example"})
    unknown = browser.post("sign-in", {"email": "unknown@me.example"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, b"{}")
    kept = {"content-type", "vary", "cache-control", "content-length", "x-content-type-options"}
    assert {name: known.headers[name] for name in kept} == {name: unknown.headers[name] for name in kept}


def test_five_codes_an_hour_for_one_address(companion, mailbox, code):
    browser = Browser(companion, mailbox)
    for _ in range(5):
        assert browser.post("sign-in", {"email": "often@me.example"}).status_code == 202
    refused = browser.post("sign-in", {"email": "often@me.example"})
    code(refused, 429, "too-many")
    assert int(refused.headers["retry-after"]) > 60


def test_twenty_codes_an_hour_for_one_network(companion, mailbox, code):
    browser = Browser(companion, mailbox)
    for number in range(20):
        assert browser.post("sign-in", {"email": f"many{number}@me.example"}).status_code == 202
    code(browser.post("sign-in", {"email": "many20@me.example"}), 429, "too-many")
    # Another network, told by the trusted proxy.
    assert browser.post("sign-in", {"email": "many20@me.example"}, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 202
    # What a client writes itself stands before what the proxy wrote.
    code(browser.post("sign-in", {"email": "many21@me.example"}, headers={"X-Forwarded-For": "203.0.113.7, nobody, 127.0.0.1"}), 429, "too-many")


def test_the_cookie_is_new_with_every_sign_in_and_only_the_browser_reads_it(browser, mailbox):
    browser.sign_in("cookie@me.example")
    first = browser.session.cookies["lectern"]
    answer = browser.post("sign-in", {"email": "cookie@me.example"})
    answer = browser.post("sign-in/confirm", {"email": "cookie@me.example", "code": mailbox.code("cookie@me.example", 2)})
    assert answer.headers["set-cookie"].endswith("; Max-Age=15552000; Path=/; HttpOnly; SameSite=Lax")
    assert browser.session.cookies["lectern"] != first
    planted = Browser(browser.companion)
    planted.session.cookies.set("lectern", first)
    assert not planted.get("session").json()["signedIn"]


def test_the_creator_is_who_the_settings_say(browser):
    assert browser.sign_in("creator@me.example").get("session").json()["creator"]


def test_signing_out_leaves_nothing_open_on_a_shared_computer(browser, code):
    order = browser.order("python", email="first@me.example").json()["order"]["id"]
    browser.sign_in("second@me.example")
    assert browser.get("orders/" + order).status_code == 200
    assert browser.post("sign-out").status_code == 204
    assert browser.get("session").json()["claim"] is False
    code(browser.get("orders/" + order), 401, "sign-in-needed")
