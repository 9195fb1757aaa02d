"""Tables that a context takes over from another. The receiving context lists them in its `context.py`, and
the node moves their rows before it opens either database (`infra/database/relocate.py`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """A table whose rows come from a query in the source's database, for rows that need a value from a
    table that stays behind. The query names every column of the table.
    """

    table: str
    query: str


@dataclass(frozen=True, kw_only=True)
class Inherits:
    """`tables` move here from the context `source`. Step `at` of this schema creates them in the shape that
    they have in the source before its step `before`; that step drops them there, and begins with the line
    `-- After the move of <tables, with commas>.`
    """

    source: str
    tables: tuple[str | Taken, ...]
    before: int
    at: int = 1

    @property
    def taken(self) -> tuple[Taken, ...]:
        return tuple(
            each if isinstance(each, Taken) else Taken(each, f'SELECT * FROM "{each}"')
            for each in self.tables
        )
