"""Does the newest run of a warehouse again in DuckDB, reads all its views there, and compares row for row.

The tables are copied into an in-memory DuckDB, but what an audit makes is made there: the links from the stored
text of the views link_*, the findings from that of detect_*, the issues and the triage rows by the texts of
queries/issue/. Nothing in a text is replaced but what it says itself: the rule that it is about.

Usage: duckdb_compare.py QUERIES WAREHOUSE...
Of one warehouse alone it is also asked that it has issues, some of them suppressed and some with a root.
"""

import json
import pathlib
import sqlite3
import sys
import tempfile

import duckdb

TYPES = {"INTEGER": "BIGINT", "TEXT": "VARCHAR", "REAL": "DOUBLE"}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def copy_table(source, target, table):
    columns = source.execute("select name, type from pragma_table_info(?)", [table]).fetchall()
    typed = ", ".join(f"{quoted(name)} {TYPES[kind]}" for name, kind in columns)
    target.execute(f"create table {quoted(table)} ({typed})")
    # By way of a file: as parameters of an insert, rows take DuckDB a hundred times as long.
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as file:
        for row in source.execute(f"select * from {quoted(table)}"):
            file.write(json.dumps(row) + "\n")
        file.flush()
        cells = ", ".join(
            f"json_extract_string(json, '$[{at}]')::{TYPES[kind]}" for at, (_, kind) in enumerate(columns)
        )
        target.execute(
            f"insert into {quoted(table)} select {cells}"
            f" from read_json('{file.name}', format = 'newline_delimited', records = false, columns = {{json: 'JSON'}})"
        )


def as_text(value):
    """Null stays apart from the empty text; numbers compare as numbers."""
    if value is None:
        return (0, "")
    if isinstance(value, (bool, int)):
        return (1, str(int(value)))
    if isinstance(value, float):
        return (1, str(int(value)) if value.is_integer() else repr(value))
    return (2, str(value))


def rows_of(connection, sql):
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    is_json = [name == "evidence" for name in names]
    rows = sorted(
        tuple(as_json(value) if json else as_text(value) for value, json in zip(row, is_json))
        for row in cursor.fetchall()
    )
    return names, rows


def as_json(value):
    """Lists are compared as sets: in which order rows come together is not said."""

    def in_order(value):
        if isinstance(value, dict):
            return {key: in_order(one) for key, one in value.items()}
        return sorted(map(in_order, value), key=str) if isinstance(value, list) else value

    return (2, json.dumps(in_order(json.loads(value)), sort_keys=True))


