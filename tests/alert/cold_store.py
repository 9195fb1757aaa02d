"""A context that alerts know nothing of: it measures how warm it is, and says so in its own table alone."""

from typing import Annotated, ClassVar

from msgspec import Meta

from entrepot.core.context import Context
from entrepot.core.events import Event
from entrepot.core.facts import Denial, Fact
from entrepot.core.notices import NoticeKind, measured, named
from entrepot.core.ports import Transaction
from entrepot.core.routes import Input, Principal, Route
from entrepot.core.time import Moment, now

_Word = Annotated[str, Meta(max_length=64)]


class GotWarm(Event, frozen=True, kw_only=True):
    """A store is too warm."""

    TYPE: ClassVar[str] = "cold.got_warm"
    KEY: ClassVar[str] = "store_id"
    store_id: str
    reading_id: str
    organisation: str
    at: Moment
    celsius: float


class MeasuredWrong(Event, frozen=True, kw_only=True):
    """A reading was wrong."""

    TYPE: ClassVar[str] = "cold.measured_wrong"
    KEY: ClassVar[str] = "store_id"
    store_id: str
    reading_id: str
    organisation: str


class Reading(Input, frozen=True, kw_only=True):
    """What a thermometer said; nothing, if it was wrong."""

    reading_id: _Word
    celsius: Annotated[float, Meta(ge=-90.0, le=90.0)] | None = None


async def measure(tx: Transaction, who: Principal, *, reading: Reading) -> None:
    """Say how warm it is."""
    told = {"store_id": "store-1", "reading_id": reading.reading_id, "organisation": who.organisation}
    if reading.celsius is None:
        tx.emit(MeasuredWrong(**told))
    else:
        tx.emit(GotWarm(at=now(), celsius=reading.celsius, **told))


def fact_of(event: GotWarm) -> Fact:
    return Fact(
        id=event.reading_id, kind="too_warm", organisation=event.organisation, subject=event.store_id,
        occurred_at=event.at, name="Cold store", value=event.celsius,
    )  # fmt: skip


def denial_of(event: MeasuredWrong) -> Denial:
    return Denial(event.reading_id, event.organisation)


CONTEXT = Context(
    name="cold",
    package=__package__,
    routes=(Route("POST", "/api/test/readings", measure, takes=Reading, scope="alert:write"),),
    notices=(
        NoticeKind(
            name="alert.too_warm", about="A store is too warm.", scope="alert:read", severity="critical",
            subject="{store} is too warm: {value}", text="{store} had {value} on {time}.",
            terms={"store": named("device_name", "A store"), "value": measured("{:.1f} °C")},
            sample={"device_name": "Cold store", "value": 9.5}, page="/alerts",
        ),
    ),
    observes=((GotWarm, fact_of),),
    denies=((MeasuredWrong, denial_of),),
)  # fmt: skip
