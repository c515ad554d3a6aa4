"""Steps that several journeys take."""

COURSE = "/courses/python-intro/"


def paid_lesson(page):
    """Opens the course and follows its outline to the first lesson that has to be bought."""
    page.goto(COURSE)
    for link in page.locator(".curriculum a").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        page.goto(link)
        if page.locator(".paywall").count():
            return page.url
    raise AssertionError("the demo has no paid lesson")


def check_out(page, email):
    """From a paywall to the pretend gateway's page: two clicks and an address."""
    page.locator(".paywall a.button").click()
    page.wait_for_url("**/checkout/**")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=consent]").check()
    page.locator("button.pay:enabled").click()
    page.wait_for_url("**/preview/pay/**")


def pay(page):
    page.locator("button[value=pay]").click()
    page.wait_for_url("**/orders/**")
    page.locator("[data-state=paid]").wait_for(state="visible")


def buy(page, email):
    lesson = paid_lesson(page)
    check_out(page, email)
    pay(page)
    return lesson


def code(shop, email, after=0):
    """The six digits of the newest code that was mailed."""
    return shop.mail(email, r"(?<![\d#&])(\d{6})(?!\d)", after)[1]


def sign_in(page, shop, email):
    before = shop.newest_mail(email)
    page.goto("/sign-in/")
    page.locator("form[data-form=email] input[name=email]").fill(email)
    page.locator("form[data-form=email] button[type=submit]").click()
    page.locator("form[data-form=code]").wait_for(state="visible")
    page.locator("input[name=code]").fill(code(shop, email, before))
    page.locator("form[data-form=code] button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
