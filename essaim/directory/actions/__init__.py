"""The verbs of the directory: the only door for its writes. One shape: check, transaction, lock, re-check, write, journal."""
