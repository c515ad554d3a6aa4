"""A bundle with a period: what the answers say while it runs, when it is over, and after it was renewed."""

import sqlite3
import time

from companion import BUNDLES, catalogue
from conftest import Browser

CLUB = {
    "id": "club", "title": {"en": "The club", "zh": "会员"}, "path": {"en": "en/bundles/club/", "zh": "bundles/club/"}, "courses": ["python", "swift"],
    "prices": [{"currency": "CNY", "minorUnits": 3000}], "months": 1, "graceDays": 2,
}
SEALED = "enrollment/python/python%2Flists?epoch=2"
DAY = 86_400_000


def join(companion, browser, attempt):
    answer = browser.order("python", "swift", bundle="club", total=3000, attempt=attempt)
    assert answer.status_code == 201, answer.text
    order = answer.json()["order"]["id"]
    assert companion.run("orders", "confirm", order).returncode == 0
    return browser.get(f"orders/{order}").json()


def pass_days(companion, days):
    with sqlite3.connect(companion.folder / "data/shop.sqlite", timeout=20) as database:
        database.execute("UPDATE order_ SET granted_at = granted_at - ?", [days * DAY])
    database.close()


def test_a_membership_runs_ends_and_is_renewed(companion, browser, mailbox, code):
    companion.write("catalogue.json", catalogue(revision=2000, bundles=[*BUNDLES, CLUB]))
    companion.wait_until(lambda: browser.get("checkout?bundle=club").status_code == 200)
    assert browser.get("checkout?bundle=club").json()["months"] == 1
    code(browser.get("checkout?bundle=club&seats=1"), 422, "invalid-field")
    browser.sign_in("club@me.example")
    first = join(companion, browser, "attempt-1")
    assert first["months"] == 1 and first["until"] > time.strftime("%Y-%m-%d")
    assert "key" in browser.get(SEALED).json()["offers"]
    assert browser.get("enrollment/python").json()["until"] == first["until"]
    shown = companion.run("learners", "show", "club@me.example").stdout
    assert "python since" in shown and "swift since" in shown and "until" in shown

    pass_days(companion, 40)
    assert "has ended" in code(browser.get(SEALED), 402, "not-enrolled")["detail"]
    assert browser.get("enrollment").json()["courses"] == []
    # Twice at once is two months from today.
    join(companion, browser, "attempt-2")
    twice = join(companion, browser, "attempt-3")
    assert "key" in browser.get(SEALED).json()["offers"]
    days = (time.mktime(time.strptime(twice["until"][:10], "%Y-%m-%d")) - time.time()) / 86_400
    assert 57 < days < 63, twice
    assert companion.run("backup", "copy").returncode == 0
    assert companion.run("restore", "--check", "copy").returncode == 0
    # Another browser has nothing of it.
    code(Browser(companion, mailbox).get(SEALED), 401, "sign-in-needed")
