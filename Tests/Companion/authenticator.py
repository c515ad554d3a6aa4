"""A passkey in software (WebAuthn Level 2): ES256, attestation `none`, a user who is always there and verified."""

import base64
import hashlib
import json
import secrets

from companion import SITE
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def cbor(value):
    """RFC 8949, as far as an attestation needs it: whole numbers, bytes, texts, maps."""
    def head(kind, count):
        return bytes([kind << 5 | count]) if count < 24 else bytes([kind << 5 | 24, count]) if count < 256 else bytes([kind << 5 | 25, count >> 8, count & 255])
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(5, len(value)) + b"".join(cbor(name) + cbor(item) for name, item in value.items())


class Authenticator:
    def __init__(self, site="localhost"):
        self.site = hashlib.sha256(site.encode()).digest()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 0

    def client_data(self, kind, challenge, origin):
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def register(self, options, origin=SITE):
        point = self.key.public_key().public_numbers()
        public = cbor({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = self.site + b"\x45" + bytes(4) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        self.user = options["user"]["id"]
        return {
            "id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key", "clientExtensionResults": {}, "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": encoded(self.client_data("webauthn.create", options["challenge"], origin)),
                "attestationObject": encoded(cbor({"fmt": "none", "attStmt": {}, "authData": data})), "transports": ["internal"],
            },
        }

    def sign_in(self, options, origin=SITE):
        self.count += 1
        data = self.site + b"\x05" + self.count.to_bytes(4, "big")
        client_data = self.client_data("webauthn.get", options["challenge"], origin)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key", "clientExtensionResults": {},
            "response": {"clientDataJSON": encoded(client_data), "authenticatorData": encoded(data), "signature": encoded(signature), "userHandle": self.user},
        }
