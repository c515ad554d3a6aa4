"""What every journey shares: the demo's preview with its real companion and pretend payments, and a real Chromium."""

import html
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.request

import pytest
from playwright.sync_api import expect, sync_playwright

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# Patience costs nothing where a page does what it should, and a slow machine may need it.
expect.set_options(timeout=20_000)


def free_ports():
    """A port whose next one is free as well: the preview takes the first, its companion the other."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            if not 1024 <= port < 64_000:
                continue
            try:
                two.bind(("127.0.0.1", port + 1))
                return port
            except OSError:
                continue


class Shop:
    """A running preview."""

    def __init__(self, folder, program):
        self.folder = folder
        self.process = subprocess.Popen(
            [program, "preview", str(folder), "--port", str(free_ports())], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.log, self.home, self.companion = [], "", ""
        for line in self.process.stdout:
            self.log.append(line)
            if found := re.search(r"Open (http://localhost:\d+)/", line):
                self.home = found[1]
            if found := re.search(r"(http://localhost:\d+/api/)preview/mail", line):
                self.companion = found[1]
            if self.home and self.companion:
                break
        else:
            raise RuntimeError("the preview did not start:\n" + "".join(self.log))
        # Its pipe must not fill up.
        threading.Thread(target=lambda: [self.log.append(line) for line in self.process.stdout], daemon=True).start()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        # The companion ends with the preview that started it, however that ended.
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.get("healthz")
            except OSError:
                return
            time.sleep(0.1)
        raise AssertionError("the companion outlives its preview")

    def get(self, path):
        with urllib.request.urlopen(self.companion + path) as answer:
            return answer.read().decode()

    def mails(self, address, after=0):
        """Number and text of every mail to an address, the newest first."""
        found = []
        for link, row in re.findall(r'<li><a href="[^"]*preview/mail/(\d+)">(.*?)</li>', self.get("preview/mail"), re.S):
            if address in html.unescape(row) and int(link) > after:
                found.append((int(link), html.unescape(self.get("preview/mail/" + link))))
        return sorted(found, reverse=True)

    def newest_mail(self, address):
        return max((number for number, _ in self.mails(address)), default=0)

    def mail(self, address, pattern, after=0):
        """What a pattern finds in the newest mail to an address that holds it. Mails go out once a second."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for _, text in self.mails(address, after):
                if found := re.search(pattern, text):
                    return found
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} holds {pattern}")


def program(name):
    folder = pathlib.Path(os.environ.get("LECTERN_PROGRAMS", REPOSITORY / ".build/release"))
    path = folder / name
    if not path.exists():
        pytest.fail(f"{path} is not built: run bin/build companion")
    return str(path)


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop") / "site"
    folder.mkdir()
    for name in ("content", "static", "layouts"):
        if (REPOSITORY / name).exists():
            shutil.copytree(REPOSITORY / name, folder / name)
    running = Shop(folder, program("lectern"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def device(browser, shop):
    """Makes devices: each a browser of its own, without anybody's cookies."""
    contexts = []

    def make(**options):
        context = browser.new_context(locale="zh-CN", base_url=shop.home, **{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(40_000)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        for page in context.pages:
            assert not getattr(page, "errors", []), page.errors
        context.close()
