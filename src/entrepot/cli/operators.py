"""`entrepot admin …`, `keys …`, `dead-letters …` and `readers …`: what operators ask of a node."""

import asyncio
import sys
from typing import Annotated, Any

import typer

from entrepot.cli.shared import (
    Config,
    Data,
    node_of,
    plainly,
    pretty,
    settings_of,
)

dead_letters = typer.Typer(help="Events that could not be handled: list, show, replay.", no_args_is_help=True)
readers = typer.Typer(
    help="Who reads the log of each context: list, add, remove one that will not return.",
    no_args_is_help=True,
)
admin = typer.Typer(help="People who run the node.", no_args_is_help=True)
keys = typer.Typer(help="The node's own keys.", no_args_is_help=True)


@dead_letters.command(name="list")
def list_dead_letters(data: Data = None, config: Config = None) -> None:
    """All dead letters, the newest first."""
    with plainly(), node_of(data, config) as node:
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
    with plainly(), node_of(data, config) as node:
        typer.echo(pretty(node.get(node.letter(context, id))))


@dead_letters.command(name="replay")
def replay_dead_letter(context: str, id: str, data: Data = None, config: Config = None) -> None:
    """Have a dead letter tried again."""
    with plainly(), node_of(data, config) as node:
        letter = node.post(f"{node.letter(context, id)}/replay")
        typer.echo(f"{letter['type']} {letter['key']} will be tried again.")


@readers.command(name="list")
def list_readers(data: Data = None, config: Config = None) -> None:
    """All readers of all logs, with what is kept for each."""
    with plainly(), node_of(data, config) as node:
        for context in node.contexts():
            for reader in node.pages(node.readers(context)):
                typer.echo(f"{context} {reader['reader']}  {_how_it_fares(reader)}")


@readers.command(name="add")
def add_reader(
    context: str,
    reader: str,
    from_head: Annotated[
        bool, typer.Option(help="Only what is said from now on, nothing that is kept.")
    ] = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Serve a reader of a context's log, also one that was removed."""
    with plainly(), node_of(data, config) as node:
        begin = "head" if from_head else "kept"
        node.post(node.readers(context), {"reader": reader, "begin": begin})
        typer.echo(f"{reader} reads the log of {context}.")


@readers.command(name="remove")
def remove_reader(context: str, reader: str, data: Data = None, config: Config = None) -> None:
    """Keep nothing any more for a reader that will not return, and refuse it if it does."""
    with plainly(), node_of(data, config) as node:
        node.delete(node.readers(context), {"reader": reader})
        typer.echo(f"{reader} reads the log of {context} no more.")


def _how_it_fares(reader: dict[str, Any]) -> str:
    if reader["removed_at"] is not None:
        return f"removed {reader['removed_at'][:19]}Z"
    heard = f"heard {reader['heard_at'][:19]}Z" if reader["heard_at"] else "never heard"
    left = f", left behind {reader['left_behind_at'][:19]}Z" if reader["left_behind_at"] else ""
    return f"{reader['behind']} events behind, {heard}{left}"


@admin.command(name="create")
def create_administrator(
    email: Annotated[str, typer.Argument(help="Address of the new administrator.")],
    name: Annotated[str, typer.Option(help="Name of the new administrator.")] = "Administrator",
    data: Data = None,
    config: Config = None,
) -> None:
    """Make an account that may do everything on a running node. The password is read from standard input."""
    with plainly(), node_of(data, config) as node:
        password = (
            typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
            if sys.stdin.isatty()
            else sys.stdin.readline().rstrip("\r\n")
        )
        node.post("/api/operators", {"email": email, "password": password, "name": name})
        typer.echo(f"{email} can sign in now.", err=True)


@admin.command(name="first-link")
def first_link(data: Data = None, config: Config = None) -> None:
    """Print a new link for the first administrator of a running node that nobody has an account on."""
    with plainly(), node_of(data, config) as node:
        secret = node.post("/api/users/first-link")["token"]
        typer.echo(f"{node.url}/first#token={secret}")


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
    with plainly(), node_of(data, config) as node:
        from entrepot.cli.running import rotate_keys
        from entrepot.node.node_keys import rewrap_folder

        settings = settings_of({"data": data}, config)
        if not only_rewrap:
            asyncio.run(rotate_keys(settings))
        if asyncio.run(rewrap_folder(settings)):
            typer.echo("The key of the data folder is wrapped under the newest master key.", err=True)
            if not settings.master_key:
                copy = settings.data / "keys" / "keys.json"
                typer.echo(f"Older copies of {copy} do not open it any more: make a new one.", err=True)
        typer.echo(f"{node.rewrap()} data keys are wrapped under the newest master key.", err=True)
