"""What a news and an initiative share: the structure that they tell of, and who said what they say."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from essaim.directory.models.structure import KEY_SHAPE
from essaim.directory.queries import visible_by_key
from essaim.editorial.models.base import SitePage
from essaim.foundation.territories import current_scope

_KEY = re.compile(KEY_SHAPE)


class AboutStructure(SitePage):
    """A structure may be named by its key of the directory; its own page then says « on en parle »."""

    structure_key = models.CharField(
        "fiche dans l’annuaire",
        max_length=20,
        blank=True,
        help_text="SIREN, numéro RNA ou code de la structure dont on parle ; vide si elle n’est pas dans l’annuaire.",
    )
    source = models.CharField(
        "d’où vient l’information", max_length=400, blank=True, help_text="Qui l’a dit, et quand."
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Bring the key to its one writing, and refuse what is no key."""
        super().clean()
        key = re.sub(r"\s", "", self.structure_key).upper()
        if key and not _KEY.fullmatch(key):
            raise ValidationError({"structure_key": "Écrivez un SIREN (9 chiffres), un numéro RNA ou un code d’ici."})
        self.structure_key = key

    @property
    def names_structures(self) -> bool:
        """Whether the page names one of the directory: an invented one must be told."""
        return bool(self.structure_key)

    @property
    def structure(self) -> Any:
        """The structure of the directory that the public may see, with its card, or None; a former key leads to it."""
        if not self.structure_key:
            return None
        found = visible_by_key(self.structure_key, None, current_scope())
        return found.select_related("card").first()
