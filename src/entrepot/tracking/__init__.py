"""Geo-tracking: where devices are and were, what that means, and who may know.

Owns: devices, positions, trips, stops, places, geofences, alerts, shares and everyone's preferences.
Says: that a device was enrolled, changed or revoked; that an alert was raised or corrected.
Hears: `edge.positions_accepted`, `edge.device_reported`, `user.membership_changed`, `user.person_erased`.
"""
