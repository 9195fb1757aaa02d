"""The way to an outside provider and back."""

from entrepot.core.house import House
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now
from entrepot.user.functions import arrival
from entrepot.user.functions.arrival import Arrived
from entrepot.user.model import identity as model
from entrepot.user.model.identity import (
    BACK_WITHIN,
    Departed,
    Departure,
    DeparturePurpose,
    Luggage,
    NewDeparture,
    Return,
    ReturnSpent,
)
from entrepot.user.model.provider import ProviderView
from entrepot.user.repository import identity
from entrepot.user.service import membership, sessions
from entrepot.user.service.providers import Providers


async def providers_offered(tx: Reading, who: Principal, *, providers: Providers) -> Page[ProviderView]:
    """The outside services through which people may sign in."""
    return Page([ProviderView(name=each.name, title=each.title) for each in providers])


# ---- there ---------------------------------------------------------------------------------------------


class Way(Departure, frozen=True, kw_only=True):
    """Where the browser goes, and what it takes along."""

    luggage: Luggage


async def find_way(
    database: Database, who: Principal, *, new: NewDeparture, providers: Providers, house: House
) -> Way:
    """Ask the provider where it wants people to go. Raises: ProviderNotFound, ProviderAway, ProviderUnfit."""
    provider, luggage = providers.named(new.provider), model.new_luggage(new.binding)
    url = await providers.way_to(provider, luggage, back_to=_back_to(house, provider.name), again=new.again)
    return Way(url=url, luggage=luggage)


async def depart(tx: Transaction, who: Principal, *, new: NewDeparture, way: Way) -> Departure:
    """Go to an outside service to sign in."""
    return await _depart(tx, way, provider=new.provider, purpose="sign-in", person_id="")


async def depart_to_link(tx: Transaction, who: Principal, *, new: NewDeparture, way: Way) -> Departure:
    """Go to an outside service to link one's account there."""
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    return await _depart(tx, way, provider=new.provider, purpose="link", person_id=me.id)


async def _depart(
    tx: Transaction, way: Way, *, provider: str, purpose: DeparturePurpose, person_id: str
) -> Departure:
    departed = Departed(
        state=model.digest(way.luggage.state),
        provider=provider,
        purpose=purpose,
        person=person_id,
        binding=model.digest(way.luggage.binding),
    )
    await identity.depart(tx, departed, until=now() + BACK_WITHIN)
    return Departure(url=way.url, binding=way.luggage.binding)


# ---- and back ------------------------------------------------------------------------------------------


async def come_back(
    database: Database, who: Principal, *, back: Return, providers: Providers, house: House
) -> Arrived:
    """Find out who came back to sign in. Raises: ReturnSpent, ProviderAway, ProviderUnfit."""
    return await _come_back(database, back, purpose="sign-in", providers=providers, house=house)


async def come_back_to_link(
    database: Database, who: Principal, *, back: Return, providers: Providers, house: House
) -> Arrived:
    """Find out who came back to be linked. Raises: ReturnSpent, ProviderAway, ProviderUnfit."""
    return await _come_back(database, back, purpose="link", providers=providers, house=house)


async def _come_back(
    database: Database, back: Return, *, purpose: DeparturePurpose, providers: Providers, house: House
) -> Arrived:
    """The state is spent before the provider is asked, so that of two that come with it one is refused."""
    state, binding = model.digest(back.state), model.digest(back.binding)
    departed = await database.write(
        lambda tx: identity.come_back(tx, state, binding=binding, purpose=purpose, at=now())
    )
    if departed is None or departed.provider != back.provider:
        raise ReturnSpent("This sign-in began in another browser, or too long ago. Start again.")
    provider, luggage = providers.named(departed.provider), Luggage(back.state, back.binding)
    await providers.check_issuer(provider, back.iss)
    claims = await providers.claims_for(provider, back.code, luggage, back_to=_back_to(house, provider.name))
    return arrival.arrived(provider, claims, person=departed.person)


def _back_to(house: House, provider: str) -> str:
    """Return the redirect URI. Each provider has its own, so that no answer of one passes for another's
    (RFC 9700, §4.4.2).
    """
    return f"{house.url}/sign-in/{provider}"
