"""Why an estimate may be wrong, and why two sources do not say the same: the sentences of pages and of the note."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bias:
    """One known bias: its name, and what it does to the estimate."""

    key: str
    name: str
    text: str


BIASES = (
    Bias(
        "bands",
        "Des tranches, pas des nombres",
        "Sirene range chaque établissement dans une tranche d’effectif : « 10 à 19 salariés ». Le vrai nombre est "
        "quelque part entre les deux bornes ; la dernière tranche n’a pas de borne haute.",
    ),
    Bias(
        "several-places",
        "Employeurs à plusieurs établissements",
        "La tranche de l’entreprise n’est pas celle de chacun de ses lieux. Quand l’effectif est mal réparti entre "
        "eux, un lieu paraît trop grand et l’autre trop petit.",
    ),
    Bias(
        "seat",
        "Effet de siège",
        "Des salariés qui travaillent ailleurs peuvent être comptés au siège : un territoire qui en a beaucoup est "
        "surestimé, ses voisins sont sous-estimés.",
    ),
    Bias(
        "unknown-band",
        "La tranche « NN »",
        "Elle mêle les établissements sans salarié et ceux dont l’effectif n’est pas connu. Nous ne la comptons pas : "
        "l’estimation peut être trop basse.",
    ),
    Bias(
        "part-time",
        "Temps partiel et postes annexes",
        "Une personne à quelques heures compte comme une autre. Flores sait séparer les postes annexes ; Sirene non.",
    ),
    Bias(
        "temporary",
        "Intérim",
        "Les tableaux Flores de l’ESS laissent l’intérim de côté ; une tranche de Sirene ne dit pas si elle "
        "en contient.",
    ),
    Bias(
        "bank-branches",
        "Agences des banques coopératives",
        "Chaque agence d’une banque coopérative est un établissement de l’ESS : elles pèsent dans le nombre de "
        "lieux et d’emplois, et la tranche d’une petite agence est peu précise.",
    ),
    Bias(
        "public-like",
        "Grandes associations proches du public",
        "Quelques associations très grandes (hôpitaux, établissements médico-sociaux) pèsent d’un seul coup : la "
        "tranche où elles tombent déplace tout un territoire.",
    ),
    Bias(
        "blind-spot",
        "Coopératives en société par actions simplifiée",
        "Une Scop ou une Scic qui a pris cette forme n’a pas de catégorie juridique de coopérative : le champ de "
        "l’Insee ne la voit pas.",
    ),
    Bias(
        "dates",
        "Des dates qui ne sont pas les mêmes",
        "Sirene dit les établissements actifs le jour de l’extraction, avec l’effectif d’une année passée ; Flores "
        "décrit une année entière, publiée plus tard.",
    ),
)

TWO_COUNTS = (
    (
        "Flores",
        "part des déclarations de paie de l’année : il retient tout établissement qui a payé quelqu’un, même quelques "
        "heures, et compte les emplois du 31 décembre. Il paraît environ deux ans après.",
    ),
    (
        "Sirene",
        "part du répertoire : il retient les établissements actifs le jour de l’extraction dont la tranche d’effectif "
        "dit qu’ils emploient. Cette tranche est connue avec retard, parfois pas du tout, et ne donne que deux bornes.",
    ),
)
"""What each source counts, as (its name, the rest of the sentence)."""
BOTH_RIGHT = (
    "Le périmètre de l’ESS est le même ; les dates, les seuils et les effectifs absents diffèrent : les deux nombres "
    "sont justes, chacun dans son champ, et ne s’additionnent ni ne se suivent."
)
WHY_TWO_COUNTS = f"{' '.join(f'{name} {text}' for name, text in TWO_COUNTS)} {BOTH_RIGHT}"
"""Why the official count of employer establishments and Sirene's are not the same: the only place where it is said."""
