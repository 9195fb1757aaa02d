"""Turns bytes into arguments. What the function of a row needs is checked when the row loads, and filled
when a request comes.
"""

import inspect
import re
from collections.abc import Callable
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

import msgspec

from entrepot.core.errors import Invalid
from entrepot.core.ports import Database
from entrepot.core.routes import Caller, File, IdempotencyKey, Route, Stream
from entrepot.core.supplies import Supplies
from entrepot.core.validation import fault_of
from entrepot.gateway.rows import bounds
from entrepot.gateway.rows.members import named_twice

_PARAMETER = re.compile(r"{(\w+)}")
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_MAX_PARAMETER_CHARS = 200  # the longest ids and names in paths have 128
_MAX_QUERY_MEMBERS = 100  # more than any row takes; each costs a look-up


class BadRow(TypeError):
    """A row that cannot work; the node does not start with it."""


class BadInput(Invalid):
    """The input does not have the shape that this row takes. `field` says where, if that is known, and
    `misfit` is a stable word for how.
    """

    def __init__(self, reason: str, field: str = "", misfit: str = "") -> None:
        super().__init__(reason)
        self.field, self.misfit = field, misfit

    def public(self) -> dict[str, object]:
        said = {"field": self.field, "misfit": self.misfit}
        return {name: each for name, each in said.items() if each}


class Arguments(msgspec.Struct, frozen=True):
    """One request, as a context sees it."""

    params: dict[str, str]
    query: bytes = b""
    body: bytes = b""
    idempotency_key: str = ""
    caller: Caller = Caller()


