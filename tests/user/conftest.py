"""The user context's database, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.context_database import context_database, new_database
from tests.gateway.client import Caller, Node, running_node
from tests.user.people import Person
from tests.user.provider import CLIENT, SECRET, Provider, providing

from entrepot.core.sealing import Sealing
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("user", folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    # A database of its own: another node on the same one would need the same keys.
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if request.param == "postgres" else ""
    with running_node(tmp_path_factory.mktemp("people"), dsn=dsn) as running:
        yield running


@pytest.fixture
async def ada(node: Node) -> Person:
    """Somebody with an account, signed in."""
    return (await Person(node).register()).sign_in()


@pytest.fixture(scope="module")
def operator(node: Node) -> Caller:
    return node.caller("activity:read node:operate mail:read")


# ---- outside services of sign-in ------------------------------------------------------------------------

ACME = "acme-works"  # the organisation of those who come from "acme"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as found:
        yield found


@pytest.fixture(scope="module")
def other() -> Iterator[Provider]:
    with providing() as found:
        yield found


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def provided_node(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    provider: Provider,
    other: Provider,
) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("providers")
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if request.param == "postgres" else ""
    (folder / "secret").write_text(f"{SECRET}\n")
    file = folder / "providers.toml"
    file.write_text(f"""
        [[provider]]
        name = "acme"
        title = "Acme Works"
        issuer = "{provider.issuer}"
        client_id = "{CLIENT}"
        client_secret_file = "secret"
        organisation = "{ACME}"
        domains = ["acme.example"]
        role_claim = "realm_access.roles"
        everybody = ["customer"]
        acr = ["gold"]
        [provider.roles]
        chiefs = ["administrator"]
        checkers = ["auditor"]
        pirates = ["captain"]

        [[provider]]
        name = "open"
        title = "Open House"
        issuer = "{other.issuer}"
        client_id = "{CLIENT}"
        client_secret = "{SECRET}"
    """)
    with running_node(folder / "data", dsn=dsn, sign_in_providers=str(file)) as running:
        yield running


@pytest.fixture
def providers_in_order(provider: Provider, other: Provider) -> Iterator[None]:
    """Both keep to the rules again."""
    yield
    for each in (provider, other):
        each.forge = each.userinfo = lambda claims: claims
        each.says_iss, each.in_userinfo, each.metadata = True, (), {}
