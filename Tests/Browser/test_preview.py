"""`lectern preview` as a creator uses it: an editor on one side, an open page on the other."""

import http.client
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def program():
    named = os.environ.get("LECTERN")
    built = [REPOSITORY / ".build" / kind / "lectern" for kind in ("release", "debug")]
    found = [str(path) for path in built if path.exists()]
    if not named and not found:
        pytest.skip("lectern is not built")
    return named or found[0]


def until(condition, what, seconds=60):
    """Asks again and again, for as long as a slow machine may need."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s for: {what}")


class Preview:
    """A running preview, what it said, and the site that it shows."""

    def __init__(self, site, *arguments):
        self.site = site
        # Tests that run in a shell's background are born deaf to Ctrl-C, and so would be what they start.
        self.process = subprocess.Popen(
            [program(), "preview", str(site), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.said = []
        self.shown = []
        for stream, lines in ((self.process.stderr, self.said), (self.process.stdout, self.shown)):
            threading.Thread(target=lambda stream=stream, lines=lines: lines.extend(stream), daemon=True).start()
        until(lambda: self.shown or self.process.poll() is not None, "the address")
        assert self.shown, "".join(self.said)
        self.url = re.search(r"http://localhost:(\d+)", self.shown[0]).group(0)
        self.port = int(self.url.rsplit(":", 1)[1])

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(60)

    def file(self, path):
        return self.site / "content" / "courses" / "my-first-course" / path

    def heard(self):
        return "".join(self.said)

    def get(self, path, method="GET", **headers):
        """Status, headers and body of a path that is sent as it is written."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in {"Host": f"localhost:{self.port}", **headers}.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


def new_site(folder):
    subprocess.run([program(), "new", str(folder), "--language", "en"], check=True, capture_output=True)
    return folder


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return min(max(listener.getsockname()[1], 20000), 60000)


@pytest.fixture
def start(tmp_path):
    started = []

    def start(site=None, *arguments):
        preview = Preview(site or new_site(tmp_path / "my site 课"), "--port", str(free_port()), *arguments)
        started.append(preview)
        return preview

    yield start
    for preview in started:
        if preview.process.poll() is None:
            preview.stop(signal.SIGKILL)


@pytest.fixture
def preview(start):
    return start()


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


LESSON = "/courses/my-first-course/welcome/"


def text_of(page, selector="main"):
    try:
        found = page.query_selector(selector)
        return found.inner_text() if found else ""
    except Exception:  # The page is being replaced at this moment.
        return ""


def shows(page, text, selector="main"):
    until(lambda: text in text_of(page, selector), f"{text!r} in {selector}")


def overlay(page):
    """The text of what lies over the page; empty when nothing does."""
    return text_of(page, "lectern-problems h2") + text_of(page, "lectern-problems pre")


def test_an_edit_reaches_the_open_page(preview, page):
    page.goto(preview.url + LESSON)
    shows(page, "Change something")
    edit(preview.file("01-welcome.md"), "Change something", "Changed at once")
    shows(page, "Changed at once")


def test_an_edit_reaches_every_open_tab(preview, page):
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(preview.url + LESSON)
        shows(tab, "Change something")
    edit(preview.file("01-welcome.md"), "Change something", "Both of them")
    shows(page, "Both of them")
    shows(other, "Both of them")


def test_a_mistake_is_laid_over_the_last_good_page_until_it_is_mended(preview, page):
    page.goto(preview.url + LESSON)
    shows(page, "Change something")
    lesson = preview.file("01-welcome.md")
    edit(lesson, "access: free", "access: fre")
    until(lambda: "01-welcome.md:2" in overlay(page), "the overlay")
    assert "access" in overlay(page)
    assert "Change something" in text_of(page)
    until(lambda: "content/courses/my-first-course/01-welcome.md:2: error:" in preview.heard(), "the terminal")
    # Another page shows it, too, and so does one that there is not.
    page.goto(preview.url + "/courses/my-first-course/write-a-lesson/")
    until(lambda: "01-welcome.md:2" in overlay(page), "the overlay of the next page")
    page.goto(preview.url + LESSON)
    edit(lesson, "access: fre", "access: free\ndescription: Mended")
    edit(lesson, "Change something", "All is well")
    shows(page, "All is well")
    until(lambda: not overlay(page), "no overlay")


def test_an_overlay_can_be_hidden_by_keyboard(preview, page):
    page.goto(preview.url + LESSON)
    edit(preview.file("01-welcome.md"), "access: free", "access: fre")
    until(lambda: overlay(page), "the overlay")
    page.locator("lectern-problems button").press("Enter")
    until(lambda: not overlay(page), "no overlay")


def test_undoing_a_mistake_takes_the_overlay_away(preview, page):
    page.goto(preview.url + LESSON)
    lesson = preview.file("01-welcome.md")
    good = lesson.read_bytes()
    lesson.write_bytes(good.replace(b"access: free", b"access: fre"))
    until(lambda: overlay(page), "the overlay")
    lesson.write_bytes(good)
    until(lambda: not overlay(page), "no overlay")


