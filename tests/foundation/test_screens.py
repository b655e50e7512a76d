"""Small screens and pieces of the foundation: one button, health, outbox, registries, context."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import include, path

from essaim.foundation import context, journal, memo, outbox, registries, territories
from essaim.foundation import urls as foundation_urls
from essaim.foundation.actions import link_objects, unlink_objects
from essaim.foundation.models import JournalEntry, Link
from essaim.foundation.onebutton import OneButton
from essaim.foundation.queries import linked_objects
from essaim.foundation.registries import AlreadyRegistered, FictitiousCheck, HealthCheck, NavItem, Registry
from essaim.foundation.templatetags.desk import age
from essaim.site.urls import urlpatterns as site_urls
from tests.foundation.factories import TerritoryFactory
from tests.support import assert_get_writes_nothing

done = []


class Unsubscribe(OneButton):
    title = "Ne plus recevoir ces messages"
    explanation = "Vous gardez votre compte."
    button = "Ne plus les recevoir"

    def prepare(self, request, **kwargs):
        if kwargs["token"] != "bon":
            raise Http404("Ce lien ne sert plus.")
        return {}

    def act(self, request, **kwargs):
        done.append(kwargs["token"])
        return HttpResponse("fait")


urlpatterns = [
    path("stop/<str:token>/", Unsubscribe.as_view()),
    path("", include(([*foundation_urls.urlpatterns, *foundation_urls.outbox_urlpatterns], "foundation"))),
    *(pattern for pattern in site_urls if getattr(pattern, "app_name", "") != "foundation"),
]


@pytest.fixture
def here(settings, territory):
    settings.ROOT_URLCONF = __name__
    done.clear()


def test_a_scanner_that_follows_the_link_does_nothing(client, here):
    for _ in range(3):
        page = assert_get_writes_nothing(client, "/stop/bon/")
        client.head("/stop/bon/")
    assert done == []
    assert "Ne plus les recevoir" in page.content.decode()
    assert page.content.decode().count("<h1") == 1
    assert "no-store" in page["Cache-Control"]
    assert client.post("/stop/bon/").content == b"fait"
    assert done == ["bon"]


def test_a_wrong_link_acts_neither_way(client, here):
    assert client.get("/stop/faux/").status_code == 404
    assert client.post("/stop/faux/").status_code == 404
    assert done == []


def test_health_says_what_is_ill_and_nothing_secret(client, db, settings):
    def broken():
        raise RuntimeError(f"mot de passe {settings.SECRET_KEY}")

    registries.health_checks.register(HealthCheck("essai", broken))
    try:
        answer = client.get("/sante/")
        assert answer.status_code == 503
        assert answer.json()["controles"]["base"] == "ok"
        assert answer.json()["controles"]["essai"] == "en panne"
        assert settings.SECRET_KEY not in answer.content.decode()
    finally:
        registries.health_checks.unregister("essai")
    assert "no-store" in client.get("/sante/")["Cache-Control"]
    assert client.post("/sante/").status_code == 405


def test_the_outbox_shows_messages_and_runs_nothing(client, here, settings):
    settings.DEBUG = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert "Aucun message" in client.get("/outbox/").content.decode()
    message = EmailMultiAlternatives("Objet <b>gras</b> é", "Texte <i>brut</i>", to=["a@exemple.fr"])
    message.attach_alternative("<p>HTML</p><script>alert(1)</script>", "text/html")
    from django.core.mail import get_connection

    with_both = get_connection("django.core.mail.backends.filebased.EmailBackend")
    with_both.send_messages([message, EmailMultiAlternatives("Second", "Deux", to=["b@exemple.fr"])])
    page = client.get("/outbox/").content.decode()
    assert "Objet &lt;b&gt;gras&lt;/b&gt; é" in page
    assert "Second" in page
    kept = next(each for each in outbox.messages() if each.subject.startswith("Objet"))
    framed = client.get(f"/outbox/{kept.name}/{kept.rank}/").content.decode()
    assert f'sandbox src="/outbox/{kept.name}/{kept.rank}/html/"' in framed
    assert "Texte &lt;i&gt;brut" not in framed
    shown = client.get(f"/outbox/{kept.name}/{kept.rank}/?vue=texte")
    assert "<iframe" not in shown.content.decode()
    assert "Texte &lt;i&gt;brut&lt;/i&gt;" in shown.content.decode()
    assert "<script>alert" not in shown.content.decode()
    raw = client.get(f"/outbox/{kept.name}/{kept.rank}/html/")
    assert "sandbox" in raw["Content-Security-Policy"]
    assert "script-src 'none'" in raw["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in raw["Content-Security-Policy"], "un message porte ses propres styles"
    assert "unsafe-inline" not in shown["Content-Security-Policy"]
    alone = next(each for each in outbox.messages() if each.subject == "Second")
    assert "<iframe" not in client.get(f"/outbox/{alone.name}/{alone.rank}/").content.decode()
    assert raw["X-Frame-Options"] == "SAMEORIGIN"
    for wrong in (f"/outbox/{kept.name}/99/", "/outbox/..%2Fsecret-key/0/", "/outbox/absent.log/0/"):
        assert client.get(wrong).status_code == 404


FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ((True, FILES, True), 200),
        ((False, FILES, True), 404),
        ((True, "django.core.mail.backends.smtp.EmailBackend", True), 404),
        ((True, FILES, False), 404),
    ],
)
def test_the_outbox_is_there_only_where_nothing_leaves(here, settings, monkeypatch, where, code):
    """It shows codes that open accounts: never beside a mail server, a closed door or a real structure."""
    settings.DEMO_DOORS, settings.EMAIL_BACKEND, invented = where
    monkeypatch.setattr(outbox, "structures_are_invented", lambda: invented)
    assert Client().get("/outbox/").status_code == code


def test_a_registry_refuses_doubles_and_keeps_its_order():
    registry: Registry[NavItem] = Registry("essai")
    last = registry.register(NavItem("b", "B", "/b/", order=20))
    registry.register(NavItem("a", "A", "/a/", order=10))
    registry.register(NavItem("b", "B", "/b/", order=20))
    assert registry.keys() == ["a", "b"]
    assert (registry.get("b"), registry.get("c"), "a" in registry, len(registry)) == (last, None, True, 2)
    with pytest.raises(AlreadyRegistered, match="« b »"):
        registry.register(NavItem("b", "Autre", "/c/"))


@pytest.mark.parametrize("invented", [True, False])
def test_the_notice_stands_where_invented_rows_appear_and_only_there(rf, territory, invented):
    kept = list(registries.fictitious_checks)
    for check in kept:
        registries.fictitious_checks.unregister(check.key)
    registries.fictitious_checks.register(FictitiousCheck("essai", lambda: invented))
    try:
        template = Template("{% if shows_structures and demo_notice %}{{ demo_notice }}{% endif %}")
        values = context.territory(rf.get("/"))
        assert template.render(Context(values)) == ""
        shown = template.render(Context(values | {"shows_structures": True}))
        assert ("inventées" in shown) is invented
    finally:
        registries.fictitious_checks.unregister("essai")
        for check in kept:
            registries.fictitious_checks.register(check)


def test_the_context_reads_nothing_before_it_is_asked(rf, territory, django_assert_num_queries):
    with django_assert_num_queries(0):
        values = context.territory(rf.get("/"))
    with memo.request_memory(), django_assert_num_queries(1):
        assert Template("{{ territory.name }}{{ territory.site_name }}").render(Context(values))
        assert territories.current_scope() == {territory.siren}


@pytest.mark.django_db(transaction=True)
def test_territories_cost_one_light_query_while_nothing_changes(django_assert_num_queries):
    from django.db import transaction

    territory = TerritoryFactory()
    territories.home()
    with django_assert_num_queries(1) as seen:
        assert territories.home() == territory
    assert "MAX(id)" in seen.captured_queries[0]["sql"]
    with transaction.atomic():
        type(territory).objects.update(name="Autre")
        journal.record(by="x", verb="y")
    assert territories.home().name == "Autre"


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_kept():
    from django.db import transaction

    TerritoryFactory(name="Vraie")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        territories.home().__class__.objects.update(name="Jamais")
        journal.record(by="x", verb="y")
        assert territories.home().name == "Jamais"
        raise ZeroDivisionError
    with transaction.atomic():
        journal.record(by="x", verb="autre chose")
    assert territories.home().name == "Vraie"


def test_a_memory_dies_with_its_request():
    calls = []
    with memo.request_memory():
        assert memo.once("k", lambda: calls.append(1) or "a") == "a"
        assert memo.once("k", lambda: calls.append(1) or "b") == "a"
        memo.forget()
        assert memo.once("k", lambda: calls.append(1) or "c") == "c"
    assert memo.once("k", lambda: calls.append(1) or "d") == "d"
    assert len(calls) == 3


def test_links_between_nouns(officer, territory):
    link_objects(by=officer, kind="suit", source=officer, target=territory, reason="pourquoi")
    link_objects(by=officer, kind="suit", source=officer, target=territory)
    assert Link.objects.count() == JournalEntry.objects.count() == 1
    assert linked_objects(officer) == [territory]
    assert linked_objects(territory, "suit") == [officer]
    assert linked_objects(territory, "autre") == []
    with pytest.raises(ValueError, match="lui-même"):
        link_objects(by=officer, kind="suit", source=officer, target=officer)
    assert unlink_objects(by=officer, kind="suit", source=officer, target=territory)
    assert not unlink_objects(by=officer, kind="suit", source=officer, target=territory)
    assert linked_objects(officer) == []


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-10-12T21:59:00+00:00", "aujourd’hui"),
        ("2026-10-11T21:59:00+00:00", "hier"),
        ("2026-10-02T10:00:00+00:00", "il y a 10 jours"),
        ("2026-06-02T10:00:00+00:00", "il y a 4 mois"),
        ("2020-06-02T10:00:00+00:00", "il y a 6 ans"),
        ("2026-10-13T10:00:00+00:00", "aujourd’hui"),
    ],
)
def test_ages_are_told_in_days_of_here(at, told):
    import datetime

    import time_machine

    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False):
        assert age(datetime.datetime.fromisoformat(at)) == told
