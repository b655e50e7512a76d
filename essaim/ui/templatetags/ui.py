"""Tags and filters of every template (declared as builtins in the settings: no `{% load %}`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context, RequestContext
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from essaim.ui import markup, placenames, scenes, typography
from essaim.ui import swarm as swarm_geometry
from essaim.ui.charts.drawing import invented_notice, svg
from essaim.ui.charts.spec import Chart
from essaim.ui.charts.table import table
from essaim.ui.theme import DARK_GROUNDS, readable_on, territory_stylesheet, theme_url

register = template.Library()

# --- Filters: typography --------------------------------------------------------------------------------------------


@register.filter
def num(value: typography.Number | None, decimals: int | None = None) -> str:
    """`{{ 1234|num }}` → « 1 234 ». None gives the empty string."""
    return "" if value is None else typography.number(value, decimals)


@register.filter
def pct(value: typography.Number | None, decimals: int | None = None) -> str:
    """`{{ 11.4|pct }}` → « 11,4 % » (the value already counts out of 100)."""
    return "" if value is None else typography.percent(value, decimals)


@register.filter
def day(value: dt.date | None) -> str:
    """`{{ d|day }}` → « 12 octobre 2026 »."""
    return "" if value is None else typography.day_name(value)


@register.filter
def weekday(value: dt.date | None) -> str:
    """`{{ d|weekday }}` → « lundi 12 octobre 2026 »."""
    return "" if value is None else typography.day_name(value, weekday=True)


@register.filter
def month(value: dt.date | None) -> str:
    """`{{ d|month }}` → « octobre 2026 »."""
    return "" if value is None else typography.month_name(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """`{{ t|moment }}` → « 12 octobre 2026 à 14 h 05 »."""
    return "" if value is None else typography.moment(value)


@register.filter
def vintage(text: str | None) -> str:
    """`{{ "2026-11"|vintage }}` → « novembre 2026 », a full ISO date → its day in words; anything else as it is."""
    return typography.vintage(text or "")


@register.filter
def unlocalized(value: float) -> str:
    """A number as an address or a form field writes it: a point, no spaces."""
    return f"{value:.5f}".rstrip("0").rstrip(".")


@register.filter
def clock(value: dt.time | dt.datetime | None) -> str:
    """`{{ t|clock }}` → « 7 h 15 »."""
    return "" if value is None else typography.clock(value)


@register.filter
def distance(metres: float | Decimal | None) -> str:
    """`{{ 1234|distance }}` → « à 1,2 km »."""
    return "" if metres is None else typography.distance(metres)


@register.filter
def phone(text: str | None) -> str:
    """`{{ "0549523535"|phone }}` → « 05 49 52 35 35 »."""
    return typography.phone(text) if text else ""


@register.filter
def phone_href(text: str | None) -> str:
    """`<a href="{{ number|phone_href }}">` → `tel:+33-5-…`; empty when the number cannot be dialled."""
    return typography.phone_link(text) if text else ""


@register.filter
def plural(value: typography.Number, endings: str = ",s") -> str:
    """`structure{{ n|plural }}`, `journ{{ n|plural:"al,aux" }}`: plural from two on, as French has it."""
    singular, _, several = endings.rpartition(",")
    return several if typography.is_plural(value) else singular


@register.filter
def counted(value: int, nouns: str) -> str:
    """`{{ n|counted:"structure" }}` → « 42 structures »; `{{ n|counted:"journal,journaux" }}`."""
    singular, _, several = nouns.partition(",")
    return typography.counted(value, singular, several or None)


@register.filter
def french(text: str) -> str:
    """Give a running text its apostrophes and no-break spaces."""
    return typography.french(str(text))


@register.filter
def of_name(name: str) -> str:
    """`la mission ESS {{ territory.short_name|of_name }}` → « de Grand Poitiers », « d’Angers », « du Mans »."""
    return placenames.of_name(str(name))


@register.filter
def at_name(name: str) -> str:
    """`{{ territory.short_name|at_name }}` → « à Grand Poitiers », « au Mans »."""
    return placenames.at_name(str(name))


@register.filter
def the_name(name: str) -> str:
    """`{{ territory.name|the_name|capfirst }}` → « Grand Poitiers », « La Communauté de communes du Cap »."""
    return placenames.the_name(str(name))


@register.filter
def readable(colour: str) -> str:
    """`{{ territory.leaf|readable }}`: the nearest shade that reads on the white and the paper of a mail."""
    return readable_on(colour, ("#ffffff", "#fbf8f1"))


@register.filter
def readable_dark(colour: str) -> str:
    """`{{ territory.leaf|readable_dark }}`: the nearest shade that reads on the dark grounds of a mail."""
    return readable_on(colour, DARK_GROUNDS)


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`{{ counts|get:key }}`: an item by a key known at run time, None when it is missing."""
    return mapping.get(key)


