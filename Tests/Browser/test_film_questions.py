"""Questions that a film stops for: `at:` in quiz.yml."""

import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import build, served
from test_player import eventually, video

SITE = {
    "content/site.yml": "title: Questions\nbaseURL: https://me.example/\nlanguages: [en]\n",
    "content/courses/asks/course.md": "---\ntitle: Asks\n---\nFree.\n",
    "content/courses/asks/01-film/index.md": "---\ntitle: A film\n---\nText.\n",
    "content/courses/asks/01-film/quiz.yml": """questions:
  - {id: one, type: truefalse, at: "0:02", prompt: Is it so?, answer: true, explain: It was said before.}
  - {id: two, type: number, prompt: How many?, answer: 2}
""",
    "content/courses/asks/02-once/index.md": "---\ntitle: Counted\n---\nText.\n",
    "content/courses/asks/02-once/quiz.yml": """attempts: 1
questions:
  - {id: one, type: truefalse, at: "0:02", prompt: Is it so?, answer: true}
""",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asks")
    for path, text in SITE.items():
        file = folder / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for lesson in ("01-film", "02-once"):
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=12", "-c:v", "libx264", "-preset", "ultrafast",
             "-g", "10", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(folder / f"site/content/courses/asks/{lesson}/video.mp4")], check=True)
    with served(build(folder / "site", folder / "output")) as url:
        yield url + "/courses/asks/"


def play_to_the_question(page, url):
    page.goto(url)
    eventually(page, "document.querySelector('video').readyState >= 1")
    page.evaluate("(() => { const v = document.querySelector('video'); v.currentTime = 1.4; return v.play() })()")
    dialog = page.get_by_role("dialog", name="A question about the video")
    dialog.wait_for()
    return dialog


def test_the_film_stops_asks_says_whether_it_is_right_and_goes_on(page, course):
    dialog = play_to_the_question(page, course + "film/")
    assert video(page, "paused") and 2 <= video(page, "currentTime") < 2.6
    assert page.evaluate("document.activeElement.closest('dialog') !== null"), "the keyboard is there"
    dialog.get_by_role("button", name="Check the answer").click()
    assert dialog.locator(".verdict").count() == 0, "nothing was answered yet"
    assert [problem["id"] for problem in Axe().run(page).response["violations"]] == []
    dialog.get_by_label("False").check()
    dialog.get_by_role("button", name="Check the answer").click()
    assert "✗" in dialog.locator(".verdict").inner_text() and "It was said before." in dialog.inner_text()
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    eventually(page, "document.querySelector('video').currentTime > 3")
    # It stands in the quiz again, answered as it was, open, and in its place.
    assert page.locator("form[data-quiz] fieldset").evaluate_all("all => all.map(one => one.dataset.question)") == ["one", "two"]
    assert page.locator("form[data-quiz]").get_by_label("False").is_checked() and page.locator("fieldset:disabled").count() == 0
    # Once is enough.
    page.evaluate("document.querySelector('video').currentTime = 1.4")
    eventually(page, "document.querySelector('video').currentTime > 3 && !document.querySelector('video').seeking")
    assert page.locator("dialog[open]").count() == 0


def test_who_does_not_want_to_answer_presses_escape(page, course):
    dialog = play_to_the_question(page, course + "film/")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    eventually(page, "document.querySelector('video').currentTime > 3")


def test_a_jump_over_a_question_does_not_ask_it(page, course):
    page.goto(course + "film/")
    eventually(page, "document.querySelector('video').readyState >= 1")
    page.evaluate("document.querySelector('video').play()")
    eventually(page, "document.querySelector('video').currentTime > 0.3")
    page.evaluate("document.querySelector('video').currentTime = 5")
    eventually(page, "document.querySelector('video').currentTime > 6")
    assert page.locator("dialog[open]").count() == 0


def test_where_attempts_are_counted_the_film_gives_nothing_away(page, course):
    dialog = play_to_the_question(page, course + "once/")
    assert dialog.get_by_role("button", name="Check the answer").is_hidden()
    dialog.get_by_label("False").check()
    dialog.get_by_role("button", name="Continue watching").click()
    dialog.wait_for(state="detached")
    page.get_by_role("button", name="Check answers").click()
    assert page.locator("[data-result=failed]").is_visible()


def test_a_question_that_was_marked_before_is_not_asked_again(page, course):
    page.goto(course + "once/")
    page.locator("form[data-started]").get_by_label("True").check()
    page.get_by_role("button", name="Check answers").click()
    page.evaluate("(() => { const v = document.querySelector('video'); v.currentTime = 1.4; return v.play() })()")
    eventually(page, "document.querySelector('video').currentTime > 3")
    assert page.locator("dialog[open]").count() == 0
