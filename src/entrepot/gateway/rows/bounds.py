"""Checks the input shapes of rows before they load: every text, number and list must have a limit, so that no
caller can send what a database or a screen cannot hold.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import inspect


class Unbounded(TypeError):
    """A row's input has a member without a limit."""


def check(shape: Any) -> None:
    """Raises: Unbounded, naming the member."""
    for path, missing in _missing(inspect.type_info(shape), getattr(shape, "__name__", str(shape)), ()):
        raise Unbounded(f"{path} has no {missing}")


def _missing(info: inspect.Type, path: str, seen: tuple[type, ...]) -> Iterator[tuple[str, str]]:
    match info:
        case inspect.StrType(max_length=None, pattern=None):
            yield path, "max_length"
        case inspect.BytesType(max_length=None):
            yield path, "max_length"
        case inspect.IntType() | inspect.FloatType():
            # Both for a float too: only bounds refuse the "nan" and "inf" that a query can spell.
            if (info.ge is None and info.gt is None) or (info.le is None and info.lt is None):
                yield path, "lower and upper bound"
        case inspect.ListType() | inspect.SetType() | inspect.FrozenSetType() | inspect.VarTupleType():
            if info.max_length is None:
                yield path, "max_length"
            yield from _missing(info.item_type, f"{path}[]", seen)
        case inspect.DictType():
            if info.max_length is None:
                yield path, "max_length"
            yield from _missing(info.key_type, f"{path} key", seen)
            yield from _missing(info.value_type, f"{path} value", seen)
        case inspect.UnionType():
            for member in info.types:
                yield from _missing(member, path, seen)
        case inspect.StructType():
            yield from _missing_in_struct(info, path, seen)
        case inspect.AnyType() | inspect.RawType():
            yield path, "shape"
        case inspect.Metadata():
            yield from _missing(info.type, path, seen)
        case _:
            return


def _missing_in_struct(
    info: inspect.StructType, path: str, seen: tuple[type, ...]
) -> Iterator[tuple[str, str]]:
    if info.cls in seen:
        return
    if not info.forbid_unknown_fields:
        yield path, "forbid_unknown_fields (make it an Input)"
    for field in info.fields:
        yield from _missing(field.type, f"{path}.{field.encode_name}", (*seen, info.cls))
