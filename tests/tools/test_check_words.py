"""The check of the words finds what it is for, in a tree made for it."""

from pathlib import Path
from textwrap import dedent

import pytest
from tools.check_words import KNOWN, ROOT, faults


def tree(folder: Path, **modules: str) -> Path:
    for name, source in modules.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(source))
    return folder


def test_the_house_is_in_order() -> None:
    assert faults(ROOT, known=KNOWN) == []


def test_two_classes_of_one_name_are_found_with_both_places(tmp_path: Path) -> None:
    made = tree(tmp_path, order__model="class Line:\n    pass\n", sale__model="\nclass Line:\n    pass\n")
    assert faults(made, known=frozenset()) == ["Line names 2 things: order/model.py:1, sale/model.py:2"]


@pytest.mark.parametrize(
    "other",
    ["Line = list[float]", "class Line(NamedTuple):\n    at: int", "Line: TypeAlias = int | str"],
)
def test_a_type_may_not_share_the_name_of_a_class_either(tmp_path: Path, other: str) -> None:
    [found] = faults(tree(tmp_path, order="class Line:\n    pass\n", sale=other), known=frozenset())
    assert found.startswith("Line names 2 things")


def test_private_names_and_nested_classes_may_repeat(tmp_path: Path) -> None:
    source = "class _Line:\n    pass\n\nclass {}:\n    class Meta:\n        pass\n"
    made = tree(tmp_path, order=source.format("Order"), sale=source.format("Sale"))
    assert faults(made, known=frozenset()) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("tracking__sieve", ""),
        ("tracking__filter", "class SieveState:\n    pass\n"),
        ("rule__lists", "def check() -> None:\n    def _misfit() -> None: ...\n"),
        ("gateway__rows", "class Place:\n    pass\n"),
    ],
)
def test_replaced_words_do_not_come_back(tmp_path: Path, module: str, source: str) -> None:
    [found] = faults(tree(tmp_path, **{module: source}), known=frozenset())
    assert ": say " in found


def test_a_word_that_is_replaced_in_one_room_is_free_in_others(tmp_path: Path) -> None:
    made = tree(tmp_path, tracking__model="class Place:\n    pass\n", shop="def replace() -> None: ...\n")
    assert faults(made, known=frozenset()) == []


def test_many_arguments_need_names_except_those_of_commands(tmp_path: Path) -> None:
    source = """
        def fold(a, b, c, d, e): ...

        def named(a, b, *, c, d, e, f): ...

        class Folder:
            async def fold(self, a, b, c, d): ...

        @app.command()
        def up(a, b, c, d, e, f): ...
    """
    [found] = faults(tree(tmp_path, fold=source), known=frozenset())
    assert found == "fold.py:2: fold takes 5 arguments by position; name some with *"


def test_what_is_known_is_let_be_and_must_go_when_it_is_gone(tmp_path: Path) -> None:
    made = tree(tmp_path, order="class Line:\n    pass\n", sale="class Line:\n    pass\n")
    assert faults(made, known=frozenset({"class Line"})) == []
    assert faults(tree(tmp_path, sale=""), known=frozenset({"class Line"})) == [
        "class Line is gone: take it out of KNOWN in check_words.py"
    ]
