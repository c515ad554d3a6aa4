"""WatchInFirefox: a paid film out of sealed pieces in the other browser family, which has decoders and buffers of its own."""

import pytest
from firefox import PROGRAM, Firefox
from journeys import COURSE

LESSON = COURSE + "binary-search/"


@pytest.fixture
def firefox(tmp_path):
    if not PROGRAM:
        pytest.skip("Firefox is not installed: apt-get install firefox-esr")
    running = Firefox(tmp_path)
    yield running
    running.stop()
    assert not running.errors, running.errors


def at(firefox, low, high):
    firefox.wait(
        "(low, high) => { const now = document.querySelector('video').currentTime; return now >= Number(low) && now < Number(high) }",
        str(low), str(high))


def test_a_buyer_watches_seeks_and_sees_the_end_in_firefox(shop, firefox):
    firefox.goto(shop.home + LESSON)
    firefox.click(".paywall a.button")
    firefox.wait("() => location.pathname.includes('/checkout/')")
    firefox.fill("input[name=email]", "film-firefox@example.com")
    firefox.click("input[name=consent]")
    firefox.click("button.pay")
    firefox.wait("() => location.pathname.includes('/preview/pay/')")
    firefox.click("button[value=pay]")
    firefox.wait("() => document.querySelector('[data-state=paid]')?.checkVisibility()")
    firefox.goto(shop.home + LESSON)
    # Without a hand on the machine only a film without sound may begin.
    firefox.wait("() => { const film = document.querySelector('video'); if (film) film.muted = true; return !!film }")
    firefox.click(".sealed-play")
    at(firefox, 0.5, 5)
    assert firefox.evaluate("() => document.querySelector('video').videoWidth") in (640, 960)
    for seconds in (20, 5, 14.5, 0):
        firefox.evaluate("(seconds) => { document.querySelector('video').currentTime = Number(seconds) }", str(seconds))
        at(firefox, seconds + 0.2, seconds + 6)
    for name in ("360", "540", "360"):
        firefox.evaluate("""(name) => {
            const choice = document.querySelector('[data-part=quality]');
            choice.value = name;
            choice.dispatchEvent(new Event('change'));
        }""", name)
        firefox.wait("(name) => document.querySelector('video').dataset.quality === name", name)
    firefox.evaluate("() => { document.querySelector('video').currentTime = 24 }")
    firefox.wait("() => document.querySelector('video').ended")
    assert not firefox.evaluate("() => [...document.querySelectorAll('.player-error')].some((one) => one.checkVisibility())")
