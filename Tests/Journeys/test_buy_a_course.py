"""BuyACourse: a visitor opens a paid lesson, buys, and reads it; nothing of it lies open in the site's files."""

import re
import urllib.request

from journeys import buy, check_out, paid_lesson, pay


def test_a_visitor_buys_and_reads_at_once(shop, device):
    page = device()
    lesson = buy(page, "li.lei@example.com")
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="detached")
    text = page.locator("main").inner_text()
    # A sentence of the lesson's own, which is in no file that a stranger can fetch.
    sentence = max((line.strip() for line in text.splitlines()), key=len)
    assert len(sentence) > 30
    shown = urllib.request.urlopen(lesson).read().decode()
    assert sentence[:30] not in re.sub(r"<[^>]+>", "", shown)
    sealed = re.search(r'"([^"]*sealed\.\d+\.[0-9a-f]+\.bin)"', shown)
    assert sealed
    body = urllib.request.urlopen(urllib.request.Request(shop.home + sealed[1] if sealed[1].startswith("/") else lesson + sealed[1])).read()
    assert sentence[:12].encode() not in body
    # The receipt leads back to the course, for another device.
    assert shop.mail("li.lei@example.com", r"/courses/python-intro/")


def test_the_same_on_a_phone_and_in_english(shop, device):
    page = device(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/en/courses/python-intro/")
    page.locator("a.button[href*='checkout']").first.click()
    page.locator("input[name=email]").fill("han@example.com")
    page.locator("input[name=consent]").check()
    page.locator("button.pay:enabled").click()
    page.wait_for_url("**/preview/pay/**")
    pay(page)
    assert "/en/" in page.url
    page.locator("[data-part=start]").click()
    page.locator("main h1").wait_for()
    assert page.locator(".paywall").count() == 0


def test_a_payment_that_fails_takes_no_money_and_opens_nothing(shop, device):
    page = device()
    lesson = paid_lesson(page)
    check_out(page, "unlucky@example.com")
    page.locator("button[value=fail]").click()
    page.wait_for_url("**/orders/**")
    page.locator("[data-state=failed]").wait_for(state="visible")
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="visible")


def test_pressing_twice_and_going_back_makes_one_order(shop, device):
    page = device()
    paid_lesson(page)
    check_out(page, "twice@example.com")
    first = page.url
    page.go_back()
    page.locator("button.pay:enabled").wait_for()
    if not page.locator("input[name=consent]").is_checked():
        page.locator("input[name=consent]").check()
    if page.locator("input[name=email]").is_visible():
        page.locator("input[name=email]").fill("twice@example.com")
    page.locator("button.pay:enabled").click()
    page.wait_for_url("**/preview/pay/**")
    assert page.url == first
