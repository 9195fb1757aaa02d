"""Puts what Entrepot e4f0552 left behind into a data folder, or into a PostgreSQL database; `make.py` tells
how it came about.
"""

import asyncio
import lzma
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg

HERE = Path(__file__).parent
CONTEXTS = ("user", "monitor", "common", "edge", "tracking", "rule", "gateway")


def put(data: Path, *, dsn: str = "") -> None:
    """SQLite files in the folder, or schemas at `dsn`."""
    data.mkdir(exist_ok=True)
    if dsn:
        with ThreadPoolExecutor(1) as thread:  # a loop may run in this one
            thread.submit(asyncio.run, _put_postgres(dsn)).result()
        return
    for file in sorted((HERE / "sqlite").iterdir()):
        connection = sqlite3.connect(data / file.name.replace(".sql.xz", ".sqlite"))
        connection.executescript(_text(file))
        connection.close()


async def _put_postgres(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_text(HERE / "postgres" / "all.sql.xz"))
    finally:
        await connection.close()


def _text(file: Path) -> str:
    return lzma.decompress(file.read_bytes()).decode()
