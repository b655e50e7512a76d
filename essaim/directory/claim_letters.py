"""The letters that carry a code by post: one page a claim, the head office in the window of the envelope."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from essaim.directory.actions.claim_codes import code_of
from essaim.directory.claim_ways import post_lines
from essaim.directory.models import ClaimEvidence
from essaim.directory.naming import shown_name
from essaim.foundation.territories import home
from essaim.ui import placenames, typography
from essaim.ui.printing import to_pdf

TEMPLATE = Path(__file__).parent / "letters" / "claim.typ"


def claim_letters_pdf(proofs: Sequence[ClaimEvidence]) -> bytes:
    """The letters of these proofs (printed: they have their last day), as one PDF/UA-1. Raises CannotPrint."""
    territory, today = home(), timezone.localdate()
    reach = [typography.phone(territory.phone)] if territory.phone else []
    reach += [territory.email] if territory.email else []
    data = {
        "title": "Codes envoyés par la poste",
        "date": [today.year, today.month, today.day],
        "sender": [territory.name, "Mission économie sociale et solidaire", *filter(None, [territory.address])],
        "place_and_day": f"Le {typography.day_name(today)}",
        "territory": placenames.of_name(territory.short_name),
        "address": urlsplit(settings.SITE_URL).netloc + reverse("claims:list").rstrip("/"),
        "contact": f"Et prévenez-nous : {' · '.join(reach)}." if reach else "",
        "signature": f"La mission ESS {placenames.of_name(territory.short_name)}",
        "letters": [_letter(proof) for proof in proofs],
    }
    return to_pdf(TEMPLATE, {"letters": data})


def _letter(proof: ClaimEvidence) -> dict[str, object]:
    claim, code = proof.claim, code_of(proof)
    until = timezone.localdate(proof.expires_at) if proof.expires_at else timezone.localdate()
    return {
        "name": shown_name(claim.structure),
        "address": list(post_lines(claim.structure, proof.sent_to)),
        "claimant": str(claim.person),
        "role": claim.role,
        "code": f"{code[:4]} {code[4:]}",
        "until": typography.day_name(until),
    }
