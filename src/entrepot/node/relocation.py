"""Moves the databases of an older version to where today's contexts expect them, before any of them opens."""

from collections.abc import Callable, Sequence

from entrepot.core.context import Context
from entrepot.infra.database.relocate import Owner, Relocation
from entrepot.infra.mailbox.renaming import rename_context
from entrepot.node.hosting import parts_of
from entrepot.node.platform import choice
from entrepot.settings import Settings


async def relocate(
    settings: Settings, contexts: Sequence[Context], *, stage: Callable[[str], None] = lambda name: None
) -> None:
    """Give databases their new names and move tables between them, as the contexts say; `stage` is for tests.

    Raises: Conflict while another process works on them; Refused; Unavailable.
    """
    if not any(each.formerly or each.inherits for each in contexts):
        return
    owners = [Owner(each.name, parts_of(each), each.formerly, each.inherits) for each in contexts]
    async with choice.every_database(settings) as databases:
        await Relocation(owners, databases, rename=rename_context, stage=stage).run()
