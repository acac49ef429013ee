"""Running a command and what it used; what this machine is."""

import datetime
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).parent.parent


class Failed(Exception):
    """A command ended with another exit code than 0."""


class Usage:
    """CPU seconds (user and system), wall seconds, peak memory in bytes."""

    def __init__(self, cpu, wall, rss):
        self.cpu, self.wall, self.rss = cpu, wall, rss

    def __add__(self, other):
        return Usage(self.cpu + other.cpu, self.wall + other.wall, max(self.rss, other.rss))


def run(command, output=os.devnull):
    """Runs a command to its end; what it prints goes to the file, its talk is kept for an error."""
    command = [str(part) for part in command]
    launch = [sys.executable, "-I", "-S", str(ROOT / "benches" / "launch.py"), str(output)]
    done = subprocess.run(launch + command, capture_output=True, text=True, check=True)
    code, cpu, wall, rss = done.stdout.split()
    if code != "0":
        raise Failed(f"{' '.join(command)}: exit code {code}\n{done.stderr}")
    return Usage(float(cpu), float(wall), int(rss))


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
