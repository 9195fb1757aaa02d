"""Rules: what an organisation wants to be told."""

from entrepot.alert.model.rule import AlertRule, AlertRuleKey, AlertRuleQuery
from entrepot.alert.service import rules
from entrepot.core.routes import Page, Route

_PATH = "/api/alert-rules"

ROUTES = (
    Route("GET", _PATH, rules.rules, takes=AlertRuleQuery, gives=Page[AlertRule], scope="alert:read"),
    Route("PUT", _PATH, rules.set_rule, takes=AlertRule, gives=AlertRule, scope="alert:write"),
    Route("DELETE", _PATH, rules.remove_rule, takes=AlertRuleKey, scope="alert:write"),
)
