"""The creator's commands, while the companion runs on the same data."""

import json
import time

from conftest import Browser


def ok(done):
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_transfer_is_confirmed_and_refunded(browser, mailbox, code):
    companion = browser.companion
    order = browser.order("python", email="transfer@me.example").json()
    reference = order["next"]["reference"]
    assert "transfer@me.example" in ok(companion.run("orders", "list", "--state", "pending"))
    assert f"Order {order['order']['id']} was pending, and is paid." in ok(companion.run("orders", "confirm", reference))
    assert "is still paid" in ok(companion.run("orders", "confirm", reference))
    assert browser.get("orders/" + order["order"]["id"]).json()["grants"]
    mailbox.wait_for("transfer@me.example", 2)
    shown = ok(companion.run("orders", "show", reference))
    assert "paid ¥199" in shown and "mail       receipt sent" in shown and "mail       instructions sent" in shown
    part = json.loads(ok(companion.run("orders", "refund", reference, "--amount", "49.50", "--json")))
    assert part["state"] == "partiallyRefunded" and part["refunded"] == {"currency": "CNY", "minorUnits": 4950}
    assert json.loads(ok(companion.run("orders", "refund", reference, "--json")))["state"] == "refunded"
    code(browser.get("enrollment/python/python%2Flists?epoch=2"), 401, "sign-in-needed")
    nothing = companion.run("orders", "refund", reference)
    assert nothing.returncode == 1 and "nothing of order" in nothing.stderr
    assert "0 asked" in ok(companion.run("orders", "reconcile"))


def test_another_amount_goes_to_review(browser):
    order = browser.order("python").json()["order"]["id"]
    assert json.loads(ok(browser.companion.run("orders", "confirm", order, "--amount", "190", "--json")))["state"] == "review"
    assert not browser.get("orders/" + order).json()["grants"]
    wrong = browser.companion.run("orders", "confirm", order, "--amount", "much")
    assert wrong.returncode == 1 and 'no amount of CNY; write it like 199' in wrong.stderr


def test_learners_are_enrolled_shown_exported_and_forgotten(browser, mailbox, code):
    companion = browser.companion
    ok(companion.run("learners", "enroll", "hand@me.example", "python", "--since", "2020-01-01"))
    browser.sign_in("hand@me.example")
    assert browser.get("enrollment/python/python%2Flate?epoch=2").json()["offers"]["key"]
    courses = browser.get("enrollment").json()["courses"]
    assert courses[0]["course"] == "python" and courses[0]["since"] == "2020-01-01T00:00:00.000Z" and courses[0]["next"] == "python/intro"
    assert "hand@me.example" in ok(companion.run("learners", "list")) and "byHand" in ok(companion.run("learners", "show", "hand@me.example"))
    assert json.loads(ok(companion.run("learners", "export", "hand@me.example")))
    ok(companion.run("learners", "revoke", "hand@me.example", "python"))
    code(browser.get("enrollment/python/python%2Flists?epoch=2"), 402, "not-enrolled")
    assert companion.run("learners", "forget", "hand@me.example").returncode == 2
    ok(companion.run("learners", "forget", "hand@me.example", "--yes"))
    assert not browser.get("session").json()["signedIn"]
    nobody = companion.run("learners", "show", "hand@me.example")
    assert nobody.returncode == 1 and "there is no learner" in nobody.stderr
    assert "there is no course" in companion.run("learners", "enroll", "a@me.example", "pyton").stderr


def test_learners_come_from_a_table_dry_first_and_once(companion):
    companion.write("bad.csv", "email,course\nnobody,python\nb@me.example,nothing\n")
    bad = companion.run("learners", "import", "bad.csv")
    assert bad.returncode == 1 and "bad.csv:2: error" in bad.stderr and "bad.csv:3: error" in bad.stderr
    companion.write("good.csv", "email,course,since\na@me.example,python,2025-01-01\nb@me.example,swift|python,\n")
    assert "Would be new: 2 learners, 3 enrollments." in ok(companion.run("learners", "import", "good.csv", "--dry-run"))
    assert "None." in ok(companion.run("learners", "list"))
    assert "New: 2 learners, 3 enrollments." in ok(companion.run("learners", "import", "good.csv"))
    assert "New: 0 learners, 0 enrollments. Unchanged: 3." in ok(companion.run("learners", "import", "good.csv"))
    ok(companion.run("learners", "revoke", "b@me.example", "swift"))
    again = companion.run("learners", "import", "good.csv", "--json")
    assert "good.csv:3: warning: swift was revoked, and stays closed to b@me.example" in again.stderr
    assert json.loads(ok(again))["closed"] == [{"line": 3, "email": "b@me.example", "course": "swift", "because": "revoked"}]


