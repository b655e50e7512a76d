"""Findings: what they say is true of the figures, whatever these are."""

# ruff: noqa: E501 -- sentences are compared whole

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.nomenclature.sectors import sectors as all_sectors
from essaim.observatory import findings
from essaim.observatory.enums import FamilyGroup, Field, Level, Status
from essaim.observatory.evaluation import Figure
from essaim.observatory.findings.phrases import ABOUT, JOBS, NEAR, exact_value, fraction, share_text
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.places import at_place, elided, named, of_place, subject
from essaim.observatory.profile import SIZE_GROUPS, Breakdown, SideBySide, Slice
from essaim.observatory.territory import FRANCE, Territory
from tests.observatory.factories import EPCI

PLACE = Territory(Level.EPCI, "200069854", "Grand Poitiers")
SHARE, JOBS_KEY, PLACES_KEY = "ess-job-share", "ess-jobs", "ess-employer-establishments"


def fig(key, value=None, status=Status.OBSERVED, *, year=2018, field=Field.ALL_POSTS, low=None, high=None, where=PLACE):
    def exact(number):
        return None if number is None else Decimal(str(number))

    return Figure(
        CATALOGUE[key], where, status, str(year), year, field, exact(value), exact(low), exact(high), reason="…"
    )


def secret(key, **more):
    return fig(key, None, Status.SECRET, **more)


def guess(key, low, high, value=None):
    return fig(key, value, Status.ESTIMATED, low=low, high=high, year=2026, field=Field.ACTIVE)


def clean(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def breakdown(axis, jobs, total, *, places=None, places_total=None):
    """`jobs`: by key, a number, None for secret, or a figure."""

    def figure(key, given):
        return given if isinstance(given, Figure) else secret(key) if given is None else fig(key, given)

    slices = tuple(
        Slice(key, key, figure(PLACES_KEY, (places or {}).get(key)), figure(JOBS_KEY, one)) for key, one in jobs.items()
    )
    return Breakdown(axis, slices, figure(PLACES_KEY, places_total), figure(JOBS_KEY, total))


# --- one figure -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (fig(SHARE, "11.43"), "L’ESS pèse 11,4 % des emplois salariés de Grand Poitiers en 2018"),
        (fig("ess-private-job-share", 19.3), "L’ESS pèse 19,3 % des emplois du secteur privé de Grand Poitiers en 2018"),
        (fig(SHARE, "0.01"), "L’ESS pèse moins de 0,1 % des emplois salariés de Grand Poitiers en 2018"),
        (fig(SHARE, 0), "L’ESS pèse 0 % des emplois salariés de Grand Poitiers en 2018"),
        (fig(SHARE, "99.99"), "L’ESS pèse plus de 99,9 % des emplois salariés de Grand Poitiers en 2018"),
        (fig(SHARE, 114), "La part de l’ESS dans les emplois salariés de Grand Poitiers n’est pas connue en 2018"),
        (
            secret(SHARE),
            "La part de l’ESS dans les emplois salariés de Grand Poitiers est couverte par le secret statistique en 2018",
        ),
        (
            guess(SHARE, "9.2", "14.1"),
            "L’ESS pèse entre 9,2 % et 14,1 % des emplois salariés de Grand Poitiers en 2026 (estimation)",
        ),
        (
            guess(SHARE, "9.2", None),
            "L’ESS pèse au moins 9,2 % des emplois salariés de Grand Poitiers en 2026 (estimation)",
        ),
        (fig(PLACES_KEY, 1000), "Grand Poitiers compte 1 000 établissements employeurs de l’ESS en 2018"),
        (fig(PLACES_KEY, 1), "Grand Poitiers compte 1 établissement employeur de l’ESS en 2018"),
        (fig(PLACES_KEY, 0), "Grand Poitiers ne compte aucun établissement employeur de l’ESS en 2018"),
        (fig(JOBS_KEY, "0.4"), "Grand Poitiers compte moins d’un emploi de l’ESS en 2018"),
        (guess(JOBS_KEY, 22, 53), "Grand Poitiers compte entre 22 et 53 emplois de l’ESS en 2026 (estimation)"),
        (secret(JOBS_KEY), "Le nombre d’emplois de l’ESS de Grand Poitiers est couvert par le secret statistique en 2018"),
        (
            fig(JOBS_KEY, None, Status.MISSING, year=None),
            "Le nombre d’emplois de l’ESS de Grand Poitiers n’est pas connu en None",
        ),
        (
            fig("ess-women-share", 70.2),
            "Sept emplois de l’ESS sur dix sont occupés par des femmes à Grand Poitiers en 2018",
        ),
        (
            fig("ess-women-share", 100),
            "100 % des emplois de l’ESS sont occupés par des femmes à Grand Poitiers en 2018",
        ),
    ],
)  # fmt: skip
def test_one_figure(figure, said):
    if figure.status == Status.MISSING:
        figure = Figure(figure.indicator, figure.territory, Status.MISSING, reason="…")
        said = said.removesuffix(" en None")
    assert clean(findings.headline(figure)) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (80, "Huit emplois de l’ESS sur dix"),
        ("80.5", "Huit emplois de l’ESS sur dix"),
        ("80.6", "Plus de huit emplois de l’ESS sur dix"),
        ("78", "Près de huit emplois de l’ESS sur dix"),
        ("74.9", "74,9 % des emplois de l’ESS"),
        (50, "La moitié des emplois de l’ESS"),
        (52, "Plus de la moitié des emplois de l’ESS"),
        (48, "Près de la moitié des emplois de l’ESS"),
        (10, "10 % des emplois de l’ESS"),
        (99, "99 % des emplois de l’ESS"),
        ("0.02", "Moins de 0,1 % des emplois de l’ESS"),
    ],
)
def test_fractions(share, said):
    assert clean(fraction(Decimal(str(share)), JOBS)) == said


