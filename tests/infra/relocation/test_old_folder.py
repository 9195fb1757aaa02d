"""What Entrepot e4f0552 left behind moves: `edge` becomes `device` with the devices, `alert` and `screening`
take their tables. The steps that move it stand here, whatever the contexts of today say.
"""

import asyncio
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest
from tests.context_database import new_database
from tests.infra.relocation.toys import Place, contents, relocate_all
from tests.old_folder.folder import CONTEXTS, put

from entrepot.core.inheritance import Inherits
from entrepot.infra.database.relocate import Owner

SCHEMAS = {
    "user": ("user", 3), "monitor": ("monitor", 2), "common": ("common", 2), "edge": ("device", 2),
    "tracking": ("tracking", 5), "rule": ("rule", 8),
}  # fmt: skip
DEVICES = ("device", "device_consent")
SCREENINGS = ("party_list", "screening_key", "screening", "screening_decision")
ALERTS = ("alert",)


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "postgres":
        return Place(new_database(request.getfixturevalue("postgres_dsn")))
    (tmp_path / "fresh").mkdir()
    return Place(str(tmp_path / "fresh"))


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, fresh: Place) -> Place:
    on_postgres = fresh.where.startswith("postgres")
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if on_postgres else ""
    put(tmp_path / "data", dsn=dsn)
    return Place(dsn or str(tmp_path / "data"))


def owners(folder: Path) -> list[Owner]:
    """The contexts as they are to be."""
    for context, (package, last) in SCHEMAS.items():
        target = folder / (context if context != "edge" else "device")
        target.mkdir(parents=True)
        for file in steps(package, last):
            (target / file.name).write_text(file.read_text())
    for name in ("alert", "screening"):
        (folder / name).mkdir()
    (folder / "alert" / "0001.sql").write_text(definitions("tracking", *ALERTS))
    (folder / "screening" / "0001.sql").write_text(definitions("rule", *SCREENINGS))
    (folder / "device" / "0003.sql").write_text(definitions("tracking", *DEVICES))
    (folder / "tracking" / "0006.sql").write_text(after_the_move(*ALERTS))
    (folder / "tracking" / "0007.sql").write_text(after_the_move(*DEVICES))
    (folder / "rule" / "0009.sql").write_text(after_the_move(*SCREENINGS))
    inherits = {
        "alert": Inherits(source="tracking", tables=ALERTS, before=6),
        "device": Inherits(source="tracking", tables=DEVICES, before=7, at=3),
        "screening": Inherits(source="rule", tables=SCREENINGS, before=9),
    }
    names = ("user", "monitor", "common", "device", "tracking", "alert", "rule", "screening", "gateway")
    return [
        Owner(
            name,
            parts(folder / name),
            formerly="edge" if name == "device" else "",
            inherits=(inherits[name],) if name in inherits else (),
        )
        for name in names
    ]


def steps(package: str, last: int) -> list[Traversable]:
    """The files of a schema through that number."""
    found = [file for file in (files("entrepot") / package / "schema").iterdir() if file.name[0].isdigit()]
    return sorted((file for file in found if int(file.name[:4]) <= last), key=lambda file: file.name)


def after_the_move(*tables: str) -> str:
    drops = " ".join(f"DROP TABLE {table};" for table in tables)
    return f"-- After the move of {', '.join(tables)}.\n{drops}\n"


def parts(schema: Path) -> dict[str, Any]:
    package = files("entrepot")
    found: dict[str, Any] = {
        "mailbox": package / "infra" / "mailbox" / "schema",
        "door": package / "gateway" / "rows" / "schema",
    }
    return {**found, "context": schema} if schema.is_dir() else found


def definitions(context: str, *tables: str) -> str:
    """All that a context's steps say of these tables."""
    package, last = SCHEMAS[context]
    texts = [file.read_text() for file in steps(package, last) if "postgres" not in file.name]
    statements = re.sub(r"--.*", "", "\n".join(texts)).split(";")
    names = "|".join(tables)
    of_them = re.compile(
        rf"(?:CREATE TABLE|ALTER TABLE|UPDATE|CREATE (?:UNIQUE )?INDEX \w+ ON) (?:{names})\b"
    )
    return "".join(f"{each.strip()};\n" for each in statements if of_them.match(each.strip()))


def rows(looks: dict[str, Any], name: str, table: str) -> list[Any]:
    return list(looks[name][table]["rows"])


def heard(looks: dict[str, Any], name: str) -> dict[str, Any]:
    """How far a context heard each source, whatever place the source names."""
    return {source.partition("@")[0]: where for source, *where in rows(looks, name, "inbox")}


def test_old_deployment_is_moved_without_loss(place: Place, tmp_path: Path) -> None:
    before = asyncio.run(contents(place, CONTEXTS))
    moved = owners(tmp_path / "schemas")
    asyncio.run(relocate_all(place, moved))
    after = asyncio.run(contents(place, [owner.name for owner in moved]))
    for source, receiver, tables in (
        ("tracking", "alert", ALERTS), ("tracking", "device", DEVICES), ("rule", "screening", SCREENINGS),
    ):  # fmt: skip
        for table in tables:
            assert rows(before, source, table)
            assert after[receiver][table] == before[source][table]
            assert table not in after[source]
    for table in ("position", "geofence", "latest"):
        assert after["tracking"][table] == before["tracking"][table]
    for table in ("outbox", "outbox_epoch", "outbox_pruned", "roster", "command"):
        assert after["device"][table]["rows"] == before["edge"][table]["rows"]
    expected = {
        "device" if source == "edge" else source: where for source, where in heard(before, "tracking").items()
    }
    assert heard(after, "tracking") == expected
    readers = {name.partition("@")[0] for name, *_ in rows(after, "tracking", "outbox_reader")}
    assert readers == {"user", "common", "device"}


def test_old_deployment_moves_to_the_shape_of_a_new_one(place: Place, fresh: Place, tmp_path: Path) -> None:
    moved = owners(tmp_path / "schemas")
    names = [owner.name for owner in moved]
    asyncio.run(relocate_all(place, moved))
    asyncio.run(relocate_all(fresh, moved))
    old, new = (asyncio.run(contents(each, names)) for each in (place, fresh))
    for name in names:
        assert set(old[name]) == set(new[name])
        for table, look in old[name].items():
            assert (look["columns"], look["indexes"]) == (
                new[name][table]["columns"],
                new[name][table]["indexes"],
            )
