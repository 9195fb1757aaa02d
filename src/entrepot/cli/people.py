"""`entrepot people …`: the accounts of a node, running or stopped. Each change is told to its person by
letter, and shows in the activity.
"""

from typing import Annotated, Any

import typer

from entrepot.cli.shared import Config, Data, node_or_folder_of, plainly, pretty, sound_id
from entrepot.core.errors import NotFound

people = typer.Typer(
    help="Accounts: list, suspend, and mend them. Works on a running and on a stopped node.",
    no_args_is_help=True,
)
_PATH = "/api/accounts"
Who = Annotated[str, typer.Argument(metavar="WHO", help="E-mail address or id of the account.")]


@people.command(name="list")
def list_people(
    suspended: Annotated[bool, typer.Option("--suspended", help="Only suspended accounts.")] = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """All accounts, one a line: id, address, name, roles by organisation, and since when it is suspended."""
    with plainly(), node_or_folder_of(data, config, context="user") as node:
        for each in node.pages(_PATH, {"suspended": "true"} if suspended else {}):
            typer.echo("  ".join((each["id"], each["email"], each["name"], *_state(each))))


@people.command(name="show")
def show_person(who: Who, data: Data = None, config: Config = None) -> None:
    """One account, whole, as JSON."""
    with plainly(), node_or_folder_of(data, config, context="user") as node:
        typer.echo(pretty(_found(node, who)))


@people.command()
def suspend(who: Who, data: Data = None, config: Config = None) -> None:
    """End all sessions of an account, refuse its keys and sign-ins, and end its invitations and shares."""
    with plainly(), node_or_folder_of(data, config, context="user") as node:
        typer.echo(f"{_do(node, who, 'suspend')} is suspended.")


@people.command()
def resume(who: Who, data: Data = None, config: Config = None) -> None:
    """Let a suspended account work again, with its keys."""
    with plainly(), node_or_folder_of(data, config, context="user") as node:
        typer.echo(f"{_do(node, who, 'resume')} works again.")


@people.command(name="reset-second-factor")
def reset_second_factor(who: Who, data: Data = None, config: Config = None) -> None:
    """Remove a second factor that somebody lost. Make sure who asks: the password alone opens the account
    then.
    """
    with plainly(), node_or_folder_of(data, config, context="user") as node:
        typer.echo(f"{_do(node, who, 'reset-second-factor')} signs in with the password alone.")


@people.command(name="change-address")
def change_address(
    who: Who,
    to: Annotated[str, typer.Argument(metavar="ADDRESS", help="The address from now on.")],
    data: Data = None,
    config: Config = None,
) -> None:
    """Give an account another e-mail address. Make sure who asks: letters to it open the account."""
    with plainly(), node_or_folder_of(data, config, context="user") as node:
        typer.echo(f"{who} is {_do(node, who, 'change-address', {'email': to})} now.")


@people.command(name="make-administrator")
def make_administrator(
    who: Who,
    organisation: Annotated[
        str | None,
        typer.Option(
            help="Id of the organisation; operators are those who run the node. Needed only if the person "
            "belongs to several, or to another."
        ),
    ] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make somebody an administrator of an organisation, such as one that lost its last."""
    with plainly(), node_or_folder_of(data, config, context="user") as node:
        appointed = {} if organisation is None else {"organisation": organisation}
        typer.echo(f"{_do(node, who, 'make-administrator', appointed)} is an administrator now.")


def _do(node: Any, who: str, what: str, body: object = None) -> str:
    """Return the address of the account afterwards."""
    after: dict[str, str] = node.post(f"{_PATH}/{_found(node, who)['id']}/{what}", body)
    return after["email"]


def _found(node: Any, who: str) -> dict[str, Any]:
    """Raises: NotFound."""
    if "@" not in who:
        if not sound_id(who):
            raise NotFound(f"Nobody on this node has the id {who!r}.")
        found: dict[str, Any] = node.get(f"{_PATH}/{who}")
        return found
    for each in node.pages(_PATH, {"email": who}):
        return dict(each)
    raise NotFound(f"Nobody on this node has the address {who}.")


def _state(account: dict[str, Any]) -> list[str]:
    roles = [f"{each['organisation']}: {', '.join(each['roles'])}" for each in account["memberships"]]
    suspended = account["suspended_at"]
    return [*roles, *([f"suspended {suspended[:19]}Z"] if suspended else [])]
