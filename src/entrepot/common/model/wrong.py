"""What is wrong with one member of an input."""

from typing import ClassVar

from entrepot.core.errors import Invalid


class WrongMember(Invalid):
    """`field` is where."""

    fields: ClassVar[tuple[str, ...]] = ("field",)

    def __init__(self, wrong: str, *, field: str) -> None:
        super().__init__(wrong)
        self.field = field
