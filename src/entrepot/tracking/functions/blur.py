"""Blurs a place to the middle of its cell in a grid."""

from math import cos, floor, radians

from entrepot.core.geo import METRES_PER_DEGREE


def blurred(latitude: float, longitude: float, size_m: float) -> tuple[float, float]:
    """Return the middle of the cell. Cells are `size_m` high and about as wide; a blurred place blurs to
    itself.
    """
    rows = max(1, round(180.0 * METRES_PER_DEGREE / size_m))
    height = 180.0 / rows
    row = min(floor((latitude + 90.0) / height), rows - 1)
    middle = (row + 0.5) * height - 90.0
    columns = max(1, round(360.0 * METRES_PER_DEGREE * cos(radians(middle)) / size_m))
    width = 360.0 / columns
    column = min(floor((longitude + 180.0) / width), columns - 1)
    return middle, (column + 0.5) * width - 180.0
