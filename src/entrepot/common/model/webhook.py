"""Webhooks: addresses of programs that get notices. Calls are signed as the Standard Webhooks specification
1.0.0 says (https://github.com/standard-webhooks/standard-webhooks).
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Protocol
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from entrepot.common.model.notice import Notice
from entrepot.core.errors import Conflict, NotFound
from entrepot.core.notices import KindPattern
from entrepot.core.routes import Input
from entrepot.core.time import Moment

MOST = 20  # of one organisation
PREVIOUS_SIGNS_FOR = timedelta(hours=24)  # so that a receiver can change its secret without losing a call
FAILS_AT_MOST = timedelta(days=3)  # a long weekend; then it is switched off
LEASE = timedelta(minutes=2)  # a sender that died lets go of a delivery after this
AT_ONCE, AT_ONCE_EACH = 16, 4  # so that one slow receiver does not hold up the others
_PREFIX = "whsec_"

_Url = Annotated[str, Meta(min_length=1, max_length=2048)]
_Kinds = Annotated[list[KindPattern], Meta(min_length=1, max_length=32)]


class WebhookNotFound(NotFound):
    """The organisation has no such webhook."""


class TooManyWebhooks(Conflict):
    """An organisation has a bounded number of webhooks."""


class NewWebhook(Input, frozen=True, kw_only=True):
    """Where to call, and about which kinds of notices."""

    url: _Url
    kinds: _Kinds = msgspec.field(default_factory=lambda: ["*"])


class WebhookChange(Input, frozen=True, kw_only=True):
    """What is to be different; switching it on forgets its failures."""

    url: _Url | None = None
    kinds: _Kinds | None = None
    active: bool | None = None


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook. `off_reason` says why it was switched off by itself."""

    id: str
    url: str
    kinds: list[str]
    active: bool
    off_reason: str
    failing_since: Moment | None
    created_at: Moment


class WebhookWithSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook, and the secret by which its owner checks signatures: it is shown this once."""

    webhook: Webhook
    secret: str


class Called(Protocol):
    """What came of a call. `code` is 0 when nobody answered; `error` says why, in a sentence."""

    @property
    def code(self) -> int: ...
    @property
    def error(self) -> str: ...
    @property
    def retry_after_s(self) -> float: ...


class WebhookCaller(Protocol):
    """Calls addresses that users chose, if the operator allows them."""

    def check(self, url: str) -> None:
        """Raises: Invalid when no call to it can ever be allowed."""

    async def call(self, url: str, body: bytes, headers: Mapping[str, str]) -> Called:
        """POST once. Whatever the other side does is an outcome, not an error."""


def new_secret() -> str:
    return _PREFIX + base64.b64encode(os.urandom(32)).decode()


def signature(secret: str, *, id: str, timestamp_s: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    mac = hmac.digest(key, f"{id}.{timestamp_s}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(mac).decode()}"


def headers(secrets: Sequence[str], *, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """One signature for each secret that still counts."""
    timestamp_s = int(at.timestamp())
    signatures = (signature(each, id=id, timestamp_s=timestamp_s, body=body) for each in secrets)
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(signatures),
    }


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a webhook gets: a CloudEvent in JSON. A withdrawal's type ends in `.withdrawn`."""

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: Moment
    datacontenttype: str = "application/json"
    data: dict[str, object]


_encode = msgspec.json.Encoder().encode


def body_of(notice: Notice, *, source: str, withdrawal: bool) -> bytes:
    """Return the body, with the same bytes at every attempt."""
    ending = ".withdrawn" if withdrawal else ""
    own = {
        "organisation": notice.organisation,
        "severity": notice.severity,
        "late": notice.late,
        "simulated": notice.simulated,
    }
    return _encode(
        Body(
            id=f"{notice.id}{ending}",
            source=source,
            type=f"{notice.kind}{ending}",
            subject=notice.subject,
            time=notice.occurred_at,
            data={**notice.facts, **own, "notice_id": notice.id},
        )
    )


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""
