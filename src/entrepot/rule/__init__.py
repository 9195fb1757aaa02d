"""Compliance knowledge: what a product needs to enter a market, and why.

Owns: rules in packs, checks with their reasons, the Harmonized System.
Says: `rule.check_completed`, `rule.pack_submitted`, `rule.pack_activated`, `rule.facts_stale`,
`rule.person_data_told`.
Hears: `user.person_export_requested`, `user.person_erased`.
"""
