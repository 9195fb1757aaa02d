"""Which lists of restricted parties the settings have refreshed, from where and when."""

from pathlib import Path

from entrepot.core.publications import Publication
from entrepot.infra.calendar.moments import BadCalendar, calendar_of
from entrepot.infra.publications.fetching import Fetcher
from entrepot.infra.webhooks.addresses import Networks
from entrepot.screening.service.refreshing import RefreshSchedule
from entrepot.settings import BadSetting, Settings


def fetcher_of(settings: Settings) -> Fetcher:
    """Raises: BadSetting."""
    try:
        networks = Networks(settings.party_list_networks)
    except ValueError as error:
        raise BadSetting(f"party_list_networks are CIDR networks, such as 10.0.0.0/8: {error}.") from error
    return Fetcher([_publication(each) for each in settings.party_lists], networks)


def refresh_of(settings: Settings) -> RefreshSchedule:
    """Raises: BadSetting."""
    if not settings.party_lists:
        return RefreshSchedule()
    try:
        return RefreshSchedule(*calendar_of(settings.party_lists_every))
    except BadCalendar as error:
        raise BadSetting(f"party_lists_every cannot be {settings.party_lists_every!r}: {error}") from error


def _publication(text: str) -> Publication:
    name, equals, places = text.partition("=")
    found = tuple(each.strip() for each in places.split("|") if each.strip())
    plain = name.strip()
    if not equals or not found or not plain.replace("-", "").isalnum() or plain != plain.lower():
        raise BadSetting(f"party_lists holds name=address, such as un=https://…, not {text!r}.")
    for each in found:
        if not each.startswith(("https://", "http://")) and not Path(each).is_absolute():
            raise BadSetting(f"party_lists names an https address or a whole path, not {each!r}.")
    return Publication(plain, found)
