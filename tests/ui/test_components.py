"""Tags and templates: what they print, and that they refuse what they do not know."""

# ruff: noqa: E501 -- templates and what they print are compared whole

from __future__ import annotations

from types import SimpleNamespace as Thing

import pytest
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import reverse

from essaim.ui.forms import SiteRenderer
from essaim.ui.guide import SampleForm, sample_cells
from essaim.ui.icons import FAMILY_LABELS, FAMILY_MARKS, ICONS
from tests.hostile import UndefinedTemplateVariableError


def draw(source, path="/annuaire/", **values):
    request = RequestFactory().get(path)
    return Template(source).render(RequestContext(request, values, processors=[lambda _: {}]))


def test_an_undefined_variable_fails():
    with pytest.raises(UndefinedTemplateVariableError, match="personne"):
        Template("{{ personne }}").render(Context())
    assert Template("{% if personne %}a{% else %}b{% endif %}").render(Context()) == "b"


def test_filters_in_a_template():
    source = "{{ n|num }}|{{ n|counted:'structure' }}|structure{{ n|plural }}|journ{{ n|plural:'al,aux' }}|{{ nothing|num }}|{{ tel|phone_href }}"
    written = draw(source, n=1234, nothing=None, tel="")
    assert written == "1\u202f234|1\u202f234\u00a0structures|structures|journaux||"


def test_every_family_has_its_shape_and_its_words():
    assert set(FAMILY_MARKS) == set(FAMILY_LABELS) == {"association", "cooperative", "mutual", "foundation", "company"}
    assert len(set(FAMILY_MARKS.values())) == 5
    for code, label in FAMILY_LABELS.items():
        written = draw("{% family code %}", code=code)
        assert label in written
        assert f"family--{code}" in written
        assert FAMILY_MARKS[code] in written


def test_family_escapes_its_label():
    assert "&lt;b&gt;" in draw("{% family 'mutual' label=label %}", label="<b>")


def test_unknown_icon_and_family_are_mistakes():
    with pytest.raises(KeyError):
        draw("{% icon 'nothing-like-this' %}")
    with pytest.raises(KeyError):
        draw("{% family 'nothing-like-this' %}")


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icons_are_well_formed(name):
    from xml.etree import ElementTree as ET

    drawing = ET.fromstring(draw("{% icon name %}", name=name))
    assert drawing.get("aria-hidden") == "true"
    assert len(drawing) >= 1


def test_current_marks_the_page_and_what_holds_it():
    source = (
        "{% current '/annuaire/' %}|{% current '/' %}|{% current '/equipe/' %}|{% current '/annuaire/' exact=True %}"
    )
    assert draw(source, "/annuaire/epi-999/") == ' aria-current="true"|||'
    assert draw(source, "/annuaire/") == ' aria-current="page"||| aria-current="page"'


def test_query_keeps_the_rest_of_the_address():
    assert (
        draw("{% query page=2 %}", "/annuaire/?q=v%C3%A9lo&famille=a&famille=b&page=9")
        == "?q=v%C3%A9lo&amp;famille=a&amp;famille=b&amp;page=2"
    )
    assert draw("{% query q=None page='' %}", "/annuaire/?q=a&page=9") == "?"


def test_pagination_of_many_pages():
    page = Paginator(range(480), 20).page(7)
    written = draw("{% pagination page %}", "/annuaire/?q=pain&page=7", page=page)
    assert '<span class="pagination__link" aria-current="page"><span class="sr-only">Page </span>7</span>' in written
    assert 'href="?q=pain&amp;page=6" rel="prev"' in written
    assert 'href="?q=pain&amp;page=8" rel="next"' in written
    assert written.count("…") == 2


def test_pagination_of_one_page_is_nothing():
    assert draw("{% pagination page %}", page=Paginator([], 20).page(1)).strip() == ""
    assert draw("{% pagination_keyset %}").strip() == ""


def test_breadcrumb():
    written = draw("{% breadcrumb 'Annuaire' '/annuaire/' name %}", name="L’Épi <commun>")
    assert '<a href="/annuaire/">Annuaire</a>' in written
    assert '<span aria-current="page">L’Épi &lt;commun&gt;</span>' in written


