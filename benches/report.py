"""The figures as a page of Markdown."""

from machine import median

NAMES = {
    "ingest": "`orgdrift ingest salesforce`, `ingest zendesk`",
    "duckdb_load": "DuckDB `read_json`, `read_csv`, 1 thread",
    "duckdb_load_all_threads": "the same, all threads",
    "parse_only": "`examples/parse_only.rs`: the same types, only counted",
    "second_ingest_1": "`orgdrift ingest` of the next day, 0.1 % changed",
    "second_ingest": "`orgdrift ingest` of the next day, 1 % changed",
    "second_ingest_100": "`orgdrift ingest` of the next day, 10 % changed",
    "audit": "`orgdrift audit`",
    "duckdb_columns": "DuckDB: what detection reads, from CSV, 1 thread",
    "duckdb_audit": "DuckDB: the same detection, 1 thread",
    "duckdb_columns_all_threads": "DuckDB: what detection reads, from CSV, all threads",
    "duckdb_audit_all_threads": "DuckDB: the same detection, all threads",
    "hash_join": "`examples/hash_join.rs`: read from the SQLite file, counted in memory",
    "second_audit_1": "`orgdrift audit` of the next day, 0.1 % changed",
    "second_audit": "`orgdrift audit` of the next day, 1 % changed",
    "second_audit_100": "`orgdrift audit` of the next day, 10 % changed",
    "duckdb_next_load": "DuckDB: load of the next day anew, 1 thread",
    "duckdb_next_1": "DuckDB: load of the changed lines, 0.1 % changed, 1 thread",
    "duckdb_next_10": "DuckDB: load of the changed lines, 1 % changed, 1 thread",
    "duckdb_next_100": "DuckDB: load of the changed lines, 10 % changed, 1 thread",
    "duckdb_next_audit": "DuckDB: the audit of the next day, 1 thread",
    "changes_by_sql": "`select * from issue_changes where run_id = 2`",
    "diff": "`orgdrift diff`",
    "export_issues": "`orgdrift export issues`",
    "sqlite3_issues": "`sqlite3 -csv` of `issues`",
    "export_exceptions": "`orgdrift export exceptions`",
    "sqlite3_exceptions": "`sqlite3 -csv` of `exceptions_by_account`",
}

HOW = """\
One table per size: medians of {rounds} rounds, with the least and the most in brackets where they differ. In a round
everything is done once, in turns, for all sizes. CPU is user and system time of the process; of the DuckDB rows without
the start of Python. Peak memory is `ru_maxrss`, which says nothing below ten MB. Inputs are in the page cache. **The
ratios are the result**: the seconds are those of this machine and of what else it did.

DuckDB reads with explicit types and only the columns that orgdrift keeps ([load](../benches/duckdb_load.sql)). Its
detection is orgdrift's own: the texts of the views `link_*` and `detect_*`, each link view made a table, without the
evidence and without what an audit stores beside it. The next day it loads once anew, and once as a good engineer would
in DuckDB: lines are hashed and those that changed are parsed ([next](../benches/duckdb_next.sql)); the audit is made
anew. An audit is compared with the load and DuckDB's audit together, and this has the target; the stricter row gives
DuckDB what detection reads as CSV files instead of the JSON, and costs it less. DuckDB and the hash join found
the same issues as orgdrift: the hash join by code, DuckDB by code, disposition and reason. The run fails otherwise.

The records are made by [examples/generate](../examples/generate/main.rs){slim}: for each account ten users and fifty
tickets, half of the users on few accounts, a few per cent of each kind of drift.
"""


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "|".join("---" if at == 0 else "---:" for at in range(len(header))) + "|"]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"


def spread(values):
    low, middle, high = min(values), median(values), max(values)
    digits = 4 if middle < 0.02 else 3 if middle < 1 else 2
    text = f"{middle:.{digits}f}"
    return text if f"{low:.{digits}f}" == f"{high:.{digits}f}" else f"{text} ({low:.{digits}f}–{high:.{digits}f})"


def megabytes(count):
    return f"{count / 1e6:.1f}" if count else ""


class Figures:
    """Medians of one size."""

    def __init__(self, world):
        self.world = world

    def has(self, *names):
        return all(self.world.used.get(name) for name in names)

    def cpu(self, *names):
        return sum(median([used.cpu for used in self.world.used[name]]) for name in names)

    def ratio(self, above, below, what="cpu"):
        """The ratios of each round; what runs beside a round hits both."""
        rounds = range(len(self.world.used[above[0]]))
        total = lambda names, at: sum(getattr(self.world.used[name][at], what) for name in names)
        return [total(above, at) / total(below, at) for at in rounds]

    def peak(self, name):
        return max(used.rss for used in self.world.used[name])


