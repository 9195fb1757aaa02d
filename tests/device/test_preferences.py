"""How a person is tracked is theirs to say, and every word about it is kept."""

import itertools
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.device.test_enrolment import ANN, ROSTER, enrol, fleet, sealing
from tests.gateway.client import Caller, Node, until
from tests.house import erase, exported
from tests.tracking.fleet import enrolled, said, tell

from entrepot.core.errors import Unfit
from entrepot.core.ports import Database, Reading
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.device.events import DeviceChanged, DeviceCommanded, DeviceRevoked
from entrepot.device.model.command import NewCommand
from entrepot.device.model.enrolment import DeviceChange, Removal
from entrepot.device.model.preferences import NotYourDevice, Preferences
from entrepot.device.service import commands, enrolment, preferences, privacy
from entrepot.device.service.commands import Commands
from entrepot.tracking.model.device import Window
from entrepot.tracking.model.enrolment import DeviceNotFound
from entrepot.user.events import MembershipChanged

__all__ = ["fleet", "sealing"]  # fixtures

BOB = Principal("bob", "acme", frozenset({"*"}), "person")


async def set_to(database: Database, id: str, who: Principal = ANN, **wanted: Any) -> Any:
    told = Preferences(**wanted)
    return await database.write(
        lambda tx: preferences.set_preferences(tx, who, id=id, wanted=told, roster=ROSTER)
    )


async def numbers(database: Database, sql: str) -> list[Any]:
    async def look(tx: Reading) -> Sequence[Any]:
        return await tx.fetch(sql)

    return [row[0] for row in await database.read(look)]


# ---- preferences ------------------------------------------------------------------------------------


async def test_preferences_reach_the_doors_and_every_word_about_consent_is_kept(database: Database) -> None:
    id = (await enrol(database, kind="phone")).id
    duty = Window(days=frozenset({0, 1}), begins="08:00", ends="17:00")
    await set_to(database, id, schedule=(duty,), timezone="Europe/Berlin", precision_m=500.0,
                 purposes=["safety"], friends=True, retention_days=30)  # fmt: skip
    seen = await set_to(database, id, consent=False)
    assert [(word.given, word.purposes, word.person) for word in seen.words] == [
        (False, [], "ann"), (True, ["safety"], "ann"), (True, [], "ann"),
    ]  # fmt: skip
    changed = [event for event in await said(database) if isinstance(event, DeviceChanged)]
    assert changed[0].access.privacy.schedule == (duty,)
    assert (changed[0].access.privacy.precision_m, changed[0].access.friends) == (500.0, True)
    assert changed[1].access.privacy.consent is False


async def test_how_a_person_is_tracked_is_theirs_to_say(database: Database) -> None:
    id = (await enrol(database, kind="phone")).id
    for wanted in ({"consent": False}, {"private": True}, {"precision_m": 50.0}, {"friends": True}):
        with pytest.raises(NotYourDevice):
            await set_to(database, id, BOB, **wanted)
    assert (await set_to(database, id, BOB, retention_days=7)).retention_days == 7
    van = (await enrol(database, kind="vehicle")).id
    assert (await set_to(database, van, BOB, precision_m=50.0)).precision_m == 50.0
    with pytest.raises(Unfit):
        await set_to(database, van, BOB, private=True)


async def test_somebody_else_s_phone_tells_nothing_until_they_agree(database: Database) -> None:
    with pytest.raises(Unfit):
        await enrol(database, person="bob")
    for person in ("ann", "bob"):
        joined = MembershipChanged(person_id=person, organisation="acme", roles=["customer"])
        await database.write(
            lambda tx, joined=joined: privacy.on_membership_changed(tx, joined, roster=ROSTER)
        )
    id = (await enrol(database, person="bob")).id
    seen = await database.read(lambda tx: preferences.preferences(tx, ANN, id=id))
    assert (seen.consent, seen.words) == (False, [])
    with pytest.raises(NotYourDevice):
        await set_to(database, id, ANN, consent=True)
    assert (await set_to(database, id, BOB, consent=True)).consent
    given_away = DeviceChange(person="ann")
    await database.write(lambda tx: enrolment.change_device(tx, BOB, id=id, change=given_away, roster=ROSTER))
    assert not (await database.read(lambda tx: preferences.preferences(tx, ANN, id=id))).consent


@pytest.mark.parametrize("private", [True, False])
async def test_nobody_takes_a_device_from_its_person(database: Database, private: bool) -> None:
    for person in ("ann", "bob"):
        joined = MembershipChanged(person_id=person, organisation="acme", roles=["customer"])
        await database.write(
            lambda tx, joined=joined: privacy.on_membership_changed(tx, joined, roster=ROSTER)
        )
    id = (await enrol(database, kind="phone")).id
    await set_to(database, id, private=private)

    async def hand(who: Principal, person: str) -> str:
        change = DeviceChange(person=person)
        return (
            await database.write(
                lambda tx: enrolment.change_device(tx, who, id=id, change=change, roster=ROSTER)
            )
        ).person

    for person in ("", "bob"):
        with pytest.raises(NotYourDevice):
            await hand(BOB, person)
    assert await hand(BOB, "ann") == "ann"
    if private:
        for person in ("", "bob"):
            with pytest.raises(Unfit):
                await hand(ANN, person)
        await set_to(database, id, private=False)
    assert await hand(ANN, "bob") == "bob"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"timezone": "Mars"}, "timezone"),
        ({"schedule": [{"days": [0], "begins": "08:00", "ends": "08:00"}]}, "schedule[0]"),
        ({"purposes": ["a\nb"]}, "purposes"),
        ({"alerts": {"timezone": "Mars"}}, "alerts.timezone"),
        ({"alerts": {"offline_after_s": 0}}, "alerts.offline_after_s"),
    ],
)
def test_senseless_preferences_are_refused_by_name(fleet: Caller, wrong: dict[str, Any], field: str) -> None:
    reply = fleet.ask("PUT", f"/api/devices/{enrolled(fleet)['id']}/preferences", wrong)
    assert (reply.status, reply.json()["field"]) == (422, field)


