"""Every model says whether it holds somebody, and each of its fields what it is: the register cannot forget one."""

from __future__ import annotations

import dataclasses

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from essaim.foundation import privacy, registries
from essaim.foundation.privacy import Basis, fields_to_declare, undeclared
from essaim.foundation.registries import NobodyInside, PersonalRecord, Registry
from essaim.people.models import Person


def test_nothing_is_kept_about_anybody_that_the_register_does_not_tell():
    assert undeclared() == []


def test_the_test_looks_at_every_model_of_the_site():
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    declared = {record.model for record in registries.personal_records} | set(registries.nobody_inside.keys())
    assert labels <= declared
    assert {"people.Person", "account.EmailAddress", "mfa.Authenticator", "sessions.Session"} <= labels


def test_every_delay_that_is_applied_is_applied_by_something():
    applied = set(registries.retentions.keys())
    named = {record.retention for record in registries.personal_records if record.retention}
    assert named - applied == set()
    assert all(
        record.delay and record.purpose and record.people and record.readers for record in registries.personal_records
    )


@pytest.fixture
def empty_registries(monkeypatch):
    records: Registry[PersonalRecord] = Registry("essai")
    nobody: Registry[NobodyInside] = Registry("essai")
    monkeypatch.setattr(privacy, "personal_records", records)
    monkeypatch.setattr(privacy, "nobody_inside", nobody)
    return records, nobody


def toy():
    """A model as somebody could add tomorrow."""

    class Visit(models.Model):  # noqa: DJ008 -- never printed
        who = models.ForeignKey(Person, on_delete=models.CASCADE)
        note = models.TextField()
        colour = models.CharField(max_length=10)
        ip = models.GenericIPAddressField()
        papers = models.FileField()
        more = models.JSONField()
        mail = models.EmailField()
        page = models.URLField()
        friends = models.ManyToManyField(Person, related_name="+")
        number = models.IntegerField()

        class Meta:
            app_label = "people"

    return Visit


RECORD = PersonalRecord(
    key="visites",
    model="people.Visit",
    purpose="Essai",
    basis=Basis.CONSENT,
    people="les visiteurs",
    readers="personne",
    delay="un jour",
    fields={"who": "le compte", "note": "le mot", "ip": "l’adresse", "papers": "les papiers", "more": "le reste"},
    others=("colour", "mail", "page", "friends"),
)


@isolate_apps("essaim.people")
def test_a_model_that_nobody_declared_is_seen(empty_registries):
    assert undeclared([toy()]) == ["people.Visit : ni PersonalRecord ni NobodyInside."]


@isolate_apps("essaim.people")
def test_each_field_that_can_hold_somebody_is_asked_for(empty_registries):
    records, _ = empty_registries
    records.register(RECORD)
    model = toy()
    names = fields_to_declare(model)
    assert sorted(names) == ["colour", "friends", "ip", "mail", "more", "note", "page", "papers", "who"]
    assert undeclared([model]) == []
    for name in names:
        records.unregister("visites")
        kept = {key: value for key, value in RECORD.fields.items() if key != name}
        others = tuple(other for other in RECORD.others if other != name)
        records.register(dataclasses.replace(RECORD, fields=kept, others=others))
        assert undeclared([model]) == [f"people.Visit.{name} : ni dans « fields », ni dans « others »."]


@isolate_apps("essaim.people")
def test_a_model_said_without_anybody_holds_neither_account_nor_address(empty_registries):
    _, nobody = empty_registries
    nobody.register(NobodyInside("people.Visit", "Rien."))
    found = {line.split(" : ")[0] for line in undeclared([toy()])}
    assert found == {f"people.Visit.{name}" for name in ("who", "ip", "mail", "friends")}


@isolate_apps("essaim.people")
def test_a_field_that_is_no_more_is_told(empty_registries):
    records, _ = empty_registries
    records.register(dataclasses.replace(RECORD, others=(*RECORD.others, "gone")))
    assert undeclared([toy()]) == ["people.Visit.gone : déclaré, mais ce champ n’existe pas."]
