"""The report on the site: sealed, and its key for the creator's sign-in alone."""

import base64
import time

from companion import SECRET, hkdf
from conftest import Browser

DOOR = "enrollment/~report/page?epoch="


def site(companion):
    """What `lectern build` leaves of it."""
    folder = companion.folder / "output/account/report"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>")
    return folder


def test_only_who_signed_in_as_the_creator_is_given_its_key(companion, mailbox, code):
    stranger, learner, creator = (Browser(companion, mailbox) for _ in range(3))
    code(stranger.get(DOOR + "29000000"), 401, "sign-in-needed")
    # Somebody who types the creator's address into the checkout has an order, and no sign-in.
    order = stranger.order("python", email="creator@me.example").json()["order"]["id"]
    assert companion.run("orders", "confirm", order).returncode == 0
    assert stranger.get("enrollment/python/python%2Flists?epoch=2").status_code == 200
    code(stranger.get(DOOR + "29000000"), 401, "sign-in-needed")
    learner.sign_in("buyer@me.example")
    code(learner.get(DOOR + "29000000"), 404, "not-found")
    creator.sign_in("creator@me.example")
    keys = {epoch: creator.get(f"{DOOR}{epoch}").json()["offers"]["key"] for epoch in (29000000, 29000001)}
    assert len(set(keys.values())) == 2, "each edition has its own"
    code(creator.get("enrollment/~report/other?epoch=1"), 404, "not-found")


def test_what_is_published_is_sealed_with_that_key(companion, mailbox):
    folder = site(companion)
    done = companion.run("report", "--publish", "output")
    assert done.returncode == 0 and "account/report/" in done.stderr, done
    sealed = (folder / "report.bin").read_bytes()
    assert (folder / "report.bin").stat().st_mode & 0o777 == 0o644 and sorted(path.name for path in folder.iterdir()) == ["index.html", "report.bin"]
    epoch = int.from_bytes(sealed[8:12], "big")
    assert sealed[:8] == b"lectern\x01" and abs(epoch - time.time() / 60) < 10
    assert b"<h1>" not in sealed and b"python" not in sealed
    # Its key is made of the secret by a name of its own, and is what the door gives.
    key = hkdf(SECRET, "lectern/1/report", str(epoch))
    creator = Browser(companion, mailbox).sign_in("creator@me.example")
    assert creator.get(f"{DOOR}{epoch}").json()["offers"]["key"] == base64.urlsafe_b64encode(key).rstrip(b"=").decode()
    again = companion.run("report", "--publish", "output/", "--language", "en")
    assert again.returncode == 0 and (folder / "report.bin").read_bytes() != sealed


def test_what_cannot_be_published_is_said(companion):
    done = companion.run("report", "--publish", "nowhere")
    assert done.returncode == 1 and "no built site" in done.stderr and not (companion.folder / "nowhere").exists()
    assert companion.run("report", "--demo", "--publish", "output").returncode == 2
    site(companion)
    companion.settings.pop("creators")
    companion.save()
    done = companion.run("report", "--publish", "output")
    assert done.returncode == 1 and "names no creator" in done.stderr and not (companion.folder / "output/account/report/report.bin").exists()
