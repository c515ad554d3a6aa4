"""Courses that are bought for others: a gift, seats for a team; who takes them, how often, and what a refund does."""

import concurrent.futures
import csv
import io
import json
import re

from companion import catalogue
from conftest import Browser
from mailbox import text

SEALED = "enrollment/python/python%2Flists?epoch=2"


def bought(browser, companion, seats=1, confirm=True, **more):
    """The order's id and its code."""
    answer = browser.order("python", total=19900 * seats, seats=seats, **more)
    assert answer.status_code == 201, answer.text
    order = answer.json()["order"]
    assert order["seats"] == {"count": seats, "taken": 0} | ({"note": more["note"]} if more.get("note") else {}), "no code before it is paid"
    if not confirm:
        return order["id"], None
    assert companion.run("orders", "confirm", order["id"]).returncode == 0
    order = browser.get(f"orders/{order['id']}").json()
    assert order["grants"] and order["state"] == "paid"
    return order["id"], order["seats"]["invitation"]


def test_a_gift_is_not_the_buyers_and_the_receivers_once(companion, browser, mailbox, code):
    order, gift = bought(browser, companion, note="Happy birthday!", email="giver@me.example")
    code(browser.get(SEALED), 401, "sign-in-needed")
    mailbox.wait_for("giver@me.example", 2)
    code(Browser(companion, mailbox).sign_in("giver@me.example").get(SEALED), 402, "not-enrolled")

    receiver = Browser(companion, mailbox)
    seen = receiver.post("enrollment/invitation", {"code": gift}).json()
    assert seen == {"items": [{"course": "python", "title": "Python"}], "gift": True, "left": 1, "note": "Happy birthday!"}
    code(receiver.post("enrollment/invitation/accept", {"code": gift}), 401, "sign-in-needed")
    receiver.sign_in("receiver@me.example")
    for _ in range(2):
        assert receiver.post("enrollment/invitation/accept", {"code": gift}).json() == {"courses": ["python"]}
    assert "key" in receiver.get(SEALED).json()["offers"]
    assert receiver.get("enrollment/python").json()["enrolled"]
    assert receiver.post("enrollment/invitation", {"code": gift}).json()["left"] == 0

    late = Browser(companion, mailbox).sign_in("late@me.example")
    assert "taken this gift" in code(late.post("enrollment/invitation", {"code": gift}), 409, "bad-invitation")["detail"]
    code(late.post("enrollment/invitation/accept", {"code": gift}), 409, "bad-invitation")
    code(late.get(SEALED), 402, "not-enrolled")
    assert browser.get(f"orders/{order}").json()["seats"]["taken"] == 1


def test_money_that_went_back_closes_the_door_and_the_invitation(companion, browser, mailbox, code):
    order, team = bought(browser, companion, seats=2)
    member = Browser(companion, mailbox).sign_in("member@me.example")
    assert member.post("enrollment/invitation/accept", {"code": team}).status_code == 200
    assert companion.run("orders", "refund", order).returncode == 0
    assert "closed to you" in code(member.get(SEALED), 402, "not-enrolled")["detail"]
    assert "given back" in code(member.post("enrollment/invitation", {"code": team}), 409, "bad-invitation")["detail"]
    code(Browser(companion, mailbox).sign_in("other@me.example").post("enrollment/invitation/accept", {"code": team}), 409, "bad-invitation")
    assert "invitation" not in browser.get(f"orders/{order}").json()["seats"]


def test_fifty_who_come_at_once_take_no_more_seats_than_there_are(companion, browser, mailbox):
    order, team = bought(browser, companion, seats=3)
    people = []
    for number in range(12):
        person = Browser(companion, mailbox)
        person.session.headers["X-Forwarded-For"] = f"192.0.2.{number}"
        people.append(person.sign_in(f"p{number}@me.example"))
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        # Each presses four times.
        answers = list(pool.map(lambda person: person.post("enrollment/invitation/accept", {"code": team}).status_code, people * 4))
    assert sorted(set(answers)) == [200, 409] and answers.count(200) == 12, "three people, whatever they press"
    assert sum("key" in person.get(SEALED).json().get("offers", {}) for person in people) == 3
    assert browser.get(f"orders/{order}").json()["seats"]["taken"] == 3
    assert "3 of 3 seats taken" in companion.run("orders", "show", order).stdout


