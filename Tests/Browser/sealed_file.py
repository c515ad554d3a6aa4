"""Sealed files, opened by what docs/sealed.md says of them alone: no line of Lectern's own code."""

import gzip
import hashlib
import hmac
import json
import re
import urllib.parse

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


def stream_pieces(output, text, key):
    """The film of a lesson's opened text, by what docs/video.md says of its list: {path: (file, bytes)} and the list."""
    file, path = re.search(r'src="/([^"#]+)#([^"]+film\.json)"', text).groups()
    path = urllib.parse.unquote(path)
    film = json.loads(opened((output / file).read_bytes(), path, key))
    assert film["version"] == 1
    folder, base = (output / file).parent, path[:-len("film.json")]
    pieces = {}
    for track in film["tracks"]:
        for quality in track["qualities"]:
            assert len(quality["segments"]) == len(track["ticks"])
            named = {f"{quality['name']}.mp4": quality["head"]}
            named |= {f"{quality['name']}-{index}.m4s": digest for index, digest in enumerate(quality["segments"])}
            for name, digest in named.items():
                piece = folder / f"sealed.{film['epoch']}.{digest}.bin"
                pieces[base + name] = piece, opened(piece.read_bytes(), base + name, key)
    return pieces, film
