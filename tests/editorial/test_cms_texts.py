"""Rich text: what a word processor hides and what runs is dropped, at the save and at the showing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.rich_text import RichText

from essaim.editorial.actions.planting import linked
from essaim.editorial.cleaning import clean_html, safe_html
from essaim.editorial.models import ContentPage
from tests.editorial.factories import make_page
from tests.editorial.forms import page_form, stream, typed

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{font-family:Calibri}</style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head><body lang=FR>
<!--StartFragment--><p class=MsoNormal style='margin:0cm;font-size:12pt'><b><span style='color:red'>Le marché</span></b>
<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span>·</span><![endif]>Des légumes</p>
<p><img src="data:image/png;base64,iVBORw0KGgo=" width=1><font face="Comic Sans MS">du pain</font></p>
<table><tr><td>un</td></tr></table><a name="_Toc1"></a><script>alert(1)</script><!--EndFragment--></body></html>"""
HOSTILE = [
    '<p onclick="alert(1)">a</p>',
    '<p><a href="javascript:alert(1)">a</a></p>',
    '<p><a href="jav&#x09;ascript:alert(1)">a</a></p>',
    '<p><a href="data:text/html,<script>alert(1)</script>">a</a></p>',
    "<script>alert(1)</script><p>a</p>",
    "<p><svg onload=alert(1)><a>a</a></svg>a</p>",
    "<p><img src=x onerror=alert(1)>a</p>",
    '<iframe src="https://ailleurs.example"></iframe><p>a</p>',
    '<p style="position:fixed">a</p>',
    "<math><mtext><script>alert(1)</script></mtext></math><p>a</p>",
    "<p>a<object data=x></object><embed src=x></p>",
]
FORBIDDEN = ("alert", "script", "onclick", "onerror", "style", "<img", "<svg", "iframe", "<object", "<embed", "data:")


def test_a_word_document_comes_out_as_its_text():
    cleaned = clean_html(WORD)
    for gone in ("Mso", "mso", "style", "font", "<!", "o:p", "<span", "data:", "table", "class", "script", "alert"):
        assert gone not in cleaned, gone
    for kept in ("<b>Le marché</b>", "Des légumes", "du pain", "un"):
        assert kept in cleaned
    assert clean_html(cleaned) == cleaned


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_runs_whichever_way_it_came(html):
    for shown in (clean_html(html), safe_html(html), str(RichText(html)), linked(html, {})):
        assert ">a" in shown
        for word in FORBIDDEN:
            assert word not in shown, (word, shown)


@given(st.text(alphabet='<>/"=apbscriptonj: &#x0;!-[]h', max_size=200))
def test_cleaning_ends_and_is_stable(html):
    once = clean_html(html)
    assert clean_html(once) == once
    assert "<script" not in once.lower()


def test_what_the_house_writes_is_left_alone():
    html = (
        '<p>Un <b>mot</b>, <a href="/annuaire/">un lien</a>, <a href="mailto:ess@exemple.fr">une adresse</a> et '
        '<a href="tel:+33549523535">un numéro</a>.</p><ul><li>un</li></ul><h3 id="ancre">Titre</h3>'
    )
    assert clean_html(html) == html
    assert safe_html(html) == html
    assert 'linktype="page" id="5"' in clean_html('<p><a linktype="page" id="5">x</a></p>')


def text_block(raw):
    return stream("body", [("text", {"title": "Un titre : le bon", "text": raw})])


def save(client, page, fields, **more):
    return client.post(f"/cms/pages/{page.pk}/edit/", page_form(client, page) | fields | more)


def test_by_the_editors_form_nothing_hostile_is_kept(officer_client, home):
    page = make_page(home)
    raw = typed("Un lien et <script>alert(1)</script>", links=[(0, 7, "javascript:alert(1)")])
    response = save(officer_client, page, text_block(raw), **{"action-publish": "1"})
    assert response.status_code == 302
    stored = ContentPage.objects.get(pk=page.pk).body[0].value["text"].source
    assert "javascript" not in stored
    assert "<script" not in stored
    assert "&lt;script&gt;" in stored  # typed as words, it stays words


def test_an_unknown_entity_or_style_is_dropped(officer_client, home):
    page = make_page(home)
    raw = json.loads(typed("Une image"))
    raw["entityMap"] = {
        "0": {"type": "IMAGE", "mutability": "IMMUTABLE", "data": {"src": "https://ailleurs.example/x"}}
    }
    raw["blocks"][0]["entityRanges"] = [{"offset": 0, "length": 3, "key": 0}]
    raw["blocks"][0]["inlineStyleRanges"] = [{"offset": 0, "length": 3, "style": "COLOR-RED"}]
    assert save(officer_client, page, text_block(json.dumps(raw)), **{"action-publish": "1"}).status_code == 302
    assert "ailleurs" not in ContentPage.objects.get(pk=page.pk).body[0].value["text"].source


def test_what_is_typed_is_saved_as_it_is_typed(officer_client, home):
    """The spaces of the French language are set on what visitors read, never in the editors' forms."""
    page = make_page(home, title="Qui sommes-nous ? Une équipe : la nôtre !", slug="qui")
    fields = page_form(officer_client, page)
    assert fields["title"] == "Qui sommes-nous ? Une équipe : la nôtre !"
    assert save(officer_client, page, text_block(typed("Prêts ? Oui : tous !"))).status_code == 302
    draft = ContentPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert draft.title == "Qui sommes-nous ? Une équipe : la nôtre !"
    assert draft.body[0].value["title"] == "Un titre : le bon"
    assert "Prêts ? Oui : tous !" in draft.body[0].value["text"].source
    edit = officer_client.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "équipe\u00a0:" not in edit


def test_a_long_page_is_saved(officer_client, home):
    page = make_page(home)
    blocks = [("text", {"title": f"Partie {rank}", "text": typed("Un paragraphe. " * 20)}) for rank in range(220)]
    assert save(officer_client, page, stream("body", blocks), **{"action-publish": "1"}).status_code == 302
    assert len(ContentPage.objects.get(pk=page.pk).body) == 220
