"""SIGHUP tells the truth about what it could put in force."""

from entrepot.node.reloading import Reloadable, Reloads
from entrepot.settings import Settings


def test_reload_in_which_something_old_stays_has_not_worked() -> None:
    reloads, answers = Reloads(Settings(), Settings), [False, True]
    reloads.add(Reloadable((), lambda new: lambda: answers.pop(0), always=True))
    reloads.reload()
    assert not reloads.last_worked
    reloads.reload()
    assert reloads.last_worked