@given(st.decimals(0, 100, places=3))
def test_a_fraction_is_as_true_as_its_thresholds_say(share):
    said = clean(fraction(share, JOBS)).lower()
    tenths = ("deux", "trois", "quatre", "la moitié", "six", "sept", "huit", "neuf")
    found = next((n for n, word in enumerate(tenths, 2) if f"{word} " in said), None)
    if found is None:
        assert_percent_is(said, share)
        return
    gap = share - 10 * found
    if "plus de" in said:
        assert NEAR < gap <= ABOUT
    elif "près de" in said:
        assert -ABOUT <= gap < -NEAR
    else:
        assert abs(gap) <= NEAR


def assert_percent_is(said, share):
    number = Decimal(re.search(r"([\d,]+) %", said)[1].replace(",", "."))
    if "moins de" in said:
        assert 0 < share < number
    elif "plus de" in said:
        assert number < share < 100
    else:
        assert number == share.quantize(Decimal("0.1"), ROUND_HALF_UP)


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "name", "of", "at", "who"),
    [
        (Level.COMMUNE, "Amiens", "d’Amiens", "à Amiens", "Amiens"),
        (Level.COMMUNE, "Évreux", "d’Évreux", "à Évreux", "Évreux"),
        (Level.COMMUNE, "Yvetot", "d’Yvetot", "à Yvetot", "Yvetot"),
        (Level.COMMUNE, "Yerville", "de Yerville", "à Yerville", "Yerville"),
        (Level.COMMUNE, "Hyères", "d’Hyères", "à Hyères", "Hyères"),
        (Level.COMMUNE, "Houilles", "de Houilles", "à Houilles", "Houilles"),
        (Level.COMMUNE, "Le Havre", "du Havre", "au Havre", "Le Havre"),
        (Level.COMMUNE, "Les Ormes", "des Ormes", "aux Ormes", "Les Ormes"),
        (Level.COMMUNE, "La Puye", "de La Puye", "à La Puye", "La Puye"),
        (Level.COMMUNE, "L’Isle-Jourdain", "de L’Isle-Jourdain", "à L’Isle-Jourdain", "L’Isle-Jourdain"),
        (Level.EPCI, "CC du Haut-Poitou", "de la CC du Haut-Poitou", "dans la CC du Haut-Poitou", "la CC du Haut-Poitou"),
        (Level.EPCI, "Métropole de Lyon", "de la Métropole de Lyon", "dans la Métropole de Lyon", "la Métropole de Lyon"),
        (Level.EPCI, "Eurométropole de Metz", "de l’Eurométropole de Metz", "dans l’Eurométropole de Metz",
         "l’Eurométropole de Metz"),
        (Level.DEPARTMENT, "Vienne", "du département Vienne", "dans le département Vienne", "le département Vienne"),
        (Level.REGION, "Occitanie", "de la région Occitanie", "dans la région Occitanie", "la région Occitanie"),
    ],
)  # fmt: skip
def test_a_territory_in_a_sentence(level, name, of, at, who):
    place = Territory(level, "1", name)
    assert (of_place(place), at_place(place), subject(place)) == (of, at, who)
    assert named(place) == who[0].upper() + who[1:]


