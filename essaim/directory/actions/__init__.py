"""The verbs of the directory: the only door for its writes.

They have one shape: check, transaction, lock, re-check, write, journal.
"""
