"""What commands share: their options, and how they fail in plain words."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from entrepot import settings as settings_
from entrepot.core.errors import Error
from entrepot.settings import Settings

Data = Annotated[Path | None, typer.Option("--data", help="Folder of everything that the node keeps.")]
Config = Annotated[Path | None, typer.Option("--config", help="Settings file (default: entrepot.toml).")]

IdentityFile = Annotated[
    Path | None, typer.Option("--identity", help="File of the identity that opens an encrypted backup.")
]

_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@contextmanager
def plainly() -> Iterator[None]:
    """Print an error that we raise on purpose as one sentence, and exit with 1."""
    try:
        yield
    except Error as error:
        typer.echo(f"entrepot: {error}", err=True)
        raise typer.Exit(1) from error
    except BrokenPipeError:
        # What is still buffered would fail again at exit, with a complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@contextmanager
def flaws_shown() -> Iterator[None]:
    """Print every flaw of a file on a line of its own, and exit with 1."""
    from entrepot.cli.rule_files import Flawed

    try:
        yield
    except Flawed as error:
        for line in error.lines:
            typer.echo(line, err=True)
        raise


def settings_of(options: dict[str, Any], file: Path | None) -> Settings:
    return settings_.read(options, file=file)[0]


def program() -> str:
    """Return how to call this program from here: that of a virtual environment is often not on the path."""
    called = Path(sys.argv[0])
    if called.name != "entrepot" or shutil.which("entrepot") == str(called.resolve()):
        return "entrepot"
    return os.path.relpath(called)


def data_option(settings: Settings) -> str:
    """Return the option with which another command finds this node from here."""
    try:
        found: Path | None = settings_.read()[0].data
    except settings_.BadSetting:  # in a file that was not used this time
        found = None
    return "" if found == settings.data else f" --data {shlex.quote(str(settings.data))}"


@contextmanager
def node_of(data: Path | None, config: Path | None) -> Iterator[Any]:
    from entrepot.cli.running import RunningNode

    node = RunningNode(settings_of({"data": data}, config))
    try:
        yield node
    finally:
        node.close()


@contextmanager
def node_or_folder_of(data: Path | None, config: Path | None, *, context: str) -> Iterator[Any]:
    """The running node, or the rows of one context in the folder of a stopped one."""
    from entrepot.cli.running import node_or_folder

    node = node_or_folder(settings_of({"data": data}, config), context)
    try:
        yield node
    finally:
        node.close()


def sound_id(id: str) -> bool:
    """Whether an id could be one of the node's. What could not is told apart here: in a path it would lead
    elsewhere, and the node would complain of the path.
    """
    return _ID.fullmatch(id) is not None


def pretty(document: object) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
