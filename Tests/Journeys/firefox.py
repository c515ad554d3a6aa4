"""
A Firefox as readers have it. Playwright drives only a build of its own, so this one is spoken to directly, in the protocol
that browsers share: WebDriver BiDi (W3C), JSON through a WebSocket.
"""

import contextlib
import itertools
import json
import re
import shutil
import subprocess
import threading
import time

from websockets.sync.client import connect

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
PATIENCE_SECONDS = 60


class Firefox:
    """One window with nobody's cookies."""

    def __init__(self, profile):
        self.process = subprocess.Popen(
            [PROGRAM, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        said = []
        for line in self.process.stderr:
            said.append(line)
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                break
        else:
            raise RuntimeError("Firefox did not start:\n" + "".join(said))
        # Its pipe must not fill up.
        threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True).start()
        self.numbers = itertools.count(1)
        self.errors = []
        self.connection = contextlib.ExitStack()
        self.socket = self.connection.enter_context(connect(found[1] + "/session", max_size=None))
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])
        self.tab = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()

    def ask(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            heard = json.loads(self.socket.recv(timeout=PATIENCE_SECONDS))
            if heard["type"] == "event":
                entry = heard["params"]
                # What scripts throw, and what a page's policy blocks. The pretended gateway's forbids the icon that Firefox looks for.
                if entry.get("type") == "javascript" and entry.get("level") == "error" and "favicon.ico" not in entry["text"]:
                    self.errors.append(entry["text"])
            elif heard["type"] == "error":
                raise RuntimeError(f"{method}: {heard['error']}: {heard['message']}")
            elif heard["id"] == number:
                return heard["result"]

    def goto(self, url):
        self.ask("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def evaluate(self, function, *arguments):
        """What a function of JavaScript makes of some texts, in the page."""
        answer = self.ask(
            "script.callFunction", functionDeclaration=f"async (...texts) => JSON.stringify(await ({function})(...texts) ?? null)",
            target={"context": self.tab}, awaitPromise=True, userActivation=True,
            arguments=[{"type": "string", "value": argument} for argument in arguments])
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait(self, function, *arguments):
        """Until it is true of the page, through the pages that follow it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                if found := self.evaluate(function, *arguments):
                    return found
            except RuntimeError as error:
                # The page gave way to another while it was asked.
                if not any(word in str(error) for word in ("no such frame", "aborted", "discarded", "unknown error")):
                    raise
            time.sleep(0.1)
        raise AssertionError(f"not so within {PATIENCE_SECONDS} s at {self.url}: {function} {arguments}\n{self.text}")

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

    @property
    def url(self):
        return self.evaluate("() => location.href")

    @property
    def text(self):
        return self.evaluate("() => document.querySelector('main')?.innerText ?? document.body.innerText")
