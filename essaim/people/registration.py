"""What the room tells the others: its places in the officer's space, its lines of the register."""

from __future__ import annotations

from essaim.foundation import registries
from essaim.people import privacy, rules, team
from essaim.people.registries import person_roles


def register() -> None:
    """Called once, when Django is ready."""
    privacy.register()
    for role in team.ROLES:
        person_roles.register(role)
    registries.desk_links.register(
        registries.DeskLink(
            "personnes",
            "Personnes",
            "people:people",
            "Les comptes, qui est membre élu, du jury, de l’équipe, et depuis quand.",
            order=890,
            rule=rules.may_see_persons,
        )
    )
    registries.desk_links.register(registries.DeskLink("compte", "Mon compte", "account_home", order=900))
    registries.desk_links.register(
        registries.DeskLink(
            "registre",
            "Registre des traitements",
            "people:register",
            "Ce que le site garde de personnes, pour quoi faire et combien de temps.",
            order=905,
            rule=rules.may_see_register,
        )
    )
