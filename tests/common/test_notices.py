"""Notices reach whom they concern, as they prefer, once; and are taken back from whoever got them."""

import asyncio
from datetime import date

import pytest
from msgspec import structs
from tests.common.house import NOON, SCOPES, House, Script, alert, person
from tests.house import KINDS, erase

from entrepot.common.model.inbox import NotificationNotFound, ReadAll
from entrepot.common.model.kind import UnknownKind
from entrepot.common.model.preference import NoticePreferences, PeopleOnly
from entrepot.common.service import announcing, inbox, people, preferences
from entrepot.core.routes import Principal
from entrepot.device.events import DeviceRevoked
from entrepot.tracking.events import ReportFellDue
from entrepot.user.events import MembershipChanged

LETTERS = {"alert.enter": {"in_app": True, "email": True}}


async def test_alert_lies_in_the_inbox_of_everybody_who_may_see_alerts(house: House) -> None:
    await house.join("ann", "bob")
    await house.join("eve", scopes=["notification:read"])
    await house.join("oda", organisation="other")
    await house.hear(alert())
    [notice] = await house.inbox("ann")
    assert (notice.subject, notice.kind, notice.subject_id) == ("Van 3 entered Depot", "alert.enter", "d1")
    assert len(await house.inbox("bob")) == 1
    assert await house.inbox("eve") == await house.inbox("oda", organisation="other") == []
    assert [each.people for each in house.filed] == [["ann", "bob"]]
    assert await house.letters() == []


async def test_alert_of_a_private_device_is_told_to_its_person_and_to_no_program(house: House) -> None:
    await house.join("ann", "bob")
    await house.webhook()
    raised = alert(only_for="bob")
    await house.write(lambda tx: house.announce(tx, raised))
    assert await house.inbox("ann") == []
    assert len(await house.inbox("bob")) == 1
    assert [each.channel for each in await house.sent()] == ["in_app"]


async def test_alert_that_is_heard_twice_is_told_once(house: House) -> None:
    await house.join("ann", channels=LETTERS)
    await house.webhook()
    raised = alert()
    await asyncio.gather(house.hear(raised), house.hear(raised))
    assert len(await house.inbox("ann")) == len(await house.letters()) == 1
    assert sorted(each.channel for each in await house.sent()) == ["email", "in_app", "webhook"]


async def test_people_choose_channels_kind_by_kind(house: House) -> None:
    await house.join("ann", channels={**LETTERS, "alert.exit": {"in_app": False}})
    await house.hear(alert(), alert("exit"), alert("dwell", value=60.0))
    assert [each.kind for each in await house.inbox("ann")] == ["alert.dwell", "alert.enter"]
    [letter] = await house.letters()
    assert (letter.person, letter.subject) == ("ann", "Van 3 entered Depot")


async def test_people_choose_devices(house: House) -> None:
    await house.join("ann", devices=["d2"])
    await house.hear(alert(), alert(device_id="d2"))
    assert [each.subject_id for each in await house.inbox("ann")] == ["d2"]


async def test_late_and_simulated_alerts_are_marked(house: House) -> None:
    await house.join("ann")
    await house.hear(alert(late=True, simulated=True))
    [notice] = await house.inbox("ann")
    assert notice.subject.startswith("[Late] [Simulated] ")
    assert notice.late and notice.simulated


# ---- throttling -------------------------------------------------------------------------------------


async def test_the_same_is_told_once_within_the_throttle_and_the_rest_is_counted(house: House) -> None:
    await house.join("ann", throttle_minutes=10, channels=LETTERS)
    await house.hear(alert(), alert(), alert())
    house.later(minutes=9, seconds=59)
    await house.hear(alert())
    assert len(await house.inbox("ann")) == len(await house.letters()) == 1
    house.later(seconds=1)
    await house.hear(alert())
    newest, _ = await house.inbox("ann")
    assert "3 more like this came before and were not sent." in newest.text
    house.later(minutes=10)
    await house.hear(alert())
    assert "more like this" not in (await house.inbox("ann"))[0].text


