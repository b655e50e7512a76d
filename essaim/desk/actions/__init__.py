"""Verbs of the desk."""
