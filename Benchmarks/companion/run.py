#!/usr/bin/env python3
"""The companion against the same two doors in Flask, under the same load and with the same durability, side by side.

    Benchmarks/companion/run.py                 five rounds of five seconds each, on a disk (/var/tmp)
    Benchmarks/companion/run.py --rounds 3 --on /dev/shm

Peer: Flask, Flask-Login, SQLAlchemy and SQLite under gunicorn (peer.py). Both write WAL with synchronous=FULL, which is read
back from the running databases. Load comes from wrk (apt), in turns, so that a slow moment of the machine meets both: one
event a beacon; enrollment checks of one signed-in learner with progress; each with 16 connections, where an answer waits
mostly for the disk, and with 64, where both servers have all the work that they can do. Then 10,000 idle and 1,000 busy
connections, and a look through strace whether fdatasync comes before each answer.
"""

import argparse
import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SITE = "http://localhost:8998"
COURSE = "python-intro"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("localhost", port, timeout=20)
    try:
        connection.request(method, path, body=body, headers={"Origin": SITE, **(headers or {})})
        answer = connection.getresponse()
        content = answer.read()
        cookies = "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie")
        return answer.status, content, cookies
    finally:
        connection.close()


def until_up(port, path, process):
    for _ in range(1000):
        if process.poll() is not None:
            raise SystemExit(f"{process.args} ended with {process.returncode}")
        try:
            ask(port, "GET", path)
            return
        except OSError:
            time.sleep(0.03)
    raise SystemExit(f"{process.args} does not answer")


def peak_memory(process):
    """Of a process and its children, in MiB: proportional set size now."""
    total = 0
    todo = [process.pid]
    while todo:
        pid = todo.pop()
        try:
            rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])
            todo += [int(each) for each in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError, TypeError):
            pass
    return total / 1024


class Lectern:
    name = "Lectern"

    def __init__(self, work, program):
        self.port = free_port()
        secret = work / "site.secret"
        secret.write_text(os.urandom(32).hex() + "\n")
        secret.chmod(0o600)
        site = work / "site"
        subprocess.run(
            [str(pathlib.Path(program).parent / "lectern"), "build", str(ROOT), "--output", str(site), "--base-url", SITE + "/",
             "--secret-file", str(secret)], check=True, stdout=subprocess.DEVNULL)
        self.data = work / "data"
        self.command = [
            program, "serve", "--preview", "--site", SITE + "/", "--port", str(self.port), "--catalogue", str(site / "catalogue.json"),
            "--data", str(self.data), "--secret-file", str(secret)]
        self.start()
        status, _, self.cookie = ask(self.port, "GET", "/api/preview/as/buyer")
        if not self.cookie:
            raise SystemExit(f"no session in the preview: {status}")
        self.beacon, self.enrollment = "/api/beacon", f"/api/enrollment/{COURSE}"

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_up(self.port, "/api/healthz", self.process)

    def durability(self):
        metrics = ask(self.port, "GET", "/api/healthz")[1]
        return json.loads(metrics).get("synchronous")


class Peer:
    name = "Flask"

    def __init__(self, work, python):
        self.port = free_port()
        environment = {**os.environ, "PEER_DATABASE": str(work / "peer.sqlite"), "PEER_SECRET": os.urandom(16).hex()}
        subprocess.run([python, str(HERE / "peer.py")], check=True, env=environment)
        self.process = subprocess.Popen(
            [python, "-m", "gunicorn", "--chdir", str(HERE), "-w", "3", "-k", "gthread", "--threads", "4", "--keep-alive", "30",
             "--backlog", "4096", "-b", f"127.0.0.1:{self.port}", "--log-level", "error", "peer:app"], env=environment)
        until_up(self.port, "/synchronous", self.process)
        self.cookie = ask(self.port, "POST", "/sign-in/benchmark")[2]
        self.beacon, self.enrollment = "/beacon", f"/enrollment/{COURSE}"

    def durability(self):
        return json.loads(ask(self.port, "GET", "/synchronous")[1])["synchronous"]


def wrk(server, path, script, connections, seconds):
    environment = {
        **os.environ, "BENCHMARK_BEACON": path, "BENCHMARK_SITE": SITE, "BENCHMARK_ORIGIN": SITE, "BENCHMARK_COOKIE": server.cookie,
    }
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / script), f"http://localhost:{server.port}{path}"]
    output = subprocess.run(command, check=True, env=environment, capture_output=True, text=True).stdout
    figures = re.search(r"^JSON (\S+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", output, re.M)
    if not figures:
        raise SystemExit(output)
    rate, middle, late, longest, refused, broken, slow = (float(each) for each in figures.groups())
    return {"rate": rate, "p50": middle / 1000, "p99": late / 1000, "max": longest / 1000, "errors": refused + broken + slow}


