"""What came and was not used is counted, with an example, and its owner sees it; nothing else does."""

import asyncio

import pytest
from tests.device.site import OPERATOR, T0_US, Site, device, fix, standing

from entrepot.core.ports import Reading
from entrepot.core.routes import Page, Principal
from entrepot.device.door.admission import Admission
from entrepot.device.door.mqtt import DeviceGate
from entrepot.device.families import osmand, owntracks, thingsboard
from entrepot.device.model.arrival import Ignored, Source
from entrepot.device.model.unused import EXAMPLE_BYTES, MOST_OF_DEVICE, REST, NotUsedView
from entrepot.device.service import decoding, unused_reports
from entrepot.device.service.intake_reports import MessageIsPrivate, OfDevice
from entrepot.device.service.roster import SendingDevice
from entrepot.device.service.unused_reports import NothingUnused
from entrepot.infra.database.migrate import Migratable
from entrepot.mqtt.gate import STRANGER, Identity, NotUsed
from entrepot.tracking.model.device import Privacy

ANN = Principal("ann", "acme", frozenset({"intake:read"}), "person")
SOURCE = Source("d", T0_US)


def gate_of(site: Site) -> DeviceGate:
    return DeviceGate(site.intake, Admission(site.intake.roster), on_listening=lambda device: None)


async def aside(
    gate: DeviceGate, of: SendingDevice | None, topic: str, payload: bytes, why: NotUsed, size: int = 0
) -> None:
    who = STRANGER if of is None else Identity(of.id, of.access.username)
    await gate.set_aside(who, topic, payload, size=size or len(payload), why=why)


async def listed(site: Site, who: Principal = ANN, **narrowed: str) -> list[NotUsedView]:
    async def look(tx: Reading) -> Page[NotUsedView]:
        return await unused_reports.not_used(tx, who, query=OfDevice(**narrowed))  # type: ignore[arg-type]

    return list((await site.database.read(look)).items)


# ---- what the families could not use -------------------------------------------------------------------


def ignored(found: list[object]) -> list[tuple[str, str, object]]:
    return sorted((e.field, e.reason, e.value) for e in found if isinstance(e, Ignored))


def test_wrong_units_and_unknown_fields_are_told_by_every_family() -> None:
    at_s = T0_US // 1_000_000
    said = (
        b'{"_type":"location","lat":1,"lon":2,"tst":%d,"vel":"12 km/h","batt":850,"cog":-1,"acc":0,"oil":3}'
        % at_s
    )
    assert ignored(owntracks.decode(said, SOURCE)) == [
        ("batt", "out_of_range", 850), ("oil", "no_meaning", 3), ("vel", "no_number", "12 km/h"),
    ]  # fmt: skip
    query = b"lat=1&lon=2&speed=fast&batt=full&bearing=720&hdop=1&oil=3&accuracy="
    assert ignored(osmand.decode_fields(query, SOURCE)) == [
        ("batt", "no_number", "full"), ("bearing", "out_of_range", "720"), ("oil", "no_meaning", "3"),
        ("speed", "no_number", "fast"),
    ]  # fmt: skip
    in_json = (
        b'{"location":{"coords":{"latitude":1,"longitude":2,"speed":"x","heading":999},'
        b'"battery":{"level": 850},"oil":3}}'
    )
    assert ignored(osmand.decode_json(in_json, SOURCE)) == [
        ("battery.level", "out_of_range", 850), ("coords.heading", "out_of_range", 999),
        ("coords.speed", "no_number", "x"), ("oil", "no_meaning", 3),
    ]  # fmt: skip
    telemetry = b'{"latitude":1,"longitude":2,"speed":"12 km/h","battery":9000}'
    assert ignored(thingsboard.decode(telemetry, SOURCE)) == [
        ("battery", "out_of_range", 9000), ("speed", "no_number", "12 km/h"),
    ]  # fmt: skip