def test_old_view_of_preferences_is_refused(fleet: Caller) -> None:
    path = f"/api/devices/{enrolled(fleet)['id']}/preferences"
    assert fleet.ask("PUT", path, {"revision": 1}).json()["revision"] == 2
    stale = fleet.ask("PUT", path, {"revision": 1})
    assert (stale.status, stale.json()["revision"]) == (409, 2)


def test_nothing_is_accepted_once_consent_is_withdrawn(node: Node, fleet: Caller) -> None:
    phone, steps = enrolled(fleet), itertools.count()
    path = f"/api/devices/{phone['id']}"

    def kept() -> int:
        step = next(steps)
        moment = now() - timedelta(hours=2) + timedelta(seconds=20 * step)
        tell(node, phone, moment, 1 + step / 1_000, 2.0)
        time.sleep(0.2)
        asked = f"{path}/positions?from={(now() - timedelta(hours=3)):%Y-%m-%dT%H:%M:%SZ}"
        return len(fleet.get(asked).json()["items"])

    until(lambda: kept() > 1)
    assert fleet.ask("PUT", f"{path}/preferences", {"consent": False}).status == 200
    until(lambda: kept() == kept() == kept())


# ---- commands ---------------------------------------------------------------------------------------


async def test_command_is_an_owntracks_message(database: Database) -> None:
    id = (await enrol(database)).id
    new = NewCommand(action="setConfiguration", configuration={"monitoring": 2})
    done = await database.write(
        lambda tx: commands.command_device(tx, ANN, id=id, command=new, commands=Commands())
    )
    told = (await said(database))[-1]
    assert isinstance(told, DeviceCommanded) and told.command_id == done.command_id
    assert msgspec.json.decode(told.body) == {
        "_type": "cmd", "action": "setConfiguration",
        "configuration": {"_type": "configuration", "monitoring": 2},
    }  # fmt: skip
    for wrong in (NewCommand(action="text"), NewCommand(action="setConfiguration"),
                  NewCommand(action="dump", configuration={"a": 1})):  # fmt: skip
        with pytest.raises(Unfit):
            await database.write(
                lambda tx, wrong=wrong: commands.command_device(
                    tx, ANN, id=id, command=wrong, commands=Commands()
                )
            )


# ---- who leaves, who goes ---------------------------------------------------------------------------


async def test_who_leaves_takes_their_devices_along(database: Database) -> None:
    phone = (await enrol(database, kind="phone")).id
    await enrol(database, kind="vehicle")
    left = MembershipChanged(person_id="ann", organisation="acme", roles=[])
    await database.write(lambda tx: privacy.on_membership_changed(tx, left, roster=ROSTER))
    assert [each.device_id for each in await said(database) if isinstance(each, DeviceRevoked)] == [phone]


async def test_erased_person_is_in_no_table_and_the_username_is_free(database: Database) -> None:
    told = await enrol(database, kind="phone")
    joined = MembershipChanged(person_id="ann", organisation="acme", roles=["customer"])
    await database.write(lambda tx: privacy.on_membership_changed(tx, joined, roster=ROSTER))
    for _ in range(2):  # an event may come again
        await erase(database, "device", "ann", ROSTER)
    with pytest.raises(DeviceNotFound):
        await database.read(lambda tx: enrolment.known(tx, ANN, told.id))
    for table in ("device_consent", "member"):
        assert await numbers(database, f"SELECT COUNT(*) FROM {table}") == [0], table
    assert await numbers(database, "SELECT person_id FROM device") == [""]
    assert (await said(database))[-1] == DeviceRevoked(device_id=told.id, purged=True, revision=2)
    assert (await enrol(database, username=told.username)).username == told.username


async def test_purged_device_is_said_once_more_after_it_was_revoked(database: Database) -> None:
    id = (await enrol(database)).id
    for purge in (False, True):
        query = Removal(purge=purge)
        await database.write(
            lambda tx, query=query: enrolment.revoke_device(tx, ANN, id=id, query=query, roster=ROSTER)
        )
    assert [each.purged for each in (await said(database))[1:]] == [False, True]


async def test_export_tells_devices_and_words(database: Database, sealing: Sealing) -> None:
    id = (await enrol(database, kind="phone", name="Anna's phone")).id
    held = await exported(database, "device", sealing, "ann", ROSTER)
    assert [(each["id"], each["name"]) for each in held["devices"]] == [(id, "Anna's phone")]
    assert [each["given"] for each in held["consents"]] == [True]
