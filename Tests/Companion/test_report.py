"""lectern report: on data of the companion's own, and against a naive recomputation of a simulated term."""

import csv
import datetime
import importlib.util
import json
import shutil
import subprocess

import pytest
from companion import PROGRAM, REPOSITORY, SECRET, Companion, catalogue, course, hkdf
from naive_report import NEVER, Term, day, wilson

COURSES = {
    "python": [
        ("01-values", 312), ("02-functions", 405), ("03-conditions", 268), ("04-lists", 421), ("05-loops", 366), ("06-dictionaries", 337), ("07-files", 295),
        ("08-errors", 254), ("09-modules", 284), ("10-project", 612)],
    "drawing": [("01-lines", 224), ("02-shapes", 263), ("03-light", 317), ("04-hands", 352), ("05-faces", 388), ("06-street", 441)],
}
COURSES = {course: [(f"{course}/{lesson}", seconds) for lesson, seconds in lessons] for course, lessons in COURSES.items()}
NOW = datetime.datetime(2026, 6, 15, tzinfo=datetime.UTC)


def run(folder, *words):
    return subprocess.run([PROGRAM, "report", *words], cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """Figures as the report wrote them, and the rows that they are of."""
    folder = tmp_path_factory.mktemp("term")
    done = run(folder, "--demo", "--seed", "5", "--data", "data", "--csv", "figures", "--output", "page", "--json")
    assert done.returncode == 0, done.stderr
    tables = {path.stem: list(csv.DictReader(path.open(newline=""))) for path in (folder / "figures").iterdir()}
    return tables, Term(folder / "data", COURSES, "teacher@lamplight.example", NOW), json.loads(done.stdout), folder


def money(units):
    return f"{units // 100}" if units % 100 == 0 else f"{units / 100:.2f}"


def near(text, value):
    return abs(float(text) - value) < 1e-9


def same_share(row, column, hits, of):
    low, high = wilson(hits, of)
    assert int(row[column + "_of"]) == of and near(row[column], hits / of) and near(row[column + "_low"], low) and near(row[column + "_high"], high), (row, hits, of)


def test_sales_tie_to_the_orders_to_the_cent(term):
    tables, naive, _, _ = term
    whole = lambda order: {name: order[name] for name in ("received", "fees", "refunded", "unknown")}
    buyers_of = lambda country, currency: {
        order["learner"] for order in naive.orders if order["country"] == country and order["currency"] == currency and order["received"]}

    def from_where(order):
        name = order["country"] and ("(others)" if len(buyers_of(order["country"], order["currency"])) < 5 else order["country"])
        return [(name or "(unknown)", whole(order))] if order["received"] else []

    groups = {
        "sales": ("currency", lambda order: [(order["currency"], whole(order))]), "sales-by-course": ("course", naive.split),
        "sales-by-product": ("product", lambda order: [(" + ".join(sorted(course for course, _ in order["items"])), whole(order))]),
        "sales-by-provider": ("provider", lambda order: [(order["provider"], whole(order))]), "orders-by-state": ("state", lambda order: [(order["state"], whole(order))]),
        "sales-by-country": ("country", from_where), "sales-by-week": ("week", lambda order: [(naive.week(order), whole(order))]),
    }
    for table, (column, group) in groups.items():
        sums = naive.sales(group)
        ours = {(row[column], row["currency"]): [row[name] for name in ("orders", "sold", "gross", "fees", "refunds", "net", "fees_unknown")] for row in tables[table]}
        theirs = {
            key: [str(orders), str(sold), money(gross), money(fees) if fees or not unknown else "", money(back), money(gross - fees - back), money(unknown)]
            for key, (orders, sold, gross, fees, back, unknown) in sums.items()}
        assert {key: row for key, row in ours.items() if row[0] != "0"} == theirs, table
    for row in tables["sales"]:
        own = [order for order in naive.orders if order["currency"] == row["currency"]]
        paid = [order for order in own if order["received"] > 0]
        buyers = {order["learner"] for order in paid}
        repeat = sum(sum(order["learner"] == buyer for order in paid) > 1 for buyer in buyers)
        assert int(row["buyers"]) == len(buyers) and row["average"] == money(sum(order["received"] for order in own) // len(paid))
        same_share(row, "repeat", repeat, len(buyers))
        same_share(row, "refund_rate", sum(order["refunded"] > 0 for order in own), len(paid))
        same_share(row, "dispute_rate", sum(order["disputed"] for order in own), len(paid))


def test_the_funnel_is_that_of_the_visits(term):
    tables, naive, report, _ = term
    counts, waits, sources = naive.funnel()
    assert {row["step"]: int(row["visits"]) for row in tables["funnel"]} == dict(counts)
    assert {row["step"]: float(row["wait_seconds"]) for row in tables["funnel"] if row["wait_seconds"]} == waits
    assert {row["source"]: [int(row[step]) for step in ("visits", "price", "checkout", "paid")] for row in tables["sources"]} == dict(sources)
    for row in tables["sources"]:
        same_share(row, "conversion", sources[row["source"]][3], sources[row["source"]][0])
    before = None
    for row in tables["funnel"]:
        if before:
            same_share(row, "of_before", int(row["visits"]), int(before["visits"]))
            same_share(row, "of_all", int(row["visits"]), int(tables["funnel"][0]["visits"]))
        before = row
    assert f"Left out: {len(naive.robots)} visits of robots." in report["notes"] and f"Left out: {len(naive.own)} visits of the creator." in report["notes"]


def test_lessons_are_the_union_of_what_was_seen(term):
    tables, naive, _, _ = term
    assert [row["lesson"] for row in tables["lessons"]] == [lesson for lessons in COURSES.values() for lesson, _ in lessons]
    for row in tables["lessons"]:
        lesson = naive.lesson(row["lesson"], dict(COURSES[row["course"]])[row["lesson"]])
        assert [int(row[name]) for name in ("reached", "started", "completed")] == [lesson[name] for name in ("reached", "started", "completed")]
        same_share(row, "completion", lesson["completed"], lesson["started"])
        assert near(row["watched_median"], lesson["median"]) and near(row["replayed"], lesson["replayed"]) and near(row["speed"], lesson["speed"]), row
        bins = [0] * 10
        for share in lesson["shares"]:
            bins[min(9, max(0, -int(-share * 10 // 1) - 1))] += 1
        watched = next(one for one in tables["watched"] if one["lesson"] == row["lesson"])
        assert [int(watched[f"to_{part}0"]) for part in range(1, 11)] == bins and int(watched["watchers"]) == lesson["watchers"]
        seconds = [tuple(int(one[name]) for name in ("second", "there", "seen", "twice", "left")) for one in tables["seconds"] if one["lesson"] == row["lesson"]]
        assert seconds == lesson["seconds"], row["lesson"]


def test_quizzes_are_those_of_the_textbook(term):
    tables, naive, _, _ = term
    for quiz in tables["quizzes"]:
        firsts, related, complete, reliability = naive.quiz(quiz["lesson"])
        assert int(quiz["complete"]) == complete and int(quiz["questions"]) == len(firsts)
        assert near(quiz["reliability"], reliability) if reliability is not None else quiz["reliability"] == ""
        for row in (row for row in tables["questions"] if row["lesson"] == quiz["lesson"]):
            answers = firsts[row["question"]]
            assert int(row["answers"]) == len(answers)
            if len(answers) >= 30:
                same_share(row, "right_first", sum(right for right, _ in answers.values()), len(answers))
                counts = {}
                for _, answer in answers.values():
                    counts[answer] = counts.get(answer, 0) + 1
                kept = {answer: count for answer, count in counts.items() if count >= 5}
                rest = len(answers) - sum(kept.values())
                ours = {one["answer"]: int(one["people"]) for one in tables["answers"] if (one["lesson"], one["question"]) == (row["lesson"], row["question"])}
                assert ours == kept | ({"(others)": rest} if rest else {})
            assert near(row["discrimination"], related[row["question"]]) if row["question"] in related else row["discrimination"] == ""


def test_courses_and_cohorts_follow_each_learner(term):
    tables, naive, _, _ = term
    quiet_before = NOW.timestamp() - 14 * 86_400
    people = {course: {who for lesson, _ in lessons for name, who in naive.did if name == lesson} for course, lessons in COURSES.items()}
    cohorts = {}
    for row in tables["courses"]:
        course = row["course"]
        journeys = [naive.journey(who, course) for who in people[course]]
        began = [one for one in journeys if one["started"] < NEVER]
        enrolled = {who: since for (who, of), since in naive.enrolled().items() if of == course}
        theirs = {who: naive.journey(who, course) for who in enrolled}
        quiet = [who for who, one in theirs.items() if one["started"] < NEVER and one["completed"] == NEVER and one["last"] < quiet_before]
        assert [int(row[name]) for name in ("enrolled", "began", "half", "completed", "quiet")] == [
            len(enrolled), len(began), sum(one["half"] < NEVER for one in began), sum(one["completed"] < NEVER for one in began), len(quiet)]
        for who, since in enrolled.items():
            cohort = cohorts.setdefault((course, str(day(since))[:7]), [0, 0, 0, 0])
            cohort[0] += 1
            if theirs[who]["started"] < NEVER:
                for place, holds in enumerate([True, theirs[who]["half"] < NEVER, theirs[who]["completed"] < NEVER]):
                    cohort[place + 1] += holds
    for row in tables["cohorts"]:
        assert int(row["enrolled"]) == cohorts[row["course"], row["month"]][0]
        if int(row["enrolled"]) >= 5:
            assert [int(row[name]) for name in ("enrolled", "began", "half", "completed")] == cohorts[row["course"], row["month"]]
    assert len(tables["cohorts"]) == len(cohorts)


def test_all_that_is_planted_is_advised_with_where_to_look(term):
    tables, _, report, _ = term
    assert [(one["rule"], one.get("lesson") or one.get("source")) for one in report["advice"]] == [
        ("question", "python/02-functions"), ("second", "python/04-lists"), ("source", "campaign spring")]
    assert report["advice"][0]["question"] == "q3" and 185 <= report["advice"][1]["second"] <= 189
    assert [row["sentence"] for row in tables["advice"]] == [one["sentence"] for one in report["advice"]]
    assert report["simulated"] is True


QUIZ = "questions:\n" + "".join(f"  - id: q{number}\n    prompt: What?\n    options: [{{text: a, correct: true}}, b, c, d]\n" for number in range(1, 6))


def test_beside_the_content_advice_names_the_file_and_the_line_and_nothing_of_it_is_published(term, tmp_path):
    """The same term as a companion's own data, beside a folder whose lessons have its ids."""
    _, _, _, folder = term
    own = Companion(tmp_path)
    made = [course(id, [(lesson.split("/")[1], "paid", 0) for lesson, _ in lessons]) for id, lessons in COURSES.items()]
    for one in made:
        for lesson in one["lessons"]:
            lesson["durationSeconds"] = dict(COURSES[one["id"]])[lesson["id"]]
    own.write("catalogue.json", catalogue(courses=made))
    shutil.copytree(folder / "data", tmp_path / "data")
    lessons = tmp_path / "content/courses/anything"
    for name, id in (("01-functions", "python/02-functions"), ("02-lists", "python/04-lists")):
        (lessons / name).mkdir(parents=True)
        (lessons / name / "index.md").write_text(f"---\nid: {id}\n---\n# {name}\n")
    (lessons / "01-functions/quiz.yml").write_text(QUIZ)
    (lessons / "02-lists/recorded.mp4").write_bytes(b"")
    (tmp_path / "output/account/report").mkdir(parents=True)
    (tmp_path / "output/account/report/index.html").write_text("<!doctype html>")
    words = ["--until", "2026-06-15", "--language", "en"]
    done = own.run("report", *words, "--json", "--csv", "figures", "--output", "page", "--publish", "output")
    assert done.returncode == 0, done.stderr
    question, second, source = json.loads(done.stdout)["advice"]
    assert (question["file"], question["line"]) == ("content/courses/anything/01-functions/quiz.yml", 8)
    assert second["file"] == "content/courses/anything/02-lists/recorded.mp4" and 185 <= second["second"] <= 189 and "line" not in second
    assert "file" not in source
    [first, *_] = csv.DictReader((tmp_path / "figures/advice.csv").open(newline=""))
    assert (first["file"], first["line"]) == (question["file"], "8")
    assert "<code>content/courses/anything/01-functions/quiz.yml:8</code>" in (tmp_path / "page/index.html").read_text()
    assert f"{second['file']} 3:0" in own.run("report", *words).stdout
    assert published(tmp_path).count("<li><p class=\"sentence\">") == 3 and "content/" not in published(tmp_path)
    # Run elsewhere, or beside no content, it names nothing; a folder that was named and is none is said.
    (tmp_path / "content").rename(tmp_path / "elsewhere")
    assert all("file" not in one for one in json.loads(own.run("report", *words, "--json").stdout)["advice"])
    (tmp_path / "site").mkdir()
    (tmp_path / "elsewhere").rename(tmp_path / "site/content")
    named = json.loads(own.run("report", *words, "--json", "--site", "site").stdout)["advice"]
    assert named[0]["file"] == "site/" + question["file"]
    wrong = own.run("report", "--site", "nowhere")
    assert wrong.returncode == 1 and "nowhere" in wrong.stderr and not wrong.stdout
    assert run(tmp_path, "--demo", "--site", "site").returncode == 2


def published(folder):
    """The page that was sealed onto the site, opened."""
    spec = importlib.util.spec_from_file_location("sealed_file", REPOSITORY / "Tests/Browser/sealed_file.py")
    sealed_file = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sealed_file)
    sealed = (folder / "output/account/report/report.bin").read_bytes()
    epoch = int.from_bytes(sealed[8:12], "big")
    return sealed_file.opened(sealed, "account/report/page", hkdf(SECRET, "lectern/1/report", str(epoch))).decode()


def test_the_terminal_is_a_hundred_wide_and_says_that_it_is_simulated(term):
    _, _, _, folder = term
    for language, word in (("en", "SIMULATED"), ("zh", "模拟数据")):
        text = run(folder, "--demo", "--visits", "500", "--language", language).stdout
        assert word in text.splitlines()[0]
        assert max(sum(2 if "\u1100" <= letter else 1 for letter in line if not "\u2010" <= letter <= "\u22ff") for line in text.splitlines()) <= 100
    assert "SIMULATED" in (folder / "page/index.html").read_text()


def test_the_same_seed_is_the_same_term(tmp_path):
    first, second, other = (run(tmp_path, "--demo", "--visits", "200", "--seed", seed, "--json").stdout for seed in ("3", "3", "4"))
    assert first == second != other


def test_on_the_companions_own_data(browser, mailbox):
    companion = browser.companion
    order = browser.order("python").json()["order"]["id"]
    assert companion.run("orders", "confirm", order).returncode == 0
    visit = "a" * 32
    event = lambda number, kind, **more: {"id": number, "kind": kind, "at": 1000, **more}
    envelope = {"v": 1, "visit": visit, "sentAt": 1000, "events": [
        event("e1", "view", path="/courses/python/", referrer="weibo.com"), event("e2", "step", name="price-seen", course="python")]}
    for agent in ("Mozilla/5.0", "Examplebot/2.1"):
        browser.session.headers["User-Agent"] = agent
        envelope["visit"] = visit if agent == "Mozilla/5.0" else "b" * 32
        assert browser.post("beacon", None, data=json.dumps(envelope), headers={"Content-Type": "text/plain"}).status_code == 200
    report = json.loads(companion.run("report", "--json", "--language", "en").stdout)
    tables = {table["id"]: table["rows"] for section in report["sections"] for table in section["tables"]}
    listed = json.loads(companion.run("orders", "list", "--json").stdout)
    assert tables["sales"][0]["gross"]["minorUnits"] == sum(one["received"]["minorUnits"] for one in listed) == 19900
    assert tables["funnel"][1] | {"of_before": 0, "of_all": 0} == {"step": "price", "title": "saw the price", "visits": 1, "of_before": 0, "of_all": 0, "wait_seconds": {"tooFew": 1}}
    assert "Left out: 1 visits of robots." in report["notes"]
    assert (companion.folder / "data/report.totals").stat().st_mode & 0o777 == 0o600
    assert "¥199" in companion.run("report").stdout


def test_a_course_that_was_given_back_alone_has_that_refund_and_a_later_one_is_the_others(browser):
    """Two courses at 199; 20 % off python: 159.20 + 199 = 358.20. python goes back: 159.20. Then 100 of what is left, swift's alone."""
    companion = browser.companion
    assert companion.run("coupons", "add", "SPRING", "--percent", "20", "--course", "python").returncode == 0
    order = browser.order("python", "swift", total=35820, coupon="SPRING").json()["order"]["id"]
    for words in (["confirm", order], ["refund", order, "--course", "python"], ["refund", order, "--amount", "100"]):
        done = companion.run("orders", *words)
        assert done.returncode == 0, done.stderr
    assert companion.run("report", "--csv", "figures").returncode == 0
    rows = {row["course"]: row for row in csv.DictReader((companion.folder / "figures/sales-by-course.csv").open(newline=""))}
    ours = {course: (row["gross"], row["refunds"]) for course, row in rows.items()}
    assert ours == {"python": ("159.20", "159.20"), "swift": ("199", "100")}
    naive = Term(companion.folder / "data", {}, "creator@me.example", NOW)
    assert {course: (money(gross), money(back)) for (course, _), (_, _, gross, _, back, _) in naive.sales(naive.split).items()} == ours


def test_what_cannot_be_asked_is_said(companion, tmp_path):
    for words, said in (
        (["--course", "pyton"], 'did you mean python'), (["--timezone", "Mars/Olympus"], "no time zone"), (["--since", "yesterday"], "is a date"),
        (["--since", "2026-02-01", "--until", "2026-01-01"], "comes before"), (["--rate", "USD=7"], "goes with --currency"),
        (["--currency", "CNY", "--rate", "USD=much"], "written like"), (["--seed", "3"], "goes with --demo"), (["--demo", "--planted", "gold"], "--planted is"),
    ):
        done = companion.run("report", *words)
        assert said in done.stderr and done.returncode in (1, 2) and not done.stdout, (words, done)
    companion.settings["data"] = "nowhere"
    companion.save()
    done = companion.run("report")
    assert done.returncode == 1 and "there is no data yet" in done.stderr and not (companion.folder / "nowhere").exists()
