"""What a learner does with their own account."""

import json
import sqlite3

from authenticator import Authenticator
from conftest import Browser
from mailbox import text


def test_a_password_is_set_right_after_a_mailed_sign_in_and_opens_the_account(browser, mailbox, code):
    code(browser.post("password", {"password": "correct horse"}), 401, "sign-in-needed")
    code(browser.post("sign-in/password", {"email": "pass@me.example", "password": "correct horse"}), 401, "wrong-password")
    browser.sign_in("pass@me.example")
    other = Browser(browser.companion, mailbox).sign_in("pass@me.example")
    code(browser.post("password", {"password": "short"}), 422, "invalid-field")
    assert browser.post("password", {"password": "correct horse"}).status_code == 204
    assert browser.get("session").json()["password"]
    assert "/account/" in text(mailbox.wait_for("pass@me.example", 3)), "the address hears of it"
    assert not other.get("session").json()["signedIn"]
    third = Browser(browser.companion, mailbox)
    code(third.post("sign-in/password", {"email": "pass@me.example", "password": "wrong horse"}), 401, "wrong-password")
    assert third.post("sign-in/password", {"email": "pass@me.example", "password": "correct horse"}).status_code == 204
    assert third.get("session").json()["email"] == "pass@me.example"
    # A password proves too little to make a new one.
    code(third.post("password", {"password": "another horse"}), 403, "proof-needed")


def test_devices_are_listed_and_ended_one_by_one_or_all(browser, mailbox, code):
    browser.sign_in("devices@me.example")
    others = [Browser(browser.companion, mailbox).sign_in("devices@me.example") for _ in range(2)]
    devices = browser.get("devices").json()["devices"]
    assert [device["name"] for device in devices] == ["Chrome on Android"] * 3
    assert [device["current"] for device in devices].count(True) == 1
    one = next(device for device in others[0].get("devices").json()["devices"] if device["current"])
    stranger = Browser(browser.companion, mailbox).sign_in("stranger@me.example")
    code(stranger.ask("DELETE", "devices/" + one["id"]), 404, "not-found")
    assert browser.ask("DELETE", "devices/" + one["id"]).status_code == 204
    assert not others[0].get("session").json()["signedIn"] and others[1].get("session").json()["signedIn"]
    assert browser.ask("DELETE", "devices").status_code == 204
    assert not others[1].get("session").json()["signedIn"] and browser.get("session").json()["signedIn"]


def test_an_address_is_changed_by_whoever_reads_the_new_ones_mail(browser, mailbox, code):
    browser.sign_in("old@me.example")
    assert browser.post("me/email", {"email": "new@me.example"}).status_code == 202
    digits = mailbox.code("new@me.example")
    code(browser.post("me/email/confirm", {"code": f"{(int(digits) + 1) % 1_000_000:06}"}), 401, "wrong-code")
    assert browser.post("me/email/confirm", {"code": digits}).status_code == 204
    assert browser.get("session").json()["email"] == "new@me.example"
    mailbox.wait_for("old@me.example", 2)


def test_a_person_takes_their_data_and_leaves(browser, mailbox, code):
    browser.sign_in("leaving@me.example")
    export = browser.get("me/export")
    assert export.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert "leaving@me.example" in json.dumps(export.json())
    code(browser.ask("DELETE", "me", {"confirm": "somebody@me.example"}), 422, "invalid-field")
    gone = browser.ask("DELETE", "me", {"confirm": "leaving@me.example"})
    assert gone.status_code == 204 and "Max-Age=0" in gone.headers["set-cookie"]
    assert not browser.get("session").json()["signedIn"]


