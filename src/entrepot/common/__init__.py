"""Services for all contexts: letters on their way, and notices to people and programs.

Owns: that a letter was sent, and when; notices, inboxes, preferences, templates, webhooks, the record of
deliveries.
Says: `common.letter_wanted`, `common.notice_filed`, `common.person_data_told`.
Hears: `user.letter_written`, `user.letter_refused`, `user.membership_changed`,
`user.person_export_requested`, `user.person_erased`, `tracking.alert_raised`, `tracking.alert_withdrawn`,
`tracking.device_revoked`.
"""
