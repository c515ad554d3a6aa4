"""ReadInFirefox: the purchase and the sealed lesson in the other browser family, with its own ciphers and streams."""

import re
import urllib.request

import pytest
from firefox import PROGRAM, Firefox
from journeys import COURSE


@pytest.fixture
def firefox(tmp_path):
    if not PROGRAM:
        pytest.skip("Firefox is not installed: apt-get install firefox-esr")
    running = Firefox(tmp_path)
    yield running
    running.stop()
    assert not running.errors, running.errors


def test_a_buyer_reads_a_sealed_lesson_in_firefox(shop, firefox):
    firefox.goto(shop.home + COURSE)
    lesson = shop.home + next(path for path in firefox.evaluate(
        "() => [...document.querySelectorAll('.curriculum a')].map((link) => link.getAttribute('href'))") if is_sealed(shop, path))
    firefox.goto(lesson)
    # A visitor reads its beginning and what it costs.
    firefox.click(".paywall a.button")
    firefox.wait("() => location.pathname.includes('/checkout/')")
    firefox.fill("input[name=email]", "firefox@example.com")
    firefox.click("input[name=consent]")
    firefox.click("button.pay")
    firefox.wait("() => location.pathname.includes('/preview/pay/')")
    firefox.click("button[value=pay]")
    firefox.wait("() => document.querySelector('[data-state=paid]')?.checkVisibility()")

    firefox.goto(lesson)
    firefox.wait("() => document.querySelector('[data-sealed]') && !document.querySelector('.paywall')")
    sentence = max((line.strip() for line in firefox.text.splitlines()), key=len)
    assert len(sentence) > 30
    page = urllib.request.urlopen(lesson).read().decode()
    assert sentence[:30] not in re.sub(r"<[^>]+>", "", page), "it came out of the sealed file"
    # What is inside starts, and the next visit opens without a paywall first.
    firefox.wait("() => document.querySelector('#contents a') && document.documentElement.classList.contains('js')")
    firefox.goto(lesson)
    assert firefox.evaluate("() => document.documentElement.classList.contains('opens')")


def is_sealed(shop, path):
    return 'class="paywall' in urllib.request.urlopen(shop.home + path).read().decode()
