"""WCAG 2.2 AA as far as axe can see it: every kind of page, light and dark, on a phone and on a desk."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

# A page of every kind; both languages.
KINDS = {
    "home": "", "course on sale": "courses/python-intro/", "free course": "courses/make-a-course/",
    "lesson with film and quiz": "courses/python-intro/first-program/", "lesson with maths": "courses/python-intro/numbers-and-text/",
    "lesson with pictures": "courses/python-intro/lists/", "locked lesson": "courses/python-intro/sorting/",
    "tags": "tags/", "concepts": "concepts/", "tag": "tags/python/", "free page": "about/", "search": "search/?q=python", "missing": "404.html",
}
SIZES = {"phone": (390, 844), "desk": (1440, 900)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page):
    """What axe finds on the page as it stands."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "(tags) => axe.run(document, {resultTypes: ['violations'], runOnly: tags, rules: {'target-size': {enabled: true}}})", RULES)
    return [
        f"{violation['id']}: {violation['help']}\n      {node['target']}: {node['failureSummary'].splitlines()[-1].strip()}"
        for violation in found["violations"] for node in violation["nodes"][:3]]


def sweep(page, where):
    """On each size, in each colour scheme, without loading the page again."""
    found = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(50)
            found += [f"{where} ({size}, {scheme}): {violation}" for violation in violations(page)]
    return found


@pytest.mark.parametrize("language", ["", "en/"], ids=["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stands_in_anybodys_way(page, site, kind, language):
    page.goto(f"{site}/{language}{KINDS[kind]}")
    page.wait_for_load_state("networkidle")
    if kind == "search":
        page.wait_for_selector("#search-results li")
    found = sweep(page, language + kind)
    assert not found, "\n".join(found)


def test_nor_in_what_opens_on_a_phone(page, site):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/courses/python-intro/first-program/")
    found = []
    for panel in ("menu", "outline", "contents"):
        page.click(f"button[popovertarget={panel}]:not(.close)")
        assert page.evaluate(f"document.getElementById('{panel}').matches(':popover-open')")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{panel} ({scheme}): {violation}" for violation in violations(page)]
        page.keyboard.press("Escape")
    assert not found, "\n".join(found)


def test_nor_in_a_marked_quiz_and_a_completed_lesson(page, site):
    page.goto(f"{site}/courses/python-intro/first-program/")
    form = page.locator("form[data-quiz]")
    for fieldset in form.locator("fieldset[data-question]").all():
        choice = fieldset.locator("input[type=radio], input[type=checkbox]").first
        if choice.count():
            choice.check()
        for text in fieldset.locator("input[type=text]").all():
            text.fill("1")
    form.locator("button[type=submit]").click()
    page.wait_for_timeout(300)
    page.click("[data-complete]")
    found = sweep(page, "marked quiz")
    assert not found, "\n".join(found)


def test_nor_in_the_dialog_of_the_players_keys(page, site):
    page.goto(f"{site}/en/courses/python-intro/first-program/")
    page.click("[data-part=help]")
    assert page.locator("dialog[open]").count() == 1
    found = sweep(page, "keys")
    assert not found, "\n".join(found)
