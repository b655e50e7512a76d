"""Tests of the demonstration's generator."""
