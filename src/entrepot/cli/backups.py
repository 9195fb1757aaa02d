"""`entrepot backup …`: takes backups of a running node, and looks at those that were taken."""

import asyncio
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from entrepot.cli.shared import Config, Data, IdentityFile, node_of, plainly, settings_of
from entrepot.core.errors import Conflict


class _OrTake(TyperGroup):
    """`entrepot backup FILE` is `entrepot backup take FILE`, as it always was."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["take", *args]
        return super().parse_args(ctx, args)


backup = typer.Typer(
    cls=_OrTake,
    no_args_is_help=True,
    help="A consistent copy of a running node: take, now, list, verify, identity.",
)


@backup.command()
def take(
    file: Annotated[Path, typer.Argument(help="Where to write the archive; - is standard output.")],
    with_keys: Annotated[bool, typer.Option(help="Put the keys into the archive.")] = False,
    recipient: Annotated[
        str,
        typer.Option(
            help="Encrypt it with age for age1… or an SSH public key, several with commas; none: not at all."
            " By default as the settings of the node say."
        ),
    ] = "",
    data: Data = None,
    config: Config = None,
) -> None:
    """A consistent copy of a running node, as one tar archive: `entrepot backup FILE`."""
    with plainly(), node_of(data, config) as node:
        asked = {"with_keys": str(with_keys).lower(), **({"recipient": recipient} if recipient else {})}
        size = node.download("/api/backup", asked, file)
        typer.echo(f"{file}: {size:,} bytes.", err=True)
        settings = settings_of({"data": data}, config)
        encrypted = recipient != "none" if recipient else bool(settings.backup_recipient)
        if not encrypted:
            typer.echo(
                "It is not encrypted: whoever reads it reads what is in it. See --recipient.", err=True
            )
        if with_keys and not encrypted:
            typer.echo("The keys are in it, and open everything sealed: guard it.", err=True)
        if not with_keys:
            typer.echo(
                f"The keys are not in it: keep a copy of {settings.data / 'keys'} elsewhere.", err=True
            )


@backup.command()
def now(data: Data = None, config: Config = None) -> None:
    """Have the node make one as if it were due: to its folder or command, for its recipients."""
    with plainly(), node_of(data, config) as node:
        made = node.post("/api/backups")
        typer.echo(f"{made['name']}: {made['bytes']:,} bytes, read back.")


@backup.command(name="list")
def list_backups(data: Data = None, config: Config = None) -> None:
    """What became of scheduled backups, the newest first."""
    with plainly(), node_of(data, config) as node:
        found = list(node.pages("/api/backups"))
        for each in found:
            how = each["error"] or f"{each['name']}  {each['bytes']:,} bytes"
            typer.echo(f"{each['ended_at'][:19]}Z  {'failed' if each['error'] else 'good  '}  {how}")
        if not found:
            every = settings_of({"data": data}, config).backup_every
            typer.echo(
                f"There are none yet: backup_every is {every}. One at once: entrepot backup now"
                if every
                else "There are none. Set backup_every and backup_to.",
                err=True,
            )


@backup.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A backup, scheduled or taken.")], identity: IdentityFile = None
) -> None:
    """Read a backup to its end, compare every checksum, and look through its databases."""
    with plainly():
        from entrepot.cli.verify import verify as verified

        for line in asyncio.run(verified(file, identity=identity)):
            typer.echo(line)


@backup.command()
def identity(
    file: Annotated[Path, typer.Argument(help="Where to write the identity; keep it away from the node.")],
) -> None:
    """Make an identity that opens encrypted backups, and print its recipient for `backup_recipient`."""
    with plainly():
        from entrepot.node.archive import new_identity

        text, recipient = new_identity()
        try:
            with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
                out.write(text)
        except OSError as error:
            raise Conflict(f"{file} cannot be written: {error.strerror}.") from error
        typer.echo(recipient)
