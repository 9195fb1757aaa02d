"""The commands. What runs long lives in `node`; what asks a running node goes through its API."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from entrepot import settings as settings_
from entrepot.core.errors import Error
from entrepot.settings import Settings

app = typer.Typer(
    help="Trade from the shelf to the border, in one program.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
dead_letters = typer.Typer(help="Events that could not be handled: list, show, replay.", no_args_is_help=True)
app.add_typer(dead_letters, name="dead-letters")

Data = Annotated[Path | None, typer.Option("--data", help="Folder of everything that the node keeps.")]
Config = Annotated[Path | None, typer.Option("--config", help="Settings file (default: entrepot.toml).")]


@app.command()
def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the console and the API.")] = None,
    data: Data = None,
    only: Annotated[
        str | None,
        typer.Option(help="Contexts to host here, with commas; others serve the rest."),
    ] = None,
    config: Config = None,
) -> None:
    """Run a node: all contexts and the gateway in front of them."""
    with _plainly():
        from entrepot import run

        settings = _settings({"host": host, "port": port, "data": data, "contexts": only}, config)
        _run(lambda: run.up(settings, ready=lambda url: _welcome(settings, url)))


@app.command()
def serve(
    contexts: Annotated[list[str], typer.Argument(help="Contexts to serve in this process.")],
    data: Data = None,
    config: Config = None,
) -> None:
    """Serve contexts to the gateway of a node that runs elsewhere, without one of our own."""
    with _plainly():
        from entrepot import run

        settings = _settings({"data": data, "contexts": ",".join(contexts)}, config)
        ready = f"Serving {', '.join(contexts)}. Ctrl-C stops it."
        _run(lambda: run.serve(settings, ready=lambda: typer.echo(ready, err=True)))


@app.command()
def migrate(data: Data = None, config: Config = None) -> None:
    """Bring the databases up to date, without running a node."""
    with _plainly():
        from entrepot import run

        settings = _settings({"data": data}, config)
        for line in asyncio.run(run.migrate(settings)):
            typer.echo(line)


@app.command(name="settings")
def show_settings(data: Data = None, config: Config = None) -> None:
    """Every setting with its value, unit and source."""
    from rich.console import Console
    from rich.table import Table

    with _plainly():
        settings, sources = settings_.read({"data": data}, file=config)
        table = Table(box=None, pad_edge=False)
        for heading in ("setting", "value", "unit", "source", "what it is"):
            table.add_column(heading, overflow="fold")
        for each in settings_.table(settings, sources):
            table.add_row(each.name, each.value, each.unit, each.source, each.about)
        Console(soft_wrap=False).print(table)


@app.command()
def token(
    scope: Annotated[str, typer.Option(help="Scopes, separated by spaces; * is everything.")] = "*",
    organisation: Annotated[str, typer.Option(help="In whose name.")] = "operators",
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60, help="How long it opens the node.")] = 15,
    data: Data = None,
    config: Config = None,
) -> None:
    """Print an access token for this node, made with its own key: whoever reads the key may do this."""
    with _plainly():
        from entrepot.operator import operator_token

        settings = _settings({"data": data}, config)
        typer.echo(
            asyncio.run(
                operator_token(settings, scope=scope, organisation=organisation, seconds=minutes * 60)
            )
        )


@app.command()
def events(
    type: Annotated[str, typer.Option(help="Only events whose type begins so.")] = "",
    data: Data = None,
    config: Config = None,
) -> None:
    """Watch what flows through a running node, until Ctrl-C."""
    with _plainly(), _node(data, config) as node:
        for event in node.stream("/api/events", {"type": type} if type else {}):
            typer.echo(event)


@dead_letters.command(name="list")
def list_dead_letters(data: Data = None, config: Config = None) -> None:
    """All dead letters, the newest first."""
    from rich.console import Console
    from rich.table import Table

    with _plainly(), _node(data, config) as node:
        table = Table(
            "context", "id", "failed at", "type", "key", "attempts", "error", box=None, pad_edge=False
        )
        for context in node.contexts():
            for letter in node.pages(f"/api/dead-letters/{context}"):
                table.add_row(
                    context, letter["id"], letter["failed_at"][:19], letter["type"], letter["key"],
                    str(letter["attempts"]), letter["error"],
                )  # fmt: skip
        Console().print(table if table.row_count else "There are no dead letters.")


@dead_letters.command(name="show")
def show_dead_letter(context: str, id: str, data: Data = None, config: Config = None) -> None:
    """One dead letter, whole, as JSON."""
    with _plainly(), _node(data, config) as node:
        typer.echo(_pretty(node.get(f"/api/dead-letters/{context}/{id}")))


@dead_letters.command(name="replay")
def replay_dead_letter(context: str, id: str, data: Data = None, config: Config = None) -> None:
    """Have a dead letter tried again."""
    with _plainly(), _node(data, config) as node:
        letter = node.post(f"/api/dead-letters/{context}/{id}/replay")
        typer.echo(f"{letter['type']} {letter['key']} will be tried again.")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the archive; - is standard output.")],
    with_keys: Annotated[bool, typer.Option(help="Put the keys into the archive; guard it then.")] = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """A consistent copy of a running node, as one tar archive."""
    with _plainly(), _node(data, config) as node:
        size = node.download("/api/backup", {"with_keys": str(with_keys).lower()}, file)
        typer.echo(f"{file}: {size:,} bytes.", err=True)
        if not with_keys:
            typer.echo("The keys are not in it: keep a copy of DATA/keys elsewhere.", err=True)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="An archive made by: entrepot backup.")],
    replace: Annotated[bool, typer.Option(help="Move what is in the folder aside first.")] = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Put a backup into the data folder of a node that does not run."""
    with _plainly():
        from entrepot.operator import restore_into

        settings = _settings({"data": data}, config)
        for line in asyncio.run(restore_into(settings, file, replace=replace)):
            typer.echo(line)


# ---- how commands run --------------------------------------------------------------------------------


@contextmanager
def _plainly() -> Iterator[None]:
    """Errors that we raise on purpose are one sentence and exit code 1."""
    try:
        yield
    except Error as error:
        typer.echo(f"entrepot: {error}", err=True)
        raise typer.Exit(1) from error
    except BrokenPipeError:
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _settings(options: dict[str, Any], file: Path | None) -> Settings:
    return settings_.read(options, file=file)[0]


def _run(work: Callable[[], Any]) -> None:
    """On uvloop, with a failure of any of the node's parts shown as that failure."""
    import uvloop

    try:
        uvloop.run(work())
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def _welcome(settings: Settings, url: str) -> None:
    for line in (
        "Entrepot is up.",
        f"  API           {url}/docs",
        f"  Data folder   {settings.data.resolve()}",
        "  Access token  entrepot token",
        "Ctrl-C stops it.",
    ):
        typer.echo(line, err=True)


@contextmanager
def _node(data: Path | None, config: Path | None) -> Iterator[Any]:
    from entrepot.operator import RunningNode

    node = RunningNode(_settings({"data": data}, config))
    try:
        yield node
    finally:
        node.close()


def _pretty(document: object) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
