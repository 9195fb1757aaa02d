"""The door of devices: who is it, what does it say, is it fit to keep, is it on disk. The same code
stands at the hub and on a site.

Owns: its copy of who may send, the state of the filters, what was rejected and why, the quarantine.
Says: that positions were accepted; what else a device reported.
Hears: `tracking.device_enrolled`, `tracking.device_changed`, `tracking.device_revoked`.
"""
