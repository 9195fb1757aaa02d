"""Runs a process of the program: hosts contexts, puts the gateway before them, starts and stops everything,
makes backups.
"""
