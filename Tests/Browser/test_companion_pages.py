"""The pages that talk to the companion, each in its views: WCAG 2.2 AA as far as axe can see it, valid HTML, narrow screens."""

import json
import pathlib
import subprocess

import pytest
from built_site import BuiltSite
from companion import DOLLARS, LIN, Companion, offer, order
from conftest import build
from playwright.sync_api import expect
from test_accessibility import sweep
from test_html import JAR

DEVICES = {"devices": [
    {"id": "d1", "name": "Chrome on Linux", "createdAt": "2026-10-01T00:00:00Z", "lastSeenAt": "2026-11-23T00:00:00Z", "current": True},
    {"id": "d2", "name": "Firefox on Android", "createdAt": "2026-10-01T00:00:00Z", "lastSeenAt": "2026-11-03T00:00:00Z", "current": False}]}
ACCOUNT = {
    "GET session": LIN, "GET devices": DEVICES, "GET orders": {"orders": [order("paid"), order("refunded", total=DOLLARS)]},
    "GET enrollment": {"courses": [{"course": "python", "enrolled": True, "completed": 1, "lessons": 3, "next": "python/loops", "progress": {}}]},
    "GET passkeys": {"passkeys": [{"id": "p1", "name": "Android", "createdAt": "2026-10-01T00:00:00Z"}]}}
QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1z"/></svg>'
TRANSFER = {"kind": "instructions", "lines": ["IBAN: XX00 0000 0000 0000"], "reference": "K7Q2M"}


def mail_code(page):
    page.locator("[data-form=email] input").fill("lin@example.com")
    page.locator("[data-form=email] button").click()
    expect(page.locator("[data-view=code]")).to_be_visible()


def open_all(page):
    expect(page.locator("[data-part=devices] li")).to_have_count(2)
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.locator("[data-form=delete] button").click()


# What is asked for, what the companion says to it, and what is done then.
VIEWS = {
    "sign-in": ("sign-in/", {}, lambda page: page.locator("details > summary").click()),
    "sign-in, a code is mailed": ("sign-in/", {"POST sign-in": (202, {})}, mail_code),
    "sign-in, by link": ("sign-in/#token=abc", {}, None),
    "sign-in, done": ("sign-in/", {"GET session": LIN}, None),
    "checkout": ("checkout/?course=python", {"GET checkout": offer(providers=("stripe", "manual"))}, lambda page: page.locator(".pay").click()),
    "checkout, signed in": ("checkout/?course=python&course=sql", {"GET checkout": offer(), "GET session": LIN}, lambda page: page.locator(".pay").click()),
    "checkout, a bundle, one of it owned, at a chosen price": ("checkout/?bundle=all", {"GET checkout": offer() | {
        "bundle": {"id": "all", "title": "All"}, "owned": ["sql"], "floor": {"currency": "CNY", "minorUnits": 4900},
        "items": offer()["items"] + offer(course="sql", title="SQL")["items"]}}, None),
    "checkout, unreachable": ("checkout/?course=python", {"GET checkout": None}, None),
    "checkout, empty": ("checkout/", {}, None),
    "order, paid": ("orders/?order=o1", {"GET orders/o1": order("paid", canCorrectEmail=True)}, None),
    "order, to scan": ("orders/?order=o1", {"GET orders/o1": order("pending", next={"kind": "qr", "svg": QR, "text": "x"})}, None),
    "order, by transfer": ("orders/?order=o1", {"GET orders/o1": order("pending", next=TRANSFER)}, None),
    "order, failed": ("orders/?order=o1", {"GET orders/o1": order("failed")}, None),
    "order, unreachable": ("orders/?order=o1", {"GET orders/o1": None}, None),
    "order, unknown": ("orders/?order=o1", {"GET orders/o1": (404, {"code": "not-found"})}, None),
    "checkout, for a team": ("checkout/?course=python&seats=5", {"GET checkout": offer(total={"currency": "CNY", "minorUnits": 99500})}, None),
    "checkout, a membership": ("checkout/?bundle=all", {"GET checkout": offer() | {"bundle": {"id": "all", "title": "All"}, "months": 12}}, None),
    "order, a gift": ("orders/?order=o1", {"GET orders/o1": order("paid", seats={"count": 1, "taken": 0, "invitation": "A" * 43})}, None),
    "order, a membership": ("orders/?order=o1", {"GET orders/o1": order("paid", months=12, until="2027-12-01T00:00:00.000Z")}, None),
    "redeem": (f"redeem/#{'A' * 43}", {"POST enrollment/invitation": (200, {
        "items": [{"course": "python", "title": "Python"}], "gift": True, "left": 1, "note": "Happy birthday!"}), "GET session": LIN}, None),
    "redeem, refused": (f"redeem/#{'A' * 43}", {"POST enrollment/invitation": (409, {"code": "bad-invitation", "detail": "Somebody has it."})}, None),
    "redeem, no code": ("redeem/", {}, None),
    "orders": ("orders/", ACCOUNT, None),
    "account": ("account/", ACCOUNT, open_all),
    "account, a buyer's": ("account/", {**ACCOUNT, "GET session": {"signedIn": False, "claim": True}}, None),
    "account, unreachable": ("account/", {"GET session": None}, None),
}


