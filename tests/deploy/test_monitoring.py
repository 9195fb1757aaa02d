"""What operators are given to watch a node with names only what a node measures, and Prometheus takes it."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from tests.gateway.client import Node, running_node, until
from tools.reference import all_metrics

from entrepot import wiring

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
# Shown when something is refused, ended or dropped; with a certificate, with `backup_every`, on PostgreSQL.
ONLY_SOMETIMES = {
    "http_refused_total", "mqtt_refused_total", "mqtt_ended_total", "mqtt_dropped_total",
    "tls_certificate_expires_timestamp_seconds", "tls_certificate_current",
    "tls_certificate_reloads_total", "tls_certificate_reload_failures_total",
    "backup_last_success_timestamp_seconds", "backup_last_size_bytes", "backup_failures_total",
    "database_connections", "database_connections_limit",
}  # fmt: skip
_NAME = re.compile(r"\b(?:entrepot|process|python)_[a-z0-9_]+")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    data = tmp_path_factory.mktemp("watched")
    with running_node(data, contexts=wiring.CONTEXTS, mqtt_port=0, osmand_port=0) as running:
        yield running


@pytest.fixture(scope="module")
def scrape(node: Node) -> str:
    """After somebody has asked something."""
    node.stranger().get("/api/keys")
    until(lambda: "entrepot_outbox_lag{" in _metrics(node) and 'door="mqtt"' in _metrics(node))
    return _metrics(node)


def _metrics(node: Node) -> str:
    return node.stranger().get("/metrics").body.decode()


def _series(scrape: str) -> set[str]:
    return {sample.name for family in text_string_to_metric_families(scrape) for sample in family.samples}


def _promtool(*args: str, given: str = "") -> str:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is missing; Debian's package prometheus brings it")
    done = subprocess.run(
        ["promtool", *args], cwd=MONITORING, input=given, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _rules() -> list[dict[str, Any]]:
    document = yaml.safe_load((MONITORING / "alerts.yml").read_text())
    return [rule for group in document["groups"] for rule in group["rules"]]


def _panels() -> list[dict[str, Any]]:
    return json.loads((MONITORING / "dashboard.json").read_text())["panels"]


def _named(expression: str) -> set[str]:
    return set(_NAME.findall(_STRING.sub('""', expression)))


def test_every_metric_of_a_scrape_is_in_the_reference_and_the_other_way_round(scrape: str) -> None:
    shown = {
        family.name + "_total" * (family.type == "counter"): (family.type, family.documentation)
        for family in text_string_to_metric_families(scrape)
        if family.name.startswith("entrepot_")
    }
    described = {f"entrepot_{each.name}": (each.kind, each.about) for each in all_metrics()}
    assert shown == {name: said for name, said in described.items() if name[9:] not in ONLY_SOMETIMES}


def test_no_label_has_a_value_that_a_caller_chose(node: Node) -> None:
    stranger = node.stranger("made-up-4711")
    for target in ("/made-up-4711", "/api/keys/made-up-4711", "/api/keys?made-up-4711=1", "/readyz"):
        stranger.get(target)
    stranger.ask("MADEUP", "/api/keys")
    assert "made-up-4711" not in _metrics(node) and "MADEUP" not in _metrics(node)


def test_promtool_finds_nothing_to_complain_of_in_a_scrape(scrape: str) -> None:
    assert _promtool("check", "metrics", given=scrape) == ""


def test_promtool_takes_the_rules_and_the_configuration() -> None:
    assert "SUCCESS" in _promtool("check", "rules", "alerts.yml")
    _promtool("check", "config", "prometheus.yml")


def test_every_alert_fires_when_it_should_and_has_its_test() -> None:
    files = sorted(each.name for each in MONITORING.glob("*.test.yml"))
    _promtool("test", "rules", *files)
    tests = [test for name in files for test in yaml.safe_load((MONITORING / name).read_text())["tests"]]
    tried = {one["alertname"] for test in tests for one in test["alert_rule_test"] if one["exp_alerts"]}
    assert tried == {rule["alert"] for rule in _rules()}


def test_alerts_name_only_what_a_node_measures(scrape: str) -> None:
    named = set().union(*(_named(rule["expr"]) for rule in _rules()))
    assert named - _series(scrape) - {f"entrepot_{name}" for name in ONLY_SOMETIMES} == set()
    assert {rule["labels"]["severity"] for rule in _rules()} == {"critical", "warning"}


def test_dashboard_names_only_what_a_node_measures(scrape: str) -> None:
    expressions = [target["expr"] for panel in _panels() for target in panel.get("targets", ())]
    assert len(expressions) > 20
    sometimes = {f"entrepot_{name}" for name in ONLY_SOMETIMES}
    assert set().union(*map(_named, expressions)) - _series(scrape) - sometimes == set()


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    cells = [
        (x, y)
        for at in (panel["gridPos"] for panel in _panels())
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) == 23


def test_prometheus_takes_every_expression_of_the_dashboard(tmp_path: Path) -> None:
    expressions = [target["expr"] for panel in _panels() for target in panel.get("targets", ())]
    rules = [
        {
            "record": f"panel:{number}",
            "expr": each.replace("$__rate_interval", "5m").replace("$instance", ".*"),
        }
        for number, each in enumerate(expressions)
    ]
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    assert "SUCCESS" in _promtool("check", "rules", str(tmp_path / "panels.yml"))
