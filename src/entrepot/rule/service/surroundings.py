"""What a pack is held against: the other active packs' rules, the codes that are known here, and today."""

from entrepot.core.ports import Read
from entrepot.core.time import now
from entrepot.rule.functions.lint import Around
from entrepot.rule.service import hs
from entrepot.rule.service.library import Library


async def around(read: Read, library: Library, *, without: str) -> Around:
    """Of every active pack but the one of this name."""
    book = await read(library.current)
    rules = {rule.id: rule for ref, pack in book.packs if ref.name != without for rule in pack.rules}
    return Around(rules, await hs.knows_code(read), now().date())
