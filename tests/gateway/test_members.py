"""Members that a JSON object has twice, however they are written and however deep."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateway.rows.members import named_twice

names = st.text('ab":\\ ,{}', max_size=4)
leaves = st.none() | st.booleans() | st.integers() | st.text('ab":\\ ,{}[]\n', max_size=6)
separators = st.sampled_from([(",", ":"), (", ", ": "), (" ,", " :"), (",\n", "\n:\t")])


class Pairs(list[tuple[str, Any]]):
    """An object that may have members twice."""


def objects(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Pairs]:
    return st.lists(st.tuples(names, of), max_size=4).map(Pairs)


documents = st.recursive(leaves, lambda of: st.lists(of, max_size=3) | objects(of), max_leaves=12)


def written(document: Any, separators: tuple[str, str], *, ascii: bool) -> str:
    comma, colon = separators
    if isinstance(document, Pairs):
        members = (
            json.dumps(name, ensure_ascii=ascii) + colon + written(each, separators, ascii=ascii)
            for name, each in document
        )
        return "{" + comma.join(members) + "}"
    if isinstance(document, list):
        return "[" + comma.join(written(each, separators, ascii=ascii) for each in document) + "]"
    return json.dumps(document, ensure_ascii=ascii)


def has_twice(document: Any) -> bool:
    if isinstance(document, Pairs):
        if len({name for name, _ in document}) < len(document):
            return True
        return any(has_twice(each) for _, each in document)
    return isinstance(document, list) and any(map(has_twice, document))


@given(documents, separators, st.booleans())
def test_member_is_found_exactly_where_an_object_has_it_twice(
    document: Any, separators: tuple[str, str], ascii: bool
) -> None:
    body = written(document, separators, ascii=ascii).encode()
    assert (named_twice(body) is not None) == has_twice(document)


def test_the_name_is_told() -> None:
    assert named_twice(b'{"a":{"b":1,"c":2,"b":3}}') == "b"
    assert named_twice(b'{"a":1,"b":{"a":2}}') is None
    assert named_twice(b'{"a":' + b"9" * 15 + b',"a" :1}') == "a"
