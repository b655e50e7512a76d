"""The words of the observatory, each said once: the glossary page, its anchors and every tooltip read them here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from essaim.foundation.glossary import Glossary, Word
from essaim.observatory.wording import ANNEX_DEFINITION

LAW = "Loi n° 2014-856 du 31 juillet 2014 relative à l’économie sociale et solidaire, article 1er"
Term = Word
UNCLASSIFIED = (
    "« Non classés » : surtout des associations dont l’activité déclarée n’est rangée dans aucun autre secteur (vie "
    "locale, entraide, défense d’une cause, amicales)."
)
"""What the sector is in which French statistics put code 94.99Z, « autres organisations par adhésion volontaire »."""


_TERMS = (
    Term(
        "ess",
        "Économie sociale et solidaire (ESS)",
        "Les associations, les coopératives, les mutuelles et les fondations, et des sociétés commerciales qui "
        "s’engagent par leurs statuts : un but autre que partager des bénéfices, une décision démocratique, des "
        "bénéfices qui restent dans l’entreprise. Les statistiques présentées ici ne comptent que les quatre "
        "premières familles.",
        LAW,
        ("perimetre", "famille"),
    ),
    Term(
        "famille",
        "Famille de l’ESS",
        "La forme juridique : association, coopérative, mutuelle, fondation, société commerciale de l’ESS. Les "
        "tableaux comptent souvent associations et fondations ensemble, pour ne trahir personne.",
        LAW,
        ("ess", "secret"),
    ),
    Term(
        "secteur",
        "Secteur d’activité",
        "Ce que fait l’établissement, d’après le code d’activité (NAF) que l’Insee lui donne, en huit ensembles. "
        + UNCLASSIFIED,
        "Insee, tableaux commandés par le réseau des CRESS ; nomenclature d’activités française",
        ("etablissement", "famille"),
    ),
    Term(
        "etablissement",
        "Établissement",
        "Un lieu où une structure travaille : un magasin, une crèche, une agence, un siège. Une même structure peut en "
        "avoir plusieurs ; chacun a son numéro Siret.",
        "Insee, répertoire Sirene",
        ("employeur", "sirene"),
    ),
    Term(
        "employeur",
        "Établissement employeur",
        "Un établissement qui a employé au moins une personne dans l’année. Dans Sirene : un établissement actif dont "
        "la tranche d’effectif dit qu’il emploie, fût-ce personne le 31 décembre.",
        "Insee, Flores et répertoire Sirene",
        ("etablissement", "tranche"),
    ),
    Term(
        "emploi-salarie",
        "Emploi salarié",
        "Un poste de travail payé, occupé le 31 décembre. Une personne qui a deux employeurs occupe deux postes ; les "
        "bénévoles, les volontaires et les indépendants n’en occupent pas.",
        "Insee, Flores",
        ("annexe", "equivalent-temps-plein"),
    ),
    Term(
        "annexe",
        "Poste annexe",
        ANNEX_DEFINITION,
        "Insee, définition « Poste de travail » (c2003)",
        ("rupture", "emploi-salarie"),
    ),
    Term(
        "equivalent-temps-plein",
        "Équivalent temps plein",
        "Le temps de travail de l’année, compté en personnes à plein temps : deux mi-temps toute l’année font un "
        "équivalent temps plein.",
        "",
        ("emploi-salarie",),
    ),
    Term(
        "secret",
        "Secret statistique",
        "Quand un chiffre permettrait de reconnaître une entreprise, l’Insee ne le donne pas (« s », « K », « nd »). "
        "Ce n’est pas un zéro : c’est un chiffre que la source connaît et qu’elle tait.",
        "Loi n° 51-711 du 7 juin 1951 sur l’obligation, la coordination et le secret en matière de statistiques",
        ("manquant",),
    ),
    Term(
        "manquant",
        "Manquant",
        "Aucun fichier publié ici ne donne ce chiffre. Il existe peut-être ailleurs : ce n’est ni un zéro ni un "
        "secret.",
        "",
        ("secret", "fait-publie"),
    ),
    Term(
        "millesime",
        "Millésime",
        "L’année, ou le mois, que décrit un fichier. Il paraît toujours plus tard : le millésime 2018 n’est pas un "
        "fichier de 2018.",
        "",
        ("rupture",),
    ),
    Term(
        "rupture",
        "Rupture de série",
        "Deux millésimes qui ne comptent pas la même chose. Aucune ligne ne les relie : la différence viendrait du "
        "compteur, pas du territoire.",
        "",
        ("millesime", "champ", "annexe"),
    ),
    Term(
        "champ",
        "Champ",
        "Ce qu’une source compte et ce qu’elle laisse de côté : tous les postes ou les seuls postes non annexes, le "
        "seul privé ou aussi le public, avec ou sans l’agriculture.",
        "",
        ("perimetre", "rupture"),
    ),
    Term(
        "perimetre",
        "Périmètre de l’ESS",
        "La liste des formes juridiques que les statistiques rangent dans l’ESS, moins quelques activités "
        "(administration, syndicats, cultes, partis). Il a une version, toujours écrite avec le chiffre.",
        "Insee, champ « économie sociale »",
        ("ess", "champ"),
    ),
    Term(
        "flores",
        "Flores",
        "Le fichier localisé des rémunérations et de l’emploi salarié de l’Insee : les emplois et les salaires, "
        "établissement par établissement, d’après les déclarations sociales des employeurs, public et privé.",
        "Insee, Flores",
        ("flores-ess", "sirene"),
    ),
    Term(
        "flores-ess",
        "Flores × ESS",
        "Des tableaux que l’Insee tire de Flores pour le réseau des chambres régionales de l’ESS : les seuls qui "
        "disent l’ESS par intercommunalité. Ils ne sont pas en libre accès.",
        "Insee, commande du réseau des CRESS",
        ("flores", "cress"),
    ),
    Term(
        "cress",
        "CRESS",
        "Chambre régionale de l’économie sociale et solidaire. Elle tient la liste des entreprises de l’ESS de sa "
        "région et la publie.",
        "Loi n° 2014-856 du 31 juillet 2014, article 6",
        ("flores-ess",),
    ),
    Term(
        "sirene",
        "Sirene",
        "Le répertoire de toutes les entreprises et de leurs établissements, tenu par l’Insee et mis à jour chaque "
        "mois. Il dit une tranche d’effectif, jamais un nombre de salariés.",
        "Insee, répertoire Sirene",
        ("tranche", "flores"),
    ),
    Term(
        "urssaf",
        "Urssaf",
        "L’organisme qui collecte les cotisations sociales. Ses données sur l’ESS vont par région et par année, pour "
        "le seul secteur privé du régime général, hors agriculture : elles ne s’ajoutent pas à celles de Flores.",
        "Urssaf, open.urssaf.fr (licence ODbL)",
        ("champ",),
    ),
    Term(
        "tranche",
        "Tranche d’effectif",
        "Une fourchette de salariés : « 1 ou 2 », « 10 à 19 »… La tranche « NN » mêle les établissements sans salarié "
        "et ceux dont on ne sait rien.",
        "Insee, répertoire Sirene",
        ("estimation", "intervalle"),
    ),
    Term(
        "estimation",
        "Estimation",
        "Un chiffre que personne n’a compté : il est déduit d’un autre fichier, ici les tranches de Sirene. Il porte "
        "toujours le mot « estimation ».",
        "",
        ("intervalle", "calage", "observe"),
    ),
    Term(
        "intervalle",
        "Intervalle",
        "« Entre 9 200 et 14 100 » : le vrai nombre est entre les deux si le répertoire est juste. La borne basse "
        "additionne le bas de chaque tranche, la borne haute le haut.",
        "",
        ("tranche", "estimation"),
    ),
    Term(
        "calage",
        "Calage",
        "Là où un tableau officiel et Sirene parlent du même territoire, on compare les deux et l’on en tire un "
        "facteur. Il donne ailleurs une valeur centrale, toujours nommée avec son territoire, son millésime et son "
        "erreur.",
        "",
        ("estimation",),
    ),
    Term(
        "observe",
        "Observé",
        "Le chiffre est dans un fichier officiel chargé ici, ou il est la somme ou le rapport de chiffres qui y sont.",
        "",
        ("fait-publie", "estimation"),
    ),
    Term(
        "fait-publie",
        "Fait publié",
        "Un chiffre que quelqu’un a publié et que nous citons, sans avoir le fichier pour le recalculer. Charger ce "
        "fichier le remplace par un chiffre observé.",
        "",
        ("observe",),
    ),
    Term(
        "part",
        "Part de l’ESS",
        "Les emplois de l’ESS rapportés à d’autres : tous les emplois, public compris, ou les seuls emplois du privé. "
        "La seconde est la plus haute ; une part sans son dénominateur ne veut rien dire.",
        "",
        ("emploi-salarie",),
    ),
    Term(
        "cog",
        "Code officiel géographique (COG)",
        "La liste des communes, des intercommunalités, des départements et des régions au 1er janvier de chaque "
        "année. Les chiffres d’une commune fusionnée vont à la commune d’aujourd’hui.",
        "Insee, code officiel géographique",
        ("epci",),
    ),
    Term(
        "epci",
        "EPCI, intercommunalité",
        "Établissement public de coopération intercommunale : communauté de communes, d’agglomération, urbaine, "
        "métropole. Les communes y exercent ensemble une partie de leurs missions.",
        "Code général des collectivités territoriales, cinquième partie",
        ("cog",),
    ),
    Term(
        "grille-de-densite",
        "Grille de densité",
        "Le classement des communes par l’Insee, en sept niveaux, d’après la façon dont la population y est "
        "rassemblée : grands centres urbains, centres urbains intermédiaires, petites villes, ceintures urbaines, "
        "bourgs ruraux, rural à habitat dispersé, rural à habitat très dispersé.",
        "Insee, grille de densité",
        ("urbain-rural",),
    ),
    Term(
        "urbain-rural",
        "Urbain, rural",
        "Une commune est urbaine aux niveaux 1 à 4 de la grille de densité, rurale aux niveaux 5 à 7. Une commune peut "
        "être rurale pour la grille et appartenir pourtant à une unité urbaine : ce sont deux mesures.",
        "Insee, grille de densité",
        ("grille-de-densite",),
    ),
    Term(
        "siren",
        "Siren, Siret",
        "Le numéro d’une structure (neuf chiffres) et celui de chacun de ses établissements (quatorze chiffres).",
        "Insee, répertoire Sirene",
        ("sirene", "etablissement"),
    ),
    Term(
        "empreinte",
        "Empreinte SHA-256",
        "Une suite de lettres et de chiffres tirée d’un fichier : si le fichier change d’un seul signe, l’empreinte "
        "change. Elle permet de vérifier que deux personnes ont le même fichier.",
        "",
        ("millesime",),
    ),
)

FORMS: Mapping[str, tuple[str, ...]] = {
    "equivalent-temps-plein": ("équivalent temps plein", "ETP"),
    "flores": ("Flores",),
    "sirene": ("répertoire Sirene",),
    "grille-de-densite": ("grille de densité",),
    "secret": ("secret statistique",),
    "epci": ("EPCI", "intercommunalité"),
}
"""The words that texts of other rooms explain by themselves; the others are too common to be marked everywhere."""
TERMS: Mapping[str, Term] = MappingProxyType(
    {
        term.key: replace(term, href=f"/observatoire/glossaire/#{term.key}", forms=FORMS.get(term.key, ()))
        for term in _TERMS
    }
)
"""Every word by its key. A page shows one with `{% load glossary %}{% word "annexe" %}`."""
GLOSSARY = Glossary("observatory", "Observatoire", lambda: TERMS, order=20)
