"""Vehicles that do not exist, on roads and seas that do: for looking around before the first device is set
up. Where a vehicle is depends on the time alone, so yesterday is there at once and a restart changes nothing.
"""
