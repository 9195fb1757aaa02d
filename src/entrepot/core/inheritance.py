"""Tables that a context takes over from another. The receiving context says so in its own table, and the
node moves the rows before it opens either; `infra/database/relocate.py` says how.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """A table whose rows come from a query in the source's database, which gives every column of the table
    by name: for rows that need a value of a table that stays behind.
    """

    table: str
    query: str


@dataclass(frozen=True, kw_only=True)
class Inherits:
    """`tables` of the context `source` come into this one, whose step `at` makes them in the shape that they
    have in the source before its step `before`. That step drops them there, and begins with the line
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
