"""`serve --preview`: what a creator tries their own checkout with."""

import re
import subprocess

import pytest
from companion import PROGRAM, Companion
from conftest import Browser


@pytest.fixture
def preview(tmp_path):
    made = Companion(tmp_path)
    words = ["serve", "--preview", "--port", str(made.port), "--catalogue", "catalogue.json", "--secret-file", "site.secret"]
    made.process = subprocess.Popen([PROGRAM, *words], cwd=tmp_path, stdin=subprocess.PIPE, stderr=(tmp_path / "log").open("ab"))
    made.wait_until(lambda: (tmp_path / "log").exists() and "preview/mail" in (tmp_path / "log").read_text())
    yield made
    # It ends with whoever started it.
    made.process.stdin.close()
    assert made.process.wait(20) == 0


def test_a_course_is_bought_with_buttons_and_opens(preview, code):
    browser = Browser(preview)
    bought = browser.order("python", provider="pretend").json()
    page = bought["next"]["url"]
    assert page == f"http://localhost:{preview.port}/api/preview/pay/{bought['order']['id']}"
    shown = browser.session.get(page)
    assert "¥199" in shown.text and "pending" in shown.text
    # Its form is on the companion's own origin.
    pressed = browser.session.post(page, data={"action": "pay"}, headers={"Origin": f"http://localhost:{preview.port}"}, allow_redirects=False)
    assert pressed.status_code == 303
    assert pressed.headers["location"] == f"http://localhost:8080/en/orders/?order={bought['order']['id']}"
    order = browser.get("orders/" + bought["order"]["id"]).json()
    assert order["state"] == "paid" and order["grants"]
    assert re.fullmatch(r"[\w-]{43}", browser.get("enrollment/python/python%2Flists?epoch=2").json()["offers"]["key"])
    browser.session.post(page, data={"action": "refund"}, allow_redirects=False)
    assert browser.get("orders/" + bought["order"]["id"]).json()["state"] == "refunded"
    code(browser.get("enrollment/python/python%2Flists?epoch=2"), 401, "sign-in-needed")


def test_mails_are_shown_on_a_page_and_their_links_work(preview):
    browser = Browser(preview)
    browser.post("sign-in", {"email": "creator@me.example", "language": "en"})
    preview.wait_until(lambda: "creator@me.example" in browser.get("preview/mail").text)
    mail = browser.get("preview/mail/1")
    token = re.search(r'href="http://localhost:8080/en/sign-in/#token=([\w-]{43})"', mail.text)[1]
    assert "frame-src 'self'" in mail.headers["content-security-policy"]
    body = browser.get("preview/mail/1/body")
    assert body.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert browser.post("sign-in/confirm", {"token": token}).status_code == 204


def test_one_switch_between_visitor_and_buyer(preview, code):
    browser = Browser(preview)
    switched = browser.get("preview/as/buyer?next=/courses/python/", allow_redirects=False)
    assert switched.status_code == 303 and switched.headers["location"] == "http://localhost:8080/courses/python/"
    assert browser.get("enrollment/python/python%2Flate?epoch=2").json()["offers"]["key"]
    browser.get("preview/as/visitor", allow_redirects=False)
    assert not browser.get("session").json()["signedIn"]
    for next in ("//evil.example", "/\\evil.example", "https://evil.example/", "%2F%2Fevil.example"):
        assert browser.get("preview/as/visitor?next=" + next, allow_redirects=False).headers["location"] == "http://localhost:8080/"


def test_nothing_of_it_exists_on_a_real_site(browser, code):
    for path in ("preview/mail", "preview/as/buyer", "preview/pay/x", "preview/style.css"):
        code(browser.get(path), 404, "not-found")
    code(browser.order("python", provider="pretend"), 422, "invalid-field")
    code(browser.post("payments/pretend", data=b"{}"), 404, "not-found")


def test_a_preview_answers_to_no_foreign_name(preview, code):
    """Somebody's page whose name was made to lead to this machine reads nothing here and presses nothing."""
    browser = Browser(preview)
    for name in ("evil.example", f"evil.example:{preview.port}", "localhost.evil.example", "127.0.0.1.evil.example"):
        for path in ("preview/mail", "preview/as/buyer", "session"):
            code(browser.get(path, headers={"Host": name}, allow_redirects=False), 404, "not-found")
    assert browser.get("session", headers={"Host": f"localhost:{preview.port}"}).status_code == 200
    assert browser.get("session", headers={"Host": f"127.0.0.1:{preview.port}"}).status_code == 200


def test_options_of_a_preview_are_refused_on_a_real_site(tmp_path):
    refused = Companion(tmp_path).run("serve", "--port", "9000")
    assert refused.returncode == 2
    assert "--port goes with --preview; otherwise companion.yml says it." in refused.stderr


def test_a_preview_is_for_this_machine_alone(tmp_path):
    made = Companion(tmp_path)
    refused = made.run("serve", "--preview", "--site", "https://me.example/", "--secret-file", "nothing")
    assert refused.returncode == 1
    assert 'anybody can press its "pay"' in refused.stderr and "nothing: error: this file cannot be read" in refused.stderr
