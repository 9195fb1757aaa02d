"""`entrepot rules`: files into a node and out of it, and tried without one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.client import Node, running_node, until
from tests.rule.samples import pack, rule
from typer.testing import CliRunner, Result

from entrepot import cli
from entrepot.rule.functions import formats


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_node(tmp_path_factory.mktemp("files")) as running:
        reader = running.caller("rule:read")
        until(lambda: reader.get("/api/rules").status == 200)
        yield running


def entrepot(*words: object) -> Result:
    return CliRunner().invoke(cli.app, ["rules", *map(str, words)])


def test_pack_is_tried_without_a_node(tmp_path: Path) -> None:
    file = tmp_path / "nz.yaml"
    file.write_text(formats.write(pack(rule(), name="nz"), kind="yaml"))
    done = entrepot("test", file)
    assert (done.exit_code, done.output) == (0, f"{file}: 1 rules, 2 tests pass.\n")


def test_every_flaw_is_told_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "nz.csv"
    file.write_text(
        formats.write(pack(rule("a", tests=()), rule("b", destinations=("ZZ",)), name="nz"), kind="csv")
    )
    done = entrepot("test", file)
    assert done.exit_code == 1
    assert f"{file}:4: Rule a, tests: no test expects it to match." in done.output
    assert f"{file}:5: Rule b, destinations[0]: there is no country or group ZZ." in done.output


def test_overlap_and_a_day_to_come_are_told_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "nz.csv"
    file.write_text(formats.write(pack(rule("a"), rule("b"), name="nz"), kind="csv"))
    assert f"{file}:5: Rule b: its conditions and severity are those of a" in entrepot("test", file).output
    file.write_text(file.read_text().replace("2026-11-01", "2999-01-01"))
    assert (
        f"{file}:4: Rule a, citation.checked_on: 2999-01-01, when its citation was checked"
        in entrepot("test", file).output
    )


def test_file_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    assert "cannot be read" in entrepot("test", tmp_path / "gone.yaml").output
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"\xff\xfe\x00")
    assert entrepot("test", broken).exit_code == 1


@pytest.mark.parametrize("kind", ["yaml", "csv"])
def test_shipped_pack_goes_out_and_changes_nothing_on_its_way_back(
    node: Node, tmp_path: Path, kind: str
) -> None:
    file, data = tmp_path / f"eu.{kind}", ("--data", node.settings.data)
    assert entrepot("export", file, *data).exit_code == 0
    assert entrepot("diff", file, *data).output == "It changes nothing.\n"
    read = formats.read(file.read_bytes(), file=file.name)
    assert formats.write(read, kind=kind) == file.read_text()


def test_changed_file_becomes_a_draft(node: Node, tmp_path: Path) -> None:
    file, data = tmp_path / "jp.yaml", ("--data", node.settings.data)
    entrepot("export", file, *data)
    file.write_text(file.read_text().replace("title: Japan", "title: Nippon"))
    assert entrepot("diff", file, *data).output == "  pack: title\n"
    done = entrepot("import", file, *data)
    assert done.output.startswith("jp 2 is a draft of"), done.output
    [active] = node.caller("rule:read").get("/api/packs?name=jp&state=active").json()["items"]
    assert (active["version"], active["shipped"]) == (1, True)


def test_node_refuses_a_flawed_file_line_by_line(node: Node, tmp_path: Path) -> None:
    file = tmp_path / "nz.yaml"
    file.write_text(formats.write(pack(rule(supersedes=("gone",)), name="nz"), kind="yaml"))
    done = entrepot("import", file, "--data", node.settings.data)
    assert done.exit_code == 1
    assert f"{file}:" in done.output
    assert "there is no rule gone" in done.output
    assert entrepot("export", tmp_path / "nz.yaml", "--data", node.settings.data).exit_code == 1
