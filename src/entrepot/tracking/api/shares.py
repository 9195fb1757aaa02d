"""Shares: where some devices are, for whoever has the link."""

from entrepot.core.routes import Limit, Page, Route, Stream
from entrepot.tracking.model.share import NewShare, Share, Shared, SharedNews, ShareQuery, ShareWithToken
from entrepot.tracking.service import shares

_STRANGERS = Limit(requests=60)  # from one address

ROUTES = (
    Route(
        "GET", "/api/shares", shares.shares, takes=ShareQuery, gives=Page[Share], scope="share:write",
    ),
    Route(
        "POST", "/api/shares", shares.share, takes=NewShare, gives=ShareWithToken, status=201,
        scope="share:write", secret=True, limit=Limit(requests=60),
    ),
    Route("DELETE", "/api/shares/{id}", shares.revoke_share, scope="share:write"),
    Route(
        "GET", "/api/shares/{token}", shares.shared, gives=Shared, public=True, before=shares.find_shared,
        writes=True, secret=True, limit=_STRANGERS,
    ),
    Route(
        "GET", "/api/shares/{token}/live", shares.shared_live, gives=Stream[SharedNews], public=True,
        before=shares.open_shared_line, writes=True, limit=_STRANGERS,
    ),
)  # fmt: skip
