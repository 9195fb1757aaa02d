"""`entrepot device …`"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from entrepot.cli.shared import (
    plainly,
)
from entrepot.core.errors import Invalid

device = typer.Typer(help="Devices, as if one were at hand.", no_args_is_help=True)


@device.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A track: .gpx, .rec (OwnTracks recorder) or NMEA.")],
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
    """Send a recorded track as a device would. What the node acknowledged is on its disk."""
    with plainly():
        from entrepot.cli import replay as track

        pace = _pace(speed)
        steps, passed_over = track.read(file)
        if shift_to_now:
            steps = track.shifted(steps, speed=pace)
        password = _device_password(password_file)
        sender = track.ReplayedDevice(to, username=username, password=password, protocol=protocol)
        size = batch if protocol == "owntracks" else 1
        sent = track.SentCounts(passed_over=passed_over)
        try:
            with _progress(len(steps)) as advance:
                track.replay(sender, steps, sent, speed=pace, batch=size, progress=advance)
        finally:
            sender.close()
            typer.echo(
                f"{sent.acknowledged} of {len(steps)} positions acknowledged, {sent.tried_again} tries again,"
                f" {sent.passed_over} other parts of the file passed over.",
                err=True,
            )


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
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(f"{file} cannot be read as a password.") from error
    if password := os.environ.get("DEVICE_PASSWORD"):
        return password
    if not sys.stdin.isatty():
        raise Invalid("The device's password is missing: set DEVICE_PASSWORD, or use --password-file.")
    return str(typer.prompt("Password of the device", hide_input=True, err=True))


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
