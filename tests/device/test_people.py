"""What `device` tells of a person's devices."""

from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.device.site import Site, device, fix, standing

from entrepot.core.sealing import Sealing
from entrepot.device.model.arrival import DeviceReport, Unreadable
from entrepot.device.service import privacy
from entrepot.device.service.roster import Device
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys
from entrepot.tracking.events import DeviceDataWanted

ANN, BOB = device(), device()


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


@pytest.fixture
async def site(database: Migratable) -> AsyncIterator[Site]:
    async with standing(database, ANN, BOB) as site:
        yield site


async def told(site: Site, sealing: Sealing, *devices: Device) -> dict[str, Any]:
    sealer, wrapped = await sealing.make("export-1")
    wanted = DeviceDataWanted(export_id="export-1", wrapped=wrapped, device_ids=[each.id for each in devices])
    await site.database.write(lambda tx: privacy.on_device_data_wanted(tx, wanted, sealing=sealing))
    said = (await site.said())[-1]
    assert (said["type"], said["data"]["export_id"]) == ("device.person_data_told", "export-1")
    sealed = b64decode(said["data"]["sealed"])
    held: dict[str, Any] = msgspec.json.decode(sealer.open(sealed, "export.device"))
    return held


async def test_what_was_held_back_and_not_understood_is_told_to_its_person_only(
    site: Site, sealing: Sealing
) -> None:
    for each in (ANN, BOB):
        await site.take(each, fix(0, of=each), fix(1, of=each, latitude=95.0))
        await site.take(each, Unreadable("it is no JSON"), payload=b"\xff" + each.id.encode())
        await site.take(each, DeviceReport("card", 0, b'{"_type":"card","name":"Ann"}'))
    held = await told(site, sealing, ANN)
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
    held = await told(site, sealing, ANN)
    assert (len(held["rejected"]), held["rejected_stored"]) == (
        privacy.MOST_REJECTED,
        privacy.MOST_REJECTED + 5,
    )
    assert [each["content"] is None for each in held["quarantined"]] == [False] * 3 + [True] * 6


async def test_fixes_that_say_a_lot_still_fit_into_one_event(site: Site, sealing: Sealing) -> None:
    for number in range(300):
        talkative = fix(number, of=ANN, latitude=95.0, attributes={"note": "x" * 2_000})
        await site.take(ANN, talkative)
    held = await told(site, sealing, ANN)
    assert 0 < len(held["rejected"]) < held["rejected_stored"] == 300


async def test_whoever_has_no_device_is_told_so(site: Site, sealing: Sealing) -> None:
    held = await told(site, sealing)
    assert held == {
        "rejected_stored": 0, "rejected": [], "quarantined_stored": 0, "quarantined": [], "cards": {}
    }  # fmt: skip
