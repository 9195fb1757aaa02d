"""Services for all contexts: sends letters, and notices to people and programs.

Owns: letters that were sent, notices, inboxes, preferences, templates, webhooks, the record of deliveries.
Says: `common.letter_wanted`, `common.notice_filed`, `common.person_data_told`.
Hears: `user.letter_written`, `user.letter_refused`, `user.membership_changed`,
`user.person_export_requested`, `user.person_erased`, `device.revoked`; and the events that contexts
name in `announces` and `recalls`.
"""
