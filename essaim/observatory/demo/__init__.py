"""The demonstration of the observatory: invented tables in the official layouts, and published facts, cited."""

from __future__ import annotations

BY = "commande demo"
COMMENTED = "ess-job-share"
COMMENT = (
    "Exemple de commentaire, écrit pour la démonstration.\n\n"
    "Ce chiffre compare l’ESS à tous les emplois salariés, public compris : c’est la part de 11 % que nous annonçons. "
    "Comparée au seul secteur privé, la part est d’environ 19 %. Les deux sont justes, à condition de dire laquelle."
)
