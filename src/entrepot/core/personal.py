"""What every context that holds personal data must be able to do: export it, and erase it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import msgspec

from entrepot.core.events import Event


class PersonDataTold(Event, frozen=True, kw_only=True):
    """What a context holds about a person: JSON, sealed under the export's key at `export.<context>`."""

    KEY: ClassVar[str] = "export_id"
    export_id: str
    sealed: bytes


@dataclass(frozen=True)
class Personal:
    """`export(tx, person_id, …)` returns all that a context holds about a person, as something that becomes
    JSON; `erase(tx, person_id, …)` forgets it. What they take beyond that is supplied.
    """

    export: Callable[..., Awaitable[object]]
    erase: Callable[..., Awaitable[None]]


class Holders(msgspec.Struct, frozen=True):
    """The contexts that answer when a person asks for an export of their data."""

    contexts: frozenset[str]


@cache
def told_by(context: str) -> type[PersonDataTold]:
    """Return the type of the event that carries what a context holds: `<context>.person_data_told`."""
    made: Any = msgspec.defstruct(
        f"{context.title()}DataTold",
        [],
        bases=(PersonDataTold,),
        namespace={"TYPE": f"{context}.person_data_told", "__doc__": f"What {context} holds about a person."},
        module=__name__,
        frozen=True,
        kw_only=True,
        omit_defaults=True,
    )
    return made  # type: ignore[no-any-return]  # a subclass made at run time
