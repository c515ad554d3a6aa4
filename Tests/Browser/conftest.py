"""What every browser test shares: built sites served over HTTP, and a real Chromium."""

import contextlib
import functools
import http.server
import mimetypes
import os
import pathlib
import shutil
import re
import subprocess
import sys
import threading

import pytest
from built_site import BuiltSite
from playwright.sync_api import expect, sync_playwright

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
# Of every site here.
SECRET = bytes(range(32))

mimetypes.add_type("text/vtt", ".vtt")
mimetypes.add_type("text/javascript", ".js")

# Patience costs nothing where a page does what it should, and a slow machine may need it.
expect.set_options(timeout=20_000)


class StaticFiles(http.server.SimpleHTTPRequestHandler):
    """Files as a host serves them: with ranges, without which no browser seeks in a film."""

    protocol_version = "HTTP/1.1"
    remaining = None

    def log_message(self, *_):
        pass

    def send_head(self):
        self.remaining = None
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        path = pathlib.Path(self.translate_path(self.path))
        if not match or not path.is_file():
            return super().send_head()
        size = path.stat().st_size
        first, last = match.groups()
        start = int(first) if first else max(0, size - int(last or 0))
        end = min(int(last), size - 1) if first and last else size - 1
        if start > end:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        source = path.open("rb")
        source.seek(start)
        self.remaining = end - start + 1
        return source

    def end_headers(self):
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def copyfile(self, source, target):
        # A browser that has enough of a film hangs up in the middle.
        with contextlib.suppress(ConnectionError):
            while self.remaining is None or self.remaining > 0:
                block = source.read(65536 if self.remaining is None else min(65536, self.remaining))
                if not block:
                    break
                target.write(block)
                if self.remaining is not None:
                    self.remaining -= len(block)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, address)


@contextlib.contextmanager
def served(folder, handler=StaticFiles):
    """The folder's URL, without a slash at its end, while the block runs."""
    handler = functools.partial(handler, directory=str(folder))
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def build(folder, output, *arguments):
    """Builds a site with this repository's lectern, or with the program that LECTERN names."""
    program = os.environ.get("LECTERN", str(REPOSITORY / "bin" / "lectern"))
    done = subprocess.run(
        [program, "build", str(folder), "--output", str(output), "--now", "2026-11-24", *arguments],
        capture_output=True, text=True, env={**os.environ, "LECTERN_SITE_SECRET": SECRET.hex()})
    assert done.returncode == 0, done.stdout + done.stderr
    return output


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The demo site as files. LECTERN_SITE_OUTPUT names a folder where it is built already."""
    output = os.environ.get("LECTERN_SITE_OUTPUT")
    if not output:
        output = build(REPOSITORY, tmp_path_factory.mktemp("demo") / "output")
    return BuiltSite(output)


@pytest.fixture(scope="session")
def site(built):
    """The demo site's URL."""
    with served(built.output) as url:
        yield url


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """The URL of a site that sells: Tests/Browser/Sites/shop. Its companion is a test's own: companion.py."""
    with served(build(pathlib.Path(__file__).parent / "Sites" / "shop", tmp_path_factory.mktemp("shop") / "output")) as url:
        yield url


# The same engine without a desktop around it, where there is one, takes a quarter less time. The journeys have the whole browser.
CHROMIUM = os.environ.get("LECTERN_CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A fresh page with nothing remembered. A test fails when a script throws or the site's policy blocks something."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert not troubles, troubles
