"""Reports of a companion that learners and buyers keep busy: each is of one moment, and its figures tie."""

import itertools
import json
import re
import threading

from conftest import Browser
from test_beacons import DONE, VIEW, WATCHED, send

STEP = {"id": "d", "kind": "step", "name": "price-seen", "course": "python"}


class Writer(threading.Thread):
    """Does one thing again and again until it is told to stop; counts what was begun and what was answered."""

    def __init__(self, do):
        super().__init__()
        self.do, self.begun, self.answered, self.fault, self.ends = do, 0, 0, None, threading.Event()
        self.has_begun = threading.Event()

    def run(self):
        try:
            for number in itertools.count():
                if self.ends.is_set():
                    return
                self.begun += 1
                self.do(number)
                self.answered += 1
                self.has_begun.set()
        except Exception as fault:  # told by who waits for it
            self.fault = fault
            self.has_begun.set()

    def end(self):
        self.ends.set()
        self.join(60)
        if self.fault:
            raise self.fault


def report(companion, *words):
    done = companion.run("report", "--json", "--language", "en", *words)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return json.loads(done.stdout)


def tables(made):
    return {table["id"]: table["rows"] for section in made["sections"] for table in section["tables"]}


def events(made):
    return int(re.match(r"(\d+) events", made["notes"][0]).group(1))


def test_reports_are_made_while_everybody_writes_and_nothing_drifts(companion):
    def look(name):
        browser = Browser(companion)
        return lambda number: kept(send(browser, VIEW, STEP, WATCHED, DONE, visit=f"visit-{name}-{number:06}"))

    def kept(answer):
        assert (answer.status_code, answer.json()) == (200, {"refused": []}), answer.text

    def buy(number):
        buyer = Browser(companion)
        # Each from another network: one has twenty orders an hour.
        buyer.session.headers["X-Forwarded-For"] = f"192.0.2.{number % 250 + 1}"
        answer = buyer.order(*(["python", "swift"] if number % 3 else ["python"]), email=f"buyer{number}@me.example", attempt=f"attempt-{number}")
        assert answer.status_code == 201, answer.text
        order = answer.json()["order"]["id"]
        for words in [["confirm", order]] + ([["refund", order, "--amount", "50"]] if number % 2 else []):
            done = companion.run("orders", *words)
            assert done.returncode == 0, done.stderr

    lookers, buyer = [Writer(look("one")), Writer(look("two"))], Writer(buy)
    writers = lookers + [buyer]
    for writer in writers:
        writer.start()
    for writer in writers:
        assert writer.has_begun.wait(60)
    seen = 0
    for _ in range(6):
        least, bought = sum(writer.answered for writer in lookers), buyer.answered
        made = report(companion)
        most, ordered = sum(writer.begun for writer in lookers), buyer.begun
        assert max(seen, 4 * least) <= events(made) <= 4 * most
        seen = events(made)
        rows = tables(made)
        [sales] = rows["sales"]
        assert bought <= sales["orders"] <= ordered
        for table in ("sales-by-course", "sales-by-product", "sales-by-provider", "orders-by-state", "sales-by-day"):
            for column in ("gross", "refunds", "net"):
                assert sum(row[column]["minorUnits"] for row in rows[table]) == sales[column]["minorUnits"], (table, column)
        assert sales["net"]["minorUnits"] == sales["gross"]["minorUnits"] - sales["refunds"]["minorUnits"]
    for writer in writers:
        writer.end()
    # Each event once, whether it was read now or kept by one of the reports before; and what was kept is what is there.
    last = report(companion)
    assert events(last) == 4 * sum(writer.answered for writer in lookers) and tables(last)["sales"][0]["orders"] == buyer.answered
    assert last == report(companion, "--afresh")
    assert not [line for line in companion.log if line.get("level") in ("error", "critical")]