# What is compared, and why it costs what it costs: shown where a target is missed, and only there.
INGEST = "ingest : DuckDB's load, 1 thread"
INGEST_WALL = "wall: ingest : DuckDB's load, all threads"
NEXT_INGEST = "ingest of the next day, 1 % changed : DuckDB's load, 1 thread"
NEXT_AUDIT = "audit of the next day, 1 % changed : DuckDB's audit alone, 1 thread"
NEXT_AUDIT_JOIN = "audit of the next day, 1 % changed : hash join"
FILE = "file after the first snapshot, MB"
GROWTH_NEXT = "growth of the next day's audit"
PARSING = "ingest : parsing only"
AUDIT = "audit : DuckDB's audit with its JSON load, 1 thread"
STRICTER = "stricter: audit : DuckDB's audit with the load of its bare columns, 1 thread"
HASH_JOIN = "audit : hash join"
CHANGES = "changes between adjacent runs"
PEAK_INGEST = "peak memory of ingest, MB"
PEAK_AUDIT = "peak memory of audit, MB"
GROWTH_INGEST = "growth of ingest"
GROWTH_AUDIT = "growth of audit"
SNAPSHOTS = "thirty snapshots"

WHY = {
    INGEST: "Parsing alone, with serde_json, is a large part of DuckDB's whole load (the row `parsing only : DuckDB's load`;"
    " about 0.85 with the bulk that real records carry). On top of it come the rows of SQLite, inserted one by one into"
    " B-trees (about 30 % of an ingest), their content hashes and the digest of the input, which DuckDB does not make."
    " Tried: sonic-rs and simd-json for parsing (no gain on full records), thin and fat link-time optimization (under 3 %);"
    " kept: 64 rows to an insert (8 % on slim records), BLAKE3 instead of SHA-256 for the files (12 % on full ones), no"
    " look-ups while a table is empty.",
    INGEST_WALL: "One thread reads the files ahead and digests them; parsing and storing are one more. DuckDB reads and parses in as"
    " many as there are.",
    NEXT_INGEST: "Every byte is read and digested (a proof of what was ingested), every line hashed, and every version in force"
    " is met once to see what is gone.",
    NEXT_AUDIT: "Links, issues and triage rows are made anew only for what a change may touch. What is left follows the"
    " company: a few relations about domains and claims are made anew as a whole and compared, the report counts what"
    " stands behind all open issues, and each command compares the file's schema with its own. DuckDB makes everything"
    " anew, in vectors.",
    NEXT_AUDIT_JOIN: "The same; and the hash join only counts, in memory.",
    FILE: "Keys and times are stored as they are read, each version with its content hash and in the indexes over starts and"
    " ends; the hashes of the lines add 20 bytes a record.",
    GROWTH_NEXT: "A few relations about domains and claims are made anew as a whole, whatever changed, and the report counts"
    " what stands behind all open issues.",
    PARSING: "Beside parsing, an ingest inserts rows into B-trees (about 30 %), hashes them and digests its input; it also"
    " normalizes ids and domains and looks for the version that each record may have had. The program that only"
    " parses writes nothing.",
    AUDIT: "DuckDB keeps columns and joins them in vectors; SQLite probes B-trees row by row. An audit also stores evidence,"
    " links, triage and a version of each issue, durably, where DuckDB keeps what it found without evidence.",
    HASH_JOIN: "The hash join only counts, in memory. An audit stores evidence, links, triage and a version of each issue, and"
    " SQLite probes B-trees row by row; three passes over the tickets alone cost about two and a half hash joins. Kept: each rule"
    " is evaluated once, its hash is worked out once, rules are staged in the order of their keys, triage is counted from"
    " one index, wide rows are written only where they change, a larger page cache. Tried without a gain: memory mapping, a"
    " larger cache for temporary tables.",
    CHANGES: "The time grows with the number of changes: each row is found by an index and then probes the versions of the"
    " issue before and after and the coverage of its code. No table is read as a whole, and versions that differ only in counts"
    " of people are not looked at.",
    PEAK_INGEST: "The page cache of SQLite and the ids that have been seen are what an ingest holds; the ids grow with the"
    " records.",
    PEAK_AUDIT: "The page cache of SQLite, its sorts and the staged issues are what an audit holds; the last two grow with the"
    " records.",
    GROWTH_INGEST: "Keys come in no order, so at this size the page cache no longer holds the trees that they are inserted"
    " into, and pages are read again.",
    GROWTH_AUDIT: "At this size the page cache no longer holds the trees that are probed, so pages are read again from the"
    " file system for probes that were in memory before. No step reads a table as a whole for each row of another.",
    SNAPSHOTS: "A record that changes is stored again as a whole, with its keys in every index, and so are the issues that"
    " change with it.",
}


