"""Running a command and what it used; what this machine is."""

import datetime
import os
import pathlib
import platform
import re
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).parent.parent


class Failed(Exception):
    """A command ended with another exit code than 0."""


class Usage:
    """CPU seconds (user and system), wall seconds, peak memory in bytes."""

    def __init__(self, cpu, wall, rss):
        self.cpu, self.wall, self.rss = cpu, wall, rss

    def __add__(self, other):
        return Usage(self.cpu + other.cpu, self.wall + other.wall, max(self.rss, other.rss))


def run(command, output=None):
    """Runs a command to its end; what it prints goes to the file, its talk is kept for an error."""
    with open(output or os.devnull, "wb") as out:
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=subprocess.PIPE)
        talk = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: exit code {process.returncode}\n{talk.decode()}")
    return Usage(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024)


def text_of(command):
    """What a command prints, or nothing if it cannot be run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def median(values):
    return statistics.median(values)


def sqlite_of(file):
    """The SQLite that wrote a file last, from its header."""
    with open(file, "rb") as header:
        number = int.from_bytes(header.read(100)[96:], "big")
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"


def facts(file, duckdb):
    """Machine and versions, as rows of two cells."""
    processors = pathlib.Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.*)", processors.read_text()) if processors.exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = text_of(["git", "rev-parse", "--short=12", "HEAD"])
    changed = text_of(["git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs"])
    return [
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")),
        ("processor", f"{model.group(1) if model else platform.processor()}, {os.cpu_count()} cores"),
        ("memory", f"{memory:.0f} GB"),
        ("system", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("orgdrift", f"commit {commit}{' with changes' if changed else ''}, release build"),
        ("SQLite", f"{sqlite_of(file)}, bundled"),
        ("DuckDB", duckdb or "not installed: its rows are missing"),
        ("rustc", text_of(["rustc", "--version"]).removeprefix("rustc ")),
        ("Python", platform.python_version()),
    ]
