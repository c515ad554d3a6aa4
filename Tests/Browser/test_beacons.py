"""What pages tell the companion: when, what not, and that nothing is lost on the way."""

import gzip
import json
import pathlib
import re
import shutil
import subprocess

import pytest
from companion import LIN, Companion
from conftest import SECRET, build, served
from playwright.sync_api import expect
from sealed_file import catalogue

LESSON = "/courses/python/variables/"
PROGRESS = {"course": "python", "enrolled": True, "completed": 0, "lessons": 3, "progress": {}}


def arrived(page, companion, kind, count=1, seconds=8):
    """Waits until so many events of a kind have arrived."""
    for _ in range(seconds * 20):
        if len(companion.events(kind)) >= count:
            return companion.events(kind)
        page.wait_for_timeout(50)
    raise AssertionError(f"{kind}: only {len(companion.events(kind))} of {count}")


def known(page, shop, companion, learner=LIN):
    """As a learner who signed in on this device before."""
    companion["GET session"] = learner
    companion["GET enrollment/*"] = companion.answers.get("GET enrollment/*", PROGRESS)
    page.goto(shop + "/404.html")
    page.evaluate("(id) => localStorage.setItem('lectern:/reader', JSON.stringify(id))", learner["learner"])


def queue(page):
    return json.loads(page.evaluate("localStorage.getItem('lectern:/beacons')") or "null") or []


def test_a_visit_is_told_with_its_source_and_nothing_about_the_visitor(page, shop):
    companion = Companion(page)
    page.set_extra_http_headers({"referer": "https://search.example/?q=secret"})
    page.goto(shop + "/courses/python/?utm_source=letter&utm_campaign=may&coupon=x", referer="https://search.example/?q=secret")
    [view] = arrived(page, companion, "view")
    assert view.keys() == {"id", "kind", "at", "path", "course", "referrer", "source", "campaign"}
    assert view["course"] == "python"
    assert (view["path"], view["referrer"], view["source"], view["campaign"]) == ("/courses/python/", "search.example", "letter", "may")
    [step] = companion.events("step")
    assert (step["name"], step["course"]) == ("price-seen", "python")
    [envelope] = companion.sent("POST beacon")
    assert envelope.keys() == {"v", "site", "visit", "sentAt", "events"} and envelope["v"] == 1
    [asked] = [asked for asked in companion.asked if asked.path == "beacon"]
    assert asked.headers["content-type"].startswith("text/plain"), "no question is asked before"
    assert not page.context.cookies()


def test_a_page_with_a_chinese_address_is_counted_by_the_name_that_the_catalogue_has(page, tmp_path):
    lesson = "循序渐进学会如何把一门课程做得让每个人都愿意学完它" * 3  # escaped, longer than a path may be
    folder = tmp_path / "site" / "content"
    (folder / "courses" / "入门").mkdir(parents=True)
    (folder / "site.yml").write_text("title: 小课堂\nbaseURL: https://shop.example/learn/\ncompanion: /api/\n")
    (folder / "courses" / "入门" / "course.md").write_text("# 入门\n\n第一门课。\n")
    (folder / "courses" / "入门" / f"01-{lesson}.md").write_text("# 开始\n\n正文。\n")
    output = build(tmp_path / "site", tmp_path / "host" / "learn")
    [course] = catalogue((output / "catalogue.json").read_bytes(), SECRET)["courses"]
    with served(output.parent) as url:
        companion = Companion(page)
        page.goto(f"{url}/learn/courses/入门/{lesson}/")
        [view] = arrived(page, companion, "view")
        assert view["path"] == "/" + course["lessons"][0]["path"]["zh"] == f"/courses/入门/{lesson}/"
        assert (view["course"], view["lesson"]) == (course["id"], course["lessons"][0]["id"])
        known(page, url + "/learn", companion)
        page.evaluate("localStorage.setItem('lectern:/learn/reader', localStorage.getItem('lectern:/reader'))")
        page.goto(f"{url}/learn/courses/入门/{lesson}/")
        page.click("[data-complete]")
        [done] = arrived(page, companion, "done")
        assert (done["course"], done["lesson"]) == (course["id"], course["lessons"][0]["id"])


def test_a_visit_is_one_for_its_tab_and_another_for_the_next(page, shop):
    companion = Companion(page)
    page.goto(shop + "/")
    arrived(page, companion, "view", 1)
    page.goto(shop + LESSON)
    arrived(page, companion, "view", 2)
    visits = {envelope["visit"] for envelope in companion.sent("POST beacon")}
    assert len(visits) == 1 and re.fullmatch("[0-9a-f]{32}", visits.pop())
    assert not [key for key in page.evaluate("Object.keys(localStorage)") if "visit" in key]


