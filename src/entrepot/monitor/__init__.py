"""Counts who used what, how often and how fast, and what happened, for administrators.

Owns: activity by hour, row, status and caller; what happened how often, by day; what operators did to
accounts.
Says: `monitor.person_data_told`.
Hears: `gateway.requests_served`, `user.key_created`, `user.consent_changed`, `rule.check_completed`,
`rule.pack_activated`, `user.person_export_requested`, `user.person_erased`, `user.account_suspended`,
`user.account_resumed`, `user.second_factor_reset`, `user.address_changed`, `user.administrator_named`.
"""
