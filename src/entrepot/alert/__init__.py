"""Alerts: facts of any context that people want to know at once.

A context lists in its `context.py` which of its events are facts (`observes`, `denies`). The organisation's
rules decide which facts become alerts, how long a fact must hold, what must confirm it, and how soon the next
one of its kind may follow. People list and acknowledge alerts. An alert is withdrawn when its fact was wrong,
and forgotten with its device.

Owns: alerts and the rules for them.
Says: `alert.raised`, `alert.withdrawn`, `alert.alerts_read`,
`alert.person_data_told`.
Hears: `device.enrolled`, `device.changed`, `device.revoked`, `tracking.device_data_wanted`,
`user.person_erased`; and the events that contexts name in `observes` and `denies`.
"""