def test_the_checkout_is_told_as_a_step(page, shop):
    companion = Companion(page)
    page.goto(shop + "/checkout/?course=python")
    [step] = arrived(page, companion, "step")
    assert (step["name"], step["course"]) == ("checkout-opened", "python")


@pytest.mark.parametrize("wish", ["Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })",
                                  "Object.defineProperty(navigator, 'doNotTrack', { value: '1' })"], ids=["GPC", "DNT"])
def test_who_does_not_want_to_be_counted_is_not(page, shop, wish):
    page.add_init_script(wish)
    companion = Companion(page)
    page.goto(shop + "/courses/python/")
    page.goto(shop + LESSON)
    page.click("[data-complete]")
    page.wait_for_timeout(3500)
    assert not companion.events()
    assert page.evaluate("sessionStorage.length") == 0
    # A learner's own progress is not counting.
    known(page, shop, companion)
    page.goto(shop + "/courses/python/functions/")
    page.click("[data-complete]")
    assert {done["lesson"] for done in arrived(page, companion, "done", 2)} == {"python/variables", "python/functions"}
    assert not companion.events("view")


def test_a_creator_who_counts_nobody_still_keeps_learners_progress(page, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(pathlib.Path(__file__).parent / "Sites" / "shop", site)
    settings = site / "content" / "site.yml"
    settings.write_text(settings.read_text() + "beacons: false\n")
    with served(build(site, tmp_path / "output")) as url:
        companion = Companion(page)
        page.goto(url + LESSON)
        page.wait_for_timeout(3500)
        assert not companion.events()
        known(page, url, companion)
        page.goto(url + LESSON)
        page.click("[data-complete]")
        arrived(page, companion, "done")
        assert {event["kind"] for event in companion.events()} == {"done"}


def test_an_event_stays_on_the_device_until_its_arrival_is_confirmed(page, shop):
    companion = Companion(page)
    companion["POST beacon"] = None
    page.goto(shop + "/")
    page.wait_for_timeout(3500)
    ids = [event["id"] for event in queue(page)]
    assert len(ids) == 1 and companion.sent("POST beacon"), "tried, and kept"
    companion["POST beacon"] = (503, {"code": "busy"})
    page.goto(shop + "/courses/python/")
    page.wait_for_timeout(3500)
    assert ids[0] in [event["id"] for event in queue(page)]
    companion["POST beacon"] = {"refused": []}
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(500)
    assert queue(page) == []
    assert ids[0] in [event["id"] for event in companion.sent("POST beacon")[-1]["events"]]


def test_offline_then_online_tells_everything_once(page, shop):
    companion = Companion(page)
    known(page, shop, companion)
    page.goto(shop + LESSON)
    arrived(page, companion, "view", 2)
    page.context.set_offline(True)
    companion["POST beacon"] = None
    page.click("[data-complete]")
    page.wait_for_timeout(3500)
    assert [event["kind"] for event in queue(page)] == ["done"]
    companion["POST beacon"] = {"refused": []}
    page.context.set_offline(False)
    arrived(page, companion, "done")
    page.wait_for_timeout(500)
    assert queue(page) == []


def test_a_host_that_answers_in_the_companions_place_takes_nothing_away(page, shop):
    page.route("**/api/**", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Hello</h1>"))
    page.goto(shop + "/")
    page.wait_for_timeout(3500)
    assert len(queue(page)) == 1


def test_an_event_that_cannot_be_read_does_not_hold_up_the_others(page, shop):
    companion = Companion(page)
    companion["POST beacon"] = lambda asked: (422, {"code": "bad-envelope"}) if "poison" in asked.text else {"refused": []}
    page.goto(shop + "/404.html")
    page.evaluate("""localStorage.setItem('lectern:/beacons', JSON.stringify(
        ['good-1', 'poison', 'good-2'].map((id) => ({ visit: 'v1234567', id, kind: 'done', at: Date.now(), lesson: 'a' }))))""")
    page.goto(shop + "/courses/python/")
    arrived(page, companion, "view")
    page.wait_for_timeout(500)
    good = {event["id"] for envelope in companion.sent("POST beacon") if "poison" not in str(envelope) for event in envelope["events"]}
    assert {"good-1", "good-2"} <= good
    assert queue(page) == []


def test_what_is_sent_again_from_another_tab_keeps_its_visit(page, shop):
    companion = Companion(page)
    page.goto(shop + "/404.html")
    page.evaluate("""localStorage.setItem('lectern:/beacons', JSON.stringify(
        [{ visit: 'v-of-before', id: 'e1', kind: 'done', at: Date.now(), lesson: 'a' }]))""")
    page.goto(shop + "/courses/python/")
    arrived(page, companion, "view")
    [old] = [envelope for envelope in companion.sent("POST beacon") if envelope["visit"] == "v-of-before"]
    assert [event["id"] for event in old["events"]] == ["e1"]
    assert "visit" not in old["events"][0]


def test_a_device_that_is_never_online_keeps_a_bounded_queue(page, shop):
    companion = Companion(page)
    companion["POST beacon"] = None
    page.goto(shop + "/404.html")
    page.evaluate("""localStorage.setItem('lectern:/beacons', JSON.stringify(
        Array.from({ length: 600 }, (_, i) => ({ visit: 'v1234567', id: `e${i}`, kind: 'done', at: i, lesson: 'a' }))))""")
    page.goto(shop + "/courses/python/")
    page.wait_for_timeout(1000)
    kept = queue(page)
    assert len(kept) == 500
    assert kept[-1]["kind"] in ("view", "step"), "the newest stay"


def test_a_large_queue_goes_in_pieces_that_a_closing_page_may_send(page, shop):
    companion = Companion(page)
    page.goto(shop + "/404.html")
    page.evaluate("""localStorage.setItem('lectern:/beacons', JSON.stringify(
        Array.from({ length: 300 }, (_, i) => ({ visit: 'v1234567', id: `e${i}`, kind: 'ask', at: Date.now(), lesson: 'a', text: '问'.repeat(200) }))))""")
    page.goto(shop + "/courses/python/")
    arrived(page, companion, "ask", 300)
    sizes = [len(asked.text.encode()) for asked in companion.asked if asked.path == "beacon"]
    assert max(sizes) < 64 * 1024, sizes
    assert max(len(envelope["events"]) for envelope in companion.sent("POST beacon")) <= 200


def test_answers_of_a_quiz_are_told_one_by_one(page, shop):
    companion = Companion(page)
    page.goto(shop + LESSON)
    page.locator("form[data-started]").wait_for()
    page.locator("#quiz-q1 input").fill("4")
    page.locator("#quiz-q2 input").fill("false")
    page.get_by_role("button", name="提交答案").click()
    first, second = arrived(page, companion, "quiz", 2)
    assert (first["answer"], first["correct"], first["attempt"]) == ("4", True, 1)
    assert (second["answer"], second["correct"]) == ("false", False)
    assert first["lesson"] == page.locator("article").get_attribute("data-lesson-id") and first["question"] != second["question"]


def test_a_learners_question_is_sent_or_kept_and_said_so(page, shop):
    companion = Companion(page)
    page.goto(shop + LESSON)
    assert not page.get_by_text("向老师提问").is_visible(), "nobody could be answered"
    known(page, shop, companion)
    page.goto(shop + LESSON)
    page.get_by_text("向老师提问").click()
    page.get_by_label("关于这一课，你想问什么？").fill("为什么 0.1 + 0.2 不等于 0.3？")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_text("已发送，谢谢提问。")).to_be_visible()
    [ask] = companion.events("ask")
    assert (ask["text"], ask["course"]) == ("为什么 0.1 + 0.2 不等于 0.3？", "python")
    companion["POST beacon"] = None
    page.get_by_label("关于这一课，你想问什么？").fill("还有呢？")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_text("先存在这台设备上，联网后自动发送。")).to_be_visible()


