"""Screening: searches lists of restricted parties for a person or an organisation.

Owns: lists of restricted parties and their versions, screenings, decisions about hits.
Says: `screening.party_matched`, `screening.person_data_told`.
Hears: `user.person_export_requested`, `user.person_erased`.
"""