class Comparison:
    """Both engines, and how often they differed."""

    def __init__(self, path, may_be_empty):
        self.may_be_empty = may_be_empty
        self.source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.target = duckdb.connect(":memory:")
        self.count = self.failures = 0

    def copy_tables(self):
        # The tool that migrates has a table of its own, with types of its own.
        tables = self.source.execute(
            "select name from sqlite_schema where type = 'table' and name not like 'sqlite%'"
            " and name <> '_migrations'"
        ).fetchall()
        for (table,) in tables:
            # What is packed for orgdrift alone is in no view.
            if self.source.execute("select 1 from pragma_table_info(?) where type = 'BLOB'", [table]).fetchall():
                continue
            copy_table(self.source, self.target, table)

    def make(self, name, sql):
        """Runs a statement in DuckDB alone."""
        try:
            self.target.execute(sql)
        except duckdb.Error as error:
            self.failures += 1
            print(f"{name}: DuckDB refuses it: {error}")

    def compare(self, name, ours, theirs=None, may_be_empty=True):
        """Compares what SQLite answers to one question with what DuckDB answers to the same or another one."""
        self.count += 1
        ours = rows_of(self.source, ours)
        try:
            theirs = rows_of(self.target, theirs or f"select * from {quoted(name)}")
        except duckdb.Error as error:
            self.failures += 1
            print(f"{name}: DuckDB refuses it: {error}")
            return
        if ours == theirs and (ours[1] or may_be_empty):
            print(f"{name}: {len(ours[1])} rows, equal")
            return
        self.failures += 1
        print(f"{name}: the answers differ, or there is nothing to compare")
        if ours[0] != theirs[0]:
            print(f"  columns in SQLite {ours[0]}, in DuckDB {theirs[0]}")
        for row in [row for row in ours[1] if row not in theirs[1]][:3]:
            print(f"  only in SQLite: {[text for _, text in row]}")
        for row in [row for row in theirs[1] if row not in ours[1]][:3]:
            print(f"  only in DuckDB: {[text for _, text in row]}")
        print(f"  {len(ours[1])} rows in SQLite, {len(theirs[1])} in DuckDB")

    def views(self):
        """Makes every view; the work of an audit is done by the views link_*."""
        for name, text in self.source.execute(
            "select name, sql from sqlite_schema where type = 'view' order by rowid"
        ).fetchall():
            self.make(name, text)
            if name.startswith("link_"):
                self.compare(name, f"select * from _{name}")
                self.make(name, f"create or replace table _{name} as select * from {name}")
            else:
                self.compare(name, f"select * from {quoted(name)}")

    def issues(self, folder):
        """From the findings to the issues and the triage rows, as the audit stored them."""
        texts = {path.stem: path.read_text() for path in folder.glob("*.sql")}
        rules = self.source.execute(
            "select k.code, k.rule_version from run_coverage as k cross join _run_context as c"
            " where k.run_id = c.run_id and k.is_evaluated = 1"
        ).fetchall()
        of_rules = [
            texts["issue_detected"]
            .replace("from detect_rule", f"from detect_{code}")
            .replace(":code", f"'{code}'")
            .replace(":rule_version", str(version))
            for code, version in rules
        ]
        self.make("issue_detected", f"create table detected as {' union all '.join(f'({sql})' for sql in of_rules)}")
        for name in ["issue_suppressed", "issue_root", "issue_first_seen"]:
            self.make(name, f"create table {name.removeprefix('issue_')} as {texts[name]}")
        self.compare("issues of the run", STORED_ISSUES, MADE_ISSUES, self.may_be_empty)
        for name, column in [] if self.may_be_empty else [("suppressed", "suppressed_by"), ("root", "root_issue_key")]:
            is_there = f"select count(*) > 0 as is_there from ({STORED_ISSUES}) where {column} is not null"
            self.compare(f"some are {name}", is_there, "select true as is_there")
        self.make(
            "suppress",
            "update detected set disposition = 'suppressed'"
            " where issue_key in (select s.issue_key from suppressed as s)",
        )
        self.make("issue_triage", f"create view triage as {texts['issue_triage']}")
        self.compare("triage", STORED_TRIAGE, None, self.may_be_empty)


# One row per issue that the newest run stored.
STORED_ISSUES = """
select v.issue_key, v.code, v.rule_version, v.account_id, v.subject_kind, v.subject_id, v.organization_id,
  v.user_id, v.ticket_id, v.domain, v.disposition, v.action, v.blocked_reason, v.suppressed_by,
  v.suggested_action, v.root_issue_key, v.evidence
from _run_context as c
cross join _issue_versions as v
cross join run_coverage as k
where v.valid_from <= c.run_id
  and c.run_id < v.valid_to
  and k.run_id = c.run_id
  and k.code = v.code
  and k.is_evaluated = 1
"""

# The same from what DuckDB made.
MADE_ISSUES = """
select d.issue_key, d.code, d.rule_version, d.account_id, d.subject_kind, d.subject_id, d.organization_id,
  d.user_id, d.ticket_id, d.domain,
  case when s.issue_key is null then d.disposition else 'suppressed' end as disposition,
  d.action, d.blocked_reason, s.suppression_id as suppressed_by, d.suggested_action, r.root_issue_key,
  d.evidence
from detected as d
left join suppressed as s on s.issue_key = d.issue_key
left join root as r on r.issue_key = d.issue_key
"""

# One row per triage row that the newest run stored.
STORED_TRIAGE = """
select t.account_id, t.total_issue_count, t.prepared_action_count, t.blocked_action_count, t.review_count,
  t.detect_only_count, t.suppressed_count, t.max_severity, t.affected_user_count,
  t.affected_open_ticket_count, t.first_code, t.top_issue_codes, t.top_blocked_reasons, t.organization_id,
  t.link_state, t.first_seen_run
from _run_context as c
cross join _triage_versions as t
where t.valid_from <= c.run_id
  and c.run_id < t.valid_to
"""


def main(queries, *paths):
    count = failures = 0
    for path in paths:
        comparison = Comparison(path, may_be_empty=len(paths) > 1)
        comparison.copy_tables()
        comparison.views()
        comparison.issues(pathlib.Path(queries) / "issue")
        if comparison.failures:
            print(f"{path}: {comparison.failures} failures")
        count += comparison.count
        failures += comparison.failures
    print(f"{len(paths)} warehouses, {count} answers, {failures} failures")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
