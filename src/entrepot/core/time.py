"""Moments are UTC. Databases hold them as whole microseconds since 1970 (`…_us`)."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta

# A moment in a shape: one without a time zone is refused.
Moment = Annotated[datetime, Meta(tz=True)]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def now() -> datetime:
    return datetime.now(UTC)


def to_us(moment: datetime) -> int:
    """Whole microseconds since 1970-01-01T00:00:00Z, without the rounding of float timestamps."""
    return (moment - _EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    return _EPOCH + _MICROSECOND * us  # two thirds of the cost of a new timedelta, for lists of thousands