def test_search_box_escapes_what_was_typed():
    written = draw("{% search_box '/annuaire/' value=q suggest='/suggestions/' %}", q='"><script>alert(1)</script>')
    assert "<script>" not in written
    assert 'data-suggest="/suggestions/"' in written
    assert '<label class="sr-only" for="q">' in written


def option(value, count=1, selected=False):
    return Thing(value=value, label=f"choix {value}", count=count, selected=selected)


def test_filters_fold_what_is_long_but_never_a_choice_made():
    options = [option(str(n), selected=n == 19) for n in range(20)]
    written = draw("{% filter_group 'Commune' 'commune' options shown=5 %}", options=options)
    shown, folded = written.split("<details")
    assert shown.count("<label") == 6
    assert 'value="19" checked' in shown
    assert folded.count("<label") == 14
    assert "14 autres choix" in folded


def test_filters_do_not_fold_a_single_choice():
    written = draw("{% filter_group 'Commune' 'commune' options shown=5 %}", options=[option(str(n)) for n in range(6)])
    assert "<details" not in written
    assert written.count("<label") == 6


def test_filter_counts_are_said_aloud_and_may_be_unknown():
    written = draw("{% filter_group 'x' 'x' options %}", options=[option("a", 0), option("b", 2), option("c", None)])
    assert "filter__option--none" in written
    assert '2<span class="sr-only"> résultats)</span>' in written
    assert written.count("filter__count") == 2


def test_empty_state_refuses_a_scene_that_does_not_exist():
    from django.template import TemplateDoesNotExist

    assert "<svg" in draw("{% empty_state 'Rien' scene='market' %}")
    with pytest.raises(TemplateDoesNotExist):
        draw("{% empty_state 'Rien' scene='nowhere' %}")


@pytest.mark.parametrize("tone", ["info", "success", "warning", "danger"])
def test_notices(tone):
    written = draw("{% notice text tone=tone %}", text="<b>", tone=tone)
    assert f"notice--{tone}" in written
    assert "&lt;b&gt;" in written
    assert ("role=" in written) is (tone == "danger")


def test_steps_facts_definition_figure_source():
    written = draw("{% steps 2 'un' 'deux' 'trois' %}")
    assert written.count("steps__item--done") == 1
    assert '<li class="steps__item" aria-current="step">deux' in written
    assert draw("{% facts items %}", items=[("a", "1"), ("b", ""), ("c", None), ("d", 0)]).count("<dt>") == 2
    assert 'popovertarget="def-scop"' in draw("{% definition 'Scop' 'une coopérative' %}")
    assert "Comment" in draw("{% figure '11' 'des emplois' unit='%' source='Insee' href='/a/' link='Comment' %}")
    assert "source--line" in draw("{% source 'Insee' line=True %}")
    assert 'role="status"' in draw("{% skeleton %}")


def test_suggestions_are_options():
    options = [
        Thing(label="L’Épi", detail="Poitiers", href="/a/", value="", family="association"),
        Thing(label="vélo", detail="", href="", value="vélo", family=""),
    ]
    written = draw("{% include 'ui/components/suggestions.html' %}", options=options)
    assert written.count('role="option"') == 2
    assert 'data-href="/a/"' in written
    assert 'data-value="vélo"' in written


# --- Forms ----------------------------------------------------------------------------------------------------------


def form_of(data=None):
    return str(SampleForm(data, renderer=SiteRenderer()))


def test_every_field_has_its_label():
    written = form_of()
    assert "error-summary" not in written
    for name in ("name", "email", "kind", "message", "document", "agreed"):
        assert f'for="id_{name}"' in written
        assert f'id="id_{name}"' in written
    assert written.count("<fieldset") == 2
    assert written.count("(facultatif)") == 4


def test_errors_are_tied_to_their_field():
    written = form_of({"name": "", "email": "non", "kind": "x"})
    assert "Il reste 4 points à corriger" in written
    assert '<a href="#id_email">Votre courriel</a>' in written
    assert 'id="id_email_error"' in written
    assert 'aria-describedby="id_email_helptext id_email_error"' in written
    assert written.count('aria-invalid="true"') == 4


