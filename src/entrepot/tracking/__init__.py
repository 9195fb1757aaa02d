"""Geo-tracking: where devices are and were, what that means, and who may know.

Owns: devices, positions, trips, stops, places, geofences, alerts, shares and everyone's preferences.
Says: that a device was enrolled, changed, revoked or commanded; that an alert was raised or withdrawn; what
it holds about a person.
Hears: `device.positions_accepted`, `device.reported`, `device.quarantine_read`, `user.membership_changed`,
`user.person_export_requested`, `user.person_erased`.
"""
