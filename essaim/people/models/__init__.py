"""Nouns of the room: persons, and the offices that they hold for a time."""

from essaim.people.models.offices import Office
from essaim.people.models.person import Person, PersonManager

__all__ = ["Office", "Person", "PersonManager"]
