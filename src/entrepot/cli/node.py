"""`entrepot up`, `serve` and the other commands for a whole node. All other commands are added to this
app.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from entrepot import settings as settings_
from entrepot.cli import backups, devices, operators, people, rules
from entrepot.cli.shared import (
    Config,
    Data,
    IdentityFile,
    data_option,
    node_of,
    plainly,
    program,
    settings_of,
)
from entrepot.core.streams import SteadyStream
from entrepot.settings import Settings, Sourced

app = typer.Typer(
    help="Trade from the shelf to the border, in one program.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(backups.backup, name="backup")
app.add_typer(operators.dead_letters, name="dead-letters")
app.add_typer(operators.readers, name="readers")
app.add_typer(operators.admin, name="admin")
app.add_typer(operators.keys, name="keys")
app.add_typer(people.people, name="people")
app.add_typer(devices.device, name="device")
app.add_typer(rules.rules, name="rules")


@app.callback()
def common(
    version: Annotated[bool, typer.Option("--version", help="Print the version, and nothing else.")] = False,
) -> None:
    """Trade from the shelf to the border, in one program."""
    os.umask(0o077)  # what a node keeps is for nobody else's eyes
    if version:
        from entrepot import __version__

        typer.echo(f"entrepot {__version__}")
        raise typer.Exit


@app.command()
def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the console and the API.")] = None,
    mqtt_port: Annotated[
        str | None, typer.Option(metavar="PORT|off", help="Port of devices that send over MQTT.")
    ] = None,
    osmand_port: Annotated[
        str | None, typer.Option(metavar="PORT|off", help="Port of devices that send over HTTP.")
    ] = None,
    data: Data = None,
    only: Annotated[
        str | None,
        typer.Option(help="Contexts to host here, with commas; others serve the rest."),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="With simulated vehicles on real routes.")] = False,
    config: Config = None,
) -> None:
    """Run a node: all contexts and the gateway in front of them."""
    with plainly():
        from entrepot.node import run

        options = {"host": host, "port": port, "mqtt_port": mqtt_port, "osmand_port": osmand_port}
        read = partial(settings_of, {**options, "data": data, "contexts": only}, config)
        settings = read()
        beside = _demo(settings) if demo else None
        ready, greet = partial(_welcome, settings), partial(_greet, settings)
        _run(lambda: run.up(settings, ready=ready, greet=greet, beside=beside, read=read))


@app.command()
def serve(
    contexts: Annotated[list[str], typer.Argument(help="Contexts to serve in this process.")],
    data: Data = None,
    config: Config = None,
) -> None:
    """Serve contexts to the gateway of a node that runs elsewhere, without one of our own."""
    with plainly():
        from entrepot.node import run

        read = partial(settings_of, {"data": data, "contexts": ",".join(contexts)}, config)
        settings = read()
        ready = f"Serving {', '.join(contexts)}. Ctrl-C stops it."
        _run(lambda: run.serve(settings, ready=lambda: _say(ready), read=read))


@app.command()
def migrate(data: Data = None, config: Config = None) -> None:
    """Bring the databases up to date, without running a node."""
    with plainly():
        from entrepot.node import run

        settings = settings_of({"data": data}, config)
        for line in asyncio.run(run.migrate(settings)):
            typer.echo(line)


@app.command(name="settings")
def show_settings(data: Data = None, config: Config = None) -> None:
    """Every setting with its value, unit and source; each can also be set by an ENTREPOT_… variable."""
    with plainly():
        rows = settings_.table(*settings_.read({"data": data}, file=config))
        if sys.stdout.isatty():
            _print_settings(rows)
        else:  # one line each, for grep and cut
            for each in rows:
                typer.echo("\t".join((each.name, each.value, each.unit, each.source, each.about)))


@app.command()
def token(
    scope: Annotated[str, typer.Option(help="Scopes, separated by spaces; * is everything.")] = "*",
    organisation: Annotated[str, typer.Option(help="In whose name.")] = "operators",
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60, help="How long it opens the node.")] = 15,
    data: Data = None,
    config: Config = None,
) -> None:
    """Print an access token for this node, made with its own key: whoever reads the key may do this."""
    with plainly():
        from entrepot.cli.running import operator_token

        settings = settings_of({"data": data}, config)
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
    with plainly(), node_of(data, config) as node:
        for event in node.stream("/api/events", {"type": type} if type else {}):
            typer.echo(event)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="An archive made by: entrepot backup.")],
    replace: Annotated[bool, typer.Option(help="Move what is in the folder aside first.")] = False,
    identity: IdentityFile = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Put a backup into the data folder of a node that does not run."""
    with plainly():
        from entrepot.cli.stopped import restore_into

        settings = settings_of({"data": data}, config)
        for line in asyncio.run(restore_into(settings, file, replace=replace, identity=identity)):
            typer.echo(line)


@app.command()
def restored(data: Data = None, config: Config = None) -> None:
    """Say, before the node starts, that its databases went back in time by other means than ours."""
    with plainly():
        from entrepot.node import run

        asyncio.run(run.restored(settings_of({"data": data}, config)))
        typer.echo("Every log begins a new life: readers elsewhere will be told from where.")


def _run(work: Callable[[], Any]) -> None:
    """Run on uvloop. If a part of the node fails, raise its error instead of an error group."""
    import uvloop

    try:
        uvloop.run(work())
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def _demo(settings: Settings) -> Callable[[str], Coroutine[Any, Any, None]]:
    from entrepot.cli.running import operator_token
    from entrepot.demo.drive import drive
    from entrepot.net.certificate import only

    scope = "device:read device:write position:read geofence:read geofence:write"
    token = partial(operator_token, settings, scope=scope, organisation="operators", seconds=600)
    tls = only(Path(settings.tls_certificate)) if settings.tls_certificate else None
    return partial(drive, token=token, tls=tls)


def _welcome(settings: Settings, url: str) -> None:
    from entrepot.gateway.pages.console import Console

    for line in (
        "Entrepot is up.",
        *((f"  Console       {url}",) if Console.built() else ()),
        *((f"  API           {url}/docs",) if settings.operators_port is None else ()),
        f"  Data folder   {settings.data.resolve()}",
        f"  Access token  {program()} token{data_option(settings)}",
        "Ctrl-C stops it.",
    ):
        _say(line)


def _greet(settings: Settings, link: str) -> None:
    """Show the link only where somebody reads it: in a log, it would open the node to all who read logs."""
    if sys.stderr.isatty():
        said = f"The first administrator begins here, within 24 hours:\n  {link}"
    else:
        command = f"{program()} admin first-link{data_option(settings)}"
        said = f"The link for the first administrator is printed by: {command}"
    _say(f"There is nobody yet. {said}")


def _say(line: str) -> None:
    """Say it to whoever looks; a full disk that the output is redirected to must not keep a node from its
    work.
    """
    SteadyStream(sys.stderr).write(f"{line}\n")


def _print_settings(rows: Iterable[Sourced]) -> None:
    """Print two lines for each setting, so that a narrow terminal shows whole words."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console()
    for each in rows:
        aside = ", ".join(part for part in (each.unit, each.source) if part)
        console.print(Text.assemble((each.name, "bold"), f" = {each.value or '-'}  ", (f"({aside})", "cyan")))
        console.print(Padding(Text(each.about), (0, 0, 0, 4)))
