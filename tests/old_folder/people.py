"""Who and what is in the old folder: invented, and its master key is no secret."""

from base64 import b64encode

MASTER_KEY = b64encode(b"a key of tests that all may know").decode()
EMAIL = "ada@example.org"
LIST = "id,kind,name,aliases,birth_dates,countries,programme\n1,person,Ivan Petrovsky,,1961,RU,ONE\n"
MORE = "2,person,Grace Hopper,,1906,US,TWO\n"
FENCE = {"name": "Depot", "geometry": {"type": "Point", "coordinates": [13.4, 52.5]}, "radius_m": 150}
