"""What fences told of a device, as visits are made of it."""

import msgspec


class Passage(msgspec.Struct, frozen=True):
    """What a fence told of a device at a moment: `inside` (seen there from the first), `enter` or `exit`."""

    at_us: int
    geofence_id: str
    kind: str
    crossed: bool = False
