"""Forgets what is old, and wraps data keys again."""

from entrepot.common.model.delivery import KEPT_FOR
from entrepot.common.repository import delivery, notice
from entrepot.core.ports import Transaction
from entrepot.core.time import now


async def tidy(tx: Transaction) -> None:
    before = now() - KEPT_FOR
    await delivery.forget(tx, before=before)
    await notice.forget(tx, before=before)
