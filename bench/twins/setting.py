"""What both twins share: the table, the durability and the token's key. All as the node has them."""

import sqlite3
from pathlib import Path

import uvloop

from bench.node import settings
from entrepot.node.node_keys import open_keys

ISSUER = "entrepot"
_SCHEMA = Path(__file__).resolve().parent.parent / "position" / "schema" / "0001.sql"


def connect(path: Path) -> sqlite3.Connection:
    """WAL, and every commit flushed to the disk."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = full")
    connection.execute("PRAGMA cache_size = -16384")
    return connection


def prepare(path: Path) -> None:
    connection = connect(path)
    connection.executescript(_SCHEMA.read_text().replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
    connection.close()


def verifying_keys(data: Path) -> dict[str, bytes]:
    """The node's own: one token opens all three servers."""

    async def fetch() -> dict[str, bytes]:
        return dict(await open_keys(settings(data)).verifying_keys())

    return uvloop.run(fetch())