def test_one_error_is_told_in_the_singular_and_typed_text_is_kept():
    written = form_of({"name": "<Ana>", "email": "a@b.fr", "kind": "closed", "agreed": ""})
    assert "Il reste un point à corriger" in written
    assert 'value="&lt;Ana&gt;"' in written


# --- Swarm ----------------------------------------------------------------------------------------------------------


def test_swarm_is_a_drawing_with_links_names_and_a_list():
    cells = sample_cells()
    written = draw(
        "{% swarm cells title='Structures' desc='Par commune' unit='structures' legend=legend %}",
        cells=cells,
        legend=[(1, "peu")],
    )
    assert written.count("<polygon") == len(cells)
    assert written.count('class="swarm__link"') == len(cells)
    assert 'aria-label="Ville-Haute\u00a0: 862 structures"' in written
    assert 'aria-labelledby="swarm-title swarm-desc"' in written
    assert '<figure class="swarm" id="swarm" aria-labelledby="swarm-title">' in written
    assert "tabindex" not in written
    assert written.count("<li>") == len(cells) + 1
    assert " style=" not in written


def test_hexagons_leave_the_tab_order_where_a_table_beside_gives_the_same_links():
    cells = sample_cells()
    written = draw("{% swarm cells title='t' listed=False in_tab_order=False %}", cells=cells)
    assert written.count('tabindex="-1"') == written.count("href=") == len(cells)
    assert 'aria-label="Ville-Haute\u00a0: 862"' in written


def test_swarm_without_links_or_cells():
    one = [{"name": "A", "points": [(0, -10), (8.7, -5), (8.7, 5), (0, 10), (-8.7, 5), (-8.7, -5)]}]
    written = draw("{% swarm cells title='t' listed=False %}", cells=one)
    assert 'role="img" aria-label="A"' in written
    assert "<a " not in written
    assert draw("{% swarm cells title='t' %}", cells=[]).strip() == ""


# --- Whole pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404"])
def test_error_pages(name, territory, rf):
    written = get_template(f"{name}.html").render({}, rf.get("/"))
    assert written.count("<h1") == 1
    assert '<svg class="scene"' in written
    assert territory.site_name in written


def test_the_page_of_a_broken_machine_needs_nothing():
    written = get_template("500.html").render()
    assert written.count("<h1") == 1
    assert "/static/ui/dist/site.css" in written


def test_not_found_is_warm(client, territory):
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Cette page s’est envolée" in answer.content.decode()


def test_csrf_refusal_is_warm(territory):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert answer.status_code == 403
    assert "Le formulaire a trop attendu" in answer.content.decode()


def test_no_inline_style_or_script_in_any_template():
    import re
    from pathlib import Path

    import essaim

    found = []
    for path in Path(essaim.__file__).parent.glob("*/templates/**/*.html"):
        if "/mails/" in str(path):
            continue
        text = path.read_text()
        found += [f"{path}: {m}" for m in re.findall(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text)]
        found += [
            f"{path}: {m}" for m in re.findall(r"<script(?![^>]*(?:src=|type=\"application/(?:ld\+)?json\"))", text)
        ]
    assert found == []


def test_style_guide_holds_every_component(rf, territory):
    from essaim.ui import views

    written = views.style_guide(rf.get("/style/")).content.decode()
    assert written.count("<h1") == 1
    for code in FAMILY_MARKS:
        assert f"family--{code}" in written
    assert " style=" not in written


def test_style_guide_is_not_routed_in_production(client, territory):
    assert client.get("/style/").status_code == 404


def test_what_comes_from_outside_is_escaped_in_repeated_markup():
    evil = '"><script>'
    options = [Thing(value=evil, label=evil, count=1, selected=False)]
    cells = [{"name": evil, "points": "0,0 1,0 1,1", "href": evil, "value": evil}]
    written = draw(
        "{% filter_group title name options %}{% swarm cells title=title %}",
        title=evil,
        name=evil,
        options=options,
        cells=cells,
    )
    assert "<script>" not in written
    assert '"">' not in written
