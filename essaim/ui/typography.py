"""French typography of numbers, dates, distances and phone numbers: templates, mails and exports use it.

Spaces: U+202F (narrow, no break) inside numbers and before ; ! ? and units; U+00A0 (no break) before : and inside « ».
Rules: Lexique des règles typographiques en usage à l'Imprimerie nationale.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from django.conf import settings

NARROW = "\u202f"
FIXED = "\u00a0"
MINUS = "\u2212"

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

Number = int | float | Decimal


def number(value: Number, decimals: int | None = None) -> str:
    """Write a number in French: 1234567.5 → « 1 234 567,5 ».

    `decimals` fixes the count of decimals (rounded half up); None keeps up to two and drops trailing zeros.
    Infinite and NaN values raise ValueError: a figure that cannot be written must not reach the screen.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("Ce nombre n’est pas fini.")
    if isinstance(value, int) and decimals is None:  # by far the most frequent
        return f"{value:,}".replace(",", NARROW).replace("-", MINUS)
    exact = Decimal(str(value))
    kept = 2 if decimals is None else max(decimals, 0)
    rounded = exact.quantize(Decimal(1).scaleb(-kept), rounding=ROUND_HALF_UP)
    digits = f"{abs(rounded):f}"
    whole, _, fraction = digits.partition(".")
    if decimals is None:
        fraction = fraction.rstrip("0")
    groups = []
    while len(whole) > 3:
        groups.append(whole[-3:])
        whole = whole[:-3]
    groups.append(whole)
    text = NARROW.join(reversed(groups)) + (f",{fraction}" if fraction else "")
    return f"{MINUS}{text}" if rounded < 0 else text


def percent(value: Number, decimals: int | None = None) -> str:
    """Write a share already counted out of 100: 11.4 → « 11,4 % »."""
    return f"{number(value, 1 if decimals is None else decimals).removesuffix(',0')}{NARROW}%"


def measured_percent(value: Number) -> str:
    """Write a measured share, to be read beside others: always one decimal (« 11,0 % »), but for nothing and all."""
    return percent(value, 1) if value in (0, 100) else f"{number(value, 1)}{NARROW}%"


def day_name(value: dt.date, *, weekday: bool = False) -> str:
    """Write a date: « 1er janvier 2026 », with `weekday` « jeudi 1er janvier 2026 »."""
    local = _local_date(value)
    number_in_month = "1er" if local.day == 1 else str(local.day)
    text = f"{number_in_month}{FIXED}{MONTHS[local.month - 1]}{FIXED}{local.year}"
    return f"{WEEKDAYS[local.weekday()]} {text}" if weekday else text


def month_name(value: dt.date) -> str:
    """Write a month: « octobre 2026 »."""
    local = _local_date(value)
    return f"{MONTHS[local.month - 1]}{FIXED}{local.year}"


@lru_cache(maxsize=512)
def vintage(text: str) -> str:
    """« 2026-11 » → « novembre 2026 », « 2026-11-05 » → « 5 novembre 2026 »; anything else as it is."""
    for candidate, said in ((f"{text}-01", month_name), (text, day_name)):
        try:
            return said(dt.date.fromisoformat(candidate))
        except ValueError:
            continue
    return text


def clock(value: dt.time | dt.datetime) -> str:
    """Write an hour of the day: « 7 h 15 », « 18 h », « midi » stays « 12 h »."""
    local = _local(value) if isinstance(value, dt.datetime) else value
    return f"{local.hour}{FIXED}h" + (f"{FIXED}{local.minute:02d}" if local.minute else "")


def moment(value: dt.datetime) -> str:
    """Write an instant in the site's time zone: « 12 octobre 2026 à 14 h 05 »."""
    return f"{day_name(value)} à {clock(value)}"


