"""Alerts of a person's devices are theirs: hidden, exported, forgotten, purged."""

from datetime import timedelta
from typing import Any

import msgspec
from tests.alert.desk import ANN, BOB, NOON, Desk, passed
from tests.house import KINDS
from tests.tracking.fleet import said

from entrepot.alert.events import AlertRaised, AlertsRead
from entrepot.alert.model.inbox import Acknowledgement, AlertQuery
from entrepot.alert.service import inbox, privacy, retention, subjects
from entrepot.core.events import decode, open_envelope
from entrepot.core.personal import PersonDataTold, told_by
from entrepot.core.ports import Reading
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.device.events import DeviceRevoked
from entrepot.tracking.events import DeviceDataWanted
from entrepot.tracking.model.device import Privacy
from entrepot.user.events import PersonErased


async def test_private_device_s_alerts_are_only_for_its_person(desk: Desk) -> None:
    await desk.known(private_to="ann")
    await desk.hear(passed("enter"))
    assert [len(await desk.listed(who)) for who in (ANN, BOB)] == [1, 0]
    [raised] = [each for each in await said(desk.database) if isinstance(each, AlertRaised)]
    assert raised.only_for == "ann"
    await desk.known()
    assert len(await desk.listed(BOB)) == 1


async def test_alert_that_was_told_is_as_exact_as_privacy_is_now(desk: Desk) -> None:
    await desk.known()
    await desk.hear(passed("enter"))
    [told] = await desk.listed(BOB)
    assert (told.latitude, told.longitude) == (52.5, 13.4)
    for _ in range(2):
        await desk.known(privacy=Privacy(precision_m=10_000.0))
        [told] = await desk.listed(BOB)
        assert told.latitude is not None and told.latitude != 52.5 and abs(told.latitude - 52.5) < 0.1


async def test_thing_that_nobody_described_is_only_for_whom_its_fact_names(desk: Desk) -> None:
    await desk.hear(passed("enter", only_for="ann"), passed("exit"))
    assert [len(await desk.listed(who)) for who in (ANN, BOB)] == [2, 1]


async def test_alert_stays_as_long_as_its_device_s(desk: Desk) -> None:
    days_since = (now() - NOON) / timedelta(days=1)
    await desk.known(retention_days=int(days_since) + 2)
    await desk.hear(passed("enter"), passed("enter", minute=-4 * 24 * 60), passed("enter", device="d2"))
    await retention.keep_retention(desk.database)
    assert await desk.standing() == {"d1/enter/f1/0.0", "d2/enter/f1/0.0"}


async def test_of_a_purged_device_nothing_is_kept_or_taken(desk: Desk) -> None:
    await desk.known()
    await desk.rule(kind="exit", device="d1", tells=False)
    await desk.hear(passed("enter"), passed("enter", device="d2"))
    for purged in (False, True):
        gone = DeviceRevoked(device_id="d1", purged=purged)
        await desk.database.write(lambda tx, gone=gone: subjects.on_device_revoked(tx, gone))
        assert ("d1/enter/f1/0.0" in await desk.standing()) is not purged
    await desk.known(name="Late news")
    await desk.hear(passed("exit"))
    assert await desk.standing() == {"d2/enter/f1/0.0"}

    for table in ("rule", "subject WHERE name <> ''"):
        sql = f"SELECT COUNT(*) FROM {table}"
        assert await desk.database.read(lambda tx, sql=sql: tx.fetch_one(sql)) == (0,)


async def test_alerts_of_a_person_s_devices_are_exported(desk: Desk, sealing: Sealing) -> None:
    await desk.hear(passed("enter"), passed("exit", minute=1), passed("enter", device="d2"))
    for devices, expected in ((["d1", "d3"], ["exit", "enter"]), ([], [])):
        key, wrapped = await sealing.make("export-1")
        wanted = DeviceDataWanted(export_id="export-1", wrapped=wrapped, device_ids=devices)
        await desk.database.write(
            lambda tx, wanted=wanted: privacy.on_device_data_wanted(tx, wanted, sealing=sealing)
        )
        told = await _told(desk)
        held = msgspec.json.decode(key.open(told.sealed, "export.alert"))
        assert held["alerts_stored"] == len(expected)
        assert [each["kind"] for each in held["alerts"]] == expected


async def _told(desk: Desk) -> PersonDataTold:
    async def look(tx: Reading) -> Any:
        key = "sequence" if tx.dialect == "sqlite" else "id"
        return await tx.fetch(f"SELECT body FROM outbox ORDER BY {key} DESC LIMIT 1")

    [[body]] = await desk.database.read(look)
    return open_envelope(decode(bytes(body)), told_by("alert"))


async def test_who_is_erased_acknowledged_nothing_any_more(desk: Desk) -> None:
    fact = passed("enter")
    await desk.hear(fact)
    done = Acknowledgement(ids=[fact.fact_id])
    await desk.database.write(lambda tx: inbox.acknowledge(tx, BOB, done=done))
    assert [each.acknowledged_by for each in await desk.listed()] == ["bob"]
    await desk.database.write(lambda tx: privacy.on_person_erased(tx, PersonErased(person_id="bob")))
    [alert] = await desk.listed()
    assert (alert.acknowledged_by, alert.acknowledged_at is None) == ("", False)


async def test_looks_that_are_alike_are_said_once_a_minute(desk: Desk) -> None:
    await desk.hear(passed("enter"), passed("exit", minute=9))

    async def looks() -> list[AlertsRead]:
        return [each for each in await said(desk.database) if isinstance(each, AlertsRead)]

    async def look(who: Principal, **query: Any) -> None:
        shown = await inbox.find_alerts(desk.database.read, who, query=AlertQuery(**query), kinds=KINDS)
        await desk.database.write(lambda tx: inbox.alerts(tx, who, shown=shown))

    began = now()
    for who in (ANN, BOB, ANN, BOB):
        await look(who, kind="enter")
    many = len(await looks())
    assert many == 2 or now().minute != began.minute
    await look(ANN)
    assert [(each.reader, each.end - each.begin) for each in (await looks())[many:]] == [
        ("ann", timedelta(minutes=9))
    ]
    await desk.database.write(retention.tidy)
    await desk.database.write(lambda tx: privacy.on_person_erased(tx, PersonErased(person_id="ann")))
    readers = await desk.database.read(lambda tx: tx.fetch("SELECT DISTINCT reader FROM alert_look"))
    assert [reader for (reader,) in readers] == ["bob"]
