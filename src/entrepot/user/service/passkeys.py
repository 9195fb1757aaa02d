"""A person's passkeys: registered, named, removed, and what they prove at a sign-in."""

from collections.abc import Sequence

from entrepot.core.errors import Error
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Caller, Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.functions import ceremony
from entrepot.user.model import address, relying_party, security_letter
from entrepot.user.model import passkey as model
from entrepot.user.model.passkey import (
    ANSWERED_WITHIN,
    MOST,
    Assertion,
    ChallengePurpose,
    CreationOptions,
    Descriptor,
    LastPasskey,
    NewPasskey,
    Passkey,
    PasskeyCopied,
    PasskeyKnown,
    PasskeyName,
    PasskeyNotFound,
    PasskeyUnreadable,
    PasskeyView,
    RequestOptions,
    TooManyPasskeys,
    WrongPasskey,
)
from entrepot.user.model.person import Person
from entrepot.user.model.session import ALL_FACTORS
from entrepot.user.repository import passkey, session
from entrepot.user.service import factors, membership, security_letters, sessions, vault

_CREDENTIAL, _NAME = "passkey.credential", "passkey.name"


async def passkey_options(
    tx: Transaction, who: Principal, *, sealing: Sealing, house: House
) -> CreationOptions:
    """What a browser is asked for, to make a new passkey of the caller."""
    me, party = await membership.myself(tx, who), relying_party.of_url(house.url)
    await sessions.check_fresh(tx, who)
    known = await passkey.of_person(tx, me.id)
    if len(known) >= MOST:
        raise TooManyPasskeys(f"You have {MOST} passkeys; remove one first.")
    sealer = await vault.key_of(tx, sealing, me.id)
    return model.creation_options(
        party,
        await _ask(tx, "register", me.id),
        person=me.id,
        account=address.shown(sealer.open(me.email, "person.email")),
        name=sealer.open(me.name, "person.name"),
        known=await _described(tx, known, sealing=sealing),
    )


async def register_passkey(
    tx: Transaction, who: Principal, *, new: NewPasskey, caller: Caller, sealing: Sealing, house: House
) -> PasskeyView | Error:
    """Keep a new passkey of the caller, who was asked for it just now."""
    me, party = await membership.myself(tx, who), relying_party.of_url(house.url)
    await sessions.check_fresh(tx, who)
    challenge = ceremony.challenge_of(new.client_data)
    if not await _answered(tx, challenge, "register", me.id):
        return PasskeyUnreadable("This took too long, or was answered before. Try again.")
    # Returned, not raised, from here on: the challenge is spent.
    try:
        found = ceremony.registered(new, challenge, party=party)
    except PasskeyUnreadable as error:
        return error
    index = (await vault.index_made(tx, sealing)).credential(new.id)
    if await passkey.by_credential(tx, index) is not None:
        return PasskeyKnown("This passkey is registered already.")
    sealer = await vault.key_of(tx, sealing, me.id)
    made = Passkey(
        id=new_id(),
        person=me.id,
        credential_index=index,
        credential=sealer.seal(new.id, _CREDENTIAL),
        name=sealer.seal(new.name, _NAME),
        public_key=found.public_key,
        transports=sorted(set(new.transports)),
        sign_count=found.sign_count,
        verifies=found.verified,
        synced=found.synced,
        backed_up=found.backed_up,
        created_at=now(),
    )
    await passkey.add(tx, made)
    await session.set_factors(tx, who.credential, factors=ALL_FACTORS)
    letter = security_letter.factor_added(house.url, "passkey", caller=caller, at=now())
    await security_letters.warn(tx, me, letter, sealing=sealing)
    return _shown(made, name=new.name)


async def passkeys(tx: Reading, who: Principal, *, sealing: Sealing) -> Page[PasskeyView]:
    """The caller's passkeys, the oldest first."""
    me = await membership.myself(tx, who)
    sealer = await vault.key_of(tx, sealing, me.id)
    known = await passkey.of_person(tx, me.id)
    return Page([_shown(each, name=sealer.open(each.name, _NAME)) for each in known])


async def rename_passkey(
    tx: Transaction, who: Principal, *, id: str, change: PasskeyName, sealing: Sealing
) -> PasskeyView:
    """Call one of the caller's passkeys something else."""
    me = await membership.myself(tx, who)
    known = await _mine(tx, me, id)
    sealer = await vault.key_of(tx, sealing, me.id)
    await passkey.rename(tx, id, name=sealer.seal(change.name, _NAME))
    return _shown(known, name=change.name)


async def remove_passkey(
    tx: Transaction, who: Principal, *, id: str, caller: Caller, sealing: Sealing, house: House
) -> None:
    """Remove one of the caller's passkeys, unless nothing else opens the account."""
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    await _mine(tx, me, id)
    await factors.check_other_way_in(tx, me, but=id)
    left = len(await passkey.of_person(tx, me.id)) - 1
    await factors.check_other_factor(tx, me, passkeys=left, authenticator=me.totp is not None)
    if not left and me.wants_passkey and me.totp is None:
        raise LastPasskey("It is your second factor. Turn that off first, or add another passkey.")
    await passkey.remove(tx, id)
    letter = security_letter.factor_removed(house.url, "passkey", caller=caller, at=now())
    await security_letters.warn(tx, me, letter, sealing=sealing)


