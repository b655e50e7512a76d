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
    "vote": Scene("Un vote", "Autour d’une table, trois personnes lèvent la main : chacune porte une voix."),
    "door": Scene("Une porte ouverte", "Une porte s’ouvre sur la lumière, une clé dorée à côté."),
    "search": Scene("Une recherche", "Une loupe passe sur les alvéoles d’une ruche, une abeille s’approche."),
    "mail": Scene("Une lettre", "Une lettre sort de son enveloppe, une abeille l’emporte."),
    "lost": Scene("Un chemin perdu", "Un poteau indique deux directions, une abeille tourne autour."),
    "meadow-home": Scene(
        "Une prairie et un bourg (large)",
        "Au bord d’une prairie en fleurs, un bourg, une ruche et des gens qui jardinent, roulent, parlent.",
    ),
    "contact": Scene("Un accueil", "À un guichet, une personne en reçoit une autre avec le sourire d’un salut."),
    "month": Scene("Le Mois de l’ESS", "Un calendrier de novembre, des fanions, deux personnes qui l’entourent."),
    "contest": Scene("Le Coup de cœur", "Une personne lève une coupe ornée d’un cœur, une autre applaudit."),
    "grants": Scene("Les aides", "Deux mains tiennent une jeune pousse, des pièces en terre à son pied."),
    "roadmap": Scene("La feuille de route", "Un chemin monte vers un fanion, trois bornes le jalonnent."),
    "cooperation": Scene("Les coopérations", "Deux personnes portent ensemble une grande alvéole dorée."),
    "newsletter": Scene("La lettre d’information", "Une page de nouvelles pliée, des ailes d’abeille de chaque côté."),
    "easy": Scene("Facile à lire", "Une personne lit un grand livre aux lignes larges, une autre l’accompagne."),
    "day-light": Scene("Le jour : la lumière", "Au lever du soleil, une lampe est allumée et une bouilloire fume."),
    "day-bread": Scene("Le jour : le pain et le lait", "Sur une table, une miche de pain, une bouteille et un bol."),
    "day-nursery": Scene("Le jour : la crèche", "Une professionnelle assise à terre empile des cubes avec un petit."),
    "day-homehelp": Scene("Le jour : l’aide à domicile", "Une aide à domicile arrive à la porte d’une dame âgée."),
    "day-bike": Scene("Le jour : le vélo", "Un vélo est suspendu au pied d’atelier, une personne le règle."),
    "day-insurance": Scene("Le jour : l’assurance", "Un grand parapluie abrite une maison et une voiture."),
    "day-scop": Scene("Le jour : la Scop", "Des collègues lèvent la main autour d’une table ronde."),
    "day-cae": Scene(
        "Le jour : la coopérative d’activité", "Sous un même toit, trois métiers travaillent chacun à sa place."
    ),
    "day-educator": Scene("Le jour : l’éducatrice", "Sur un banc, une éducatrice écoute un adolescent."),
    "day-health": Scene("Le jour : le centre de santé", "Une soignante écoute le cœur d’un patient, lunettes au mur."),
    "day-lunch": Scene("Le jour : le déjeuner", "Un cuisinier en toque apporte deux assiettes qui fument."),
    "day-money": Scene("Le jour : la monnaie locale", "Une main tend un billet à la feuille, l’autre des pièces."),
    "day-reuse": Scene("Le jour : la ressourcerie", "Un fauteuil, une lampe et des cartons trouvent une autre vie."),
    "day-books": Scene("Le jour : les livres et le cinéma", "Une rangée de livres, et l’écran éclairé d’une salle."),
    "day-school": Scene("Le jour : les devoirs", "Deux enfants travaillent à une table, une adulte les aide."),
    "day-basket": Scene("Le jour : le panier", "Un grand panier déborde de légumes, une personne le porte."),
    "day-grocery": Scene("Le jour : l’épicerie", "Devant les rayons d’une épicerie, deux personnes parlent."),
    "day-repair": Scene("Le jour : le toit", "En haut d’une échelle, une personne remet les tuiles d’un toit."),
    "day-music": Scene(
        "Le jour : le club et la musique", "Une guitare, un tambour et un ballon attendent leur équipe."
    ),
    "day-cafe": Scene("Le jour : le café", "À la terrasse, au soleil couchant, deux personnes devant leurs tasses."),
    "day-elders": Scene("Le jour : les âges ensemble", "Une personne âgée et une jeune jouent aux cartes."),
    "day-shelter": Scene("Le jour : l’abri", "Sous la lune, un toit abrite un lit fait et un bol de soupe chaude."),
    "day-savings": Scene("Le jour : l’épargne", "La nuit, un arbre pousse sur une pile de pièces."),
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
    drawing = select_template([f"ui/scenes/{one}.html" for one in names]).render({})
    if described and known:
        said = format_html('role="img" aria-label="{}"', SCENES[name].description)
        drawing = drawing.replace(HIDDEN, said, 1)
    return mark_safe(drawing)  # noqa: S308 -- files of this package, the sentence is escaped
