"""The page of sign-in: mailed code, mailed link, password, passkey, and where it leads."""

import pytest
from companion import LIN, Companion
from playwright.sync_api import expect

NOBODY = {"signedIn": False, "creator": False, "claim": False, "passkeys": 0, "password": False}


def codes_are_good(companion):
    """From now on a proof is taken, and the learner is signed in."""
    def confirm(_):
        companion["GET session"] = LIN
        return 204, None
    for door in ("confirm", "password", "passkey"):
        companion[f"POST sign-in/{door}"] = confirm
    companion["POST sign-in"] = companion["POST password/reset"] = (202, {})


def ask_for_code(page, email="lin@example.com"):
    page.get_by_label("邮箱").first.fill(email)
    page.get_by_role("button", name="发送验证码").first.click()


def test_a_mailed_code_signs_in_and_leads_on_to_the_page_that_asked(page, shop):
    companion = Companion(page)
    codes_are_good(companion)
    page.goto(f"{shop}/sign-in/?next=/courses/python/loops/")
    ask_for_code(page)
    expect(page.get_by_text("六位验证码正发往 lin@example.com")).to_be_visible()
    code = page.get_by_label("六位验证码")
    expect(code).to_be_focused()
    assert code.get_attribute("autocomplete") == "one-time-code"
    code.fill("４０２ 913")  # as it may come out of a mail
    page.keyboard.press("Enter")
    page.wait_for_url(f"{shop}/courses/python/loops/")
    assert companion.sent("POST sign-in") == [{"email": "lin@example.com", "next": "/courses/python/loops/", "language": "zh"}]
    assert companion.sent("POST sign-in/confirm") == [{"email": "lin@example.com", "code": "402913"}]


def test_a_wrong_code_is_told_in_the_companions_words_and_another_can_be_sent(page, shop):
    companion = Companion(page)
    codes_are_good(companion)
    companion["POST sign-in/confirm"] = (401, {"code": "wrong-code", "detail": "验证码不对，还可以试 5 次。"})
    page.goto(shop + "/sign-in/")
    ask_for_code(page)
    page.get_by_label("六位验证码").fill("12345")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="验证码是六位数字。")).to_be_visible()
    assert not companion.sent("POST sign-in/confirm")
    page.get_by_label("六位验证码").fill("123456")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("验证码不对，还可以试 5 次。")).to_be_visible()
    page.get_by_role("button", name="重新发送").click()
    expect(page.get_by_text("新的验证码已发出")).to_be_visible()
    expect(page.get_by_text("验证码不对，还可以试 5 次。")).to_have_count(0)
    assert page.get_by_label("六位验证码").input_value() == ""
    assert len(companion.sent("POST sign-in")) == 2
    page.get_by_role("button", name="换一个邮箱").click()
    expect(page.get_by_label("邮箱").first).to_be_focused()


def test_the_mailed_link_signs_in_only_when_its_button_is_pressed(page, shop):
    companion = Companion(page)
    codes_are_good(companion)
    page.goto(f"{shop}/sign-in/?next=/courses/python/#token=abc_-123")
    button = page.get_by_role("button", name="在此登录")
    expect(button).to_be_visible()
    assert "abc_-123" not in page.url, "nor does it stay in the address"
    page.wait_for_timeout(300)
    assert not companion.sent("POST sign-in/confirm")
    button.click()
    page.wait_for_url(f"{shop}/courses/python/")
    assert companion.sent("POST sign-in/confirm") == [{"token": "abc_-123"}]


def test_a_stale_link_leads_to_a_new_code(page, shop):
    companion = Companion(page)
    companion["POST sign-in/confirm"] = (401, {"code": "wrong-code", "detail": "链接已失效。"})
    page.goto(f"{shop}/sign-in/#token=abc")
    page.get_by_role("button", name="在此登录").click()
    expect(page.get_by_text("链接已失效。")).to_be_visible()
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_label("邮箱").first).to_be_focused()


def test_a_password_signs_in_as_it_was_typed(page, shop):
    companion = Companion(page)
    codes_are_good(companion)
    page.goto(shop + "/sign-in/")
    page.get_by_text("用密码登录").click()
    page.locator("[data-form=password]").get_by_label("邮箱").fill(" lin@example.com ")
    page.get_by_label("密码", exact=True).fill(" two words ")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{shop}/account/")
    assert companion.sent("POST sign-in/password") == [{"email": "lin@example.com", "password": " two words "}]


def test_a_forgotten_password_leads_through_a_code_to_a_new_one(page, shop):
    companion = Companion(page)
    codes_are_good(companion)
    page.goto(shop + "/sign-in/")
    page.get_by_text("用密码登录").click()
    page.locator("[data-form=password]").get_by_label("邮箱").fill("lin@example.com")
    page.get_by_role("button", name="忘记密码？用验证码登录").click()
    page.get_by_label("六位验证码").fill("402913")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{shop}/account/#password")
    assert companion.sent("POST password/reset") == [{"email": "lin@example.com", "language": "zh"}]


@pytest.mark.parametrize("next", [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/..//evil.example",
    "https://shop.example@evil.example/", "data:text/html,x", "http:evil.example", "/%09/evil.example\n", ""])
