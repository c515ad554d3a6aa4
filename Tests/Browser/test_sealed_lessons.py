"""Paid lessons on a static host, opened in a browser by who is enrolled. The companion's one answer is played here."""

import base64
import json
import re
import shutil
import urllib.parse

import pytest
from conftest import REPOSITORY, SECRET, build, served
from sealed_file import catalogue, lesson_key, opened, opened_text, stream_pieces
from test_accessibility import sweep

LESSON = "courses/paid/lists/"
SENTENCE = "Only buyers read this sentence."
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40" fill="#0a6"/></svg>')
SITE = {
    "content/site.yml":
        "title: Paid\nbaseURL: https://me.example/\nlanguages: [en]\ncompanion: /api/\n",
    "content/courses/paid/course.md":
        "---\ntitle: Paid course\nprice: 49\n---\nFor sale.\n",
    "content/courses/paid/01-lists/index.md":
        "---\ntitle: Lists\n---\nA free beginning.\n\n<!--more-->\n\n## First part\n\n" + SENTENCE
        + " [The data](data.csv)\n\n```python\nprint([1, 2])\n```\n\n## Second part\n\n![Plan](plan.svg)\n",
    "content/courses/paid/01-lists/data.csv": "a,1\n",
    "content/courses/paid/01-lists/plan.svg": PICTURE,
    "content/courses/paid/01-lists/quiz.yml":
        "questions:\n  - {type: number, prompt: How many?, answer: 2}\n",
    "content/courses/paid/02-loops.md": "---\ntitle: Loops\n---\nThe loops of this course.\n",
}
FILM = REPOSITORY / "Tests/Sites/small/content/courses/python/01-basics/01-hello/video.mp4"


def write_site(folder):
    for path, text in SITE.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    if FILM.exists():
        shutil.copy(FILM, folder / "content/courses/paid/01-lists/video.mp4")
        (folder / "content/courses/paid/01-lists/captions.en.vtt").write_text(
            "WEBVTT\n\n00:00.000 --> 00:01.000\nOnly buyers hear this.\n")


@pytest.fixture(scope="module")
def sold(tmp_path_factory):
    """The output of a site that sells one course."""
    folder = tmp_path_factory.mktemp("sold")
    write_site(folder / "site")
    return build(folder / "site", folder / "output")


@pytest.fixture(scope="module")
def shop(sold):
    with served(sold) as url:
        yield url


def sealed_names(output, lesson=LESSON):
    """(URL, path, epoch) of a lesson's text."""
    return re.search(
        r'data-sealed="([^"]+)" data-path="([^"]+)" data-epoch="(\d+)"', (output / lesson / "index.html").read_text()).groups()


def key_of(lesson="paid/lists", epoch=1):
    return base64.urlsafe_b64encode(lesson_key(SECRET, "paid", lesson, epoch)).decode().rstrip("=")


class Companion:
    """Answers enrollment checks of a page; what it was asked stands in `asked`."""

    def __init__(self, page):
        self.asked = []
        self.key()
        page.route("**/api/**", self.answer)

    def key(self, key=None):
        self.reply = 200, {"offers": {"key": key or key_of()}}, {}

    def refuse(self, status, code, headers=None, **more):
        self.reply = status, {"type": "about:blank", "code": code, "detail": f"refused: {code}", **more}, headers or {}

    def answer(self, route):
        self.asked.append(route.request.url.split("/api/")[1])
        if self.reply is None:
            return route.abort()
        status, body, headers = self.reply
        if isinstance(body, str):
            return route.fulfill(status=status, body=body, headers={"content-type": "text/html"})
        kind = "application/json" if status == 200 else "application/problem+json"
        return route.fulfill(status=status, body=json.dumps(body), headers={"content-type": kind, **headers})


@pytest.fixture
def companion(page):
    return Companion(page)


def eventually(page, holds):
    for _ in range(800):
        if holds():
            return
        page.wait_for_timeout(50)
    assert holds()


def said(page):
    return page.locator(".sealed-say > span")


# The files, without a browser.


def test_another_program_opens_every_sealed_file_of_a_lesson(sold):
    url, path, epoch = sealed_names(sold)
    key = lesson_key(SECRET, "paid", "paid/lists", int(epoch))
    text = opened_text((sold / url[1:]).read_bytes(), path, key)
    assert SENTENCE in text and "data-quiz" in text
    names = set(re.findall(r'/(courses/[^" #]*sealed\.1\.[0-9a-f]{16}\.bin)#([^" ]+)', text))
    files = {urllib.parse.unquote(path).split("/")[-1]: opened((sold / name).read_bytes(), urllib.parse.unquote(path), key) for name, path in names}
    assert files["data.csv"] == b"a,1\n"
    assert any(content == PICTURE.encode() for content in files.values())
    pieces, _ = stream_pieces(sold, text, key)
    known = {name.split("/")[-1] for name, _ in names} | {url.split("/")[-1]} | {file.name for file, _ in pieces.values()}
    assert {file.name for file in (sold / LESSON).rglob("sealed.*")} == known