# --- Small pieces ---------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "search" %}`: a decorative icon; `size` is "s" or "l". An unknown name raises KeyError."""
    return markup.icon(name, size)


@register.simple_tag
def family(code: str, label: str = "") -> SafeString:
    """`{% family structure.family %}`: shape and words of a family; `label` says more precisely (« Scop »)."""
    return markup.family(str(code), label)


@register.simple_tag
def family_mark(code: str) -> SafeString:
    """The shape alone, for a filter or a legend whose words stand beside it."""
    return markup.family_mark(str(code))


@register.simple_tag
def scene(name: str, *, described: bool = True) -> SafeString:
    """`{% scene "day-bike" %}`: a drawing with its sentence; `described=False` beside words that say as much."""
    return scenes.draw(name, described=described)


@register.simple_tag(takes_context=True)
def current(context: Context, url: str, *, exact: bool = False) -> SafeString:
    """`<a href="{{ url }}"{% current url %}>`: aria-current="page" on the page itself, "true" on what holds it."""
    request = context.get("request")
    path = request.path if request is not None else ""
    if path == url:
        return mark_safe(' aria-current="page"')
    if not exact and url != "/" and path.startswith(url):
        return mark_safe(' aria-current="true"')
    return mark_safe("")


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: Any) -> str:
    """`href="{% query page=2 %}"`: the present query with changes; None or "" drops a key. Begins with « ? »."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            parameters.pop(key, None)
        elif isinstance(value, list | tuple):
            parameters.setlist(key, [str(item) for item in value])
        else:
            parameters[key] = str(value)
    return f"?{parameters.urlencode()}"


@register.simple_tag
def theme_href(territory: Any = None) -> str:
    """Address of the territory's colours, with the hash of their content: /theme.<hash>.css."""
    return theme_url(territory)


@register.simple_tag
def theme_css(territory: Any = None) -> SafeString:
    """The style sheet itself (made of computed colours only)."""
    return mark_safe(territory_stylesheet(territory))  # noqa: S308 -- computed colours only


# --- Components -----------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/figure.html")
def figure(
    value: str, label: str, *, unit: str = "", source: str = "", href: str = "", link: str = ""
) -> dict[str, Any]:
    """`{% figure "11" "des emplois" unit="%" source="Insee, Flores 2018" href="…" link="Comment c’est calculé" %}`."""
    return {"value": value, "label": label, "unit": unit, "source": source, "href": href, "link": link}


@register.inclusion_tag("ui/components/source.html")
def source(text: str, *, href: str = "", link: str = "", line: bool = False) -> dict[str, Any]:
    """`{% source "Sirene, novembre 2026" href="/donnees/" link="Définition" %}`: the line under a thing shown."""
    return {"text": text, "href": href, "link": link, "line": line}


@register.inclusion_tag("ui/components/breadcrumb.html")
def breadcrumb(*steps: str) -> dict[str, Any]:
    """`{% breadcrumb "Annuaire" "/annuaire/" structure.name %}`: label, address… then the page itself."""
    pairs = [{"label": label, "url": url} for label, url in zip(steps[0:-1:2], steps[1::2], strict=False)]
    return {"steps": pairs, "here": steps[-1] if len(steps) % 2 else ""}


@register.inclusion_tag("ui/components/search.html")
def search_box(
    action: str,
    *,
    id: str = "q",
    name: str = "q",
    value: str = "",
    label: str = "Chercher une structure, un métier, une commune",
    placeholder: str = "",
    suggest: str = "",
    landmark: str = "Recherche",
    small: bool = False,
) -> dict[str, Any]:
    """The search form, alone; `id` and `landmark` (its name among landmarks) are unique in the page.

    `suggest` is the address that answers suggestions, with `ui/components/suggestions.html`.
    """
    return {
        "action": action,
        "id": id,
        "name": name,
        "value": value,
        "label": label,
        "placeholder": placeholder,
        "suggest": suggest,
        "landmark": landmark,
        "small": small,
    }


