"""WatchAPaidFilm: a buyer plays a film to its end out of sealed pieces, which say nothing to anybody else."""

import shutil
import subprocess

import pytest
from journeys import buy

LESSON = "/courses/python-intro/binary-search/"


def until(page, expression):
    for _ in range(400):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}, at {page.evaluate('document.querySelector(`video`).currentTime')}")


def at(low, high):
    return f"document.querySelector('video').currentTime >= {low} && document.querySelector('video').currentTime < {high}"


def seek(page, seconds):
    page.evaluate("seconds => { document.querySelector('video').currentTime = seconds }", seconds)


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}], ids=["desk", "phone"])
def test_a_buyer_watches_to_the_end(shop, device, options, tmp_path):
    page = device(**options)
    pieces = {}
    page.on("response", lambda answer: pieces.setdefault(answer.url, answer) if "/media/sealed." in answer.url else None)
    buy(page, f"film-{'phone' if options else 'desk'}@example.com")
    page.goto(LESSON)
    page.locator(".sealed-play").click()
    until(page, at(0.5, 4))
    assert page.evaluate("document.querySelector('video').videoWidth") in (640, 960)
    for seconds in (20, 5, 14.5, 0):
        seek(page, seconds)
        until(page, at(seconds + 0.2, seconds + 5))
    seek(page, 25)
    until(page, "document.querySelector('video').ended")
    assert page.locator(".player-error:visible").count() == 0
    # Whoever else has the files has noise.
    assert len(pieces) > 12
    for number, answer in enumerate(pieces.values()):
        file = tmp_path / f"{number}.mp4"
        # Asked for anew: the browser does not keep for ever what it has answered.
        again = page.request.get(answer.url)
        assert again.ok
        file.write_bytes(again.body())
        assert subprocess.run([shutil.which("ffprobe"), "-v", "error", str(file)], capture_output=True).returncode != 0, answer.url


def test_a_piece_that_was_tampered_with_is_told_in_words(shop, device):
    page = device()
    buy(page, "tampered@example.com")
    page.goto(LESSON)
    page.locator(".sealed-play").click()
    until(page, at(0.5, 4))

    def tamper(route):
        body = bytearray(route.fetch().body())
        body[-1] ^= 1
        route.fulfill(status=200, body=bytes(body))
    # All that comes from now on: half a minute, so the whole film, may be here already, but for what a chosen quality asks for.
    page.route("**/media/sealed.*", tamper)
    page.locator("[data-part=quality]").select_option("360")
    page.locator("[data-part=quality]").select_option("540")
    seek(page, 18)
    page.get_by_text("这一段已损坏").wait_for()
    assert page.evaluate(at(0, 19))
