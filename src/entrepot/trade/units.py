"""Units by dimension. Every factor is exact, so a limit of 0.1 kg is the same as one of 100 g."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction


class UnitMismatch(ValueError):
    """Two units that measure different things, or one that is unknown."""


# What each unit is in the dimension's first one. Pound and inch are exact by the agreement of 1959.
_DIMENSIONS: Mapping[str, Mapping[str, str]] = {
    "mass": {"g": "1", "mg": "1/1000", "kg": "1000", "t": "1000000", "lb": "45359237/100000",
             "oz": "45359237/1600000"},
    "length": {"m": "1", "mm": "1/1000", "cm": "1/100", "km": "1000", "in": "254/10000", "ft": "3048/10000"},
    "area": {"m2": "1", "cm2": "1/10000"},
    "volume": {"l": "1", "ml": "1/1000", "cl": "1/100", "m3": "1000", "hl": "100"},
    "energy": {"Wh": "1", "mWh": "1/1000", "kWh": "1000", "J": "1/3600", "kJ": "1000/3600"},
    "charge": {"Ah": "1", "mAh": "1/1000"},
    "voltage": {"V": "1", "mV": "1/1000", "kV": "1000"},
    "power": {"W": "1", "mW": "1/1000", "kW": "1000"},
    "frequency": {"Hz": "1", "kHz": "1000", "MHz": "1000000", "GHz": "1000000000"},
    "pressure": {"bar": "1", "mbar": "1/1000", "Pa": "1/100000", "kPa": "1/100", "MPa": "10"},
    "share": {"%": "1", "ppm": "1/10000", "mg/kg": "1/10000", "g/kg": "1/10"},
    "strength": {"%vol": "1"},
    "count": {"pcs": "1"},
    "time": {"day": "1", "week": "7", "hour": "1/24"},
    "age": {"month": "1", "year": "12"},
}  # fmt: skip

UNITS: Mapping[str, tuple[str, Fraction]] = {
    unit: (dimension, Fraction(factor))
    for dimension, units in _DIMENSIONS.items()
    for unit, factor in units.items()
}


def exact(number: float) -> Fraction:
    """Return the number as it was written: 0.1 is a tenth, not the nearest binary fraction."""
    return Fraction(Decimal(repr(number)))


def dimension_of(unit: str) -> str:
    """Raises: UnitMismatch."""
    if unit not in UNITS:
        raise UnitMismatch(f"There is no unit {unit!r}.")
    return UNITS[unit][0]


def in_first_unit(value: float, unit: str) -> Fraction:
    """Return the value in the first unit of its dimension. Raises: UnitMismatch."""
    dimension_of(unit)
    return exact(value) * UNITS[unit][1]


def units_like(unit: str) -> list[str]:
    """Return all units of the same dimension, its own first."""
    return [unit, *(each for each in _DIMENSIONS[dimension_of(unit)] if each != unit)]


def convert(value: float, unit: str, to: str) -> Fraction:
    """Return the value in another unit of the same dimension. Raises: UnitMismatch."""
    if dimension_of(unit) != dimension_of(to):
        raise UnitMismatch(f"{unit} measures {dimension_of(unit)}, {to} measures {dimension_of(to)}.")
    return exact(value) * UNITS[unit][1] / UNITS[to][1]
