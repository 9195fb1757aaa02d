"""Lists are refreshed from where the operator says: only what changed is read, the last good one is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from tests.context_database import context_database

from entrepot.core.publications import FetchFailed, Publication
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys
from entrepot.infra.publications.fetching import Fetcher
from entrepot.infra.webhooks.addresses import Networks
from entrepot.node.publications import fetcher_of, refresh_of
from entrepot.screening.model.batch import BadBatch, NewBatch
from entrepot.screening.model.party import EntryQuery, ListNotFound, NewList
from entrepot.screening.model.screening import HitsQuery, NewScreening
from entrepot.screening.model.source import PartySource
from entrepot.screening.service import batches, party_lists, refreshing, screenings, watching
from entrepot.settings import BadSetting, Settings

ADA = Principal("ada", "acme", frozenset(), "person")
LIST = "id,name,kind\n1,Ivan Petrovsky,person\n2,Morning Glory,vessel\n3,Example Works Ltd,organisation\n"
LOOPBACK = Networks(["127.0.0.0/8"])


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("screening", folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


class Publisher:
    """A publisher on loopback. `asked` are the validators that came with each request."""

    def __init__(self) -> None:
        self.body, self.etag, self.status = LIST.encode(), '"1"', 200
        self.asked: list[str] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.headers.get("If-None-Match", ""))
        if request.path == "/moved":
            return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/"})
        if self.status == 200 and self.asked[-1] == self.etag:
            return web.Response(status=304)
        return web.Response(body=self.body, status=self.status, headers={"ETag": self.etag})

    def url(self, path: str = "/list.csv") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def publishing() -> AsyncIterator[Publisher]:
    publisher = Publisher()
    app = web.Application()
    app.router.add_get("/{any:.*}", publisher.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    publisher.port = runner.addresses[0][1]
    try:
        yield publisher
    finally:
        await runner.cleanup()


async def source(database: Migratable, fetcher: Fetcher) -> PartySource:
    page = await database.read(lambda tx: refreshing.party_sources(tx, ADA, publications=fetcher))
    return page.items[0]


async def test_list_is_fetched_again_only_when_it_changed_and_the_report_says_what_did(
    database: Migratable,
) -> None:
    async with publishing() as publisher:
        fetcher = Fetcher([Publication("example", (publisher.url(),))], LOOPBACK)
        assert (await source(database, fetcher)).outcome == "never"
        await refreshing.refresh(database, now(), publications=fetcher)
        first = await source(database, fetcher)
        assert (first.outcome, first.version, first.added, first.stale) == ("imported", 1, 3, False)
        await refreshing.refresh(database, now(), publications=fetcher)
        assert (await source(database, fetcher)).outcome == "unchanged"
        assert publisher.asked == ["", '"1"']
        publisher.body, publisher.etag = LIST.replace("Ivan", "Igor").encode() + b"4,Somebody,person\n", '"2"'
        await refreshing.refresh(database, now(), publications=fetcher)
        third = await source(database, fetcher)
        assert (third.outcome, third.version, third.added, third.changed) == ("imported", 2, 1, 1)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"<html>log in</html>", 200, "web page"), (b"gone", 404, "answered 404"), (b"", 200, "empty"),
        (LIST.splitlines(keepends=True)[0].encode() + b"1,Ivan Petrovsky,person\n", 200, "Is the file whole"),
        (b'<?xml version="1.0"?><sdnList><sdnEntry><uid>1</uid>', 200, "not whole"),
    ],
)  # fmt: skip
async def test_what_fails_is_said_and_the_last_good_list_answers(
    database: Migratable, body: bytes, status: int, says: str
) -> None:
    async with publishing() as publisher:
        fetcher = Fetcher([Publication("example", (publisher.url(),))], LOOPBACK)
        await refreshing.refresh(database, now(), publications=fetcher)
        publisher.body, publisher.status, publisher.etag = body, status, '"2"'
        await refreshing.refresh(database, now(), publications=fetcher)
        failed = await source(database, fetcher)
        assert failed.outcome == "failed" and says in failed.error and failed.version == 1
        assert (await party_lists.searchable(database.read)).name == "example/1"
        publisher.body, publisher.status = LIST.encode(), 200
        await refreshing.refresh(database, now(), publications=fetcher)
        assert (await source(database, fetcher)).outcome == "unchanged"


async def test_only_what_is_configured_and_allowed_is_called(tmp_path: Path) -> None:
    async with publishing() as publisher:
        known = Publication("example", (publisher.url(),))
        moved = Publication("moved", (publisher.url("/moved"),))
        fetcher = Fetcher([known, moved], LOOPBACK, most_bytes=50)
        for wanted, by, says in (
            (Publication("other", (publisher.url(),)), fetcher, "configured"),
            (moved, fetcher, "may not be called"), (known, fetcher, "larger than 50"),
            (known, Fetcher([known], Networks([])), "TLS"),
            (known, Fetcher([known], Networks(["10.0.0.0/8"])), "may not be called"),
        ):  # fmt: skip
            with pytest.raises(FetchFailed, match=says):
                async with by.fetch(wanted, seen=""):
                    pass


async def test_folder_is_read_when_a_file_in_it_changes(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    publication = Publication("example", (str(tmp_path),))
    fetcher = Fetcher([publication], Networks([]))
    async with fetcher.fetch(publication, seen="") as fetched:
        assert fetched is not None and fetched.files[0].read() == LIST.encode()
    async with fetcher.fetch(publication, seen=fetched.seen) as again:
        assert again is None
    (tmp_path / "more.xml").write_text("<x/>")
    async with fetcher.fetch(publication, seen=fetched.seen) as changed:
        assert changed is not None and len(changed.files) == 2


async def test_refresh_is_asked_for_and_watched_subjects_are_screened_again(
    database: Migratable, sealing: Sealing, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    fetcher = Fetcher([Publication("example", (str(file),))], Networks([]))
    await refreshing.refresh(database, now(), publications=fetcher)
    new = NewScreening(name="Boris Sample", watch=True)
    searched = await screenings.search(database.read, ADA, new=new)
    made = await database.write(
        lambda tx: screenings.screen(tx, ADA, new=new, searched=searched, sealing=sealing)
    )
    file.write_text(LIST + "9,Boris Sample,person\n")
    await refreshing.refresh_wanted(database, publications=fetcher)
    assert (await source(database, fetcher)).version == 1  # nobody asked
    await database.write(lambda tx: refreshing.ask_refresh(tx, ADA, name="example", publications=fetcher))
    await refreshing.refresh_wanted(database, publications=fetcher)
    assert (await source(database, fetcher)).version == 2
    await watching.screen_again(database, sealing=sealing)
    again = await database.read(lambda tx: screenings.one_screening(tx, ADA, id=made.id, sealing=sealing))
    assert (made.state, again.state) == ("clear", "open")
    with pytest.raises(ListNotFound):
        await database.write(lambda tx: refreshing.ask_refresh(tx, ADA, name="other", publications=fetcher))


@pytest.mark.parametrize(
    "text", ["un", "un=ftp://example.org/x", "un=relative/path", "UN=https://example.org/x", "un="]
)
def test_setting_that_names_no_source_is_refused(text: str) -> None:
    with pytest.raises(BadSetting):
        fetcher_of(Settings(party_lists=(text,)))


def test_nothing_is_refreshed_unless_it_is_configured() -> None:
    assert refresh_of(Settings()).cron == ""
    assert refresh_of(Settings(party_lists=("un=https://example.org/un.xml",))).cron
    with pytest.raises(BadSetting):
        refresh_of(Settings(party_lists=("un=https://example.org/un.xml",), party_lists_every="often"))


# ---- batches, look-ups, many hits --------------------------------------------------------------------------


async def imported(database: Migratable, text: str) -> None:
    new = NewList(list="example", text=text)
    prepared = await party_lists.prepare(database.read, ADA, new=new)
    await database.write(lambda tx: party_lists.import_parties(tx, ADA, new=new, prepared=prepared))


async def test_batch_of_a_file_makes_a_screening_of_each_row(database: Migratable, sealing: Sealing) -> None:
    await imported(database, LIST)
    new = NewBatch(text="name;kind;reference\nMV Morning Glory;vessel;A-1\nNobody Listed;;A-2\n")
    searched = await batches.search_all(database.read, ADA, new=new)
    report = await database.write(
        lambda tx: batches.screen_all(tx, ADA, new=new, searched=searched, sealing=sealing)
    )
    assert (report.screened, report.open, report.clear) == (2, 1, 1)
    first, second = report.results
    assert (first.line, first.reference, first.state, first.entry, first.score) == (
        2,
        "A-1",
        "open",
        "2",
        1.0,
    )
    assert (second.line, second.total, second.entry) == (3, 0, "")
    kept = await database.read(lambda tx: screenings.one_screening(tx, ADA, id=first.id, sealing=sealing))
    assert kept.subject.name == "MV Morning Glory"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("name,colour\nA B,red\n", 1, "colour"), ("kind\nperson\n", 1, "no column 'name'"),
        ("name,kind\nGood Name,person\nBad,planet\n", 3, "kind"), ("name,country\nGood Name,ZZ\n", 2,
        "no country"),
        ("name,identifiers\nGood Name,imo:1234568\n", 2, "IMO"), ("name\n", 1, "nobody to screen"),
    ],
)  # fmt: skip
async def test_bad_row_is_named_and_nobody_is_screened(
    database: Migratable, text: str, line: int, says: str
) -> None:
    await imported(database, LIST)
    with pytest.raises(BadBatch) as refused:
        await batches.search_all(database.read, ADA, new=NewBatch(text=text))
    assert [(each.line, says in each.reason) for each in refused.value.problems] == [(line, True)]


async def test_all_hits_are_counted_and_paged(database: Migratable, sealing: Sealing) -> None:
    """There were 25 at most before, and nothing said so."""
    await imported(
        database, "id,name,kind\n" + "".join(f"{at},Sample Works Ltd,organisation\n" for at in range(60))
    )
    new = NewScreening(name="Sample Works")
    searched = await screenings.search(database.read, ADA, new=new)
    made = await database.write(
        lambda tx: screenings.screen(tx, ADA, new=new, searched=searched, sealing=sealing)
    )
    assert (made.total, len(made.hits)) == (60, 25)
    seen: list[str] = []
    cursor = None
    while True:
        query = HitsQuery(limit=25, cursor=cursor)
        page = await database.read(
            lambda tx, query=query: screenings.screening_hits(
                tx, ADA, id=made.id, query=query, sealing=sealing
            )
        )
        seen += [hit.entry.id for hit in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen, key=int) == [str(at) for at in range(60)]


async def test_entries_are_looked_up_by_a_word_and_by_a_number(database: Migratable) -> None:
    await imported(database, LIST + "5,Glory Days,organisation\n")
    for q, ids in (("glory", ["2", "5"]), ("ivan petrovsky", ["1"]), ("nothing here", [])):
        query = EntryQuery(q=q)
        searched = await party_lists.look_up(database.read, ADA, query=query)
        page = await database.read(
            lambda tx, query=query, searched=searched: party_lists.party_entries(
                tx, ADA, query=query, searched=searched
            )
        )
        assert [each.entry.id for each in page.items] == ids
