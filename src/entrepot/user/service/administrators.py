"""Every organisation keeps somebody who may invite people and change roles. Whoever would take the last such
person away is refused.
"""

from collections.abc import AsyncIterator

from entrepot.core.ports import Reading
from entrepot.core.roles import Roles
from entrepot.user.model import role
from entrepot.user.model.role import LastAdministrator
from entrepot.user.repository import organisation, person

_AT_ONCE = 500  # members read at a time


async def check_another(tx: Reading, id: str, *, organisation_id: str, house_roles: Roles) -> None:
    """Raises: LastAdministrator, if this person is the only administrator of the organisation."""
    is_one = False
    async for each in _administrators(tx, organisation_id, house_roles=house_roles):
        if each != id:
            return
        is_one = True
    if is_one:
        raise refusal()


async def check_others_keep_one(tx: Reading, id: str, *, organisation_id: str, house_roles: Roles) -> None:
    """As `check_another`, but whoever is alone in an organisation leaves nobody behind. Raises:
    LastAdministrator.
    """
    if len(await person.members(tx, organisation_id, after="", limit=2)) > 1:
        await check_another(tx, id, organisation_id=organisation_id, house_roles=house_roles)


async def there_are(tx: Reading, organisation_id: str, *, house_roles: Roles) -> bool:
    async for _ in _administrators(tx, organisation_id, house_roles=house_roles):
        return True
    return False


def refusal() -> LastAdministrator:
    return LastAdministrator(
        "Nobody else could invite people and change roles here: make somebody an administrator first."
    )


async def _administrators(tx: Reading, organisation_id: str, *, house_roles: Roles) -> AsyncIterator[str]:
    """Yield who administers, whatever their roles are called. Whoever is suspended does not."""
    own, after = await organisation.own_roles(tx, organisation_id), ""
    while found := await person.members(tx, organisation_id, after=after, limit=_AT_ONCE):
        for each in found:
            if role.administers(house_roles.scopes(each.roles, own=own)):
                who = await person.by_id(tx, each.person)
                if who is not None and who.suspended_at is None:
                    yield each.person
        after = found[-1].person