def paired(servers, what, path, script, connections, options):
    results = {server.name: [] for server in servers}
    for turn in range(options.rounds):
        for server in servers if turn % 2 == 0 else reversed(servers):
            results[server.name].append(wrk(server, getattr(server, path), script, connections, options.seconds))
    print(f"\n{what}, {connections} connections, median of {options.rounds}:")
    medians = {}
    for server in servers:
        rows = results[server.name]
        medians[server.name] = {key: statistics.median(row[key] for row in rows) for key in rows[0]}
        row = medians[server.name]
        print(
            f"  {server.name:8} {row['rate']:10,.0f} requests/s   p50 {row['p50']:8.2f} ms   p99 {row['p99']:8.2f} ms   errors "
            f"{sum(each['errors'] for each in rows):.0f}   memory {peak_memory(server.process):.0f} MiB")
    ours, theirs = (medians[server.name] for server in servers)
    print(f"  ratio    {ours['rate'] / theirs['rate']:.1f} × the requests, p99 1/{theirs['p99'] / ours['p99']:.0f}")


def many_connections(server, seconds):
    idle = []
    for number in range(10_000):
        one = socket.socket()
        # One address has too few ports to spare for ten thousand.
        one.bind((f"127.0.{1 + number // 5000}.1", 0))
        one.connect(("127.0.0.1", server.port))
        idle.append(one)
    figures = wrk(server, server.enrollment, "enrollment.lua", 1000, seconds)
    broken = 0
    request = f"GET /api/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    alive = 0
    for one in idle[::100]:
        try:
            one.settimeout(10)
            one.sendall(request)
            alive += one.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            broken += 1
    for one in idle:
        one.close()
    print(
        f"\n10,000 idle and 1,000 busy connections: {figures['rate']:,.0f} requests/s, p99 {figures['p99']:.1f} ms, {figures['errors']:.0f} "
        f"errors; of 100 idle ones asked afterwards {alive} answered")


def look_at_syncs(server):
    """Under strace: every answer to a beacon is written after an fdatasync that began after its request was read."""
    trace = tempfile.NamedTemporaryFile(suffix=".strace")
    tracer = subprocess.Popen(
        ["strace", "-f", "-q", "-e", "trace=fdatasync,fsync,read,recvfrom,write,writev,sendto,sendmsg,readv", "-s", "80", "-o", trace.name,
         "-p", str(server.process.pid)], stderr=subprocess.DEVNULL)
    time.sleep(1)
    sent = 20
    for number in range(sent):
        now = int(time.time() * 1000)
        body = json.dumps({"v": 1, "site": SITE, "visit": "visit-strace", "sentAt": now, "events": [
            {"id": f"strace-{os.getpid()}-{number}", "kind": "view", "at": now, "path": "/"}]})
        status, _, _ = ask(server.port, "POST", "/api/beacon", body, {"Content-Type": "text/plain;charset=UTF-8"})
        assert status == 200, status
    tracer.terminate()
    tracer.wait()
    good = 0
    syncs, waiting = 0, None
    for line in pathlib.Path(trace.name).read_text(errors="replace").splitlines():
        if re.search(r"(fdatasync|fsync)(\(\d+\)| resumed).*= 0", line):
            syncs += 1
        elif "POST /api/beacon" in line:
            waiting = syncs
        elif waiting is not None and "HTTP/1.1 200" in line:
            good += syncs > waiting
            waiting = None
    print(f"\nstrace: {good} of {sent} answers came after an fdatasync that followed their request")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=5)
    options.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    options.add_argument("--on", default="/var/tmp")
    options.add_argument("--program", default=str(ROOT / ".build/release/lectern-companion"))
    options.add_argument("--skip-peer", action="store_true")
    options = options.parse_args()
    # Ten thousand idle connections and a thousand busy ones have an end here and one there: each program needs some 11,200.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < 12_000:
        raise SystemExit(f"this many connections need 12,000 open files, and ulimit -Hn is {most}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (12_000, most))
    if not shutil.which("wrk"):
        raise SystemExit("wrk makes the load: apt-get install wrk")
    venv = pathlib.Path("/tmp/lectern-benchmark-companion")
    python = venv / "bin/python"
    if not (venv / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "flask", "flask-login", "sqlalchemy", "gunicorn"], check=True)
        (venv / "installed").touch()
    work = pathlib.Path(tempfile.mkdtemp(prefix="lectern-benchmark-", dir=options.on))
    servers = []
    try:
        servers.append(Lectern(work, options.program))
        if not options.skip_peer:
            servers.append(Peer(work, str(python)))
        for server in servers:
            print(f"{server.name}: synchronous={server.durability()} (2 is FULL), memory at rest {peak_memory(server.process):.0f} MiB")
        if len(servers) == 2:
            for connections in options.connections:
                paired(servers, "beacons", "beacon", "beacons.lua", connections, options)
                paired(servers, "enrollment checks", "enrollment", "enrollment.lua", connections, options)
        many_connections(servers[0], options.seconds)
        if shutil.which("strace"):
            look_at_syncs(servers[0])
    finally:
        for server in servers:
            server.process.terminate()
            server.process.wait()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
