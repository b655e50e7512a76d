"""Why somebody who comes from the provider does not come in, and what they can do about it, in words."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus


class Problem(Enum):
    """What stopped a sign-in: a title, what happened and what to do, the status of the answer."""

    CANCELLED = (
        "La connexion n’a pas eu lieu",
        "Vous avez quitté {name} sans vous y identifier. Rien n’a changé ici.",
        HTTPStatus.OK,
    )
    LOST = (
        "Cette connexion ne peut plus aboutir",
        "Elle a été commencée il y a plus de dix minutes, dans un autre navigateur, ou la page a été rechargée. "
        "Recommencez : cela suffit presque toujours.",
        HTTPStatus.BAD_REQUEST,
    )
    DOWN = (
        "{name} ne répond pas",
        "Le service d’identification ne répond pas, ou mal, en ce moment. Réessayez dans quelques minutes, ou "
        "connectez-vous avec votre adresse électronique.",
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
    FORGED = (
        "La réponse de {name} n’a pas pu être vérifiée",
        "Pour votre sécurité, nous n’acceptons pas une réponse dont la signature, la date ou le destinataire ne sont "
        "pas les bons. Recommencez ; si cela se reproduit, prévenez l’équipe du site.",
        HTTPStatus.BAD_REQUEST,
    )
    INCOMPLETE = (
        "{name} n’a pas donné votre adresse",
        "Sans adresse électronique, nous ne savons pas à quel compte vous mener. Complétez-la chez {name}, ou "
        "connectez-vous avec votre adresse électronique.",
        HTTPStatus.BAD_REQUEST,
    )
    UNPROVEN = (
        "{name} ne garantit pas votre adresse",
        "Nous ne pouvons donc pas savoir si un compte est à vous. Connectez-vous une fois avec votre adresse "
        "électronique, puis reliez {name} depuis « Mon compte » : la fois suivante, il suffira.",
        HTTPStatus.FORBIDDEN,
    )
    CLOSED = (
        "Ce compte est fermé",
        "{name} connaît bien ce compte, mais l’équipe du site a fermé votre compte. Écrivez-lui si c’est une erreur.",
        HTTPStatus.FORBIDDEN,
    )
    OTHER_IDENTITY = (
        "Votre compte est déjà relié à une autre identité",
        "Un compte d’ici ne suit qu’une identité de {name} à la fois. Connectez-vous avec votre adresse électronique, "
        "puis changez l’identité reliée depuis « Mon compte ».",
        HTTPStatus.FORBIDDEN,
    )
    TAKEN = (
        "Cette identité est déjà reliée à un autre compte",
        "Votre identité chez {name} ouvre déjà un autre compte de ce site. Séparez-la de celui-là d’abord.",
        HTTPStatus.FORBIDDEN,
    )

    def __init__(self, title: str, text: str, status: HTTPStatus) -> None:
        self.title = title
        self.text = text
        self.status = status


class Refused(Exception):
    """Somebody does not come in. `detail` is for the log: never a name, an address nor a token."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        self.problem = problem
        self.detail = detail
        self.wanted = ""
        """The page that they wanted, when it is known."""
        super().__init__(problem.title)
