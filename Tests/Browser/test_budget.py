"""What a page may weigh: site.md's budget, in bytes as a host sends them (gzip -6)."""

import gzip
import re
import sys
import urllib.parse

import pytest
from conftest import REPOSITORY, build, served

FIRST_FLIGHT = 14 * 1024
SCRIPTS = 30 * 1024
FIRST_QUERY = 100 * 1000


def weight(file):
    return len(gzip.compress(file.read_bytes(), 6, mtime=0))


def linked(built, page, tag, condition=lambda reference: True):
    return {built.resolve(reference.url, page)[0] for reference in page.references if reference.tag == tag and condition(reference)}


def sheets(built, page):
    found = linked(built, page, "link", lambda reference: "stylesheet" in reference.rel.split())
    assert found
    return sum(weight(built.output / file) for file in found)


def plain_lessons(built):
    """Lessons of text alone: no film, no quiz."""
    return [page for page in built.of_kind("lesson") if not page.classes & {"player", "quiz"}]


def test_a_lesson_of_text_arrives_whole_in_the_first_flight(built):
    """The page to its last byte and its styles: ten packets of TCP, which need no answer (RFC 6928)."""
    pages = plain_lessons(built)
    assert pages
    for page in pages:
        size = weight(built.output / page.file) + sheets(built, page)
        assert size <= FIRST_FLIGHT, (page, size)


def test_a_lesson_with_a_film_or_a_quiz_can_be_shown_after_its_first_flight(built):
    """All styles, and the page down to its first paragraph, with player, chapters and transcript above it."""
    pages = [page for page in built.of_kind("lesson") if page not in plain_lessons(built)]
    assert pages
    for page in pages:
        html = (built.output / page.file).read_bytes()
        text = re.search(rb'<div class="text|<section class="paywall', html)
        top = html[:html.index(b"</p>", text.end())]
        size = len(gzip.compress(top, 6, mtime=0)) + sheets(built, page)
        assert size <= FIRST_FLIGHT, (page, size)
        # A connection's window doubles with each answer: what is left comes with the second flight.
        assert weight(built.output / page.file) + sheets(built, page) <= 3 * FIRST_FLIGHT, page


def test_a_lesson_adds_little_to_what_its_author_wrote(built):
    """The page and its styles, less the text, the questions, the transcript, and the data for machines behind it all."""
    for page in built.of_kind("lesson"):
        html = (built.output / page.file).read_bytes()
        for written in (rb'<div class="text">.*?(?=<section class="(?:quiz|files)"|<p class="finish")', rb'<fieldset.*</fieldset>',
                        rb'<div class="player-lines".*?</div>', rb'</footer>.*'):
            html = re.sub(written, b"", html, count=1, flags=re.DOTALL)
        size = len(gzip.compress(html, 6, mtime=0)) + sheets(built, page)
        assert size <= FIRST_FLIGHT, (page, size)


def test_a_lessons_scripts_are_light(built):
    heaviest = 0
    for page in built.of_kind("lesson"):
        scripts = {file for file in linked(built, page, "script") if file}
        waiting = list(scripts)
        while waiting:
            file = waiting.pop()
            for url in re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""", (built.output / file).read_text()):
                found, _ = built.resolve(urllib.parse.urljoin(built.base + file, url), None)
                # Only a device on which a course is kept asks for it, and has it from the account page.
                if found not in scripts and not found.startswith("assets/offline."):
                    scripts.add(found)
                    waiting.append(found)
        size = sum(weight(built.output / file) for file in scripts)
        heaviest = max(heaviest, size)
        assert size <= SCRIPTS, (page, size)
    assert heaviest > 3000, "a lesson with a film and a quiz has scripts"


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    """A site of a thousand lessons, and its URL."""
    folder = tmp_path_factory.mktemp("thousand")
    sys.path.insert(0, str(REPOSITORY / "Benchmarks" / "build"))
    import corpus
    corpus.write_lectern(folder / "site", courses=10, lessons=100)
    with served(build(folder / "site", folder / "output")) as url:
        yield url


@pytest.mark.parametrize("question", ["invariants", "循环", "account 7"])
def test_a_first_search_among_a_thousand_lessons_is_light(page, thousand, question):
    """Everything the search asks for after the page itself, compressed."""
    page.goto(thousand + "/search/")
    sizes = []
    page.on("response", lambda answer: sizes.append(len(gzip.compress(answer.body(), 6, mtime=0))) if "/search/" in answer.url else None)
    page.fill("#search-input", question)
    page.keyboard.press("Enter")
    page.locator("#search-results li").first.wait_for()
    assert sizes and sum(sizes) < FIRST_QUERY, sizes
