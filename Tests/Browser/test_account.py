"""The account: courses, orders, ways to sign in, devices, the learner's own data."""

import json

import pytest
from companion import LIN, Companion, order
from playwright.sync_api import expect

DEVICES = [
    {"id": "d1", "name": "Chrome on Linux", "createdAt": "2026-10-01T00:00:00Z", "lastSeenAt": "2026-11-23T00:00:00Z", "current": True},
    {"id": "d2", "name": "Firefox on Android", "createdAt": "2026-10-01T00:00:00Z", "lastSeenAt": "2026-11-03T00:00:00Z", "current": False}]
COURSES = {"courses": [{"course": "python", "enrolled": True, "since": "2026-11-01T00:00:00Z", "completed": 1, "lessons": 3,
                        "next": "python/loops", "progress": {}}]}


@pytest.fixture
def companion(page):
    return Companion(page, GET_session=LIN, GET_enrollment=COURSES, GET_orders={"orders": [order("paid")]},
                     GET_devices={"devices": DEVICES}, GET_passkeys={"passkeys": []})


@pytest.fixture
def account(page, shop, companion):
    page.goto(shop + "/account/")
    expect(page.get_by_text("你已登录：lin@example.com")).to_be_visible()
    return page


def test_every_page_has_the_way_to_the_account_and_it_never_changes(page, shop):
    Companion(page, GET_session=LIN)
    for path in ("/", "/courses/python/", "/courses/python/variables/", "/terms/"):
        page.goto(shop + path)
        expect(page.locator("header.top").get_by_role("link", name="我的账户")).to_have_attribute("href", "/account/")
    page.goto(shop + "/en/")
    expect(page.locator("header.top").get_by_role("link", name="Account")).to_have_attribute("href", "/en/account/")


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(page, shop):
    Companion(page)
    page.goto(shop + "/account/")
    page.wait_for_url(f"{shop}/sign-in/?next=%2Faccount%2F")


def test_each_course_says_how_far_it_is_and_what_comes_next(account, shop):
    expect(account.get_by_text("共 3 课，已学完 1 课")).to_be_visible()
    account.get_by_role("link", name="继续：循环").click()
    account.wait_for_url(f"{shop}/courses/python/loops/")


def test_orders_lead_to_their_pages(account, shop):
    account.locator("[data-part=orders]").get_by_role("link").click()
    account.wait_for_url(f"{shop}/orders/?order=o0000000000000000000000001")


def test_a_device_is_signed_out_from_here(account, companion):
    rows = account.locator("[data-part=devices] li")
    expect(rows.nth(0)).to_contain_text("这台设备")
    assert rows.nth(0).get_by_role("button").count() == 0
    companion["DELETE devices/d2"] = (204, None)
    companion["GET devices"] = {"devices": DEVICES[:1]}
    rows.nth(1).get_by_role("button").click()
    expect(rows).to_have_count(1)
    expect(account.get_by_text("已让它退出。")).to_be_visible()


def test_all_other_devices_are_signed_out_at_once(account, companion):
    companion["DELETE devices"] = (204, None)
    companion["GET devices"] = {"devices": DEVICES[:1]}
    account.get_by_role("button", name="退出其他所有设备").click()
    expect(account.locator("[data-part=devices] li")).to_have_count(1)
    expect(account.get_by_role("button", name="退出其他所有设备")).to_be_hidden()


def test_a_new_address_is_proved_before_it_counts(account, companion):
    companion["POST me/email"] = (202, {})
    companion["POST me/email/confirm"] = (204, None)
    account.get_by_text("更换邮箱").click()
    account.get_by_label("新邮箱").fill("xia@example.com")
    account.keyboard.press("Enter")
    expect(account.get_by_text("请输入发到 xia@example.com 的验证码。")).to_be_visible()
    account.get_by_label("六位验证码").fill("402 913")
    account.keyboard.press("Enter")
    expect(account.get_by_text("你已登录：xia@example.com")).to_be_visible()
    expect(account.get_by_text("邮箱已更换。")).to_be_visible()
    assert companion.sent("POST me/email/confirm") == [{"code": "402913"}]
    # From now on it is the account's in every form.
    assert account.locator("#password [name=username]").input_value() == "xia@example.com"
    companion["DELETE me"] = (204, None)
    account.get_by_text("注销账户").click()
    account.get_by_label("输入你的邮箱以确认").fill("lin@example.com")
    account.get_by_role("button", name="永久注销").click()
    expect(account.get_by_text("这个账户的邮箱是 xia@example.com。")).to_be_visible()
    account.get_by_label("输入你的邮箱以确认").fill("xia@example.com")
    account.get_by_role("button", name="永久注销").click()
    expect(account.get_by_role("heading", name="账户已注销")).to_be_focused()
    assert companion.sent("DELETE me") == [{"confirm": "xia@example.com"}]


def test_a_code_that_has_expired_leaves_the_way_to_another(account, companion):
    companion["POST me/email"] = (202, {})
    companion["POST me/email/confirm"] = (401, {"code": "wrong-code", "detail": "这个验证码已经过期。"})
    account.get_by_text("更换邮箱").click()
    account.get_by_label("新邮箱").fill("xia@example.com")
    account.keyboard.press("Enter")
    account.get_by_label("六位验证码").fill("402913")
    account.keyboard.press("Enter")
    expect(account.get_by_text("这个验证码已经过期。")).to_be_visible()
    account.locator("[data-form=newEmail] button").click()
    expect(account.get_by_text("请输入发到 xia@example.com 的验证码。")).to_be_focused()
    assert len(companion.sent("POST me/email")) == 2


