"""Nouns of the room: persons, the offices that they hold for a time, what is asked at the door."""

from essaim.people.models.entries import EntryCode
from essaim.people.models.offices import Office
from essaim.people.models.person import Person, PersonManager

__all__ = ["EntryCode", "Office", "Person", "PersonManager"]
