"""A message to the officers: a structure has nobody left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.urls import reverse

from essaim.directory.mails.reports import SAMPLE_SIREN
from essaim.directory.models import Structure
from essaim.directory.naming import shown_name
from essaim.foundation.mails import Mail


@dataclass(frozen=True)
class StructureLeftAlone(Mail):
    """The last person who represented a structure has erased their account."""

    template: ClassVar[str] = "directory/mails/left_alone"
    structure_id: int

    def structure(self) -> Structure:
        """The structure it is about."""
        return Structure.objects.select_related("card").get(pk=self.structure_id)

    def subject(self) -> str:
        """Names the structure."""
        return f"Plus personne ne représente {shown_name(self.structure())}"

    def context(self) -> dict[str, object]:
        """Its name, and its page in the team's space."""
        structure = self.structure()
        link = f"{settings.SITE_URL}{reverse('officer:structure', args=[structure.key])}"
        return {"name": shown_name(structure), "link": link}

    @classmethod
    def sample(cls) -> Mail:
        """An example."""
        return _SampleLeftAlone(structure_id=0)


@dataclass(frozen=True)
class _SampleLeftAlone(StructureLeftAlone):
    """For previews."""

    def structure(self) -> Structure:
        return Structure(siren=SAMPLE_SIREN, key=SAMPLE_SIREN, name="La Ruche des lucioles")
