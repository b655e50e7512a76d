"""What the directory forgets in time. Each delay has its reason; the journal keeps how many rows, never whose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from essaim.directory.cardfields import REACH
from essaim.directory.enums import ChangeOrigin, ProposalOutcome
from essaim.directory.models import (
    CampaignLine,
    CardChange,
    CardPhoto,
    Claim,
    ClaimEvidence,
    ContactImport,
    Invitation,
    StructureProposal,
)
from essaim.foundation import journal
from essaim.foundation.chunks import chunks
from essaim.foundation.journal import Author

PROOFS_KEPT = timedelta(days=182)
"""After the decision: an appeal to the team, then to the administrative court (two months: CJA, art. R. 421-1)."""
UNDECIDED_KEPT = timedelta(days=730)
"""Nobody decided, and nobody will: as long as a message that waits."""
CLAIM_WORDS_KEPT = timedelta(days=730)
INVITATIONS_KEPT = timedelta(days=365)
LINES_KEPT = timedelta(days=365)
"""After the end of a campaign: the next one is prepared with it."""
CORRECTIONS_ANSWERED_KEPT = timedelta(days=30)
"""The answer has left; a reply to it may come back."""
CORRECTIONS_KEPT = timedelta(days=365)
PROPOSERS_KEPT = timedelta(days=365)
REACH_KEPT = timedelta(days=3 * 365)
"""Former telephones and addresses of a card, often somebody's own: three years after they were written."""
PHOTOS_KEPT = timedelta(days=30)
"""The time to change one's mind."""
VERDICTS_KEPT = timedelta(days=365)


def purge_claims(*, by: Author) -> int:
    """Erase the proofs of claims decided for PROOFS_KEPT, and words of claims CLAIM_WORDS_KEPT; return how many.

    What was proved, how and by whom it was checked stays: the mandate rests on it.
    """
    now = timezone.now()
    held = ~Q(sent_to="") | ~Q(code_digest="") | ~Q(document="") | ~Q(document_name="") | ~Q(note="")
    late = Q(claim__decided_at__lt=now - PROOFS_KEPT) | Q(
        claim__decided_at__isnull=True, claim__opened_at__lt=now - UNDECIDED_KEPT
    )
    number = 0
    with transaction.atomic():
        for proof in ClaimEvidence.objects.select_for_update(of=("self",)).filter(held, late):
            forget_proof(proof)
            number += 1
        words = Claim.objects.exclude(message="").filter(
            Q(decided_at__lt=now - CLAIM_WORDS_KEPT) | Q(decided_at__isnull=True, opened_at__lt=now - UNDECIDED_KEPT)
        )
        number += words.order_by().update(message="")
        _tell(by, "preuves de demandes effacées", number)
    return number


def forget_proof(proof: ClaimEvidence) -> None:
    """Empty one proof, and remove its file once all is committed."""
    if proof.document:
        transaction.on_commit(_removal(proof.document))
    proof.document = proof.document_name = proof.sent_to = proof.code_digest = proof.note = ""
    proof.save(update_fields=["document", "document_name", "sent_to", "code_digest", "note"])


def purge_invitations(*, by: Author) -> int:
    """A year after they left: those accepted lose their address and words, the others go; return how many."""
    late = Invitation.objects.filter(sent_at__lt=timezone.now() - INVITATIONS_KEPT)
    with transaction.atomic():
        number, _ = late.filter(accepted_at__isnull=True, expires_at__lt=timezone.now()).delete()
        used = late.filter(accepted_at__isnull=False).exclude(email="", message="")
        number += used.order_by().update(email="", message="")
        _tell(by, "invitations effacées", number)
    return number


