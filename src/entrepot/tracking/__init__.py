"""Geo-tracking: where devices are and were, what that means, and who may know.

Owns: devices, positions, trips, stops, places, geofences, shares and everyone's preferences.
Says: that a device was enrolled, changed, revoked or commanded; facts that may become alerts (a
fence passed, a limit crossed, a silence), and that one was wrong; what it holds about a person.
Hears: `alert.alerts_read`, `device.positions_accepted`, `device.reported`, `device.quarantine_read`,
`user.membership_changed`,
`user.person_export_requested`, `user.person_erased`.
"""
