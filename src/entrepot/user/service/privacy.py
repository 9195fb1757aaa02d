"""Consent, export and erasure. Other contexts are asked by event, and answer or act by themselves."""

from datetime import datetime

import msgspec

from entrepot.core.ids import new_id
from entrepot.core.personal import Holders, PersonDataTold
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Cursor, Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.events import (
    ConsentChanged,
    MembershipChanged,
    PersonErased,
    PersonExportRequested,
)
from entrepot.user.model.identity import IdentityView
from entrepot.user.model.passkey import PasskeyView
from entrepot.user.model.person import Person, Profile
from entrepot.user.model.privacy import (
    EXPORT_KEPT_FOR,
    PURPOSES,
    Consent,
    ConsentChange,
    Erasure,
    Export,
    Receipt,
)
from entrepot.user.model.session import SessionView
from entrepot.user.repository import data_key, invitation, key, organisation, person, privacy, session, ticket
from entrepot.user.repository.privacy import StoredExport
from entrepot.user.service import (
    administrators,
    arrivals,
    guessing,
    lineage,
    membership,
    passkeys,
    profile,
    sessions,
    vault,
)
from entrepot.user.service.providers import Providers

_MOST = 200  # sessions in an export; nobody has so many


class ConsentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One word about a purpose."""

    purpose: str
    given: bool
    at: datetime


class UserPersonData(msgspec.Struct, frozen=True, kw_only=True):
    """What this context holds about a person."""

    profile: Profile
    sessions: list[SessionView]
    consents: list[ConsentRecord]
    keys: list[str]
    passkeys: list[PasskeyView]
    identities: list[IdentityView]


async def consents(tx: Reading, who: Principal) -> Page[Consent]:
    """Every purpose, and what the caller last said about it."""
    me = await membership.myself(tx, who)
    last = {purpose: (given, at) for purpose, given, at in await privacy.consents(tx, me.id)}
    return Page(
        [
            Consent(purpose=purpose, about=about, given=given, at=at)
            for purpose, about in PURPOSES.items()
            for given, at in (last.get(purpose, (False, None)),)
        ]
    )


async def consent(tx: Transaction, who: Principal, *, change: ConsentChange) -> None:
    """Say yes or no to a purpose."""
    me = await membership.myself(tx, who)
    await privacy.record_consent(tx, me.id, purpose=change.purpose, given=change.given, at=now())
    tx.emit(ConsentChanged(person_id=me.id, purpose=change.purpose, given=change.given))


# ---- export -----------------------------------------------------------------------------------------


async def my_export(
    tx: Transaction, who: Principal, *, sealing: Sealing, holders: Holders, providers: Providers
) -> Export:
    """Everything held about the caller. The first call asks all contexts; call again until it is ready."""
    me = await membership.myself(tx, who)
    found = await privacy.export_of(tx, me.id)
    asked = " ".join(sorted(holders.contexts))
    if found is not None and (now() - found.requested_at > EXPORT_KEPT_FOR or found.asked != asked):
        await privacy.drop_export(tx, me.id)
        found = None
    if found is None:
        found = await _begin(tx, me, who, sealing=sealing, providers=providers, asked=asked)
    sealer = await sealing.key(found.id, found.wrapped)
    held = {
        context: msgspec.Raw(sealer.open(sealed, f"export.{context}").encode())
        for context, sealed in (await privacy.parts(tx, found.id)).items()
    }
    missing = sorted(holders.contexts - set(held))
    return Export(
        id=found.id,
        state="gathering" if missing else "ready",
        requested_at=found.requested_at,
        missing=missing,
        held=held,
    )


async def on_person_data_told(tx: Transaction, told: PersonDataTold) -> None:
    await privacy.add_part(tx, told.export_id, context=told.TYPE.partition(".")[0], sealed=told.sealed)


async def _begin(
    tx: Transaction, me: Person, who: Principal, *, sealing: Sealing, providers: Providers, asked: str
) -> StoredExport:
    id = new_id()
    sealer, wrapped = await sealing.make(id)
    begun = StoredExport(id=id, person=me.id, wrapped=wrapped, requested_at=now(), asked=asked)
    await privacy.begin_export(tx, begun)
    mine = msgspec.json.encode(await _held(tx, me, who, sealing=sealing, providers=providers)).decode()
    await privacy.add_part(tx, id, context="user", sealed=sealer.seal(mine, "export.user"))
    tx.emit(PersonExportRequested(person_id=me.id, export_id=id, wrapped=wrapped))
    return begun


async def _held(
    tx: Reading, me: Person, who: Principal, *, sealing: Sealing, providers: Providers
) -> UserPersonData:
    return UserPersonData(
        profile=await profile.my_profile(tx, who, sealing=sealing),
        sessions=(await sessions.sessions(tx, who, query=Cursor(limit=_MOST), sealing=sealing)).items,
        consents=[
            ConsentRecord(purpose=p, given=given, at=at) for p, given, at in await privacy.consents(tx, me.id)
        ],
        keys=[each.key.id for each in await key.of_owner(tx, me.id)],
        passkeys=(await passkeys.passkeys(tx, who, sealing=sealing)).items,
        identities=(await arrivals.identities(tx, who, sealing=sealing, providers=providers)).items,
    )


# ---- erasure ----------------------------------------------------------------------------------------


async def erase_me(tx: Transaction, who: Principal, *, sealing: Sealing, house_roles: Roles) -> Erasure:
    """End the caller's account for good: the data key is destroyed, and every context is told. The last
    administrator of colleagues makes one of them an administrator first.
    """
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    belongs_to = [each.organisation for each in await person.memberships(tx, me.id)]
    for organisation_id in belongs_to:
        await administrators.check_others_keep_one(
            tx, me.id, organisation_id=organisation_id, house_roles=house_roles
        )
    await sessions.end_these(tx, await session.ids(tx, me.id))
    made_keys_in = [each.organisation for each in await key.of_owner(tx, me.id)]
    for organisation_id in sorted({*belongs_to, *made_keys_in}):
        await lineage.end_all_of(tx, me.id, organisation_id=organisation_id)
    await key.remove_of(tx, me.id)
    destroyed = await _remove_traces(tx, me, sealing=sealing)
    destroyed += await vault.destroy(tx, sealing, me.id)
    erasure = Erasure(id=new_id(), erased_at=now(), destroyed=destroyed)
    await privacy.record_erasure(tx, erasure.id, at=erasure.erased_at)
    tx.emit(PersonErased(person_id=me.id))
    return erasure


async def give_receipt(database: Database, erasure: Erasure) -> Receipt:
    """Have the destroyed keys leave the files too, then say what was done, and what is left elsewhere."""
    remains = await database.scrub(tables=data_key.TABLES, traces=erasure.destroyed)
    return Receipt(
        id=erasure.id,
        erased_at=erasure.erased_at,
        done=["data key destroyed", "sessions and API keys ended", "account removed", "contexts told"],
        remains=[*remains, "backups that were made before, until they expire"],
    )


async def _remove_traces(tx: Transaction, me: Person, *, sealing: Sealing) -> list[bytes]:
    """Return the keys that were destroyed, of organisations to which nobody belongs any more."""
    destroyed: list[bytes] = []
    index = await vault.index_made(tx, sealing)
    email = (await vault.key_of(tx, sealing, me.id)).open(me.email, "person.email")
    await invitation.remove_to(tx, index.email(email))
    await person.drop_registrations(tx, email_index=index.email(email))
    await privacy.drop_export(tx, me.id)
    await ticket.drop_of(tx, me.id)
    await guessing.forget(tx, me.id, email=email, index=index)
    memberships = await person.memberships(tx, me.id)
    await person.remove(tx, me.id)
    for each in memberships:
        tx.emit(MembershipChanged(person_id=me.id, organisation=each.organisation, roles=[]))
        if not await person.members(tx, each.organisation, after="", limit=1):
            await organisation.remove(tx, each.organisation)
            destroyed += await vault.destroy(tx, sealing, each.organisation)
    return destroyed
