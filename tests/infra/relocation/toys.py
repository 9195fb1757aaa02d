"""A deployment of toy contexts, as an older version of them left it: `edge` is called `device` now, and
tables of `tracking` belong to `alert` and `device`.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from entrepot.core.inheritance import Inherits, Taken
from entrepot.infra.database.migrate import migrate
from entrepot.infra.database.postgres_server import PostgresServer
from entrepot.infra.database.relocate import Databases, Owner, Relocation
from entrepot.infra.database.sqlite_folder import SQLiteFolder
from entrepot.infra.mailbox import SCHEMA
from entrepot.infra.mailbox.renaming import rename_context

ALERTS = 1_203  # more than a page, and not a multiple of one

FILES = {
    "edge": {
        "0001.sql": "CREATE TABLE roster (device_id TEXT PRIMARY KEY, revision BIGINT NOT NULL);"
        " CREATE TABLE quarantine (id TEXT PRIMARY KEY, body BYTEA NOT NULL);",
        "0002.sql": "CREATE INDEX roster_by_revision ON roster (revision);",
    },
    "tracking": {
        "0001.sql": """
            CREATE TABLE unit (no BIGINT NOT NULL UNIQUE, id TEXT PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE position (unit_no BIGINT, at_us BIGINT, PRIMARY KEY (unit_no, at_us));
            CREATE TABLE alert (
                unit_no BIGINT NOT NULL, at_us BIGINT NOT NULL, kind TEXT NOT NULL, value DOUBLE PRECISION,
                seal BYTEA NOT NULL, PRIMARY KEY (unit_no, at_us)
            );
            CREATE INDEX alert_by_kind ON alert (kind);
        """,
        "0002.sql": "ALTER TABLE unit ADD COLUMN sought TEXT NOT NULL DEFAULT '';"
        " UPDATE unit SET sought = LOWER(name);",
    },
    "common": {"0001.sql": "CREATE TABLE letter (id TEXT PRIMARY KEY);"},
}
NEWER = {
    "device": {
        **FILES["edge"],
        "0003.sql": "CREATE TABLE unit (no BIGINT NOT NULL UNIQUE, id TEXT PRIMARY KEY, name TEXT NOT NULL,"
        " sought TEXT NOT NULL DEFAULT '');",
        "0004.sql": "ALTER TABLE unit ADD COLUMN secret TEXT NOT NULL DEFAULT 'none';",
    },
    "tracking": {
        **FILES["tracking"],
        "0003.sql": "-- After the move of alert.\nDROP TABLE alert;",
        "0004.sql": "-- After the move of unit.\n"
        "CREATE TABLE watched (no BIGINT PRIMARY KEY, id TEXT NOT NULL);"
        "INSERT INTO watched SELECT no, id FROM unit; DROP TABLE unit;",
    },
    "common": FILES["common"],
    "alert": {
        "0001.sql": """
            CREATE TABLE alert (
                unit_id TEXT NOT NULL, at_us BIGINT NOT NULL, kind TEXT NOT NULL, value DOUBLE PRECISION,
                seal BYTEA NOT NULL, PRIMARY KEY (unit_id, at_us)
            );
            CREATE INDEX alert_by_kind ON alert (kind);
        """,
        "0002.sql": "ALTER TABLE alert ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;",
    },
}
INHERITS = {
    "alert": (
        Inherits(
            source="tracking",
            tables=(
                Taken(
                    "alert", "SELECT alert.*, unit.id AS unit_id FROM alert JOIN unit ON unit.no = unit_no"
                ),
            ),
            before=3,
        ),
    ),
    "device": (Inherits(source="tracking", tables=("unit",), before=4, at=3),),
}


@dataclass(frozen=True)
class Place:
    """Where the deployment's databases are: in a folder, or at a PostgreSQL database."""

    where: str

    async def empty(self) -> None:
        """Forget what is there. (Another database would take the server longer than other schemas.)"""
        if not self.where.startswith("postgres"):
            shutil.rmtree(self.where)
            Path(self.where).mkdir()
            return
        connection = await asyncpg.connect(self.where)
        for (name,) in await connection.fetch(_SCHEMAS):
            await connection.execute(f'DROP SCHEMA "{name}" CASCADE')
        await connection.close()

    async def databases(self, stack: AsyncExitStack) -> Databases:
        if not self.where.startswith("postgres"):
            return SQLiteFolder(Path(self.where))
        server = await PostgresServer.connect(self.where)
        stack.push_async_callback(server.close)
        return server


def owners(files: Mapping[str, Mapping[str, str]], folder: Path, *, newer: bool) -> list[Owner]:
    """Write the files of migrations; the newer ones say what moves."""
    made = []
    for name, texts in files.items():
        schema = folder / ("newer" if newer else "older") / name
        schema.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (schema / file).write_text(text)
        inherits = INHERITS.get(name, ()) if newer else ()
        formerly = "edge" if newer and name == "device" else ""
        made.append(Owner(name, {"mailbox": SCHEMA, "context": schema}, formerly, inherits))
    return made


async def make_older(place: Place, folder: Path, *, through: Mapping[str, int] = {"mailbox": 1}) -> None:
    """What an older program left, with events that wait; `through` is how far its migrations went."""
    async with AsyncExitStack() as stack:
        databases = await place.databases(stack)
        for owner in owners(FILES, folder, newer=False):
            database = await databases.open(owner.name)
            await migrate(database, owner.parts, through=through)
            assert await database.lead()
            await database.write(_fillings[owner.name])
            await database.close()


async def _fill_edge(tx: Any) -> None:
    await tx.execute("INSERT INTO roster VALUES ('d1', 7)")
    await tx.execute("INSERT INTO quarantine VALUES ('q', ?)", b"\0\xff")
    await tx.execute("UPDATE outbox_epoch SET epoch = 'edge-epoch'")
    await tx.execute("UPDATE outbox_pruned SET through = 40")
    await tx.execute("INSERT INTO outbox (sequence, body) VALUES (41, ?)", b"unheard")
    await tx.execute("INSERT INTO outbox_reader (reader, watermark) VALUES ('tracking', 40)")
    await tx.execute("INSERT INTO inbox VALUES ('tracking', 'tracking-epoch', 3, 3)")


async def _fill_tracking(tx: Any) -> None:
    await tx.execute_many(
        "INSERT INTO unit (no, id, name) VALUES (?, ?, ?)", [(n, f"u{n}", f"U {n}") for n in (1, 2)]
    )
    rows = [
        (1 + at % 2, at, "sos" if at % 7 else "low", at / 3 if at % 5 else None, bytes([at % 256]))
        for at in range(ALERTS)
    ]
    await tx.execute_many("INSERT INTO alert VALUES (?, ?, ?, ?, ?)", rows)
    await tx.execute("INSERT INTO position VALUES (1, 5)")
    await tx.execute("UPDATE outbox_epoch SET epoch = 'tracking-epoch'")
    await tx.execute("INSERT INTO outbox_reader (reader, watermark) VALUES ('edge', 3)")
    await tx.execute("INSERT INTO outbox_reader (reader, watermark) VALUES ('common', 2)")
    await tx.execute("INSERT INTO inbox VALUES ('edge', 'edge-epoch', 40, 40)")
    await tx.execute(
        "INSERT INTO inbox_parked (source, place, sequence, key, type, body, attempts, next_at_us, error)"
        " VALUES ('edge', 39, 39, 'd1', 'edge.positions_accepted', ?, 1, 1, 'no')",
        b"parked",
    )


async def _fill_common(tx: Any) -> None:
    await tx.execute("INSERT INTO letter VALUES ('l')")
    await tx.execute("UPDATE outbox_epoch SET epoch = 'common-epoch'")
    await tx.execute("INSERT INTO inbox VALUES ('edgewise', 'another', 1, 1)")  # a name that only begins so
    await tx.execute(
        "INSERT INTO dead_letter"
        " (id, kind, source, place, sequence, key, type, body, error, attempts, failed_at_us)"
        " VALUES ('x', 'failed', 'edge', 1, 1, 'k', 't', ?, 'e', 10, 5)",
        b"dead",
    )


_fillings = {"edge": _fill_edge, "tracking": _fill_tracking, "common": _fill_common}


Stage = Callable[[str], None]


async def relocate(place: Place, folder: Path, *, stage: Stage = lambda name: None) -> None:
    await relocate_all(place, owners(NEWER, folder, newer=True), stage=stage)


async def relocate_all(place: Place, newer: Sequence[Owner], *, stage: Stage = lambda name: None) -> None:
    """As a newer program does at its start: relocation, then every context's migrations to the end."""
    async with AsyncExitStack() as stack:
        databases = await place.databases(stack)
        await Relocation(newer, databases, rename=rename_context, stage=stage, leader_ends_s=0.3).run()
        for owner in newer:
            database = await databases.open(owner.name)
            await migrate(database, owner.parts)
            await database.close()


async def contents(place: Place, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Every table of the databases: its columns, indexes and rows, but for moments of today."""
    found = {}
    async with AsyncExitStack() as stack:
        databases = await place.databases(stack)
        for name in names:
            database = await databases.open(name)
            found[name] = await database.read(_look)
            await database.close()
    return found


async def _look(tx: Any) -> dict[str, Any]:
    tables = [name for (name,) in await tx.fetch(_TABLES[tx.dialect])]
    looks = {}
    for table in tables:
        columns = list(await tx.fetch(_COLUMNS[tx.dialect], table))
        today = ("_us",) if table in ("migration", "outbox_reader") else ()
        steady = [f'"{name}"' for name, *_ in columns if not name.endswith(today)]
        rows = await tx.fetch(f'SELECT {", ".join(steady)} FROM "{table}"')
        looks[table] = {
            "columns": columns,
            "indexes": sorted(await tx.fetch(_INDEXES[tx.dialect], table)),
            "rows": sorted(rows, key=repr),
        }
    return looks


_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$|^public$'"
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    "postgres": "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
}
_COLUMNS = {
    "sqlite": 'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)',
    "postgres": "SELECT column_name::text, data_type::text, is_nullable::text, column_default::text"
    " FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?"
    " ORDER BY ordinal_position",
}
_INDEXES = {
    "sqlite": 'SELECT name, "unique", origin, partial FROM pragma_index_list(?)',
    "postgres": "SELECT replace(indexdef, current_schema() || '.', '') FROM pg_indexes"
    " WHERE schemaname = current_schema() AND tablename = ?",
}


def die(place: Place, folder: Path, stage: str) -> None:
    """Relocate, and be killed at a stage."""

    def kill(name: str) -> None:
        if name == stage:
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(relocate(place, folder, stage=kill))