async def test_throttle_of_a_clock_that_was_ahead_holds_nothing_back(house: House) -> None:
    await house.join("ann", throttle_minutes=10)
    house.later(days=20_000)
    await house.hear(alert())
    house.later(days=-20_000)
    await house.hear(alert(), alert())
    assert len(await house.inbox("ann")) == 2  # the first, and one of the two


async def test_letters_that_a_clock_ahead_holds_go_out_when_it_is_right(house: House) -> None:
    await house.join("ann", **QUIET)
    house.later(days=20_000, hours=11)
    await house.hear(alert())
    house.later(days=-20_000)
    await house.wake()
    assert len(await house.letters()) == 1


@pytest.mark.parametrize("other", [{"kind": "exit"}, {"device_id": "d2"}, {"geofence_id": "f2"}])
async def test_throttle_holds_nothing_else_back(house: House, other: dict[str, str]) -> None:
    await house.join("ann", throttle_minutes=10)
    await house.hear(alert(), alert(**other))
    assert len(await house.inbox("ann")) == 2


async def test_throttle_of_one_is_not_that_of_another(house: House) -> None:
    await house.join("ann", throttle_minutes=10)
    await house.join("bob")
    await house.hear(alert(), alert())
    assert (len(await house.inbox("ann")), len(await house.inbox("bob"))) == (1, 2)


# ---- quiet hours ------------------------------------------------------------------------------------

NIGHTS = [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "begins": "22:00", "ends": "06:00"}]
QUIET = {"quiet_hours": NIGHTS, "time_zone": "Europe/Berlin", "channels": LETTERS}


async def test_letters_wait_until_quiet_hours_end_and_go_out_as_one(house: House) -> None:
    await house.join("ann", **QUIET)
    house.later(hours=8, minutes=30)  # 22:30 in Berlin
    await house.hear(alert(), alert(device_name="Van 4"))
    assert len(await house.inbox("ann")) == 2
    assert await house.letters() == []
    assert {each.status for each in await house.sent(channel="email")} == {"held"}
    house.later(hours=7, minutes=29)
    await house.wake()
    assert await house.letters() == []
    house.later(minutes=1)
    await house.wake()
    await house.wake()
    [digest] = await house.letters()
    assert digest.subject == "2 notices came while it was quiet"
    assert "- Van 3 entered Depot" in digest.text and "- Van 4 entered Depot" in digest.text
    assert {each.status for each in await house.sent(channel="email")} == {"waiting"}


async def test_single_held_letter_goes_out_as_it_is(house: House) -> None:
    await house.join("ann", **QUIET)
    house.later(hours=8, minutes=30)
    await house.hear(alert())
    house.later(hours=8)
    await house.wake()
    assert [each.subject for each in await house.letters()] == ["Van 3 entered Depot"]


async def test_quiet_hours_that_are_taken_back_let_the_letters_go(house: House) -> None:
    await house.join("ann", **QUIET)
    house.later(hours=8, minutes=30)
    await house.hear(alert())
    loud = NoticePreferences(channels={})
    await house.write(lambda tx: preferences.prefer(tx, person("ann"), preferences=loud, kinds=KINDS))
    house.later(days=400)  # the service reads the real clock
    await house.wake()
    assert len(await house.letters()) == 1


# ---- withdrawal -------------------------------------------------------------------------------------


async def test_withdrawn_alert_is_taken_back_from_whoever_got_it(house: House) -> None:
    await house.join("ann", channels=LETTERS)
    await house.webhook()
    caller, raised = Script(), alert()
    await house.hear(raised)
    await house.deliver(caller)
    [filed] = await house.inbox("ann")
    await house.write(lambda tx: inbox.read(tx, person("ann"), id=filed.id))
    for _ in range(2):
        await house.withdraw(raised)
    await house.deliver(caller)
    [notice] = await house.inbox("ann", unread=True)
    assert notice.withdrawn and notice.subject == "[Withdrawn] Van 3 entered Depot"
    assert [each.subject for each in await house.letters()] == [
        "Van 3 entered Depot",
        "[Withdrawn] Van 3 entered Depot",
    ]
    assert [b'"type":"alert.enter.withdrawn"' in body for _, body, _ in caller.calls] == [False, True]
    assert len(house.filed) == 2


