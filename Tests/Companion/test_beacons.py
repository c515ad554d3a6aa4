"""Beacons: kept once, answered after they are on disk, and what they mean for progress."""

import json
import sqlite3
import time
from urllib.parse import quote

from companion import SITE
from conftest import Browser


def envelope(*events, visit="visit-0001"):
    now = int(time.time() * 1000)
    return json.dumps({"v": 1, "site": SITE, "visit": visit, "sentAt": now, "events": [{"at": now} | event for event in events]})


def send(browser, *events, **more):
    headers = {"Content-Type": "text/plain;charset=UTF-8"} | more.pop("headers", {})
    return browser.post("beacon", data=envelope(*events, **more), headers=headers)


def kept(companion):
    with sqlite3.connect(f"file:{companion.folder}/data/beacons.sqlite?mode=ro", uri=True) as database:
        return database.execute("SELECT visit, event, kind, learner, course, lesson FROM beacon ORDER BY event").fetchall()


VIEW = {"id": "a", "kind": "view", "path": "/courses/python/"}
WATCHED = {"id": "b", "kind": "video", "course": "python", "lesson": "python/intro", "ranges": [[0, 20], [10, 30]], "length": 60, "position": 30}
DONE = {"id": "c", "kind": "done", "course": "python", "lesson": "python/intro"}


def test_what_was_answered_is_on_disk_once(browser):
    for _ in range(3):
        answer = send(browser, VIEW, WATCHED)
        assert (answer.status_code, answer.json()) == (200, {"refused": []})
    assert [row[1:4] for row in kept(browser.companion)] == [("a", "view", None), ("b", "video", None)]


def test_a_page_with_a_long_chinese_address_is_counted(browser):
    path = "/courses/入门/" + "循序渐进" * 30 + "/"
    assert send(browser, {**VIEW, "path": path}).json() == {"refused": []}
    assert send(browser, {**VIEW, "id": "escaped", "path": quote(path)}).json() == {"refused": [{"index": 0, "code": "bad-text"}]}
    assert [row[1] for row in kept(browser.companion)] == ["a"]


def test_a_view_says_which_page_it_is_and_counts_all_the_same_when_the_catalogue_is_older(browser):
    known, newer = {**VIEW, "course": "python", "lesson": "python/intro"}, {**VIEW, "id": "b", "course": "python", "lesson": "python/of-tomorrow"}
    assert send(browser, known, newer).json() == {"refused": []}
    assert [row[4:] for row in kept(browser.companion)] == [("python", "python/intro"), (None, None)]


def test_what_cannot_be_is_refused_one_by_one(browser, code):
    answer = send(browser, VIEW, {"id": "x", "kind": "nonsense"}, {"id": "y", "kind": "done", "course": "python", "lesson": "python/nothing"}, DONE)
    assert answer.json() == {"refused": [{"index": 1, "code": "unknown-kind"}, {"index": 2, "code": "unknown-lesson"}]}
    assert len(kept(browser.companion)) == 2
    for body, status, problem in [("{", 400, "bad-json"), ('{"v":2}', 422, "invalid-field"), ("[]", 422, "invalid-field"), (envelope(), 422, "invalid-field")]:
        code(browser.post("beacon", data=body, headers={"Content-Type": "text/plain"}), status, problem)
    code(browser.post("beacon", data=envelope(VIEW), headers={"Content-Type": "application/json"}), 415, "unsupported-media-type")


def test_progress_follows_a_learner_and_seeking_earns_nothing(browser, mailbox):
    browser.sign_in("watching@me.example")
    send(browser, WATCHED, DONE)
    lesson = browser.get("enrollment/python/python%2Fintro?epoch=2").json()
    assert lesson["progress"] == {"position": 30, "seconds": 30, "done": True}
    other = Browser(browser.companion, mailbox).sign_in("watching@me.example")
    course = other.get("enrollment/python").json()
    assert course["completed"] == 1 and course["next"] == "python/lists" and not course["enrolled"]


def test_a_session_that_has_ended_is_told_and_is_no_empty_progress(browser, code):
    browser.sign_in("ended@me.example")
    send(browser, DONE)
    browser.post("sign-out")
    code(browser.get("enrollment/python"), 401, "sign-in-needed")
    code(browser.get("enrollment/nothing"), 404, "not-found")


def test_who_does_not_want_to_be_counted_is_not_but_keeps_their_progress(browser, mailbox):
    send(browser, VIEW, headers={"Sec-GPC": "1"})
    browser.sign_in("private@me.example")
    send(browser, WATCHED, headers={"DNT": "1"})
    assert kept(browser.companion) == []
    send(browser, {"id": "q", "kind": "ask", "course": "python", "lesson": "python/intro", "text": "Why?"}, headers={"Sec-GPC": "1"})
    assert [row[1:3] for row in kept(browser.companion)] == [("q", "ask")], "a question is meant to be read"
    assert browser.get("enrollment/python").json()["progress"]["python/intro"]["seconds"] == 30


def test_a_flood_from_one_network_is_held_back(companion, code):
    companion.stop()
    companion.settings["limits"] = {"beacons-per-minute": 3}
    companion.save()
    companion.start()
    browser = Browser(companion)
    assert [send(browser, VIEW).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_what_is_older_than_it_is_kept_goes_and_progress_stays(browser):
    companion = browser.companion
    browser.sign_in("long-ago@me.example")
    send(browser, WATCHED)
    send(browser, VIEW)
    companion.stop()
    with sqlite3.connect(companion.folder / "data/beacons.sqlite") as database:
        database.execute("UPDATE beacon SET received_at = received_at - 31 * 86400000 WHERE kind = 'video'")
    companion.settings["retention"] = {"beacon-days": 30}
    companion.save()
    companion.start()
    deadline = time.monotonic() + 20
    while len(kept(companion)) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [row[2] for row in kept(companion)] == ["view"]
    assert browser.get("enrollment/python").json()["progress"]["python/intro"]["seconds"] == 30
