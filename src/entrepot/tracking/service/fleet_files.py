"""Reports over many devices as files, written while they are read: a year of a fleet takes little memory."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from entrepot.core.errors import Unfit
from entrepot.core.ports import Database, Read, Reading
from entrepot.core.routes import File, Principal
from entrepot.core.time import from_us
from entrepot.tracking.functions import columns, spreadsheet
from entrepot.tracking.functions.columns import Cell
from entrepot.tracking.functions.days import bounds
from entrepot.tracking.model.fleet import FleetFileQuery, FleetReportKind, FleetRow, ReportPlace
from entrepot.tracking.repository import fleet as fleet_of
from entrepot.tracking.service import fleet
from entrepot.tracking.service.fleet import AskedReport, OfOne

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_AT_ONCE = 2_000  # rows
_PART_BYTES = 256 * 1024

_REPORTS: dict[FleetReportKind, OfOne] = {
    "summary": fleet.summary_of,
    "trips": fleet.trips_of,
    "stops": fleet.stops_of,
    "visits": fleet.visits_in,
    "days": fleet.days_of,
    "speeding": fleet.speeding_of,
}


class OpenedReport(NamedTuple):
    """What a file is written from."""

    read: Read
    asked: AskedReport


# What a row calls before it answers, and what answers it.
Opens = Callable[..., Awaitable[OpenedReport]]
Answers = Callable[..., Awaitable[File]]


def opens(report: FleetReportKind, query: type[FleetFileQuery], *, sheet: bool) -> Opens:
    """Return what notes who takes a file, before anything of it is sent."""

    async def open_report(database: Database, who: Principal, *, query: FleetFileQuery) -> OpenedReport:
        """Raises: Unfit, DeviceNotFound."""
        asked = await fleet.asked_by(database.read, who, query)
        if sheet:
            await _check_fits(database.read, asked, report)
        devices = await fleet.noted_devices(database.read, asked)
        await database.write(lambda tx: fleet.note(tx, asked, devices))
        return OpenedReport(database.read, asked)

    open_report.__annotations__["query"] = query
    return open_report


def answers(report: FleetReportKind, *, sheet: bool) -> Answers:
    """Return what gives the file."""

    async def file(who: Principal, *, written: OpenedReport) -> File:
        name = _name(report, written.asked)
        if sheet:
            return File(f"{name}.xlsx", XLSX_TYPE, _xlsx(report, written))
        return File(f"{name}.csv", CSV_TYPE, _csv(report, written))

    form = "xlsx" if sheet else "csv"
    file.__name__ = f"fleet_{report}_{form}"
    file.__doc__ = f"The report of {report} as {'a spreadsheet' if sheet else 'CSV'}, with local times."
    return file


async def _check_fits(read: Read, asked: AskedReport, report: FleetReportKind) -> None:
    """Raises: Unfit, for what is surely too long for a sheet."""

    async def count(tx: Reading) -> int:
        organisation = asked.who.organisation
        if report in ("trips", "stops"):
            return await fleet_of.trips_or_stops(tx, organisation, asked.span, kind=report[:-1])
        if report == "days":
            return len(list(bounds(asked.span, asked.zone))) * await fleet_of.devices(tx, organisation)
        return 0

    if not asked.ids and await read(count) > spreadsheet.MOST_ROWS:
        raise Unfit("from", "This is more than a spreadsheet holds. Ask for a shorter time, or take CSV.")


def _name(report: FleetReportKind, asked: AskedReport) -> str:
    begin, end = (from_us(us).astimezone(asked.zone) for us in (asked.span.begin_us, asked.span.end_us))
    return f"{report}-{begin:%Y%m%d}-{end:%Y%m%d}"


async def _csv(report: FleetReportKind, written: OpenedReport) -> AsyncIterator[bytes]:
    yield columns.csv_head(report).encode()
    async for rows in _parts(report, written):
        yield columns.csv_lines(rows, written.asked.zone).encode()


async def _parts(report: FleetReportKind, written: OpenedReport) -> AsyncIterator[Sequence[FleetRow]]:
    place: ReportPlace | None = ReportPlace(0)
    while place is not None:
        part = await fleet.step(written.read, written.asked, _REPORTS[report], place, limit=_AT_ONCE)
        place = part.place
        if part.rows:
            yield part.rows


async def _xlsx(report: FleetReportKind, written: OpenedReport) -> AsyncIterator[bytes]:
    """The sheet is written to a file by a thread, which asks this loop for more rows; then it is sent."""
    zone, parts = written.asked.zone, aiter(_parts(report, written))
    loop, gone = asyncio.get_running_loop(), False

    async def following() -> Sequence[FleetRow] | None:
        return await anext(parts, None)

    def rows() -> Iterator[Sequence[Cell]]:
        while not gone:
            part = asyncio.run_coroutine_threadsafe(following(), loop).result()
            if part is None:
                return
            yield from (columns.cells(report, row, zone) for row in part)

    def write(path: Path) -> None:
        spreadsheet.write(
            path, rows(), title=report.capitalize(), headings=columns.headings(report, zone),
            dates=columns.dates(report, zone),
        )  # fmt: skip

    with tempfile.TemporaryDirectory(prefix="entrepot-report-") as folder:
        path = Path(folder) / "report.xlsx"
        writing = asyncio.ensure_future(asyncio.to_thread(write, path))
        try:
            await asyncio.shield(writing)
        finally:
            gone = True  # if nobody waits for it any more, the thread ends at its next part
            await asyncio.wait((writing,))
        with await asyncio.to_thread(path.open, "rb") as file:
            while part := await asyncio.to_thread(file.read, _PART_BYTES):
                yield part
