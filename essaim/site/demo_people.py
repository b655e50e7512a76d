"""The people of the demonstration: one account a role, and something for each of them to find when they enter.

Everything goes through the same actions as on a real site. Addresses end with `.invalid` (RFC 2606): nothing reaches
anybody, and the accounts close when the first real file arrives (see `people.queries.invented_accounts`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from essaim.desk.actions import assign, save_view
from essaim.directory.actions.campaign_answers import confirm_by_link, correct_by_link
from essaim.directory.actions.campaigns import open_campaign
from essaim.directory.actions.card_contacts import ContactWords
from essaim.directory.actions.card_contacts import save_contact as save_card_contact
from essaim.directory.actions.card_space import write_card
from essaim.directory.actions.cards import save_card
from essaim.directory.actions.claims import Proof, open_claim
from essaim.directory.actions.corrections import propose_correction
from essaim.directory.actions.inside import put_tag, save_contact, write_note
from essaim.directory.actions.mandates import end_mandate, grant_mandate
from essaim.directory.actions.proposals import propose_structure
from essaim.directory.actions.settings import DirectoryChoices, save_directory_settings
from essaim.directory.enums import ClaimMethod, MandateEnd, Moderation, ProposalKind
from essaim.directory.mails.claims import CLAIMS
from essaim.directory.models import Card, Claim, Structure
from essaim.directory.provenance import Sayer
from essaim.directory.queries import public_structures
from essaim.foundation import journal
from essaim.geography.models import Commune
from essaim.people.actions import make_officer
from essaim.people.actions.offices import name_to_office
from essaim.people.actions.persons import obtain_person, set_access
from essaim.people.enums import OfficeKind
from essaim.people.models import Person
from essaim.people.queries import INVENTED_DOMAIN
from essaim.site.demo import BY, OFFICER

Report = Callable[[str], None]

COLLEAGUE = f"collegue{INVENTED_DOMAIN}"
WHY = "Démonstration"


def _account(word: str, name: str) -> Person:
    with transaction.atomic():
        return obtain_person(by=BY, email=f"{word}{INVENTED_DOMAIN}", name=name)


def _stage() -> list[Structure]:
    """Five invented structures that have a card, always the same ones, in the order of their keys."""
    cards = Card.objects.exclude(email="").exclude(website="").exclude(description="")
    told = cards.filter(structure__fictitious=True, structure__is_closed=False)
    shown = public_structures().filter(pk__in=told.values("structure"), diffusion="O", establishments__is_closed=False)
    return list(shown.select_related("card").distinct().order_by("key")[:5])


def welcome_people(report: Report) -> None:
    """Make the personas and what they find, once: what is there already stays."""
    if Person.objects.filter(email=COLLEAGUE).exists():
        report("les personnages sont déjà là")
        return
    stage = _stage()
    if len(stage) < 5:
        report("pas assez de structures inventées : aucun personnage")
        return
    first, second, third, fourth, fifth = stage
    colleague, _new = make_officer(by=BY, email=COLLEAGUE, name="Dominique, collègue de l’agente")
    head = _account("administration", "Administratrice de démonstration")
    set_access(by=BY, person=head, officer=False, administrator=True, reason=WHY)
    today = timezone.localdate()
    name_to_office(
        by=BY,
        email=f"elue{INVENTED_DOMAIN}",
        name="Élue de démonstration",
        kind=OfficeKind.ELECTED,
        title="vice-présidente à l’ESS (inventée)",
        since=today - timedelta(days=200),
    )
    name_to_office(
        by=BY,
        email=f"jury{INVENTED_DOMAIN}",
        name="Juré de démonstration",
        kind=OfficeKind.JUROR,
        since=today,
        until=today + timedelta(days=365),
    )
    _representatives(first, second)
    claim = _resident(second, third)
    _public(fourth, fifth)
    officer = Person.objects.get(email=OFFICER)
    _campaign(officer)
    _team(officer, colleague, first, claim)
    report(f"{Person.objects.filter(email__endswith=INVENTED_DOMAIN).count()} comptes, un par rôle, sans mot de passe")
    report("on y entre d’un geste depuis /connexion/demonstration/ ; les messages se lisent dans /outbox/")


def _representatives(first: Structure, second: Structure) -> None:
    """A card with a history, a change that waits, two persons of one structure, one person of two, one who left."""
    save_directory_settings(
        by=BY, choices=DirectoryChoices(moderation=Moderation.REVIEWED, answer_days=5, offers_post=True)
    )
    president = _account("presidente", "Présidente de démonstration")
    treasurer = _account("tresorier", "Trésorier de démonstration")
    former = _account("ancienne", "Ancienne présidente de démonstration")
    for structure in (first, second):
        grant_mandate(structure=structure, person=president, by=BY, method=ClaimMethod.OFFICER, role="présidente")
    grant_mandate(
        structure=first,
        person=treasurer,
        by=BY,
        method=ClaimMethod.INVITATION,
        role="trésorier",
        until=timezone.localdate() + timedelta(days=300),
    )
    gone = grant_mandate(structure=first, person=former, by=BY, method=ClaimMethod.POST, role="présidente")
    end_mandate(mandate=gone, by=former, reason=MandateEnd.REPLACED, note="Nouvelle présidente élue en assemblée")
    with journal.group():
        save_card(
            structure=first,
            by=president,
            said_by=Sayer.STRUCTURE,
            values={
                "services": ["Accueil sans rendez-vous", "Ateliers ouverts à tout le monde"],
                "audiences": ["people-in-need", "older-people"],
                "easy_summary": "Nous accueillons tout le monde.\nVous pouvez venir sans rendez-vous.\n"
                "Nous pouvons vous aider.",
            },
        )
    card = Card.objects.get(structure=first)
    words = ContactWords(
        name="Camille (inventée)", role="accueil", email=f"accueil{INVENTED_DOMAIN}", phone="", is_public=False
    )
    save_card_contact(structure=first, by=president, words=words)
    write_card(
        structure=first,
        by=president,
        version=card.version,
        values={"description": f"{card.description} En décembre, nous ouvrons aussi le samedi matin."},
    )


def _resident(second: Structure, third: Structure) -> Claim:
    """Two residents: one proposes a structure, the other asks to represent two. Returns what the team has to decide."""
    resident = _account("habitante", "Habitante de démonstration")
    claimant = _account("benevole", "Bénévole de démonstration")
    claim = open_claim(
        structure=third,
        person=claimant,
        role="bénévole, membre du bureau",
        message="Je m’occupe de la communication depuis la rentrée.",
        proof=Proof(method=ClaimMethod.OFFICER),
    )
    open_claim(structure=second, person=claimant, role="bénévole", proof=Proof(method=ClaimMethod.COLLEAGUE))
    propose_structure(
        kind=ProposalKind.PROJECT,
        name="La Grange des possibles",
        commune=Commune.objects.get(code="86139"),
        description="Un café associatif et une salle pour les associations du village, dans une grange à rénover.",
        why="Le projet est porté par quarante habitants, qui décident à voix égales ; aucun bénéfice n’est distribué.",
        by=resident,
        is_inside=True,
        proposer_name="Habitante de démonstration",
        proposer_email=f"habitante{INVENTED_DOMAIN}",
    )
    return claim


def _public(fourth: Structure, fifth: Structure) -> None:
    """What visitors propose."""
    for structure, values in (
        (fourth, {"phone": "01 99 00 12 34", "description": "Ils ont déménagé, et n’ouvrent plus que le matin."}),
        (fifth, {"website": "https://nouveau-site.example"}),
    ):
        version = Card.objects.get(structure=structure).version
        propose_correction(structure=structure, values=values, version=version, note="Vu sur leur porte.")
    propose_structure(
        kind=ProposalKind.GROUP,
        name="Les Mains vertes du quartier",
        commune=Commune.objects.get(code="86194"),
        description="Un groupe de voisins qui tient un jardin et un compost au pied des immeubles.",
        why="Nous décidons ensemble et personne n’est payé. Nous n’avons pas encore de statuts.",
    )


def _campaign(officer: Person) -> None:
    """A campaign that runs, with its first answers."""
    today = timezone.localdate()
    campaign = open_campaign(
        name=f"Vérification {today.year}",
        message="Une minute suffit : dites-nous si votre fiche est exacte.",
        closes_on=today + timedelta(days=45),
        fresh_months=6,
        by=officer,
    )
    asked = campaign.lines.exclude(email="").select_related("structure__card").order_by("structure__key")[:40]
    for rank, line in enumerate(asked):
        version = line.structure.card.version
        if rank % 4 == 3:
            values = {"keywords": [*line.structure.card.keywords, "bénévolat"]}
            correct_by_link(line=line, values=values, version=version, note="Nous cherchons des bénévoles.")
        elif rank % 2 == 0:
            confirm_by_link(line=line, version=version)


def _team(officer: Person, colleague: Person, first: Structure, claim: Claim) -> None:
    """What the team keeps to itself, and what is already somebody's."""
    text = "Rencontrée au forum de septembre : cherche un local plus grand."
    write_note(structure=first, text=text, by=officer, is_pinned=True)
    save_contact(
        structure=first,
        by=officer,
        values={"name": "Sacha (inventé)", "role": "coordination", "email": f"sacha{INVENTED_DOMAIN}"},
    )
    put_tag(structure=first, name="club des accueils", by=officer)
    assign(kind=CLAIMS, item=claim, to=colleague, by=officer)
    save_view(by=officer, name="À se répartir lundi", query="confie=personne", is_shared=True)
