"""What a reader without JavaScript has: everything but search, the marking of quizzes and the player's extras."""

import pytest


@pytest.fixture
def plain_page(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_lesson_is_read_whole(plain_page, site):
    page = plain_page
    page.goto(site + "/courses/python-intro/first-program/")
    assert page.locator("h1").is_visible()
    assert page.locator("article .text p").count() > 5 and all(one.is_visible() for one in page.locator("article > .text > p").all())
    video = page.locator("video")
    assert video.is_visible() and video.get_attribute("controls") is not None
    assert page.locator("video source").count() >= 1 and page.locator("video track[kind=captions]").count() >= 2
    assert page.locator(".player-chapters a").first.is_visible() and page.locator(".player-lines p").first.is_visible()
    # Questions can be read.
    assert page.locator("form[data-quiz] fieldset").first.is_visible()
    # What only a script can do is not offered.
    for selector in (".theme-toggle", "[data-complete]", "[data-part=speed]", "[data-part=captions]", "[data-part=help]", "[data-part=query]",
                     "form[data-quiz] button[type=submit]"):
        assert not any(one.is_visible() for one in page.locator(selector).all()), selector


def test_the_outline_and_the_menu_open(plain_page, site):
    page = plain_page
    page.goto(site + "/courses/python-intro/first-program/")
    page.locator("button[popovertarget=outline]").first.click()
    assert page.locator("#outline a[aria-current=page]").is_visible()
    page.locator("#outline .close").click()
    page.locator("button.menu-button").click()
    page.locator("#menu a", has_text="关于").click()
    assert page.url == site + "/about/"


def test_a_course_leads_to_its_lessons(plain_page, site):
    page = plain_page
    page.goto(site + "/courses/python-intro/")
    assert all(one.is_visible() for one in page.locator(".curriculum li a").all())
    page.locator(".curriculum li a").first.click()
    assert page.url == site + "/courses/python-intro/first-program/"


def test_the_search_page_says_what_it_needs(plain_page, site):
    plain_page.goto(site + "/search/")
    assert "JavaScript" in plain_page.locator("main").inner_text()
