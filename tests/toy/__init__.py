"""Toys that people keep: the smallest whole context, for the tests of what follows from a table.

Owns: toys.
Says: `toy.broken`.
Hears: `toy.broken`, `user.person_export_requested`, `user.person_erased`.
"""
