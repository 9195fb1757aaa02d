"""What opens an account, together: password, codes, passkeys, providers. So nobody removes the last of
them.
"""

from entrepot.core.ports import Reading, Transaction
from entrepot.user.model.person import LastWayIn, Person, SecondFactorDemanded
from entrepot.user.repository import identity, organisation, passkey, person, session, ticket
from entrepot.user.service import sessions


async def has_any(tx: Reading, who: Person) -> bool:
    """Whether somebody has a second factor, of whatever kind."""
    return who.totp is not None or who.wants_passkey or bool(await passkey.of_person(tx, who.id))


async def drop_factors(tx: Transaction, person_id: str) -> None:
    """Forget every second factor of somebody who lost it: codes of an app, recovery codes, passkeys. End what
    was opened or half opened with them, too: who took the account over may have enrolled one.
    """
    await person.disable_second_factor(tx, person_id)
    await passkey.remove_of(tx, person_id)
    await ticket.drop_of(tx, person_id)
    await sessions.end_these(tx, await session.ids(tx, person_id))


async def check_other_way_in(tx: Reading, me: Person, *, but: str) -> None:
    """Raises: LastWayIn, if only the passkey or provider `but` opens the account."""
    alone = [each.id for each in await passkey.of_person(tx, me.id) if each.verifies]
    linked = [each.id for each in await identity.of_person(tx, me.id)]
    if not me.password_hash and not {*alone, *linked} - {but}:
        raise LastWayIn("Nothing else opens your account. Choose a password first.")


async def check_other_factor(tx: Reading, me: Person, *, passkeys: int, authenticator: bool) -> None:
    """Raises: SecondFactorDemanded, if this is all that is left and an organisation demands one."""
    if not passkeys and not authenticator and await organisation.any_demands(tx, me.id):
        raise SecondFactorDemanded("Your organisation demands a second factor. Set another one up first.")
