"""Asks DuckDB and SQLite the same questions about the very file, and compares the answers row for row.

Usage: duckdb_queries.py FILE QUESTIONS.json    (a list of [name, sql])
"""

import datetime
import json
import pathlib
import shutil
import sqlite3
import sys
import tempfile

import duckdb
import duckdb_extension_sqlite

# SQLite counts days with julianday(), DuckDB with julian(): the one function that must be made first.
JULIANDAY = "create macro julianday(t) as julian(cast(t as timestamp))"


def cell(value):
    if value is None:
        return (0, "")
    if isinstance(value, datetime.datetime):
        return (2, value.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if isinstance(value, datetime.date):
        return (2, value.isoformat())
    if isinstance(value, str):
        return (2, value)
    return (1, f"{float(value):.6f}")


def answers(connection, sql):
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return names, sorted(tuple(cell(value) for value in row) for row in cursor.fetchall())


def main(path, questions):
    packed = next(pathlib.Path(duckdb_extension_sqlite.__file__).parent.rglob("sqlite.duckdb_extension"))
    theirs = duckdb.connect(":memory:")
    theirs.execute(JULIANDAY)
    with tempfile.TemporaryDirectory() as folder:
        # DuckDB looks for the entry point by the name of the file, which the package shortens.
        extension = pathlib.Path(folder) / "sqlite_scanner.duckdb_extension"
        shutil.copyfile(packed, extension)
        theirs.execute(f"load '{extension}'")
    theirs.execute(f"attach '{path}' as warehouse (type sqlite, read_only)")
    theirs.execute("set search_path = 'warehouse,memory'")
    ours = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    failures = 0
    for name, sql in json.loads(pathlib.Path(questions).read_text()):
        try:
            expected, found = answers(ours, sql), answers(theirs, sql)
        except duckdb.Error as error:
            failures += 1
            print(f"{name}: DuckDB refuses it: {error}")
            continue
        if expected == found:
            print(name, len(expected[1]))
        else:
            failures += 1
            print(f"{name}: the answers differ: {expected} / {found}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
