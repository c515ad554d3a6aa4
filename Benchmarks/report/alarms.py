#!/usr/bin/env python3
"""How often advice is given where nothing is hidden, and how often what is hidden is found.

    Benchmarks/report/alarms.py PROGRAM                 2,000 terms with nothing hidden: at most 5 % may be given advice
    Benchmarks/report/alarms.py PROGRAM --planted all --terms 100

PROGRAM is a build of lectern-companion. Seeds are fresh each time, and printed.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import subprocess


# Terms that one process makes: each start costs little, and what was counted so far is seen soon.
PART = 10


def advice(program, seed, count, planted, visits):
    """What each of so many terms is advised, with its seed."""
    done = subprocess.run(
        [program, "report", "--demo", "--seed", str(seed), "--terms", str(count), "--planted", planted, "--visits", str(visits)],
        capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["seed"] for one in told] == list(range(seed, seed + count))
    return [(one["seed"], one["advice"]) for one in told]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--terms", type=int, default=2000)
    parser.add_argument("--planted", default="none")
    parser.add_argument("--visits", type=int, default=3600)
    parser.add_argument("--first", type=int, help="the first seed; else one of chance")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes side by side; as many as there are processors when left out")
    asked = parser.parse_args()
    program = str(pathlib.Path(asked.program).resolve())
    first = random.SystemRandom().randrange(1, 1 << 40) if asked.first is None else asked.first
    print(f"seeds {first} to {first + asked.terms - 1}, {asked.visits} visits, planted: {asked.planted}", flush=True)
    rules, orders, alarmed = collections.Counter(), collections.Counter(), 0
    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        end = first + asked.terms
        parts = pool.map(lambda seed: advice(program, seed, min(PART, end - seed), asked.planted, asked.visits), range(first, end, PART))
        for seed, given in (one for part in parts for one in part):
            rules.update({one["rule"] for one in given})
            orders[", ".join(one["rule"] for one in given) or "(silent)"] += 1
            if given:
                alarmed += 1
                if asked.planted == "none":
                    print(f"seed {seed}: {given[0]['sentence']} (chance {given[0]['chance']:.2g})", flush=True)
    print(f"{alarmed} of {asked.terms} terms were given advice: {alarmed / asked.terms:.2%}")
    for rule, count in rules.most_common():
        print(f"  {rule:10} {count / asked.terms:.2%}")
    for order, count in orders.most_common(8):
        print(f"  {count:5} × {order}")
    if asked.planted == "none" and alarmed > asked.terms * 0.05:
        raise SystemExit("more than 5 %")


if __name__ == "__main__":
    main()