def visit(page, shop, language, view):
    path, answers, act = VIEWS[view]
    companion = Companion(page)
    companion.answers |= answers
    page.goto(f"{shop}/{language}{path}")
    page.wait_for_load_state("networkidle")
    if act:
        act(page)


@pytest.mark.parametrize("language", ["", "en/"], ids=["zh", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_stands_in_anybodys_way(page, shop, view, language):
    visit(page, shop, language, view)
    found = sweep(page, language + view)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["", "en/"], ids=["zh", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_narrowest_screen_needs_no_sideways_scrolling(page, shop, view, language):
    page.set_viewport_size({"width": 320, "height": 640})
    visit(page, shop, language, view)
    wide = page.evaluate("""() => [...document.querySelectorAll('main *')].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width && (box.right > innerWidth + 1 || box.left < -1) && !element.closest('.visually-hidden');
    }).map((element) => element.outerHTML.slice(0, 80))""")
    assert not wide and page.evaluate("document.documentElement.scrollWidth") <= 320, wide


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_has_one_first_heading_and_no_word_left_unfilled(page, shop, view):
    visit(page, shop, "", view)
    assert page.locator("h1:visible").count() == 1
    text = page.locator("main").inner_text()
    assert "{" not in text and "undefined" not in text and "NaN" not in text, text


def test_the_shells_are_valid_html(tmp_path):
    output = build(pathlib.Path(__file__).parent / "Sites" / "shop", tmp_path / "output")
    done = subprocess.run(
        ["java", "-Xss4m", "-jar", str(JAR), "--format", "json", "--skip-non-html", str(output)], capture_output=True, text=True)
    errors = [f"{message.get('url')}:{message.get('lastLine')}: {message['message']} in {message.get('extract', '')!r}"
              for message in json.loads(done.stderr)["messages"] if message["type"] != "info"]
    assert not errors, "\n".join(errors)
    shells = [page for page in BuiltSite(output).pages if page.kind in ("sign-in", "checkout", "orders", "account", "redeem")]
    assert len(shells) == 10
    for shell in shells:
        assert not shell.is_indexed and not shell.attributes & {"style", "onclick"}, shell


@pytest.mark.parametrize("path", ["sign-in/", "checkout/?course=python", "orders/", "account/"])
def test_without_a_script_the_page_says_what_it_needs(browser, shop, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{shop}/en/{path}")
    said = page.locator("main").inner_text()
    assert "This page needs JavaScript" in said and "Looking for" not in said
    context.close()
