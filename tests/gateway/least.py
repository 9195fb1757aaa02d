"""The least that a row's input needs: every member that may not be left out, as small as it may be."""

from typing import Any

from msgspec import inspect


def least(shape: Any) -> Any:
    return _least(inspect.type_info(shape))


def _least(info: inspect.Type) -> Any:
    match info:
        case inspect.StructType():
            needed = [each for each in info.fields if each.required]
            return {each.encode_name: _least(each.type) for each in needed}
        case inspect.Metadata():
            return _least(info.type)
        case inspect.StrType():
            return "a" * max(info.min_length or 0, 1)
        case inspect.IntType() | inspect.FloatType():
            return next((each for each in (info.ge, info.gt and info.gt + 1) if each is not None), 0)
        case inspect.BoolType():
            return False
        case inspect.LiteralType():
            return info.values[0]
        case inspect.DateTimeType():
            return "2026-01-01T00:00:00Z"
        case inspect.ListType() | inspect.SetType():
            return [_least(info.item_type)] * (info.min_length or 0)
        case inspect.DictType():
            return {}
        case inspect.UnionType():
            return _least(info.types[0])
    raise NotImplementedError(f"the least of {info}")
