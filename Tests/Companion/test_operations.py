"""Starting, checking, changing the catalogue, stopping."""

import concurrent.futures
import contextlib
import http.client
import json
import re
import signal
import sqlite3

import requests
from companion import COURSES, Companion, answers, catalogue, course


def test_everything_missing_or_unsafe_is_named_at_once_before_the_port_opens(tmp_path):
    made = Companion(tmp_path)
    made.write("open.secret", "00" * 32, mode=0o644)
    made.write("companion.yml", """\
site: http://me.example/
listen: everywhere
secret-file: open.secret
catalog: x
mail: {from: nobody, smtp: "smtp://mail.example:25", insecure: true}
stripe: {mode: real}
creators: [me]
trusted-proxies: [10.0.0.0/99]
limits: {connections: many}
retention: {beacon-days: 0}
""")
    checked = made.run("serve", "--check")
    assert checked.returncode == 1 and checked.stdout == ""
    for line in [
        "companion.yml: error: catalogue is missing", "companion.yml: error: data is missing", "companion.yml:1: error: site has to be https",
        "companion.yml:2: error: listen is an address and a port", "companion.yml:3: error: the site's secret in ./open.secret can be read by every user",
        'companion.yml:4: error: unknown key "catalog"\n  did you mean catalogue?', "companion.yml:5: error: mail.from is an address",
        "companion.yml:5: error: mail.insecure is for a mail server on this machine alone", "companion.yml:6: error: stripe.mode is live or test",
        "error: Stripe's secret key is missing", "error: Stripe's webhook secret is missing", 'companion.yml:7: error: "me" in creators is no e-mail address',
        'companion.yml:8: error: "10.0.0.0/99" in trusted-proxies', "companion.yml:9: error: limits.connections is a whole number",
        "companion.yml:10: error: retention.beacon-days is a whole number from 1",
    ]:
        assert line in checked.stderr, line
    assert made.run("serve").stderr == checked.stderr


def test_no_secret_is_ever_printed(tmp_path):
    made = Companion(tmp_path, stripe={"mode": "live", "secret-key-file": "key", "webhook-secret-files": ["hook"]})
    made.write("key", "sk_test_verysecretkey", mode=0o600)
    made.write("hook", "whsec_verysecrethook", mode=0o600)
    checked = made.run("serve", "--check")
    assert checked.returncode == 1 and "mode is live, and the secret key is a test key" in checked.stderr
    assert "verysecret" not in checked.stderr


def test_secrets_may_come_from_the_environment(tmp_path):
    made = Companion(tmp_path)
    del made.settings["secret-file"]
    made.save()
    assert "LECTERN_SITE_SECRET" in made.run("serve", "--check").stderr
    checked = made.run("serve", "--check", environment={"LECTERN_SITE_SECRET": (tmp_path / "site.secret").read_text()})
    assert checked.returncode == 0 and checked.stdout == "Everything is there: 3 courses, revision 1000.\nPaid by: transfer (en, zh).\n"


def test_a_check_changes_nothing(tmp_path):
    made = Companion(tmp_path)
    made.save()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert made.run("serve", "--check").returncode == 0
    assert not (tmp_path / "data").exists()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    # Beside data of a newer version it says so, and leaves them as they are.
    made.start()
    assert made.stop() == 0
    file = tmp_path / "data" / "shop.sqlite"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as data:
        data.execute("INSERT INTO migration (version) VALUES (999)")
    newer = file.read_bytes()
    checked = made.run("serve", "--check")
    assert checked.returncode == 1 and "the data cannot be opened" in checked.stderr
    assert file.read_bytes() == newer


def test_the_copy_of_the_catalogue_is_tried_again_until_it_is_kept(companion, browser):
    """A folder where the copy should be: what a full disk does, in a way that a test can make."""
    copy = companion.folder / "data" / "catalogue.json"
    copy.unlink()
    copy.mkdir()
    newer = catalogue(2000, COURSES)
    companion.write("catalogue.json", newer)
    companion.wait_until(lambda: companion.events("the catalogue's copy cannot be written; it is tried again"))
    copy.rmdir()
    companion.wait_until(copy.exists)
    assert copy.read_bytes() == newer


