"""`entrepot people …` on a running node and on a stopped one, and the first administrator's link."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.command import Node, Shell, Terminal, until

PASSWORD = "plough the 7 seas at dawn"
NO_ID = "Nobody on this node has the id '../../x'."
ADA = "ada@example.org"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def node(shell: Shell) -> Iterator[Node]:
    with shell.up() as running:
        for email in (ADA, "bob@example.org"):
            told = {"email": email, "password": PASSWORD, "name": email.partition("@")[0].title()}
            running.ask("POST", "/api/operators", told)
        yield running


def people(shell: Shell, *args: str) -> str:
    return shell.ok("people", *args, "--data", "data").strip()


def sign_in(node: Node, email: str = ADA) -> int:
    told = {"email": email, "password": PASSWORD}
    with node.open("POST", "/api/tokens", told) as answer:
        answer.read()
        return answer.status


def test_accounts_are_mended_while_the_node_runs_and_while_it_does_not(shell: Shell, node: Node) -> None:
    assert [line.split("  ")[1:3] for line in people(shell, "list").splitlines()] == [
        [ADA, "Ada"], ["bob@example.org", "Bob"],
    ]  # fmt: skip
    for command in ("show", "suspend", "resume", "reset-second-factor", "make-administrator"):
        assert shell.refused("people", command, "../../x", "--data", "data") == NO_ID
    letter = ("monitor", "../../x", "--data", "data")
    assert shell.refused("dead-letters", "show", *letter) == "There is no dead letter '../../x'."
    assert people(shell, "suspend", ADA) == f"{ADA} is suspended."
    assert sign_in(node) == 403
    assert node.interrupt() == 0

    line = people(shell, "list", "--suspended")
    assert ADA in line and "suspended 20" in line
    id = line.split("  ")[0]
    assert people(shell, "resume", id) == f"{ADA} works again."
    assert people(shell, "change-address", ADA, "ada@münchen.de") == f"{ADA} is ada@münchen.de now."
    shown = json.loads(people(shell, "show", "ADA@xn--mnchen-3ya.de"))
    assert (shown["id"], shown["email"], shown["suspended_at"]) == (id, "ada@münchen.de", None)
    refused = shell.refused("people", "suspend", ADA, "--data", "data")
    assert refused == f"Nobody on this node has the address {ADA}."
    assert shell.refused("people", "show", "../../x", "--data", "data") == NO_ID

    with shell.up() as again:
        assert sign_in(again, "ada@münchen.de") == 200

        def told() -> set[str]:
            return {each["type"] for each in again.ask("GET", "/api/account-acts")["items"]}

        wanted = {"user.account_suspended", "user.account_resumed", "user.address_changed"}
        until(lambda: told() == wanted)
        actors = {each["actor"] for each in again.ask("GET", "/api/account-acts")["items"]}
        assert actors == {"operator"}
        mail = again.folder / "mail"
        until(lambda: sum(b"was changed" in each.read_bytes() for each in mail.glob("*.eml")) == 2)


def test_last_administrator_of_the_node_is_not_suspended(shell: Shell, node: Node) -> None:
    people(shell, "suspend", "bob@example.org")
    said = shell.refused("people", "suspend", ADA, "--data", "data")
    assert said.startswith("Nobody else could invite people")


def test_folder_without_a_node_is_left_alone(shell: Shell) -> None:
    assert shell.refused("people", "list").startswith("There are no keys in var;")
    assert not (shell.folder / "var").exists()


# ---- the first administrator ------------------------------------------------------------------------


def test_link_for_the_first_administrator_is_in_no_log(shell: Shell) -> None:
    with shell.up() as node:
        until(lambda: "admin first-link --data data" in node.said())
        assert "#token=" not in node.said()
        link = shell.ok("admin", "first-link", "--data", "data").strip()
        assert link.startswith(f"{node.url}/first#token=")
        token = link.partition("#token=")[2]
        first = {"token": token, "email": ADA, "password": PASSWORD, "name": "Ada"}
        node.ask("POST", "/api/users/first", first)
        said = shell.refused("admin", "first-link", "--data", "data")
        assert said.startswith("Somebody has an account already")


def test_link_for_the_first_administrator_is_on_a_terminal(shell: Shell) -> None:
    terminal = Terminal(shell, "up", "--port", "0", "--data", "data")
    terminal.wait_for("/first#token=", within_s=60)
    terminal.type(b"\x03")
    terminal.end(within_s=60)
    terminal.close()
