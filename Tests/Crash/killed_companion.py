#!/usr/bin/env python3
"""Kills the companion at random moments under load, and looks whether everything that it acknowledged is there once.

    Tests/Crash/killed_companion.py                  200 rounds
    Tests/Crash/killed_companion.py --rounds 20
    Tests/Crash/killed_companion.py --lying          shows that it would be caught: something in front answers too early

In each round visitors send beacons, and buyers open orders and pay for them with the preview's pretend payments, until the
companion is killed with SIGKILL. It is started again on the same folder, and asked for every order that was answered and
every payment that was acknowledged; the files are then read with another SQLite: integrity, every acknowledged event
exactly once, no payment twice.

A power cut is not tried here: what a kill leaves in the page cache is there. That commits reach the disk first is seen in
`strace` by Benchmarks/companion/run.py.
"""

import argparse
import http.client
import http.server
import json
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SITE = "http://localhost:8999"
COURSE = "python-intro"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Companion:
    def __init__(self, program, site, secret, data):
        self.port = free_port()
        self.command = [
            program, "serve", "--preview", "--site", SITE + "/", "--port", str(self.port), "--catalogue", str(site / "catalogue.json"),
            "--data", str(data), "--secret-file", str(secret),
        ]
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"the companion ended with {self.process.returncode} instead of starting")
            try:
                if ask(self.port, "GET", "/api/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.02)
        raise SystemExit("the companion does not answer")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def ask(port, method, path, body=None, cookie=None, kind="application/json"):
    connection = http.client.HTTPConnection("localhost", port, timeout=10)
    try:
        headers = {"Origin": SITE, "Content-Type": kind}
        if cookie:
            headers["Cookie"] = cookie
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        return answer.status, content, cookies
    finally:
        connection.close()


class Acknowledged:
    """What was answered, over all rounds."""

    def __init__(self):
        self.lock = threading.Lock()
        self.events = {}
        self.orders = {}
        self.paid = set()
        self.wrong = []


def visitor(port, number, stop, known):
    count = 0
    while not stop.is_set():
        visit = f"visit-{number:08d}-{random.getrandbits(48):012x}"
        ids = [f"{number}-{count}-{index}" for index in range(random.randint(1, 5))]
        count += 1
        now = int(time.time() * 1000)
        events = [{"id": each, "kind": "view", "at": now, "path": f"/courses/{COURSE}/"} for each in ids]
        envelope = {"v": 1, "site": SITE, "visit": visit, "sentAt": now, "events": events}
        try:
            # A repeat, as a page sends it that did not see the answer.
            for _ in range(random.choice((1, 1, 1, 2))):
                status, content, _ = ask(port, "POST", "/api/beacon", json.dumps(envelope), kind="text/plain;charset=UTF-8")
                if status == 200:
                    refused = json.loads(content)["refused"]
                    if refused:
                        known.wrong.append(f"events were refused: {refused}")
                    with known.lock:
                        known.events.update({(visit, each): True for each in ids})
                elif status != 429:
                    known.wrong.append(f"a beacon was answered {status}: {content[:300]}")
        except (OSError, http.client.HTTPException):
            return


def buyer(port, number, stop, known, price, terms):
    while not stop.is_set():
        attempt = f"{random.getrandbits(96):024x}"
        body = {
            "items": [COURSE], "currency": price["currency"], "provider": "pretend", "shownTotal": price,
            "email": f"buyer{number}-{attempt}@example.com", "language": "zh", "attempt": attempt, "terms": terms,
            "immediateDelivery": True,
        }
        try:
            status, content, cookies = ask(port, "POST", "/api/checkout", json.dumps(body))
            if status == 429:
                time.sleep(0.05)
                continue
            if status != 201:
                known.wrong.append(f"a checkout was answered {status}: {content[:300]}")
                return
            order = json.loads(content)["order"]["id"]
            with known.lock:
                known.orders[order] = cookies[0]
            status, content, _ = ask(
                port, "POST", f"/api/preview/pay/{order}", "action=pay", cookies[0], "application/x-www-form-urlencoded")
            if status in (200, 204, 302, 303):
                with known.lock:
                    known.paid.add(order)
            else:
                known.wrong.append(f"paying was answered {status}: {content[:300]}")
        except (OSError, http.client.HTTPException):
            return


class Liar(http.server.BaseHTTPRequestHandler):
    """Says "on disk" to a beacon before anybody has written it: what this harness exists to catch."""

    protocol_version = "HTTP/1.1"
    real = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = b'{"refused":[]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.wfile.flush()
        try:
            ask(self.real, "POST", self.path, body, kind=self.headers["Content-Type"])
        except (OSError, http.client.HTTPException):
            pass

    def log_message(self, *_):
        pass


def verify(companion, data, known, checked):
    lost = list(known.wrong)
    for order in list(known.orders)[checked:]:
        status, content, _ = ask(companion.port, "GET", f"/api/orders/{order}", cookie=known.orders[order])
        if status != 200:
            lost.append(f"order {order}: {status}")
        elif order in known.paid and not json.loads(content)["grants"]:
            lost.append(f"order {order} was paid and grants nothing: {content[:200]}")
    for file in data.glob("*.sqlite"):
        database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            if (answer := database.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                lost.append(f"{file.name}: {answer}")
            if rows := database.execute("PRAGMA foreign_key_check").fetchall():
                lost.append(f"{file.name}: foreign keys {rows[:3]}")
        finally:
            database.close()
    return lost


def count_events(data, known):
    """Every event that was answered, once; none twice."""
    database = sqlite3.connect(f"file:{data / 'beacons.sqlite'}?mode=ro", uri=True)
    try:
        rows = database.execute("SELECT visit, event FROM beacon").fetchall()
    finally:
        database.close()
    there = set(rows)
    problems = [f"event {event} of {visit} was acknowledged and is not there" for visit, event in known.events if (visit, event) not in there]
    if len(there) != len(rows):
        problems.append(f"{len(rows) - len(there)} events are there twice")
    return problems, len(rows)


def count_payments(data, known):
    database = sqlite3.connect(f"file:{data / 'shop.sqlite'}?mode=ro", uri=True)
    try:
        twice = database.execute(
            "SELECT order_id, COUNT(*) FROM fact WHERE kind = 'paid' GROUP BY order_id HAVING COUNT(*) > 1").fetchall()
        orders = database.execute("SELECT COUNT(*) FROM order_").fetchone()[0]
    finally:
        database.close()
    return [f"order {order} was paid {count} times" for order, count in twice], orders


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--lying", action="store_true")
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--program", default=str(ROOT / ".build/release/lectern-companion"))
    options = options.parse_args()
    random.seed(options.seed)
    print(f"seed {options.seed}")
    work = pathlib.Path(tempfile.mkdtemp(prefix="lectern-killed-companion-"))
    secret = work / "site.secret"
    secret.write_text(random.randbytes(32).hex() + "\n")
    secret.chmod(0o600)
    lectern = str(pathlib.Path(options.program).parent / "lectern")
    subprocess.run(
        [lectern, "build", str(ROOT), "--output", str(work / "site"), "--base-url", SITE + "/", "--secret-file", str(secret)],
        check=True, stdout=subprocess.DEVNULL)
    catalogue = json.loads((work / "site/catalogue.json").read_text())
    price = next(course for course in find(catalogue, "courses") if course["id"] == COURSE)["prices"][0]
    # The edition that the checkout's page shows, in the language in which it is bought.
    terms = (find(catalogue, "terms") or {}).get("zh", "test")
    data = work / "data"
    known = Acknowledged()
    problems = []
    for number in range(options.rounds):
        companion = Companion(options.program, work / "site", secret, data)
        companion.start()
        beacon_port, liar = companion.port, None
        if options.lying:
            Liar.real = companion.port
            liar = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
            beacon_port = liar.server_address[1]
            threading.Thread(target=liar.serve_forever, daemon=True).start()
        stop = threading.Event()
        before = len(known.orders)
        threads = [threading.Thread(target=visitor, args=(beacon_port, number * 100 + each, stop, known)) for each in range(6)]
        threads += [threading.Thread(target=buyer, args=(companion.port, number * 100 + each, stop, known, price, terms)) for each in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.02, 0.6))
        companion.kill()
        stop.set()
        for thread in threads:
            thread.join()
        if liar:
            liar.shutdown()
        companion.start()
        problems += verify(companion, data, known, before)
        if number % 10 == 9 or number == options.rounds - 1:
            found, events = count_events(data, known)
            problems += found
            found, orders = count_payments(data, known)
            problems += found
            print(
                f"round {number + 1}: {len(known.events)} events acknowledged, {events} there; {len(known.orders)} orders acknowledged, "
                f"{orders} there; {len(known.paid)} paid; {len(problems)} problems", flush=True)
        companion.kill()
        if problems:
            break
    if not (known.events and known.paid):
        problems.append("nothing was acknowledged, so nothing is shown")
    for problem in problems[:10]:
        print(problem)
    if options.lying:
        is_caught = any("was acknowledged and is not there" in problem for problem in problems)
        print("caught, as it has to be" if is_caught else "NOT CAUGHT: this harness cannot fail")
        sys.exit(0 if is_caught else 1)
    if problems:
        print(f"the database is kept in {work}")
        sys.exit(1)
    shutil.rmtree(work)
    print("nothing acknowledged was lost")


def find(value, name):
    """The catalogue may be wrapped with its authentication code."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        for each in value.values():
            found = find(json.loads(each) if isinstance(each, str) and each.startswith("{") else each, name)
            if found is not None:
                return found
    return None


if __name__ == "__main__":
    main()
