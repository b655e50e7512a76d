"""The photos of a card: added, described, put in order, read by the team, removed and taken back.

What is kept of an upload is its pixels: see `foundation.images`. A photo removed can be taken back for a month, then
its file goes (`actions.keeping`).
"""

from __future__ import annotations

from typing import IO

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from essaim.directory.actions.card_space import require_mandate
from essaim.directory.enums import Moderation
from essaim.directory.mails.changes import PhotoAnswered
from essaim.directory.models import CardPhoto, Structure
from essaim.directory.photos import KEPT_REMOVED, MOST_PHOTOS, kept_photos
from essaim.directory.settings import directory_settings
from essaim.foundation import journal, mails
from essaim.foundation.images import clean_image
from essaim.foundation.plaintext import clean_line
from essaim.people.models import Person

WIDEST, HIGHEST = 1600, 1200
LONGEST_ALT, LONGEST_CREDIT, LONGEST_REASON = 200, 120, 300


class PhotoRefused(ValueError):
    """The photo cannot be kept, moved or taken back; the message says why, in French."""


def add_photo(*, structure: Structure, by: Person, upload: IO[bytes], alt: str, credit: str = "") -> CardPhoto:
    """Keep a photo with what it shows; shown at once, or once the team has looked at it.

    Raises PhotoRefused, MandateOver, and ValidationError (no image, too heavy, too many pixels).
    """
    alt, credit = _described(alt, credit)
    # Reading an image takes long: nobody waits behind the lock meanwhile.
    image = clean_image(upload, max_width=WIDEST, max_height=HIGHEST, name="photo")
    with transaction.atomic():
        structure, own = _locked(structure, by)
        if kept_photos(structure).count() >= MOST_PHOTOS:
            raise PhotoRefused(f"Une fiche montre {MOST_PHOTOS} photos au plus : retirez-en une d’abord.")
        last = CardPhoto.objects.filter(structure=structure).aggregate(last=Max("rank"))["last"]
        photo = CardPhoto(
            structure=structure,
            alt=alt,
            credit=credit,
            rank=0 if last is None else last + 1,
            added_by=by,
            added_by_label=journal.label_of(by)[:200],
            accepted_at=None if _is_read_first(own) else timezone.now(),
        )
        photo.image.save(str(image.name), image, save=False)
        photo.save()
        journal.record(by=by, verb="photo ajoutée", obj=photo, after={"alt": alt, "credit": credit})
    return photo


def describe_photo(*, photo: CardPhoto, by: Person, alt: str, credit: str) -> CardPhoto:
    """Write what a photo shows and who took it. Read first by the team, a shown photo waits again.

    Raises PhotoRefused, MandateOver.
    """
    alt, credit = _described(alt, credit)
    with transaction.atomic():
        locked, own = _of(photo, by)
        before: dict[str, object] = {"alt": locked.alt, "credit": locked.credit}
        former, new = journal.changes(before, {"alt": alt, "credit": credit})
        if not new:
            return locked
        locked.alt, locked.credit = alt, credit
        if _is_read_first(own):
            locked.accepted_at = None
        locked.refused_reason = ""
        locked.save(update_fields=["alt", "credit", "accepted_at", "refused_reason"])
        journal.record(by=by, verb="photo décrite", obj=locked, before=former, after=new)
    return locked


def move_photo(*, photo: CardPhoto, by: Person, earlier: bool) -> None:
    """Show a photo one place earlier, or later; at the end of the line nothing moves. Raises MandateOver."""
    with transaction.atomic():
        locked, _own = _of(photo, by)
        row = list(kept_photos(locked.structure))
        place = next((rank for rank, one in enumerate(row) if one.pk == locked.pk), None)
        other = None if place is None else place + (-1 if earlier else 1)
        if place is None or other is None or not 0 <= other < len(row):
            return
        row[place], row[other] = row[other], row[place]
        for rank, one in enumerate(row):
            one.rank = rank
        CardPhoto.objects.bulk_update(row, ["rank"])
        journal.record(by=by, verb="photos rangées", obj=locked.structure, after={"photos": [one.pk for one in row]})


