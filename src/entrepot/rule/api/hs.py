"""The rows of the Harmonized System, and the forms of files to import."""

from entrepot.core.routes import Limit, Route
from entrepot.rule.model.file_forms import FileForms
from entrepot.rule.model.hs import (
    CodeView,
    HsQuery,
    Matches,
    NewSuggestion,
    NewTable,
    Suggestions,
    TableReport,
)
from entrepot.rule.service import file_forms, hs

ROUTES = (
    Route("GET", "/api/file-forms", file_forms.file_forms, gives=FileForms, scope="rule:read"),
    Route(
        "GET", "/api/hs", hs.search_codes, takes=HsQuery, gives=Matches, scope="rule:read",
        before=hs.nomenclature,
    ),
    Route("GET", "/api/hs/{code}", hs.show_code, gives=CodeView, scope="rule:read", before=hs.nomenclature),
    Route(
        "POST", "/api/hs/suggestions", hs.suggest_codes, takes=NewSuggestion, gives=Suggestions,
        scope="rule:read", writes=False, before=hs.nomenclature,
    ),
    Route("DELETE", "/api/hs/import", hs.take_back, scope="rule:write"),
    Route(
        "POST", "/api/hs/import", hs.import_codes, takes=NewTable, gives=TableReport, scope="rule:write",
        before=hs.read_table, max_body_bytes=20 * 1024 * 1024, deadline_s=60.0, limit=Limit(requests=10),
    ),
)  # fmt: skip
