"""Plant the first content of a site: pages that are missing, never over what an editor has done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, Site

from essaim.editorial.cleaning import clean_html
from essaim.editorial.models import HomePage, Planted
from essaim.editorial.planting.reading import BadContent, Content, PageSeed, RowSeeds, read_content, read_facts
from essaim.foundation import journal
from essaim.foundation.actions import complete_territory
from essaim.foundation.journal import Author
from essaim.foundation.models import Territory
from essaim.ui.placenames import at_name, of_name, the_name

_LINK = re.compile(r'<a href="(/[^"#?]*)">')


@dataclass(frozen=True)
class Planting:
    """What a planting did: addresses of the pages made, number of rows made, pages that were there already."""

    pages: tuple[str, ...]
    rows: int
    kept: int


def plant(*, by: Author, territory: Territory, report: Callable[[str], None] | None = None) -> Planting:
    """Make the pages and rows of first content that have never been planted here, and return what was made.

    What was planted once is never planted again: an editor has changed, renamed, moved or deleted it since. An address
    that exists is left alone, whatever it holds. Pages link to each other by identity, so that moving one breaks
    nothing. Raises BadContent on a file that cannot be read; everything stands or falls together.
    """
    territory = complete_territory(by=by, territory=territory, facts=read_facts(territory.siren))
    content = read_content(territory.siren, names_of(territory))
    with transaction.atomic():
        home = _home(content)
        made, kept = _make_pages(content, home)
        _fill(made, home)
        rows = sum(_make_rows(seeds) for seeds in content.rows)
        if made or rows:
            journal.record(
                by=by,
                verb="contenu de départ planté",
                obj=territory,
                after={"pages": [seed.path for seed, _ in made], "rows": rows},
            )
    if report:
        report(f"{len(made)} pages plantées, {kept} déjà là, {rows} fiches")
    return Planting(tuple(seed.path for seed, _ in made), rows, kept)


def names_of(territory: Territory) -> dict[str, str]:
    """What a text of first content may write between braces; `of_` and `at_` bring « de » and « à » with the name."""
    return {
        "name": territory.name,
        "the_name": the_name(territory.name),
        "of_name": of_name(territory.name),
        "at_name": at_name(territory.name),
        "short_name": territory.short_name,
        "the_short_name": the_name(territory.short_name),
        "of_short_name": of_name(territory.short_name),
        "at_short_name": at_name(territory.short_name),
        "site_name": territory.site_name,
        "email": territory.email,
        "address": territory.address,
    }


def _root() -> Page:
    """The root of the tree; made when a flush has taken it away."""
    Locale.objects.get_or_create(language_code="fr")
    root = Page.get_first_root_node()
    return root if root is not None else Page.add_root(title="Racine", slug="root")


def _home(content: Content) -> HomePage:
    """The door of the site: found, or made in the place of the page that Wagtail puts there at first."""
    found = HomePage.objects.first()
    if found is not None:
        return found
    root = _root()
    seed = next(page for page in content.pages if page.path == "/")
    Page.objects.filter(depth=2, content_type__model="page").delete()
    root.refresh_from_db()
    home = HomePage(slug="accueil", live=False, **_plain(HomePage, seed.fields))
    root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, hostname="localhost")
    site.root_page = home
    site.save()
    return home


def _model(name: str, where: str) -> type[Any]:
    """The model of that name. Raises BadContent."""
    try:
        return apps.get_model("editorial", name)
    except LookupError as error:
        raise BadContent(f"Contenu de départ, {where} : la nature de page « {name} » n’existe pas.") from error


def _streams(model: type[Page]) -> set[str]:
    return {field.name for field in model._meta.get_fields() if isinstance(field, StreamField)}


def _plain(model: type[Page], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that hold no blocks: those are filled when every page exists."""
    return {name: value for name, value in fields.items() if name not in _streams(model)}


Made = list[tuple[PageSeed, Page]]


