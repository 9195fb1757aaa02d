"""Watched parties and facts that grew old are told to whom they concern."""

from typing import Any

import msgspec
from tests.common.house import NOON, House

from entrepot.rule.events import FactsStale, PackSubmitted
from entrepot.screening.events import PartyMatched

WATCHES = ["screening:read", "notification:read"]
WRITES = ["rule:write", "notification:read"]
LETTERS = {"rule.party_matched": {"in_app": True, "email": True}}


def matched(**more: Any) -> PartyMatched:
    made = PartyMatched(
        screening_id="s1", organisation="acme", state="open", appeared=2, changed=1, gone=0, screened_at=NOON
    )
    return msgspec.structs.replace(made, **more)


async def hear(house: House, *events: PartyMatched | FactsStale | PackSubmitted) -> None:
    for event in events:
        await house.write(lambda tx, event=event: house.announce(tx, event))


async def test_whoever_may_see_screenings_is_told_of_a_watched_party(house: House) -> None:
    await house.join("ann", scopes=WATCHES, channels=LETTERS)
    await house.join("eve", scopes=["alert:read"])
    await house.join("oda", organisation="other", scopes=WATCHES)
    await hear(house, matched(), matched())
    [notice] = await house.inbox("ann")
    assert notice.subject == "A watched party: 2 appeared, 1 changed"
    assert "Somebody should decide" in notice.text and notice.page == "/screenings/s1"
    assert "https://" not in notice.text and "appeared" not in notice.text
    assert await house.inbox("eve") == await house.inbox("oda", organisation="other") == []
    [letter] = await house.letters()
    assert "https://x.example/screenings/s1" in letter.text


async def test_the_next_change_of_the_same_party_is_told_again(house: House) -> None:
    await house.join("ann", scopes=WATCHES)
    later = NOON.replace(hour=15)
    await hear(house, matched(), matched(state="clear", appeared=0, changed=0, gone=3, screened_at=later))
    assert [each.subject for each in await house.inbox("ann")] == [
        "A watched party: 3 gone",
        "A watched party: 2 appeared, 1 changed",
    ]


async def test_choice_of_devices_does_not_hide_a_watched_party(house: House) -> None:
    await house.join("ann", scopes=WATCHES, devices=["d1"])
    await hear(house, matched())
    assert len(await house.inbox("ann")) == 1


async def test_stale_facts_are_told_wherever_somebody_may_write_rules(house: House) -> None:
    await house.join("olga", organisation="operators", scopes=WRITES)
    await house.join("ann", scopes=WATCHES)
    stale = FactsStale(name="eu", count=1, oldest="2025-11-01", looked_at=NOON)
    await hear(house, stale, stale, msgspec.structs.replace(stale, count=3, looked_at=NOON.replace(hour=13)))
    told = await house.inbox("olga", organisation="operators")
    assert [each.subject for each in told] == [
        "3 facts of pack eu to check again",
        "1 fact of pack eu to check again",
    ]
    assert {each.page for each in told} == {"/rules?stale=1"}
    assert await house.inbox("ann") == []


async def test_who_may_approve_is_told_of_a_version_that_waits(house: House) -> None:
    await house.join("bob", organisation="operators", scopes=["rule:approve", "notification:read"])
    await house.join("ann", scopes=WRITES)
    waits = PackSubmitted(name="eu", pack_id="p1", version=3, submitted_at=NOON)
    for event in (waits, waits, msgspec.structs.replace(waits, submitted_at=NOON.replace(hour=14))):
        await hear(house, event)
    told = await house.inbox("bob", organisation="operators")
    assert [(each.subject, each.page) for each in told] == [
        ("Pack eu, version 3, waits for approval", "/packs/p1")
    ] * 2
    assert await house.inbox("ann") == []