def distance(metres: Number) -> str:
    """Write how far: « à moins de 50 m », « à 600 m », « à 1,2 km », « à 12 km ». Never more precise than the eye."""
    if metres < 0:
        raise ValueError("Une distance ne peut pas être négative.")
    if metres < 50:
        return f"à moins de 50{FIXED}m"
    if metres < 975:
        step = 10 if metres < 200 else 50
        return f"à {number(round(float(metres) / step) * step)}{FIXED}m"
    kilometres = Decimal(str(metres)) / 1000
    return f"à {number(kilometres, 1 if kilometres < Decimal('9.95') else 0).removesuffix(',0')}{FIXED}km"


def is_plural(count: Number) -> bool:
    """French takes the plural from two on: 0 structure, 1,5 kilomètre, 2 structures."""
    return count >= 2 or count <= -2


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Write a count and its noun: « aucune » is left to the caller; `plural` defaults to the singular plus s."""
    noun = (plural or f"{singular}s") if is_plural(count) else singular
    return f"{number(count)}{FIXED}{noun}"


@lru_cache(maxsize=4096)
def phone(text: str) -> str:
    """Write a phone number: « 05 49 52 35 35 », « +32 2 123 45 67 ». Text that is no number comes back as it is."""
    parsed = _parsed_phone(text)
    if parsed is None:
        return text
    national = parsed.country_code == 33
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, shape)).replace(" ", FIXED)


@lru_cache(maxsize=4096)
def phone_link(text: str) -> str:
    """Return the `tel:` address of a number, or the empty string when it cannot be dialled."""
    parsed = _parsed_phone(text)
    return "" if parsed is None else str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.RFC3966))


_SPACE_BEFORE_HIGH = re.compile(r"[ \u00a0\u202f]*([;!?]+)(?=[\s»)]|$)")
_SPACE_BEFORE_COLON = re.compile(r"[ \u00a0]+:(?=[\s;!?»]|$)")
_OPENING = re.compile(r"«[ \u00a0\u202f]*")
_CLOSING = re.compile(r"[ \u00a0\u202f]*»")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


def french(text: str) -> str:
    """Give running text its French spaces and apostrophes. Idempotent; leaves hours (« 12:30 ») and URLs alone."""
    text = _APOSTROPHE.sub("’", text)
    text = _OPENING.sub(f"«{FIXED}", text)
    text = _CLOSING.sub(f"{FIXED}»", text)
    text = _SPACE_BEFORE_COLON.sub(f"{FIXED}:", text)
    return _SPACE_BEFORE_HIGH.sub(lambda found: _high(found, text), text)


def _high(found: re.Match[str], text: str) -> str:
    """Put the narrow space, unless the sign opens the text or ends a web address."""
    start = found.start()
    word = text[:start].rsplit(None, 1)[-1] if text[:start].strip() else ""
    if not word or "://" in word:
        return found.group(0)
    return f"{NARROW}{found.group(1)}"


_FIXED_BYTES = FIXED.encode()
_UNTOUCHED = re.compile(rb"(<(textarea|script|pre|code)\b.*?</\2>)", re.DOTALL)
# A plain space after « or before a high sign, in what is read: after a tag, « < » comes before any « > ».
_BREAKABLE = re.compile(rb" (?:(?<=\xc2\xab )|(?=\xc2[\xbb\xb7])|(?=[:;!?]+(?:[\s<),.]|\xc2[\xa0\xbb])))(?=[^<>]*<)")


def fixed_spaces(page: bytes) -> bytes:
    """Return a page of HTML (UTF-8) whose lines cannot break beside a French sign.

    Tags, data, code and typed text stay as they are. The space keeps its width: the narrow one (0.14 em in our
    typefaces) is not seen on a screen. A third of a millisecond for a page of results, once: the page cache keeps what
    comes out.
    """
    parts = _UNTOUCHED.split(page)
    del parts[2::3]  # the names of the tags
    parts[::2] = (_BREAKABLE.sub(_FIXED_BYTES, part + b"<")[:-1] for part in parts[::2])
    return b"".join(parts)


def _parsed_phone(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None


def _local(value: dt.datetime) -> dt.datetime:
    return value if value.tzinfo is None else value.astimezone(ZoneInfo(settings.TIME_ZONE))


def _local_date(value: dt.date) -> dt.date:
    return _local(value).date() if isinstance(value, dt.datetime) else value
