"""`entrepot rules …`"""

from pathlib import Path
from typing import Annotated

import typer

from entrepot.cli.shared import Config, Data, flaws_shown, node_of, plainly

rules = typer.Typer(help="Packs of rules as files: test, import, diff, export.", no_args_is_help=True)

PackFile = Annotated[Path, typer.Argument(help="A pack as .yaml or .csv.")]
Shrinks = Annotated[bool, typer.Option("--shrinks", help="More than half of what is there may go.")]


@rules.command(name="test")
def try_rules(file: PackFile) -> None:
    """Read a pack, look for flaws and run the tests of its rules. Needs no node."""
    with plainly(), flaws_shown():
        from entrepot.cli import rule_files

        typer.echo(rule_files.tried(file))


@rules.command(name="import")
def import_rules(file: PackFile, data: Data = None, config: Config = None) -> None:
    """Make a draft of a pack in a running node. People submit, approve and activate it in the console."""
    with plainly(), flaws_shown(), node_of(data, config) as node:
        from entrepot.cli import rule_files

        for line in rule_files.brought_in(node, file):
            typer.echo(line)


@rules.command(name="diff")
def compare_rules(file: PackFile, data: Data = None, config: Config = None) -> None:
    """What a file would change of the version that is active in a running node."""
    with plainly(), flaws_shown(), node_of(data, config) as node:
        from entrepot.cli import rule_files

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
    with plainly(), node_of(data, config) as node:
        from entrepot.cli import rule_files

        typer.echo(rule_files.written_out(node, file, name=pack or file.stem))


@rules.command(name="import-hs")
def import_hs(
    file: Annotated[Path, typer.Argument(help="The table as CSV, with columns hscode and description.")],
    edition: Annotated[str, typer.Option(help="Which edition it is.")] = "HS2022",
    shrinks: Shrinks = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Take a table of the Harmonized System into a running node: all of it, or nothing."""
    with plainly(), flaws_shown(), node_of(data, config) as node:
        from entrepot.cli import list_files

        for line in list_files.table_brought_in(node, file, edition=edition, shrinks=shrinks):
            typer.echo(line)


@rules.command(name="import-parties")
def import_parties(
    file: Annotated[Path, typer.Argument(help="A list of restricted parties: .csv, .json, .xml.")],
    list_name: Annotated[str, typer.Option("--list", help="Which list (default: the file's name).")] = "",
    more: Annotated[
        list[Path] | None,
        typer.Option("--with", help="Another file of the same list, such as OFAC's ALT.CSV."),
    ] = None,
    title: Annotated[str, typer.Option(help="What people call it.")] = "",
    published_on: Annotated[str, typer.Option(metavar="DATE", help="When its author published it.")] = "",
    shrinks: Shrinks = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Take a list of restricted parties into a running node, as the next version of this list."""
    with plainly(), flaws_shown(), node_of(data, config) as node:
        from entrepot.cli import list_files

        named = {"title": title, "published_on": published_on or None, "shrinks": shrinks}
        name = list_name or file.stem.lower()
        for line in list_files.list_brought_in(node, file, name=name, more=more or (), named=named):
            typer.echo(line)


# ---- how commands run --------------------------------------------------------------------------------
