"""The commands. What runs long lives in `node`; what asks a running node goes through its API."""

import asyncio
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer

from entrepot import settings as settings_
from entrepot.core.errors import Error, Invalid
from entrepot.settings import Settings, Sourced

app = typer.Typer(
    help="Trade from the shelf to the border, in one program.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
dead_letters = typer.Typer(help="Events that could not be handled: list, show, replay.", no_args_is_help=True)
app.add_typer(dead_letters, name="dead-letters")
admin = typer.Typer(help="People who run the node.", no_args_is_help=True)
app.add_typer(admin, name="admin")
keys = typer.Typer(help="The node's own keys.", no_args_is_help=True)
app.add_typer(keys, name="keys")
device = typer.Typer(help="Devices, as if one were at hand.", no_args_is_help=True)
app.add_typer(device, name="device")
rules = typer.Typer(help="Packs of rules as files: test, import, diff, export.", no_args_is_help=True)
app.add_typer(rules, name="rules")

Data = Annotated[Path | None, typer.Option("--data", help="Folder of everything that the node keeps.")]
Config = Annotated[Path | None, typer.Option("--config", help="Settings file (default: entrepot.toml).")]
PackFile = Annotated[Path, typer.Argument(help="A pack as .yaml or .csv.")]


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
    with _plainly():
        from entrepot import run

        options = {"host": host, "port": port, "mqtt_port": mqtt_port, "osmand_port": osmand_port}
        settings = _settings({**options, "data": data, "contexts": only}, config)
        beside = _demo(settings) if demo else None
        _run(lambda: run.up(settings, ready=partial(_welcome, settings), greet=_greet, beside=beside))


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
    """Every setting with its value, unit and source; each can also be set by an ENTREPOT_… variable."""
    with _plainly():
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
    with _plainly(), _node(data, config) as node:
        letters = [
            (name, each) for name in node.contexts() for each in node.pages(f"/api/dead-letters/{name}")
        ]
        for context, letter in letters:
            typer.echo(f"{context} {letter['id']}  {letter['failed_at'][:19]}Z")
            typer.echo(f"    {letter['type']} {letter['key']}")
            typer.echo(f"    {letter['attempts']} attempts: {letter['error']}")
        if not letters:
            typer.echo("There are no dead letters.", err=True)


@dead_letters.command(name="show")
def show_dead_letter(context: str, id: str, data: Data = None, config: Config = None) -> None:
    """One dead letter, whole, as JSON."""
    with _plainly(), _node(data, config) as node:
        typer.echo(_pretty(node.get(node.letter(context, id))))


@dead_letters.command(name="replay")
def replay_dead_letter(context: str, id: str, data: Data = None, config: Config = None) -> None:
    """Have a dead letter tried again."""
    with _plainly(), _node(data, config) as node:
        letter = node.post(f"{node.letter(context, id)}/replay")
        typer.echo(f"{letter['type']} {letter['key']} will be tried again.")


@admin.command(name="create")
def create_administrator(
    email: Annotated[str, typer.Argument(help="Address of the new administrator.")],
    name: Annotated[str, typer.Option(help="Name of the new administrator.")] = "Administrator",
    data: Data = None,
    config: Config = None,
) -> None:
    """Make an account that may do everything on a running node. The password is read from standard input."""
    with _plainly(), _node(data, config) as node:
        password = (
            typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
            if sys.stdin.isatty()
            else sys.stdin.readline().rstrip("\r\n")
        )
        node.post("/api/operators", {"email": email, "password": password, "name": name})
        typer.echo(f"{email} can sign in now.", err=True)


@keys.command()
def rotate(
    only_rewrap: Annotated[
        bool,
        typer.Option(help="Make no new keys: wrap the data keys under a master key that you changed."),
    ] = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make new master and signing keys for a running node, and wrap every data key again. Old keys still
    open and verify, so nothing waits.
    """
    with _plainly(), _node(data, config) as node:
        if not only_rewrap:
            from entrepot.operator import rotate_keys

            asyncio.run(rotate_keys(_settings({"data": data}, config)))
        typer.echo(f"{node.rewrap()} data keys are wrapped under the newest master key.", err=True)


@device.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A track: .gpx, .rec (OwnTracks recorder) or NMEA.")],
    to: Annotated[str, typer.Option(help="Address of the node.")],
    username: Annotated[str, typer.Option(help="The device's username.")],
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
    with _plainly():
        from entrepot import replay as track

        pace = _pace(speed)
        steps, passed_over = track.read(file)
        if shift_to_now:
            steps = track.shifted(steps, speed=pace)
        password = _device_password(password_file)
        sender = track.Device(to, username=username, password=password, protocol=protocol)
        size = batch if protocol == "owntracks" else 1
        sent = track.Sent(passed_over=passed_over)
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
            keys = _settings({"data": data}, config).data / "keys"
            typer.echo(f"The keys are not in it: keep a copy of {keys} elsewhere.", err=True)


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


@rules.command(name="test")
def try_rules(file: PackFile) -> None:
    """Read a pack, look for flaws and run the tests of its rules. Needs no node."""
    with _plainly(), _flaws_shown():
        from entrepot import rule_files

        typer.echo(rule_files.tried(file))


@rules.command(name="import")
def import_rules(file: PackFile, data: Data = None, config: Config = None) -> None:
    """Make a draft of a pack in a running node. People submit, approve and activate it in the console."""
    with _plainly(), _flaws_shown(), _node(data, config) as node:
        from entrepot import rule_files

        for line in rule_files.brought_in(node, file):
            typer.echo(line)


@rules.command(name="diff")
def compare_rules(file: PackFile, data: Data = None, config: Config = None) -> None:
    """What a file would change of the version that is active in a running node."""
    with _plainly(), _flaws_shown(), _node(data, config) as node:
        from entrepot import rule_files

        for line in rule_files.compared(node, file):
            typer.echo(line)


@rules.command(name="export")
def export_rules(
    file: PackFile,
    pack: Annotated[str, typer.Option(help="Which pack (default: the file's name).")] = "",
    data: Data = None,
    config: Config = None,
) -> None:
    """Write the active version of a pack into a file."""
    with _plainly(), _node(data, config) as node:
        from entrepot import rule_files

        typer.echo(rule_files.written_out(node, file, name=pack or file.stem))


@rules.command(name="import-hs")
def import_hs(
    file: Annotated[Path, typer.Argument(help="The table as CSV, with columns hscode and description.")],
    edition: Annotated[str, typer.Option(help="Which edition it is.")] = "HS2022",
    data: Data = None,
    config: Config = None,
) -> None:
    """Take a table of the Harmonized System into a running node: all of it, or nothing."""
    with _plainly(), _flaws_shown(), _node(data, config) as node:
        from entrepot import list_files

        for line in list_files.table_brought_in(node, file, edition=edition):
            typer.echo(line)


@rules.command(name="import-parties")
def import_parties(
    file: Annotated[Path, typer.Argument(help="A list of restricted parties, .csv or .json.")],
    list_name: Annotated[str, typer.Option("--list", help="Which list (default: the file's name).")] = "",
    title: Annotated[str, typer.Option(help="What people call it.")] = "",
    published_on: Annotated[str, typer.Option(metavar="DATE", help="When its author published it.")] = "",
    data: Data = None,
    config: Config = None,
) -> None:
    """Take a list of restricted parties into a running node, as the next version of this list."""
    with _plainly(), _flaws_shown(), _node(data, config) as node:
        from entrepot import list_files

        named = {"title": title, "published_on": published_on or None}
        for line in list_files.list_brought_in(node, file, name=list_name or file.stem, named=named):
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
        # What is still buffered would fail again at exit, with a complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@contextmanager
def _flaws_shown() -> Iterator[None]:
    """Every flaw of a file on a line of its own."""
    from entrepot.rule_files import Flawed

    try:
        yield
    except Flawed as error:
        for line in error.lines:
            typer.echo(line, err=True)
        raise


def _settings(options: dict[str, Any], file: Path | None) -> Settings:
    return settings_.read(options, file=file)[0]


def _run(work: Callable[[], Any]) -> None:
    """On uvloop, with a failure of any of the node's parts shown as that failure."""
    import uvloop

    try:
        uvloop.run(work())
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def _demo(settings: Settings) -> Callable[[str], Coroutine[Any, Any, None]]:
    from entrepot.demo.drive import drive
    from entrepot.operator import operator_token

    scope = "device:read device:write position:read geofence:read geofence:write"
    token = partial(operator_token, settings, scope=scope, organisation="operators", seconds=600)
    return partial(drive, token=token)


def _welcome(settings: Settings, url: str) -> None:
    from entrepot.gateway.console import Console

    for line in (
        "Entrepot is up.",
        *((f"  Console       {url}",) if Console.built() else ()),
        f"  API           {url}/docs",
        f"  Data folder   {settings.data.resolve()}",
        f"  Access token  {_program()} token{_data_option(settings)}",
        "Ctrl-C stops it.",
    ):
        typer.echo(line, err=True)


def _program() -> str:
    """How this program is called from here: a virtual environment's is often not on the path."""
    called = Path(sys.argv[0])
    if called.name != "entrepot" or shutil.which("entrepot") == str(called.resolve()):
        return "entrepot"
    return os.path.relpath(called)


def _greet(link: str) -> None:
    typer.echo(
        f"There is nobody yet. The first administrator begins here, within 24 hours:\n  {link}", err=True
    )


def _data_option(settings: Settings) -> str:
    """What another command needs to find this node from here."""
    try:
        found: Path | None = settings_.read()[0].data
    except settings_.BadSetting:  # in a file that was not used this time
        found = None
    return "" if found == settings.data else f" --data {shlex.quote(str(settings.data))}"


def _print_settings(rows: Iterable[Sourced]) -> None:
    """Two lines each, so that a narrow terminal shows whole words."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console()
    for each in rows:
        aside = ", ".join(part for part in (each.unit, each.source) if part)
        console.print(Text.assemble((each.name, "bold"), f" = {each.value or '-'}  ", (f"({aside})", "cyan")))
        console.print(Padding(Text(each.about), (0, 0, 0, 4)))


@contextmanager
def _node(data: Path | None, config: Path | None) -> Iterator[Any]:
    from entrepot.operator import RunningNode

    node = RunningNode(_settings({"data": data}, config))
    try:
        yield node
    finally:
        node.close()


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


def _pretty(document: object) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
