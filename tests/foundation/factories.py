"""Makers of the foundation's nouns."""

import factory

from essaim.foundation.models import Territory


class TerritoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Territory
        django_get_or_create = ("siren",)

    # Known before: what hangs on it may be put back in another test (see tests/remembered.py).
    id = factory.LazyAttribute(lambda made: int(made.siren))
    siren = "200069854"
    name = "Grand Poitiers Communauté urbaine"
    short_name = "Grand Poitiers"
    site_name = "L’ESS en commun"
    email = "ess@exemple.fr"