def test_the_catalogue_carries_a_code_that_only_the_secret_makes(sold):
    bytes = (sold / "catalogue.json").read_bytes()
    assert catalogue(bytes, SECRET)["courses"][0]["prices"] == [{"currency": "CNY", "minorUnits": 4900}]
    with pytest.raises(AssertionError):
        catalogue(bytes.replace(b"4900", b"0001"), SECRET)


# In the browser.


def test_a_buyer_reads_the_lesson_after_one_question_and_one_file(page, shop, companion):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/sealed." in request.url and request.url.endswith(".bin") else None)
    page.goto(f"{shop}/{LESSON}")
    page.get_by_text(SENTENCE).wait_for()
    assert companion.asked == ["enrollment/paid/paid%2Flists?epoch=1"]
    assert fetched[0].endswith(sealed_names_url(page)) and not page.locator(".paywall").count()
    assert page.locator("#contents a").all_inner_texts() == ["First part", "Second part"]
    page.locator("[data-copy] button.copy").wait_for()
    assert page.locator(".finish [data-complete]").get_attribute("aria-pressed") == "false"
    page.locator("[data-complete]").click()
    assert page.locator(".finish [data-complete]").get_attribute("aria-pressed") == "true"


def sealed_names_url(page):
    return page.locator("[data-sealed][data-path]").get_attribute("data-sealed")


def test_pictures_files_and_quiz_of_a_sealed_text_work(page, shop, companion):
    page.goto(f"{shop}/{LESSON}")
    picture = page.locator("img[alt=Plan]")
    picture.scroll_into_view_if_needed()
    eventually(page, lambda: picture.evaluate("image => image.src.startsWith('blob:') && image.complete && image.naturalWidth") == 80)
    with page.expect_download() as download:
        page.get_by_role("link", name="The data").click()
    assert download.value.suggested_filename == "data.csv" and download.value.path().read_text() == "a,1\n"
    page.locator("#quiz input").fill("2")
    page.locator("#quiz [type=submit]").click()
    assert page.locator(".quiz-status").get_attribute("data-result") == "passed"


@pytest.mark.skipif(not FILM.exists(), reason="no film")
def test_a_sealed_film_plays_with_its_captions_when_it_is_asked_to(page, shop, companion):
    page.goto(f"{shop}/{LESSON}")
    button = page.locator(".sealed-play")
    button.wait_for()
    assert not page.locator("video").get_attribute("src")
    button.click()
    film = page.locator("video")
    eventually(page, lambda: film.evaluate("video => video.currentTime > 0 && !video.error"))
    eventually(page, lambda: film.evaluate("video => video.textTracks[0].cues?.[0]?.text") == "Only buyers hear this.")
    assert not button.count() and page.locator("[data-part=error]").is_hidden()


def test_nothing_in_an_opened_lesson_stands_in_anybodys_way(page, shop, companion):
    page.goto(f"{shop}/{LESSON}")
    page.get_by_text(SENTENCE).wait_for()
    page.locator("form[data-started]").wait_for()
    page.locator("[data-complete]").click()
    found = sweep(page, "opened lesson")
    page.locator("#quiz input").fill("3")
    page.locator("#quiz [type=submit]").click()
    found += sweep(page, "opened lesson, marked quiz")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("code, status, more", [
    ("sign-in-needed", 401, {}), ("not-enrolled", 402, {}), ("not-yet", 403, {"opens": "2026-12-24T08:00:00Z"}), ("busy", 503, {})])
def test_nor_in_what_is_said_where_it_does_not_open(page, shop, companion, code, status, more):
    companion.refuse(status, code, {"retry-after": "60"}, **more)
    page.goto(f"{shop}/{LESSON}")
    page.wait_for_load_state("networkidle")
    found = sweep(page, code)
    assert not found, "\n".join(found)


def test_a_visitor_sees_the_paywall_and_a_way_to_sign_in(page, shop, companion):
    companion.refuse(401, "sign-in-needed")
    page.goto(f"{shop}/{LESSON}")
    page.wait_for_load_state("networkidle")
    assert page.locator(".paywall").is_visible() and page.get_by_text("A free beginning.").is_visible()
    assert not page.locator(".sealed-say").is_visible()
    link = page.get_by_role("link", name="Sign in")
    assert link.get_attribute("href") == "/sign-in/?next=%2Fcourses%2Fpaid%2Flists%2F"


def test_who_has_not_bought_keeps_the_paywall_and_hears_why(page, shop, companion):
    companion.refuse(402, "not-enrolled")
    page.goto(f"{shop}/{LESSON}")
    said(page).get_by_text("not in your account").wait_for()
    assert page.locator(".paywall").is_visible()


