"""CSV: a header names the columns in any of the words that programs use, or the sender says which is
which.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import IO

from entrepot.core.csv_cells import delimiter
from entrepot.device.formats.moments import UTC, moment_us
from entrepot.device.model import arrival
from entrepot.device.model.arrival import KNOT_MPS, Arrival, Broken, Source, Unreadable, kept, number_in
from entrepot.device.model.recording import COLUMNS
from entrepot.tracking.model.fix import Fix

_MAX_CELL = 64 * 1024
_UNIT = re.compile(r"[\[(]\s*([^\])]*)\s*[\])]")
_MPS = {"m/s": 1.0, "mps": 1.0, "km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "knots": KNOT_MPS,
        "kn": KNOT_MPS, "kt": KNOT_MPS, "mph": 0.44704}  # fmt: skip
_METRES = {"m": 1.0, "ft": 0.3048, "feet": 0.3048, "km": 1000.0}
_SAID = {each: name for name, words in COLUMNS.items() for each in (name, *words)}


def read(
    file: IO[bytes], source: Source, *, columns: Mapping[str, str] | None = None, zone: tzinfo = UTC
) -> Iterator[Arrival]:
    """`columns` says for names of ours how they are called in the header, where that cannot be guessed; times
    without an offset are by the clock of `zone`.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    csv.field_size_limit(_MAX_CELL)
    try:
        head = text.readline(_MAX_CELL)
        between = delimiter(head)
        header = next(csv.reader([head], delimiter=between), [])
        found = _Columns(header, columns or {}, zone, decimal_comma=between != ",")
        if missing := found.missing():
            yield Broken(f"The table's header names no {' and no '.join(missing)}: {head.strip()[:120]}")
            return
        for cells in csv.reader(text, delimiter=between, strict=True):
            if any(cells):
                yield found.fix(cells, source)
    except (csv.Error, ValueError) as error:
        yield Broken(f"The table is broken, or ends early: {str(error)[:200]}")
    finally:
        text.detach()


class _Columns:
    """Which cell of a row is what."""

    def __init__(
        self, header: list[str], named: Mapping[str, str], zone: tzinfo, *, decimal_comma: bool
    ) -> None:
        self._zone, self._comma = zone, decimal_comma
        self._at: dict[str, int] = {}
        self._factor: dict[str, float] = {}
        for at, cell in enumerate(header):
            chosen = next((ours for ours, theirs in named.items() if theirs.strip() == cell.strip()), None)
            ours = chosen or self._guessed(cell, named)
            if ours is not None:
                self._at.setdefault(ours, at)
                self._factor.setdefault(ours, _factor(ours, cell))

    @staticmethod
    def _guessed(cell: str, named: Mapping[str, str]) -> str | None:
        word = re.sub(r"[\s-]+", "_", _UNIT.sub("", cell).strip().lower())
        ours = _SAID.get(word) or _SAID.get(word.replace("_", ""))
        return None if ours in named else ours

    def missing(self) -> list[str]:
        here = {*self._at, *(("time",) if "date" in self._at else ())}
        return [name for name in ("latitude", "longitude", "time") if name not in here]

    def fix(self, cells: list[str], source: Source) -> Arrival:
        latitude, longitude = self._number("latitude", cells), self._number("longitude", cells)
        if latitude is None or longitude is None:
            return Unreadable("A row has no latitude or no longitude that is a number.")
        told = " ".join(filter(None, (self._text("date", cells), self._text("time", cells))))
        at_us = moment_us(told, self._zone)
        if at_us is None:
            return Unreadable("A row has no time." if not told else "A row's time is none, or could be two.")
        return Fix(
            source.device_id,
            at_us,
            source.received_at_us,
            latitude,
            longitude,
            self._measured("accuracy", cells, arrival.accuracy_m),
            self._measured("altitude", cells, arrival.altitude_m),
            self._measured("speed", cells, arrival.speed_mps),
            self._measured("course", cells, arrival.course_deg),
            self._measured("battery", cells, arrival.battery_pct),
            kept({}),
        )

    def _measured(
        self, name: str, cells: list[str], allowed: Callable[[float | None], float | None]
    ) -> float | None:
        value = self._number(name, cells)
        return allowed(None if value is None else value * self._factor[name])

    def _text(self, name: str, cells: list[str]) -> str:
        at = self._at.get(name)
        return "" if at is None or at >= len(cells) else cells[at].strip()

    def _number(self, name: str, cells: list[str]) -> float | None:
        text = self._text(name, cells)
        return number_in(text.replace(",", ".") if self._comma and text.count(",") == 1 else text)


def _factor(name: str, header: str) -> float:
    """What makes metres, or metres a second, of a column: its header says the unit, `speed_kmh` or
    `Speed (km/h)`. Without one it is ours already.
    """
    units = _MPS if name == "speed" else _METRES if name in ("altitude", "accuracy") else {}
    said = _UNIT.search(header)
    word = said[1].strip().lower() if said else header.strip().lower().rpartition("_")[2]
    return units.get(word, 1.0)
