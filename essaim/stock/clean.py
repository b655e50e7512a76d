"""SQL expressions that clean one value of an official file. Applied to kept rows only: cost follows the extract."""

from essaim.stock.engine import quote

# What stands for « not disclosed » in the files (partial diffusion, article R. 123-320 of the code de commerce).
HIDDEN = ("[ND]", "[NON-DIFFUSIBLE]")
OLDEST_DAY = "1500-01-01"  # an INSEE file holds the year 1 and the year 7490; some hospitals are truly old


def text(column: str) -> str:
    """A trimmed text, NULL when empty or hidden."""
    return f"nullif(nullif(nullif(trim(CAST({column} AS VARCHAR)), ''), '{HIDDEN[0]}'), '{HIDDEN[1]}')"


def hidden(column: str) -> str:
    """Whether a value is hidden by partial diffusion."""
    return f"coalesce(trim(CAST({column} AS VARCHAR)) IN ({', '.join(quote(mark) for mark in HIDDEN)}), false)"


def raw_day(column: str) -> str:
    """The date of a date, a timestamp or their text, NULL when it is none; absurd ones included."""
    return f"TRY_CAST(left(CAST({column} AS VARCHAR), 10) AS DATE)"


def day(column: str, latest: str) -> str:
    """A plausible date: between 1500 and ``latest`` (ISO), else NULL."""
    value = raw_day(column)
    return f"CASE WHEN {value} BETWEEN DATE '{OLDEST_DAY}' AND DATE {quote(latest)} THEN {value} END"


def absurd_day(column: str, latest: str) -> str:
    """Whether a value is written as a date that cannot be true."""
    written = f"{text(column)} IS NOT NULL"
    return f"({written} AND ({day(column, latest)}) IS NULL)"


def year(column: str) -> str:
    """A year of four digits, as text, else NULL."""
    return f"CASE WHEN regexp_full_match({text(column)}, '(19|20)[0-9][0-9]') THEN {text(column)} END"


def yes(column: str) -> str:
    """A boolean from « true », « O », « 1 »…; NULL when empty."""
    value = f"lower({text(column)})"
    return (
        f"CASE WHEN {value} IN ('true', 't', 'o', 'oui', '1', 'vrai') THEN true WHEN {value} IS NOT NULL THEN false END"
    )


def number(column: str) -> str:
    """A finite number, NULL otherwise."""
    value = f"TRY_CAST(replace({text(column)}, ',', '.') AS DOUBLE)"
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


def luhn(column: str, length: int = 14) -> str:
    """Whether a text of exactly ``length`` digits has a right key; La Poste's SIRET may add up to a multiple of 5."""
    terms, plain = [], []
    for place in range(1, length + 1):
        digit = f"(ascii({column}[{place}]) - 48)"
        plain.append(digit)
        doubled = (length - place) % 2 == 1
        terms.append(f"({digit} * 2 - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END)" if doubled else digit)
    key = f"({' + '.join(terms)}) % 10 = 0"
    if length == 14:
        key = f"({key} OR (starts_with({column}, '356000000') AND ({' + '.join(plain)}) % 5 = 0))"
    return f"(regexp_full_match({column}, '[0-9]{{{length}}}') AND {key})"


def commune(column: str) -> str:
    """Whether a value has the form of a French commune's code (which alone does not prove that it exists)."""
    return f"regexp_full_match({column}, '([0-9][0-9]|2[AB])[0-9]{{3}}')"
