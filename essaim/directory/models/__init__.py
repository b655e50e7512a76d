"""Nouns of the directory. Official, claimed and internal data never share a column."""

from essaim.directory.models.belonging import Criterion, Label, LocalDecision
from essaim.directory.models.card import Card
from essaim.directory.models.contacts import Contact, ContactImport, Tag
from essaim.directory.models.reports import ErrorReport
from essaim.directory.models.structure import Establishment, FormerKey, Structure
from essaim.directory.models.syncs import SyncRun
from essaim.directory.models.synonyms import Synonym

__all__ = [
    "Card",
    "Contact",
    "ContactImport",
    "Criterion",
    "ErrorReport",
    "Establishment",
    "FormerKey",
    "Label",
    "LocalDecision",
    "Structure",
    "SyncRun",
    "Synonym",
    "Tag",
]
