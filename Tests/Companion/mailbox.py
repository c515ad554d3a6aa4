"""A mail server that keeps what it is given."""

import email
import email.policy
import re
import threading

from aiosmtpd.controller import Controller


class Mailbox:
    def __init__(self):
        self.mails = []
        self.refusal = None
        self.arrived = threading.Condition()
        self.controller = Controller(self, hostname="127.0.0.1", port=0)

    async def handle_DATA(self, server, session, envelope):
        if self.refusal:
            return self.refusal
        with self.arrived:
            self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
            self.arrived.notify_all()
        return "250 kept"

    def start(self):
        # aiosmtpd knocks at the port that it was told, and 0 is none.
        from companion import free_port
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.controller.start()
        self.port = self.controller.port
        return self

    def stop(self):
        self.controller.stop()

    def to(self, address):
        return [mail for recipients, mail in self.mails if recipients == [address]]

    def wait_for(self, address, count=1, seconds=20):
        """The newest mail to an address, once it has so many."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.to(address)) >= count, seconds), f"no mail to {address}: {self.mails}"
        return self.to(address)[-1]

    def code(self, address, count=1):
        return re.search(r"\b(\d{6})\b", text(self.wait_for(address, count)))[1]

    def token(self, address, count=1):
        return re.search(r"#token=([\w-]{43})", text(self.wait_for(address, count)))[1]


def text(mail):
    return mail.get_body(("plain",)).get_content()
