"""Coupons: made on the command line, used at the checkout, by many at once."""

import concurrent.futures
import csv
import io
import json

from conftest import Browser


def test_a_coupon_is_made_used_listed_and_ended(companion, browser, code):
    made = companion.run("coupons", "add", "spring", "--percent", "20", "--course", "python")
    assert made.returncode == 0 and "SPRING takes off 20 %" in made.stdout and "checkout/?course=python&coupon=SPRING" in made.stdout, made
    offer = browser.get("checkout?items=python&currency=CNY&coupon=Spring").json()
    assert offer["total"]["minorUnits"] == 15920 and offer["discount"] == {"coupon": "SPRING", "off": {"currency": "CNY", "minorUnits": 3980}}
    answer = browser.order("python", total=15920, coupon="spring")
    assert answer.status_code == 201, answer.text
    order = answer.json()["order"]
    assert order["discount"]["coupon"] == "SPRING" and order["total"]["minorUnits"] == 15920
    [listed] = json.loads(companion.run("coupons", "list", "--json").stdout)["coupons"]
    assert (listed["code"], listed["percent"], listed["uses"]) == ("SPRING", 20, 1)
    assert "coupon     SPRING" in companion.run("orders", "show", order["id"]).stdout
    assert "ended" in companion.run("coupons", "end", "SPRING").stdout
    code(browser.get("checkout?items=python&coupon=SPRING"), 409, "bad-coupon")
    code(browser.order("python", total=15920, coupon="spring", attempt="attempt-2"), 409, "bad-coupon")
    assert companion.run("coupons", "end", "SPRING").returncode == 1 and companion.run("coupons", "end", "NONE").returncode == 1


def test_the_last_one_used_fifty_times_at_once_is_used_once(companion):
    assert companion.run("coupons", "add", "LAST", "--amount", "50", "--limit", "1").returncode == 0

    def buy(number):
        # Twenty orders an hour are all that a network has before it has to prove less haste: each comes from another.
        buyer = Browser(companion)
        buyer.session.headers["X-Forwarded-For"] = f"192.0.2.{number}"
        return buyer.order("python", total=14900, coupon="LAST", email=f"buyer{number}@me.example", attempt=f"attempt-{number}").status_code

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(buy, range(50)))
    assert sorted(statuses) == [201] + [409] * 49


def test_wrong_usage_and_wrong_words_are_told(companion):
    for words in (["SPRING"], ["SPRING", "--percent", "20", "--amount", "5"], ["SPRING", "--percent", "0"], ["!", "--percent", "5"],
                  ["SPRING", "--percent", "5", "--limit", "0"], ["SPRING", "--percent", "5", "--from", "2027-01-02", "--until", "2027-01-01"]):
        assert companion.run("coupons", "add", *words).returncode == 2, words
    for words in (["SPRING", "--percent", "5", "--course", "rust"], ["SPRING", "--amount", "5.001"], ["SPRING", "--amount", "5", "--currency", "XYZ"]):
        refused = companion.run("coupons", "add", *words)
        assert refused.returncode == 1 and "error:" in refused.stderr, words


def test_the_books_are_a_table_that_adds_up(companion, browser):
    companion.run("coupons", "add", "SPRING", "--amount", "49")
    order = browser.order("python", total=15000, coupon="SPRING").json()["order"]["id"]
    assert companion.run("orders", "confirm", order, "--transaction", "=cmd|' /C calc'!A0").returncode == 0
    assert companion.run("orders", "refund", order, "--amount", "50.50").returncode == 0
    text = companion.run("orders", "export").stdout
    assert text.startswith("\ufeffrecorded,kind,amount,currency,order")
    payment, refund = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert (payment["kind"], payment["amount"], payment["discount"], payment["total"]) == ("payment", "150.00", "49.00", "150.00")
    assert payment["transaction"].startswith("'="), "a spreadsheet computes nothing of it"
    assert (refund["kind"], refund["amount"], refund["currency"]) == ("refund", "-50.50", "CNY")
    assert "@" not in text
    assert companion.run("orders", "export", "--to", "2026-01-01").stdout.count("\n") == 1
