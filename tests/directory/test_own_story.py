"""What somebody finds of their own in « Mon espace », and what the space says of the structure."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from essaim.directory.completeness import completeness_of
from essaim.directory.enums import Diffusion, MandateEnd, ProposalKind, ProposalOutcome
from essaim.directory.known import known_about
from essaim.directory.models import Card, StructureProposal
from essaim.foundation import registries
from essaim.foundation.kept import forget_all
from essaim.geography.models import Commune
from tests.directory.factories import CardChangeFactory, MandateFactory, in_poitiers, siren
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db
HOME_PAGE = "/espace/"


@pytest.fixture
def ours(db):
    TerritoryFactory(siren=HOME)
    return in_poitiers("LES AMIS DU JARDIN", siren=siren(1))


@pytest.fixture
def rose(ours, client):
    person = PersonFactory(name="Rose")
    client.force_login(person)
    return person


def proposed(person, name, **more):
    return StructureProposal.objects.create(
        kind=ProposalKind.PROJECT, name=name, commune=Commune.objects.first(), description="d", why="w",
        proposer=person, **more,
    )  # fmt: skip


def shown(client, url=HOME_PAGE):
    return assert_get_writes_nothing(client, url).content.decode().replace("\xa0", " ")


def test_whoever_proposed_finds_what_became_of_it(client, rose, ours, django_assert_max_num_queries):
    now = timezone.now()
    proposed(rose, "La Grange")
    proposed(rose, "Le Four", decided_at=now, outcome=ProposalOutcome.REFUSED, answer="C’est une entreprise privée.")
    proposed(
        rose, "Le Jardin", decided_at=now, outcome=ProposalOutcome.ADMITTED, criterion="c", proof="p", structure=ours
    )
    proposed(PersonFactory(), "Celle d’une autre")
    CardChangeFactory(structure=ours, by=rose, origin="public", values={"phone": "0549000000"})
    page = shown(client)
    with django_assert_max_num_queries(12):
        client.get(HOME_PAGE)
    assert "Ce que vous avez proposé" in page
    assert "elle attend sa réponse" in page
    assert "C’est une entreprise privée." in page
    assert f'href="{ours.get_absolute_url()}"' in page
    assert "Une correction de la fiche" in page
    assert "Celle d’une autre" not in page


def test_a_mandate_that_is_over_is_told_with_the_way_to_ask_again(client, rose, ours):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    mandate = MandateFactory(structure=ours, person=rose, since=timezone.now() - dt.timedelta(days=9), until=yesterday)
    again = reverse("claims:represent", args=[ours.slug, ours.key])
    page = shown(client)
    assert "Vous avez représenté" in page
    assert "son terme est passé" in page
    assert again in page
    mandate.ended_at, mandate.end_reason = timezone.now() - dt.timedelta(days=3), MandateEnd.REPLACED
    mandate.save()
    assert "(remplacement)" in shown(client)
    MandateFactory(structure=ours, person=rose)
    assert "Vous avez représenté" not in shown(client)


def test_whoever_represents_a_structure_is_led_to_its_space_by_its_page(client, rose, ours):
    url = ours.get_absolute_url()
    assert "C’est votre structure" in shown(client, url)
    MandateFactory(structure=ours, person=rose)
    page = shown(client, url)
    assert "Vous représentez cette structure" in page
    assert reverse("space:structure", args=[ours.key]) in page
    assert "C’est votre structure" not in page
    client.logout()
    assert "C’est votre structure" in shown(client, url)


def test_all_that_is_missing_is_listed_each_at_its_own_field(client, rose, ours):
    MandateFactory(structure=ours, person=rose)
    page = shown(client, reverse("space:structure", args=[ours.key]))
    form = shown(client, reverse("space:card", args=[ours.key]))
    missing = completeness_of(Card(structure=ours), 0).missing
    assert len(missing) == 8
    for step in missing:
        assert f'{reverse(step.url_name, args=[ours.key])}#{step.anchor}"' in page
        assert step.url_name == "space:photos" or f'id="{step.anchor}"' in form
    assert 'id="ajouter"' in shown(client, reverse("space:photos", args=[ours.key]))


def test_what_is_known_uses_each_label_once_and_plain_words(ours):
    for status in (Diffusion.OPEN, Diffusion.PARTIAL):
        ours.diffusion = status
        rows = [row for part in known_about(ours)[:2] for row in part.rows]
        labels = [label for label, _ in rows]
        assert len(labels) == len(set(labels))
        assert "diffusi" not in str(rows).lower()
        assert "Ce que l’Insee publie de vous" in labels


def test_every_page_that_shows_structures_says_that_they_are_invented(client, rose, ours):
    ours.fictitious = True
    ours.save()
    registries.fictitious_checks.register(registries.FictitiousCheck("essai", lambda: True))
    forget_all()
    try:
        MandateFactory(structure=ours, person=rose)
        key = ours.key
        tabs = [reverse(f"space:{name}", args=[key]) for name in ("structure", "card", "photos", "contacts", "people")]
        tabs += [reverse(f"space:{name}", args=[key]) for name in ("corrections", "history", "known")]
        for url in [HOME_PAGE, *tabs, "/compte/", reverse("proposals:propose"), "/fiche/"]:
            assert shown(client, url).count('class="demo-line"') == 1, url
        client.logout()
        for url in ("/connexion/", reverse("proposals:propose"), "/fiche/"):
            assert client.get(url).content.decode().count('class="demo-line"') == 1, url
    finally:
        registries.fictitious_checks.unregister("essai")
        forget_all()