def lesson_id(page):
    return page.locator("article").get_attribute("data-lesson-id")


def test_completed_lessons_follow_a_learner_to_another_device(page, shop):
    companion = Companion(page)
    companion["GET enrollment/*"] = {**PROGRESS, "progress": {
        "python/variables": {"position": 0, "seconds": 0, "done": True}, "python/loops": {"position": 0, "seconds": 0, "done": False}}}
    known(page, shop, companion)
    page.goto(shop + LESSON)
    assert lesson_id(page) == "python/variables"
    expect(page.locator("[data-complete]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".outline .done")).to_have_count(1)
    page.wait_for_timeout(3500)
    assert not companion.events("done"), "what was heard is not told back"


def test_a_mark_that_was_taken_back_here_does_not_come_back(page, shop):
    companion = Companion(page)
    companion["GET enrollment/*"] = {**PROGRESS, "progress": {"python/variables": {"position": 0, "seconds": 0, "done": True}}}
    known(page, shop, companion)
    page.goto(shop + LESSON)
    button = page.locator("[data-complete]")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    page.reload()
    page.wait_for_timeout(800)
    expect(button).to_have_attribute("aria-pressed", "false")


def test_what_was_completed_before_signing_in_is_told_afterwards(page, shop):
    companion = Companion(page)
    page.goto(shop + "/404.html")
    page.evaluate("localStorage.setItem('lectern:/course:python', JSON.stringify({ done: ['python/variables'] }))")
    known(page, shop, companion)
    page.goto(shop + "/courses/python/functions/")
    [done] = arrived(page, companion, "done")
    assert done["lesson"] == "python/variables"


def test_a_completed_lesson_that_left_its_course_is_not_told_on_every_page(page, shop):
    companion = Companion(page)
    known(page, shop, companion)
    page.evaluate("localStorage.setItem('lectern:/course:python', JSON.stringify({ done: ['python/taken-out', 'python/variables'] }))")
    page.goto(shop + "/courses/python/functions/")
    [done] = arrived(page, companion, "done")
    assert done["lesson"] == "python/variables"


def test_a_lesson_that_was_begun_elsewhere_and_completed_here_counts_as_completed(page, shop):
    companion = Companion(page)
    companion["GET enrollment/*"] = {**PROGRESS, "progress": {
        "python/variables": {"position": 12, "seconds": 12, "done": False}, "python/loops": {"position": 0, "seconds": 9, "done": True}}}
    known(page, shop, companion)
    page.evaluate("localStorage.setItem('lectern:/course:python', JSON.stringify({ done: ['python/variables', 'python/loops'] }))")
    page.goto(shop + "/courses/python/functions/")
    [done] = arrived(page, companion, "done")
    assert done["lesson"] == "python/variables"


def test_visitors_pages_ask_the_companion_for_no_progress(page, shop):
    companion = Companion(page)
    page.goto(shop + LESSON)
    page.wait_for_timeout(500)
    assert [asked.path for asked in companion.asked if asked.method == "GET"] == []


def test_who_was_signed_out_elsewhere_is_not_asked_for_on_every_page(page, shop):
    companion = Companion(page)
    companion["GET enrollment/*"] = (401, {"code": "sign-in-needed"})
    known(page, shop, companion)
    page.evaluate("localStorage.setItem('lectern:/course:python', JSON.stringify({ done: ['python/variables'] }))")
    for _ in range(2):
        page.goto(shop + LESSON)
        page.wait_for_timeout(500)
        expect(page.locator("[data-complete]")).to_have_attribute("aria-pressed", "true")
    assert len([asked for asked in companion.asked if asked.path.startswith("enrollment")]) == 1
    page.wait_for_timeout(3500)
    assert not companion.events("done"), "nobody is signed in whose it could be"


def test_who_bought_without_signing_in_has_no_progress_elsewhere_to_ask_for(page, shop):
    companion = Companion(page)
    companion["GET enrollment/*"] = (401, {"code": "sign-in-needed"})
    page.goto(shop + "/404.html")
    page.evaluate("localStorage.setItem('lectern:/reader', '\"claim\"')")
    page.goto(shop + LESSON)
    page.wait_for_timeout(500)
    assert not [asked for asked in companion.asked if asked.path.startswith("enrollment")]
    assert page.evaluate("localStorage.getItem('lectern:/reader')") == '"claim"', "and stays a buyer"


def test_another_learner_on_this_device_starts_with_nothing_of_the_last_ones(page, shop):
    companion = Companion(page)
    known(page, shop, companion)
    companion["POST beacon"] = None
    page.goto(shop + "/account/")
    page.wait_for_timeout(300)
    page.goto(shop + LESSON)
    page.click("[data-complete]")
    companion["GET session"] = {**LIN, "learner": "l0000000000000000000000002", "email": "xia@example.com"}
    page.goto(shop + "/account/")
    expect(page.get_by_text("你已登录：xia@example.com")).to_be_visible()
    assert not [event for event in queue(page) if event["kind"] == "done"]
    assert page.evaluate("localStorage.getItem('lectern:/course:python')") is None


def test_a_site_on_the_same_host_under_another_path_keeps_what_is_its(page, shop):
    companion = Companion(page)
    known(page, shop, companion)
    page.evaluate("""for (const name of ['course:python', 'video:python/variables', 'quiz:python/variables', 'opens', 'last-course'])
        for (const root of ['/', '/learn/']) localStorage.setItem(`lectern:${root}${name}`, '{}')""")
    companion["GET session"] = LIN
    page.goto(shop + "/account/")
    expect(page.get_by_text("你已登录：lin@example.com")).to_be_visible()
    companion["GET session"] = {**LIN, "learner": "l0000000000000000000000002", "email": "xia@example.com"}
    page.reload()
    expect(page.get_by_text("你已登录：xia@example.com")).to_be_visible()
    kept = {key for key in page.evaluate("Object.keys(localStorage)") if ":" in key.removeprefix("lectern:") or "last-course" in key or "opens" in key}
    assert kept == {f"lectern:/learn/{name}" for name in (
        "course:python", "video:python/variables", "quiz:python/variables", "opens", "last-course")}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """The URL of a lesson with a film, on a site with a companion."""
    folder = tmp_path_factory.mktemp("film") / "site"
    shutil.copytree(pathlib.Path(__file__).parent / "Sites" / "film", folder)
    settings = folder / "content" / "site.yml"
    settings.write_text(settings.read_text() + "companion: /api/\n")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=40", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25",
         "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(folder / "content/courses/python/01-variables/film.mp4")], check=True)
    with served(build(folder, folder.parent / "output")) as url:
        yield url


def play(page, seconds):
    page.evaluate("(s) => { const v = document.querySelector('video'); v.muted = true; v.currentTime = s; return v.play() }", seconds)


def test_seconds_that_were_really_watched_are_told(page, film):
    companion = Companion(page)
    page.goto(film + LESSON)
    play(page, 5)
    page.wait_for_timeout(2000)
    page.evaluate("document.querySelector('video').pause()")
    [video] = arrived(page, companion, "video")
    [[start, end]] = video["ranges"]
    assert 5 <= start < 6 and 1 < end - start < 4
    assert (video["rate"], video["length"], video["position"]) == (1, 40, end)
    play(page, 30)  # a jump earns nothing
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelector('video').pause()")
    second = arrived(page, companion, "video", 2)[1]
    assert second["ranges"][0][0] >= 30


def test_leaving_the_page_tells_what_was_watched_until_then(page, film):
    companion = Companion(page)
    page.goto(film + LESSON)
    play(page, 5)
    page.wait_for_timeout(1500)
    page.goto(film + "/404.html")
    [video] = arrived(page, companion, "video")
    assert video["ranges"][0][1] > 5.5
    page.wait_for_timeout(3500)
    assert queue(page) == []


def test_the_place_in_a_film_follows_to_another_device(page, film):
    companion = Companion(page)
    companion["GET enrollment/*"] = {**PROGRESS, "progress": {"python/variables": {"position": 21.4, "seconds": 20, "done": False}}}
    known(page, film, companion)
    page.goto(film + LESSON)
    expect(page.get_by_role("button", name="从 0:21 继续观看")).to_be_visible()
    page.get_by_role("button", name="从 0:21 继续观看").click()
    page.wait_for_timeout(300)
    assert 20 < page.evaluate("document.querySelector('video').currentTime") < 24


def test_the_place_here_stands_while_it_has_not_been_told(page, film):
    companion = Companion(page)
    companion["POST beacon"] = None
    companion["GET enrollment/*"] = {**PROGRESS, "progress": {"python/variables": {"position": 35, "seconds": 20, "done": False}}}
    known(page, film, companion)
    page.evaluate("""localStorage.setItem('lectern:/video:python/variables', '{"at":12}');
        localStorage.setItem('lectern:/beacons', JSON.stringify(
            [{ visit: 'v1234567', id: 'e1', kind: 'video', at: Date.now(), lesson: 'python/variables', ranges: [[0, 12]] }]))""")
    page.goto(film + LESSON)
    page.wait_for_timeout(500)
    expect(page.get_by_role("button", name="从 0:12 继续观看")).to_be_visible()


def test_a_text_lesson_pays_little_for_all_this(page, shop):
    """What the beacons' scripts weigh, as a host sends them, and what they add to the page itself."""
    sizes = {}
    Companion(page)
    page.on("response", lambda answer: sizes.update({answer.url.rsplit("/", 1)[1]: len(gzip.compress(answer.body(), 6, mtime=0))})
            if answer.url.endswith(".js") else None)
    page.goto(shop + "/courses/python/functions/")
    page.wait_for_load_state("networkidle")
    own = {name: size for name, size in sizes.items() if not name.startswith(("early", "site", "progress."))}
    assert sum(own.values()) < 6 * 1024, own
    assert sum(sizes.values()) < 12 * 1024, sizes
