"""The blocks of pages: live ones read their room, bad input is refused in words, old pages stay pages."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.documents.models import Document

from essaim.editorial.blocks import BODY
from essaim.editorial.blocks.links import is_address
from essaim.editorial.blocks.lists import CardBlock, VideoBlock
from essaim.editorial.blocks.structures import StructuresBlock
from essaim.editorial.blocks.text import ActionBlock, TextBlock
from essaim.editorial.models import ContactPage, ContentPage, Laureate, Term
from essaim.editorial.showing import Showing, contents
from tests.directory.search.factories import make_structure, make_town, rebuild_index
from tests.editorial.factories import make_home, make_page

KINDS = {name for name, _block in BODY}
LONG = "Anticonstitutionnellement" * 8


def page_with(*blocks, **fields):
    """A published page with these (kind, raw value)."""
    page = make_page(**{"title": "Essai", "slug": "essai", **fields})
    stream = ContentPage._meta.get_field("body").stream_block
    page.body = stream.to_python([{"type": kind, "value": value} for kind, value in blocks])
    page.save_revision().publish()
    return ContentPage.objects.get(pk=page.pk)


def text_of(client, page) -> str:
    response = client.get(page.url)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def town(db):
    make_town()
    make_home()
    for n in range(5):
        make_structure(f"Atelier vélo {n}", labels=("ACI",) if n < 2 else ())
    make_structure("Coopérative du pain", family="cooperative", commune="00102")
    rebuild_index()


def test_the_names_of_the_contract_exist():
    assert {
        *("text", "quote", "action", "questions", "steps", "picture", "figure", "figures", "laureates", "structures"),
        *("family", "cards", "table", "notice", "sources", "video", "map"),
    } <= KINDS


# --- live blocks --------------------------------------------------------------------------------------------


def test_structures_are_asked_of_the_directory_when_the_page_is_shown(client, town):
    page = page_with(("structures", {"title": "Vélos", "words": "vélo", "limit": 2}))
    html = text_of(client, page)
    assert "<b>5</b> structures ici" in html
    assert html.count('class="examples__name"') == 2
    assert 'href="/annuaire/?q=v%C3%A9lo"' in html
    assert "Pourquoi l’ESS : " in html
    make_structure("Atelier vélo de plus")
    rebuild_index()
    assert "<b>6</b> structures ici" in text_of(client, page)


def test_every_criterion_of_a_block_is_in_the_link_to_the_same_search(client, town):
    value = {"families": ["association"], "labels": ["ACI"], "activity": "", "words": "vélo", "commune": "Poitiers"}
    html = text_of(client, page_with(("structures", {**value, "limit": 0})))
    assert "<b>2</b> structures ici" in html
    assert "/annuaire/?q=v%C3%A9lo&amp;famille=association&amp;commune=00101&amp;label=ACI" in html
    assert "examples__name" not in html


def test_a_family_says_its_number_and_names_some(client, town):
    html = text_of(client, page_with(("family", {"family": "cooperative", "text": "<p>Une voix.</p>"})))
    assert "Coopérative du pain" in html
    assert "Lusignan" in html
    assert "/annuaire/?famille=cooperative" in html


def test_nothing_found_is_said(client, town):
    html = text_of(client, page_with(("family", {"family": "mutual"}), ("structures", {"words": "zzzzzz"})))
    assert html.count("aucune") >= 2


def test_ten_live_blocks_cost_the_queries_of_one(client, town):
    def queries(page):
        client.get(page.url)
        with CaptureQueriesContext(connection) as done:
            client.get(page.url)
        return len(done)

    def live(n):
        return [
            ("structures", {"words": "vélo", "commune": "Poitiers", "limit": n % 4 + 1}),
            ("family", {"family": "cooperative"}),
            ("map", {"families": ["association"], "words": f"mot{n}"}),
            ("figures", {"indicators": ["ess-jobs", "ess-job-share"]}),
            ("laureates", {"year": None}),
        ]

    one = queries(page_with(*live(0), slug="un"))
    ten = queries(page_with(*[block for n in range(10) for block in live(n)], slug="dix"))
    # Everything is read anew here: nothing is kept inside a transaction.
    assert one == ten <= 18


def test_without_an_index_the_page_is_still_a_page(client, territory):
    make_home()
    page = page_with(
        ("structures", {"words": "vélo"}),
        ("family", {"family": "mutual"}),
        ("map", {}),
        ("text", {"text": "<p>Reste</p>"}),
    )
    html = text_of(client, page)
    assert html.count("L’annuaire ne répond pas") == 3
    assert "Reste" in html


def test_without_a_territory_the_page_is_still_a_page(client, db):
    make_home()
    page = page_with(("figure", {"indicator": "ess-jobs"}), ("structures", {}), ("laureates", {}))
    assert "n’a pas encore de territoire" in text_of(client, page)


def test_a_missing_figure_says_so_and_an_unknown_one_too(client, home):
    html = text_of(
        client, page_with(("figures", {"indicators": ["ess-jobs", "disparu", "ess-jobs:family=lutins", ""]}))
    )
    assert "manquant" in html
    assert html.count("n’existe pas, ou plus, dans l’observatoire") == 3


def test_laureates_are_those_of_the_last_edition_unless_one_is_asked(client, home):
    Laureate.objects.create(year=2019, name="L’Ancien", source="Le journal, 2019")
    Laureate.objects.create(year=2023, name="Le Récent", project="Réparer <b>", source="Le journal, 2023")
    html = text_of(client, page_with(("laureates", {"year": None})))
    assert "Le Récent" in html
    assert "Réparer &lt;b&gt;" in html
    assert "L’Ancien" not in html
    assert "L’Ancien" in text_of(client, page_with(("laureates", {"year": 2019}), slug="b"))
    assert "Nous ne connaissons pas le nom des lauréats de 2021" in text_of(
        client, page_with(("laureates", {"year": 2021}), slug="c")
    )


# --- what editors may not do --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/annuaire/", "#haut", "https://ess.fr/x?y=1", "mailto:a@b.fr", "tel:+33549523535"]
)
def test_addresses(address):
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JavaScript:x", "data:text/html,x", "//ailleurs.fr", "annuaire", "https:", "http://"),
        *("a b", "/a\nb", '/"><script>', "\\\\x", "", "java\tscript:x", "https://[x"),
    ],
)
def test_no_addresses(address):
    assert not is_address(address)


def refusal(block, **value) -> dict[str, str]:
    raw = {name: value.get(name, child.get_default()) for name, child in block.child_blocks.items()}
    with pytest.raises(ValidationError) as refused:
        block.clean(block.normalize(raw))
    return {name: error.messages[0] for name, error in refused.value.block_errors.items()}


def test_an_action_that_leads_nowhere_is_refused(db):
    assert "Choisissez une page" in refusal(ActionBlock(), title="T", button="B")["page"]
    assert "n’est pas une adresse" in refusal(ActionBlock(), title="T", button="B", address="javascript:x")["address"]
    assert "https://" in refusal(CardBlock(), title="T", address="ess.fr")["address"]
    assert CardBlock().clean(
        CardBlock().normalize({"title": "Seule", "text": "", "page": None, "address": "", "scene": ""})
    )


def test_a_commune_of_elsewhere_is_refused(town):
    assert "n’est pas une commune" in refusal(StructuresBlock(), commune="Atlantide")["commune"]


def test_a_film_that_browsers_do_not_play_is_refused(db):
    film = Document.objects.create(title="f", file="documents/f.avi")
    words = Document.objects.create(title="s", file="documents/s.srt")
    said = refusal(VideoBlock(), title="T", document=film, captions=words, transcript="<p>x</p>")
    assert ".mp4" in said["document"]
    assert ".vtt" in said["captions"]


def test_a_script_typed_in_a_text_is_not_kept():
    block = TextBlock()
    raw = block.child_blocks["text"].value_from_datadict(
        {
            "x": '{"blocks":[{"key":"a","text":"<script>alert(1)</script>","type":"unstyled","depth":0,"data":{},'
            '"inlineStyleRanges":[],"entityRanges":[]}],"entityMap":{}}'
        },
        {},
        "x",
    )
    assert "<script" not in raw.source
    assert "&lt;script&gt;" in raw.source


# --- old, empty and huge pages ------------------------------------------------------------------------------


def test_empty_blocks_of_every_kind_are_served(client, home):
    html = text_of(client, page_with(*[(kind, {}) for kind in sorted(KINDS)]))
    assert html.count("<h1") == 1


def test_a_link_to_a_deleted_or_withdrawn_page_becomes_no_link(client, home):
    gone = make_page(slug="partie", title="Partie")
    hidden = make_page(slug="cachee", title="Cachée")
    page = page_with(
        ("action", {"title": "Là-bas", "button": "Aller là-bas", "page": gone.pk, "address": ""}),
        ("cards", {"cards": [{"title": "Carte", "page": hidden.pk}, {"title": "Autre", "address": "javascript:x"}]}),
    )
    assert f'href="{gone.url}"' in text_of(client, page)
    gone.delete()
    hidden.unpublish()
    html = text_of(client, page)
    assert "Là-bas" in html
    assert "Aller là-bas" not in html
    assert "cachee" not in html
    assert "javascript:" not in html


def test_two_hundred_blocks(client, town):
    blocks = [("text", {"title": f"Titre {n % 7}", "text": "<p>une association</p>"}) for n in range(100)]
    page = page_with(*blocks, *[("structures", {"words": f"vélo {n}"}) for n in range(100)])
    html = text_of(client, page)
    assert html.count('id="titre-0') == 15
    anchors = [title.anchor for title in contents(page.body)]
    assert len(anchors) == len(set(anchors)) == 100
    assert all(f'id="{anchor}"' in html for anchor in anchors)


def test_the_table_of_contents_comes_with_four_titles_and_leads_to_them(client, home):
    titles = ["Qui ?", "Quoi ?", "Qui ?", "—"]
    three = page_with(*[("text", {"title": title, "text": "<p>x</p>"}) for title in titles[:3]])
    assert 'class="toc"' not in text_of(client, three)
    four = page_with(*[("text", {"title": title, "text": "<p>x</p>"}) for title in titles], slug="quatre")
    html = text_of(client, four)
    for anchor in ("qui", "quoi", "qui-2", "partie"):
        assert html.count(f'id="{anchor}"') == 1
        assert f'href="#{anchor}"' in html


def test_an_anchor_never_takes_that_of_the_frame():
    assert Showing().anchor("Contenu") == "contenu-2"


# --- the page around its blocks -----------------------------------------------------------------------------


def test_the_frame_of_a_page(client, home):
    make_page(model=ContactPage, slug="contact", title="Contact")
    above = make_page(slug="comprendre", title="Comprendre")
    page = make_page(above, slug="dessous", title="Dessous </script>", intro="En bref.")
    html = text_of(client, page)
    assert '<link rel="canonical" href="http' in html
    assert '/comprendre/dessous/">' in html
    assert 'property="og:title"' in html
    assert '"@type":"BreadcrumbList"' in html
    assert "Dessous \\u003c/script\\u003e" in html
    assert "Page mise à jour le " in html
    assert 'href="/contact/?objet=erreur&amp;sur=/comprendre/dessous/"' in html
    assert '<a href="/comprendre/dessous/">Dessous' in text_of(client, above)


def test_the_easy_version_says_that_nobody_has_tested_it_then_who_has(client, home):
    page = make_page(slug="facile-a-lire", title="Une page")
    assert "Version facile" not in text_of(client, page)
    assert client.get(f"{page.url}facile/").status_code == 404
    stream = ContentPage._meta.get_field("easy_body").stream_block
    page.easy_body = stream.to_python([{"type": "sentences", "value": "<p>Une association.</p>"}])
    page.save_revision().publish()
    assert f'href="{page.url}facile/"' in text_of(client, page)
    html = client.get(f"{page.url}facile/").content.decode()
    assert "À valider" in html
    assert "FALC" not in html
    page.easy_tested_by, page.easy_tested_on = "le groupe « Mots simples »", "2026-10-12"
    page.save_revision().publish()
    html = client.get(f"{page.url}facile/").content.decode().replace("\u00a0", " ")
    assert "À valider" not in html
    assert "relu par le groupe « Mots simples », le 12 octobre 2026" in html


def test_words_are_explained_unless_the_page_says_no(client, home):
    Term.objects.create(key="scop", word="Scop", text="Les salariés décident.", forms="SCOP")
    block = ("text", {"title": "Une Scop", "text": "<p>Une Scop, puis une Scop.</p>"})
    html = text_of(client, page_with(block, block))
    assert html.count('id="mot-scop"') == 1
    assert "Les salariés décident." in html
    assert "mot-scop" not in text_of(client, page_with(block, slug="non", explain_words=False))
