"""Alerts: facts of any context that people want to be told of.

A context says in its table which of its events are facts (`observes`, `denies`). Rules of the organisation
say which of them become alerts, how long one must hold, what must confirm it, and how soon the same may be
told again. Alerts are listed, acknowledged, withdrawn when their fact was wrong, and forgotten with their
device.

Owns: alerts and the rules for them.
Says: `alert.raised`, `alert.withdrawn`, `alert.alerts_read`, and what it holds about a person's devices.
Hears: every fact of every context; `tracking.device_enrolled`, `tracking.device_changed`,
`tracking.device_revoked`, `tracking.device_data_wanted`, `user.person_erased`.
"""
