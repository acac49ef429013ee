#!/usr/bin/env python3
"""Measures how a live account is read, against a sandbox at a distance, and writes docs/live.md.

No reading can be faster than max(requests / limit, latency x pages of the longest chain). The time that one
takes is compared with that, at several limits and latencies; minutes are shortened by multiplying the limits
and dividing the latencies, so that the client, which is not told, has less time for everything else.

    make bench-live
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import machine
from machine import ROOT

RELEASE = ROOT / "target" / "release"
ORGDRIFT = RELEASE / "orgdrift"
PACED = RELEASE / "examples" / "paced"
GENERATE = RELEASE / "examples" / "generate"
# Requests a minute of Zendesk's plans, and how much shorter the minute is: about 120 requests a second.
PLANS = [(200, 36), (700, 10), (2500, 3)]
LATENCIES = [0, 50, 300]
TAKEN_AT = "2026-01-01T05:30:00Z"
# Exports are ten a minute: enough pages of tickets that they are not the longest chain.
TICKETS = 3000


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--accounts", type=int, default=3000, help="of the timed company")
    parser.add_argument("--sizes", default="10000,100000", help="accounts of the companies for CPU and memory")
    parser.add_argument("--share", type=int, default=100, help="--rate-share of the timed readings")
    parser.add_argument("--output", default=str(ROOT / "docs" / "live.md"), help="what is written")
    parser.add_argument("--folder", help="where to work; otherwise a temporary folder that is removed")
    return parser.parse_args()


class Sandbox:
    """A sandbox over a folder, in a process of its own."""

    def __init__(self, folder, rate_limit, export_limit, latency):
        command = [PACED, "--from", folder, "--rate-limit", rate_limit, "--export-limit", export_limit]
        command += ["--latency", latency]
        self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
        self.url, self.token = self.process.stdout.readline().split()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def environment(self):
        return {
            "ORGDRIFT_ZENDESK_URL": self.url,
            "ZENDESK_SUBDOMAIN": "orgdrift-bench",
            "ZENDESK_OAUTH_TOKEN": self.token,
        }


def fetch(sandbox, folder, share):
    """Reads the account into a folder and returns what that used, with the requests by collection."""
    os.environ.update(sandbox.environment())
    used = machine.run([ORGDRIFT, "fetch", "zendesk", folder, "--rate-share", share])
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["state"] == "complete", manifest
    pages = {name: entry["pages"] for name, entry in manifest["collections"].items()}
    rows = {name: entry["rows"] for name, entry in manifest["collections"].items()}
    size = sum(path.stat().st_size for path in folder.iterdir())
    shutil.rmtree(folder)
    return used, pages, rows, size


def generate(folder, accounts, slim, tickets=None):
    if not (folder / "zendesk" / "manifest.json").exists():
        machine.run([GENERATE, "--accounts", accounts] + (["--slim"] if slim else []) + ["--out", folder])
        if tickets is not None:
            file = folder / "zendesk" / "tickets.ndjson"
            lines = file.read_text().splitlines(keepends=True)[:tickets]
            file.write_text("".join(lines))
    return folder / "zendesk"


def timed(folder, work, share):
    rows = []
    for plan, usual in PLANS:
        for latency in LATENCIES:
            # Where latency is the bound, what the client itself takes must not be blown up with it.
            scale = min(usual, 3) if latency * plan > 200 * 300 else usual
            limit, export_limit = plan * scale, 10 * scale
            with Sandbox(folder, limit, export_limit, latency / scale) as sandbox:
                used, pages, _, _ = fetch(sandbox, work / "fetched", share)
            exports = pages["tickets"]
            # Who is logged in, the settings, and three counts.
            requests = sum(pages.values()) + 5
            usable = limit * share / 100
            bounds = {
                "rate limit": requests / usable * 60,
                "export limit": exports / (export_limit * share / 100) * 60,
                "latency": latency / scale / 1000 * max(pages.values()),
            }
            name, bound = max(bounds.items(), key=lambda one: one[1])
            rows.append((plan, latency, scale, requests, bound, used.wall, used.wall / bound, name, used.cpu))
            print(rows[-1], flush=True)
    return rows


def sized(work, sizes):
    rows = []
    for accounts in sizes:
        folder = generate(work / f"company-{accounts}", accounts, accounts > 10000)
        # As much as Zendesk lets any account ask: nothing but the client is to be the limit.
        with Sandbox(folder, 90_000, 90_000, 0) as sandbox:
            used, pages, counts, size = fetch(sandbox, work / "fetched", 100)
        rows.append((counts["users"], sum(counts.values()), sum(pages.values()), used.cpu, used.wall, used.rss, size))
        print(rows[-1], flush=True)
        shutil.rmtree(folder.parent)
    return rows


def main():
    options = arguments()
    work = pathlib.Path(options.folder or tempfile.mkdtemp(prefix="orgdrift-live-"))
    subprocess.run(
        ["cargo", "build", "--release", "--locked", "--bin", "orgdrift", "--example", "paced", "--example", "generate"],
        check=True,
        cwd=ROOT,
    )
    folder = generate(work / "timed", options.accounts, False, TICKETS)
    times = timed(folder, work, options.share)
    shutil.rmtree(folder.parent)
    sizes = sized(work, [int(size) for size in options.sizes.split(",")])
    if not options.folder:
        shutil.rmtree(work, ignore_errors=True)
    pathlib.Path(options.output).write_text(page(options, times, sizes))


def page(options, times, sizes):
    commit = machine.text_of(["git", "rev-parse", "--short=12", "HEAD"])
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    lines = [
        "# Reading a live account, measured",
        "",
        f"Written by `make bench-live` on {today}, commit {commit}, {os.cpu_count()} cores, which the client shares with the",
        "sandbox. Values of one run each; the machine is shared with others.",
        "",
        "## Time against what is possible",
        "",
        "No reading can be faster than max(requests / limit, latency × pages of the longest chain). The goal is 1.05 of it.",
        f"The client was allowed {options.share} % of the limit. Minutes were shortened: limits are multiplied and latencies divided",
        "by the factor, so that whatever else the client does weighs that much more than on a real account.",
        "A ratio below 1: a few requests are let through at once at the beginning.",
        "",
        "| requests a minute | latency | factor | requests | bound | possible | taken | ratio | client CPU |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for plan, latency, scale, requests, bound, wall, ratio, name, cpu in times:
        lines.append(
            f"| {plan} | {latency} ms | {scale} | {requests} | {name} | {bound:.1f} s | {wall:.1f} s | {ratio:.2f} | {cpu:.1f} s |"
        )
    lines += [
        "",
        "## CPU and memory",
        "",
        "Nothing is the limit but the client and the sandbox. The goal is 64 MB at any size.",
        "",
        "| users | records | pages | client CPU | wall | peak memory | folder |",
        "|---|---|---|---|---|---|---|",
    ]
    for users, records, pages, cpu, wall, rss, size in sizes:
        lines.append(
            f"| {users:,} | {records:,} | {pages:,} | {cpu:.1f} s | {wall:.1f} s | {rss / 2**20:.0f} MB | {size / 2**20:.0f} MB |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