def test_a_link_that_went_astray_is_replaced_and_seats_are_kept(companion, browser, mailbox, code):
    order, first = bought(browser, companion, seats=2)
    member = Browser(companion, mailbox).sign_in("member@me.example")
    assert member.post("enrollment/invitation/accept", {"code": first}).status_code == 200
    second = browser.post(f"orders/{order}/invitation").json()["seats"]["invitation"]
    assert second != first
    assert "replaced" in code(member.post("enrollment/invitation", {"code": first}), 409, "bad-invitation")["detail"]
    assert "key" in member.get(SEALED).json()["offers"]
    # The creator helps a buyer who lost it.
    shown = companion.run("orders", "invite", order)
    assert shown.stdout.splitlines() == [f"http://localhost:8080/en/redeem/#{second}", "1 of 2 seats taken."]
    third = json.loads(companion.run("orders", "invite", order, "--renew", "--json").stdout)
    assert third["link"].rpartition("#")[2] not in (first, second) and third["taken"] == 1
    code(Browser(companion, mailbox).post(f"orders/{order}/invitation"), 401, "sign-in-needed")
    code(member.post(f"orders/{order}/invitation"), 404, "not-found")
    code(browser.post(f"orders/{order}/invitation", {"seats": 9}), 422, "invalid-field")
    own = browser.order("swift", attempt="attempt-own").json()["order"]["id"]
    code(browser.post(f"orders/{own}/invitation"), 404, "not-found")
    assert companion.run("orders", "invite", own).returncode == 1
    answers = [browser.post(f"orders/{order}/invitation").status_code for _ in range(20)]
    assert answers[-1] == 429


def test_the_mail_alone_is_enough_to_hand_it_on(companion, browser, mailbox):
    _, gift = bought(browser, companion, email="hand-on@me.example", note="<script>")
    # How to pay came first.
    said = text(mailbox.wait_for("hand-on@me.example", 2))
    assert re.search(r"http://localhost:8080/en/redeem/#([\w-]{43})", said)[1] == gift
    assert "Start learning" not in said and "Python" in said


def test_who_has_it_all_keeps_the_seat_free(companion, browser, mailbox, code):
    owner = Browser(companion, mailbox).sign_in("owner@me.example")
    assert companion.run("learners", "enroll", "owner@me.example", "python").returncode == 0
    _, gift = bought(browser, companion)
    assert code(owner.post("enrollment/invitation/accept", {"code": gift}), 409, "already-enrolled")["courses"] == ["python"]
    assert Browser(companion, mailbox).sign_in("else@me.example").post("enrollment/invitation/accept", {"code": gift}).status_code == 200
    # A buyer who owns it may give it away all the same.
    answer = owner.order("python", seats=1, email="owner@me.example", attempt="attempt-owner")
    assert answer.status_code == 201, answer.text


def test_what_is_not_sold_or_is_no_code_is_refused(companion, browser, code):
    for seats in (61, 1001, -1, 1.5, "2", True, None):
        code(browser.order("python", total=0, seats=seats), 422, "invalid-field")
    code(browser.order("python", seats=1, note="x" * 501), 422, "invalid-field")
    code(browser.order("python", total=19900, seats=2), 409, "price-changed")
    code(browser.order("gift", provider="free", total=0, seats=1), 422, "invalid-field")
    assert browser.get("checkout?items=python&seats=3").json()["total"]["minorUnits"] == 59700
    assert browser.get("checkout?bundle=both&seats=2").json()["total"]["minorUnits"] == 59800
    for query in ("seats=61", "seats=x", "seats=-1"):
        code(browser.get("checkout?items=python&" + query), 422, "invalid-field")
    for wrong in ({}, {"code": "x"}, {"code": "A" * 42 + "!"}, {"code": 7}, {"code": "A" * 43, "more": 1}):
        code(browser.post("enrollment/invitation", wrong), 422, "invalid-field")
        code(browser.post("enrollment/invitation/accept", wrong), 422, "invalid-field")
    code(browser.post("enrollment/invitation", {"code": "A" * 43}), 409, "bad-invitation")
    order, _ = bought(browser, companion, confirm=False, attempt="attempt-unpaid")
    assert "none can be taken now: the order is pending" in companion.run("orders", "invite", order).stdout
    companion.write("catalogue.json", catalogue(revision=2000, gifts=False, teams=None))
    companion.wait_until(lambda: browser.get("checkout?items=python&seats=2").status_code == 422)
    code(browser.order("python", seats=1, attempt="attempt-none"), 422, "invalid-field")


def test_the_books_say_how_many(companion, browser):
    order, _ = bought(browser, companion, seats=4)
    [row] = csv.DictReader(io.StringIO(companion.run("orders", "export").stdout.removeprefix("\ufeff"), newline=""))
    assert (row["seats"], row["price"], row["amount"]) == ("4", "796.00", "796.00")
    assert companion.run("backup", "copy").returncode == 0
    assert companion.run("restore", "--check", "copy").returncode == 0
