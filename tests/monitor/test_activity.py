"""Activity: what gateways served, summed by the hour, and shown page by page."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from entrepot.core.paging import BadCursor
from entrepot.core.ports import Database
from entrepot.core.routes import Page, Principal
from entrepot.monitor import service
from entrepot.monitor.events import RequestsServed
from entrepot.monitor.model import Activity, ActivityQuery, HappeningQuery
from entrepot.rule.events import CheckCompleted
from entrepot.user.events import ConsentChanged

NOON = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
OPERATOR = Principal("op", "operators", frozenset({"*"}), "operator")
ANN = Principal("ann", "acme", frozenset({"activity:read"}), "person")


def served(count: int = 1, *, row: str = "GET /a", principal: str = "ann", organisation: str = "acme",
           until: datetime = NOON, longest_us: int = 5000) -> RequestsServed:  # fmt: skip
    return RequestsServed(
        row=row, status=200, principal=principal, organisation=organisation, count=count,
        total_us=1000 * count, longest_us=longest_us, bytes_out=10 * count, until=until,
    )  # fmt: skip


async def hear(database: Database, *events: RequestsServed) -> None:
    for event in events:
        await database.write(lambda tx, event=event: service.on_requests_served(tx, event))


async def ask(database: Database, who: Principal = OPERATOR, **query: object) -> Page[Activity]:
    return await database.read(lambda tx: service.activity(tx, who, query=ActivityQuery(**query)))


async def test_events_of_one_hour_are_one_sum(database: Database) -> None:
    await hear(
        database,
        served(3, longest_us=9000),
        served(2, longest_us=4000, until=NOON + timedelta(minutes=29)),
        served(7, until=NOON + timedelta(minutes=30)),
    )
    later, earlier = (await ask(database)).items
    assert (earlier.hour, earlier.count, earlier.bytes_out) == (NOON.replace(minute=0), 5, 50)
    assert (earlier.mean_ms, earlier.longest_ms) == (1.0, 9.0)
    assert (later.hour.hour, later.count) == (13, 7)


async def test_only_operators_see_other_organisations(database: Database) -> None:
    await hear(database, served(), served(organisation="other"), served(organisation=""))
    assert {each.organisation for each in (await ask(database)).items} == {"acme", "other", ""}
    assert {each.organisation for each in (await ask(database, ANN)).items} == {"acme"}
    assert (await ask(database, ANN, principal="nobody")).items == []


@pytest.mark.parametrize("limit", [1, 3, 200])
async def test_pages_show_every_sum_once_and_the_newest_hour_first(database: Database, limit: int) -> None:
    names = ["auth0|7", "ann", "a" * 500, "é€😀", '"quoted"', "bob"]
    await hear(
        database,
        *(served(principal=name, until=NOON + timedelta(hours=hour)) for name in names for hour in range(3)),
    )
    cursor, found = None, list[Activity]()
    while True:
        page = await ask(database, limit=limit, cursor=cursor)
        found += page.items
        if (cursor := page.next) is None:
            break
        assert len(page.items) == limit
    assert sorted((each.hour, each.principal) for each in found) == sorted(
        (NOON.replace(minute=0) + timedelta(hours=hour), name) for name in names for hour in range(3)
    )
    assert [each.hour for each in found] == sorted((each.hour for each in found), reverse=True)


@pytest.mark.parametrize(
    "text",
    [
        "", "nonsense", "1|GET /a|200|ann|acme", "é", "====", "[]", "null", '[1,"a",200,"b"]',
        '[1,"a",200,"b","c",1]',
        '[-1,"a",200,"b","c"]', '[9223372036854775808,"a",200,"b","c"]', '[1e400,"a",200,"b","c"]',
        '[1,"a\\u0000",200,"b","c"]', '["1","a",200,"b","c"]', '[1,"a",99999999999999999999,"b","c"]',
    ],
)  # fmt: skip
async def test_cursor_that_no_page_gave_is_refused(database: Database, text: str) -> None:
    for cursor in (text, urlsafe_b64encode(text.encode()).decode()):
        with pytest.raises(BadCursor):
            await ask(database, cursor=cursor)


# ---- what happened ----------------------------------------------------------------------------------


async def test_what_happened_is_counted_by_day_for_whose_it_is(database: Database) -> None:
    check = CheckCompleted(
        check_id="1", organisation="acme", verdict="clear", hs_code="9503", origin="CN", destination="DE",
        pack="p", input_hash="h",
    )  # fmt: skip
    other = msgspec.structs.replace(check, organisation="other")
    for event in (check, check, other):
        await database.write(lambda tx, event=event: service.on_organisation_s_event(tx, event))
    consent = ConsentChanged(person_id="ann", purpose="product-news", given=True)
    await database.write(lambda tx: service.on_node_s_event(tx, consent))

    async def counts(who: Principal) -> dict[str, int]:
        found = await database.read(lambda tx: service.happenings(tx, who, query=HappeningQuery(days=2)))
        return {each.type: each.count for each in found.items}

    assert await counts(ANN) == {"rule.check_completed": 2}
    assert await counts(OPERATOR) == {"rule.check_completed": 3, "user.consent_changed": 1}