async def test_alert_that_is_withdrawn_before_it_was_sent_is_never_sent(house: House) -> None:
    await house.join("ann", **QUIET)
    await house.webhook()
    caller, raised = Script(), alert()
    house.later(hours=8, minutes=30)
    await house.hear(raised)
    await house.withdraw(raised)
    house.later(hours=10)
    await house.wake()
    await house.deliver(caller)
    assert await house.letters() == caller.calls == []
    assert {each.status for each in await house.sent() if each.channel != "in_app"} == {"cancelled"}


async def test_alert_that_turns_out_true_after_all_is_told_again(house: House) -> None:
    await house.join("ann")
    raised = alert()
    await house.hear(raised)
    await house.withdraw(raised)
    await house.hear(raised, raised)
    assert [each.withdrawn for each in await house.inbox("ann")] == [False, True]
    await house.withdraw(raised)
    assert [each.withdrawn for each in await house.inbox("ann")] == [True, True]


async def test_withdrawal_of_what_nobody_was_told_is_nothing(house: House) -> None:
    await house.withdraw(alert())
    assert await house.sent() == []


# ---- inbox ------------------------------------------------------------------------------------------


async def test_unread_come_first_and_pages_show_each_notice_once(house: House) -> None:
    await house.join("ann")
    await house.hear(*(alert(device_id=f"d{number}") for number in range(5)))
    newest = (await house.inbox("ann"))[0]
    await house.write(lambda tx: inbox.read(tx, person("ann"), id=newest.id))
    seen, cursor = [], None
    while True:
        asked = inbox.InboxQuery(limit=2, cursor=cursor)
        page = await house.database.read(
            lambda tx, asked=asked: inbox.notifications(tx, person("ann"), query=asked, kinds=KINDS)
        )
        seen += [each.subject_id for each in page.items]
        if (cursor := page.next) is None:
            break
    assert seen == ["d3", "d2", "d1", "d0", "d4"]
    assert (await house.database.read(lambda tx: inbox.unread(tx, person("ann")))).count == 4


async def test_marking_all_as_read_leaves_what_came_meanwhile(house: House) -> None:
    await house.join("ann", "bob")
    await house.hear(alert())
    [seen] = await house.inbox("ann")
    await house.hear(alert())
    await house.write(lambda tx: inbox.read_all(tx, person("ann"), up_to=ReadAll(up_to=seen.id)))
    assert len(await house.inbox("ann", unread=True)) == 1
    await house.write(lambda tx: inbox.read_all(tx, person("ann"), up_to=ReadAll()))
    assert await house.inbox("ann", unread=True) == []
    assert len(await house.inbox("bob", unread=True)) == 2


async def test_nobody_marks_the_notice_of_somebody_else(house: House) -> None:
    await house.join("ann")
    await house.hear(alert())
    [notice] = await house.inbox("ann")
    for other in (person("bob"), person("ann", "other")):
        with pytest.raises(NotificationNotFound):
            await house.write(lambda tx, other=other: inbox.read(tx, other, id=notice.id))


# ---- preferences ------------------------------------------------------------------------------------


async def test_preferences_name_every_kind_that_one_may_see(house: House) -> None:
    found = await house.database.read(lambda tx: preferences.preferences(tx, person("ann"), kinds=KINDS))
    assert set(found.channels) == {name for name in KINDS.shown if name.startswith(("alert.", "webhook."))}
    assert all(each.in_app and not each.email for each in found.channels.values())
    customer = Principal("ann", "acme", frozenset(("alert:read",)), "person")
    found = await house.database.read(lambda tx: preferences.preferences(tx, customer, kinds=KINDS))
    assert "webhook.switched_off" not in found.channels


