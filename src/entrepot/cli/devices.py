"""`entrepot device …`"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from entrepot.cli.shared import (
    plainly,
)
from entrepot.core.errors import Conflict, Invalid

device = typer.Typer(help="Devices, as if one were at hand.", no_args_is_help=True)


@device.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A track: GPX, KML, GeoJSON, NMEA, CSV or OwnTracks' .rec.")],
    username: Annotated[str, typer.Option(help="The device's username.")],
    to: Annotated[str, typer.Option(help="Address of the node.")] = "http://127.0.0.1:8080",
    password_file: Annotated[
        Path | None,
        typer.Option(help="File with its password; otherwise DEVICE_PASSWORD, or it is asked for."),
    ] = None,
    protocol: Annotated[Literal["owntracks", "osmand"], typer.Option(help="What it speaks.")] = "owntracks",
    speed: Annotated[
        str, typer.Option(metavar="NUMBER|max", help="1 is the speed of life; max does not wait.")
    ] = "1",
    shift_to_now: Annotated[
        bool, typer.Option("--shift-to-now", help="As if it happened now, not when it was recorded.")
    ] = False,
    batch: Annotated[
        int, typer.Option(min=1, max=500, help="Positions in one message (owntracks, at speed max).")
    ] = 1,
) -> None:
    """Send a recorded track as a device would. What the node acknowledged is on its disk; what it held back
    is told. Exit status 1 when nothing was kept, or the file breaks off.
    """
    with plainly():
        from entrepot.cli import replay as track

        pace = _pace(speed)
        recorded = track.read(file)
        steps = recorded.steps
        if shift_to_now:
            steps = track.shifted(steps, speed=pace)
        password = _device_password(password_file)
        sender = track.ReplayedDevice(to, username=username, password=password, protocol=protocol)
        size = batch if protocol == "owntracks" else 1
        sent = track.SentCounts(passed_over=recorded.passed_over)
        try:
            with _progress(len(steps)) as advance:
                track.replay(sender, steps, sent, speed=pace, batch=size, progress=advance)
        finally:
            sender.close()
            held_back = _counted(sent.held_back)
            typer.echo(
                f"{sent.acknowledged} of {len(steps)} positions acknowledged,"
                f"{f' of these held back: {held_back},' if held_back else ''} {sent.tried_again} tries again,"
                f" {sent.passed_over} other parts of the file passed over.",
                err=True,
            )
        if recorded.broken:
            raise Invalid(f"Not all of {file} was sent. {recorded.broken}")
        if sent.sent_on <= 0:
            raise Conflict("Nothing was kept: all positions were held back.")


@device.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A track: GPX, KML, GeoJSON, NMEA, CSV or OwnTracks' .rec.")],
    device: Annotated[str, typer.Option(help="Id of the device, as its page's address shows it.")],
    to: Annotated[str, typer.Option(help="Address of the node.")] = "http://127.0.0.1:8080",
    key_file: Annotated[
        Path | None,
        typer.Option(help="File with an API key (device:write); otherwise API_KEY, or it is asked for."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=HEADER", help="What a table calls a column: latitude=Y, time=Zeitpunkt."),
    ] = None,
    timezone: Annotated[str, typer.Option(help="Clock of times without an offset.")] = "UTC",
) -> None:
    """Bring a recorded track into the history of a device, and say what became of every point."""
    with plainly():
        from entrepot.cli import recordings

        key = _secret(key_file, variable="API_KEY", asked="API key")
        columns = dict(each.partition("=")[::2] for each in column or ())
        bringer = recordings.Bringer(to, key=key)
        try:
            with _progress(file.stat().st_size if file.is_file() else 0) as advance:
                report = bringer.bring(file, device, columns=columns, timezone=timezone, progress=advance)
        finally:
            bringer.close()
        for line in recordings.told(report):
            typer.echo(line)
        recordings.check(report)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in counts.items())


def _pace(speed: str) -> float | None:
    """None: as fast as possible. Raises: Invalid."""
    if speed == "max":
        return None
    try:
        found = float(speed)
    except ValueError:
        found = 0.0
    if not 0 < found <= 1_000_000:
        raise Invalid(f"--speed is a number above 0, or max; it cannot be {speed!r}.")
    return found


def _device_password(file: Path | None) -> str:
    """Raises: Invalid."""
    return _secret(file, variable="DEVICE_PASSWORD", asked="Password of the device")


def _secret(file: Path | None, *, variable: str, asked: str) -> str:
    """Raises: Invalid."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(f"{file} cannot be read: it should hold one line of text.") from error
    if found := os.environ.get(variable):
        return found
    if not sys.stdin.isatty():
        raise Invalid(f"{asked} is missing: set {variable}, or name a file that holds it.")
    return str(typer.prompt(asked, hide_input=True, err=True))


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("positions", total=total)
        yield lambda count: bar.advance(task, count)
