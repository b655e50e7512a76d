"""Verbs about persons: their offices, their accounts."""

from essaim.people.actions.officers import close_accounts, make_officer, withdraw_officer

__all__ = ["close_accounts", "make_officer", "withdraw_officer"]