def test_no_address_elsewhere_is_gone_on_to(page, shop, next):
    companion = Companion(page)
    codes_are_good(companion)
    page.goto(shop + "/sign-in/")
    page.goto(shop + "/sign-in/?" + page.evaluate("(next) => String(new URLSearchParams({next}))", next))
    ask_for_code(page)
    page.get_by_label("六位验证码").fill("402913")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    assert page.url.startswith(shop + "/")
    assert "evil" not in companion.sent("POST sign-in")[0]["next"] or companion.sent("POST sign-in")[0]["next"].startswith("/")


def test_who_is_signed_in_already_is_told_so(page, shop):
    Companion(page, GET_session=LIN)
    page.goto(f"{shop}/sign-in/?next=/courses/python/")
    expect(page.get_by_text("你已登录：lin@example.com")).to_be_visible()
    page.get_by_role("link", name="继续", exact=True).click()
    page.wait_for_url(f"{shop}/courses/python/")


def test_who_is_signed_in_can_prove_it_anew(page, shop):
    companion = Companion(page)
    codes_are_good(companion)
    companion["GET session"] = LIN
    page.goto(f"{shop}/sign-in/?again=1&next=/account/%23password")
    ask_for_code(page)
    page.get_by_label("六位验证码").fill("402913")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{shop}/account/#password")


def test_without_a_companion_nothing_is_lost_and_the_form_says_so(page, shop):
    companion = Companion(page, GET_session=None, POST_sign_in=None)
    companion["POST sign-in"] = None
    page.goto(shop + "/sign-in/")
    ask_for_code(page)
    expect(page.get_by_text("暂时联系不上服务器。请检查网络后再试。")).to_be_visible()
    assert page.get_by_label("邮箱").first.input_value() == "lin@example.com"
    codes_are_good(companion)
    page.keyboard.press("Enter")
    expect(page.get_by_label("六位验证码")).to_be_visible()


def test_a_host_that_answers_in_the_companions_place_is_no_companion(page, shop):
    page.route("**/api/**", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Not found</h1>"))
    page.goto(shop + "/sign-in/")
    ask_for_code(page)
    expect(page.get_by_text("暂时联系不上服务器。请检查网络后再试。")).to_be_visible()


def test_a_second_press_while_the_first_is_on_its_way_sends_nothing(page, shop):
    companion = Companion(page)
    codes_are_good(companion)
    page.goto(shop + "/sign-in/")
    page.get_by_label("邮箱").first.fill("lin@example.com")
    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('[data-form=email]').requestSubmit()")
    expect(page.get_by_label("六位验证码")).to_be_visible()
    assert len(companion.sent("POST sign-in")) == 1


@pytest.fixture
def authenticator(page):
    """A passkey device of the browser's own, which always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True}})
    return session


def test_a_passkey_is_made_in_the_account_and_signs_in(page, shop, authenticator):
    shop = shop.replace("127.0.0.1", "localhost")  # an address of numbers has no passkeys
    companion = Companion(page, GET_session={**LIN, "passkeys": 0}, GET_enrollment={"courses": []}, GET_orders={"orders": []},
                          GET_devices={"devices": []}, GET_passkeys=[{"passkeys": []}, {"passkeys": [
                              {"id": "p1", "name": "Chrome on Linux", "createdAt": "2026-11-24T00:00:00Z"}]}])
    companion["POST passkeys/options"] = {
        "challenge": "AAECAwQFBgcICQ-_", "rp": {"id": "localhost", "name": "小课堂"},
        "user": {"id": "bGlu", "name": "lin@example.com", "displayName": "lin@example.com"},
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}], "attestation": "none",
        "authenticatorSelection": {"residentKey": "required", "userVerification": "required"}, "excludeCredentials": []}
    companion["POST passkeys"] = (201, {"id": "p1", "name": "Chrome on Linux", "createdAt": "2026-11-24T00:00:00Z"})
    page.goto(shop + "/account/")
    page.get_by_text("通行密钥").first.click()
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_text("Chrome on Linux")).to_be_visible()
    made = companion.sent("POST passkeys")[0]["credential"]
    assert made["type"] == "public-key" and made["response"].keys() >= {"clientDataJSON", "attestationObject", "transports"}
    assert "+" not in str(made) and "/" not in str(made) and "=" not in str(made), "base64url"

    companion["GET session"] = NOBODY
    companion["POST sign-in/passkey/options"] = {"challenge": "EBESExQVFhcYGRob", "rpId": "localhost", "userVerification": "required"}
    codes_are_good(companion)
    page.goto(shop + "/sign-in/")
    page.wait_for_url(f"{shop}/account/")  # offered in the address field; this device says yes at once
    companion["GET session"] = NOBODY
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.goto(shop + "/sign-in/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(f"{shop}/account/")
    assert len(companion.sent("POST sign-in/passkey")) == 2
    used = companion.sent("POST sign-in/passkey")[0]["credential"]
    assert used["id"] == made["id"]
    assert used["response"].keys() >= {"clientDataJSON", "authenticatorData", "signature", "userHandle"}


def test_a_passkey_that_is_declined_leaves_the_other_ways(page, shop):
    shop = shop.replace("127.0.0.1", "localhost")
    page.add_init_script("navigator.credentials.get = async () => { throw new DOMException('no', 'NotAllowedError') }")
    companion = Companion(page)
    companion["POST sign-in/passkey/options"] = {"challenge": "EBESExQVFhcYGRob", "rpId": "localhost"}
    codes_are_good(companion)
    page.goto(shop + "/sign-in/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_text("没有用上通行密钥。请再试一次，或者改用验证码。")).to_be_visible()
    ask_for_code(page)
    expect(page.get_by_label("六位验证码")).to_be_visible()