def test_new_deleted_and_renamed_files_are_followed(preview, page):
    course = preview.url + "/courses/my-first-course/"
    page.goto(course)
    preview.file("03-third.md").write_text("# A third lesson\n\nText.\n")
    shows(page, "A third lesson")
    preview.file("03-third.md").unlink()
    until(lambda: text_of(page) and "A third lesson" not in text_of(page), "the lesson to go")
    preview.file("04-folder").mkdir()
    preview.file("04-folder/index.md").write_text("# In a new folder\n\nText.\n")
    shows(page, "In a new folder")
    preview.file("04-folder").rename(preview.file("04-moved"))
    until(lambda: preview.get("/courses/my-first-course/moved/")[0] == 200, "the lesson at its new address")
    assert preview.get("/courses/my-first-course/folder/")[0] == 404
    edit(preview.file("04-moved/index.md"), "In a new folder", "In a moved folder")
    shows(page, "In a moved folder")


def test_an_editor_that_writes_another_file_and_renames_it_is_followed(preview, page):
    page.goto(preview.url + LESSON)
    lesson = preview.file("01-welcome.md")
    temporary = lesson.with_name(".01-welcome.md.swp")
    temporary.write_text(lesson.read_text().replace("Change something", "Saved as vim does"))
    temporary.rename(lesson)
    shows(page, "Saved as vim does")


def test_layouts_and_settings_are_followed(preview, page):
    page.goto(preview.url + LESSON)
    shows(page, "Change something")
    layouts = preview.site / "layouts"
    layouts.mkdir()
    (layouts / "footer.html").write_text("<footer>My own footer of {{site.title}}</footer>\n")
    shows(page, "My own footer of My school", "footer")
    edit(preview.site / "content" / "site.yml", "title: My school", "title: Another school")
    shows(page, "My own footer of Another school", "footer")
    (layouts / "footer.html").write_text("<footer>{{site.titel}}</footer>\n")
    until(lambda: "layouts/footer.html:1" in overlay(page), "the overlay")
    assert "My own footer of Another school" in text_of(page, "footer")


def test_a_course_added_to_a_site_without_courses_appears(start, tmp_path, page):
    site = new_site(tmp_path / "site")
    subprocess.run(["rm", "-r", str(site / "content" / "courses")], check=True)
    preview = start(site)
    page.goto(preview.url)
    until(lambda: text_of(page, "h1"), "a home page")
    (site / "content" / "courses" / "second").mkdir(parents=True)
    (site / "content" / "courses" / "second" / "01-a.md").write_text("# First lesson\n\nText.\n")
    page.goto(preview.url)
    until(lambda: preview.get("/courses/second/a/")[0] == 200, "the new course")


def test_a_site_whose_first_build_fails_says_why_and_appears_when_it_is_mended(start, tmp_path, page):
    site = new_site(tmp_path / "site")
    settings = site / "content" / "site.yml"
    good = settings.read_text()
    settings.write_text("title: [unclosed\n")
    preview = start(site)
    status, _, body = preview.get("/")
    assert status == 503
    assert b"content/site.yml:" in body
    page.goto(preview.url)
    shows(page, "content/site.yml:", "body")
    settings.write_text("title: Still wrong\ncurrency: SHELLS\n")
    shows(page, "SHELLS", "body")
    settings.write_text(good)
    shows(page, "My first course", "main")


def test_a_page_left_open_follows_the_next_run_of_the_preview(start, tmp_path, page):
    first = start()
    page.goto(first.url + LESSON)
    shows(page, "Change something")
    first.stop()
    edit(first.file("01-welcome.md"), "Change something", "Written meanwhile")
    second = Preview(first.site, "--port", str(first.port))
    try:
        assert second.port == first.port
        shows(page, "Written meanwhile")
    finally:
        second.stop(signal.SIGKILL)


def test_saving_without_a_change_reloads_nothing(preview, page):
    page.goto(preview.url + LESSON)
    shows(page, "Change something")
    page.evaluate("window.isOld = true")
    lesson = preview.file("01-welcome.md")
    lesson.write_bytes(lesson.read_bytes())
    until(lambda: "Nothing changed" in preview.heard(), "a build")
    assert page.evaluate("window.isOld") is True
    edit(lesson, "Change something", "Changed at last")
    shows(page, "Changed at last")
    assert page.evaluate("window.isOld === undefined")


def test_two_previews_of_one_site_take_two_ports(start, tmp_path):
    first = start()
    second = Preview(first.site, "--port", str(first.port), "--drafts")
    try:
        # The next may be taken, too.
        assert first.port < second.port <= first.port + 10
        until(lambda: f"Port {first.port} is taken" in second.heard(), "what became of the port")
        edit(first.file("01-welcome.md"), "Change something", "Seen in both")
        for preview in (first, second):
            until(lambda: b"Seen in both" in preview.get(LESSON)[2], f"the edit at {preview.url}")
            assert "error:" not in preview.heard()
    finally:
        second.stop(signal.SIGKILL)


