#!/usr/bin/env python3
"""Kills builds at random moments and looks whether the output is the old site or the new one, whole.

    Tests/Crash/killed_build.py [ROUNDS] [LECTERN]

By hand, and not a part of bin/test: it is about moments, so it has to wait for them. (The tests of the output kill a
process after each of its steps, without waiting.) Each round retitles one course and edits a lesson of another, starts a
build, kills it and its workers after up to 0.16 s, reads every byte of the output, and lets a build finish. In the end
the output has to equal a clean build's.
"""

import hashlib
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks/build"))
import corpus  # noqa: E402

COURSES = 6


def tree(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).digest() for path in files}


def edit(site, number):
    course = site / f"content/courses/course-{1 + number % COURSES:03d}/course.md"
    lines = course.read_text().split("\n")
    lines[1] = f'title: "Round {number}"'
    course.write_text("\n".join(lines))
    lesson = site / f"content/courses/course-{1 + (number + 3) % COURSES:03d}/01-chapter/003-lesson-3.md"
    lesson.write_text(lesson.read_text() + f"\nRound {number}.\n")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    lectern = sys.argv[2] if len(sys.argv) > 2 else str(ROOT / ".build/release/lectern")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lectern-killed-"))
    site = folder / "site"
    chance = random.Random(7)
    seen = {"old": 0, "new": 0}
    try:
        corpus.write_lectern(site, COURSES, 60)
        command = [lectern, "build", str(site), "--now", "2026-11-01"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        old = tree(site / "output")
        for number in range(rounds):
            edit(site, number)
            build = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            time.sleep(chance.random() * 0.16)
            subprocess.run(["kill", "-9", "--", f"-{build.pid}"], stderr=subprocess.DEVNULL)
            build.wait()
            now = tree(site / "output")
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            new = tree(site / "output")
            if now not in (old, new):
                torn = [path for path in new if now.get(path) not in (old.get(path), new[path])]
                raise SystemExit(f"round {number}: neither the old site nor the new one: {torn[:5] or 'a mixture of both'}")
            seen["old" if now == old else "new"] += 1
            old = new
        subprocess.run([*command, "--output", str(folder / "clean")], check=True, stdout=subprocess.DEVNULL)
        if tree(folder / "clean") != old:
            raise SystemExit("the output is not what a clean build makes")
        print(f"{rounds} builds killed: {seen['old']} left the old site, {seen['new']} the new one; it equals a clean build's")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
