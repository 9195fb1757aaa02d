"""What data serve for, what people agreed to, and what they may ask: all of it, or its end."""

from datetime import timedelta
from typing import Literal

import msgspec

from entrepot.core.routes import Input
from entrepot.core.time import Moment

ConsentPurpose = Literal["product-news", "usage-research"]

# What needs no consent, because the service is not possible without it, stands in `docs/privacy.md`.
PURPOSES: dict[ConsentPurpose, str] = {
    "product-news": "Letters about what is new in the product.",
    "usage-research": "Statistics about how the product is used, to make it better.",
}

EXPORT_KEPT_FOR = timedelta(days=1)


class ConsentChange(Input, frozen=True, kw_only=True):
    """Yes or no to a purpose."""

    purpose: ConsentPurpose
    given: bool


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A purpose, and what the person last said about it; nothing said is no."""

    purpose: str
    about: str
    given: bool
    at: Moment | None = None


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """Everything held about a person, by context. While it gathers, `missing` says who has not answered."""

    id: str
    state: Literal["gathering", "ready"]
    requested_at: Moment
    missing: list[str]
    held: dict[str, msgspec.Raw]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that an account was erased: what was done, and where the destroyed key may stand still, and until
    when.
    """

    id: str
    erased_at: Moment
    done: list[str]
    remains: list[str]


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure that is committed, and the wrapped keys that it destroyed."""

    id: str
    erased_at: Moment
    destroyed: list[bytes]
