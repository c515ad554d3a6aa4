"""ReadTheReport: the page that `lectern report --output` writes, on a phone and a desk, light and dark, with nothing but itself."""

import os
import pathlib
import subprocess

import pytest
from axe_playwright_python.base import AXE_SCRIPT

PROGRAM = pathlib.Path(os.environ.get("LECTERN_PROGRAMS") or pathlib.Path(__file__).resolve().parents[2] / ".build/debug") / "lectern-companion"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module", params=["en", "zh"])
def report(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    subprocess.run([PROGRAM, "report", "--demo", "--output", "page", "--language", request.param], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    assert [path.name for path in (folder / "page").iterdir()] == ["index.html"]
    return (folder / "page/index.html").as_uri(), request.param


def violations(page):
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(tags) => axe.run(document, {resultTypes: ['violations'], runOnly: tags, rules: {'target-size': {enabled: true}}})", RULES)
    return [(violation["id"], node["target"]) for violation in found["violations"] for node in violation["nodes"][:3]]


def test_the_page_is_read_by_everybody_and_asks_nobody(browser, report):
    address, language = report
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert asked == [address]
    assert page.evaluate("document.documentElement.lang") == {"en": "en", "zh": "zh-CN"}[language]
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for unfolded in (False, True):
                page.evaluate("(open) => { for (const one of document.querySelectorAll('details')) one.open = open }", unfolded)
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (width, unfolded)
                # Thousands of marks take a while to go through: with everything unfolded, once narrow and light, once wide and dark.
                if unfolded and (width, scheme) in ((390, "light"), (1440, "dark")):
                    assert violations(page) == [], (width, scheme)
    # On A4: nothing is cut off at the right, and a film's seconds are not printed one by one.
    page.set_viewport_size({"width": 700, "height": 990})
    page.emulate_media(media="print")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = false")
    assert page.evaluate("[...document.querySelectorAll('.scroll table')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).length") == 0
    assert page.locator("summary:visible").count() == 0 and page.locator("details.long:visible").count() == 0
    context.close()


def test_every_chart_has_its_numbers_behind_it(browser, report):
    page = browser.new_page()
    page.goto(report[0])
    charts = page.evaluate(
        """() => [...document.querySelectorAll("svg.chart")].map((chart) => {
             const figure = chart.closest("figure");
             return [chart.getAttribute("role"), chart.getAttribute("aria-label"), figure.querySelectorAll("tbody tr").length, figure.querySelectorAll("thead th[scope=col]").length];
           })""")
    assert len(charts) > 10
    for role, label, rows, columns in charts:
        assert role == "img" and label and rows > 0 and columns > 1, label
    # By keyboard alone: to a section, and a table unfolds.
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert summary.evaluate("(one) => one.parentElement.open")
    page.close()
