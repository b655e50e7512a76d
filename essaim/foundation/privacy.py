"""Words of the register of processing: why the law lets us keep something about somebody."""

from __future__ import annotations

from enum import StrEnum


class Basis(StrEnum):
    """Legal bases that an authority uses (RGPD, article 6, paragraph 1; the letter is that of the list)."""

    PUBLIC_TASK = "mission d’intérêt public (RGPD, article 6-1-e)"
    CONSENT = "accord de la personne (RGPD, article 6-1-a)"
    LEGAL_DUTY = "obligation légale (RGPD, article 6-1-c)"
