"""Sealed files, opened by what docs/sealed.md says of them alone: no line of Lectern's own code."""

import gzip
import hashlib
import hmac
import json

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def info(*parts):
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)


def derived(secret, *parts, salt=b""):
    return HKDF(SHA256(), 32, salt or None, info(*parts)).derive(secret)


def lesson_key(secret, course, lesson, epoch):
    return derived(secret, "lectern/1/lesson", course, lesson, str(epoch))


def opened(sealed, path, key):
    """The bytes of a sealed file. Raises when anything differs."""
    head = sealed[:40]
    assert head[:8] == b"lectern\x01", "no sealed file of version 1"
    salt = head[12:28]
    size, length = int.from_bytes(head[28:32], "big"), int.from_bytes(head[32:40], "big")
    cipher = AESGCM(derived(key, "lectern/1/file", path, salt=salt))
    count = max(1, -(-length // size))
    text = b""
    for index in range(count):
        start = 40 + index * (size + 16)
        nonce = index.to_bytes(8, "big") + b"\0\0\0" + bytes([index == count - 1])
        text += cipher.decrypt(nonce, sealed[start:start + size + 16], head)
    assert len(text) == length and len(sealed) == 40 + length + 16 * count
    return text


def opened_text(sealed, path, key):
    return gzip.decompress(opened(sealed, path, key)).decode()


def catalogue(file, secret):
    """The catalogue, checked against its code."""
    first, rest = file.split(b"\n", 1)
    mac = hmac.new(derived(secret, "lectern/1/catalogue"), rest, hashlib.sha256).hexdigest()
    assert first == b'{"mac":"' + mac.encode() + b'",', "the catalogue was not made with this secret"
    return json.loads(file)
