"""Takes what devices send: recognises the device, reads its message, filters it, writes it to disk,
acknowledges it. The same code runs at the hub and at a site.

Owns: its copy of who may send, the state of the filters, what was rejected and why, the quarantine.
Says: `device.positions_accepted`, `device.reported`, `device.quarantine_read`, `device.person_data_told`.
Hears: `tracking.device_enrolled`, `tracking.device_changed`, `tracking.device_revoked`,
`tracking.device_commanded`, `tracking.device_data_wanted`.
"""
