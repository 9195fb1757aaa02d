"""The common context's database, on SQLite and on PostgreSQL, and a clock that is set by hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.common.house import House
from tests.context_database import context_database

from entrepot.core.sealing import Sealing
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("common", folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


@pytest.fixture
def house(database: Migratable, sealing: Sealing) -> House:
    return House(database, sealing)
