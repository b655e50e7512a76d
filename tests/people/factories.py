"""Makers of persons."""

import factory
from allauth.mfa.models import Authenticator
from django.utils import timezone

from essaim.people.enums import OfficeKind
from essaim.people.models import Office, Person

PASSWORD = "un mot de passe assez long"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""In clear: allauth's adapter encrypts nothing unless told to."""


def give_second_factor(person):
    """An application of codes, as if set before: the house asks it of whoever is of the team."""
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    name = ""

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """An officer has a second factor, as the house asks; `second_factor=False` for one who has none yet."""
        office = kwargs.get("is_officer") or kwargs.get("is_superuser")
        second_factor = kwargs.pop("second_factor", office)
        person = Person.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)
        if second_factor:
            give_second_factor(person)
        return person


class OfficeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Office

    person = factory.SubFactory(PersonFactory)
    kind = OfficeKind.ELECTED
    since = factory.LazyFunction(timezone.localdate)
    named_by_label = "commande de test"