# ---- signing in --------------------------------------------------------------------------------------


async def sign_in_options(tx: Transaction, who: Principal, *, house: House) -> RequestOptions:
    """What a browser is asked for, to sign in with a passkey."""
    party = relying_party.of_url(house.url)
    return model.sign_in_options(party, await _ask(tx, "sign-in", ""))


async def second_options(tx: Transaction, me: Person, *, sealing: Sealing, house: House) -> RequestOptions:
    """What a browser is asked for beside a password."""
    known, party = await passkey.of_person(tx, me.id), relying_party.of_url(house.url)
    challenge = await _ask(tx, "second", me.id)
    return model.second_options(party, challenge, await _described(tx, known, sealing=sealing))


async def prove_alone(
    tx: Transaction,
    said: Assertion,
    *,
    person_id: str | None,
    caller: Caller,
    sealing: Sealing,
    house: House,
) -> str | Error:
    """Return whose passkey signed; it is this person's, if one is named. What is wrong is returned, not
    raised: the challenge is spent.
    """
    party, challenge = relying_party.of_url(house.url), ceremony.challenge_of(said.client_data)
    if not await _answered(tx, challenge, "sign-in", ""):
        return WrongPasskey("This took too long, or was answered before. Try again.")
    known = await _by_credential(tx, said, sealing=sealing)
    if known is None:
        return WrongPasskey("This passkey opens no account here. It may have been removed.")
    if person_id is not None and known.person != person_id:
        return WrongPasskey("This passkey opens another account.")
    refused = await _use(
        tx, said, challenge, known, party=party, alone=True, caller=caller, sealing=sealing, house=house
    )
    return refused or known.person


async def prove_beside(
    tx: Transaction, me: Person, said: Assertion, *, caller: Caller, sealing: Sealing, house: House
) -> Error | None:
    """Prove a second factor with a passkey of this person."""
    party, challenge = relying_party.of_url(house.url), ceremony.challenge_of(said.client_data)
    if not await _answered(tx, challenge, "second", me.id):
        return WrongPasskey("This took too long, or was answered before. Try again.")
    known = await _by_credential(tx, said, sealing=sealing)
    if known is None or known.person != me.id:
        return WrongPasskey("This passkey does not open this account.")
    return await _use(
        tx, said, challenge, known, party=party, alone=False, caller=caller, sealing=sealing, house=house
    )


async def _use(
    tx: Transaction,
    said: Assertion,
    challenge: bytes,
    known: Passkey,
    *,
    party: relying_party.RelyingParty,
    alone: bool,
    caller: Caller,
    sealing: Sealing,
    house: House,
) -> Error | None:
    found = ceremony.proved(said, challenge, known, party=party, alone=alone)
    if isinstance(found, PasskeyCopied):
        letter = security_letter.passkey_copied(house.url, caller=caller, at=now())
        await security_letters.warn_by_id(tx, known.person, letter, sealing=sealing)
    if isinstance(found, Error):
        return found
    if alone and not known.verifies:
        # Whoever finds a key without a PIN may give it one: WebAuthn Level 3, §4, `uvInitialized`.
        return WrongPasskey("This passkey works beside a password only.")
    await passkey.use(
        tx,
        known.id,
        sign_count=found.sign_count,
        verifies=known.verifies or found.verified,
        backed_up=found.backed_up,
        at=now(),
    )
    return None


async def _by_credential(tx: Reading, said: Assertion, *, sealing: Sealing) -> Passkey | None:
    index = await vault.index(tx, sealing)
    return await passkey.by_credential(tx, index.credential(said.id))


async def _ask(tx: Transaction, purpose: ChallengePurpose, person_id: str) -> bytes:
    challenge = model.new_challenge()
    until = now() + ANSWERED_WITHIN
    await passkey.ask(tx, model.digest(challenge), purpose=purpose, person=person_id, until=until)
    return challenge


async def _answered(tx: Transaction, challenge: bytes, purpose: ChallengePurpose, person_id: str) -> bool:
    digest = model.digest(challenge)
    return await passkey.spend(tx, digest, purpose=purpose, person=person_id, at=now())


async def _described(tx: Reading, known: Sequence[Passkey], *, sealing: Sealing) -> list[Descriptor]:
    if not known:
        return []
    sealer = await vault.key_of(tx, sealing, known[0].person)
    return [Descriptor(sealer.open(each.credential, _CREDENTIAL), each.transports) for each in known]


async def _mine(tx: Reading, me: Person, id: str) -> Passkey:
    """Raises: PasskeyNotFound."""
    found = await passkey.find(tx, id, person=me.id)
    if found is None:
        raise PasskeyNotFound("You have no such passkey.")
    return found


def _shown(known: Passkey, *, name: str) -> PasskeyView:
    return PasskeyView(
        id=known.id,
        name=name,
        verifies=known.verifies,
        synced=known.synced,
        backed_up=known.backed_up,
        created_at=known.created_at,
        used_at=known.used_at,
    )