def test_france_and_the_parts_of_a_territory():
    assert (of_place(FRANCE), at_place(FRANCE), named(FRANCE)) == ("de la France", "en France", "La France")
    rural = Territory(Level.EPCI, "x-rural", "Communes rurales", members=("86001",))
    assert (of_place(rural), at_place(rural)) == ("des communes rurales", "dans les communes rurales")
    assert (elided("que", "elle"), elided("de", "")) == ("qu’elle", "de ")


# --- years ----------------------------------------------------------------------------------------------------------


def test_history_is_told_inside_one_field():
    old = [fig(PLACES_KEY, 991, year=2017), fig(PLACES_KEY, 1000, year=2018)]
    other = fig(PLACES_KEY, 773, year=2019, field=Field.NON_ANNEX_POSTS)
    said = "De 2017 à 2018, Grand Poitiers gagne 9 établissements employeurs de l’ESS (+0,9 %)"
    assert clean(findings.history([*old, other])) == said
    assert clean(findings.history([old[1], other])) == (
        "Grand Poitiers compte 1 000 établissements employeurs de l’ESS en 2018"
    )


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ([], "Aucun fichier publié ne donne cette série"),
        ([fig(PLACES_KEY, 5, year=2017), fig(PLACES_KEY, 5, year=2018)],
         "De 2017 à 2018, le nombre d’établissements employeurs de l’ESS de Grand Poitiers reste à 5"),
        ([fig(PLACES_KEY, 10, year=2017), fig(PLACES_KEY, 9, year=2018)],
         "De 2017 à 2018, Grand Poitiers perd 1 établissement employeur de l’ESS (−10 %)"),
        ([fig(PLACES_KEY, 0, year=2017), fig(PLACES_KEY, 2, year=2018)],
         "De 2017 à 2018, Grand Poitiers gagne 2 établissements employeurs de l’ESS"),
        ([fig(SHARE, 11.2, year=2017), fig(SHARE, 11.4, year=2018)],
         "De 2017 à 2018, la part de l’ESS dans les emplois salariés de Grand Poitiers passe de 11,2 % à 11,4 %"),
        ([fig(SHARE, 11.38, year=2017), fig(SHARE, 11.41, year=2018)],
         "De 2017 à 2018, la part de l’ESS dans les emplois salariés de Grand Poitiers reste à 11,4 %"),
        ([fig(PLACES_KEY, 5, year=2017), secret(PLACES_KEY, year=2018)],
         "Grand Poitiers compte 5 établissements employeurs de l’ESS en 2017"),
        ([secret(PLACES_KEY, year=2017), secret(PLACES_KEY, year=2018)],
         "Le nombre d’établissements employeurs de l’ESS de Grand Poitiers est couvert par le secret statistique en 2018"),
        ([fig(PLACES_KEY, 5, year=2017, field=None), fig(PLACES_KEY, 9, year=2018, field=None)],
         "Grand Poitiers compte 9 établissements employeurs de l’ESS en 2018"),
    ],
)  # fmt: skip
def test_history_without_a_plain_change(figures, said):
    assert clean(findings.history(figures)) == said


