"""Reads every public table and view of a warehouse through DuckDB's reader of SQLite files, from the file itself.

The reader brings a SQLite of its own, which is older than ours. Prints the names with the counts of their rows.

Usage: duckdb_reader.py WAREHOUSE
"""

import pathlib
import shutil
import sys
import tempfile

import duckdb
import duckdb_extension_sqlite


def main(path):
    packed = next(pathlib.Path(duckdb_extension_sqlite.__file__).parent.rglob("sqlite.duckdb_extension"))
    connection = duckdb.connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        # DuckDB looks for the entry point by the name of the file, which the package shortens.
        extension = pathlib.Path(folder) / "sqlite_scanner.duckdb_extension"
        shutil.copyfile(packed, extension)
        connection.execute(f"load '{extension}'")
    connection.execute(f"attach '{path}' as warehouse (type sqlite, read_only)")
    names = connection.execute(
        "select table_name from information_schema.tables where table_catalog = 'warehouse' order by table_name"
    ).fetchall()
    for (name,) in names:
        if not name.startswith("_"):
            rows = connection.execute(f'select * from warehouse."{name}"').fetchall()
            print(name, len(rows))


if __name__ == "__main__":
    main(sys.argv[1])
