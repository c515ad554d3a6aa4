"""A companion for pages that are tested without one: it answers what a test tells it to, and remembers what it was asked."""

import json
from dataclasses import dataclass, field

YUAN = {"currency": "CNY", "minorUnits": 19900}
DOLLARS = {"currency": "USD", "minorUnits": 2900}


@dataclass
class Asked:
    method: str
    path: str
    """Below /api/, with its query."""
    text: str
    headers: dict = field(repr=False)

    @property
    def body(self):
        return json.loads(self.text)


class Companion:
    """
    Answers below /api/ of one page. `answers["POST sign-in"]` is a status and a body, or just a body, or a function of
    what was asked that gives either, or a list of these, one for each time (the last one for ever). "GET orders/*"
    answers for every path that begins so. None: no answer, as of a host that is down.
    """

    def __init__(self, page, **answers):
        self.asked = []
        self.answers = {"GET session": {"signedIn": False, "creator": False, "claim": False}, "POST beacon": {"refused": []}}
        self.answers |= {name.replace("_", " ", 1): answer for name, answer in answers.items()}
        page.route("**/api/**", self._answer)

    def __setitem__(self, name, answer):
        self.answers[name] = answer

    def sent(self, name):
        """Each body that was sent to "POST checkout"."""
        method, path = name.split(" ")
        return [asked.body if asked.text else None for asked in self.asked if asked.method == method and asked.path.split("?")[0] == path]

    def events(self, kind=None):
        """Every event that arrived, as its envelope has it, each once."""
        found = {}
        for envelope in self.sent("POST beacon"):
            for event in envelope["events"]:
                if kind in (None, event["kind"]):
                    found[event["id"]] = event
        return list(found.values())

    def _answer(self, route, request):
        path = request.url.split("/api/", 1)[1]
        self.asked.append(Asked(request.method, path, request.post_data or "", request.headers))
        name = f"{request.method} {path.split('?')[0]}"
        key = name if name in self.answers else next((key for key in self.answers if key.endswith("*") and name.startswith(key[:-1])), None)
        answer = self.answers.get(key, (404, {"code": "not-found", "title": "There is nothing here"}))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if callable(answer):
            answer = answer(self.asked[-1])
        if answer is None:
            route.abort()
            return
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        if status == 204:
            route.fulfill(status=204)
            return
        kind = "application/json" if status < 400 else "application/problem+json"
        if status >= 400:
            body = {"type": "about:blank", "status": status, "title": body.get("title", body["code"]), "request": "r1", **body}
        headers = {"retry-after": str(body["retryAfter"])} if "retryAfter" in body else {}
        route.fulfill(status=status, content_type=kind, body=json.dumps(body), headers=headers)


LIN = {"signedIn": True, "learner": "l0000000000000000000000001", "email": "lin@example.com", "creator": False, "claim": False,
       "passkeys": 0, "password": False}


def offer(course="python", title="Python", total=YUAN, providers=("stripe",), currencies=("CNY", "USD")):
    """What GET /checkout answers."""
    labels = {"stripe": "银行卡", "manual": "银行转账", "pretend": "试付"}
    return {"items": [{"course": course, "title": title, "price": total}], "total": total, "currencies": list(currencies),
            "providers": [{"name": name, "label": labels[name]} for name in providers]}


def order(state="paid", course="python", title="Python", total=YUAN, **more):
    """An order as the companion tells it."""
    return {"id": "o0000000000000000000000001", "state": state, "createdAt": "2026-11-24T03:04:05Z",
            "items": [{"course": course, "title": title, "price": total}], "total": total, "refunded": {**total, "minorUnits": 0},
            "provider": "stripe", "grants": state in ("paid", "partiallyRefunded"), "email": "l…@example.com", "canCorrectEmail": False,
            "receiptSent": state == "paid", **more}
