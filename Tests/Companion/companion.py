"""A running companion: the real program, on a folder and a port of its own."""

import hashlib
import hmac
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("LECTERN_COMPANION") or str(REPOSITORY / ".build/debug/lectern-companion")
SECRET = bytes(range(32))
SITE = "http://localhost:8080"


def course(id, lessons, prices=(("CNY", 19900), ("USD", 2900)), epoch=1, previous=None):
    made = {
        "id": id, "title": {"en": id.capitalize(), "zh": id + " 课"}, "path": {"en": f"en/courses/{id}/", "zh": f"courses/{id}/"},
        "prices": [{"currency": code, "minorUnits": units} for code, units in prices], "epoch": epoch,
        "lessons": [
            {"id": f"{id}/{name}", "title": {"en": name}, "path": {"en": f"en/courses/{id}/{name}/", "zh": f"courses/{id}/{name}/"},
             "access": access, "durationSeconds": 60, "dripDays": drip}
            for name, access, drip in lessons
        ],
    }
    if previous:
        made["previous"] = {"epoch": previous[0], "until": previous[1]}
    return made


COURSES = [
    course("python", [("intro", "preview", 0), ("lists", "paid", 0), ("late", "paid", 7)], epoch=2, previous=(1, "2099-01-01T00:00:00Z")),
    course("swift", [("actors", "paid", 0)]),
    course("gift", [("hello", "free", 0)], prices=()),
]


BUNDLES = [{
    "id": "both", "title": {"en": "Both courses", "zh": "全部课程"}, "path": {"en": "en/bundles/both/", "zh": "bundles/both/"}, "courses": ["python", "swift"],
    "prices": [{"currency": "CNY", "minorUnits": 29900}, {"currency": "USD", "minorUnits": 4500}],
}]


def hkdf(secret, *parts, salt=b""):
    """RFC 5869, one block, with info as docs/sealed.md writes it."""
    info = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    extracted = hmac.digest(salt or bytes(32), secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


SURVEY = {"questions": [
    {"id": "goal", "prompt": {"en": "Why?", "zh": "为什么？"}, "kind": "single", "limit": 0,
     "options": [{"id": "work", "text": {"en": "For work"}}, {"id": "joy", "text": {"en": "For joy"}}]},
    {"id": "wish", "prompt": {"en": "What else?"}, "kind": "text", "limit": 20, "options": []},
]}


def catalogue(revision=1000, courses=COURSES, secret=SECRET, **more):
    """As `lectern build` deploys it."""
    rest = json.dumps({
        "version": 1, "revision": revision, "baseURL": SITE + "/", "title": {"en": "Courses", "zh": "课程"}, "languages": ["zh", "en"],
        "currency": "CNY", "courses": courses, "bundles": BUNDLES, "gifts": True, "teams": 60, **more,
    }).encode()[1:]
    mac = hmac.new(hkdf(secret, "lectern/1/catalogue"), rest, hashlib.sha256).hexdigest()
    return b'{"mac":"' + mac.encode() + b'",\n' + rest


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Companion:
    def __init__(self, folder, smtp_port=9, **settings):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.metrics_port = free_port()
        self.process = None
        self.write("catalogue.json", catalogue())
        self.write("site.secret", SECRET.hex() + "\n", mode=0o600)
        self.settings = {
            "site": SITE + "/", "listen": f"127.0.0.1:{self.port}", "catalogue": "catalogue.json", "data": "data",
            "secret-file": "site.secret", "metrics": f"127.0.0.1:{self.metrics_port}",
            "mail": {"from": "Lessons <lessons@me.example>", "smtp": f"smtp://127.0.0.1:{smtp_port}", "insecure": True},
            "manual": {"instructions": {"en": ["Send it to the bank."], "zh": ["转到这个账户。"]}},
            "creators": ["creator@me.example"],
        } | settings
        self.save()

    def save(self):
        self.write("companion.yml", yaml.safe_dump(self.settings, allow_unicode=True))

    def write(self, name, content, mode=0o644):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def log(self):
        """What it logged, line by line, as objects; other lines are what it told a person."""
        lines = (self.folder / "log").read_text().splitlines() if (self.folder / "log").exists() else []
        return [json.loads(line) for line in lines if line.startswith("{")]

    def events(self, name):
        return [line for line in self.log if line["event"] == name]

    def start(self, environment=None):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--config", "companion.yml"], cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"), env=environment)
        before = len(self.events("listening")) if (self.folder / "log").exists() else 0
        self.wait_until(lambda: len(self.events("listening")) > before or self.process.poll() is not None)
        assert self.process.poll() is None, (self.folder / "log").read_text()
        return self

    def wait_until(self, is_done, seconds=20):
        """Looks again and again; fails when it takes far longer than it ever should."""
        end = time.monotonic() + seconds
        while not is_done():
            assert time.monotonic() < end, "it did not happen: " + (self.folder / "log").read_text()[-2000:]
            time.sleep(0.02)

    def stop(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)

    def run(self, *words, environment=None, input=None):
        return subprocess.run([PROGRAM, *words], cwd=self.folder, capture_output=True, text=True, env=environment, input=input, timeout=120)

    def socket(self):
        return socket.create_connection(("127.0.0.1", self.port), 10)

    def talk(self, *parts, seconds=10):
        """Sends bytes as they are, and gives back everything that came until the other side closed, or was silent for long."""
        with self.socket() as connection:
            connection.settimeout(seconds)
            for part in parts:
                connection.sendall(part)
            heard = b""
            while True:
                try:
                    got = connection.recv(65536)
                except (TimeoutError, ConnectionResetError):
                    return heard, False
                if not got:
                    return heard, True
                heard += got


def answers(heard):
    """Cuts what a connection said into (status, headers, body), by Content-Length alone."""
    found = []
    while heard:
        head, _, rest = heard.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        found.append((int(lines[0].split()[1]), headers, rest[:length]))
        heard = rest[length:]
    return found
