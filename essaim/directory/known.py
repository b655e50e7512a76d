"""« Ce que le site sait de nous »: everything held about a structure, by where it comes from. Internal notes are told
to exist, never shown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Value
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from essaim.directory.cardfields import FIELDS, LABELS
from essaim.directory.cardwords import one_line, words_of
from essaim.directory.enums import Diffusion
from essaim.directory.models import CardContact, CardPhoto, Contact, Criterion, Establishment, Label, Structure
from essaim.directory.models import StructureNote as Note
from essaim.directory.naming import other_names, shown_name
from essaim.directory.provenance import confirmed_words, said_by
from essaim.directory.queries import card_of
from essaim.directory.wording import activity_of, headcount_text, label_name
from essaim.foundation.exports import Column, Format, Kind, respond
from essaim.nomenclature.legal import legal_label
from essaim.ui import typography

EXPORTS = {"json": "JSON", "csv": "CSV"}
_COLUMNS = (
    Column("origine", "Origine", Kind.TEXT),
    Column("source", "Source", Kind.TEXT),
    Column("donnee", "Donnée", Kind.TEXT),
    Column("valeur", "Valeur", Kind.TEXT),
)

_PUBLISHED: dict[str, str] = {
    Diffusion.OPEN: "tout ce qui est dans le fichier des entreprises",
    Diffusion.PARTIAL: "une partie seulement : votre adresse, votre place sur la carte et votre sigle restent cachés",
}
"""« Statut de diffusion », in plain words."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one source holds: label and value, line by line."""

    key: str
    title: str
    source: str
    rows: list[tuple[str, str]]
    told: str = ""


def known_about(structure: Structure) -> list[Part]:
    """Everything held about the structure, in seven queries."""
    return [_official(structure), _reasons(structure), _claimed(structure), _contacts(structure), _internal(structure)]


def download(structure: Structure, extension: str) -> HttpResponseBase:
    """The same as a file. Raises Http404 for another format."""
    parts = known_about(structure)
    name = f"donnees-{structure.key}-{timezone.localdate().isoformat()}"
    if extension == "csv":
        return respond(Format.CSV, _COLUMNS, _rows(parts), name)
    if extension != "json":
        raise Http404("Ce fichier n’existe pas.")
    content = {
        "structure": structure.key,
        "nom": shown_name(structure),
        "date": timezone.localdate().isoformat(),
        "donnees": [
            {"origine": part.title, "source": part.source, "remarque": part.told, "valeurs": _pairs(part)}
            for part in parts
        ],
    }
    answer = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer


def _pairs(part: Part) -> list[dict[str, str]]:
    return [{"donnee": label, "valeur": value} for label, value in part.rows]


def _rows(parts: list[Part]) -> Iterator[dict[str, str]]:
    for part in parts:
        for label, value in part.rows:
            yield {"origine": part.title, "source": part.source, "donnee": label, "valeur": value}
        if part.told:
            yield {"origine": part.title, "source": part.source, "donnee": "Remarque", "valeur": part.told}


def _official(structure: Structure) -> Part:
    places = list(
        Establishment.objects.filter(structure=structure)
        .select_related("commune")
        .order_by("is_closed", "-is_head_office", "siret", "pk")
    )
    activity = activity_of(structure, places[0] if places else None)
    rows = [
        ("Dénomination officielle", structure.name),
        ("Sigle", structure.acronym),
        ("Autres noms", ", ".join(other_names(structure))),
        ("SIREN", structure.siren or ""),
        ("Numéro RNA", structure.rna or ""),
        ("Forme juridique", legal_label(structure.legal_category) or "" if structure.legal_category else ""),
        ("Activité officielle", f"{activity.code} · {activity.label}" if activity else ""),
        ("Effectif", headcount_text(structure.headcount_band, structure.headcount_year)),
        ("Objet déclaré", structure.purpose),
        ("Créée le", typography.day_name(structure.created_on) if structure.created_on else ""),
        ("Fermée le", typography.day_name(structure.closed_on) if structure.closed_on else ""),
        ("Ce que l’Insee publie de vous", _PUBLISHED.get(structure.diffusion, "")),
        *((f"Adresse {rank}", _address(place)) for rank, place in enumerate(places, 1)),
    ]
    vintage = typography.vintage(structure.vintage)
    source = f"{structure.source}, {vintage}" if vintage else structure.source
    return Part("officiel", "Ce que disent les fichiers officiels", source, [row for row in rows if row[1]])


def _address(place: Establishment) -> str:
    where = " ".join(part for part in (place.address, place.postcode, place.commune.name) if part)
    ends = [f"SIRET {place.siret}" if place.siret else "", "siège" if place.is_head_office else ""]
    return ", ".join(part for part in (where, *ends, "fermé" if place.is_closed else "") if part)


def _reasons(structure: Structure) -> Part:
    criteria = Criterion.objects.filter(structure=structure).order_by("code", "source")
    labels = Label.objects.filter(structure=structure).order_by("kind", "pk")
    rows = [
        ("Pourquoi l’ESS", " ; ".join(f"{one.get_code_display()} ({one.source})" for one in criteria)),
        ("Labels et agréments", " ; ".join(f"{label_name(one.kind)} ({one.source})" for one in labels)),
    ]
    rows = [row for row in rows if row[1]]
    return Part("ess", "Ce qui vous rattache à l’ESS", "Calculé par le site à partir des fichiers officiels", rows)


def _claimed(structure: Structure) -> Part:
    card = card_of(structure)
    rows = [(LABELS[name], one_line(words)) for name in FIELDS if (words := words_of(name, getattr(card, name)))]
    photos = CardPhoto.objects.filter(structure=structure, removed_at__isnull=True).order_by("rank", "pk")
    rows += [("Photo", f"{photo.alt} ({photo.credit})" if photo.credit else photo.alt) for photo in photos]
    confirmed = card.confirmed_at
    if confirmed is not None:
        rows.append(("Fiche confirmée", f"{confirmed_words(card)} le {_day(confirmed)}"))
    return Part("fiche", "Ce que dit votre fiche", f"Écrit {said_by(card)}" if card.pk else "Rien n’est écrit", rows)


def _contacts(structure: Structure) -> Part:
    contacts = CardContact.objects.filter(structure=structure).order_by("name", "pk")
    rows = []
    for one in contacts:
        reach = ", ".join(part for part in (one.name, one.role, one.email, one.phone) if part)
        rows.append(("Contact public" if one.is_public else "Contact gardé pour l’équipe ESS", reach))
    return Part("contacts", "Les contacts que vous avez donnés", "Donné par la structure", rows)


def _internal(structure: Structure) -> Part:
    notes = Note.objects.filter(structure=structure).order_by().annotate(of=Value("note de travail,notes de travail"))
    contacts = Contact.objects.filter(structure=structure).order_by().annotate(of=Value("contact,contacts"))
    held = Counter(notes.values_list("of", flat=True).union(contacts.values_list("of", flat=True), all=True))
    found = [typography.counted(number, *words.split(",")) for words, number in sorted(held.items())]
    told = (
        f"L’équipe ESS garde aussi {' et '.join(found)}, pour son travail. Ils ne sont ni publics ni montrés ici ; "
        "une personne qui y est nommée peut demander à les lire."
        if found
        else "L’équipe ESS n’a rien noté de plus sur votre structure."
    )
    return Part("interne", "Ce que l’équipe garde pour elle", "Équipe ESS", [], told)


def _day(moment: datetime) -> str:
    return typography.day_name(timezone.localdate(moment))
