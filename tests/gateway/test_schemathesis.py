"""Schemathesis asks whatever /openapi.json allows, and what it does not, and holds the answers to it."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.gateway.client import Node

# Rows that sleep, crash or refuse on purpose; streams, which OpenAPI 3.1 cannot describe event by event
# (3.2 can) and whose end nobody can wait for; and a backup, which is large.
_LEFT_OUT = "^/api/(live|notifications/live|naps|crash|slow-notes|rare|public|count|live-count|events|backup)"


def test_every_answer_is_one_that_the_document_allows(node: Node, tmp_path: Path) -> None:
    config = tmp_path / "schemathesis.toml"
    config.write_text('[[operations]]\ninclude-path = "/api/tokens/current"\nenabled = false\n')
    token = node.token("*", kind="operator")
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run",
            f"{node.url}/openapi.json",
            "--header", f"Authorization: Bearer {token}", "--exclude-path-regex", _LEFT_OUT,
            "--max-examples", "25", "--seed", "7", "--workers", "1", "--request-timeout", "10",
            "--suppress-health-check", "all", "--phases", "examples,coverage,fuzzing",
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
            "response_headers_conformance,negative_data_rejection,unsupported_method,ignored_auth",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(done.stdout[-6000:] + done.stderr[-2000:])