def seconds(world):
    files = {"ingest": "ingested", "duckdb_load": "duckdb", "audit": "audited", "second_ingest": "second"}
    rows = []
    for name, label in NAMES.items():
        used = world.used.get(name)
        if used:
            rows.append([
                label,
                spread([one.cpu for one in used]),
                spread([one.wall for one in used]),
                megabytes(max(one.rss for one in used)),
                megabytes(world.sizes.get(files.get(name))),
            ])
    return table(["", "CPU s", "wall s", "peak MB", "file MB"], rows)


def targets(world, missed):
    """What is compared, the ratio, and whether it is what it should be; notes what is missed."""
    figures = Figures(world)
    large = world.accounts >= 100_000
    wanted = [
        (INGEST, ["ingest"], ["duckdb_load"], 1.3),
        ("ingest : DuckDB's load, all threads", ["ingest"], ["duckdb_load_all_threads"], None),
        (PARSING, ["ingest"], ["parse_only"], 1.4),
        ("parsing only : DuckDB's load, 1 thread", ["parse_only"], ["duckdb_load"], None),
        ("ingest of the next day : first ingest", ["second_ingest"], ["ingest"], None),
        (NEXT_INGEST, ["second_ingest"], ["duckdb_load"], 0.45),
        ("the same, 0.1 % changed", ["second_ingest_1"], ["duckdb_load"], None),
        ("the same, 10 % changed", ["second_ingest_100"], ["duckdb_load"], None),
        ("ingest of the next day, 1 % changed : DuckDB's load of the changed lines", ["second_ingest"], ["duckdb_next_10"], None),
        (
            "ingest and audit of the next day : DuckDB's job anew",
            ["second_ingest", "second_audit"],
            ["duckdb_next_load", "duckdb_next_audit"],
            None,
        ),
        (
            "ingest and audit of the next day : DuckDB's load of the changed lines and audit",
            ["second_ingest", "second_audit"],
            ["duckdb_next_10", "duckdb_next_audit"],
            None,
        ),
        (NEXT_AUDIT, ["second_audit"], ["duckdb_audit"], 0.6 if world.accounts >= 10_000 else None),
        (NEXT_AUDIT_JOIN, ["second_audit"], ["hash_join"], 2.5 if world.accounts >= 10_000 else None),
        (
            AUDIT,
            ["audit"],
            ["duckdb_load", "duckdb_audit"],
            0.45 if world.accounts >= 10_000 else None,
        ),
        (STRICTER, ["audit"], ["duckdb_columns", "duckdb_audit"], None),
        ("audit : DuckDB's audit alone, 1 thread", ["audit"], ["duckdb_audit"], None),
        ("audit : DuckDB's audit alone, all threads", ["audit"], ["duckdb_audit_all_threads"], None),
        (HASH_JOIN, ["audit"], ["hash_join"], 6.5),
        ("ingest and audit : DuckDB's load and audit, 1 thread", ["ingest", "audit"], ["duckdb_load", "duckdb_audit"], None),
        ("export of issues : sqlite3", ["export_issues"], ["sqlite3_issues"], None),
        ("export of exceptions : sqlite3", ["export_exceptions"], ["sqlite3_exceptions"], None),
    ]
    rows = []
    for label, above, below, target in wanted:
        if figures.has(*above, *below):
            ratios = figures.ratio(above, below)
            told = judged(label, median(ratios), target, missed)
            rows.append([label, spread(ratios), f"≤ {target}" if target else "", told])
    if figures.has("duckdb_load_all_threads"):
        ratios = figures.ratio(["ingest"], ["duckdb_load_all_threads"], "wall")
        rows.append([INGEST_WALL, spread(ratios), "≤ 1.4", judged(INGEST_WALL, median(ratios), 1.4, missed)])
    if world.accounts == 10_000:
        size = world.sizes["ingested"] / 1e6
        rows.append([FILE, f"{size:.0f}", "≤ 65", judged(FILE, size, 65, missed)])
    if world.accounts >= 10_000:
        changes = median([used.wall for used in world.used["changes_by_sql"]]) * 1000
        label = f"{CHANGES}, ms ({world.sizes['changes']} rows)"
        rows.append([label, f"{changes:.1f}", "≤ 1", judged(CHANGES, changes, 1, missed)])
    if large:
        for name, label, target in (("ingest", PEAK_INGEST, 90), ("audit", PEAK_AUDIT, 150)):
            peak = figures.peak(name) / 1e6
            rows.append([label, f"{peak:.0f}", f"≤ {target}", judged(label, peak, target, missed)])
    return table(["ratio of CPU", "median (least–most)", "target", ""], rows)


