"""
WebKitGTK as its small browser has it: the engine of Safari, with other decoders. Spoken to in the W3C's WebDriver, JSON over
HTTP, on a screen and a session bus of its own.
"""

import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

DRIVER = shutil.which("WebKitWebDriver") if shutil.which("xvfb-run") and shutil.which("dbus-run-session") else None
BROWSER = next(iter(sorted(glob.glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser"))), None)
PATIENCE_SECONDS = 60


class WebKit:
    """One window with nobody's cookies."""

    def __init__(self, home):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.driver = f"http://127.0.0.1:{one.getsockname()[1]}"
        self.process = subprocess.Popen(
            ["dbus-run-session", "xvfb-run", "-a", DRIVER, "--port=" + self.driver.rsplit(":", 1)[1]],
            env={**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        options = {"binary": BROWSER, "args": ["--automation"]}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})
                break
            except urllib.error.URLError as error:
                if isinstance(error, urllib.error.HTTPError) or time.monotonic() > deadline:
                    self.stop()
                    raise
                time.sleep(0.1)
        self.session = "/session/" + session["sessionId"]

    def stop(self):
        # Driver, browser, screen and bus: a group of their own.
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.driver + path, method=method, data=json.dumps(body or {}).encode() if method == "POST" else None,
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)["value"]

    def goto(self, url):
        self.ask("POST", self.session + "/url", {"url": url})

    def evaluate(self, function, *arguments):
        """What a function of JavaScript makes of some values, in the page."""
        return self.ask("POST", self.session + "/execute/sync", {"script": f"return ({function})(...arguments)", "args": list(arguments)})

    def wait(self, function, *arguments):
        """Until it is true of the page, through the pages that follow it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                if found := self.evaluate(function, *arguments):
                    return found
            except urllib.error.HTTPError:
                pass  # the page gave way to another while it was asked
            time.sleep(0.1)
        state = self.evaluate("""() => [location.href, document.querySelector('main')?.innerText.slice(0, 300), [...document.querySelectorAll('video')].map(
            (film) => [film.currentTime, film.readyState, film.error?.message, film.dataset.quality])]""")
        raise AssertionError(f"not so within {PATIENCE_SECONDS} s: {function} {arguments}: {state}")

    def click(self, selector):
        self.wait("""(selector) => {
            const element = document.querySelector(selector);
            if (!element?.checkVisibility() || element.disabled) return false;
            element.click();
            return true;
        }""", selector)

    def fill(self, selector, value):
        self.wait("""(selector, value) => {
            const element = document.querySelector(selector);
            if (!element?.checkVisibility()) return false;
            element.value = value;
            return true;
        }""", selector, value)
