"""Recorded tracks that people bring into a device's history, and what became of each."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Invalid, NotFound, Unfit
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import NO_SUCH_ZONE, Moment, from_us
from entrepot.core.validation import clean_names

PART_BYTES = 512 * 1024  # in base64 it fits into one message of the bus with room to spare
MOST_BYTES = 1024 * 1024 * 1024
UNFINISHED = 4  # of one organisation: each may lie there with all its bytes
# What we call a column, and what it may be called in a header, in small letters without spaces.
COLUMNS: dict[str, tuple[str, ...]] = {
    "latitude": ("lat", "latitude_deg", "latitudedeg", "y", "breitengrad"),
    "longitude": ("lon", "lng", "long", "longitude_deg", "longitudedeg", "x", "längengrad"),
    "time": ("fixed_at", "fixtime", "timestamp", "datetime", "date_time", "utc", "gpstime", "gps_time", "tst",
             "recorded_at", "devicetime", "when", "zeit", "time_utc", "utctime", "isotst"),
    "date": ("datum", "utcdate", "gpsdate"),
    "accuracy": ("accuracy_m", "acc", "hacc", "horizontal_accuracy", "horizontalaccuracy", "genauigkeit"),
    "altitude": ("altitude_m", "alt", "ele", "elevation", "height", "höhe"),
    "speed": ("speed_mps", "speed_kmh", "speed_kph", "speed_mph", "speed_knots", "vel", "velocity",
              "geschwindigkeit"),
    "course": ("course_deg", "bearing", "heading", "cog", "direction", "track", "richtung"),
    "battery": ("battery_pct", "batt", "battery_level", "batterylevel", "bat"),
}  # fmt: skip

RecordingState = Literal["uploading", "waiting", "reading", "placing", "done", "failed"]
ColumnName = Annotated[str, Meta(max_length=16)]
Content = Annotated[bytes, Meta(max_length=PART_BYTES)]


class RecordingNotFound(NotFound):
    """There is no such recording."""


class TooManyRecordings(Conflict):
    """Others of the organisation are not read yet."""


class PartUnfit(Invalid):
    """A part is not one of this recording."""


class NewRecording(Input, frozen=True, kw_only=True):
    """A file of `bytes` bytes, which follows in parts of PART_BYTES, or is here whole as `content`.
    `columns` says
    for a table what its header calls `latitude`, `time` and so on, where we cannot guess it; times without an
    offset are by the clock of `timezone`.
    """

    file: Annotated[str, Meta(min_length=1, max_length=200)]
    bytes: Annotated[int, Meta(ge=1, le=MOST_BYTES)]
    content: Content | None = None
    columns: Annotated[dict[ColumnName, Annotated[str, Meta(max_length=120)]], Meta(max_length=16)] = {}
    timezone: Annotated[str, Meta(max_length=64)] = "UTC"

    def __post_init__(self) -> None:
        clean_names(self, "file")

    def check(self) -> None:
        """Raises: Unfit."""
        if unknown := sorted(self.columns.keys() - COLUMNS.keys()):
            raise Unfit("columns", f"There is no column {unknown[0]}. There are: {', '.join(COLUMNS)}.")
        try:
            ZoneInfo(self.timezone)
        except NO_SUCH_ZONE as error:
            raise Unfit("timezone", f"There is no time zone {self.timezone}.") from error
        if self.content is not None and len(self.content) != self.bytes:
            raise Unfit("content", f"It has {len(self.content)} bytes, not {self.bytes}.")


class RecordingPart(Input, frozen=True, kw_only=True):
    """The bytes from `number` times PART_BYTES on, in base64. The same part may come again."""

    number: Annotated[int, Meta(ge=0, le=MOST_BYTES // PART_BYTES)]
    content: Content


class RecordingsQuery(Cursor, frozen=True, kw_only=True):
    """Which recordings of a device, the newest first."""


class RecordingArea(msgspec.Struct, frozen=True):
    """Degrees; `west` may be more than `east`, across the antimeridian."""

    west: float
    south: float
    east: float
    north: float


class RecordingCounts(msgspec.Struct):
    """What a recording holds and what became of it. `area` is west, south, east, north."""

    points: int = 0
    kept: int = 0
    already: int = 0
    held_back: dict[str, int] = {}
    unreadable: dict[str, int] = {}
    first_us: int | None = None
    last_us: int | None = None
    area: tuple[float, float, float, float] | None = None


class TakenPart(msgspec.Struct, frozen=True):
    """A part of a recording: how far the file is read with it (`consumed` arrivals), and what is counted of
    it; `whole` False if the file breaks here.
    """

    recording_id: str
    consumed: int
    counts: RecordingCounts
    whole: bool


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A recording, and what came of it so far. `points` were read with a place and a time: `kept` are new,
    `already_there` were known at that moment, `held_back` counts the others by reason; `unreadable` counts
    parts
    of the file that are no position. `whole` is False if the file is cut or broken. Only who brought it sees
    the `area`.
    """

    id: str
    device_id: str
    file: str
    bytes: int
    part_bytes: int
    state: RecordingState
    reason: str
    form: str
    whole: bool
    created_at: Moment
    points: int
    kept: int
    already_there: int
    held_back: dict[str, int]
    unreadable: dict[str, int]
    first_at: Moment | None
    last_at: Moment | None
    area: RecordingArea | None


class StoredRecording(msgspec.Struct, kw_only=True):
    """As it is kept. `consumed` counts what was taken of the file and is on disk; of `accepted` positions
    `placed` found their place in the history, or none.
    """

    id: str
    device_id: str
    organisation: str
    made_by: str
    file: str
    bytes: int
    columns: dict[str, str]
    timezone: str
    state: RecordingState
    created_at_us: int
    reason: str = ""
    form: str = ""
    whole: bool = True
    began_at_us: int = 0
    consumed: int = 0
    accepted: int = 0
    placed: int = 0
    counts: RecordingCounts = msgspec.field(default_factory=RecordingCounts)

    def view(self, reader: str) -> Recording:
        counts = self.counts
        area = counts.area if reader == self.made_by else None
        return Recording(
            id=self.id,
            device_id=self.device_id,
            file=self.file,
            bytes=self.bytes,
            part_bytes=PART_BYTES,
            state=self.state,
            reason=self.reason,
            form=self.form,
            whole=self.whole,
            created_at=from_us(self.created_at_us),
            points=counts.points,
            kept=counts.kept,
            already_there=counts.already,
            held_back=counts.held_back,
            unreadable=counts.unreadable,
            first_at=None if counts.first_us is None else from_us(counts.first_us),
            last_at=None if counts.last_us is None else from_us(counts.last_us),
            area=None if area is None else RecordingArea(*area),
        )
