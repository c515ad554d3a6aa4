#!/usr/bin/env python3
"""
What becomes of a film, in bytes and likeness (SSIM), and how long a buyer waits for the first picture of a sealed one against
the same film as a plain MP4 beside it.

    Benchmarks/films/run.py                    the demo's film
    Benchmarks/films/run.py talk.mov           another
    Benchmarks/films/run.py --rounds 20
    Benchmarks/films/run.py --rounds 0         bytes and likeness alone

Needs ffmpeg, a Chromium, playwright, and bin/lectern or the program that LECTERN names.
"""

import argparse
import base64
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests" / "Browser"))

SITE = {
    "content/site.yml": "title: Films\nbaseURL: https://me.example/\nlanguages: [en]\ncompanion: /api/\nvideo: {av1: true}\n",
    "content/courses/films/course.md": "---\ntitle: Films\nprice: 49\n---\nFor sale.\n",
    "content/courses/films/01-plain/index.md": "---\ntitle: Plain\naccess: free\n---\nFree.\n",
    "content/courses/films/02-sealed/index.md": "---\ntitle: Sealed\naccess: paid\n---\nFree.\n\n<!--more-->\n\nSold.\n",
}
# From the click to the first picture on the screen.
FIRST_PICTURE = """(selector) => new Promise((done) => {
    const film = document.querySelector('video');
    film.muted = true;
    const begun = performance.now();
    film.requestVideoFrameCallback(() => done(performance.now() - begun));
    selector ? document.querySelector(selector).click() : film.play();
})"""
LINES = {"at once": None, "20 Mbit/s, 40 ms": (20e6, 40), "4 Mbit/s, 80 ms": (4e6, 80)}


def site(folder, film):
    for path, text in SITE.items():
        file = folder / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    sealed = folder / "site/content/courses/films/02-sealed" / ("video" + film.suffix)
    shutil.copy(film, sealed)
    # The plain one as a careful creator would give it: with its table of contents at the front.
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", film, "-c", "copy", "-movflags", "+faststart", folder / "site/content/courses/films/01-plain/video.mp4"],
        check=True)
    from conftest import build
    return build(folder / "site", folder / "output")


def likeness(made, film, height, width):
    done = subprocess.run(
        ["ffmpeg", "-v", "info", "-nostats", "-i", made, "-i", film, "-lavfi",
         f"[1:v]scale={width}:{height}:flags=bicubic,format=yuv420p[a];[0:v][a]ssim", "-f", "null", "-"],
        capture_output=True, text=True, check=True)
    return re.search(r"All:([\d.]+)", done.stderr)[1]


def bytes_of(folder, film):
    print(f"| | bytes | SSIM |\n|---|---:|---:|\n| the creator's file | {film.stat().st_size:,} | |")
    (stream,) = (index.parent for index in (folder / "site/.lectern/cache/streams").glob("*/index.txt"))
    tracks = [file for file in stream.glob("*.mp4") if not file.stem.startswith("plain")]
    # 360, 360-av1, 540, …, sound, sound-opus
    for file in sorted(tracks, key=lambda file: (file.stem.startswith("sound"), int("0" + file.stem.split("-")[0].strip("sound")), file.stem)):
        size = file.stat().st_size
        name, _, codec = file.stem.partition("-")
        if name == "sound":
            print(f"| sound, {codec or 'AAC'} | {size:,} | |")
            continue
        shape = subprocess.run(
            ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height", "-of", "csv=p=0", file],
            capture_output=True, text=True, check=True).stdout.strip().split(",")
        print(f"| pictures, {name} lines, {codec or 'H.264'} | {size:,} | {likeness(file, film, shape[1], shape[0])} |")


def waits(output, rounds):
    from conftest import SECRET, served
    from playwright.sync_api import sync_playwright
    from sealed_file import lesson_key
    key = base64.urlsafe_b64encode(lesson_key(SECRET, "films", "films/sealed", 1)).decode().rstrip("=")
    print("\n| line | plain MP4, ms | sealed, ms | ratio |\n|---|---:|---:|---:|")
    with served(output) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--mute-audio"])
        for name, line in LINES.items():
            times = {"plain": [], "sealed": []}
            for _ in range(rounds):
                for lesson, taken in times.items():
                    context = browser.new_context(viewport={"width": 1280, "height": 900})
                    page = context.new_page()
                    page.route("**/api/**", lambda route: route.fulfill(
                        status=200, body=json.dumps({"offers": {"key": key}}), content_type="application/json"))
                    if line:
                        session = context.new_cdp_session(page)
                        session.send("Network.enable")
                        session.send("Network.emulateNetworkConditions", {
                            "offline": False, "latency": line[1], "downloadThroughput": line[0] / 8, "uploadThroughput": line[0] / 8})
                    page.goto(f"{url}/courses/films/{lesson}/", wait_until="networkidle")
                    button = ".sealed-play" if lesson == "sealed" else ""
                    if button:
                        page.locator(button).wait_for()
                    taken.append(page.evaluate(FIRST_PICTURE, button))
                    context.close()
            plain, sealed = (statistics.median(taken) for taken in times.values())
            print(f"| {name} | {plain:.0f} | {sealed:.0f} | {sealed / plain:.2f} |")
        browser.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("film", nargs="?", type=pathlib.Path, default=REPOSITORY / "content/courses/python-intro/03-algorithms/02-binary-search/video.mp4")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        output = site(folder, options.film)
        bytes_of(folder, options.film)
        if options.rounds:
            waits(output, options.rounds)


if __name__ == "__main__":
    main()
