#!/usr/bin/env python3
"""Measures orgdrift against DuckDB and against bare Rust, and writes docs/benchmarks.md.

Everything is done in turns (A B C A B C …), so that whatever else the machine does hits all alike. The
issues that each of them finds must be the same, or the run fails.

    make bench          # 1,000 and 10,000 accounts
    make bench-large    # 100,000 accounts, 1 million users, 5 million tickets
"""

import argparse
import collections
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import machine
import report
from machine import ROOT, Usage

# Asked of another process: whoever has no DuckDB runs the rest.
DUCKDB = machine.text_of([sys.executable, "-c", "import duckdb; print(duckdb.__version__)"])
RELEASE = ROOT / "target" / "release"
ORGDRIFT = RELEASE / "orgdrift"
PERSONAL = ROOT / "src" / "identity" / "personal_domains.txt"
TAKEN_AT = "2026-01-01T05:30:00Z"
CHAIN = 30
# Per mille of the records that change until the next day; the one in the middle is the usual one.
CHANGES = (1, 10, 100)
USUAL = 10


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sizes", default="1000,10000", help="how many accounts, with commas between")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is done")
    parser.add_argument("--slim", action="store_true", help="records without the bulk that real ones carry")
    parser.add_argument("--no-chain", action="store_true", help=f"leave out the {CHAIN} snapshots")
    parser.add_argument("--output", default=str(ROOT / "docs" / "benchmarks.md"), help="what is written")
    parser.add_argument("--folder", help="where to work; otherwise a temporary folder that is removed")
    return parser.parse_args()


def generate(folder, accounts, generation, slim, change=USUAL):
    if not (folder / "zendesk" / "manifest.json").exists():
        command = [RELEASE / "examples" / "generate", "--accounts", accounts, "--generation", generation, "--change", change]
        machine.run(command + (["--slim"] if slim else []) + ["--out", folder])
    return folder


def ingest(file, folder, day):
    taken_at = TAKEN_AT.replace("-01-01", f"-{1 + day // 28:02}-{1 + day % 28:02}")
    accounts = [ORGDRIFT, "ingest", "salesforce", folder / "accounts.csv", "--taken-at", taken_at, "--db", file]
    records = [ORGDRIFT, "ingest", "zendesk", "--from", folder / "zendesk", "--db", file]
    return machine.run(accounts) + machine.run(records)


def remove(*files):
    for file in files:
        pathlib.Path(file).unlink(missing_ok=True)


