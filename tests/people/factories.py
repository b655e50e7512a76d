"""Makers of persons."""

import factory

from essaim.people.models import Person

PASSWORD = "un mot de passe assez long"


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    name = ""

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return Person.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)
