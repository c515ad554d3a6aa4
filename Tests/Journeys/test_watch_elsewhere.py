"""WatchElsewhere: a paid film out of sealed pieces in the other browser families, which have decoders and buffers of their own."""

import firefox
import pytest
import webkit
from journeys import COURSE

LESSON = COURSE + "binary-search/"


@pytest.fixture(params=["firefox", "webkit"])
def browser(request, tmp_path):
    if request.param == "firefox":
        if not firefox.PROGRAM:
            pytest.skip("Firefox is not installed: apt-get install firefox-esr")
        running = firefox.Firefox(tmp_path)
    else:
        if not webkit.DRIVER or not webkit.BROWSER:
            pytest.skip("WebKitGTK is not installed: apt-get install webkit2gtk-driver xvfb xauth dbus")
        running = webkit.WebKit(tmp_path)
    yield running
    running.stop()
    assert not getattr(running, "errors", []), running.errors


def at(browser, low, high):
    browser.wait(
        "(low, high) => { const now = document.querySelector('video').currentTime; return now >= Number(low) && now < Number(high) }",
        str(low), str(high))


def test_a_buyer_watches_seeks_and_sees_the_end(shop, browser):
    browser.goto(shop.home + LESSON)
    browser.click(".paywall a.button")
    browser.wait("() => location.pathname.includes('/checkout/')")
    browser.fill("input[name=email]", f"film-{type(browser).__name__.lower()}@example.com")
    browser.click("input[name=consent]")
    browser.click("button.pay")
    browser.wait("() => location.pathname.includes('/preview/pay/')")
    browser.click("button[value=pay]")
    browser.wait("() => document.querySelector('[data-state=paid]')?.checkVisibility()")
    browser.goto(shop.home + LESSON)
    # Without a hand on the machine only a film without sound may begin.
    browser.wait("() => { const film = document.querySelector('video'); if (film) film.muted = true; return !!film }")
    browser.click(".sealed-play")
    at(browser, 0.5, 5)
    assert browser.evaluate("() => document.querySelector('video').videoWidth") in (640, 960)
    for seconds in (20, 5, 14.5, 0):
        browser.evaluate("(seconds) => { document.querySelector('video').currentTime = Number(seconds) }", str(seconds))
        at(browser, seconds + 0.2, seconds + 6)
    for name in ("360", "540", "360"):
        browser.evaluate("""(name) => {
            const choice = document.querySelector('[data-part=quality]');
            choice.value = name;
            choice.dispatchEvent(new Event('change'));
        }""", name)
        browser.wait("(name) => document.querySelector('video').dataset.quality === name", name)
    browser.evaluate("() => { document.querySelector('video').currentTime = 24 }")
    browser.wait("() => document.querySelector('video').ended")
    assert not browser.evaluate("() => [...document.querySelectorAll('.player-error')].some((one) => one.checkVisibility())")
