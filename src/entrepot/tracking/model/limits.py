"""What each kind of device can reach, where its owner does not say another limit."""

from functools import lru_cache

import msgspec

from entrepot.tracking.model.device import FilterSettings

# Metres per second, a little above the record or the law that bounds the kind.
LIMITS_MPS = {
    "pedestrian": 13.0,  # the fastest stretch of a sprint: 12.4 m/s (Berlin, 2009)
    "bicycle": 40.0,  # the fastest downhill of a stage race is near 36 m/s; records behind a car do not count
    "vehicle": 85.0,  # 306 km/h: what road cars may reach
    "train": 165.0,  # 574.8 km/h, the record on wheels (2007), is 159.7 m/s
    "vessel": 45.0,  # the fastest ferry does 30 m/s
    "aircraft": 375.0,  # 373 m/s over ground, in a jet stream (2024)
    "animal": 90.0,  # a falcon's dive: 89 m/s
}
_USUAL_MPS = FilterSettings().max_speed_mps


@lru_cache(maxsize=4_096)
def fitted(settings: FilterSettings, kind: str) -> FilterSettings:
    """Return the settings with the limit of this kind in place of the usual one, which suits what is carried
    by anything (phones, containers, sensors). A limit that somebody chose stays.
    """
    limit_mps = LIMITS_MPS.get(kind)
    if limit_mps is None or settings.max_speed_mps != _USUAL_MPS:
        return settings
    return msgspec.structs.replace(settings, max_speed_mps=limit_mps)