@pytest.mark.parametrize("family, address", [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_port_that_another_program_has_is_passed_over(start, tmp_path, family, address):
    with socket.socket(family) as other:
        try:
            other.bind((address, 0))
        except OSError:
            pytest.skip(f"this machine has no {address}")
        other.listen()
        port = other.getsockname()[1]
        preview = Preview(new_site(tmp_path / "site"), "--port", str(port))
        assert preview.port > port
        assert preview.stop(signal.SIGKILL) == -signal.SIGKILL


def test_ctrl_c_ends_it_at_once_and_quietly(preview):
    until(lambda: "Built in" in preview.heard(), "the first build")
    before = preview.heard()
    assert preview.stop() in (0, 130, -signal.SIGINT)
    assert preview.heard() == before


def test_only_this_machine_is_listened_to(preview):
    listening = pathlib.Path("/proc/net/tcp").read_text() + pathlib.Path("/proc/net/tcp6").read_text()
    rows = [line.split() for line in listening.splitlines()]
    ours = {row[1].split(":")[0] for row in rows if row[1].endswith(f":{preview.port:04X}") and row[3] == "0A"}
    assert ours <= {"0100007F", "00000000000000000000000001000000"}
    assert "0100007F" in ours


@pytest.mark.parametrize("path", [
    "/../../../content/site.yml", "/%2e%2e/%2e%2e/%2e%2e/content/site.yml", "/..%2f..%2f..%2fcontent/site.yml",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/site.secret", "/courses/..%2f..%2f..%2f..%2f..%2f..%2fsite.secret", "/index.html%00.png", "/%00", "/%ff",
    "/..%2f404.html", "/.%2e/.site.lectern/", "/index.html/", "/index.html/x",
])
def test_nothing_outside_the_site_is_served(preview, path):
    status, _, body = preview.get(path)
    assert status == 404
    assert b"My school" in body and b"baseURL" not in body


def test_a_page_that_is_not_there_is_the_sites_own_404_page(preview, page):
    answer = page.goto(preview.url + "/no-such-page/")
    assert answer.status == 404
    shows(page, "My school", "body")


def test_other_sites_cannot_read_drafts_through_a_name_of_theirs(preview):
    assert preview.get("/", Host="evil.example")[0] == 403
    assert preview.get("/_lectern/changes", Host="evil.example:80")[0] == 403
    assert preview.get("/", Host=f"127.0.0.1:{preview.port}")[0] == 200
    assert preview.get("/", Host=f"[::1]:{preview.port}")[0] == 200


def test_heads_have_no_body_and_say_how_long_it_is(preview):
    for path in (LESSON, "/sitemap.xml", "/no-such-page/"):
        status, headers, body = preview.get(path, "HEAD")
        full = preview.get(path)
        assert (status, headers["content-length"], body) == (full[0], str(len(full[2])), b"")
    assert preview.get("/", "POST", Content_Length="0")[0] == 405


def test_a_folder_without_its_slash_leads_to_the_page(preview):
    status, headers, _ = preview.get(LESSON.rstrip("/"))
    assert (status, headers["location"]) == (302, LESSON)
    # Never to another host.
    assert preview.get("//courses/my-first-course")[1]["location"].startswith("/courses")


def test_a_film_is_served_in_ranges(start, tmp_path):
    site = new_site(tmp_path / "site")
    (site / "static").mkdir()
    film = os.urandom(300_000)
    (site / "static" / "film.mp4").write_bytes(film)
    preview = start(site)
    status, headers, body = preview.get("/film.mp4", Range="bytes=1000-1999")
    assert (status, headers["content-range"], body) == (206, "bytes 1000-1999/300000", film[1000:2000])
    assert headers["content-type"] == "video/mp4"
    assert preview.get("/film.mp4", Range="bytes=299990-")[2] == film[299990:]
    assert preview.get("/film.mp4", Range="bytes=300000-300001")[0] == 416
    assert preview.get("/film.mp4")[2] == film


def test_what_it_keeps_is_ignored_by_git_and_the_output_is_left_alone(preview):
    folder = preview.site
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(folder), "status", "--porcelain", "-uall"], check=True, capture_output=True, text=True).stdout
    assert "content/site.yml" in listed
    assert ".lectern" not in listed and "secret" not in listed
    assert not (folder / "output").exists() and not (folder / ".output.lectern").exists()


def resident_kilobytes(process):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text()).group(1))


def test_memory_does_not_grow_with_the_number_of_edits(preview):
    lesson = preview.file("01-welcome.md")
    text = lesson.read_text()

    def save(number):
        lesson.write_text(text.replace("Change something", f"Edit {number} of them"))
        until(lambda: f"Edit {number} of them".encode() in preview.get(LESSON)[2], f"edit {number}")

    for number in range(30):
        save(number)
    before = resident_kilobytes(preview.process)
    for number in range(30, 200):
        save(number)
    assert resident_kilobytes(preview.process) - before < 8 * 1024
