"""What is wrong with a pack, said so that its author finds the place."""

from typing import ClassVar

import msgspec

from entrepot.core.errors import Invalid

# The code of what cannot be read at all.
SHAPE = "shape"


class Flaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to mend. `code` is a stable word for it; `field` is the path within the rule, or within the
    pack where no `rule` is named; `line` is 0 where there is no file.
    """

    code: str
    reason: str
    rule: str = ""
    field: str = ""
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line or "")) if part)
        # What has no shape names its member itself.
        field = "" if self.code == SHAPE else self.field
        whose = ", ".join(part for part in (f"Rule {self.rule}" if self.rule else "", field) if part)
        return ": ".join(part for part in (place, whose, self.reason) if part)


class FlawedPack(Invalid):
    """A pack that cannot be taken; nothing of it was."""

    fields: ClassVar[tuple[str, ...]] = ("flaws",)

    def __init__(self, flaws: list[Flaw]) -> None:
        more = f" (and {len(flaws) - 1} more)" if len(flaws) > 1 else ""
        super().__init__(f"{flaws[0]}{more}")
        self.flaws = flaws[:200]
