"""What the contact page knows: the office as it is now, its week, its place on a small map, the form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from essaim.editorial.actions.contact import KEPT_HANDLED, KEPT_WAITING
from essaim.editorial.blocks.links import is_site_path
from essaim.editorial.enums import ContactTopic
from essaim.editorial.forms.contact import ContactForm
from essaim.editorial.locating import OfficeMap, office_map
from essaim.foundation.hours import DayPlan, Opening, Regime
from essaim.foundation.models import Territory
from essaim.foundation.territories import home
from essaim.geography.opening import opening_of
from essaim.ui import typography
from essaim.ui.markup import script_json

if TYPE_CHECKING:
    from essaim.editorial.models import ContactPage

DAYS = 7
TRAP = "reponse"
"""Name of the field that nobody sees: only a robot fills it."""


@dataclass(frozen=True)
class Office:
    """The authority's own place, at one moment."""

    territory: Territory
    opening: Opening
    now: datetime

    @property
    def today(self) -> date:
        """The day that it is there."""
        return self.opening.today(self.now)

    @property
    def has_hours(self) -> bool:
        """Some slot is known."""
        return bool(self.opening.hours.regimes or self.opening.hours.exceptions)

    @property
    def sentence(self) -> str:
        """« Ouvert, jusqu’à 17 h 30 »; empty when the hours are not known."""
        return self.opening.sentence(self.now)

    @property
    def is_open(self) -> bool:
        """Now."""
        state = self.opening.state_at(self.now)
        return state is not None and state.is_open

    @property
    def week(self) -> list[DayPlan]:
        """Today and the six days that follow."""
        return self.opening.days(self.today, DAYS)

    @property
    def regimes(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each week that the place describes, in words; the one of summer has no date here, so is never in force."""
        hours = self.opening.hours
        described = (Regime.NORMAL, Regime.SCHOOL_HOLIDAYS) if self.opening.follows_school else (Regime.NORMAL,)
        return [(regime.label, hours.lines(regime)) for regime in described if regime in hours.regimes]

    @property
    def coming(self) -> list[str]:
        """The next school holidays and the next days that are not like the others, in words."""
        told = []
        if self.opening.follows_school:
            until = self.today.replace(year=self.today.year + 1, day=min(self.today.day, 28))
            for item in list(self.opening.calendar.between(self.today, until))[:2]:
                told.append(f"{item.name} : du {typography.day_name(item.first)} au {typography.day_name(item.last)}")
        return told

    @property
    def exceptions(self) -> list[DayPlan]:
        """The days to come that are not like the others: the first of each closure or opening."""
        ahead = [item for item in self.opening.hours.exceptions if item.last >= self.today]
        return [self.opening.days(max(item.first, self.today), 1)[0] for item in ahead[:10]]

    @property
    def unknown_after(self) -> date | None:
        """The last day of the school calendar that is known, when it ends within the year and matters."""
        until = self.opening.known_until(self.today)
        if not self.opening.follows_school or until is None:
            return None
        return until if (until - self.today).days < 365 else None

    @property
    def calendar_is_unknown(self) -> bool:
        """The school calendar of today is not known, and it matters."""
        return self.opening.follows_school and self.opening.known_until(self.today) is None

    @property
    def route_url(self) -> str:
        """Where OpenStreetMap shows the way; nothing is asked of it before the visitor follows the link."""
        if not self.territory.address:
            return ""
        return "https://www.openstreetmap.org/directions?" + urlencode({"to": self.territory.address})


def office_at(moment: datetime) -> Office:
    """The office of the site's territory."""
    territory = home()
    return Office(territory, opening_of(territory), moment)


def page_context(page: ContactPage, request: HttpRequest) -> dict[str, Any]:
    """What the template needs besides the page's own words."""
    office = office_at(timezone.now())
    plan = office_map(office.territory, page.latitude, page.longitude)
    return {
        "office": office,
        "plan": plan,
        "form": ContactForm(initial=_asked(request)),
        "trap": TRAP,
        "kept_handled": KEPT_HANDLED.days // 30,
        "kept_waiting": KEPT_WAITING.days // 30,
        "office_jsonld": office_jsonld(page, office, plan),
    }


def _asked(request: HttpRequest) -> dict[str, str]:
    """What the address asks to fill in beforehand: `?objet=erreur&sur=/comprendre/`; anything strange is left out."""
    asked = {}
    topic, about = request.GET.get("objet", ""), request.GET.get("sur", "")
    if topic in ContactTopic.values:
        asked["objet"] = topic
    if is_site_path(about) and len(about) <= 200:
        asked["sur"] = about
    return asked


def office_jsonld(page: ContactPage, office: Office, plan: OfficeMap | None) -> SafeString:
    """The office as schema.org says it: address, hours of the usual weeks, special days of the coming year."""
    territory = office.territory
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentOffice",
        "@id": f"{settings.SITE_URL}{page.url}#accueil",
        "name": territory.name,
        "url": f"{settings.SITE_URL}{page.url}",
        "address": territory.address,
        "telephone": typography.phone_link(territory.phone).removeprefix("tel:") if territory.phone else "",
        "email": territory.email,
        "sameAs": territory.website,
        **office.opening.schema_org(office.today),
    }
    if plan is not None and plan.is_exact:
        document["geo"] = {"@type": "GeoCoordinates", "latitude": page.latitude, "longitude": page.longitude}
    return script_json({key: value for key, value in document.items() if value})
