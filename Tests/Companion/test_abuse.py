"""What somebody tries who wants more than is theirs; docs/security.md names these tests."""

import sqlite3
import time

import pytest
from companion import SITE
from conftest import Browser
from mailbox import text


@pytest.fixture
def at_shared(shared, mailbox):
    return Browser(shared, mailbox)


@pytest.mark.parametrize("fields", [
    {"Origin": "null"}, {"Origin": SITE + ".evil.example"}, {"Origin": "http://evil.example"}, {"Origin": SITE.upper()}, {"Origin": None},
    {"Origin": None, "Sec-Fetch-Site": "cross-site"}, {"Origin": None, "Sec-Fetch-Site": "none"}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
])
def test_another_pages_request_changes_nothing(at_shared, code, fields):
    for method, path in [("POST", "sign-in"), ("POST", "checkout"), ("POST", "sign-out"), ("DELETE", "me"), ("DELETE", "devices"), ("POST", "beacon")]:
        code(at_shared.ask(method, path, json={}, headers=fields), 403, "foreign-origin")


def test_a_browser_that_hides_the_origin_may_still_say_that_it_is_ours(at_shared):
    answer = at_shared.ask("POST", "sign-out", json={}, headers={"Origin": None, "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 204 and "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("body", [
    b"[" * 60_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"email":"a@b.example","email":"c@d.example"}', b'{"email":1e999}', b'{"email":"\xff@b.example"}',
    b'{"email":"\\ud800@b.example"}', b'{"email":"a@b.example"}{', b"\xef\xbb\xbf{}", b"", b"null", b"{" + b",".join(b'"k%d":0' % number for number in range(6000)) + b',"k1":0}',
])
def test_bombs_of_json_are_refused_before_they_go_off(at_shared, code, body):
    assert len(body) <= 65_536
    code(at_shared.ask("POST", "sign-in", data=body, headers={"Content-Type": "application/json"}), 400, "bad-json")


@pytest.mark.parametrize("address", [
    "a@b.example\r\nBcc: x@y.example", "a@b.example\n", "a@b.example, x@y.example", "<a@b.example>", '"a b"@c.example', "a@b.example\x00", "a\u2028@b.example", "a" * 300 + "@b.example",
])
def test_no_address_carries_a_header_or_a_second_address(at_shared, code, address):
    code(at_shared.post("sign-in", {"email": address}), 422, "invalid-field")


def test_the_mails_link_leads_to_the_site_whatever_next_says(browser, mailbox):
    for number, place in enumerate(["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]):
        address = f"next{number}@me.example"
        assert browser.post("sign-in", {"email": address, "next": place}).status_code == 202
        mail = mailbox.wait_for(address)
        assert "evil" not in text(mail) and "javascript" not in str(mail) and SITE + "/en/sign-in/#token=" in text(mail)
    browser.post("sign-in", {"email": "next@me.example", "next": "/courses/python/?a=b&c=d"})
    assert "?next=/courses/python/%3Fa%3Db%26c%3Dd#token=" in text(mailbox.wait_for("next@me.example"))


def test_only_who_has_a_used_token_hears_that_it_is_used(browser, mailbox, code):
    browser.post("sign-in", {"email": "replay@me.example"})
    token = mailbox.token("replay@me.example")
    assert browser.post("sign-in/confirm", {"token": token}).status_code == 204
    again = code(browser.post("sign-in/confirm", {"token": token}), 401, "wrong-code")
    assert "was used already" in again["detail"]
    made_up = code(browser.post("sign-in/confirm", {"token": "A" * 43}), 401, "wrong-code")
    guessed = code(browser.post("sign-in/confirm", {"email": "replay@me.example", "code": "000000"}), 401, "wrong-code")
    never = code(browser.post("sign-in/confirm", {"email": "never@me.example", "code": "000000"}), 401, "wrong-code")
    assert made_up["detail"] == guessed["detail"] == never["detail"] != again["detail"]


def test_codes_are_counted_by_address_whatever_network_asks(browser, mailbox, code):
    """The web server on this machine is trusted to say who asks, and what the client itself says about that is not."""
    def ask(address, network):
        return browser.ask("POST", "sign-in", json={"email": address}, headers={"X-Forwarded-For": network})
    for number in range(5):
        assert ask("much@me.example", f"192.0.{number}.1").status_code == 202
    assert int(ask("much@me.example", "198.51.100.1").headers["retry-after"]) > 3000
    for number in range(20):
        assert ask(f"n{number}@me.example", f"203.0.113.{number}, 203.0.113.{number}").status_code == 202
    code(ask("other@me.example", "8.8.8.8, 203.0.113.99"), 429, "too-many")
    assert ask("other@me.example", "8.8.8.8").status_code == 202


def test_a_claim_opens_no_account_and_no_list(browser, mailbox, code):
    Browser(browser.companion, mailbox).sign_in("victim@me.example")
    order = browser.order("python", email="victim@me.example").json()["order"]
    assert order["email"] == "v…@me.example"
    paid = browser.companion.run("orders", "confirm", order["id"], "--config", "companion.yml")
    assert paid.returncode == 0, paid.stderr
    for path in ("orders", "devices", "passkeys", "me/export"):
        code(browser.get(path), 401, "sign-in-needed")
    # The address is an account's: what was paid is theirs, and takes their mail.
    code(browser.get("enrollment/python/python%2Flists?epoch=2"), 401, "sign-in-needed")
    assert browser.get("enrollment").json() == {"courses": []}
    code(browser.post(f"orders/{order['id']}/email", {"email": "thief@me.example"}), 403, "address-confirmed")


def test_who_does_not_want_to_be_counted_is_not(browser):
    def send(event, **fields):
        body = f'{{"v":1,"visit":"visit-0001","sentAt":{int(time.time() * 1000)},"events":[{{"id":"{event}","kind":"view","at":{int(time.time() * 1000)},"path":"/"}}]}}'
        answer = browser.ask("POST", "beacon", data=body, headers={"Content-Type": "text/plain"} | fields)
        assert answer.status_code == 200 and answer.json() == {"refused": []}
    for fields in ({"Sec-GPC": "1"}, {"DNT": "1"}):
        send("private", **fields)
    send("counted")
    with sqlite3.connect(browser.companion.folder / "data" / "beacons.sqlite") as database:
        assert database.execute("SELECT event FROM beacon").fetchall() == [("counted",)]


def test_what_could_be_a_command_to_the_database_is_a_text(browser, mailbox, code):
    browser.sign_in("o'brien@me.example")
    for name in ["' OR 1=1 --", "%", "_", "'; DROP TABLE order_; --"]:
        code(browser.get("orders/" + name.replace("%", "%25")), 404, "not-found")
        code(browser.ask("DELETE", "devices/" + name.replace("%", "%25")), 404, "not-found")
    assert browser.get("session").json()["email"] == "o'brien@me.example"


def test_opening_the_sign_in_page_again_and_again_locks_nobody_out(browser, mailbox):
    """A page that offers passkeys asks for a challenge each time: a class behind one address does that a hundred times."""
    for _ in range(101):
        assert browser.post("sign-in/passkey/options").status_code == 200
    browser.sign_in("classmate@me.example")
