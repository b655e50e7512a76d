"""The ESS perimeter as SQL: which criteria a legal unit meets, from the versioned tables of `nomenclature`.

The excluded activities (84, 94.11Z…) are compared with the activity of the **legal unit**, as INSEE does: what an
establishment does aside never changes what the structure is. They are codes of NAF rev. 2: an activity written in an
older nomenclature cannot be compared, and excludes nothing.
"""

import json

from essaim.nomenclature.perimeter import CriterionCode, Perimeter
from essaim.stock.engine import Engine, name, quote

FLAG_SOURCE = "SIRENE, economieSocialeSolidaireUniteLegale"
# Article 1 of the law of 31 July 2014 speaks of legal persons of private law: an « atelier d'insertion » run by a
# town or a CCAS is a SIAE, it is not a structure of the ESS.
PUBLIC_LAW = ("4", "7")

_CRITERION = dict.fromkeys(("code", "source", "reference", "as_of"), "VARCHAR")
CRITERION_TYPE = f"STRUCT({', '.join(f'{column} {kind}' for column, kind in _CRITERION.items())})"
# The extract writes the list as JSON text: few distinct values, which a file keeps once and a sort moves as one.
CRITERIA_JSON = json.dumps([_CRITERION])


def by_legal_category(perimeter: Perimeter, category: str, naf: str, nomenclature: str) -> str:
    """SQL condition: the legal category is in the list and the unit's activity is not excluded."""
    listed = ", ".join(quote(code) for code in sorted(perimeter.legal_categories))
    outs = [f"{naf} LIKE {quote(_dotted(rule.prefix) + '%')}" for rule in perimeter.excluded_naf]
    return f"({category} IN ({listed}) AND NOT coalesce({nomenclature} = 'NAFRev2' AND ({' OR '.join(outs)}), false))"


def _dotted(prefix: str) -> str:
    """A NAF prefix as the files write it: « 94.11Z » whether given « 9411Z » or « 94.11Z »."""
    bare = prefix.replace(".", "")
    return bare if len(bare) <= 2 else f"{bare[:2]}.{bare[2:]}"


def admission(perimeter: Perimeter) -> str:
    """SQL condition over columns legal_category, naf, naf_nomenclature, ess_flag, siren and the joined `listed`.

    A unit is kept when any criterion holds.
    """
    own = " OR ".join(_own(perimeter).values())
    return f"({own} OR listed.siren IS NOT NULL AND {_allowed_by_lists()})"


def _own(perimeter: Perimeter) -> dict[CriterionCode, str]:
    """SQL conditions of the criteria that a unit meets whatever the lists say."""
    named = ", ".join(quote(siren) for siren in sorted(perimeter.named_sirens)) or "''"
    return {
        CriterionCode.LEGAL_CATEGORY: by_legal_category(perimeter, "legal_category", "naf", "naf_nomenclature"),
        CriterionCode.SIRENE_FLAG: "ess_flag = 'O'",
        CriterionCode.NAMED_ADDITION: f"unit.siren IN ({named})",
    }


def _allowed_by_lists() -> str:
    return f"(NOT listed.siae_only OR NOT {of_public_law('legal_category')} OR legal_category IS NULL)"


def of_public_law(category: str) -> str:
    """SQL condition: a legal category, as text, is of public law."""
    return f"left({category}, 1) IN ({', '.join(quote(digit) for digit in PUBLIC_LAW)})"


def criteria(perimeter: Perimeter, vintage: str) -> str:
    """SQL expression: the JSON list of the criteria that an admitted unit meets, in the order of CriterionCode.

    The text is put together from ready-made pieces: building lists of structures first costs four times more.
    """
    told = {
        CriterionCode.LEGAL_CATEGORY: (
            f"SIRENE, catégorie juridique ; périmètre {perimeter.version}",
            "legal_category",
        ),
        CriterionCode.SIRENE_FLAG: (FLAG_SOURCE, "ess_flag"),
        CriterionCode.NAMED_ADDITION: (f"Périmètre {perimeter.version}, ajouts nommés", "unit.siren"),
    }
    # The SIAE criterion of a public body is not one (see PUBLIC_LAW), whatever else admitted the unit.
    lists = (
        f"CASE WHEN {of_public_law('legal_category')} "
        f"THEN list_filter(listed.criteria, lambda criterion: criterion.code <> {quote(CriterionCode.SIAE)}) "
        "ELSE listed.criteria END"
    )
    pieces = [
        *(_piece(condition, code, *told[code], vintage) for code, condition in _own(perimeter).items()),
        f"CASE WHEN listed.siren IS NOT NULL THEN nullif(trim(CAST(to_json({lists}) AS VARCHAR), '[]'), '') END",
    ]
    return f"concat('[', concat_ws(',', {', '.join(pieces)}), ']')"


def _piece(condition: str, code: CriterionCode, source: str, reference: str, vintage: str) -> str:
    """SQL of one JSON object, NULL unless the condition holds. ``reference`` is a column of plain codes."""
    before = json.dumps({"code": code.value, "source": source}, ensure_ascii=False, separators=(",", ":"))
    start, end = f'{before.removesuffix("}")},"reference":"', f'","as_of":{json.dumps(vintage)}}}'
    return f"CASE WHEN {condition} THEN concat({quote(start)}, {reference}, {quote(end)}) END"


def create_families(engine: Engine, perimeter: Perimeter, categories: list[str | None], table: str) -> None:
    """Create ``table`` (legal_category, family, sub_family), one row for each category given; « » stands for none."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {name(table)} (legal_category VARCHAR, family VARCHAR, sub_family VARCHAR)"
    )
    rows = []
    for category in {category or "" for category in categories}:
        rule = perimeter.legal_categories.get(category)
        sub_family = quote(rule.sub_family) if rule else "NULL"
        rows.append(f"({quote(category)}, {quote(perimeter.family_of(category))}, {sub_family})")
    if rows:
        engine.run(f"INSERT INTO {name(table)} VALUES {', '.join(rows)}")


def named_families(perimeter: Perimeter) -> str:
    """SQL expression over unit.siren: the family of a unit added by name, else NULL."""
    if not perimeter.named_sirens:
        return "NULL"
    cases = " ".join(f"WHEN {quote(a.siren)} THEN {quote(a.family)}" for a in perimeter.named_sirens.values())
    return f"CASE unit.siren {cases} END"
