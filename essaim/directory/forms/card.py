"""The card as people fill it: one long form in sections, the same for the structure and for the team.

It cleans by `cardfields`, as every door does; actions decide. Rows of places and links are plain fields: no script is
needed to add or to remove one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from essaim.directory.cardfields import (
    FIELDS,
    LABELS,
    LONGEST_EASY,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_LINKS,
    MOST_PLACES,
    PLACE_FIELDS,
    CardRefused,
    clean,
)
from essaim.directory.forms.officer import split_words_clean
from essaim.foundation.hours import HolidayPolicy, InvalidHours, Regime, Weekday, WeeklyHours, parse_slots, spoken_slots
from essaim.nomenclature.publics import all_publics
from essaim.ui import typography

LONGEST_DAY = 120
MORE_PLACES, MORE_LINKS = "places", "links"
_HIGHEST = 2**31 - 1
_PLACE_TEXTS = tuple(name for name in PLACE_FIELDS if name != "hours")
_PLACE_LABELS = {
    "name": ("Nom du lieu", "« La boutique », « Le jardin », « Le siège »."),
    "address": ("Adresse", ""),
    "postcode": ("Code postal", ""),
    "city": ("Commune", ""),
    "access": ("Pour entrer", "« Rampe à gauche de la porte », « 2e étage sans ascenseur »."),
}
_HOLIDAYS = (
    (HolidayPolicy.UNKNOWN.value, "Je ne sais pas : le site dira « à vérifier »"),
    (HolidayPolicy.CLOSED.value, "Fermé"),
    (HolidayPolicy.OPEN.value, "Ouvert comme les autres jours"),
)
EASY_HINT = (
    "Pour les personnes qui lisent avec difficulté. Des phrases courtes, une idée par phrase. Des mots de tous les "
    "jours, le même mot pour la même chose. Pas de sigle, pas de chiffre compliqué. Dites « vous ». "
    "L’équipe ESS le relit avant qu’il soit montré."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A place or a link of the form: its fields, and those of its week."""

    number: int
    fields: Sequence[forms.BoundField]
    week: Sequence[forms.BoundField]
    gone: forms.BoundField


def typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, as `initial` of a form to be read again (after the session ended, after a row was added)."""
    return {name: data.getlist(name) if name == "audiences" else data.get(name, "") for name in data}


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").strip()


def phone_as_read(number: str) -> str:
    """A number as people write it in a form: « 05 49 36 49 41 »; the one cleaning makes it a number again."""
    return _plain(typography.phone(number)) if number else ""


def _text(label: str, longest: int, hint: str = "", rows: int = 0) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else None
    return forms.CharField(label=label, required=False, max_length=longest, help_text=hint, widget=widget)


class CardForm(forms.Form):
    """Every field of a card. `seen`: the values that its author has before the eyes, by name of `FIELDS`."""

    name = _text("Nom utilisé", LONGEST_NAME, "Celui que les gens connaissent, s’il n’est pas le nom officiel.")
    description = _text(
        "Ce que vous faites, en mots simples", LONGEST_TEXT, "Pour qui vient vers vous la première fois.", rows=6
    )
    audiences = forms.MultipleChoiceField(
        label="Pour qui ?",
        required=False,
        choices=[(public.key, public.label.capitalize()) for public in all_publics()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : pour toutes et tous.",
        error_messages={"invalid_choice": "Choisissez des publics de la liste."},
    )
    services = _text(
        "Ce que vous proposez", 2500, "Une chose par ligne : « Réparation de vélos », « Repas à domicile ».", rows=4
    )
    phone = _text("Téléphone public", 30)
    email = _text("Courriel public", 254, "Tout le monde le verra : une adresse de la structure plutôt que la vôtre.")
    website = _text("Site web", 200)
    holidays = forms.ChoiceField(label="Les jours fériés", required=False, choices=_HOLIDAYS)
    remark = _text("Remarque sur les horaires", 300, "« Le mercredi, sur rendez-vous ».")
    easy_summary = _text("Résumé facile à lire", LONGEST_EASY, EASY_HINT, rows=5)
    keywords = _text(
        "Mots pour la recherche", 2000, "Ce que les gens tapent pour vous trouver, séparé par des virgules."
    )
    source = _text("D’où viennent ces informations ?", 90, "« Appel du 12 novembre ».")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=_HIGHEST)
    places_rows = forms.IntegerField(widget=forms.HiddenInput, required=False)
    links_rows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, seen: Mapping[str, Any], version: int, with_source: bool = False, **kwargs: Any
    ) -> None:
        self.seen = {name: seen[name] for name in FIELDS}
        given = kwargs.get("initial") or {}
        initial = self._initial() | {"version": version} | given
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if not with_source:
            del self.fields["source"]
        self.places_count = self._count("places_rows", len(self.seen["places"]), MOST_PLACES)
        self.links_count = self._count("links_rows", len(self.seen["links"]) + 1, MOST_LINKS)
        self.initial["places_rows"], self.initial["links_rows"] = self.places_count, self.links_count
        self._add_week("hours_")
        for number in range(self.places_count):
            for field, (label, hint) in _PLACE_LABELS.items():
                self.fields[f"place_{number}_{field}"] = _text(label, 300, hint if number == 0 else "")
            self._add_week(f"hours_place{number}_")
            self.fields[f"place_{number}_gone"] = forms.BooleanField(label="Retirer ce lieu", required=False)
        for number in range(self.links_count):
            self.fields[f"link_{number}_label"] = _text("Nom du lien", 80, "« Notre page » ; vide : l’adresse du site.")
            self.fields[f"link_{number}_url"] = _text("Adresse du lien", 200)
            self.fields[f"link_{number}_gone"] = forms.BooleanField(label="Retirer ce lien", required=False)

    # --- what the form shows -------------------------------------------------------------------------------------

    def _initial(self) -> dict[str, Any]:
        seen = self.seen
        hours = WeeklyHours.from_json(seen["hours"])
        initial: dict[str, Any] = {
            **{name: seen[name] for name in ("name", "description", "audiences", "email", "website")},
            "phone": phone_as_read(seen["phone"]),
            "services": "\n".join(seen["services"]),
            "keywords": ", ".join(seen["keywords"]),
            "easy_summary": seen["easy_summary"],
            "holidays": hours.holiday_policy.value,
            "remark": hours.remark,
            **_week_texts("hours_", seen["hours"]),
        }
        for number, place in enumerate(seen["places"]):
            initial |= {f"place_{number}_{name}": place.get(name, "") for name in _PLACE_TEXTS}
            initial |= _week_texts(f"hours_place{number}_", place.get("hours") or {})
        for number, link in enumerate(seen["links"]):
            initial |= {f"link_{number}_label": link.get("label", ""), f"link_{number}_url": link.get("url", "")}
        return initial

    def _count(self, name: str, least: int, most: int) -> int:
        text = str((self.data.get(name) if self.is_bound else None) or self.initial.get(name) or "")
        asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else least
        return max(0, min(asked, most))

    def with_one_more(self, kind: str) -> CardForm:
        """The same form with what was typed and one more row of places or of links; nothing is checked yet."""
        assert isinstance(self.data, QueryDict)
        data = typed(self.data)
        name, now = ("places_rows", self.places_count) if kind == MORE_PLACES else ("links_rows", self.links_count)
        data[name] = now + 1
        # A box left unticked is not sent at all: it stays so, whatever the card says.
        blank: dict[str, Any] = {field: [] if field == "audiences" else "" for field in self.fields}
        return type(self)(
            seen=self.seen,
            version=int(self.initial["version"]),
            with_source="source" in self.fields,
            initial=blank | data,
        )

    def _add_week(self, prefix: str) -> None:
        for day in Weekday:
            hint = "Par exemple « 9h-12h30, 14h-18h ». Vide : fermé." if day == Weekday.MONDAY else ""
            self.fields[f"{prefix}{day.key}"] = forms.CharField(
                label=f"Horaires du {day.label}", required=False, max_length=LONGEST_DAY, help_text=hint
            )

    @property
    def week(self) -> list[forms.BoundField]:
        """The days of the general opening hours."""
        return [self[f"hours_{day.key}"] for day in Weekday]

    @property
    def places(self) -> list[Row]:
        """The rows of places."""
        return [
            Row(
                number,
                [self[f"place_{number}_{name}"] for name in _PLACE_TEXTS],
                [self[f"hours_place{number}_{day.key}"] for day in Weekday],
                self[f"place_{number}_gone"],
            )
            for number in range(self.places_count)
        ]

    @property
    def links(self) -> list[Row]:
        """The rows of links."""
        return [
            Row(
                number,
                [self[f"link_{number}_label"], self[f"link_{number}_url"]],
                [],
                self[f"link_{number}_gone"],
            )
            for number in range(self.links_count)
        ]

    @property
    def may_add_place(self) -> bool:
        """Whether one more place can be kept."""
        return self.places_count < MOST_PLACES

    @property
    def may_add_link(self) -> bool:
        """Whether one more link can be kept."""
        return self.links_count < MOST_LINKS

    # --- what was typed ------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Read days and rows, then ask the one cleaning of cards; each refusal stands beside its field."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        values: dict[str, Any] = {
            **{name: data.get(name, "") for name in ("name", "description", "phone", "email", "website")},
            "audiences": data.get("audiences", []),
            "services": data.get("services", "").splitlines(),
            "keywords": split_words_clean(data.get("keywords", "")),
            "easy_summary": data.get("easy_summary", ""),
            "hours": self._hours(data),
            "places": self._places(data),
            "links": self._links(data),
        }
        # What the field itself refused is told already.
        values = {name: value for name, value in values.items() if name not in self.errors}
        try:
            data["values"] = clean(values)
        except CardRefused as error:
            self.refuse(error)
        return data

    def refuse(self, error: CardRefused) -> None:
        """Tell a refusal of the card beside its field, or above them all when it has none of its own."""
        for name, texts in error.errors.items():
            for text in texts:
                if name in self.fields:
                    self.add_error(name, text)
                else:
                    self.add_error(None, f"{LABELS[name]} : {text}" if name in LABELS else text)

    def values(self) -> dict[str, Any]:
        """Every field of the card, clean: arguments of the actions."""
        found: dict[str, Any] = self.cleaned_data["values"]
        return found

    def _hours(self, data: Mapping[str, Any]) -> dict[str, Any]:
        former = self.seen["hours"]
        hours = self._week(data, "hours_", former)
        said = {"holidays": data.get("holidays") or HolidayPolicy.UNKNOWN.value, "remark": data.get("remark", "")}
        known = WeeklyHours.from_json(former)
        if hours == former and said == {"holidays": known.holiday_policy.value, "remark": known.remark}:
            return dict(former)
        return {**hours, **said}

    def _week(self, data: Mapping[str, Any], prefix: str, former: Mapping[str, Any]) -> dict[str, Any]:
        """The hours with the week that was typed; just as they were when nothing of it was touched."""
        texts = {day: _plain(data.get(f"{prefix}{day.key}") or "") for day in Weekday}
        known = _week_texts(prefix, former)
        if all(texts[day] == known[f"{prefix}{day.key}"] for day in Weekday):
            return dict(former)
        week: dict[str, list[list[str]]] = {}
        for day, text in texts.items():
            try:
                slots = parse_slots(text)
            except InvalidHours as error:
                self.add_error(f"{prefix}{day.key}", " ".join(error.problems))
                continue
            if slots:
                week[day.key] = [[slot.opens, slot.closes] for slot in slots]
        regimes = {**former.get("regimes", {}), Regime.NORMAL.value: week}
        others = {name: value for name, value in former.items() if name != "regimes"}
        # Without a usual week, the weeks of holidays would stand alone: nothing is known any more.
        return {**others, "regimes": regimes} if week else others

    def _places(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        former = self.seen["places"]
        found = []
        for number in range(self.places_count):
            if data.get(f"place_{number}_gone"):
                continue
            known = (former[number].get("hours") or {}) if number < len(former) else {}
            place: dict[str, Any] = {name: data.get(f"place_{number}_{name}", "") for name in _PLACE_TEXTS}
            place["hours"] = self._week(data, f"hours_place{number}_", known)
            if any(place.values()):
                found.append(place)
        return found

    def _links(self, data: Mapping[str, Any]) -> list[dict[str, str]]:
        rows = [
            {"label": data.get(f"link_{number}_label", ""), "url": data.get(f"link_{number}_url", "")}
            for number in range(self.links_count)
            if not data.get(f"link_{number}_gone")
        ]
        return [row for row in rows if any(row.values())]


def _week_texts(prefix: str, hours: Any) -> dict[str, str]:
    week = WeeklyHours.from_json(hours).regimes.get(Regime.NORMAL, {})
    return {f"{prefix}{day.key}": _plain(spoken_slots(week[day])) if week.get(day) else "" for day in Weekday}
