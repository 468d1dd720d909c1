"""Wangxun beside other crawlers on the same generated pages, in turn, round after round.

Every crawler gets the same pages from `wangxun bench serve` on loopback, without politeness. Its CPU time and peak
memory are what the kernel accounts for the finished process; the load server's CPU time is told apart. See README.md.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(pid):
    """Seconds of CPU that a running process has used (proc(5): fields 14 and 15)."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def finished(command):
    """Runs a command to its end: what it printed, its CPU seconds (its waited-for children too) and its peak memory."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    printed = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} ended with {child.returncode}: {printed[-500:]}")
    return printed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


class Server:
    """The load server, and the addresses of its hosts."""

    def __init__(self, options, folder):
        listed = os.path.join(folder, "load.toml")
        command = [options.wangxun, "bench", "serve", "--pages", str(options.pages)]
        command += ["--hosts", str(options.hosts), "--list", listed]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.child.stdout.readline()
        port = line.split("port ")[1].split(";")[0].strip()
        hosts = range(options.hosts)
        self.addresses = [f"http://127.0.{64 + n // 250}.{n % 250 + 1}:{port}/" for n in hosts]

    def cpu(self):
        return cpu_of(self.child.pid)

    def end(self):
        self.child.kill()
        self.child.wait()


def peer(options, folder, command):
    """One run of another crawler; `command` makes its arguments from the addresses."""
    server = Server(options, folder)
    try:
        before = server.cpu()
        printed, cpu, peak = finished(command(server.addresses))
        served = server.cpu() - before
    finally:
        server.end()
    told = json.loads(printed.strip().splitlines()[-1])
    return row(told["pages"], told["seconds"], cpu, served, peak)


def own(options, folder):
    """One run of the whole pipeline in a home of its own."""
    home = os.path.join(folder, "home")
    command = [options.wangxun, "--home", home, "bench", "crawl", "--format", "json"]
    command += ["--pages", str(options.pages), "--hosts", str(options.hosts)]
    told = json.loads(finished(command)[0])
    shutil.rmtree(home, ignore_errors=True)
    pages = told["pages"]
    cpu = told["cpu_ms_per_page"] * pages / 1000
    served = told["server_cpu_ms_per_page"] * pages / 1000
    return row(pages, told["seconds"], cpu, served, told["peak_memory_megabytes"] * 1e6)


def row(pages, seconds, cpu, served, peak):
    return {
        "pages": pages,
        "pages_per_second": pages / seconds,
        "cpu_ms_per_page": cpu * 1000 / max(pages, 1),
        "server_cpu_ms_per_page": served * 1000 / max(pages, 1),
        "peak_memory_megabytes": peak / 1e6,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wangxun", default="target/release/wangxun")
    parser.add_argument("--spider", help="the built spider-peer")
    parser.add_argument("--scrapy", help="a Python with scrapy and warcio")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--concurrent", type=int, default=32)
    parser.add_argument("--json", help="also write all figures to this file")
    options = parser.parse_args()
    concurrent = str(options.concurrent)
    runs = {"wangxun": []}
    for name in ("spider", "scrapy"):
        if getattr(options, name):
            runs[name] = []
    for number in range(options.rounds):
        for name, rows in runs.items():
            with tempfile.TemporaryDirectory() as folder:
                if name == "wangxun":
                    figures = own(options, folder)
                elif name == "spider":
                    start = [options.spider, concurrent]
                    figures = peer(options, folder, lambda a: start + a)
                else:
                    warc = os.path.join(folder, "peer.warc.gz")
                    start = [options.scrapy, os.path.join(HERE, "scrapy_peer.py"), concurrent, warc]
                    figures = peer(options, folder, lambda a: start + a)
            rows.append(figures)
            told = ", ".join(f"{key} {value:.2f}" for key, value in figures.items())
            print(f"round {number + 1} {name}: {told}", flush=True)
    for name, rows in runs.items():
        told = (f"{key} {statistics.median(r[key] for r in rows):.2f}" for key in rows[0])
        print(f"median {name}: {', '.join(told)}")
        if name != "wangxun":
            pairs = zip(runs["wangxun"], rows)
            ratios = [a["pages_per_second"] / b["pages_per_second"] for a, b in pairs]
            print(f"ratio wangxun/{name}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump({"at": time.strftime("%Y-%m-%d"), "runs": runs}, out, indent=1)


if __name__ == "__main__":
    main()
