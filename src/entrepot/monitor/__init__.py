"""Counts who used what, how often and how fast, for administrators.

Owns: activity by hour, row, status and caller.
Says: `monitor.person_data_told`.
Hears: `gateway.requests_served`, `user.person_export_requested`, `user.person_erased`.
"""