@given(
    st.lists(
        st.tuples(st.integers(2010, 2024), st.one_of(st.none(), st.integers(0, 5000)), st.sampled_from([*Field, None])),
        max_size=8,
    )
)
def test_a_change_is_between_two_years_of_one_field_and_counts_right(rows):
    figures = [
        secret(PLACES_KEY, year=y, field=f) if v is None else fig(PLACES_KEY, v, year=y, field=f) for y, v, f in rows
    ]
    said = clean(findings.history(figures))
    sane(said)
    years = re.match(r"De (\d{4}) à (\d{4}), ", said)
    if years is None:
        return
    before, after = int(years[1]), int(years[2])
    assert before < after
    pairs = [
        (a, b)
        for a in figures
        for b in figures
        if (a.year, b.year) == (before, after)
        and a.field == b.field is not None
        and None not in (a.value, b.value)
        and _tells(said, a.value, b.value)
    ]
    assert pairs


def _tells(said, a, b):
    if "reste à" in said:
        return a == b and said.endswith(f"reste à {spaced(b)}")
    gap = re.search(r"(gagne|perd) ([\d ]+) établissement", said)
    return b - a == int(gap[2].replace(" ", "")) * (1 if gap[1] == "gagne" else -1)


def spaced(number):
    return f"{int(number):,}".replace(",", " ")


# --- parts ----------------------------------------------------------------------------------------------------------


def test_families_sectors_sizes():
    both = FamilyGroup.ASSOCIATION_FOUNDATION
    assert clean(findings.families(breakdown("family", {both: 800, "cooperative": 200}, 1000))) == (
        "Huit emplois de l’ESS sur dix sont dans une association ou une fondation"
    )
    assert clean(findings.sectors(breakdown("sector", {"social": 360, "health": 240}, 1000))) == (
        "Le premier secteur est l’action sociale : 36 % des emplois de l’ESS"
    )


def test_a_secret_part_is_said_beside_the_first():
    found = breakdown("sector", {"social": 360, "health": None, "arts": None}, 1000)
    assert clean(findings.sectors(found)) == (
        "Le premier secteur connu est l’action sociale : 36 % des emplois de l’ESS (2 secteurs sous secret statistique)"
    )
    missing = breakdown("family", {"association": 800, "mutual": fig(JOBS_KEY, None, Status.MISSING)}, 1000)
    assert clean(findings.families(missing)) == (
        "Huit emplois de l’ESS sur dix sont dans une association (1 famille non connue)"
    )


def test_a_family_that_what_is_hidden_could_pass_is_only_first_of_those_known():
    found = breakdown("family", {"association": 60, "mutual": None}, 1000)
    assert clean(findings.families(found)) == (
        "Les associations viennent en tête de celles qui sont connues, avec 6 % des emplois de l’ESS "
        "(1 famille sous secret statistique)"
    )


def test_ties_name_everybody_and_nothing_names_nobody():
    assert clean(findings.families(breakdown("family", {"association": 5, "mutual": 5}, 10))) == (
        "Les associations et les mutuelles viennent en tête à égalité, avec chacune 50 % des emplois de l’ESS"
    )
    assert clean(findings.families(breakdown("family", {"association": 0, "mutual": 0}, 0))) == (
        "Aucun emploi de l’ESS n’est compté"
    )
    assert findings.families(breakdown("family", {"association": None, "mutual": None}, 7)) == (
        "La répartition par famille est couverte par le secret statistique"
    )
    assert findings.sectors(Breakdown("sector", (), None, None)) == (
        "Aucun fichier publié ne donne la répartition par secteur"
    )


def test_without_a_whole_that_holds_the_parts_no_share_is_said():
    for total in (None, 100):
        said = clean(findings.sectors(breakdown("sector", {"social": 360, "health": 240}, total)))
        assert said == "Le premier secteur est l’action sociale : 360 emplois de l’ESS"


def test_bands_let_rank_establishments_only():
    jobs = {key: guess(JOBS_KEY, low, None) for key, low in (("association", 900), ("mutual", 10))}
    places = {key: guess(PLACES_KEY, n, n, n) for key, n in (("association", 20), ("mutual", 80))}
    found = breakdown(
        "family", jobs, guess(JOBS_KEY, 910, None), places=places, places_total=guess(PLACES_KEY, 100, 100)
    )
    assert clean(findings.families(found)) == (
        "Huit établissements employeurs de l’ESS sur dix sont dans une mutuelle (estimation)"
    )


