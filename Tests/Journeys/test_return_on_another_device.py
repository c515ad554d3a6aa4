"""ReturnOnAnotherDevice: what was bought on one device is reached on another from the mail alone."""

from journeys import buy, check_out, code, paid_lesson, sign_in


def test_the_mailed_code_opens_the_course_elsewhere(shop, device):
    email = "traveller@example.com"
    lesson = buy(device(), email)
    phone = device(viewport={"width": 390, "height": 844})
    phone.goto(lesson)
    phone.locator(".paywall").wait_for(state="visible")
    sign_in(phone, shop, email)
    phone.goto(lesson)
    phone.locator(".paywall").wait_for(state="detached")
    phone.goto("/account/")
    phone.locator("[data-part=courses] li").first.wait_for()


def test_the_link_signs_in_only_when_its_button_is_pressed(shop, device):
    email = "scanned@example.com"
    buy(device(), email)
    page = device()
    page.goto("/sign-in/")
    page.locator("form[data-form=email] input[name=email]").fill(email)
    page.locator("form[data-form=email] button[type=submit]").click()
    page.locator("form[data-form=code]").wait_for(state="visible")
    link = shop.mail(email, r"http[^\s\"<>]*#token=[^\s\"<>]+")[0]
    # A scanner opens every link of a mail, and takes nothing away by it.
    scanner = device()
    scanner.goto(link)
    scanner.locator("form[data-form=token]").wait_for(state="visible")
    elsewhere = device()
    elsewhere.goto(link)
    elsewhere.locator("form[data-form=token] button[type=submit]").click()
    elsewhere.wait_for_url(lambda url: "/sign-in/" not in url)


def test_a_stranger_who_types_the_address_gets_nothing(shop, device):
    email = "owner@example.com"
    owner = device()
    lesson = buy(owner, email)
    sign_in(owner, shop, email)
    stranger = device()
    # Buys nothing, only opens an order with somebody else's address.
    paid_lesson(stranger)
    check_out(stranger, email)
    stranger.goto(lesson)
    stranger.locator(".paywall").wait_for(state="visible")
    stranger.goto("/account/")
    assert email not in stranger.locator("main").inner_text()
    assert code(shop, email)