def test_a_catalogue_that_is_forged_or_older_is_refused_and_the_last_good_one_stays(companion, browser):
    def price():
        return browser.get("checkout?items=python").json()["total"]["minorUnits"]
    assert price() == 19900
    dearer = [course("python", [("lists", "paid", 0)], prices=[("CNY", 29900)])]
    companion.write("catalogue.json", catalogue(2000, dearer))
    companion.wait_until(lambda: price() == 29900)
    companion.write("catalogue.json", catalogue(1500, COURSES))
    companion.wait_until(lambda: companion.events("the catalogue is older than the one in force, and is not used"))
    companion.write("catalogue.json", catalogue(3000, COURSES, secret=bytes(32)))
    companion.wait_until(lambda: companion.events("the catalogue is refused; the one before stays in force"))
    companion.write("catalogue.json", catalogue(3000, COURSES).replace(b"19900", b"00100"))
    companion.wait_until(lambda: len(companion.events("the catalogue is refused; the one before stays in force")) == 2)
    assert price() == 29900
    # A start with a bad one finds the last good one, too.
    assert companion.stop() == 0
    companion.start()
    assert price() == 29900


def test_without_a_good_catalogue_it_does_not_start(tmp_path):
    made = Companion(tmp_path)
    made.write("catalogue.json", catalogue(1, secret=bytes(32)))
    checked = made.run("serve")
    assert checked.returncode == 1 and "made with another secret, or changed on its way" in checked.stderr


def test_two_on_one_port_is_told_in_words(companion, tmp_path):
    second = companion.run("serve")
    assert second.returncode == 1 and "is taken" in second.stderr


def test_sigterm_answers_what_began_and_takes_nothing_new(companion):
    body = json.dumps({"email": "a@me.example", "password": "some password"}).encode()
    with companion.socket() as connection, companion.socket() as idle:
        connection.sendall(
            b"POST /api/sign-in/password HTTP/1.1\r\nHost: me.example\r\nOrigin: http://localhost:8080\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        companion.process.send_signal(signal.SIGTERM)
        companion.wait_until(lambda: companion.events("stopping"))
        assert idle.recv(1000) == b""
        connection.sendall(body)
        heard = b""
        while got := connection.recv(65536):
            heard += got
    [(status, headers, _)] = answers(heard)
    assert status == 401 and headers["connection"] == "close"
    assert companion.process.wait(20) == 0


def test_metrics_count_answers_and_name_nobody(companion, browser):
    browser.order("python", email="private@me.example")
    browser.get("enrollment/python/python%2Flists?epoch=1")
    text = requests.get(f"http://127.0.0.1:{companion.metrics_port}/metrics", timeout=10).text
    assert 'lectern_answers_total{operation="checkout",status="2xx"} 1' in text
    assert 'lectern_answers_total{operation="lesson",status="4xx"} 1' in text
    assert "lectern_mail_unsent" in text and "private" not in text
    for line in text.splitlines():
        assert line.startswith("# ") or re.fullmatch(r'[a-z_]+(\{[^}]*\})? [0-9.]+', line), line
    assert requests.get(f"http://127.0.0.1:{companion.metrics_port}/other", timeout=10).status_code == 404


def test_the_log_carries_ids_and_no_person(companion, browser, mailbox):
    mailbox.refusal = "451 not now"
    try:
        browser.post("sign-in", {"email": "private@me.example"})
        companion.wait_until(lambda: companion.events("mail-failed"))
        failed = companion.events("mail-failed")[-1]
        assert re.fullmatch(r"sign-in:[0-9a-z]{26}", failed["id"]) and failed["try"] == "1"
    finally:
        mailbox.refusal = None
    text = (companion.folder / "log").read_text()
    assert "private" not in text and "@" not in text


def test_a_thousand_requests_of_fifty_clients_at_once_are_all_answered(companion):
    def client(_):
        connection = http.client.HTTPConnection("127.0.0.1", companion.port, timeout=30)
        answers = []
        for _ in range(20):
            connection.request("GET", "/api/session")
            answer = connection.getresponse()
            answers.append((answer.status, json.loads(answer.read())["signedIn"]))
        return answers

    # A client that is reset or waits too long raises here.
    with concurrent.futures.ThreadPoolExecutor(max_workers=50) as clients:
        assert {each for answers in clients.map(client, range(50)) for each in answers} == {(200, False)}
