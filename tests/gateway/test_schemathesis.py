"""Schemathesis asks whatever /openapi.json allows, and what it does not, and holds the answers to it."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.gateway.client import running_node
from tests.sample.node import CONTEXTS
from tests.suite.lengths import length

# Rows that sleep, crash or refuse on purpose; streams, which OpenAPI 3.1 cannot describe event by event
# (3.2 can) and whose end nobody can wait for; a backup, which is large; and dead letters, whose rows are the
# same in every context, but for those of one.
_LEFT_OUT = (
    "^/api/(live|shares/{token}/live|notifications/live|naps|crash|slow-notes|rare|public|count|live-count"
    "|events|backup|(dead-letters|readers)/(?!user))"
)
# The first ends the session that asks; the second takes a rule, whose fields the row that stores it tries.
_CONFIG = """
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]

[[operations]]
include-path = "/api/tokens/current"
enabled = false

[[operations]]
include-path = "/api/packs/{id}/canary"
[operations.phases.coverage]
enabled = false
"""


# For each row and phase.
EXAMPLES = str(length(15, prove=100))


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("context", [each.name for each in CONTEXTS if each.name != "gateway"])
def test_every_answer_is_one_that_the_document_allows(context: str, tmp_path: Path) -> None:
    """Each context at a node of its own: one address may not show wrong credentials as often as all rows
    together want them.
    """
    config = tmp_path / "schemathesis.toml"
    config.write_text(_CONFIG)
    with running_node(tmp_path / "data") as node:
        token = node.token("*", kind="operator")
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run",
                f"{node.url}/openapi.json",
                "--header", f"Authorization: Bearer {token}",
                "--include-tag", context, "--exclude-path-regex", _LEFT_OUT,
                "--max-examples", EXAMPLES, "--seed", "7", "--workers", "1", "--request-timeout", "60",
                "--suppress-health-check", "all", "--phases", "examples,coverage,fuzzing",
                "--checks",
                "not_a_server_error,status_code_conformance,content_type_conformance,"
                "response_schema_conformance,response_headers_conformance,negative_data_rejection,"
                "unsupported_method,ignored_auth",
            ],
            cwd=tmp_path, capture_output=True, text=True, timeout=3_500,
        )  # fmt: skip
    if done.returncode:
        said = done.stdout.partition("= FAILURES =")[2] or done.stdout
        pytest.fail("\n".join(line[:300] for line in said.splitlines()[:200]) + done.stderr[-2000:])
