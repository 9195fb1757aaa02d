"""What is wrong with a pack, said so that its author finds the place."""

from typing import ClassVar

import msgspec

from entrepot.core.errors import Invalid


class Flaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to mend. `line` is 0 where there is no file; `code` is a stable word for it."""

    code: str
    reason: str
    rule: str = ""
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line or "")) if part)
        return f"{place}: {self.reason}" if place else self.reason


class FlawedPack(Invalid):
    """A pack that cannot be taken; nothing of it was."""

    fields: ClassVar[tuple[str, ...]] = ("flaws",)

    def __init__(self, flaws: list[Flaw]) -> None:
        more = f" (and {len(flaws) - 1} more)" if len(flaws) > 1 else ""
        super().__init__(f"{flaws[0]}{more}")
        self.flaws = flaws[:200]