def test_a_mail_that_bounced_is_shown_with_its_order_and_not_as_sent(browser, mailbox):
    companion = browser.companion
    order = browser.order("python", email="bounces@me.example").json()["order"]["id"]
    mailbox.wait_for("bounces@me.example")
    mailbox.refusal = "550 no such mailbox"
    try:
        ok(companion.run("orders", "confirm", order))
        deadline = time.monotonic() + 20
        while "mail       receipt failed" not in (shown := ok(companion.run("orders", "show", order))) and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        mailbox.refusal = None
    assert "mail       receipt failed: the mail server answered 550" in shown
    assert not browser.get("orders/" + order).json()["receiptSent"]
    alerts = ok(companion.run("orders", "alerts", "--seen"))
    assert "mailFailed" in alerts and order in alerts
    assert "mailFailed" not in ok(companion.run("orders", "alerts"))
    assert "Goes out again: receipt." in ok(companion.run("orders", "resend", order))
    mailbox.wait_for("bounces@me.example", 2)
    deadline = time.monotonic() + 20
    while "receipt sent" not in ok(companion.run("orders", "show", order)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert browser.get("orders/" + order).json()["receiptSent"]
    assert "No mail" in ok(companion.run("orders", "resend", order))


def test_a_list_that_ends_at_its_limit_says_so(browser):
    companion = browser.companion
    for number in (1, 2):
        browser.order("python", email=f"many{number}@me.example", attempt=f"attempt-{number}")
    short = companion.run("orders", "list", "--limit", "1")
    assert len(ok(short).splitlines()) == 2 and "there are more" in short.stderr
    assert "there are more" not in companion.run("orders", "list", "--limit", "2").stderr
    assert "there are more" in companion.run("learners", "list", "--limit", "1").stderr


def test_a_backup_is_made_while_it_runs_checked_and_brought_back(companion, browser, tmp_path):
    order = browser.order("python").json()["order"]["id"]
    made = companion.run("backup", "copy")
    assert "Everything is whole." in ok(made) and "site's secret is not in it" in made.stderr
    assert companion.run("backup", "copy").returncode == 1
    assert "Everything is whole." in ok(companion.run("restore", "copy", "--check"))
    assert companion.run("restore", "copy").returncode == 1  # there is data already
    companion.settings["data"] = "restored"
    companion.save()
    assert "Restored into" in ok(companion.run("restore", "copy"))
    assert order in ok(companion.run("orders", "list"))
    damaged = tmp_path / "copy/shop.sqlite"
    damaged.write_bytes(damaged.read_bytes()[:8192] + b"\xff" * 4096 + damaged.read_bytes()[12288:])
    broken = companion.run("restore", "copy", "--check")
    assert broken.returncode == 1 and "error" in broken.stderr


def test_every_command_shows_an_example(companion):
    for words in (["serve"], ["orders"], ["learners"], ["backup"], ["restore"], ["orders", "list"], ["orders", "show"], ["orders", "confirm"], ["orders", "refund"],
                  ["orders", "reconcile"], ["orders", "alerts"], ["orders", "resend"], ["learners", "list"], ["learners", "show"], ["learners", "enroll"], ["learners", "revoke"], ["learners", "import"],
                  ["learners", "export"], ["learners", "forget"]):
        assert "EXAMPLES\n  lectern " + words[0] in ok(companion.run(*words, "--help"))


def test_without_settings_it_says_where_they_may_be_and_what_stands_in_them(companion):
    lost = companion.run("orders", "list", "--config", "nowhere.yml")
    assert lost.returncode == 1 and not lost.stdout
    assert "nowhere.yml: error:" in lost.stderr and "--config" in lost.stderr and "docs/serve.md" in lost.stderr
