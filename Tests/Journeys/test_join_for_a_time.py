"""JoinForATime: a membership opens what it is of, lapses, says so, is renewed, and opens again."""

import pathlib
import shutil
import sqlite3

import pytest
from conftest import REPOSITORY, Shop, program
from journeys import paid_lesson, sign_in
from playwright.sync_api import expect

CLUB = """
bundles:
  club:
    title: {zh: 灯下会员, en: The club}
    description: {zh: 全部课程, en: Everything there is}
    courses: all
    price: {CNY: 30, USD: 5}
    period: month
    grace: 3
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("club") / "site"
    shutil.copytree(REPOSITORY / "content", folder / "content")
    with (folder / "content/site.yml").open("a") as settings:
        settings.write(CLUB)
    running = Shop(folder, program("lectern"))
    yield running
    running.stop()


def join(page):
    """From the membership's page through the checkout."""
    page.goto("/bundles/club/")
    page.locator(".actions a.button").click()
    page.wait_for_url("**/checkout/**")
    expect(page.locator("[data-part=membership]")).to_contain_text("1 个月")
    expect(page.locator("[data-part=forWhom]")).to_be_hidden()
    page.locator("input[name=consent]").check()
    page.locator("button.pay:enabled").click()
    page.wait_for_url("**/preview/pay/**")
    page.locator("button[value=pay]").click()
    page.wait_for_url("**/orders/**")
    page.locator("[data-state=paid]").wait_for(state="visible")
    expect(page.locator("[data-fill=membership]")).to_contain_text("会员有效期到")


def let_days_pass(shop, days):
    """As if what was paid had been paid so much earlier: a journey has no month to wait."""
    [file] = pathlib.Path(shop.folder).parent.rglob("shop.sqlite")
    with sqlite3.connect(file, timeout=20) as database:
        database.execute("UPDATE order_ SET granted_at = granted_at - ?", [days * 86_400_000])
    database.close()


def test_a_membership_opens_lapses_and_is_renewed(shop, device):
    page = device(viewport={"width": 390, "height": 844})
    lesson = paid_lesson(page)
    # The course's own page leads there.
    page.goto("/courses/python-intro/")
    expect(page.locator(".bundles")).to_contain_text("¥30 · US$5 / 月")
    sign_in(page, shop, "member@example.com")
    join(page)
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="detached")
    page.goto("/account/")
    expect(page.locator("[data-part=courses]")).to_contain_text("有效期至")

    let_days_pass(shop, 29)
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="detached")
    let_days_pass(shop, 10)
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="visible")
    page.goto("/account/")
    expect(page.locator("[data-part=courses]")).not_to_contain_text("有效期至")

    join(page)
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="detached")
    assert not page.errors
