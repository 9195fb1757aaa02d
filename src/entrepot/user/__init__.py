"""People, organisations and programs: their accounts and credentials, and the erasure of their data.

Owns: data keys, people, memberships, roles, sessions, passkeys, links to outside services of sign-in,
one-time links, invitations, consents, API keys.
Says: `user.letter_written`, `user.letter_refused`, `user.membership_changed`, `user.key_created`,
`user.key_revoked`, `user.key_narrowed`, `user.token_revoked`, `user.consent_changed`,
`user.person_export_requested`, `user.person_erased`, `user.account_suspended`, `user.account_resumed`,
`user.second_factor_reset`, `user.address_changed`, `user.administrator_named`.
Hears: `common.letter_wanted`, and what other contexts hold about a person (`….person_data_told`).
"""
