"""Simulated vehicles on real roads and seas, for looking around before the first device is set up. The
position of a vehicle depends on the time alone, so yesterday is there at once and a restart changes
nothing.
"""