def test_what_devices_leave_open_is_nothing_to_tell() -> None:
    said = b'{"_type":"location","lat":1,"lon":2,"tst":%d,"vel":-1,"cog":-1,"acc":0,"batt":null,"tid":"x"}'
    assert not ignored(owntracks.decode(said % (T0_US // 1_000_000), SOURCE))


# ---- what its owner sees -------------------------------------------------------------------------------


async def test_foreign_topics_and_fields_are_counted_with_an_example(database: Migratable) -> None:
    van = device(username="van")
    async with standing(database, van) as site:
        gate = gate_of(site)
        for _ in range(3):
            await aside(gate, van, "home/lamp", b'{"on":true}', NotUsed.FOREIGN)
        telemetry = b'{"latitude":1,"longitude":2,"temperature":21.5}'
        for n in range(2):
            await site.intake.put(decoding.message("thingsboard", telemetry, van, T0_US + n))
        assert {(e.kind, e.name, e.reason) for e in await listed(site)} == {
            ("topic", "home/lamp", "foreign"), ("field", "temperature", "no_meaning"),
        }  # fmt: skip
        [one] = [e for e in await listed(site, device=van.id) if e.name == "home/lamp"]
        shown = await database.write(
            lambda tx: unused_reports.not_used_example(tx, ANN, id=one.id, roster=site.intake.roster)
        )
        assert (shown.content, shown.bytes, shown.whole) == ('{"on":true}', 11, True)
        assert [e["type"] for e in await site.said() if "read" in e["type"]] == ["device.quarantine_read"]
        assert await site.rows("SELECT sum(messages), sum(accepted) FROM intake_day") == [(5, 1)]
    counted = await site.rows("SELECT name, count FROM unused ORDER BY name")
    assert counted == [("home/lamp", 3), ("temperature", 2)], "all of it, once the doors are closed"


async def test_other_organisations_see_nothing_and_who_runs_the_node_what_is_nobody_s(
    database: Migratable,
) -> None:
    van = device(username="van")
    async with standing(database, van) as site:
        gate = gate_of(site)
        await aside(gate, van, "home/lamp", b"on", NotUsed.FOREIGN)
        await aside(gate, None, "owntracks/ghost/phone", b"{}", NotUsed.FOREIGN)
        bob = Principal("bob", "other", frozenset({"intake:read"}), "person")
        assert await listed(site, bob) == []
        assert [e.name for e in await listed(site, ANN)] == ["home/lamp"]
        assert sorted(e.name for e in await listed(site, OPERATOR)) == ["home/lamp", "owntracks/ghost/phone"]
        [one] = await listed(site, ANN)
        for who, there in ((bob, False), (OPERATOR, True), (OPERATOR, False)):
            taking = database.write(lambda tx, who=who: unused_reports.take_note(tx, who, id=one.id))
            if there:
                await taking
            else:
                with pytest.raises(NothingUnused):
                    await taking


async def test_only_so_much_of_a_device_is_kept_and_the_rest_is_counted_together(
    database: Migratable,
) -> None:
    van = device(username="van")
    async with standing(database, van) as site:
        gate = gate_of(site)
        many = MOST_OF_DEVICE + 40
        await asyncio.gather(
            *(aside(gate, van, f"topic/{n}", b"x" * 2_000, NotUsed.FOREIGN) for n in range(many))
        )
        await aside(gate, van, "x/" * 300, b"", NotUsed.NOT_RETAINED)
        rows = await site.rows("SELECT name, count, example FROM unused")
        assert len(rows) == MOST_OF_DEVICE + 1 and sum(count for _, count, _ in rows) == many + 1
        assert {name: count for name, count, _ in rows}[REST] == 41
        assert max(len(bytes(example)) for _, _, example in rows) == EXAMPLE_BYTES
        assert max(len(name) for name, _, _ in rows) == 200


@pytest.mark.parametrize(
    ("private", "counted"),
    [(Privacy(consent=False), 1), (Privacy(precision_m=100.0), 1), (Privacy(), 1)],
)
async def test_no_example_is_kept_that_privacy_forbids(
    database: Migratable, private: Privacy, counted: int
) -> None:
    van = device(username="van", privacy=private)
    async with standing(database, van) as site:
        await aside(gate_of(site), van, "home/lamp", b'{"lat":52.1}', NotUsed.FOREIGN)
        [[count, example]] = await site.rows("SELECT count, example FROM unused")
        assert (count, bool(example)) == (counted, private == Privacy())


async def test_example_of_before_is_not_shown_to_others_when_privacy_is_another_now(
    database: Migratable,
) -> None:
    van = device(username="van", person="carla")
    async with standing(database, van) as site:
        await aside(gate_of(site), van, "home/lamp", b'{"lat":52.1}', NotUsed.FOREIGN)
        [one] = await listed(site)
        rough = SendingDevice(
            device(
                id=van.id, username="van", person="carla", revision=2, privacy=Privacy(precision_m=100.0)
            ).access,
            van.principal,
        )
        site.intake.roster.put(rough)
        with pytest.raises(MessageIsPrivate):
            await database.write(
                lambda tx: unused_reports.not_used_example(tx, ANN, id=one.id, roster=site.intake.roster)
            )


async def test_message_that_is_too_large_is_in_quarantine_with_its_size(database: Migratable) -> None:
    van = device(username="van")
    async with standing(database, van) as site:
        large = b"x" * 100_000
        await aside(gate_of(site), van, "owntracks/van/phone", large, NotUsed.TOO_LARGE, size=3_000_000)
        [[size, body, reason]] = await site.rows("SELECT size, body, reason FROM quarantine")
        assert size == 3_000_000 and 0 < len(bytes(body)) < 100_000 and "3000000 bytes" in reason
        assert await listed(site) == []


async def test_withdrawn_consent_takes_what_was_not_used_along(database: Migratable) -> None:
    van = device(username="van", person="carla")
    async with standing(database, van) as site:
        await site.take(van, fix(0, of=van))
        await aside(gate_of(site), van, "home/lamp", b'{"lat":52.1}', NotUsed.FOREIGN)
        gone = device(id=van.id, username="van", revision=2, privacy=Privacy(consent=False)).access
        site.intake.roster.put(SendingDevice(gone, van.principal))
        assert van.id not in site.intake.filters