class World:
    """One company of one size, with the files of every contender."""

    def __init__(self, folder, accounts, slim):
        folder.mkdir(exist_ok=True)
        self.accounts = accounts
        self.folder = folder
        self.first = generate(folder / "day0", accounts, 0, slim)
        self.nexts = {change: generate(folder / f"day1-{change}", accounts, 1, slim, change) for change in CHANGES}
        self.ingested = folder / "ingested.db"
        self.audited = folder / "audited.db"
        self.next = folder / "next.db"
        self.duck = folder / "loaded.duckdb"
        self.columns = folder / "columns.duckdb"
        self.lines = folder / "lines.duckdb"
        self.used = collections.defaultdict(list)
        self.sizes = {}
        self.totals = {}
        self.input_bytes = sum(
            file.stat().st_size for file in [self.first / "accounts.csv", *(self.first / "zendesk").glob("*.ndjson")]
        )
        self.rows = 0

    def note(self, name, usage):
        self.used[name].append(usage)
        print(f"  {self.accounts:>7} {name:<28} {usage.cpu:8.3f} CPU s  {usage.wall:8.3f} s", flush=True)

    def duckdb_step(self, name, step, file, threads, folder=None):
        output = self.folder / "step.json"
        command = [sys.executable, ROOT / "benches" / "duckdb_side.py", step, file, threads, folder or self.first, PERSONAL]
        machine.run(command, output)
        used = json.loads(output.read_text())
        if name:
            self.note(name, Usage(used["cpu"], used["wall"], used["rss"]))
        return used["totals"]

    def round(self):
        self.round_of_ingest()
        self.round_of_audit()
        self.round_of_second_day()
        self.round_of_reading()

    def round_of_ingest(self):
        remove(self.ingested)
        self.note("ingest", ingest(self.ingested, self.first, 0))
        if DUCKDB:
            remove(self.duck)
            self.duckdb_step("duckdb_load_all_threads", "load", self.duck, 0)
            remove(self.duck)
            self.duckdb_step("duckdb_load", "load", self.duck, 1)
            self.sizes["duckdb"] = self.duck.stat().st_size
        count = self.folder / "count"
        self.note("parse_only", machine.run([RELEASE / "examples" / "parse_only", self.first], count))
        self.rows = int(count.read_text())
        self.sizes["ingested"] = self.ingested.stat().st_size

    def round_of_audit(self):
        shutil.copyfile(self.ingested, self.audited)
        self.note("audit", machine.run([ORGDRIFT, "audit", "--db", self.audited]))
        self.sizes["audited"] = self.audited.stat().st_size
        if DUCKDB:
            self.write_flat(self.audited, self.first)
            for name, threads in (("_all_threads", 0), ("", 1)):
                remove(self.columns)
                self.duckdb_step(f"duckdb_columns{name}", "columns", self.columns, threads)
                self.duckdb_step(f"duckdb_audit{name}", "audit", self.columns, threads)
        counts = self.folder / "counts"
        self.note("hash_join", machine.run([RELEASE / "examples" / "hash_join", self.ingested], counts))
        if not self.totals:
            self.compare(counts.read_text())

    def write_flat(self, warehouse, folder):
        """What detection reads of a day, for DuckDB."""
        if not (folder / "flat").exists():
            self.duckdb_step(None, "flat", warehouse, 0, folder)

    def compare(self, counts):
        """What everyone found must be the same."""
        with sqlite3.connect(self.audited) as file:
            found = dict(
                file.execute(
                    "select code, issue_count from run_coverage where run_id = 1 and family = 'drift' and issue_count > 0"
                )
            )
            self.totals = dict(file.execute("select code, issue_count from run_coverage where run_id = 1 order by family, code"))
            detailed = collections.Counter()
            for code, disposition, reason, count in file.execute(
                "select code, disposition, coalesce(blocked_reason, ''), count(*) from _issue_versions group by 1, 2, 3"
            ):
                detailed[code, disposition, reason] = count
            for code, count in file.execute("select code, outside_window_count from run_coverage where outside_window_count > 0"):
                detailed["outside_window", code, ""] = count
        joined = {code: int(count) for code, count in (line.split() for line in counts.splitlines())}
        self.must_be_same("the hash join", found, joined)
        if DUCKDB:
            totals = self.duckdb_step(None, "totals", self.columns, 0)
            self.must_be_same("DuckDB", dict(detailed), {tuple(row[:3]): row[3] for row in totals})

    def must_be_same(self, who, ours, theirs):
        pairs = {key: (ours.get(key), theirs.get(key)) for key in ours.keys() | theirs.keys()}
        differences = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
        if differences:
            raise SystemExit(f"{self.accounts} accounts: orgdrift and {who} do not find the same: {differences}")

    def round_of_second_day(self):
        for change in CHANGES:
            # The usual one comes last: what is read afterwards is its file.
            folder, file = self.nexts[change], self.next
            if change == USUAL:
                continue
            shutil.copyfile(self.audited, file)
            self.note(f"second_ingest_{change}", ingest(file, folder, 1))
            self.note(f"second_audit_{change}", machine.run([ORGDRIFT, "audit", "--db", file]))
        shutil.copyfile(self.audited, self.next)
        self.note("second_ingest", ingest(self.next, self.nexts[USUAL], 1))
        self.sizes["second"] = self.next.stat().st_size
        self.note("second_audit", machine.run([ORGDRIFT, "audit", "--db", self.next]))
        if DUCKDB:
            self.round_of_second_day_in_duckdb()

    def round_of_second_day_in_duckdb(self):
        """Everything anew, and only the lines that changed; the audit is done anew in both."""
        if not self.lines.exists():
            self.duckdb_step(None, "load", self.lines, 0)
            self.duckdb_step(None, "lines", self.lines, 0)
        file, usual = self.folder / "next.duckdb", self.nexts[USUAL]
        remove(file, self.columns)
        self.duckdb_step("duckdb_next_load", "load", file, 1, usual)
        self.write_flat(self.next, usual)
        self.duckdb_step(None, "columns", self.columns, 1, usual)
        self.duckdb_step("duckdb_next_audit", "audit", self.columns, 1, usual)
        for change in CHANGES:
            shutil.copyfile(self.lines, file)
            self.duckdb_step(f"duckdb_next_{change}", "next", file, 1, self.nexts[change])

    def round_of_reading(self):
        with sqlite3.connect(f"file:{self.next}?mode=ro", uri=True) as file:
            for _ in range(3):
                before, began = time.process_time(), time.perf_counter()
                rows = file.execute("select * from issue_changes where run_id = 2").fetchall()
                used = Usage(time.process_time() - before, time.perf_counter() - began, 0)
            self.sizes["changes"] = len(rows)
        self.note("changes_by_sql", used)
        if has_command("diff"):
            self.note("diff", machine.run([ORGDRIFT, "diff", "--db", self.next]))
        for what, view in (("issues", "issues"), ("exceptions", "exceptions_by_account")):
            out = self.folder / f"{what}.csv"
            self.note(f"export_{what}", machine.run([ORGDRIFT, "export", what, "--db", self.audited, "--output", out]))
            if shutil.which("sqlite3"):
                select = f"select * from {view} where run_id = 1"
                self.note(f"sqlite3_{what}", machine.run(["sqlite3", "-readonly", "-header", "-csv", self.audited, select], out))


def has_command(name):
    return any(line.split()[:1] == [name] for line in machine.text_of([ORGDRIFT, "--help"]).splitlines())


def chain(folder):
    """Thirty snapshots with their audits in one file: its size after the first and after the last."""
    folder.mkdir(exist_ok=True)
    file = folder / "orgdrift.db"
    remove(file)
    sizes = []
    for day in range(CHAIN):
        records = generate(folder / "day", 1000, day, True)
        ingest(file, records, day)
        machine.run([ORGDRIFT, "audit", "--db", file])
        sizes.append(file.stat().st_size)
        shutil.rmtree(records)
    return sizes[0], sizes[-1]


def main():
    options = arguments()
    if not DUCKDB:
        print("DuckDB is not installed, its rows will be missing: python3 -m pip install duckdb", file=sys.stderr)
    build = ["cargo", "build", "--release", "--locked", "--bins", "--examples"]
    if subprocess.run(build, cwd=ROOT, check=False).returncode != 0:
        raise SystemExit("the release build failed")
    with tempfile.TemporaryDirectory(prefix="orgdrift-bench-") as temporary:
        folder = pathlib.Path(options.folder or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        worlds = [World(folder / f"{size}", int(size), options.slim) for size in options.sizes.split(",")]
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", flush=True)
            for world in worlds:
                world.round()
        sizes = None if options.no_chain else chain(folder / "chain")
        facts = machine.facts(worlds[0].ingested, DUCKDB)
    text = report.document(worlds, sizes, facts, options, has_command("diff"))
    pathlib.Path(options.output).write_text(text)
    print(f"wrote {options.output}")


if __name__ == "__main__":
    main()