def purge_campaigns(*, by: Author) -> int:
    """Blank the addresses and the codes of campaigns over for LINES_KEPT; return how many lines."""
    now = timezone.now()
    over = Q(campaign__closed_at__lt=now - LINES_KEPT) | Q(
        campaign__closed_at__isnull=True, campaign__closes_on__lt=timezone.localdate(now - LINES_KEPT)
    )
    with transaction.atomic():
        lines = CampaignLine.objects.filter(over).exclude(email="", code_digest="")
        number = lines.order_by().update(email="", code_digest="")
        _tell(by, "adresses de campagnes effacées", number)
    return number


def purge_corrections(*, by: Author) -> int:
    """Blank the visitors' addresses thirty days after the answer, a year at most; and former reach of old cards."""
    now = timezone.now()
    with transaction.atomic():
        answered = Q(decided_at__lt=now - CORRECTIONS_ANSWERED_KEPT)
        addresses = CardChange.objects.exclude(email="").filter(answered | Q(at__lt=now - CORRECTIONS_KEPT))
        number = addresses.order_by().update(email="")
        words = CardChange.objects.filter(
            origin=ChangeOrigin.PUBLIC, at__lt=now - CORRECTIONS_KEPT, decided_at__isnull=False
        ).exclude(note="")
        number += words.order_by().update(note="")
        number += _forget_former_reach()
        _tell(by, "adresses de corrections effacées", number)
    return number


def _forget_former_reach() -> int:
    """A version of the card written long ago can be taken up again, without its telephone nor its address."""
    old = CardChange.objects.filter(decided_at__lt=timezone.now() - REACH_KEPT)
    held = Q()
    for name in REACH:
        held |= Q(values__has_key=name) | Q(base__has_key=name)
    number = 0
    for batch in chunks(old.filter(held).order_by("pk").select_for_update(of=("self",)), 500):
        for change in batch:
            change.values = {name: value for name, value in change.values.items() if name not in REACH}
            change.base = {name: value for name, value in change.base.items() if name not in REACH}
        number += CardChange.objects.bulk_update(batch, ["values", "base"])
    return number


def purge_proposals(*, by: Author) -> int:
    """Forget who proposed a structure a year after the answer, and how to reach one that was not admitted."""
    now = timezone.now()
    late = StructureProposal.objects.filter(
        Q(decided_at__lt=now - PROPOSERS_KEPT) | Q(decided_at__isnull=True, at__lt=now - UNDECIDED_KEPT)
    )
    with transaction.atomic():
        named = late.exclude(proposer__isnull=True, proposer_name="", proposer_email="")
        number = named.order_by().update(proposer=None, proposer_name="", proposer_email="")
        outside = late.exclude(outcome=ProposalOutcome.ADMITTED).exclude(phone="", email="")
        number += outside.order_by().update(phone="", email="")
        _tell(by, "personnes qui proposaient une structure effacées", number)
    return number


def purge_photos(*, by: Author) -> int:
    """Erase the photos removed for PHOTOS_KEPT, file and all; return how many."""
    with transaction.atomic():
        gone = CardPhoto.objects.select_for_update(of=("self",)).filter(removed_at__lt=timezone.now() - PHOTOS_KEPT)
        photos = list(gone)
        for photo in photos:
            if photo.image:
                transaction.on_commit(_removal(photo.image))
        CardPhoto.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
        _tell(by, "photos retirées effacées", len(photos))
    return len(photos)


def purge_imports(*, by: Author) -> int:
    """Forget what each line of an old spreadsheet said; what the import brought stays, and can still be undone."""
    late = ContactImport.objects.filter(at__lt=timezone.now() - VERDICTS_KEPT).exclude(verdicts=[])
    with transaction.atomic():
        number = late.order_by().update(verdicts=[])
        _tell(by, "comptes rendus d’imports effacés", number)
    return number


def _removal(file: models.fields.files.FieldFile) -> Callable[[], None]:
    """What removes a file once its row no longer names it: never before the transaction is committed."""
    storage, name = file.storage, str(file.name)

    def remove() -> None:
        storage.delete(name)

    return remove


def _tell(by: Author, verb: str, number: int) -> None:
    if number:
        journal.record(by=by, verb=verb, after={"number": number})
