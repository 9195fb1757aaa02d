"""An event that got another name, or another context, is still heard where it was said."""

from collections.abc import Callable
from typing import ClassVar

import msgspec
import structlog
from tests.infra.mailbox.station import FAST, Said, Station, until, write_down
from tests.infra.mailbox.test_journeys import EMBEDDED

from entrepot.core.events import Event, encode, envelop, placed, sources, subject_of
from entrepot.core.ports import Transaction
from entrepot.infra.mailbox import parked
from entrepot.infra.mailbox.hearing import Opener

Make = Callable[..., Station]


class Called(Event, frozen=True, kw_only=True):
    """What the station said when it still was `Said`, now said by a context of its own."""

    TYPE: ClassVar[str] = "crier.called"
    KEY: ClassVar[str] = "who"
    FORMERLY: ClassVar[tuple[str, ...]] = ("station.said", "station.told", "crier.shouted")

    who: str
    n: int


async def nothing(tx: Transaction, event: Called) -> None:
    pass


def test_an_event_stands_in_the_log_of_its_context_and_in_those_where_it_was_said() -> None:
    assert sources(Called) == ("crier@hub", "station@hub")
    assert sources(Said) == ("station@hub",)
    assert sources(Called, place="lyon-3") == ("crier@lyon-3", "station@lyon-3")
    assert subject_of(Called) == "event.crier@hub"
    assert placed("device", "hub/17") == "device@hub/17"


def test_old_and_new_names_are_opened_as_the_same_class() -> None:
    opener = Opener([(Called, nothing)])
    for said in (Said(who="ann", n=1), Called(who="ann", n=1)):
        body = encode(envelop(said, source="x"))
        heard = opener.open(body, sequence=1, place=1)
        assert [event for _, event in heard.calls] == [Called(who="ann", n=1)]


@EMBEDDED
async def test_what_waits_in_an_old_log_is_heard_after_an_upgrade(station: Make) -> None:
    """One event waits in the log and another is parked when the program is replaced."""
    old, desk = await station("station", readers=["desk"]).start(), station("desk", hears=["station"])
    desk.pace = msgspec.structs.replace(FAST, attempts=1_000)
    await desk.start()

    async def refuse(tx: Transaction, event: Said) -> None:
        raise ValueError("not today")

    async def has_parked() -> bool:
        return await desk.database.read(lambda tx: parked.keys(tx, "station@hub")) == {"bob"}

    desk.handler = refuse
    with structlog.testing.capture_logs():
        await old.say(Said(who="bob", n=1))
        await until(has_parked)
        await desk.stop()
    await old.say(Said(who="ann", n=2))

    upgraded = station("desk", hears=["crier", "station"])
    upgraded.hearing = [(Called, write_down)]
    await upgraded.start()
    crier = await station("crier", readers=["desk"]).start()
    await crier.say(Called(who="ann", n=3))
    await until(lambda: upgraded._has(3))
    assert sorted(await upgraded.heard()) == [1, 2, 3]
