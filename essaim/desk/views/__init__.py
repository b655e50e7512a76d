"""Screens of the officer."""
