"""One DuckDB contender as a process of its own: `duckdb_side.py STEP FILE THREADS FOLDER PERSONAL`.

STEP is load, lines or next (JSON and CSV into the file), flat (what detection reads, out of an audited orgdrift
warehouse, as CSV, with the texts of its views), columns (those CSV files into the file), audit, or totals (what the
audit found). Prints what the step used as JSON; the start of Python is not counted, the check point at the end is.
"""

import csv
import json
import pathlib
import re
import resource
import sqlite3
import sys
import time

import duckdb

HERE = pathlib.Path(__file__).parent

# The end of a version that is in force.
OPEN = 9223372036854775807
TYPES = {"INTEGER": "BIGINT", "TEXT": "VARCHAR", "REAL": "DOUBLE"}
COUNTED = "account_id, subject_id, domain, organization_id, disposition, blocked_reason"

TOTALS = """
select code, disposition, coalesce(blocked_reason, ''), count(*)
from exception
group by code, disposition, blocked_reason
union all
select 'outside_window', if(organization_id is null, 'ticket_missing_org', 'ticket_org_mismatch'), '', count(*)
from _link_ticket_drift
where is_outside_window = 1
group by organization_id is null
"""


def write_flat(warehouse, flat):
    """The tables that the views of an audit read, without versions that have ended, and the texts of those views."""
    flat.mkdir(exist_ok=True)
    views = warehouse.execute(
        "select name, sql from sqlite_schema where type = 'view' and (name like 'link\\_%' escape '\\'"
        " or name like 'detect\\_%' escape '\\') order by rowid"
    ).fetchall()
    words = set(re.findall(r"\w+", " ".join(text for _, text in views)))
    made = {f"_{name}" for name, _ in views}
    shape = {}
    for (name,) in warehouse.execute("select name from sqlite_schema where type = 'table' order by name").fetchall():
        if name not in words or name in made:
            continue
        columns = dict(warehouse.execute("select name, type from pragma_table_info(?)", [name]).fetchall())
        shape[name] = {column: TYPES[kind] for column, kind in columns.items()}
        where = f" where valid_to = {OPEN}" if "valid_to" in columns else ""
        listed = ", ".join(f'"{column}"' for column in columns)
        with open(flat / f"{name}.csv", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            for row in warehouse.execute(f"select {listed} from {name}{where}"):
                writer.writerow(["\\N" if value is None else value for value in row])
    (flat / "shape.json").write_text(json.dumps({"tables": shape, "views": views}))


def read_flat(database, flat):
    for name, columns in json.loads((flat / "shape.json").read_text())["tables"].items():
        database.execute(
            f"create table {name} as select * from read_csv('{flat}/{name}.csv', header = false, auto_detect = false,"
            f" delim = ',', quote = '\"', escape = '\"', nullstr = '\\N', columns = {columns})"
        )


def audit(database, flat):
    """The views of the warehouse, as they are: each `link_*` becomes a table, what `detect_*` finds one more."""
    codes = []
    for name, text in json.loads((flat / "shape.json").read_text())["views"]:
        database.execute(text)
        if name.startswith("link_"):
            database.execute(f"create table _{name} as select * from {name}")
        else:
            codes.append(name.removeprefix("detect_"))
    found = [f"select '{code}' as code, {COUNTED} from detect_{code}" for code in codes]
    database.execute(f"create table exception as {' union all '.join(found)}")


def run(step, file, threads, folder, personal):
    flat = pathlib.Path(folder) / "flat"
    if step == "flat":
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as warehouse:
            return write_flat(warehouse, flat)
    database = duckdb.connect(file)
    if threads:
        database.execute(f"set threads = {threads}")
    if step == "columns":
        read_flat(database, flat)
    elif step == "audit":
        audit(database, flat)
    elif step == "totals":
        return database.sql(TOTALS).fetchall()
    else:
        text = (HERE / f"duckdb_{step}.sql").read_text()
        database.execute(text.replace("$folder", folder).replace("$personal", personal))
    database.close()
    return None


def main():
    step, file, threads, folder, personal = sys.argv[1:]
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    totals = run(step, file, int(threads), folder, personal)
    after, ended = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"cpu": cpu, "wall": ended - began, "rss": after.ru_maxrss * 1024, "totals": totals}))


main()