def test_the_link_to_a_new_address_waits_for_its_button(page, shop, companion):
    companion["POST me/email/confirm"] = (204, None)
    page.goto(shop + "/account/#email-token=abc")
    button = page.get_by_role("button", name="确认新邮箱").first
    expect(button).to_be_visible()
    assert not companion.sent("POST me/email/confirm") and "abc" not in page.url
    button.click()
    expect(page.get_by_text("邮箱已更换。")).to_be_visible()
    assert companion.sent("POST me/email/confirm") == [{"token": "abc"}]


def test_a_password_asks_for_a_fresh_proof(account, companion, shop):
    companion["POST password"] = [(403, {"code": "proof-needed", "detail": "请先重新登录。"}), (204, None)]
    account.get_by_text("密码", exact=True).click()
    account.get_by_label("新密码").fill("a long sentence")
    account.keyboard.press("Enter")
    expect(account.get_by_text("请先重新登录。")).to_be_visible()
    link = account.locator("#password .refusal a")
    assert link.get_attribute("href") == "/sign-in/?again=1&next=%2Faccount%2F%23password"
    account.get_by_label("新密码").fill("a long sentence")
    account.keyboard.press("Enter")
    expect(account.get_by_text("密码已设置。")).to_be_visible()
    expect(link).to_have_count(0)
    assert companion.sent("POST password")[-1] == {"password": "a long sentence"}


def test_a_learners_data_comes_as_a_file(account, companion):
    companion["GET me/export"] = {"learner": {"email": "lin@example.com"}, "orders": []}
    with account.expect_download() as download:
        account.get_by_role("button", name="下载我的数据").click()
    assert json.loads(download.value.path().read_text())["learner"]["email"] == "lin@example.com"
    assert download.value.suggested_filename.endswith(".json")


def test_an_account_is_deleted_only_by_typing_its_address(account, companion):
    companion["DELETE me"] = (204, None)
    account.get_by_text("注销账户").click()
    account.get_by_label("输入你的邮箱以确认").fill("lin@example.org")
    account.get_by_role("button", name="永久注销").click()
    expect(account.get_by_text("这个账户的邮箱是 lin@example.com。")).to_be_visible()
    assert not companion.sent("DELETE me")
    account.get_by_label("输入你的邮箱以确认").fill("Lin@Example.com")
    account.get_by_role("button", name="永久注销").click()
    expect(account.get_by_role("heading", name="账户已注销")).to_be_focused()
    assert companion.sent("DELETE me") == [{"confirm": "lin@example.com"}]
    assert not [key for key in account.evaluate("Object.keys(localStorage)") if "course:" in key]


def test_signing_out_is_said(account, companion):
    companion["POST sign-out"] = (204, None)
    account.get_by_role("button", name="退出登录").click()
    expect(account.get_by_text("你已在这台设备上退出登录。")).to_be_visible()
    assert account.evaluate("localStorage.getItem('lectern:/reader')") == "null"


def test_a_buyer_who_never_signed_in_sees_the_course_and_the_way_on(page, shop):
    Companion(page, GET_session={"signedIn": False, "creator": False, "claim": True}, GET_enrollment=COURSES)
    page.goto(shop + "/account/")
    expect(page.get_by_text("你在这个浏览器里买过课程")).to_be_visible()
    expect(page.get_by_role("link", name="继续：循环")).to_be_visible()
    expect(page.get_by_role("heading", name="设备")).to_be_hidden()


def test_a_buyer_who_never_signed_in_can_leave_a_shared_computer(page, shop):
    companion = Companion(page, GET_session={"signedIn": False, "creator": False, "claim": True}, GET_enrollment=COURSES)
    companion["POST sign-out"] = (204, None)
    page.goto(shop + "/account/")
    page.evaluate("localStorage.setItem('lectern:/course:python', JSON.stringify({ done: ['python/variables'] }))")
    page.get_by_role("button", name="在这里退出").click()
    expect(page.get_by_text("你已在这台设备上退出登录。")).to_be_visible()
    assert companion.sent("POST sign-out") == [{}]
    kept = page.evaluate("Object.keys(localStorage)")
    assert "lectern:/course:python" not in kept and "lectern:/reader" not in kept, "nor is what was done here the next reader's"


def test_an_unreachable_companion_is_told_and_asked_again(page, shop):
    companion = Companion(page, GET_session=None)
    page.goto(shop + "/account/")
    expect(page.get_by_text("什么都不会丢，本页会自动重试。")).to_be_visible()
    companion["GET session"] = LIN
    companion["GET enrollment"] = COURSES
    companion["GET orders"] = (500, {"code": "internal", "detail": "出错了。"})
    companion["GET devices"] = {"devices": DEVICES}
    companion["GET passkeys"] = {"passkeys": []}
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("共 3 课，已学完 1 课")).to_be_visible(timeout=3000)
    expect(page.locator("[data-part=devices] li")).to_have_count(2)
    companion["GET orders"] = {"orders": [order("paid")]}
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-part=orders] li")).to_have_count(1, timeout=3000)
    expect(page.get_by_text("本页会自动重试")).to_be_hidden()
