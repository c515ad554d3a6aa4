#!/usr/bin/env python3
"""
A paid film under strain, in Chromium: over a line that changes between 300 kbit/s and 8 Mbit/s, stalls and changes of size
counted; and for hours, memory looked at.

    Benchmarks/films/endure.py line                 20 minutes of film, in 75 seconds
    Benchmarks/films/endure.py hours                three hours of film, in eleven minutes
    Benchmarks/films/endure.py line --minutes 3     a try; both take --minutes of film, and --faster

Time is simulated: the film plays sixteen times as fast, the line carries sixteen times as much, and the page's clocks and
timers run sixteen times as fast. So does the machine's own slowness: what stands still on a busy machine, or with two cores, is looked at again
with --faster 4. Needs ffmpeg, a Chromium, playwright, and bin/lectern or the program that LECTERN names.
"""

import argparse
import base64
import contextlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests" / "Browser"))

LESSON = "courses/film/long/"
SITE = {
    "content/site.yml": "title: Film\nbaseURL: https://me.example/\nlanguages: [en]\ncompanion: /api/\n",
    "content/courses/film/course.md": "---\ntitle: Film\nprice: 49\n---\nFor sale.\n",
    "content/courses/film/01-long/index.md": "---\ntitle: Long\n---\nFree.\n\n<!--more-->\n\nSold.\n",
}
# Of the film's time: how long a line lasts, and what it carries, in bits a second. Then again from the start.
LINE_SECONDS = 30
LINES = [8e6, 0.3e6, 2e6, 0.3e6, 8e6, 1e6]

CLOCKS = """(() => {
    const faster = %d, now = performance.now.bind(performance);
    performance.now = () => now() * faster;
    for (const name of ["setTimeout", "setInterval"]) {
        const set = window[name].bind(window);
        window[name] = (act, wait, ...more) => set(act, wait / faster, ...more);
    }
    window.told = { stalls: 0, stalled: 0, switches: 0, sizes: {} };
    document.addEventListener("waiting", ({ target }) => {
        if (!window.running || target.seeking || target.ended) return;
        told.stalls += 1;
        const begun = performance.now();
        let last = begun;
        const count = () => { told.stalled += (performance.now() - last) / 1000; last = performance.now() };
        const timer = setInterval(count, 200);
        target.addEventListener("playing", () => { count(); clearInterval(timer) }, { once: true });
    }, true);
    let last;
    setInterval(() => {
        const size = document.querySelector("video")?.dataset.quality;
        if (!size || !window.running) return;
        if (last && size !== last) told.switches += 1;
        told.sizes[last = size] = (told.sizes[size] ?? 0) + 1;
    }, 1000);
})()"""


class Line:
    """One line for all connections. Its speed follows the clock, which starts with the first picture."""

    def __init__(self, faster):
        self.faster = faster
        self.lock = threading.Lock()
        self.free_at = 0.0
        self.begun = None

    def speed(self, now):
        if self.begun is None:
            return LINES[0] * self.faster
        return LINES[int((now - self.begun) * self.faster / LINE_SECONDS) % len(LINES)] * self.faster

    def carry(self, count):
        with self.lock:
            now = time.monotonic()
            self.free_at = max(now, self.free_at) + count * 8 / self.speed(now)
            wait = self.free_at - now
        time.sleep(max(0, wait))


def slow_files(line):
    from conftest import StaticFiles

    class SlowFiles(StaticFiles):
        def copyfile(self, source, target):
            with contextlib.suppress(ConnectionError):
                while self.remaining is None or self.remaining > 0:
                    block = source.read(4096 if self.remaining is None else min(4096, self.remaining))
                    if not block:
                        break
                    if "/media/" in self.path:
                        line.carry(len(block))
                    target.write(block)
                    if self.remaining is not None:
                        self.remaining -= len(block)
    return SlowFiles


