"""Compliance knowledge: what a product needs to enter a market, and why.

Owns: rules in packs, checks with their reasons, the Harmonized System.
Says: that a check was completed; that a pack became active.
Hears: nothing.
"""
