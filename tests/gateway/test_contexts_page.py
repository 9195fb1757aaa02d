"""What anybody may know of a node's contexts: the console's menu follows from it."""

from pathlib import Path

from tests.gateway.client import running_node
from tests.sample.node import CONTEXTS

from entrepot.node.assembly import assemble


def test_node_says_its_contexts_and_their_scopes_without_a_session(tmp_path: Path) -> None:
    with running_node(tmp_path) as node:
        said = {each["name"]: each for each in node.stranger().get("/contexts.json").json()}
    assembly = assemble(CONTEXTS)
    assert said.keys() == set(assembly.names)
    for context in assembly:
        scopes = {row.scope for row in context.rows if row.scope and not row.internal}
        assert said[context.name]["scopes"] == sorted(scopes)
    for each in said.values():
        assert set(each) == {"name", "about", "scopes"}
        assert each["about"] and "\n" not in each["about"]