def test_a_lesson_that_is_not_open_yet_says_when_it_will_be(page, shop, companion):
    companion.refuse(403, "not-yet", opens="2026-12-24T08:00:00Z")
    page.goto(f"{shop}/{LESSON}")
    said(page).get_by_text("24 December 2026").or_(said(page).get_by_text("December 24, 2026")).wait_for()
    assert not page.locator(".paywall").count(), "it is bought: nothing is offered again"


@pytest.mark.parametrize("reply", [None, (503, {"code": "busy"}, {}), (200, "<html>", {}), (200, {}, {})])
def test_where_no_answer_comes_the_page_says_so_and_tries_again_by_itself(page, shop, companion, reply):
    companion.reply = reply
    page.goto(f"{shop}/{LESSON}")
    said(page).get_by_text("Nothing is lost").wait_for()
    assert page.get_by_role("button", name="Try now").is_visible()
    companion.key()
    page.get_by_text(SENTENCE).wait_for()


def test_a_lesson_that_opened_late_is_not_opened_again_with_every_return_of_the_network(page, shop, companion):
    companion.refuse(503, "busy", {"retry-after": "60"})
    page.goto(f"{shop}/{LESSON}")
    said(page).get_by_text("Nothing is lost").wait_for()
    companion.key()
    # As often as the device is online again: one question is on its way at most.
    page.evaluate("dispatchEvent(new Event('online')); dispatchEvent(new Event('online'))")
    page.get_by_text(SENTENCE).wait_for()
    def questions():
        return [path for path in companion.asked if path.startswith("enrollment")]
    assert len(questions()) == 2
    page.locator("#quiz input").fill("2")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1500)
    assert len(questions()) == 2 and page.locator("#contents").count() == 1
    assert page.locator("#quiz input").input_value() == "2", "what the learner was writing is still there"


def damage(how):
    def answer(route):
        body = bytearray(route.fetch().body())
        route.fulfill(status=200, body=bytes(how(body)), headers={"content-type": "application/octet-stream"})
    return answer


def flipped(body):
    body[200] ^= 1
    return body


@pytest.mark.parametrize("how", [
    flipped, lambda body: body[:-1], lambda body: body[:20], lambda body: body + b"x", lambda _: b"", lambda _: b"<html>Not here</html>"])
def test_a_damaged_file_is_refused_in_words_and_nothing_of_it_is_shown(page, shop, companion, how):
    page.route("**/sealed.*.bin", damage(how))
    page.goto(f"{shop}/{LESSON}")
    said(page).get_by_text("damaged").wait_for()
    assert page.get_by_role("button", name="Reload").is_visible()
    assert SENTENCE not in page.content() and page.locator(".paywall").is_visible()


def test_another_lessons_file_in_its_place_is_refused(page, shop, sold, companion):
    other = (sold / sealed_names(sold, "courses/paid/loops/")[0][1:]).read_bytes()
    page.route("**/sealed.*.bin", lambda route: route.fulfill(status=200, body=other))
    page.goto(f"{shop}/{LESSON}")
    said(page).get_by_text("damaged").wait_for()
    assert "The loops of this course" not in page.content()


def test_a_key_that_is_not_this_lessons_is_refused(page, shop, companion):
    companion.key(key_of("paid/loops"))
    page.goto(f"{shop}/{LESSON}")
    said(page).get_by_text("damaged").wait_for()


def test_a_page_that_a_cache_kept_opens_what_the_host_has_now(page, shop, sold, companion):
    """The file that an old page names is gone: the page asks the host once for what it is today."""
    html = (sold / LESSON / "index.html").read_text()
    old = re.sub(r"sealed\.1\.[0-9a-f]{16}", "sealed.1.0000000000000000", html)
    times = []

    def answer(route):
        times.append(1)
        route.fulfill(status=200, body=old if len(times) == 1 else html, headers={"content-type": "text/html"})
    page.route(f"**/{LESSON}", answer)
    page.goto(f"{shop}/{LESSON}")
    page.get_by_text(SENTENCE).wait_for()
    assert len(times) == 2


def test_a_page_that_stays_old_says_so(page, shop, sold, companion):
    companion.refuse(410, "epoch-gone")
    page.goto(f"{shop}/{LESSON}")
    said(page).get_by_text("still the old one").wait_for()


def test_a_buyers_device_opens_the_next_lesson_without_a_paywall_first(page, shop, companion):
    page.goto(f"{shop}/{LESSON}")
    page.get_by_text(SENTENCE).wait_for()
    companion.key(key_of("paid/loops"))
    page.goto(f"{shop}/courses/paid/loops/", wait_until="commit")
    page.locator("html.opens").wait_for(state="attached")
    page.get_by_text("The loops of this course").wait_for()
    # Signed out since: words and a way back, and the paywall is there again.
    companion.refuse(401, "sign-in-needed")
    page.goto(f"{shop}/{LESSON}")
    said(page).get_by_text("signed out").wait_for()
    assert page.locator(".paywall").is_visible()
