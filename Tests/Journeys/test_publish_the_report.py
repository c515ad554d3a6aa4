"""PublishTheReport: the creator asks learners who they are, seals the report onto the site, and alone opens it there.

The site as `lectern build` writes it, behind one host with the real companion, which mails real codes.
"""

import http.client
import http.server
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import threading

import pytest
from conftest import REPOSITORY, program
from test_read_the_report import violations

sys.path.insert(0, str(REPOSITORY / "Tests/Companion"))
from companion import Companion  # noqa: E402
from mailbox import Mailbox  # noqa: E402

CREATOR, LEARNER = "creator@me.example", "learner@me.example"


class Host(http.server.SimpleHTTPRequestHandler):
    """Files of the output; what is asked below /api/ goes to the companion, as a host in front of it does."""

    companion = None

    def pass_on(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.companion.port, timeout=30)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection.request(self.command, self.path, body, {name: value for name, value in self.headers.items() if name.lower() != "connection"})
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    def do_GET(self):
        self.pass_on() if self.path.startswith("/api/") else super().do_GET()

    do_POST = do_DELETE = pass_on

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A built site, its host, its companion, its mail."""
    folder = tmp_path_factory.mktemp("published")
    host = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *asked: Host(*asked, directory=str(folder / "output")))
    home = f"http://localhost:{host.server_port}"
    courses = folder / "content/courses/a"
    courses.mkdir(parents=True)
    (folder / "content/site.yml").write_text(f"title: Lamp\nlanguages: [en]\nbaseURL: {home}/\ncompanion: /api/\n")
    (folder / "content/survey.yml").write_text(
        "questions:\n  - {id: goal, prompt: What for?, options: [{id: work, text: For work}, {id: joy, text: For joy}]}\n"
        "  - {id: on, prompt: On what?, kind: multiple, options: [{id: phone, text: A phone}, {id: pc, text: A computer}]}\n"
        "  - {id: wish, prompt: What else?, kind: text, limit: 100}\n")
    (courses / "course.md").write_text("---\ntitle: A\n---\nOne course.\n")
    (courses / "01-b.md").write_text("# B\n\nWords.\n")
    mailbox = Mailbox().start()
    companion = Companion(folder, smtp_port=mailbox.port, site=home + "/", catalogue="output/catalogue.json")
    build = lambda: subprocess.run([program("lectern"), "build", str(folder)], check=True, capture_output=True)
    build()
    companion.start()
    Host.companion = companion
    threading.Thread(target=host.serve_forever, daemon=True).start()
    yield home, companion, mailbox, build
    host.shutdown()
    assert companion.stop() == 0
    mailbox.stop()


def visitor(browser, served, **options):
    context = browser.new_context(base_url=served[0], locale="en", bypass_csp=False, **options)
    context.set_default_timeout(40_000)
    page = context.new_page()
    page.refused = []
    page.on("console", lambda message: page.refused.append(message.text) if "Content Security Policy" in message.text else None)
    return page


def sign_in(page, served, address):
    """On the page's own sign-in, which leads back to where it was asked for."""
    mailbox = served[2]
    before = len(mailbox.to(address))
    page.locator("form[data-form=email] input[name=email]").fill(address)
    page.locator("form[data-form=email] button[type=submit]").click()
    page.locator("form[data-form=code]").wait_for(state="visible")
    page.locator("input[name=code]").fill(mailbox.code(address, before + 1))
    page.locator("form[data-form=code] button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def test_what_learners_say_is_asked_on_a_page_of_its_own(browser, served):
    page = visitor(browser, served, viewport={"width": 320, "height": 700})
    page.goto("/courses/a/")
    page.get_by_role("link", name="Tell the teacher who you are").click()
    page.wait_for_url("**/survey/")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # Nothing is sent that was not answered, and by keyboard alone.
    page.get_by_role("button", name="Send the answers").click()
    page.get_by_text("Nothing is answered yet").wait_for()
    assert page.evaluate("document.activeElement.name") == "goal"
    page.keyboard.press("Space")
    page.get_by_label("A computer").check()
    page.get_by_label("A phone").check()
    page.get_by_label("What else?").fill("More <b>exercises</b>")
    page.get_by_role("button", name="Send the answers").click()
    page.get_by_text("Sent. Thank you").wait_for()
    assert page.get_by_role("button", name="Send the answers").is_hidden() and "Sent" in page.evaluate("document.activeElement.textContent")

    with sqlite3.connect(f"file:{served[1].folder}/data/beacons.sqlite?mode=ro", uri=True) as database:
        told = database.execute("SELECT detail FROM beacon WHERE kind = 'survey' ORDER BY detail").fetchall()
    assert [tuple(json.loads(row[0]).values()) for row in told] == [("goal", ["work"]), ("on", ["phone", "pc"]), ("wish", "More <b>exercises</b>")]
    page.context.close()


def test_only_the_creator_opens_the_report_on_the_site(browser, served):
    home, companion, _, build = served
    creator = visitor(browser, served, viewport={"width": 390, "height": 844})
    creator.goto("/account/report/")
    creator.get_by_text("Please sign in.").wait_for()
    creator.locator("main").get_by_role("link", name="Sign in").click()
    sign_in(creator, served, CREATOR)
    creator.wait_for_url("**/account/report/")
    creator.get_by_text("No report has been published yet").wait_for()
    done = companion.run("report", "--publish", "output", "--language", "en")
    assert done.returncode == 0, done.stderr
    build()  # a later build lets it be
    creator.reload()
    creator.get_by_role("heading", name="Report", exact=True).wait_for()
    assert creator.title().startswith("Report: ") and creator.get_by_role("heading", name="What to mend").is_visible()
    # Its own style, in spite of a policy that allows none in a page.
    assert creator.refused == [] and creator.evaluate("getComputedStyle(document.querySelector('nav ul')).display") == "flex"
    assert creator.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    creator.get_by_role("link", name="Account").click()
    creator.get_by_role("link", name="The report of this site").click()
    creator.get_by_role("heading", name="What to mend").wait_for()
    creator.context.close()

    learner = visitor(browser, served)
    learner.goto("/sign-in/?next=/account/")
    sign_in(learner, served, LEARNER)
    learner.locator("[data-part=who]").wait_for(state="visible")
    assert learner.get_by_role("link", name="The report of this site").is_hidden()
    asked = []
    learner.on("request", lambda request: asked.append(request.url))
    learner.goto("/account/report/")
    learner.get_by_text("for the creator of this site alone").wait_for()
    assert not any("report.bin" in url for url in asked)
    # Nor does asking by hand help.
    assert learner.evaluate("fetch('/api/enrollment/~report/page?epoch=29000000').then((answer) => answer.status)") == 404
    learner.context.close()

    # Somebody in between changes a byte: nothing of it is shown.
    file = pathlib.Path(companion.folder) / "output/account/report/report.bin"
    sealed = bytearray(file.read_bytes())
    sealed[-1] ^= 1
    file.write_bytes(sealed)
    creator = visitor(browser, served)
    creator.goto("/account/report/")
    creator.locator("main").get_by_role("link", name="Sign in").click()
    sign_in(creator, served, CREATOR)
    creator.get_by_text("The report is not as it was published").wait_for()
    creator.context.close()


@pytest.mark.parametrize("path", ["/survey/", "/account/report/"])
def test_both_pages_are_for_everybody(browser, served, path):
    context = browser.new_context(base_url=served[0], bypass_csp=True)
    page = context.new_page()
    page.goto(path)
    page.locator("main h1").wait_for()
    page.wait_for_load_state("networkidle")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(page) == [], (width, scheme)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
    plain = browser.new_context(base_url=served[0], java_script_enabled=False)
    page = plain.new_page()
    page.goto(path)
    assert re.search("JavaScript", page.locator("noscript, .notice").first.inner_text())
    plain.close()
