"""The family of drawings: their names, what an editor reads in the list, what is said to whoever does not see them.

One drawing, one file, `ui/scenes/<name>.html`, hand-written: shapes wear the classes of `frontend/css/scenes.css`, so
that the colours follow theme and territory.
"""

from __future__ import annotations

from typing import NamedTuple

from django.template.loader import select_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

HIDDEN = 'aria-hidden="true"'
"""What every drawing's file says of itself; a described drawing says its sentence instead."""

FALLBACK = "hexagons"
"""Drawn for a name that no drawing bears (a page written before a drawing was taken away)."""


class Scene(NamedTuple):
    """`label`: the words of the editor's list; `description`: one sentence for whoever does not see the drawing."""

    label: str
    description: str


SCENES: dict[str, Scene] = {
    "market": Scene("Un marché", "Un étal de légumes sous un auvent rayé, deux personnes qui vendent, une qui achète."),
    "workshop": Scene("Un atelier", "Deux personnes réparent un vélo monté sur un pied, les outils au mur."),
    "vote": Scene(
        "Un vote", "Derrière une urne, trois personnes lèvent chacune une pancarte : chacune porte une voix."
    ),
    "door": Scene("Une porte ouverte", "Une porte s’entrouvre sur la lumière, une clé dorée s’en approche."),
    "search": Scene(
        "Une recherche", "Une loupe passe sur les alvéoles d’une ruche et n’y trouve rien, une abeille s’éloigne."
    ),
    "mail": Scene("Une lettre", "Une lettre cachetée d’un hexagone sort de son enveloppe, une abeille vole autour."),
    "lost": Scene("Un chemin perdu", "Un poteau indique deux directions, une abeille tourne autour."),
    "contact": Scene("Un accueil", "Au guichet d’un accueil, une personne en salue une autre."),
    "month": Scene(
        "Le Mois de l’ESS", "Sous une guirlande de fanions, deux personnes montrent une date sur un grand calendrier."
    ),
    "contest": Scene("Le Coup de cœur", "Une personne lève une coupe ornée d’un cœur, deux autres l’applaudissent."),
    "grants": Scene("Les aides", "Deux mains portent une motte de terre, des pièces et une jeune pousse."),
    "roadmap": Scene(
        "La feuille de route",
        "Un chemin monte vers un drapeau, jalonné de trois bornes dorées ; un marcheur s’y engage.",
    ),
    "cooperation": Scene("Les coopérations", "Deux personnes portent ensemble une grande alvéole dorée."),
    "newsletter": Scene(
        "La lettre d’information", "Une page de nouvelles a pris les ailes et les antennes d’une abeille."
    ),
    "easy": Scene(
        "Facile à lire", "Deux personnes tiennent un grand livre : de grosses lignes et le dessin d’une maison."
    ),
    "day-light": Scene("Le jour : la lumière", "Au lever du soleil, une bouilloire chauffe sous une lampe allumée."),
    "day-bread": Scene(
        "Le jour : le pain et le lait", "Sur une table : une miche de pain, une bouteille de lait et un bol qui fume."
    ),
    "day-nursery": Scene(
        "Le jour : la crèche", "Une professionnelle assise à terre accompagne un petit qui empile des cubes."
    ),
    "day-homehelp": Scene(
        "Le jour : l’aide à domicile", "Une aide à domicile fait signe à une dame âgée qui l’attend à sa porte."
    ),
    "day-bike": Scene("Le jour : le vélo", "Un vélo rouge sur son pied d’atelier, une personne en règle la roue."),
    "day-insurance": Scene("Le jour : l’assurance", "Un grand parapluie abrite une maison et une voiture."),
    "day-scop": Scene("Le jour : la Scop", "Autour d’une table ronde, quatre collègues lèvent la main."),
    "day-cae": Scene(
        "Le jour : la coopérative d’activité",
        "Sous un même toit, une personne jardine, une autre écrit, une autre peint.",
    ),
    "day-educator": Scene("Le jour : l’éducatrice", "Sur un banc, une éducatrice écoute un adolescent."),
    "day-health": Scene(
        "Le jour : le centre de santé",
        "Une soignante écoute le cœur d’un patient, sous des lunettes, une dent et un cœur.",
    ),
    "day-lunch": Scene("Le jour : le déjeuner", "Un cuisinier en toque présente deux assiettes qui fument."),
    "day-money": Scene(
        "Le jour : la monnaie locale",
        "Une main tend un billet orné d’une feuille, près de pièces ; des flèches tournent autour.",
    ),
    "day-reuse": Scene(
        "Le jour : la ressourcerie", "Un fauteuil, un lampadaire, des cartons et une plante attendent une autre vie."
    ),
    "day-books": Scene(
        "Le jour : les livres et le cinéma",
        "Une bibliothèque bien remplie, et trois spectateurs devant un grand écran.",
    ),
    "day-school": Scene("Le jour : les devoirs", "Deux enfants écrivent à une table, un adulte se tient entre eux."),
    "day-basket": Scene("Le jour : le panier", "Une personne au chapeau de paille porte un grand panier de légumes."),
    "day-grocery": Scene(
        "Le jour : l’épicerie", "Devant les rayons d’une épicerie, deux personnes parlent en faisant leurs courses."
    ),
    "day-repair": Scene(
        "Le jour : le toit", "En haut d’une échelle, une personne pose une tuile sur le toit d’une maison."
    ),
    "day-music": Scene(
        "Le jour : le club et la musique", "Une guitare, un tambour et un ballon attendent leur équipe."
    ),
    "day-cafe": Scene("Le jour : le café", "Sous une guirlande, au soleil couchant, deux personnes prennent un café."),
    "day-elders": Scene("Le jour : les âges ensemble", "Une dame âgée et un jeune homme jouent aux cartes."),
    "day-shelter": Scene("Le jour : l’abri", "Sous la lune, un toit abrite un lit et un bol de soupe chaude."),
    "day-savings": Scene("Le jour : l’épargne", "La nuit, un arbre aux fruits dorés pousse sur une pile de pièces."),
}


def choices() -> list[tuple[str, str]]:
    """Return (name, label) for an editor's list, the empty one first.

    Given to a field as a function: migrations hold its name, and a new drawing changes none.
    """
    return [("", "Aucun dessin"), *((name, scene.label) for name, scene in SCENES.items())]


def draw(name: str, *, described: bool = True) -> SafeString:
    """Return the drawing as inline SVG; never an error.

    `described`: an image with its sentence for assistive technologies. Otherwise, and for the fallback, it is hidden
    from them.
    """
    known = name in SCENES
    names = [name, FALLBACK] if known else [FALLBACK]
    drawing = str(select_template([f"ui/scenes/{one}.html" for one in names]).render({}))
    if described and known:
        said = format_html('role="img" aria-label="{}"', SCENES[name].description)
        drawing = drawing.replace(HIDDEN, said, 1)
    return mark_safe(drawing)  # noqa: S308 -- files of this package, the sentence is escaped