def test_every_sector_and_family_has_its_words():
    for key in all_sectors():
        assert findings.sectors(breakdown("sector", {key: 5}, 10)).startswith("Le premier secteur est ")
    for key in FamilyGroup.values:
        if key:
            assert "sont dans une " in findings.families(breakdown("family", {key: 5}, 10))


def sized(counts):
    groups = zip(SIZE_GROUPS, counts, strict=True)
    slices = tuple(
        Slice(key, label, secret(PLACES_KEY) if n is None else guess(PLACES_KEY, n, n, n), guess(JOBS_KEY, 0, None))
        for (key, label, _), n in groups
    )
    return Breakdown("size", slices, guess(PLACES_KEY, 0, 0), guess(JOBS_KEY, 0, None))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((10, 20, 20, 50, 0, 0, 0, 0, 0),
         "La moitié des établissements employeurs de l’ESS comptent moins de 6 salariés (estimation)"),
        ((60, 40, 0, 0, 0, 0, 0, 0, 0),
         "Six établissements employeurs de l’ESS sur dix n’ont aucun salarié au 31 décembre (estimation)"),
        ((0, 0, 0, 0, 0, 0, 0, 10, 90),
         "Neuf établissements employeurs de l’ESS sur dix comptent 250 salariés ou plus (estimation)"),
        ((0,) * 9, "Aucun établissement employeur de l’ESS n’est compté"),
        ((None, *(1,) * 8), "La taille des établissements employeurs de l’ESS n’est connue qu’en partie"),
    ],
)  # fmt: skip
def test_sizes_are_counted_from_the_smallest(counts, said):
    assert clean(findings.sizes(sized(counts))) == said


@given(st.lists(st.integers(0, 400), min_size=9, max_size=9))
def test_the_share_under_a_size_is_true(counts):
    said = clean(findings.sizes(sized(counts)))
    sane(said)
    total = sum(counts)
    under = re.search(r"moins de (\d+) salariés", said)
    if not total or under is None:
        return
    bounds = [1, 3, 6, 10, 20, 50, 100, 250]
    share = Decimal(100) * sum(counts[: bounds.index(int(under[1])) + 1]) / total
    assert share >= 50
    things = "établissements employeurs de l’ESS"
    expected = clean(fraction(share, findings.phrases.EMPLOYERS))
    assert said.startswith(expected)
    assert things in said


# --- communes, sources, territories ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A commune as charts read it."""

    territory: Territory
    establishments: Figure
    jobs: Figure
    share: Figure
    density: int | None = 2
    href: str = "/c/"


def commune(name, value, density=2):
    where = Territory(Level.COMMUNE, f"86{abs(hash(name)) % 1000:03}", name)
    places = secret(PLACES_KEY, where=where) if value is None else fig(PLACES_KEY, value, where=where)
    return Row(where, places, secret(JOBS_KEY), secret(SHARE), density)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([commune("Poitiers", 600), commune("Lusignan", 20)],
         "Poitiers vient en tête : 600 établissements employeurs de l’ESS"),
        ([commune("Poitiers", 600), commune("Lusignan", None)],
         "Poitiers vient en tête des communes connues : 600 établissements employeurs de l’ESS "
         "(1 commune sous secret statistique)"),
        ([commune("Poitiers", 1), commune("Lusignan", 1)],
         "Poitiers et Lusignan viennent en tête à égalité : 1 établissement employeur de l’ESS chacune"),
        ([commune(str(n), 3) for n in range(7)],
         "7 communes viennent en tête à égalité : 3 établissements employeurs de l’ESS chacune"),
        ([commune("Poitiers", 0)], "Aucun établissement employeur de l’ESS n’est compté"),
        ([commune("Poitiers", None)], "Le nombre d’établissements employeurs de l’ESS de chaque commune n’est pas connu"),
        ([], "Le nombre d’établissements employeurs de l’ESS de chaque commune n’est pas connu"),
    ],
)  # fmt: skip
def test_the_first_commune(rows, said):
    assert clean(findings.communes(rows)) == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([commune("a", 70), commune("b", 30, 6)],
         "Trois établissements employeurs de l’ESS sur dix sont dans une commune rurale"),
        ([commune("a", 70), commune("b", 0, 6)],
         "Aucun établissement employeur de l’ESS n’est dans une commune rurale"),
        ([commune("a", 70), commune("b", 30, 6), commune("c", None, 7)],
         "Les communes rurales comptent au moins 30 établissements employeurs de l’ESS (1 commune sous secret statistique)"),
        ([commune("a", None), commune("b", 30, 6)],
         "Les communes rurales comptent 30 établissements employeurs de l’ESS (1 commune sous secret statistique)"),
        ([commune("a", 70, None)],
         "La densité des communes n’est pas connue : villes et campagnes ne se distinguent pas ici"),
        ([commune("a", 0), commune("b", 0, 6)], "Aucun établissement employeur de l’ESS n’est compté"),
    ],
)  # fmt: skip
def test_town_and_country(rows, said):
    assert clean(findings.urban_rural(rows)) == said