def build_site(folder, seconds, rate, noise):
    """A moving picture of two sizes and a tone; with noise it needs as many bits as a camera's."""
    for path, text in SITE.items():
        file = folder / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    short = folder / "short.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s=960x540:r={rate}:d=60,noise=alls={noise}:allf=t", "-f", "lavfi", "-i", "sine=f=330:d=60",
         "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "1", short], check=True)
    subprocess.run(
        ["ffmpeg", "-v", "error", "-stream_loop", str(max(0, (seconds + 59) // 60 - 1)), "-i", short, "-t", str(seconds), "-c", "copy",
         folder / "site/content/courses/film/01-long/video.mp4"], check=True)
    from conftest import build
    return build(folder / "site", folder / "output")


def rates(folder):
    """{size: bits a second}, as the builder's cache has them."""
    (index,) = (folder / "site/.lectern/cache/streams").glob("*/index.txt")
    found = {}
    for line in index.read_text().splitlines():
        words = line.split()
        if len(words) == 6:
            name, timescale = words[0], int(words[4])
            found[name] = (0, 0)
        elif len(words) == 2:
            found[name] = (found[name][0] + int(words[0]) * 8, found[name][1] + int(words[1]) / timescale)
    return {name: bits / seconds for name, (bits, seconds) in found.items()}


@contextlib.contextmanager
def playing(output, handler, faster):
    """The page of a buyer, its film begun."""
    from conftest import SECRET, served
    from playwright.sync_api import sync_playwright
    from sealed_file import lesson_key
    key = base64.urlsafe_b64encode(lesson_key(SECRET, "film", "film/long", 1)).decode().rstrip("=")
    with served(output, handler) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--mute-audio"])
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.add_init_script(CLOCKS % faster)
        page.route("**/api/**", lambda route: route.fulfill(
            status=200, body=json.dumps({"offers": {"key": key}}), content_type="application/json"))
        page.goto(f"{url}/{LESSON}")
        page.locator(".sealed-play").click()
        while not page.evaluate("document.querySelector('video').currentTime > 0.2"):
            page.wait_for_timeout(50)
        page.evaluate(f"document.querySelector('video').muted = true; document.querySelector('video').playbackRate = {faster}; window.running = true")
        yield page
        browser.close()


def state(page):
    return page.evaluate("""(() => {
        const video = document.querySelector("video");
        let buffered = 0;
        for (let range = 0; range < video.buffered.length; range += 1) buffered += video.buffered.end(range) - video.buffered.start(range);
        return { at: video.currentTime, ended: video.ended, duration: video.duration, buffered, error: video.error?.message,
            trouble: document.querySelector("div.player-error:not([hidden]) span")?.textContent, ...told };
    })()""")


def resident(page):
    """Of the process that holds the page and its film, and of its scripts' heap, in MB."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    heap = next(m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "JSHeapUsedSize")
    session.detach()
    processes = page.context.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    sizes = []
    for process in processes:
        with contextlib.suppress(OSError):
            if process["type"] == "renderer":
                sizes.append(int(pathlib.Path(f"/proc/{process['id']}/statm").read_text().split()[1]) * 4096)
    return max(sizes) / 1e6, heap / 1e6


def over_a_line(output, faster):
    line = Line(faster)
    with playing(output, slow_files(line), faster) as page:
        line.begun = time.monotonic()
        while True:
            page.wait_for_timeout(1000)
            now = state(page)
            if now["ended"] or now["error"] or time.monotonic() - line.begun > 60 + 3 * now["duration"] / faster:
                break
    names = ", ".join(f"{size}p {100 * count // max(1, sum(now['sizes'].values()))} %" for size, count in sorted(now["sizes"].items(), key=lambda s: int(s[0])))
    print(f"| film | lines | stalls | stood still | changes of size | sizes | came to |\n|---|---|---:|---:|---:|---|---|")
    kinds = " ".join(f"{speed / 1e6:g}" for speed in LINES)
    print(f"| {now['duration'] / 60:.0f} min | {kinds} Mbit/s, {LINE_SECONDS} s each | {now['stalls']} | {now['stalled']:.0f} s | {now['switches']} | {names} "
          f"| {'its end' if now['ended'] else now['error'] or now['trouble'] or format(now['at'], '.0f') + ' s'} |")


def for_hours(output, faster):
    from conftest import StaticFiles
    print("| at | buffered | process | scripts |\n|---:|---:|---:|---:|")
    with playing(output, StaticFiles, faster) as page:
        begun, next_at = time.monotonic(), 0
        while True:
            now = state(page)
            if now["at"] >= next_at or now["ended"] or now["error"]:
                process, heap = resident(page)
                print(f"| {now['at'] / 60:.0f} min | {now['buffered']:.0f} s | {process:.0f} MB | {heap:.1f} MB |", flush=True)
                next_at += now["duration"] / 12
            if now["ended"] or now["error"] or time.monotonic() - begun > 60 + 2 * now["duration"] / faster:
                break
            page.wait_for_timeout(500)
    print(f"\n{now['stalls']} stalls; " + ("seen to the end" if now["ended"] else f"stopped at {now['at']:.0f} s: {now['error'] or now['trouble']}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["line", "hours"])
    parser.add_argument("--minutes", type=int)
    parser.add_argument("--faster", type=int, default=16, help="1 to 16: browsers play no faster")
    options = parser.parse_args()
    seconds = 60 * (options.minutes or {"line": 20, "hours": 180}[options.what])
    with tempfile.TemporaryDirectory() as folder:
        # Few pictures a second: what is looked at is the network and the memory, not the machine's decoder at sixteen times.
        is_line = options.what == "line"
        output = build_site(pathlib.Path(folder), seconds, 5, 12 if is_line else 0)
        print("the film: " + ", ".join(f"{name} {bits / 1000:.0f} kbit/s" for name, bits in rates(pathlib.Path(folder)).items()) + "\n", flush=True)
        (over_a_line if is_line else for_hours)(output, options.faster)


if __name__ == "__main__":
    main()
