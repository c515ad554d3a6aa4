"""GiveACourse, EnrollATeam: somebody buys, others open the link that they are sent, sign in, and learn."""

from journeys import paid_lesson
from playwright.sync_api import expect

COURSE = "python-intro"


def buy_for(page, kind, email, seats=0, note=""):
    """From the course's page to the paid order, as somebody who has no account. Returns the link to send on."""
    page.goto(f"/courses/{COURSE}/")
    page.locator(".gift a").click()
    page.wait_for_url("**/checkout/**")
    page.locator("button.pay:enabled").wait_for()
    page.locator(f"input[name=for][value={kind}]").check()
    if seats:
        page.locator("input[name=seats]").fill(str(seats))
        page.locator("input[name=seats]").press("Tab")
    expect(page.locator("[data-part=total]")).to_have_text(f"¥{199 * max(seats, 1)}")
    if note:
        page.locator("textarea[name=note]").fill(note)
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=consent]").check()
    page.locator("button.pay:enabled").click()
    page.wait_for_url("**/preview/pay/**")
    page.locator("button[value=pay]").click()
    page.wait_for_url("**/orders/**")
    page.locator("[data-state=paid-for-others]").wait_for(state="visible")
    return page.locator("[data-part=invitationLink]").inner_text()


def take(page, shop, link, email):
    """The link in somebody's hands: signs in on the way, and takes the seat."""
    page.goto(link)
    page.locator("[data-view=invitation]").wait_for(state="visible")
    page.locator("[data-part=accept]").click()
    page.wait_for_url("**/sign-in/**")
    before = shop.newest_mail(email)
    page.locator("form[data-form=email] input[name=email]").fill(email)
    page.locator("form[data-form=email] button[type=submit]").click()
    page.locator("form[data-form=code]").wait_for(state="visible")
    page.locator("input[name=code]").fill(shop.mail(email, r"(?<![\d#&])(\d{6})(?!\d)", before)[1])
    page.locator("form[data-form=code] button[type=submit]").click()
    page.wait_for_url("**/redeem/**")
    expect(page.locator("[data-fill=who]")).to_contain_text(email)
    page.locator("[data-part=accept]").click()


def lesson_is_open(page, lesson):
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="detached")
    return True


def test_a_gift_is_the_receivers_and_good_once(shop, device):
    buyer, receiver, late = device(), device(viewport={"width": 390, "height": 844}), device()
    lesson = paid_lesson(buyer)
    note = "生日快乐！<b>林</b>"
    link = buy_for(buyer, "gift", "giver@example.com", note=note)
    # The mail alone is enough to send it on.
    assert shop.mail("giver@example.com", r"(http://localhost:\d+/redeem/#[\w-]{43})")[1] == link
    buyer.goto(lesson)
    buyer.locator(".paywall").wait_for(state="visible")

    take(receiver, shop, link, "receiver@example.com")
    receiver.locator("[data-view=done]").wait_for(state="visible")
    assert lesson_is_open(receiver, lesson)
    # They may look again, and lose nothing by it.
    receiver.goto("/")
    receiver.goto(link)
    expect(receiver.locator("[data-part=note]")).to_have_text(note)
    receiver.locator("[data-part=accept]").click()
    receiver.locator("[data-view=done]").wait_for(state="visible")

    late.goto(link)
    expect(late.locator("[data-part=why]")).to_contain_text("已经有人领取")
    buyer.goto(buyer.url.split("/courses")[0] + "/orders/?order=" + order_of(shop, "giver@example.com"))
    expect(buyer.locator("[data-part=invitationText]")).to_contain_text("已经有人领取")

    # What is given back closes the receiver's door, in words.
    buyer.goto(f"{shop.companion}preview/pay/{order_of(shop, 'giver@example.com')}")
    buyer.locator("button[value=refund]").click()
    buyer.wait_for_url("**/orders/**")
    receiver.goto(lesson)
    receiver.locator(".paywall").wait_for(state="visible")
    for page in (buyer, receiver, late):
        assert not page.errors


def order_of(shop, email):
    return shop.mail(email, r"/orders/\?order=(\w+)")[1]


def test_a_team_has_as_many_seats_as_were_paid_for(shop, device):
    buyer = device()
    lesson = paid_lesson(buyer)
    link = buy_for(buyer, "team", "boss@example.com", seats=2)
    expect(buyer.locator("[data-part=invitationText]")).to_contain_text("已加入 0 人，共 2 个名额")
    first, second, third = device(), device(), device()
    take(first, shop, link, "first@example.com")
    first.locator("[data-view=done]").wait_for(state="visible")
    # The link went astray: the next one takes the seat that is left.
    buyer.locator("form[data-form=invitation] button").click()
    expect(buyer.locator("[data-part=invitationLink]")).not_to_have_text(link)
    second.goto(link)
    expect(second.locator("[data-part=why]")).to_contain_text("换成了新的")
    link = buyer.locator("[data-part=invitationLink]").inner_text()
    second.goto("/")
    take(second, shop, link, "second@example.com")
    second.locator("[data-view=done]").wait_for(state="visible")
    assert lesson_is_open(first, lesson) and lesson_is_open(second, lesson)
    third.goto(link)
    expect(third.locator("[data-part=why]")).to_contain_text("名额已经用完")
    buyer.reload()
    expect(buyer.locator("[data-part=invitationText]")).to_contain_text("已加入 2 人")
    for page in (buyer, first, second, third):
        assert not page.errors
