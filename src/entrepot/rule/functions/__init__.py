"""Stateless steps of compliance: facts in, verdicts out."""
