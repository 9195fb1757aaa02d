"""Devices: whose they are, what they may, how their people want to be tracked. And their door: it recognises
a device, reads its message, filters it, writes it to disk, acknowledges it. The same code runs at the hub
and at a site.

Owns: devices with their credentials and preferences, what was said about consent, commands that wait, the
state of the filters, what was rejected and why, the quarantine, recorded tracks until they are read.
Says: `device.enrolled`, `device.changed`, `device.revoked`, `device.commanded`, `device.positions_accepted`,
`device.reported`, `device.quarantine_read`, `device.person_data_told`.
Hears: `device.commanded` (what waits from before devices were a context), `tracking.recording_placed`,
`user.membership_changed`, `user.person_export_requested`, `user.person_erased`.
"""
