"""The sentences that every note repeats: method in short, five words, what nobody can tell."""

from __future__ import annotations

from essaim.observatory.note.content import Word
from essaim.observatory.wording import ANNEX_DEFINITION

METHOD = (
    "L’ESS, ici : associations, coopératives, mutuelles et fondations, reconnues à leur catégorie juridique, moins "
    "quelques activités (administration, syndicats, partis, cultes). C’est le champ de l’Insee.",
    "Une part se lit avec son dénominateur : tous les emplois, public compris, ou le seul privé. La seconde est "
    "toujours plus haute.",
    "Un chiffre observé est lu dans un tableau officiel et recalculé. Un fait publié est cité, faute du tableau. Un "
    "chiffre secret ou manquant n’est jamais remplacé par zéro.",
)
ESTIMATES = (
    "Une estimation part des tranches d’effectif de Sirene : elle va de la somme des bornes basses à celle des bornes "
    "hautes."
)
WITHOUT_CENTRE = "Aucune valeur centrale n’est donnée, faute de tableau officiel pour la caler."

INVENTED = "Cette note est celle d’une démonstration : seuls les faits publiés et cités ici sont ceux d’un vrai lieu."

GLOSSARY = (
    Word(
        "Établissement employeur",
        "un lieu de travail qui a payé au moins une personne dans l’année. Une structure peut en avoir plusieurs.",
    ),
    Word("Emploi", "un poste salarié occupé au 31 décembre, à temps plein ou non. Une personne peut en avoir deux."),
    Word("Poste annexe", ANNEX_DEFINITION),
    Word("Millésime", "l’année que décrit un fichier. Il paraît souvent deux ou trois ans plus tard."),
    Word("Secret statistique", "un chiffre que l’Insee tait, car il laisserait reconnaître un employeur."),
)

ALWAYS_UNKNOWN = (
    "Le bénévolat et les associations sans salarié ne sont pas comptés ici.",
    "Les sociétés commerciales de l’ESS, et les Scop ou Scic en société par actions simplifiée, échappent au champ de "
    "l’Insee.",
)