def test_what_is_of_a_learner_is_closed_to_a_visitor(browser, code):
    for method, path, body in [
        ("GET", "devices", None), ("DELETE", "devices", None), ("DELETE", "devices/x", None), ("GET", "passkeys", None), ("POST", "passkeys/options", {}),
        ("DELETE", "passkeys/x", None), ("GET", "me/export", None), ("POST", "me/email", {"email": "a@me.example"}), ("POST", "me/email/confirm", {"code": "123456"}),
        ("DELETE", "me", {"confirm": "a@me.example"}), ("GET", "orders", None), ("GET", "orders/x", None),
    ]:
        refused = browser.ask(method, path, body)
        code(refused, 401, "sign-in-needed")
        assert refused.headers["www-authenticate"]


def test_a_mistyped_address_is_mended_and_the_receipt_follows(browser, mailbox, code):
    order = browser.order("python", email="mistyped@me.example").json()["order"]["id"]
    moved = browser.post(f"orders/{order}/email", {"email": "right@me.example"}).json()
    assert moved["email"] == "r…@me.example"
    assert mailbox.wait_for("right@me.example")["subject"].startswith("How to pay")
    assert browser.companion.run("orders", "confirm", order).returncode == 0
    assert "Your course is open" in mailbox.wait_for("right@me.example", 2)["subject"]
    assert browser.get("enrollment/python/python%2Flists?epoch=2").json()["offers"]["key"]
    right = Browser(browser.companion, mailbox).sign_in("right@me.example")
    assert [one["id"] for one in right.get("orders").json()["orders"]] == [order]
    # From now on the address is somebody's: the claim moves it no more, and opens nothing.
    code(browser.post(f"orders/{order}/email", {"email": "thief@me.example"}), 403, "address-confirmed")
    code(browser.get("enrollment/python/python%2Flists?epoch=2"), 401, "sign-in-needed")


def test_passkey_options_are_what_browsers_want_and_a_wrong_answer_opens_nothing(browser, mailbox, code):
    options = browser.post("sign-in/passkey/options").json()
    assert options["rpId"] == "localhost" and options["userVerification"] == "required"
    response = {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}
    code(browser.post("sign-in/passkey", {"credential": {"id": "AAAA", "type": "public-key", "response": response}}), 401, "wrong-passkey")
    code(browser.post("sign-in/passkey", {"credential": {"id": "AAAA", "response": response}}), 422, "invalid-field")
    browser.sign_in("key@me.example")
    made = browser.post("passkeys/options").json()
    assert made["rp"]["id"] == "localhost" and made["attestation"] == "none" and made["user"]["name"] == "key@me.example"
    bad = {"id": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "AAAA"}}
    code(browser.post("passkeys", {"credential": bad}), 422, "bad-passkey")
    assert browser.get("passkeys").json() == {"passkeys": []}


def test_a_passkey_is_made_signs_in_and_is_removed(browser, mailbox, code):
    browser.sign_in("passkey@me.example")
    passkey = Authenticator()
    code(browser.post("passkeys", {"credential": passkey.register(browser.post("passkeys/options").json(), origin="https://evil.example")}), 422, "bad-passkey")
    made = browser.post("passkeys", {"credential": passkey.register(browser.post("passkeys/options").json()), "name": "My phone"})
    assert made.status_code == 201 and made.json()["name"] == "My phone"
    assert "My phone" in text(mailbox.wait_for("passkey@me.example", 2)), "the address hears of it"
    other = Browser(browser.companion)
    code(other.post("sign-in/passkey", {"credential": passkey.sign_in(other.post("sign-in/passkey/options").json(), origin="https://evil.example")}), 401, "wrong-passkey")
    answer = passkey.sign_in(other.post("sign-in/passkey/options").json())
    assert other.post("sign-in/passkey", {"credential": answer}).status_code == 204
    assert other.get("session").json()["email"] == "passkey@me.example"
    # Good once.
    code(Browser(browser.companion).post("sign-in/passkey", {"credential": answer}), 401, "wrong-passkey")
    [kept] = browser.get("passkeys").json()["passkeys"]
    assert kept["name"] == "My phone" and kept["lastUsedAt"]
    assert browser.ask("DELETE", "passkeys/" + kept["id"]).status_code == 204
    code(browser.ask("DELETE", "passkeys/" + kept["id"]), 404, "not-found")
    code(other.post("sign-in/passkey", {"credential": passkey.sign_in(other.post("sign-in/passkey/options").json())}), 401, "wrong-passkey")


