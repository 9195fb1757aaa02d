"""Truths of compliance: rules, packs, checks, goods and parties."""
