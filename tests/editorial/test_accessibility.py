"""The declaration: the only state that the law lets the site claim, and the same words at the foot of every page."""

from __future__ import annotations

import html
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from essaim.editorial.accessibility import Conformity, accessibility_status, status_of
from essaim.editorial.models import AccessibilityPage
from tests.editorial.factories import make_page

TODAY = date(2026, 11, 24)


def audited(audited_on=None, rate=None):
    """What the state is worked out from: a page costs a database."""
    return SimpleNamespace(audited_on=audited_on, rate=rate)


def text(answer):
    return html.unescape(answer.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Conformity.NONE),
        ({"rate": Decimal(100)}, Conformity.NONE),  # a rate without an audit is no audit
        ({"audited_on": date(2026, 1, 1)}, Conformity.NONE),
        ({"audited_on": date(2026, 1, 1), "rate": Decimal("49.99")}, Conformity.NONE),
        ({"audited_on": date(2026, 1, 1), "rate": Decimal(50)}, Conformity.PARTIAL),
        ({"audited_on": date(2026, 1, 1), "rate": Decimal("99.99")}, Conformity.PARTIAL),
        ({"audited_on": date(2026, 1, 1), "rate": Decimal(100)}, Conformity.FULL),
        ({"audited_on": date(2023, 11, 24), "rate": Decimal(100)}, Conformity.FULL),
        ({"audited_on": date(2023, 11, 23), "rate": Decimal(100)}, Conformity.NONE),
        ({"audited_on": date(2026, 11, 25), "rate": Decimal(100)}, Conformity.NONE),
    ],
)
def test_the_state_follows_the_audit(fields, expected):
    assert status_of(audited(**fields), TODAY).conformity is expected


def test_an_audit_of_29_february():
    page = audited(audited_on=date(2024, 2, 29), rate=Decimal(100))
    assert status_of(page, date(2027, 2, 28)).conformity is Conformity.FULL
    assert status_of(page, date(2027, 3, 1)).conformity is Conformity.NONE


@given(st.none() | st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.none() | st.decimals(0, 100, places=2))
def test_nothing_better_than_non_conforme_without_a_valid_audit(day, rate):
    status = status_of(audited(audited_on=day, rate=rate), TODAY)
    valid = day is not None and rate is not None and rate >= 50 and date(2023, 11, 24) <= day <= TODAY
    assert (status.conformity is not Conformity.NONE) == valid
    assert status.mention.startswith("Accessibilité : ")


def test_the_foot_of_every_page_says_the_same(client, home):
    assert accessibility_status().url == ""
    assert "Accessibilité : non conforme" in text(client.get("/"))
    with time_machine.travel("2026-11-24T10:00:00+01:00", tick=False):
        make_page(
            model=AccessibilityPage,
            slug="accessibilite",
            title="Accessibilité",
            in_footer=True,
            audited_on=date(2026, 3, 1),
            auditor="Atelier Clair",
            rate=Decimal("72.5"),
        )
        foot = text(client.get("/"))
        assert '<a href="/accessibilite/">Accessibilité : partiellement conforme</a>' in foot
        assert foot.count("Accessibilité :") == 1
        page = text(client.get("/accessibilite/"))
        assert "mené par Atelier Clair, montre que 72,5 % des critères sont respectés" in page
    with time_machine.travel("2029-03-02T10:00:00+01:00", tick=False):
        assert '<a href="/accessibilite/">Accessibilité : non conforme</a>' in text(client.get("/"))
        assert "plus de 3 ans" in text(client.get("/accessibilite/"))


def test_the_declaration_has_every_part_that_the_law_wants(client, home):
    make_page(model=AccessibilityPage, slug="accessibilite", title="Accessibilité")
    page = text(client.get("/accessibilite/"))
    for part in (
        "Engagement",
        "État de conformité",
        "Résultats des tests",
        "Non-conformités",
        "Dérogations pour charge disproportionnée",
        "Contenus qui ne sont pas soumis à l’obligation",
        "Établissement de cette déclaration",
        "Retour d’information et contact",
        "Voies de recours",
        "Défenseur des droits",
        "sous une semaine",
        "Schéma pluriannuel",
        "Plan d’action",
        "non conforme",
        "http://127.0.0.1:8000",
    ):
        assert part in page, part
    assert page.count("à compléter") == 2
    # Nothing is claimed that nobody has looked at.
    assert "n’est pas encore établie par la collectivité" in page and "Déclaration établie le" not in page
    assert "<p>Aucune.</p>" not in page and "aucun audit n’a été mené" in page


def test_what_the_authority_has_drawn_up_has_its_day(client, home):
    fields = {"drawn_up_on": date(2026, 11, 2), "contact": "<p>Appelez Camille.</p>"}
    make_page(model=AccessibilityPage, slug="accessibilite", title="Accessibilité", **fields)
    page = text(client.get("/accessibilite/"))
    assert "Déclaration établie le 2 novembre 2026." in page and "Mise à jour le" in page
    assert "Appelez Camille." in page and "sous une semaine" not in page


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"rate": Decimal(80)}, {"audited_on", "auditor"}),
        ({"audited_on": date(2026, 1, 1)}, {"auditor", "rate"}),
        ({"auditor": "Atelier"}, {"audited_on", "rate"}),
        ({"audited_on": date(2999, 1, 1), "auditor": "A", "rate": Decimal(80)}, {"audited_on"}),
    ],
)
def test_half_an_audit_is_refused(db, fields, wrong):
    with pytest.raises(ValidationError) as caught:
        AccessibilityPage(title="Accessibilité", slug="accessibilite", **fields).clean()
    assert set(caught.value.message_dict) == wrong


def test_the_base_refuses_a_rate_that_is_none(home):
    with pytest.raises(ValidationError, match="0 à 100"):
        make_page(model=AccessibilityPage, slug="accessibilite", title="A", rate=Decimal(101))