class Binding:
    """Turns `Arguments` into the keyword arguments of a row's function, or of the one that runs before it."""

    def __init__(self, row: Route, supplies: Supplies, *, function: Callable[..., Any] | None = None) -> None:
        self._row, self._bound = row, function or row.function
        self.prepared_name = ""
        self.caller_name = ""
        self._key_name = ""
        self.answers_in_parts = row.gives is File or getattr(row.gives, "__origin__", None) is Stream
        self.takes_database = False
        self._constants: dict[str, object] = {}
        self._params: list[tuple[str, Any]] = []
        self._input_name: str | None = None
        self._decoder: Callable[[bytes], Any] | None = None
        self._may_be_left_out: list[tuple[str, str]] = []
        self._moments: frozenset[str] = frozenset()
        self._from_query = row.method in ("GET", "DELETE")
        self._check_door()
        self._read_signature(supplies)
        self._prepare_input()

    def arguments(self, asked: Arguments) -> dict[str, Any]:
        """Raises: BadInput."""
        arguments = dict(self._constants)
        for name, shape in self._params:
            arguments[name] = self._parameter(name, shape, asked.params[name])
        if self.caller_name:
            arguments[self.caller_name] = asked.caller
        if self._key_name:
            arguments[self._key_name] = IdempotencyKey(asked.idempotency_key)
        if self._input_name is not None:
            arguments[self._input_name] = (
                self._query(asked.query) if self._from_query else self._body(asked.body)
            )
        elif self._from_query and asked.query and self._row.takes is None:
            raise BadInput("This route takes no query parameters.")
        return arguments

    def _check_door(self) -> None:
        row = self._row
        if (row.scope is not None) + row.public + row.internal != 1:
            raise BadRow(f"{row.name}: needs exactly one of a scope, public or internal")
        if row.takes not in (None, bytes):
            try:
                bounds.check(row.takes)
            except bounds.Unbounded as error:
                raise BadRow(f"{row.name}: {error}") from error

    def _read_signature(self, supplies: Supplies) -> None:
        row, in_path, function = self._row, set(_PARAMETER.findall(self._row.path)), self._bound
        hints = get_type_hints(function, include_extras=True)
        parameters = list(inspect.signature(function).parameters.values())
        prepared = get_type_hints(row.before).get("return") if row.before is not None else None
        alone = self.answers_in_parts and function is row.function
        self.takes_database = not alone and hints.get(parameters[0].name) is Database
        for parameter in parameters[1 if alone else 2 :]:
            shape = hints.get(parameter.name)
            if parameter.name in in_path:
                in_path.discard(parameter.name)
                self._params.append((parameter.name, shape))
            elif row.takes is not None and shape == row.takes:
                self._input_name = parameter.name
            elif shape is Caller:
                self.caller_name = parameter.name
            elif shape is IdempotencyKey:
                self._key_name = parameter.name
            elif prepared is not None and shape == prepared:
                self.prepared_name = parameter.name
            elif isinstance(shape, type) and shape in supplies:
                self._constants[parameter.name] = supplies.of(shape)
            elif parameter.default is inspect.Parameter.empty:
                raise BadRow(f"{row.name}: nothing supplies {parameter.name} of {function.__qualname__}")
        if function is row.function:
            self._check_taken(in_path)

    def _check_taken(self, in_path: set[str]) -> None:
        row, name = self._row, self._bound.__qualname__
        if in_path:
            raise BadRow(f"{row.name}: {name} does not take {', '.join(in_path)}")
        if row.takes is not None and self._input_name is None and row.before is None:
            raise BadRow(f"{row.name}: {name} does not take {row.takes}")
        if row.before is not None and not self.prepared_name:
            raise BadRow(f"{row.name}: {name} does not take what {row.before.__qualname__} returns")

    def _prepare_input(self) -> None:
        if self._row.takes in (None, bytes):
            return
        if self._from_query:
            fields = msgspec.structs.fields(self._row.takes)
            self._may_be_left_out = [(each.name, each.encode_name) for each in fields if each.default is None]
            self._moments = frozenset(each.encode_name for each in fields if _is_moment(each.type))
        else:
            self._decoder = msgspec.json.Decoder(self._row.takes).decode

    def _parameter(self, name: str, shape: Any, text: str) -> object:
        if len(text) > _MAX_PARAMETER_CHARS or not text.isprintable():
            raise BadInput(f"The path's {name} is not one.")
        if shape is str:
            return text
        try:
            return msgspec.convert(text, shape, strict=False)
        except msgspec.ValidationError as error:
            raise BadInput(f"The path's {name} is not one.", name) from error

    def _query(self, query: bytes) -> object:
        try:
            pairs = parse_qsl(
                query.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=_MAX_QUERY_MEMBERS,
                strict_parsing=bool(query),
            )
        except ValueError as error:
            raise BadInput(f"The query cannot be read: {error}") from error
        members: dict[str, str] = {}
        for name, text in pairs:
            if name in members:
                raise BadInput(f"The query names {name[:40]!r} twice.")
            if "\0" in text:
                raise BadInput(f"The query's {name[:40]!r} holds a NUL character.")
            members[name] = text
        try:
            found = msgspec.convert(members, self._row.takes, strict=False)
        except msgspec.ValidationError as error:
            raise _unfit(error, "The query") from error
        for in_query in self._moments & members.keys():
            if members[in_query][4:5] != "-":  # msgspec takes numbers for seconds since 1970
                raise BadInput(f"The query's {in_query!r} is a moment as RFC 3339 writes it.")
        for name, in_query in self._may_be_left_out:
            if in_query in members and getattr(found, name) is None:  # msgspec takes the text `null` for it
                raise BadInput(f"The query's {in_query!r} is left out, or has a value.")
        return found

    def _body(self, body: bytes) -> object:
        if self._decoder is None:
            return body
        if b"\\u0000" in body and _ESCAPED_NUL.search(body):
            raise BadInput("The body holds a NUL character.")
        try:
            found, twice = self._decoder(body), named_twice(body)
        except msgspec.ValidationError as error:
            raise _unfit(error, "The body") from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadInput(f"The body is not JSON: {error}") from error
        if twice is not None:
            raise BadInput(f"The body names {twice[:40]!r} twice.", misfit="twice")
        return found


def _unfit(error: msgspec.ValidationError, whole: str) -> BadInput:
    fault = fault_of(error, whole=whole)
    return BadInput(str(fault), fault.field, fault.kind)


def _is_moment(shape: Any) -> bool:
    """Whether the type is a moment, or a moment or nothing."""
    info = msgspec.inspect.type_info(shape)
    parts = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    return any(isinstance(each, msgspec.inspect.DateTimeType) for each in parts)
