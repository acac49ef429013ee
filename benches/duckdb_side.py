"""One DuckDB contender as a process of its own: `duckdb_side.py STEP FILE THREADS FOLDER PERSONAL`.

STEP is load (JSON and CSV into the file), audit, flat (the columns of detection out of the file as CSV), columns
(those into a file) or totals (what the audit found). Prints what the step used as JSON; the start of Python is not
counted, the check point at the end is.
"""

import json
import pathlib
import resource
import sys
import time

import duckdb

HERE = pathlib.Path(__file__).parent

# What detection reads: no names, no addresses.
FLAT = {
    "organization": "id, external_id, account_key, external_id_key, is_sharing",
    "organization_domain": "organization_id, domain",
    "person": "id, domain, role, verified, active, suspended, shared, organization_id",
    "membership": "id, user_id, organization_id",
    "ticket": "id, requester_id, organization_id, status, created_at",
    "account": "account_id, account_key, stored_organization_id",
    "account_domain": "account_id, domain",
    "personal": "domain",
    "setting": "taken_at, closed_cutoff, is_multiple_allowed",
}

TOTALS = """
select code, disposition, coalesce(blocked_reason, ''), count(*)
from exception
group by code, disposition, blocked_reason
union all
select 'outside_window', if(organization_id is null, 'ticket_missing_org', 'ticket_org_mismatch'), '', count(*)
from ticket_drift
where is_outside_window
group by organization_id is null
"""


def write_flat(database, flat):
    flat.mkdir(exist_ok=True)
    for name, columns in FLAT.items():
        relation = database.sql(f"select {columns} from {name}")
        types = {column: str(kind) for column, kind in zip(relation.columns, relation.types)}
        (flat / f"{name}.json").write_text(json.dumps(types))
        relation.write_csv(str(flat / f"{name}.csv"))


def read_flat(database, flat):
    for name in FLAT:
        types = json.loads((flat / f"{name}.json").read_text())
        database.execute(
            f"create table {name} as select * from read_csv('{flat}/{name}.csv', header = true, auto_detect = false,"
            f" delim = ',', quote = '\"', columns = {types})"
        )


def run(step, file, threads, folder, personal):
    database = duckdb.connect(file)
    if threads:
        database.execute(f"set threads = {threads}")
    flat = pathlib.Path(folder) / "flat"
    if step == "flat":
        write_flat(database, flat)
    elif step == "columns":
        read_flat(database, flat)
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
