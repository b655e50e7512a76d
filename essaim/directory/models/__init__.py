"""Nouns of the directory. Official, claimed and internal data never share a column."""

from essaim.directory.models.belonging import Criterion, Label, LocalDecision
from essaim.directory.models.campaigns import Campaign, CampaignLine, CampaignSilence
from essaim.directory.models.card import Card, CardChange, CardContact, CardPhoto
from essaim.directory.models.contacts import Contact, ContactImport, Tag
from essaim.directory.models.inside import DirectorySettings, StructureNote
from essaim.directory.models.mandates import Claim, ClaimEvidence, Invitation, Mandate
from essaim.directory.models.proposals import Merge, StructureProposal
from essaim.directory.models.reports import ErrorReport
from essaim.directory.models.structure import Establishment, FormerKey, Structure
from essaim.directory.models.syncs import SyncRun
from essaim.directory.models.synonyms import Synonym
from essaim.directory.models.twins import NotTwins

__all__ = [
    "Campaign",
    "CampaignLine",
    "CampaignSilence",
    "Card",
    "CardChange",
    "CardContact",
    "CardPhoto",
    "Claim",
    "ClaimEvidence",
    "Contact",
    "ContactImport",
    "Criterion",
    "DirectorySettings",
    "ErrorReport",
    "Establishment",
    "FormerKey",
    "Invitation",
    "Label",
    "LocalDecision",
    "Mandate",
    "Merge",
    "NotTwins",
    "Structure",
    "StructureNote",
    "StructureProposal",
    "SyncRun",
    "Synonym",
    "Tag",
]
