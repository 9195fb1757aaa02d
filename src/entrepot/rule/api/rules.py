"""The rules that are active."""

from entrepot.core.routes import Page, Route
from entrepot.rule.functions.coverage import MarketCoverage
from entrepot.rule.model.check import CoverageQuery
from entrepot.rule.model.life import RuleQuery
from entrepot.rule.model.rule import RuleView, Vocabulary
from entrepot.rule.service import rules

ROUTES = (
    Route("GET", "/api/rules", rules.list_rules, takes=RuleQuery, gives=Page[RuleView], scope="rule:read"),
    Route(
        "GET", "/api/rules/coverage", rules.coverage, takes=CoverageQuery, gives=Page[MarketCoverage],
        scope="rule:read",
    ),
    Route("GET", "/api/rules/vocabulary", rules.vocabulary, gives=Vocabulary, scope="rule:read"),
    Route("GET", "/api/rules/{id}", rules.one_rule, gives=RuleView, scope="rule:read"),
)  # fmt: skip
