"""Light, dark, paper, the keyboard, and a screen as narrow as they come."""

LESSON = "/courses/python-intro/first-program/"
# The theme that stands when the first element of the body can be painted.
WATCH_BODY = """
    new MutationObserver((_, observer) => {
        if (!document.body) return;
        window.themeAtFirst = document.documentElement.dataset.theme ?? '';
        observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
"""


def test_follows_the_system(page, site):
    for scheme, dark in (("light", False), ("dark", True)):
        page.emulate_media(color_scheme=scheme)
        page.goto(site + LESSON)
        assert is_dark(page) is dark


def is_dark(page):
    """Whether the page's ground is darker than its ink."""
    return page.evaluate("""() => {
        const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
        const style = getComputedStyle(document.body);
        const root = getComputedStyle(document.documentElement);
        const ground = style.backgroundColor === 'rgba(0, 0, 0, 0)' ? root.backgroundColor : style.backgroundColor;
        return light(ground) < light(style.color);
    }""")


def test_a_chosen_theme_is_remembered_on_every_page_before_anything_is_painted(page, site):
    page.add_init_script(WATCH_BODY)
    page.emulate_media(color_scheme="light")
    page.goto(site + LESSON)
    page.click(".theme-toggle")
    assert is_dark(page)
    # Without the module: the choice must not wait for it.
    page.route("**/site.*.js", lambda route: route.abort())
    for path in ("/", "/en/about/", "/courses/python-intro/"):
        page.goto(site + path)
        assert page.evaluate("themeAtFirst") == "dark"
        assert is_dark(page)


def test_choosing_what_the_system_has_follows_the_system_again(page, site):
    page.emulate_media(color_scheme="light")
    page.goto(site + "/")
    page.click(".theme-toggle")
    page.click(".theme-toggle")
    assert not is_dark(page)
    page.emulate_media(color_scheme="dark")
    assert is_dark(page)


def test_on_paper_only_the_lesson_is_left(page, site):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(site + LESSON)
    assert not is_dark(page)
    for selector in (".outline", ".contents", ".theme-toggle", ".skip", ".lesson-nav", "button.copy"):
        assert page.locator(selector).evaluate_all("(all) => all.every((one) => !one.checkVisibility())"), selector
    assert page.locator("article h1").is_visible() and page.locator("article .text p").first.is_visible()
    page.goto(site + "/courses/python-intro/")
    # A closed chapter has nobody to open it.
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = false })")
    assert page.locator("details.chapter li a").first.evaluate("(link) => link.getBoundingClientRect().height > 0")


def test_the_keyboard_reaches_the_text_in_one_step(page, site):
    for path in ("/", LESSON, "/en/courses/python-intro/", "/search/"):
        page.goto(site + path)
        page.evaluate("document.activeElement?.blur()")
        page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", path
        box = page.locator(".skip").bounding_box()
        assert box["x"] >= 0 and box["y"] >= 0 and box["height"] >= 24
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_what_has_the_focus_can_be_seen(page, site):
    """Each stop of the keyboard is on the screen, under nothing, and marked by an outline (WCAG 2.4.7, 2.4.11)."""
    page.emulate_media(reduced_motion="reduce")
    for path, width in ((LESSON, 1440), (LESSON, 390), ("/courses/python-intro/", 390), ("/", 1440)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(site + path)
        stops, unseen = 0, []
        for _ in range(45):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUS)
            if stop is None:
                break
            stops += 1
            if not (stop["isMarked"] and stop["isShown"]):
                unseen.append(stop)
        assert stops > 8 and not unseen, f"{path} at {width}: {unseen}"


# A film's own controls are the browser's.
FOCUS = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const within = element.closest('label, .option');
    const outlined = (s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1;
    const marked = (one) => outlined(getComputedStyle(one)) || outlined(getComputedStyle(one, '::after'));
    const box = element.getBoundingClientRect();
    const x = Math.min(innerWidth - 1, box.left + Math.min(box.width / 2, 20)), y = box.top + Math.min(box.height / 2, 20);
    const top = document.elementFromPoint(x, y);
    return {
        html: element.outerHTML.slice(0, 140),
        isMarked: element.localName === 'video' || marked(element) || (within ? marked(within) : false) || style.boxShadow !== 'none',
        isShown: box.bottom > 0 && box.top < innerHeight && !!top && (element.contains(top) || top.contains(element)),
    };
}"""


def test_moves_nothing_for_readers_who_asked_for_calm(page, site):
    page.emulate_media(reduced_motion="reduce")
    page.goto(site + "/courses/python-intro/")
    moving = page.evaluate("""[...document.querySelectorAll('*')].filter((element) => {
        const style = getComputedStyle(element);
        const longest = Math.max(...`${style.transitionDuration},${style.animationDuration}`.split(',').map(parseFloat));
        return longest > 0.01 || style.scrollBehavior === 'smooth';
    }).map((element) => element.outerHTML.slice(0, 100))""")
    assert moving == []


def test_a_page_read_at_four_times_its_size_still_fits(page, site):
    """WCAG 1.4.10: 1280 px at 400 % are 320 px; here with letters twice as large besides (1.4.4)."""
    page.set_viewport_size({"width": 320, "height": 256})
    for path in ("/", LESSON, "/courses/python-intro/", "/search/?q=python", "/en/tags/"):
        page.goto(site + path)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
