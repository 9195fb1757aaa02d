"""Devices: whose they are, what they may and how their people want to be tracked; and their door: who is it,
what does it say, is it fit to keep, is it on disk. The same code stands at the hub and on a site.

Owns: devices with their credentials and preferences, words about consent, commands that wait, the state of
the filters, what was rejected and why, the quarantine.
Says: that a device was enrolled, changed, revoked or commanded; that positions were accepted; what else a
device reported; that somebody read the quarantine.
Hears: `user.membership_changed`, `user.person_export_requested`, `user.person_erased`.
"""