def test_an_account_that_somebody_only_found_open_is_not_theirs_to_keep(browser, mailbox, code):
    browser.sign_in("open@me.example")
    with sqlite3.connect(browser.companion.folder / "data/shop.sqlite") as database:
        database.execute("UPDATE session SET proved_at = proved_at - 16 * 60000")
    passkey = Authenticator()
    for method, path, body in [
        ("POST", "password", {"password": "a new password"}), ("POST", "passkeys/options", {}), ("POST", "me/email", {"email": "mine@me.example"}),
        ("POST", "passkeys", {"credential": passkey.register({"user": {"id": "AAAA"}, "challenge": "AAAA"})}), ("DELETE", "me", {"confirm": "open@me.example"}),
    ]:
        code(browser.ask(method, path, body), 403, "proof-needed")


def test_nobody_takes_an_address_that_is_anothers(browser, mailbox, code):
    Browser(browser.companion, mailbox).sign_in("taken@me.example")
    browser.sign_in("taking@me.example")
    assert browser.post("me/email", {"email": "taken@me.example"}).status_code == 202
    code(browser.post("me/email/confirm", {"code": mailbox.code("taken@me.example", 2)}), 409, "address-taken")
    assert browser.get("session").json()["email"] == "taking@me.example"


def test_a_lesson_that_opens_later_says_when(browser, mailbox, code):
    assert browser.companion.run("learners", "enroll", "later@me.example", "python").returncode == 0
    browser.sign_in("later@me.example")
    refused = code(browser.get("enrollment/python/python%2Flate?epoch=2"), 403, "not-yet")
    assert refused["opens"].endswith("Z")


def test_one_network_knocks_at_no_door_without_end(browser, mailbox, code):
    order = browser.order("python", email="knocking@me.example").json()["order"]["id"]
    signed_in = Browser(browser.companion, mailbox).sign_in("knocker@me.example")
    for number in range(19):
        assert browser.post("sign-in", {"email": f"k{number}@me.example"}).status_code == 202
    code(browser.post(f"orders/{order}/email", {"email": "k@me.example"}), 429, "too-many")
    code(signed_in.post("me/email", {"email": "k@me.example"}), 429, "too-many")
    code(browser.post("password/reset", {"email": "k@me.example"}), 429, "too-many")
    for path, count, body in [("sign-in/passkey/options", 1000, {}), ("sign-in/confirm", 100, {"token": "A" * 43})]:
        # More, on a slow machine: while it knocks, the hour goes on. A few fewer: one guess was spent on signing in.
        let_in = 0
        while (answer := browser.post(path, body)).status_code != 429 and let_in < 2 * count:
            let_in += 1
        code(answer, 429, "too-many")
        assert let_in >= count - 5
        if count == 1000:
            # Invitations are counted with them.
            for place in ("enrollment/invitation", "enrollment/invitation/accept"):
                code(browser.post(place, {"code": "A" * 43}), 429, "too-many")
    for path, body in [("sign-in/confirm", {"email": "k@me.example", "code": "123456"}), ("sign-in/password", {"email": "k@me.example", "password": "x"})]:
        code(browser.post(path, body), 429, "too-many")
    code(signed_in.post("me/email/confirm", {"code": "123456"}), 429, "too-many")
    response = {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}
    code(browser.post("sign-in/passkey", {"credential": {"id": "AAAA", "type": "public-key", "response": response}}), 429, "too-many")
    answers = [browser.order("swift", attempt="attempt-0").status_code]
    while answers[-1] != 429 and len(answers) < 120:
        answers.append(browser.order("swift", attempt=f"attempt-{len(answers)}").status_code)
    assert answers[0] == 201 and answers[-1] == 429
