"""The user context's HTTP."""

from entrepot.core.routes import Cursor, Limit, Page, Route
from entrepot.user import service
from entrepot.user.model import ApiKey, ApiKeyWithSecret, Credential, NewKey, Recognised

ROUTES = (
    Route("GET", "/api/keys", service.keys, takes=Cursor, gives=Page[ApiKey], scope="key:read"),
    Route(
        "POST", "/api/keys", service.create_key, takes=NewKey, gives=ApiKeyWithSecret, status=201,
        scope="key:write", limit=Limit(requests=60),
    ),
    Route("DELETE", "/api/keys/{id}", service.revoke_key, scope="key:write"),
    Route("DELETE", "/api/tokens/current", service.sign_out, scope="token:self"),
    Route(
        "POST", "/internal/credentials", service.recognise, takes=Credential, gives=Recognised,
        internal=True, writes=False, deadline_s=3.0,
    ),
)  # fmt: skip
