"""What `device` tells of a person's devices."""

from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.device.site import Site, device, fix, on_disk, standing
from tests.house import exported

from entrepot.core.sealing import Sealing
from entrepot.device.model.arrival import DeviceReport, Unreadable
from entrepot.device.service import privacy
from entrepot.device.service.roster import Roster
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys

ANN, BOB = device(person="ann"), device(person="bob")


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


@pytest.fixture
async def site(database: Migratable) -> AsyncIterator[Site]:
    for each in (ANN, BOB):
        await database.write(lambda tx, each=each: on_disk(tx, each.access))
    async with standing(database, ANN, BOB) as site:
        yield site


async def told(site: Site, sealing: Sealing, person: str) -> dict[str, Any]:
    held: dict[str, Any] = await exported(site.database, "device", sealing, person, Roster())
    return held


async def test_what_was_held_back_and_not_understood_is_told_to_its_person_only(
    site: Site, sealing: Sealing
) -> None:
    for each in (ANN, BOB):
        await site.take(each, fix(0, of=each), fix(1, of=each, latitude=95.0))
        await site.take(each, Unreadable("it is no JSON"), payload=b"\xff" + each.id.encode())
        await site.take(each, DeviceReport("card", 0, b'{"_type":"card","name":"Ann"}'))
    held = await told(site, sealing, "ann")
    assert [(each["device_id"], each["position"]["rejected"]) for each in held["rejected"]] == [
        (ANN.id, "invalid")
    ]
    assert held["rejected"][0]["position"]["latitude"] == 95.0
    [unread] = held["quarantined"]
    assert b64decode(unread["content"]) == b"\xff" + ANN.id.encode()
    assert (held["rejected_stored"], held["quarantined_stored"]) == (1, 1)
    assert held["cards"] == {ANN.id: {"_type": "card", "name": "Ann"}}


async def test_what_an_export_has_no_room_for_is_counted(site: Site, sealing: Sealing) -> None:
    for number in range(privacy.MOST_REJECTED + 5):
        await site.take(ANN, fix(number, of=ANN, latitude=95.0))
    for _ in range(9):
        await site.take(ANN, Unreadable("it is no JSON"), payload=b"x" * 60_000)
    held = await told(site, sealing, "ann")
    assert (len(held["rejected"]), held["rejected_stored"]) == (
        privacy.MOST_REJECTED,
        privacy.MOST_REJECTED + 5,
    )
    assert [each["content"] is None for each in held["quarantined"]] == [False] * 3 + [True] * 6


async def test_fixes_that_say_a_lot_still_fit_into_one_event(site: Site, sealing: Sealing) -> None:
    for number in range(300):
        talkative = fix(number, of=ANN, latitude=95.0, attributes={"note": "x" * 2_000})
        await site.take(ANN, talkative)
    held = await told(site, sealing, "ann")
    assert 0 < len(held["rejected"]) < held["rejected_stored"] == 300


async def test_whoever_has_no_device_is_told_so(site: Site, sealing: Sealing) -> None:
    held = await told(site, sealing, "nobody")
    assert held == {
        "devices": [], "consents": [], "rejected_stored": 0, "rejected": [], "quarantined_stored": 0,
        "quarantined": [], "cards": {}, "unused": [],
    }  # fmt: skip