def test_two_sources():
    official, counted = fig(PLACES_KEY, 1000), guess(PLACES_KEY, 1120, 1120, 1120)
    assert clean(findings.side_by_side(SideBySide(official, counted))) == (
        "Sirene compte 1 120 établissements employeurs de l’ESS, le comptage officiel 1 000 : 120 de plus"
    )
    assert clean(findings.side_by_side(SideBySide(official, None))) == (
        "Le comptage officiel donne 1 000 établissements employeurs de l’ESS en 2018"
    )
    assert findings.side_by_side(SideBySide(None, None)).startswith("Aucune source")


LABEL = "Part de l’ESS dans tous les emplois salariés"
NIORT = Territory(Level.COMMUNE, "79191", "Niort")


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ([fig(SHARE, 11.4), fig(SHARE, 9, where=NIORT)], f"{LABEL} : Grand Poitiers vient en tête, avec 11,4 % en 2018"),
        ([fig(SHARE, 9), fig(SHARE, 9, where=NIORT)],
         f"{LABEL} : Grand Poitiers et Niort viennent en tête à égalité, avec 9 % en 2018"),
        ([fig(SHARE, 9), secret(SHARE, where=NIORT)],
         f"{LABEL} à Grand Poitiers : 9 % en 2018 (1 territoire sous secret statistique)"),
        ([secret(SHARE), secret(SHARE, where=NIORT)],
         f"{LABEL} : aucun de ces territoires n’est connu (2 territoires sous secret statistique)"),
        ([guess(SHARE, 8, 12), guess(SHARE, 9, 11)],
         f"{LABEL} : les intervalles se recouvrent, nul ne peut être dit premier (estimation)"),
        ([guess(SHARE, 12, None), guess(SHARE, 9, 11)],
         f"{LABEL} : Grand Poitiers vient en tête, avec au moins 12 % en 2026 (estimation)"),
        ([], "Aucun territoire à comparer"),
    ],
)  # fmt: skip
def test_territories_side_by_side(figures, said):
    assert clean(findings.compared(figures)) == said


# --- anything at all ------------------------------------------------------------------------------------------------


def sane(said):
    """What no sentence may be, whatever it tells."""
    assert said.strip()
    assert "None" not in said
    assert "nan" not in said.lower().replace("finan", "")
    assert "  " not in said
    assert not said.endswith(".")
    for percentage in re.findall(r"([\d ]+(?:,\d+)?) %", clean(said)):
        number = Decimal(percentage.replace(" ", "").replace(",", "."))
        assert number <= 100 or said.startswith("De ")  # a growth may pass 100 %


