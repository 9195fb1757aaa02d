"""The same work as the position context's, written two other ways: as bare as Python allows, and as a
team would write it with the usual framework.
"""
