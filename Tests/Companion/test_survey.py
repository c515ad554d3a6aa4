"""The survey: what a page may tell of it, what the companion keeps, and what the report makes of it."""

import json

import pytest
from companion import SURVEY, Companion, catalogue
from conftest import Browser
from test_beacons import envelope, kept, send


@pytest.fixture
def asking(tmp_path, mailbox):
    """A companion of a site with a survey."""
    made = Companion(tmp_path, smtp_port=mailbox.port)
    made.write("catalogue.json", catalogue(survey=SURVEY))
    yield made.start()
    assert made.stop() == 0


def answer(id, question, answer, **more):
    return {"id": id, "kind": "survey", "question": question, "answer": answer, **more}


def test_an_answer_that_the_survey_has_is_kept_and_no_other(asking, mailbox):
    browser = Browser(asking, mailbox)
    good = [answer("a", "goal", ["work"]), answer("b", "wish", "More of it")]
    bad = [
        answer("c", "goal", ["money"]), answer("d", "goal", ["work", "joy"]), answer("e", "goal", "work"), answer("f", "goal", []),
        answer("g", "wish", "x" * 21), answer("h", "wish", ["More"]), answer("i", "shoe-size", ["41"])]
    told = send(browser, *good, *bad).json()
    assert told == {"refused": [{"index": index, "code": "unknown-question"} for index in range(2, 9)]}
    assert [row[1:3] for row in kept(asking)] == [("a", "survey"), ("b", "survey")]
    assert send(browser, answer("j", "goal", {"work": 1})).json() == {"refused": [{"index": 0, "code": "bad-event"}]}


def test_a_site_without_a_survey_keeps_no_answer(browser):
    assert send(browser, answer("a", "goal", ["work"])).json() == {"refused": [{"index": 0, "code": "unknown-question"}]}
    assert kept(browser.companion) == []


def test_who_is_not_to_be_counted_may_still_answer(asking, mailbox):
    browser = Browser(asking, mailbox)
    view = {"id": "v", "kind": "view", "path": "/"}
    assert send(browser, view, answer("a", "wish", "Less of it"), headers={"Sec-GPC": "1"}).json() == {"refused": []}
    assert [row[1] for row in kept(asking)] == ["a"]


def test_the_report_shows_groups_of_five_and_words_without_names(asking, mailbox):
    for number in range(5):
        browser = Browser(asking, mailbox).sign_in(f"learner{number}@me.example")
        # Alone in its tab: the first says "joy" before "work".
        events = [answer("a", "goal", ["joy" if number == 0 else "work"], at=0), answer("b", "goal", ["work"]), answer("c", "wish", f"wish {number}")]
        assert browser.post("beacon", data=envelope(*events, visit=f"visit-000{number}"), headers={"Content-Type": "text/plain"}).json() == {"refused": []}
        tables = {table["id"]: table["rows"] for section in json.loads(asking.run("report", "--json").stdout)["sections"] for table in section["tables"]}
        assert ("surveys" in tables, "survey-words" in tables) == (number == 4, number == 4), number
    assert [(row["answer"], row["title"], row["people"]) for row in tables["surveys"]] == [("work", "For work", 5)]
    assert sorted(row["words"] for row in tables["survey-words"]) == [f"wish {number}" for number in range(5)]
    assert "@me.example" not in asking.run("report", "--json").stdout
    exported = Browser(asking, mailbox).sign_in("learner3@me.example").get("me/export").text
    assert "wish 3" in exported and "wish 2" not in exported