@st.composite
def figures(draw, key):
    share = key.endswith("share")
    numbers = st.decimals(0, 130 if share else 5_000_000, places=2, allow_nan=False)
    status = draw(st.sampled_from(list(Status)))
    where = draw(st.sampled_from([PLACE, FRANCE, NIORT, EPCI]))
    year = draw(st.one_of(st.none(), st.integers(2005, 2026)))
    period = draw(st.sampled_from(["", "2026-10"])) if year is None else str(year)
    field = draw(st.sampled_from([*Field, None]))
    value = low = high = None
    if status in (Status.OBSERVED, Status.PUBLISHED):
        value = draw(numbers)
    elif status == Status.ESTIMATED:
        low = draw(numbers)
        high = draw(st.one_of(st.none(), numbers.map(lambda more, low=low: low + more)))
        value = draw(st.one_of(st.none(), st.just(low)))
    return Figure(CATALOGUE[key], where, status, period, year, field, value, low, high)


KEYS = st.sampled_from([SHARE, "ess-private-job-share", "ess-women-share", JOBS_KEY, PLACES_KEY, "ess-fte"])


@given(KEYS.flatmap(figures))
def test_any_figure_makes_a_sane_sentence_that_tells_it(figure):
    said = findings.headline(figure)
    sane(said)
    if figure.status == Status.SECRET:
        assert "secret" in said
    if figure.status in (Status.SECRET, Status.MISSING):
        assert not re.search(r"pèse|compte ", said)
    value = exact_value(figure)
    if figure.status == Status.ESTIMATED and re.search(r"pèse|compte |occup", said):
        assert said.endswith("(estimation)")
    if value is not None and figure.indicator.key in (SHARE, "ess-private-job-share"):
        assert share_text(value) in said
    if value is None and figure.status in (Status.OBSERVED, Status.PUBLISHED):
        assert "pas connu" in said  # a share above 100 %


@given(KEYS.flatmap(lambda key: st.lists(figures(key), max_size=6)))
def test_any_series_and_any_comparison_is_sane(some):
    sane(findings.history(some))
    said = findings.compared(some)
    sane(said)
    first = re.search(r" : (.+?) vient en tête", said)
    if first:
        best = [one for one in some if subject(one.territory) == first[1] and one.is_known]
        rest = [one for one in some if one not in best]
        low = max(exact_value(one) if exact_value(one) is not None else one.low for one in best if _told(one))
        for other in rest:
            if _told(other):
                top = exact_value(other) if exact_value(other) is not None else other.high
                assert top is not None
                assert top < low or other in best
        if any(not _told(one) for one in some):
            assert "connus" in said


def _told(figure):
    from essaim.observatory.findings.phrases import value_words

    return bool(value_words(figure))


@st.composite
def breakdowns(draw, axis):
    keys = [key for key in FamilyGroup.values if key] if axis == "family" else list(all_sectors())
    wanted = draw(st.lists(st.sampled_from(keys), unique=True, max_size=6))
    slices = tuple(Slice(key, key, draw(figures(PLACES_KEY)), draw(figures(JOBS_KEY))) for key in wanted)
    return Breakdown(axis, slices, draw(st.one_of(st.none(), figures(PLACES_KEY))), draw(figures(JOBS_KEY)))


@given(st.sampled_from(["family", "sector"]).flatmap(breakdowns))
def test_a_ranking_never_hides_that_it_does_not_know_all(found):
    tell = findings.families if found.axis == "family" else findings.sectors
    said = tell(found)
    sane(said)
    ranking = findings.rank(found)
    if ranking.hidden and ranking.value:
        assert re.search(r"secret statistique|non connu", said)
    if ranking.value is not None:
        measure = "jobs" if ranking.things == JOBS else "establishments"
        known = {one.key: exact_value(getattr(one, measure)) for one in found.slices}
        assert all(known[key] == max(v for v in known.values() if v is not None) for key in ranking.first)
        if ranking.total and ranking.value and len(ranking.first) == 1 and found.axis == "sector":
            assert share_text(100 * ranking.value / ranking.total) in said


@given(
    st.lists(
        st.tuples(st.text("abc", min_size=1, max_size=3), figures(PLACES_KEY), st.one_of(st.none(), st.integers(1, 7))),
        max_size=6,
    )
)
def test_any_communes_make_sane_sentences(rows):
    some = [
        Row(Territory(Level.COMMUNE, str(n), name), one, one, one, density)
        for n, (name, one, density) in enumerate(rows)
    ]
    sane(findings.communes(some))
    sane(findings.urban_rural(some))
