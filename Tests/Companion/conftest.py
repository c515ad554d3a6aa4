import contract
import pytest
import requests
from companion import SITE, Companion
from mailbox import Mailbox


@pytest.fixture(scope="session")
def mailbox():
    made = Mailbox().start()
    yield made
    made.stop()


@pytest.fixture
def companion(tmp_path, mailbox):
    """A companion of this test's own."""
    made = Companion(tmp_path, smtp_port=mailbox.port).start()
    yield made
    assert made.stop() == 0


@pytest.fixture(scope="module")
def shared(tmp_path_factory, mailbox):
    """A companion for tests that leave nothing behind."""
    made = Companion(tmp_path_factory.mktemp("companion"), smtp_port=mailbox.port).start()
    yield made
    assert made.stop() == 0


class Browser:
    """Somebody's browser: keeps cookies, and sends what a page of the site would."""

    def __init__(self, companion, mailbox=None):
        self.companion = companion
        self.mailbox = mailbox
        self.session = requests.Session()
        self.session.headers.update({"Origin": SITE, "Accept-Language": "en", "User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0"})

    def ask(self, method, path, json=None, **more):
        answer = self.session.request(method, self.companion.url + path, json=json, timeout=30, **more)
        contract.hold(answer, method, path)
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, json=None, **more):
        return self.ask("POST", path, json={} if json is None and "data" not in more else json, **more)

    def sign_in(self, address):
        before = len(self.mailbox.to(address))
        assert self.post("sign-in", {"email": address}).status_code == 202
        answer = self.post("sign-in/confirm", {"email": address, "code": self.mailbox.code(address, before + 1)})
        assert answer.status_code == 204, answer.text
        return self

    def order(self, *courses, provider="manual", currency="CNY", total=None, email="buyer@me.example", attempt="attempt-1", **more):
        return self.post("checkout", {
            "items": list(courses), "currency": currency, "provider": provider, "email": email, "language": "en", "attempt": attempt,
            "shownTotal": {"currency": currency, "minorUnits": 19900 * len(courses) if total is None else total}, "terms": "", "immediateDelivery": True,
        } | more)


@pytest.fixture
def browser(companion, mailbox):
    return Browser(companion, mailbox)


@pytest.fixture
def code():
    def check(answer, status, code):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code and answer.json()["title"], answer.text
        return answer.json()
    return check
