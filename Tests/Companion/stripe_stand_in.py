"""Stripe, as far as the companion asks it: sessions, refunds, disputes. Notices are signed by Stripe's own library.

What its own description of its API does not allow is refused, and kept in `refused`."""

import http.server
import json
import threading
import time
import urllib.parse

import stripe
import stripe_description

KEY = "sk_test_stand_in"
SECRET = "whsec_stand_in"


class StripeStandIn:
    def __init__(self):
        self.sessions, self.refunds, self.disputes, self.asked, self.by_key, self.refused = {}, [], [], [], {}, []
        self.reads, self.may_read_charges = [], True
        stand_in = self

        class Door(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                address = urllib.parse.urlsplit(self.path)
                self.answer(stand_in.refusal("get", address.path, address.query) or stand_in.read(self))

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                self.answer(stand_in.refusal("post", self.path, body) or stand_in.write(self, dict(pairs(body))))

            def answer(self, outcome):
                status, value = outcome
                content = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()

    def refusal(self, method, path, text):
        """Stripe's answer to what it does not allow."""
        problem = stripe_description.problem(method, path, pairs(text))
        if problem is None:
            return None
        self.refused.append(problem)
        return 400, {"error": {"type": "invalid_request_error", "message": problem}}

    def read(self, request):
        if request.headers["Authorization"] != f"Bearer {KEY}":
            return 401, {"error": {"type": "invalid_request_error"}}
        address = urllib.parse.urlsplit(request.path)
        path = address.path
        self.reads.append(request.path)
        if path.startswith("/v1/checkout/sessions/"):
            session = self.sessions.get(path.rsplit("/", 1)[1])
            for _, wanted in pairs(address.query):
                # Of older versions a payment has no such field, and what has none cannot be expanded.
                if not self.may_read_charges or request.headers["Stripe-Version"] < "2022-11-15":
                    return 403, {"error": {"type": "invalid_request_error", "message": "not with this key"}}
                assert wanted == "payment_intent.latest_charge.balance_transaction"
                session = session and self.expanded(session)
            return (200, session) if session else (404, {"error": {"type": "invalid_request_error", "code": "resource_missing"}})
        if path == "/v1/refunds":
            return 200, {"object": "list", "data": self.refunds}
        if path == "/v1/disputes":
            return 200, {"object": "list", "data": self.disputes}
        return 200, {"object": "list", "data": []}

    def write(self, request, fields):
        key = request.headers["Idempotency-Key"]
        self.asked.append((request.path, fields, key))
        if key and key in self.by_key:
            return 200, self.by_key[key]
        if request.path == "/v1/checkout/sessions":
            number = len(self.sessions) + 1
            made = {
                "id": f"cs_test_{number}", "object": "checkout.session", "url": f"{self.url}/pay/{number}", "status": "open", "payment_status": "unpaid",
                "payment_intent": None, "currency": fields["line_items[0][price_data][currency]"], "livemode": False,
                "amount_total": sum(int(value) for name, value in fields.items() if name.endswith("[unit_amount]")),
                "client_reference_id": fields["client_reference_id"], "metadata": {"lectern_order": fields["metadata[lectern_order]"]},
            }
            self.sessions[made["id"]] = made
        elif request.path == "/v1/refunds":
            made = {"id": f"re_{len(self.refunds) + 1}", "object": "refund", "amount": int(fields["amount"]), "currency": "cny", "status": "succeeded",
                    "payment_intent": fields["payment_intent"],
                    "metadata": {name[9:-1]: value for name, value in fields.items() if name.startswith("metadata[")}}
            self.refunds.append(made)
        else:
            return 404, {"error": {"type": "invalid_request_error"}}
        self.by_key[key] = made
        return 200, made

    def pay(self, session, country="DE"):
        """The buyer pays on Stripe's page; the notice may come, or not."""
        session = self.sessions[session]
        address = {"city": None, "country": country, "line1": None, "line2": None, "postal_code": None, "state": None}
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": "pi_" + session["id"].split("_")[-1],
                    "customer_details": {"address": address, "email": "buyer@me.example", "name": None, "phone": None, "tax_exempt": "none", "tax_ids": []}}
        return session

    def expanded(self, session):
        """With the whole payment: its charge, and the line of the balance that it is booked in, of an account in Hong Kong's dollars: at
        1.08 of them for one yuan, 3.4 % and 2.35 are kept."""
        intent = session["payment_intent"]
        if intent is None:
            return session
        amount = session["amount_total"] * 108 // 100
        fee = amount * 34 // 1000 + 235
        balance = {"id": "txn_" + intent, "object": "balance_transaction", "amount": amount, "currency": "hkd", "exchange_rate": 1.08, "fee": fee, "net": amount - fee,
                   "status": "pending", "type": "charge"}
        charge = {"id": "ch_" + intent, "object": "charge", "amount": session["amount_total"], "currency": session["currency"], "status": "succeeded",
                  "billing_details": {"address": session["customer_details"]["address"], "email": None, "name": None, "phone": None},
                  "payment_method_details": {"type": "card", "card": {"brand": "visa", "country": "AT", "last4": "4242"}}, "balance_transaction": balance}
        return session | {"payment_intent": {"id": intent, "object": "payment_intent", "status": "succeeded", "latest_charge": charge}}


def pairs(text):
    return urllib.parse.parse_qsl(text, strict_parsing=True, keep_blank_values=True) if text else []


def notice(kind, value, id="evt_1", secret=SECRET, at=None, livemode=False):
    """A notice's body and headers, signed by Stripe's library."""
    body = json.dumps({"id": id, "object": "event", "type": kind, "livemode": livemode, "created": int(time.time()), "data": {"object": value}})
    header = stripe.WebhookSignature.generate_signature_header(body, secret, timestamp=int(at or time.time()))
    return body.encode(), {"Stripe-Signature": header, "Content-Type": "application/json"}
