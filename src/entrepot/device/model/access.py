"""A device, as its door and whoever keeps a copy of it need to know it."""

import msgspec

from entrepot.core.time import Moment
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings, Privacy

PAYLOAD_KEY = "device.payload_key"  # the place at which a payload key is sealed


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What a site keeps about a device. `password_digest` is SHA-256 of a random password of 128 bits or
    more; `payload_key` is OwnTracks' shared secret, sealed at the place PAYLOAD_KEY under the data key
    `wrapped_key` of the owner `id`. `revision` grows with every change. Where a device is that is private, or
    whose person does not agree, may be seen by `private_to` alone: its person, or nobody's id, which is its
    own, if it is nobody's. `person` is whose it is, empty for nobody's.
    """

    id: str
    organisation: str
    username: str
    password_digest: bytes
    name: str
    revision: int
    needs_password: bool = True
    wrapped_key: bytes = b""
    payload_key: bytes = b""
    filter: FilterSettings = FilterSettings()
    privacy: Privacy = Privacy()
    friends: bool = False
    simulated: bool = False
    private_to: str = ""
    kind: str = "other"
    person: str = ""
    private: bool = False
    alerts: AlertSettings = AlertSettings()
    retention_days: int | None = None
    created_at: Moment | None = None