def _make_pages(content: Content, home: HomePage) -> tuple[Made, int]:
    """Make what was never planted and is not there, empty; return it, and how many pages had their turn already."""
    if not home.live:
        # No home page was left: nobody tends this site, everything may grow again.
        Planted.objects.filter(key__startswith="/").delete()
    marks = {mark.key: mark.page for mark in Planted.objects.filter(key__startswith="/").select_related("page")}
    known: dict[str, Page] = {path: page for path, page in marks.items() if page is not None} | {"/": home}
    made: Made = []
    kept = 0
    for seed in content.pages:
        if seed.path in marks:
            kept += 1
            continue
        parent = known.get(seed.parent)
        if parent is None:
            continue  # an editor took the page above away: nothing grows under it
        page = home if seed.path == "/" else parent.get_children().filter(slug=seed.slug).first()
        if page is None or (seed.path == "/" and not home.live):
            if page is None:
                model = _model(seed.model, seed.path)
                page = model(slug=seed.slug, live=False, **_plain(model, seed.fields))
                parent.specific.add_child(instance=page)
            made.append((seed, page))
        else:
            kept += 1
        known[seed.path] = page
        Planted.objects.create(key=seed.path, page_id=page.pk)
    return made, kept


def _fill(made: Made, home: HomePage) -> None:
    """Give each new page its blocks, its links by identity, and publish it."""
    pages = Page.objects.filter(path__startswith=home.path)
    identities: dict[str, int | None] = {f"/{page.url_path.removeprefix(home.url_path)}": page.pk for page in pages}
    # A page that was planted there is meant, wherever it stands now.
    identities |= dict(Planted.objects.filter(key__startswith="/").values_list("key", "page_id"))
    for seed, page in made:
        for name in _streams(type(page)) & set(seed.fields):
            block = page._meta.get_field(name).stream_block
            setattr(page, name, _checked(block, linked(seed.fields[name], identities), f"{seed.path}, {name}"))
        page.save_revision(log_action=True).publish()


def _checked(block: StreamBlock, raw: list[dict[str, Any]], where: str) -> Any:
    """The value of a stream field, as an editor could have saved it. Raises BadContent."""
    unknown = {item["type"] for item in raw} - set(block.child_blocks)
    if unknown:
        # Wagtail drops what it does not know without a word.
        raise BadContent(f"Contenu de départ, {where} : blocs inconnus ({', '.join(sorted(unknown))}).")
    try:
        return block.clean(block.to_python(raw))
    except ValidationError as error:
        raise BadContent(f"Contenu de départ, {where} : {_said(error)}") from error


def linked(raw: Any, identities: Mapping[str, int | None]) -> Any:
    """Turn links to addresses of pages into links to the pages themselves, in texts and in page choosers.

    None in `identities`: the page is gone. A card or a block that leads there is left out, a link becomes its words.
    """
    if isinstance(raw, str):
        raw = clean_html(raw) if raw.lstrip().startswith("<") else raw
        return _LINK.sub(lambda found: _link(found, identities), raw)
    if isinstance(raw, list):
        return [linked(item, identities) for item in raw if not _leads_to_nothing(item, identities)]
    if isinstance(raw, dict):
        return {
            key: _identity(value, identities) if key == "page" and isinstance(value, str) else linked(value, identities)
            for key, value in raw.items()
        }
    return raw


def _link(found: re.Match[str], identities: Mapping[str, int | None]) -> str:
    if found[1] not in identities:
        return found[0]
    number = identities[found[1]]
    return "<a>" if number is None else f'<a linktype="page" id="{number}">'


def _leads_to_nothing(item: Any, identities: Mapping[str, int | None]) -> bool:
    value = item.get("value", item) if isinstance(item, dict) else None
    path = value.get("page") if isinstance(value, dict) else None
    return isinstance(path, str) and path in identities and identities[path] is None


def _identity(path: str, identities: Mapping[str, int | None]) -> int | None:
    if path not in identities:
        raise BadContent(f"Contenu de départ : aucune page n’est à l’adresse « {path} ».")
    return identities[path]


def _make_rows(seeds: RowSeeds) -> int:
    """Make the rows that were never planted and are not there, known by their key; return how many."""
    model = _model(seeds.model, "fiches")
    planted = set(Planted.objects.filter(key__startswith=f"{seeds.model} ").values_list("key", flat=True))
    made = 0
    for row in seeds.rows:
        mark = " ".join((seeds.model, *(str(row[name]) for name in seeds.key)))
        if mark in planted:
            continue
        Planted.objects.create(key=mark)
        if not model.objects.filter(**{name: row[name] for name in seeds.key}).exists():
            item = model(**row)
            item.full_clean()
            item.save()
            made += 1
    return made


def _said(error: ValidationError) -> str:
    """What a block refuses, at whatever depth, on one line."""
    data = error.as_json_data() if hasattr(error, "as_json_data") else {"messages": error.messages}
    return json.dumps(data, ensure_ascii=False)
