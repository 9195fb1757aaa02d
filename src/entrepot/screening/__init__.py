"""Screening: whether somebody is meant by an entry of a list of restricted parties.

Owns: lists of restricted parties and their versions, screenings, decisions about hits.
Says: that a watched party has other hits than before.
Hears: nothing.
"""