@register.inclusion_tag("ui/components/filter_group.html")
def filter_group(
    title: str,
    name: str,
    options: Iterable[markup.Choice],
    *,
    kind: str = "checkbox",
    shown: int = 8,
    family_marks: bool = False,
) -> dict[str, Any]:
    """One question of the filters.

    After `shown` options the rest folds; a selected option is never folded.
    """
    rows = list(options)
    first, folded = rows[:shown], rows[shown:]
    first += [row for row in folded if row.selected]
    folded = [row for row in folded if not row.selected]
    if len(folded) == 1:
        first, folded = first + folded, []

    def draw(some: list[markup.Choice]) -> SafeString:
        return markup.filter_options(some, name=name, kind=kind, family_marks=family_marks)

    return {"title": title, "first": draw(first), "folded": draw(folded), "folded_count": len(folded)}


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(
    context: RequestContext, page: Page[Any], *, name: str = "page", label: str = "Pages de résultats"
) -> dict[str, Any]:
    """Numbered pages of a Django `Page`; the other parameters of the address are kept."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "label": label,
        "numbers": [(n, query(context, **{name: n}) if isinstance(n, int) else "") for n in numbers],
        "here": page.number,
        "last": page.paginator.num_pages,
        "before": query(context, **{name: page.previous_page_number()}) if page.has_previous() else "",
        "after": query(context, **{name: page.next_page_number()}) if page.has_next() else "",
    }


@register.inclusion_tag("ui/components/pagination_keyset.html")
def pagination_keyset(before: str = "", after: str = "", *, label: str = "Suite de la liste") -> dict[str, Any]:
    """Pages without numbers: the addresses of what comes before and after, or the empty string."""
    return {"before": before, "after": after, "label": label}


@register.inclusion_tag("ui/components/empty.html")
def empty_state(title: str, text: str = "", *, scene: str = "search", href: str = "", link: str = "") -> dict[str, Any]:
    """`{% empty_state "Rien ne correspond" "Essayez…" scene="search" href="/annuaire/" link="Tout voir" %}`."""
    return {"title": title, "text": text, "scene": f"ui/scenes/{scene}.html", "href": href, "link": link}


@register.inclusion_tag("ui/components/notice.html")
def notice(text: str, *, title: str = "", tone: str = "info") -> dict[str, Any]:
    """`{% notice "…" title="…" tone="warning" %}`: tone is info, success, warning or danger."""
    icons = {"info": "info", "success": "check", "warning": "alert", "danger": "alert"}
    return {"text": text, "title": title, "tone": tone, "icon_name": icons[tone]}


@register.inclusion_tag("ui/components/steps.html")
def steps(current_step: int, *labels: str) -> dict[str, Any]:
    """`{% steps 2 "Le fichier" "Les colonnes" "Vérifier" %}`: the steps of a long form, counted from 1."""
    states = [
        "done" if n < current_step else "here" if n == current_step else "next" for n in range(1, len(labels) + 1)
    ]
    return {"steps": list(zip(labels, states, strict=True)), "current": current_step, "total": len(labels)}


@register.inclusion_tag("ui/components/facts.html")
def facts(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A list of (label, value); empty values are left out. For richer values write the `dl.facts` by hand."""
    return {"items": [(label, value) for label, value in items if value not in (None, "")]}


@register.inclusion_tag("ui/components/definition.html")
def definition(term: str, text: str, *, id: str = "") -> dict[str, Any]:
    """`{% definition "Scop" "Société coopérative…" %}`: a word that opens its meaning, without script.

    The same word twice in a page: give the second an `id`.
    """
    return {"term": term, "text": text, "id": id or f"def-{slugify(term)}"}


@register.inclusion_tag("ui/components/skeleton.html")
def skeleton(label: str = "Chargement en cours") -> dict[str, Any]:
    """Grey lines while a part of the page arrives."""
    return {"label": label}


@register.inclusion_tag("ui/components/swarm.html")
def swarm(
    cells: Sequence[Any],
    *,
    title: str,
    desc: str = "",
    legend: Sequence[tuple[int, str]] = (),
    listed: bool = True,
    unit: str = "",
    id: str = "swarm",
    in_tab_order: bool = True,
) -> dict[str, Any]:
    """The hexagons of a territory, as an accessible drawing with a list beside.

    A cell (object or mapping) has `points` ("x,y x,y …" or pairs), `name`, and may have `value` (a number or text),
    `href`, `level` (0 to 5; 6: not known), `current`. `legend` lists (level, label); without it the numbers make
    one. `unit` follows values in words (« structures »);
    `id` is unique in the page. `in_tab_order` False: the page gives the same links right beside, as a table or a list;
    whoever goes by keyboard meets each once.
    """
    drawn, box = swarm_geometry.draw(cells, unit=unit)
    return {
        "cells": markup.swarm_cells(drawn, in_tab_order=in_tab_order),
        "names": markup.swarm_names(drawn),
        "rows": markup.swarm_list(drawn) if listed else "",
        "box": box,
        "title": title,
        "desc": desc,
        "legend": legend or swarm_geometry.ranges(cells),
        "unit": unit,
        "id": id,
    }


@register.inclusion_tag("ui/components/chart.html")
def chart(spec: Chart, *, level: int = 3) -> dict[str, Any]:
    """`{% chart charts.families %}`: finding, drawing, source, table, files. `level` is the rank of its heading."""
    return {
        "chart": spec,
        "drawing": svg(spec),
        "table": table(spec),
        "left": len(spec.rows) - spec.page_rows if spec.page_rows is not None else 0,
        "invented": invented_notice(spec),
        "level": level,
    }
