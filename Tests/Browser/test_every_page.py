"""Every page of the site in a real browser: nothing fails, nothing moves, nothing asks another host, nothing overflows."""

import re
import time

import pytest
from conftest import StaticFiles, served

NARROWEST = 320
# A shift while a page loads that a reader feels is 0.1 (web.dev, "Cumulative Layout Shift"); here none is wanted.
WATCH = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            shifts.push([entry.value, ...entry.sources.map((source) => source.node?.outerHTML?.slice(0, 120) ?? source.node?.data)]);
    }).observe({ type: 'layout-shift', buffered: true });
"""
TOO_WIDE = """(width) => document.documentElement.scrollWidth <= width ? [] :
    [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > width + 1
        && element.checkVisibility() && !element.closest('pre, .table, .maths, .diagram, [popover]'))
        .map((element) => element.outerHTML.slice(0, 120)).slice(0, 5)"""


def sample(built):
    """All pages with a text of their own, and a few of those that only list others."""
    lists = [page for page in built.pages if page.kind in ("tag", "tags")]
    own = [page for page in built.pages if page not in lists]
    longest = sorted(lists, key=lambda page: len(page.text))[-6:] + [page for page in lists if page.kind == "tags"]
    return own + [page for page in longest if page not in own]


def test_loads_alone_without_a_word_of_complaint_and_without_moving(browser, built, site):
    found = []
    context = browser.new_context(viewport={"width": NARROWEST, "height": 640}, locale="zh-CN")
    context.add_init_script(WATCH)
    tab = context.new_page()
    where = ""
    tab.on("pageerror", lambda error: found.append(f"{where}: {error}"))
    tab.on("console", lambda line: found.append(f"{where}: {line.text}") if line.type in ("error", "warning") else None)
    tab.on("request", lambda request: None if request.url.startswith((site, "data:", "blob:")) else found.append(f"{where}: asked {request.url}"))
    tab.on("response", lambda answer: found.append(f"{where}: {answer.status} {answer.url}") if answer.status >= 400 else None)
    for page in sample(built):
        where = page.file
        tab.goto(f"{site}/{page.path}", wait_until="load")
        tab.wait_for_timeout(60)
        shifts = tab.evaluate("shifts")
        found += [f"{where}: moved by {shift}" for shift in shifts]
        found += [f"{where}: wider than {NARROWEST} px: {element}" for element in tab.evaluate(TOO_WIDE, NARROWEST)]
        found += [f"{where}: title {tab.title()!r}"] if tab.title() != page.title else []
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 1440])
def test_the_way_back_to_a_lesson_has_its_room_from_the_start(browser, site, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_init_script(WATCH)
    tab = context.new_page()
    tab.goto(f"{site}/courses/python-intro/lists/")
    # The script that fills it in comes long after the first paint.
    tab.route("**/site.*.js", lambda route: (time.sleep(0.4), route.continue_()))
    for path in ("", "courses/python-intro/"):
        tab.goto(f"{site}/{path}", wait_until="load")
        back = tab.locator("[data-resume] a")
        back.wait_for(state="visible")
        assert back.get_attribute("href") == "/courses/python-intro/lists/"
        tab.wait_for_timeout(100)
        assert tab.evaluate("shifts") == [], path
    tab.goto(f"{site}/courses/make-a-course/", wait_until="load")
    assert tab.locator("[data-resume]").evaluate("(one) => getComputedStyle(one).display") == "none"
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["", "courses/python-intro/", "courses/python-intro/first-program/", "en/courses/python-intro/lists/", "about/"])
def test_does_not_move_while_it_loads_slowly(browser, site, path, width):
    """As over a slow line: styles, pictures and scripts arrive late and one by one."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(WATCH)
    tab = context.new_page()
    line = context.new_cdp_session(tab)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 60, "downloadThroughput": 400_000, "uploadThroughput": 100_000})
    tab.goto(f"{site}/{path}", wait_until="load")
    for _ in range(8):
        tab.evaluate("scrollBy(0, innerHeight)")
        tab.wait_for_timeout(60)
    shifts = tab.evaluate("shifts")
    context.close()
    assert sum(shift[0] for shift in shifts) < 0.005, shifts


class InPieces(StaticFiles):
    """Pages as over a line that stalls: what is shown before the rest has come must stay where it is."""

    def copyfile(self, source, target):
        page = source.read()
        if b"<header" not in page:
            target.write(page)
            return
        # Before every element of the header and of the player's bar, and now and then after.
        cuts = [cut.start() for cut in re.finditer(rb"<(?:a|button|select|nav|div|main|p|dialog|footer)\b", page[page.index(b"<header"):])]
        start = page.index(b"<header")
        pieces = [0, *[start + cut for cut in cuts[:10] + cuts[10::4]], len(page)]
        for first, last in zip(pieces, pieces[1:]):
            target.write(page[first:last])
            target.flush()
            time.sleep(0.03)


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("path", ["courses/python-intro/first-program/", "courses/python-intro/", "search/", ""])
def test_what_has_arrived_stays_where_it_is_while_the_rest_arrives(browser, built, path, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(WATCH)
    tab = context.new_page()
    with served(built.output, InPieces) as host:
        tab.goto(f"{host}/{path}", wait_until="load")
        shifts = tab.evaluate("shifts")
    context.close()
    assert shifts == []
