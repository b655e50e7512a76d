"""Verbs about persons: their offices, their accounts."""

from essaim.people.actions.officers import close_accounts, make_officer, withdraw_officer
from essaim.people.actions.offices import cancel_office, end_office, name_to_office
from essaim.people.actions.persons import (
    close_account,
    make_administrator,
    reopen_account,
    reset_factors,
    set_access,
)

__all__ = [
    "cancel_office",
    "close_account",
    "close_accounts",
    "end_office",
    "make_administrator",
    "make_officer",
    "name_to_office",
    "reopen_account",
    "reset_factors",
    "set_access",
    "withdraw_officer",
]
