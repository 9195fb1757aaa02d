"""The router agrees with the simplest matcher that could be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateway.rows.routing import Router

words = st.sampled_from(["a", "b", "c", "{x}", "{y}"])
templates = st.lists(words, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
methods = st.sampled_from(["GET", "POST", "DELETE"])
rows = st.lists(st.tuples(methods, templates), max_size=14)
paths = st.lists(st.sampled_from(["a", "b", "c", "d", "", "{x}", ".."]), max_size=5).map(
    lambda parts: "/" + "/".join(parts)
)


def shape(template: str) -> tuple[str, ...]:
    """Templates that differ only in the names of their parameters are one."""
    return tuple("{}" if part.startswith("{") else part for part in template.split("/")[1:])


def matches(template: str, path: str) -> dict[str, str] | None:
    wanted, given_ = template.split("/")[1:], path.split("/")[1:]
    if len(wanted) != len(given_):
        return None
    values = {}
    for want, value in zip(wanted, given_, strict=True):
        if want.startswith("{") and value:
            values[want] = value
        elif want != value or want.startswith("{"):
            return None
    return values


def more_literal(template: str) -> tuple[bool, ...]:
    """Sorts a template with a literal before one with a parameter in the same place."""
    return tuple(part == "{}" for part in shape(template))


def naively(added: dict[tuple[str, tuple[str, ...]], str], method: str, path: str) -> str | set[str]:
    fitting = [(m, t) for (m, _), t in added.items() if matches(t, path) is not None]
    own = sorted((t for m, t in fitting if m == method), key=more_literal)
    return own[0] if own else {m for m, _ in fitting}


@given(rows, methods, paths)
def test_router_finds_what_a_naive_matcher_finds(
    wanted: list[tuple[str, str]], method: str, path: str
) -> None:
    router: Router[str] = Router()
    added: dict[tuple[str, tuple[str, ...]], str] = {}
    for verb, template in wanted:
        if (verb, shape(template)) in added:
            with pytest.raises(ValueError, match="is in two rows"):
                router.add(verb, template, template)
        else:
            router.add(verb, template, template)
            added[verb, shape(template)] = template
    target, found = router.find(method, path)
    expected = naively(added, method, path)
    if target is None:
        assert found == expected
    else:
        assert target == expected
        assert isinstance(found, dict)
        assert (
            list(found.values())
            == list(
                (
                    matches(
                        target,
                        path,
                    )
                    or {}
                ).values()
            )
            or "{x}/{x}" in target
        )


def test_literal_wins_over_a_parameter_for_its_own_method_only() -> None:
    router: Router[str] = Router()
    for method, template in (("GET", "/keys/current"), ("GET", "/keys/{id}"), ("DELETE", "/keys/{id}")):
        router.add(method, template, f"{method} {template}")
    assert router.find("GET", "/keys/current") == ("GET /keys/current", {})
    assert router.find("DELETE", "/keys/current") == ("DELETE /keys/{id}", {"id": "current"})
    assert router.find("POST", "/keys/current") == (None, frozenset({"GET", "DELETE"}))


def test_path_that_looks_like_a_template_is_a_path() -> None:
    router: Router[str] = Router()
    router.add("GET", "/keys/{id}", "row")
    assert router.find("GET", "/keys/{id}") == ("row", {"id": "{id}"})
