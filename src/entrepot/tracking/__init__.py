"""Geo-tracking: where devices are and were, what that means, and who may know.

Owns: devices, positions, trips, stops, places, geofences, shares and everyone's preferences.
Says: `tracking.device_enrolled`, `tracking.device_changed`, `tracking.device_revoked`,
`tracking.device_commanded`, `tracking.device_data_wanted`, `tracking.person_data_told`; the facts
`tracking.fence_passed`, `tracking.limit_crossed`, `tracking.device_fell_silent`,
`tracking.device_moved_unexpectedly`, `tracking.unusual_noticed`, which may become alerts; and
`tracking.fact_withdrawn`, when one was wrong.
Hears: `alert.alerts_read`, `device.positions_accepted`, `device.reported`, `device.quarantine_read`,
`user.membership_changed`, `user.person_export_requested`, `user.person_erased`.
"""
