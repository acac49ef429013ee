"""Reads a warehouse with SQLite and with DuckDB and compares every view that people read, row for row.

The tables are copied into an in-memory DuckDB; the views are made there from their stored text, unchanged.
Views detect_* and link_* are left out: they are written for SQLite alone.

Usage: duckdb_compare.py WAREHOUSE
"""

import sqlite3
import sys

import duckdb

TYPES = {"INTEGER": "BIGINT", "TEXT": "VARCHAR", "REAL": "DOUBLE"}
ROWS_AT_ONCE = 200


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def copy_table(source, target, table):
    columns = source.execute("select name, type from pragma_table_info(?)", [table]).fetchall()
    typed = ", ".join(f"{quoted(name)} {TYPES[kind]}" for name, kind in columns)
    target.execute(f"create table {quoted(table)} ({typed})")
    rows = source.execute(f"select * from {quoted(table)}")
    one = "(" + ", ".join("?" for _ in columns) + ")"
    while chunk := rows.fetchmany(ROWS_AT_ONCE):
        values = ", ".join(one for _ in chunk)
        target.execute(
            f"insert into {quoted(table)} values {values}", [value for row in chunk for value in row]
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


def answer(connection, view):
    cursor = connection.execute(f"select * from {quoted(view)}")
    names = [column[0] for column in cursor.description]
    rows = sorted(tuple(as_text(value) for value in row) for row in cursor.fetchall())
    return names, rows


def main(path):
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    target = duckdb.connect(":memory:")
    # The tool that migrates has a table of its own, with types of its own.
    tables = source.execute(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite%'"
        " and name <> '_migrations'"
    ).fetchall()
    for (table,) in tables:
        copy_table(source, target, table)
    views = [
        (name, text)
        for name, text in source.execute("select name, sql from sqlite_schema where type = 'view' order by rowid")
        if not name.startswith(("detect_", "link_"))
    ]
    failures = 0
    for name, text in views:
        try:
            target.execute(text)
            theirs = answer(target, name)
        except duckdb.Error as error:
            print(f"{name}: DuckDB refuses it: {error}")
            failures += 1
            continue
        ours = answer(source, name)
        if ours != theirs:
            failures += 1
            print(f"{name}: the answers differ")
            if ours[0] != theirs[0]:
                print(f"  columns in SQLite {ours[0]}, in DuckDB {theirs[0]}")
            for row in [row for row in ours[1] if row not in theirs[1]][:3]:
                print(f"  only in SQLite: {[text for _, text in row]}")
            for row in [row for row in theirs[1] if row not in ours[1]][:3]:
                print(f"  only in DuckDB: {[text for _, text in row]}")
            if len(ours[1]) != len(theirs[1]):
                print(f"  {len(ours[1])} rows in SQLite, {len(theirs[1])} in DuckDB")
        else:
            print(f"{name}: {len(ours[1])} rows, equal")
    print(f"{len(views)} views, {failures} failures")
    return 1 if failures or not views else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
