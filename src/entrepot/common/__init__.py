"""Services for all contexts: letters on their way, and notices to people and programs.

Owns: letters that were sent, notices, inboxes, preferences, templates, webhooks, the record of deliveries.
Says: `common.letter_wanted`, `common.notice_filed`, `common.person_data_told`.
Hears: `user.letter_written`, `user.letter_refused`, `user.membership_changed`,
`user.person_export_requested`, `user.person_erased`, `tracking.device_revoked`; and what becomes a notice:
`tracking.alert_raised`, `tracking.alert_withdrawn`, `rule.pack_submitted`, `rule.facts_stale`,
`rule.party_matched`.
"""