def remove_photo(*, photo: CardPhoto, by: Person) -> CardPhoto:
    """Take a photo off; for a month it can be taken back. Raises MandateOver."""
    with transaction.atomic():
        locked, _own = _of(photo, by)
        if locked.removed_at is None:
            locked.removed_at = timezone.now()
            locked.save(update_fields=["removed_at"])
            journal.record(by=by, verb="photo retirée", obj=locked)
    return locked


def take_back_photo(*, photo: CardPhoto, by: Person) -> CardPhoto:
    """Show again a photo that was removed. Raises PhotoRefused (its month is over, too many), MandateOver."""
    with transaction.atomic():
        locked, _own = _of(photo, by)
        if locked.removed_at is None:
            return locked
        if locked.removed_at < timezone.now() - KEPT_REMOVED:
            raise PhotoRefused("Cette photo a été retirée il y a plus de trente jours : ajoutez-la de nouveau.")
        if kept_photos(locked.structure).count() >= MOST_PHOTOS:
            raise PhotoRefused(f"Une fiche montre {MOST_PHOTOS} photos au plus : retirez-en une d’abord.")
        locked.removed_at = None
        locked.save(update_fields=["removed_at"])
        journal.record(by=by, verb="photo reprise", obj=locked)
    return locked


def accept_photo(*, photo: CardPhoto, by: Person) -> CardPhoto:
    """The team has looked at it: it is shown, and who added it is told. Raises PhotoRefused."""
    return _judge(photo, by, reason="")


def refuse_photo(*, photo: CardPhoto, by: Person, reason: str) -> CardPhoto:
    """The team does not show it, and says why to who added it. Raises PhotoRefused."""
    reason = clean_line(reason)
    if not reason:
        raise PhotoRefused("Dites pourquoi : la personne qui l’a ajoutée recevra votre réponse.")
    if len(reason) > LONGEST_REASON:
        raise PhotoRefused(f"{LONGEST_REASON} caractères au plus : raccourcissez votre réponse.")
    return _judge(photo, by, reason=reason)


# --- parts ---------------------------------------------------------------------------------------------------------


def _described(alt: str, credit: str) -> tuple[str, str]:
    alt, credit = clean_line(alt), clean_line(credit)
    if not alt:
        raise PhotoRefused("Décrivez la photo pour les personnes qui ne la voient pas.")
    if len(alt) > LONGEST_ALT or len(credit) > LONGEST_CREDIT:
        raise PhotoRefused(f"Décrivez en {LONGEST_ALT} caractères au plus, et le crédit en {LONGEST_CREDIT} au plus.")
    return alt, credit


def _locked(structure: Structure, by: Person) -> tuple[Structure, bool]:
    structure = Structure.objects.select_for_update().get(pk=structure.pk)
    return structure, require_mandate(structure, by)


def _of(photo: CardPhoto, by: Person) -> tuple[CardPhoto, bool]:
    structure, own = _locked(photo.structure, by)
    rows: QuerySet[CardPhoto] = CardPhoto.objects.select_for_update(of=("self",)).select_related("structure")
    found = rows.filter(pk=photo.pk, structure=structure).first()
    if found is None:
        raise PhotoRefused("Cette photo n’existe plus.")
    return found, own


def _is_read_first(own: bool) -> bool:
    return own and directory_settings().moderation == Moderation.REVIEWED


def _judge(photo: CardPhoto, by: Person, *, reason: str) -> CardPhoto:
    with transaction.atomic():
        rows = CardPhoto.objects.select_for_update(of=("self",)).select_related("structure", "added_by")
        locked = rows.filter(pk=photo.pk).first()
        if locked is None or locked.accepted_at is not None or locked.refused_reason or locked.removed_at is not None:
            raise PhotoRefused("Cette photo vient d’être traitée par quelqu’un d’autre.")
        locked.refused_reason = reason
        locked.accepted_at = None if reason else timezone.now()
        locked.save(update_fields=["accepted_at", "refused_reason"])
        verb = "photo refusée" if reason else "photo acceptée"
        journal.record(by=by, verb=verb, obj=locked, reason=reason)
        author = locked.added_by
        if author is not None and author.is_active and author.pk != by.pk:
            mails.send(PhotoAnswered(photo_id=locked.pk), author.email)
    return locked
