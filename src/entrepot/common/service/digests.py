"""Sends letters that waited for the end of quiet hours, as one for each person."""

from collections.abc import Callable, Sequence
from datetime import datetime

from entrepot.common.model import template as templates
from entrepot.common.model.letter import LASTS
from entrepot.common.model.template import RenderedNotice
from entrepot.common.repository import delivery, member
from entrepot.common.repository import notice as notice_rows
from entrepot.common.repository.delivery import WaitingLetter
from entrepot.common.service import letters, notices
from entrepot.common.service.notices import DispatchContext
from entrepot.core.house import House
from entrepot.core.notices import NoticeKinds
from entrepot.core.ports import Database, Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import now

LISTED = 100  # what a letter names one by one


async def send_digests(database: Database, *, sealing: Sealing, house: House, kinds: NoticeKinds) -> None:
    """Send digests to everybody whose quiet hours are over."""
    await send_due(database, sealing=sealing, house=house, kinds=kinds, clock=now)


async def send_due(
    database: Database,
    *,
    sealing: Sealing,
    house: House,
    kinds: NoticeKinds,
    clock: Callable[[], datetime],
) -> None:
    """Send digests, in one transaction for each person."""
    at = clock()
    dispatch = DispatchContext(sealing=sealing, house=house, kinds=kinds, at=at)
    while (found := await database.read(lambda tx: delivery.someone_awake(tx, at=at))) is not None:
        organisation, person = found
        await database.write(lambda tx: _send(tx, person, organisation, dispatch))  # noqa: B023


async def _send(tx: Transaction, person: str, organisation: str, dispatch: DispatchContext) -> None:
    held = await delivery.held(tx, person, organisation=organisation)
    preferences = await member.preferences(tx, person, organisation=organisation)
    written: list[RenderedNotice] = []
    link = dispatch.link()
    for each in held:
        notice = await notice_rows.find(tx, each.notice_id)
        if notice is not None:
            words, link = await notices.words_for(tx, notice, kinds=dispatch.kinds), dispatch.link(notice)
            written.append(
                templates.write(
                    notice, words, kind=dispatch.kinds.of(notice.kind), zone=preferences.zone, link=link,
                    unsent=each.unsent,
                    withdrawn=each.withdrawal,
                )
            )  # fmt: skip
    if written:
        alone = len(written) == 1
        letter = templates.letter(written[0], link=link) if alone else _digest(written, link=dispatch.link())
        id = await letters.want(tx, letter, person=person, at=dispatch.at, sealing=dispatch.sealing)
        await _written(tx, held, letter_id=id, at=dispatch.at)
    else:
        for each in held:
            await delivery.settle(
                tx, each.id, status="cancelled", at=dispatch.at, error="What it said was forgotten."
            )


async def _written(tx: Transaction, held: Sequence[WaitingLetter], *, letter_id: str, at: datetime) -> None:
    ids = [each.id for each in held]
    await delivery.write_letter(tx, ids, letter_id=letter_id, expires_at=at + LASTS)


def _digest(written: Sequence[RenderedNotice], *, link: str) -> RenderedNotice:
    lines = [f"- {each.subject}\n{_indented(each.text)}" for each in written[:LISTED]]
    if len(written) > LISTED:
        lines.append(f"and {len(written) - LISTED} more, which lie in your inbox.")
    return RenderedNotice(
        subject=f"{len(written)} notices came while it was quiet",
        text="\n\n".join((*lines, f"All of them: {link}")) + "\n",
    )


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.splitlines())
