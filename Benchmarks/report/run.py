#!/usr/bin/env python3
"""`lectern report` against DuckDB over Parquet, on the same events: a first report, and one when 1 % are new.

    Benchmarks/report/run.py PROGRAM                    10 million events, 100,000 orders, in /var/tmp
    Benchmarks/report/run.py PROGRAM --events 1000000 --on /dev/shm --keep

PROGRAM is a release build of lectern-companion. Needs `pip install duckdb==2.0.1`, and requests and PyYAML, which the companion's tests need as well.
Prints seconds and the largest memory of each, and whether some of their figures agree.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import corpus

HERE = pathlib.Path(__file__).resolve().parent


def timed(words, cwd):
    """Seconds by the clock and of processors, the largest resident set in MB, and what was printed."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, cwd=cwd, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        if status:
            raise SystemExit(f"{words} ended with {status}")
        out.seek(0)
        return f"{seconds:7.2f} s  {used.ru_utime + used.ru_stime:7.2f} s of processors  {used.ru_maxrss / 1024:6.0f} MB", out.read()


def table(report, name):
    return next(table["rows"] for section in report["sections"] for table in section["tables"] if table["id"] == name)


def agree(report, peer):
    """The first figures that differ; none: they agree."""
    wrong = []
    ours = {row["currency"]: (row["orders"], row["sold"], row["gross"]["minorUnits"], row["refunds"]["minorUnits"], row["buyers"]) for row in table(report, "sales")}
    theirs = {row[0]: tuple(row[1:6]) for row in peer["sales"]}
    if ours != theirs:
        wrong.append(("sales", ours, theirs))
    ours = {row["source"]: (row["visits"], row["price"], row["checkout"], row["paid"]) for row in table(report, "sources")}
    theirs = {row[0]: tuple(row[1:5]) for row in peer["sources"]}
    if ours != theirs:
        wrong.append(("sources", ours, theirs))
    ours = {row["lesson"]: (row["reached"], row["started"], row["completed"]) for row in table(report, "lessons")}
    theirs = {row[0]: tuple(row[1:4]) for row in peer["lessons"]}
    if ours != theirs:
        wrong.append(("lessons", [(key, ours[key], theirs.get(key)) for key in ours if ours[key] != theirs.get(key)][:3]))
    ours = {(row["lesson"], row["question"]): (row["answers"], row["right_first"]["hits"]) for row in table(report, "questions")}
    theirs = {}
    for lesson, question, _, count in peer["answers"]:
        theirs[lesson, question] = theirs.get((lesson, question), 0) + count
    if {key: value[0] for key, value in ours.items()} != theirs:
        wrong.append(("questions", list(ours.items())[:2], list(theirs.items())[:2]))
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--on", default="/var/tmp")
    parser.add_argument("--keep", action="store_true", help="keep the corpus, and use it again")
    asked = parser.parse_args()
    program = str(pathlib.Path(asked.program).resolve())
    folder = pathlib.Path(asked.on) / f"lectern-report-{asked.events}"
    earlier = asked.events * 99 // 100
    if not (folder / "data/beacons.sqlite").exists():
        began = time.monotonic()
        # In a process of its own: what a parent once held counts as its children's memory.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            pool.apply(corpus.make, (folder, program, asked.events, asked.orders))
        print(f"corpus made in {time.monotonic() - began:.0f} s: {(folder / 'data/beacons.sqlite').stat().st_size >> 20} MB of SQLite, "
              f"{(folder / 'beacons.parquet').stat().st_size >> 20} MB of Parquet", flush=True)
    totals = folder / "data/report.totals"
    totals.unlink(missing_ok=True)
    report = [program, "report", "--config", "companion.yml", "--json"]
    peer = [sys.executable, str(HERE / "peer.py"), str(folder)]
    for turn in range(2):
        told, _ = timed(peer, folder)
        print(f"DuckDB, all events     {told}", flush=True)
        totals.unlink(missing_ok=True)
        told, first = timed(report, folder)
        print(f"first report           {told}  ({totals.stat().st_size >> 20} MB kept)", flush=True)
    wrong = agree(json.loads(first), json.loads(timed([*peer, "--json"], folder)[1]))
    print("figures agree" if not wrong else f"DIFFERENT: {wrong}")
    store = corpus.sqlite3.connect(folder / "data/beacons.sqlite")
    store.execute("DELETE FROM beacon WHERE seq > ?", (earlier,))
    store.execute("UPDATE beacon_mark SET last_seq = ?", (earlier,))
    store.commit()
    store.close()
    totals.unlink(missing_ok=True)
    timed(report, folder)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(corpus.fill_beacons, (folder, earlier, asked.events))
    told, later = timed(report, folder)
    print(f"later report, 1 % new  {told}", flush=True)
    print("as if read afresh" if json.loads(later) == json.loads(first) else "DIFFERENT from a first report")
    if not asked.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