def judged(target_name, value, target, missed):
    """The verdict; a target that is missed is noted once, in the order of the page."""
    told = verdict(value, target)
    if told == MISSED and target_name not in missed:
        missed.append(target_name)
    return told


MISSED = "**missed**"


def verdict(value, target):
    return "" if target is None else "met" if value <= target else MISSED


def reasons(missed):
    """The section about what was missed; nothing if all was met."""
    if not missed:
        return []
    lines = [f"- **{name}**: {WHY[name]}\n" for name in missed]
    return ["## What was missed, and why\n", "".join(lines)]


def growth(worlds, missed):
    of = {"ingest": GROWTH_INGEST, "audit": GROWTH_AUDIT}
    rows = []
    for small, big in zip(worlds, worlds[1:]):
        for name in ("ingest", "audit", "second_ingest", "second_audit"):
            factor = Figures(big).cpu(name) / Figures(small).cpu(name)
            per_tenfold = factor ** (1 / (len(str(big.accounts)) - len(str(small.accounts)) or 1))
            rows.append([
                f"{NAMES[name]}, {small.accounts:,} to {big.accounts:,}",
                f"{factor:.1f}",
                "≤ 12" if name in of else "",
                judged(of[name], per_tenfold, 12, missed) if name in of else "",
            ])
        # A tenth of the share of ten times the accounts: as many records changed.
        small_share, big_share = "second_audit_100", "second_audit"
        if Figures(big).has(big_share) and big.accounts == 10 * small.accounts:
            factor = Figures(big).cpu(big_share) / Figures(small).cpu(small_share)
            rows.append([
                f"audit of the next day, as many changes, {small.accounts:,} to {big.accounts:,}",
                f"{factor:.1f}",
                "≤ 3",
                judged(GROWTH_NEXT, factor, 3, missed),
            ])
    return table(["CPU grows by", "factor", "target", ""], rows)


def issues(worlds):
    codes = list(worlds[0].totals)
    rows = [[f"`{code}`", *(f"{world.totals.get(code):,}" for world in worlds)] for code in codes]
    return table(["issues found by all", *(f"{world.accounts:,} accounts" for world in worlds)], rows)


def document(worlds, chain, facts, options, has_diff):
    command = "make bench-large" if options.slim else "make bench"
    parts = [
        "# Benchmarks\n",
        f"Written by `{command}` (`benches/run.py --sizes {options.sizes} --rounds {options.rounds}"
        f"{' --slim' if options.slim else ''}`); not by hand.\n",
        HOW.format(rounds=options.rounds, slim=", slim: without the bulk that real records carry" if options.slim else ""),
        table(["", ""], facts).replace("---:", "---"),
    ]
    if not has_diff:
        parts.append("This orgdrift has no `diff`; the view `issue_changes` is measured instead.\n")
    missed = []
    for world in worlds:
        ingest = Figures(world).cpu("ingest")
        grown = world.sizes["second"] / world.sizes["audited"] - 1
        parts += [
            f"## {world.accounts:,} accounts\n",
            f"{world.rows:,} records, {world.input_bytes / 1e6:.0f} MB. Ingest: {world.rows / ingest:,.0f} records and"
            f" {world.input_bytes / 1e6 / ingest:.0f} MB for a CPU second. The next day, with 1 % changed, makes the file"
            f" {grown:.1%} larger.\n",
            seconds(world),
            targets(world, missed),
        ]
    if len(worlds) > 1:
        parts += ["## Growth\n", growth(worlds, missed)]
    if chain:
        first, last = chain
        part = 30 * first / last
        parts += [
            "## Thirty snapshots\n",
            f"1,000 accounts, 1 % changed each day, an audit each day: {first / 1e6:.1f} MB after the first, {last / 1e6:.1f} MB"
            f" after the thirtieth, 1/{part:.1f} of thirty copies. Target 1/20: {judged(SNAPSHOTS, 20, part, missed)}.\n",
        ]
    parts += reasons(missed)
    parts += ["## What was found\n", issues(worlds)]
    return "\n".join(parts)
