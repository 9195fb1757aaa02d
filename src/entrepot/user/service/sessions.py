"""Sessions: opened by a sign-in, renewed by refresh tokens, ended here, elsewhere or everywhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from entrepot.core import tokens
from entrepot.core.credentials import Tokens
from entrepot.core.errors import Error
from entrepot.core.house import House
from entrepot.core.ports import Keys, Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Caller, Cursor, Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.events import TokenRevoked
from entrepot.user.model import session as model
from entrepot.user.model.key import NotAToken
from entrepot.user.model.person import Membership
from entrepot.user.model.session import (
    FRESH,
    Refresh,
    Renewal,
    Session,
    SessionNotFound,
    SessionOver,
    SessionView,
    SignInAgain,
    WhichSessions,
)
from entrepot.user.repository import person, session
from entrepot.user.service import membership, vault

_AGENT = "session.agent"


async def open_session(
    tx: Transaction,
    member: Membership,
    *,
    agent: str,
    sealing: Sealing,
    keys: Keys,
    house: House,
    house_roles: Roles,
) -> Tokens:
    await membership.check_works(tx, member.person)
    sealer = await vault.key_of(tx, sealing, member.person)
    opened, token = model.opened(
        person=member.person,
        organisation=member.organisation,
        agent=sealer.seal(agent, _AGENT),
        id=model.new_session_id(),
        at=now(),
    )
    await session.add(tx, opened)
    return await _tokens(tx, opened, token, member=member, keys=keys, house=house, house_roles=house_roles)


async def renew_session(
    tx: Transaction,
    who: Principal,
    *,
    renewal: Renewal,
    caller: Caller,
    keys: Keys,
    house: House,
    house_roles: Roles,
) -> Tokens | Error:
    """New tokens for the newest refresh token of a session. If the answer was lost, the same device may ask
    again with the same token, within a minute and until the new one was used: a browser with its cookie, a
    program from the same network. Otherwise a token that was used
    before is a copy: the session ends, for whoever holds the other one too.
    """
    token, at = model.parse(renewal.refresh_token), now()
    known = None if token is None else await session.find(tx, token.session)
    if token is None or known is None:
        return SessionOver("This session is over; sign in again.")
    match model.move(known, token, caller=caller, at=at):
        case "rotate":
            renewed, new = model.rotated(known, token, caller=caller, at=at)
            await session.rotate(tx, renewed)
        case "repeat":
            renewed, new = known, model.successor(known, token)
        case "reused":
            await end(tx, known.id)
            return SessionOver("This session is over; sign in again.")
        case "refuse":
            return SessionOver("This session is over; sign in again.")
    member = await person.membership(tx, known.person, organisation=known.organisation)
    if member is None:
        await end(tx, known.id)
        return SessionOver("You no longer belong to this organisation; sign in again.")
    return await _tokens(tx, renewed, new, member=member, keys=keys, house=house, house_roles=house_roles)


async def sign_out(tx: Transaction, who: Principal) -> None:
    """End the session, or the access token, that this request came with."""
    if who.kind == "program":
        raise NotAToken("This is an API key; delete it instead.")
    await end(tx, who.credential)


async def sessions(tx: Reading, who: Principal, *, query: Cursor, sealing: Sealing) -> Page[SessionView]:
    """The caller's sessions, the oldest first."""
    me = await membership.myself(tx, who)
    found = await session.page(tx, me.id, after=query.cursor or "", limit=query.limit + 1)
    sealer = await vault.key_of(tx, sealing, me.id)
    items = [
        SessionView(
            id=each.id,
            agent=sealer.open(each.agent, _AGENT),
            organisation=each.organisation,
            created_at=each.created_at,
            used_at=each.rotated_at,
            expires_at=each.expires_at,
            current=each.id == who.credential,
        )
        for each in found[: query.limit]
    ]
    return Page(items, items[-1].id if len(found) > query.limit else None)


async def end_session(tx: Transaction, who: Principal, *, id: str) -> None:
    """End one of the caller's sessions; every gateway forgets its tokens at once."""
    me, known = await membership.myself(tx, who), await session.find(tx, id)
    if known is None or known.person != me.id:
        raise SessionNotFound("You have no such session.")
    await end(tx, id)


async def end_sessions(tx: Transaction, who: Principal, *, which: WhichSessions) -> None:
    """End all of the caller's sessions, with `others` all but this one."""
    me = await membership.myself(tx, who)
    await end_these(tx, await session.ids(tx, me.id), but=who.credential if which.others else "")


async def end(tx: Transaction, id: str) -> None:
    await session.end(tx, id)
    await session.revoke_token(tx, id, at=now())
    tx.emit(TokenRevoked(token_id=id))


async def end_these(tx: Transaction, ids: Sequence[str], *, but: str = "") -> None:
    for id in ids:
        if id != but:
            await end(tx, id)


async def check_fresh(tx: Reading, who: Principal, *, within: timedelta = FRESH) -> None:
    """Raises: SignInAgain, unless the password was typed just now."""
    known = await session.find(tx, who.credential)
    if known is None or now() - known.created_at > within:
        raise SignInAgain("Sign in again before you do this.")


async def _tokens(
    tx: Reading,
    opened: Session,
    token: Refresh,
    *,
    member: Membership,
    keys: Keys,
    house: House,
    house_roles: Roles,
) -> Tokens:
    scopes = await membership.scopes_of(
        tx, member.roles, organisation_id=member.organisation, house_roles=house_roles
    )
    claims = _claims(opened, scopes, issuer=house.issuer, at=now())
    return Tokens(
        access_token=await tokens.issue(keys, claims),
        refresh_token=token.text,
        expires_in=int(model.ACCESS.total_seconds()),
    )


def _claims(opened: Session, scopes: frozenset[str], *, issuer: str, at: datetime) -> tokens.Claims:
    """Return the claims. The session's id is the token's id, so that one revocation ends all of its
    access tokens.
    """
    issued_at = int(at.timestamp())
    return tokens.Claims(
        iss=issuer,
        aud=issuer,
        sub=opened.person,
        org=opened.organisation,
        scope=" ".join(sorted(scopes)),
        kind="person",
        jti=opened.id,
        iat=issued_at,
        exp=issued_at + int(model.ACCESS.total_seconds()),
    )
