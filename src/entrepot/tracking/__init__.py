"""Geo-tracking: where devices are and were, what follows from that, and who may see it.

Owns: positions, trips, stops, places, geofences, shares, scheduled reports; a copy of every device.
Says: `tracking.device_data_wanted`, `tracking.person_data_told`, `tracking.recording_placed`; the facts
`tracking.alarm_raised`, `tracking.fence_passed`, `tracking.limit_crossed`, `tracking.device_fell_silent`,
`tracking.device_moved_unexpectedly`, `tracking.unusual_noticed`, which may become alerts; and
`tracking.fact_withdrawn`, when one was wrong; `tracking.report_fell_due`.
Hears: `alert.alerts_read`, `device.enrolled`, `device.changed`, `device.revoked`,
`device.positions_accepted`, `device.reported`, `device.quarantine_read`,
`user.membership_changed`, `user.key_revoked`, `user.key_narrowed`, `user.account_suspended`,
`user.person_export_requested`, `user.person_erased`.
"""
