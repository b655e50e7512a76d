"""SQL expressions that clean one value of an official file. Applied to kept rows only: cost follows the extract."""

from essaim.stock.engine import quote

# What stands for « not disclosed » in the files (partial diffusion, article R. 123-320 of the code de commerce).
HIDDEN = ("[ND]", "[NON-DIFFUSIBLE]")
UNKNOWN_DAY = "1900-01-01"  # what INSEE writes for a creation whose date is lost
OLDEST_DAY = "1500-01-01"  # an INSEE file holds the year 1 and the year 7490; some hospitals are truly old


def code(column: str) -> str:
    """A code or a short official text as it stands, NULL when empty or hidden. Six times cheaper than `text`."""
    value = f"nullif(CAST({column} AS VARCHAR), '')"
    for mark in HIDDEN:
        value = f"nullif({value}, {quote(mark)})"
    return value


def text(column: str) -> str:
    """A trimmed text, NULL when empty or hidden."""
    return code(f"trim(CAST({column} AS VARCHAR))")


def hidden(column: str) -> str:
    """Whether a value is hidden by partial diffusion."""
    return f"coalesce(CAST({column} AS VARCHAR) IN ({_MARKS}), false)"


_MARKS = ", ".join(quote(mark) for mark in HIDDEN)


def raw_day(column: str, kind: str = "VARCHAR") -> str:
    """The date of a column (DATE, TIMESTAMP, or their text), absurd ones included; NULL when it is none.

    ``kind`` is the column's type, so that a true date costs nothing.
    """
    if kind == "DATE":
        return column
    if kind.startswith("TIMESTAMP"):
        return f"CAST({column} AS DATE)"
    return f"TRY_CAST(left(CAST({column} AS VARCHAR), 10) AS DATE)"


def day(column: str, latest: str, kind: str = "VARCHAR") -> str:
    """A plausible date: between 1500 and ``latest`` (ISO), else NULL; NULL too for INSEE's « unknown », 1900-01-01."""
    value = raw_day(column, kind)
    plausible = f"BETWEEN DATE '{OLDEST_DAY}' AND DATE {quote(latest)}"
    return f"CASE WHEN {value} {plausible} AND {value} <> DATE '{UNKNOWN_DAY}' THEN {value} END"


def absurd_day(column: str, latest: str, kind: str = "VARCHAR") -> str:
    """Whether a value is written as a date that cannot be true."""
    written = column if kind != "VARCHAR" else text(column)
    outside = f"{raw_day(column, kind)} NOT BETWEEN DATE '{OLDEST_DAY}' AND DATE {quote(latest)}"
    return f"(({written}) IS NOT NULL AND coalesce({outside}, true))"


def year(column: str) -> str:
    """A year of four digits, as text, else NULL."""
    return f"CASE WHEN TRY_CAST(CAST({column} AS VARCHAR) AS INTEGER) BETWEEN 1900 AND 2099 THEN left({column}, 4) END"


def yes(column: str, kind: str = "VARCHAR") -> str:
    """A boolean from « true », « O », « 1 »…; NULL when empty. The files' own spellings are answered first."""
    if kind == "BOOLEAN":
        return column
    value = f"CAST({column} AS VARCHAR)"
    return (
        f"CASE WHEN {value} IN ('O', 'true') THEN true WHEN {value} IN ('N', 'false') THEN false "
        f"WHEN {text(column)} IS NOT NULL THEN lower(trim({value})) IN ('true', 't', 'o', 'oui', '1', 'vrai') END"
    )


def number(column: str, kind: str = "VARCHAR") -> str:
    """A finite number, NULL otherwise; a decimal comma is understood."""
    value = f"TRY_CAST(replace({column}, ',', '.') AS DOUBLE)" if kind == "VARCHAR" else f"CAST({column} AS DOUBLE)"
    return f"CASE WHEN isfinite({value}) THEN {value} END"


def digits(column: str, length: int) -> str:
    """An identifier of ``length`` digits as text: separators removed, « .0 » of a spreadsheet's float removed.

    Leading zeros that a number lost come back for a SIREN or SIRET short of one to four digits. NULL when it cannot
    be one.
    """
    bare = (
        f"regexp_replace(regexp_replace(trim(CAST({column} AS VARCHAR)), '[.,]0*$', ''), '[\\s\u00a0\u202f.]', '', 'g')"
    )
    return (
        f"CASE WHEN regexp_full_match({bare}, '[0-9]{{{length}}}') THEN {bare} "
        f"WHEN regexp_full_match({bare}, '[0-9]{{{length - 4},{length - 1}}}') THEN lpad({bare}, {length}, '0') END"
    )


def luhn(column: str, length: int = 14, number: str = "") -> str:
    """Whether a text of exactly ``length`` digits has a right key; La Poste's SIRET may add up to a multiple of 5.

    Arithmetic on the whole number: some 5 times faster than cutting the text. ``number`` is the column that already
    holds it as a BIGINT, when there is one.
    """
    value = number or f"TRY_CAST({column} AS BIGINT)"
    digits_ = [f"(({value} // {10**rank}) % 10)" for rank in range(length)]
    terms = [
        f"({digit} * 2 - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END)" if rank % 2 else digit
        for rank, digit in enumerate(digits_)
    ]
    sound = f"strlen({column}) = {length} AND {value} >= 0"
    key = f"({' + '.join(terms)}) % 10 = 0"
    post = f"({' + '.join(digits_)}) % 5 = 0"
    if length != 14:
        return f"coalesce({sound} AND {key}, false)"
    return (
        f"coalesce({sound} AND CASE WHEN starts_with({column}, '356000000') THEN {key} OR {post} ELSE {key} END, false)"
    )


def commune(column: str) -> str:
    """Whether a value has the form of a French commune's code (which alone does not prove that it exists)."""
    return f"regexp_full_match({column}, '([0-9][0-9]|2[AB])[0-9]{{3}}')"
