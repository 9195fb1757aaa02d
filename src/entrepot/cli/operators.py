"""`entrepot admin …`, `keys …` and `dead-letters …`: what operators ask of a node."""

import asyncio
import sys
from typing import Annotated

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
        if not only_rewrap:
            from entrepot.cli.running import rotate_keys

            asyncio.run(rotate_keys(settings_of({"data": data}, config)))
        typer.echo(f"{node.rewrap()} data keys are wrapped under the newest master key.", err=True)
