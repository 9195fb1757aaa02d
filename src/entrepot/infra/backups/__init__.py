"""Backups as files: a tar archive with the checksum of each member, encrypted for its recipients, kept in a
folder for as long as a rule says, or handed to a command.
"""