async def test_only_people_prefer_and_only_what_there_is(house: House) -> None:
    program = Principal("k", "acme", frozenset(("*",)), "program")
    with pytest.raises(PeopleOnly):
        await house.write(
            lambda tx: preferences.prefer(tx, program, preferences=NoticePreferences(), kinds=KINDS)
        )
    unknown = NoticePreferences(channels={"alert.nothing": preferences.rules.Channels()})
    with pytest.raises(UnknownKind):
        await house.write(lambda tx: preferences.prefer(tx, person("ann"), preferences=unknown, kinds=KINDS))


# ---- leaving, erasure -------------------------------------------------------------------------------


async def test_who_leaves_hears_nothing_more_and_leaves_nothing(house: House) -> None:
    await house.join("ann", **QUIET)
    await house.join("ann", organisation="other")
    house.later(hours=8, minutes=30)
    await house.hear(alert(), alert(organisation="other"))
    left = MembershipChanged(person_id="ann", organisation="acme", roles=[])
    await house.write(lambda tx: people.on_membership_changed(tx, left))
    house.later(days=1)
    await house.wake()
    await house.hear(alert())
    assert await house.letters() == await house.inbox("ann") == []
    assert len(await house.inbox("ann", organisation="other")) == 1


async def test_erased_person_is_nobody_in_the_record(house: House) -> None:
    await house.join("ann", channels=LETTERS)
    await house.hear(alert())
    await erase(house.database, "common")
    assert {each.recipient for each in await house.sent()} == {"erased"}
    for table in ("member", "preference", "notification", "throttle"):
        rows = await house.database.read(lambda tx, table=table: tx.fetch(f"SELECT person FROM {table}"))
        assert list(rows) == [], table


async def test_purged_device_is_forgotten_with_all_that_was_told_of_it(house: House) -> None:
    await house.join("ann", throttle_minutes=5)
    await house.webhook()
    await house.hear(alert(), alert(device_id="d2"))
    caller = Script()
    for revoked in (DeviceRevoked(device_id="d1", purged=True), DeviceRevoked(device_id="d2")):
        await house.write(lambda tx, revoked=revoked: announcing.on_device_revoked(tx, revoked))
    await house.deliver(caller)
    assert [each.subject_id for each in await house.inbox("ann")] == ["d2"]
    assert len(caller.calls) == 1
    notices = await house.database.read(lambda tx: tx.fetch("SELECT subject FROM notice"))
    assert [row[0] for row in notices] == ["d2"]


async def test_clock_of_the_house_is_the_one_that_was_set(house: House) -> None:
    await house.join("ann")
    await house.hear(alert())
    assert (await house.inbox("ann"))[0].filed_at == NOON


async def test_scheduled_report_is_a_letter_to_its_person_while_they_may_see_it(house: House) -> None:
    """The rights are those of when it falls due; the letter holds a link and no positions."""
    scopes = [*SCOPES, "position:read"]
    await house.join("ann", "bob", scopes=scopes)
    due = ReportFellDue(
        schedule_id="s", person_id="ann", organisation="acme", report="visits",
        first_day=date(2026, 3, 2), last_day=date(2026, 3, 8),
    )  # fmt: skip
    await house.write(lambda tx: house.announce(tx, due))
    await house.write(lambda tx: house.announce(tx, due))
    [letter] = await house.letters()
    assert letter.person == "ann"
    assert letter.subject == "Report: time in geofences, 2026-03-02 to 2026-03-08"
    assert "/reports?report=visits&period=days&from=2026-03-02&to=2026-03-08&device=&above=" in letter.text
    assert await house.inbox("bob") == []
    later = structs.replace(due, first_day=date(2026, 3, 9), last_day=date(2026, 3, 15))
    await house.join("ann", scopes=SCOPES)
    await house.write(lambda tx: house.announce(tx, later))
    assert len(await house.letters()) == 1, "who may see no positions gets no report"
    await house.join("ann", scopes=scopes, channels={"tracking.report_due": {"in_app": True}})
    even_later = structs.replace(due, first_day=date(2026, 3, 16), last_day=date(2026, 3, 22))
    await house.write(lambda tx: house.announce(tx, even_later))
    assert len(await house.letters()) == 1 and len(await house.inbox("ann")) == 2, "they wanted no letters"
