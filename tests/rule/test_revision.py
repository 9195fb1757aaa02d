"""Revisions are counted against what is active."""

import pytest
from tests.rule.samples import pack, rule

from entrepot.rule.functions.revision import counted
from entrepot.rule.model.rule import MOST_REVISIONS


@pytest.mark.parametrize(
    ("said", "severity", "comes_out"),
    [(1, "document", 3), (9, "document", 3), (1, "label", 4), (3, "label", 4), (9, "label", 9)],
)
def test_revision_follows_the_active_rule(said: int, severity: str, comes_out: int) -> None:
    active, draft = pack(rule(revision=3)), pack(rule(revision=said, severity=severity))
    changed = [each.revision for each in counted(draft, active)]
    assert changed == ([] if said == comes_out else [comes_out])


def test_new_rule_keeps_its_revision() -> None:
    draft = pack(rule(revision=5))
    assert list(counted(draft, None)) == list(counted(draft, pack(rule("nz-other")))) == []


def test_revision_ends_where_a_rule_may() -> None:
    active = pack(rule(revision=MOST_REVISIONS))
    assert list(counted(pack(rule(revision=MOST_REVISIONS, severity="label")), active)) == []
