"""Geo-tracking: where devices are and were, what that means, and who may know.

Owns: positions, trips, stops, places, geofences, alerts, shares; a copy of every device.
Says: that an alert was raised or withdrawn; what it holds about a person.
Hears: `device.enrolled`, `device.changed`, `device.revoked`,
`device.positions_accepted`, `device.reported`, `device.quarantine_read`, `user.membership_changed`,
`user.person_export_requested`, `user.person_erased`.
"""
