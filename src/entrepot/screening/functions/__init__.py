"""Stateless steps of screening: names in, likenesses and hits out."""
