"""What the officer may write in a moment, what is refused, and in which words; what the preview shows."""

from __future__ import annotations

import pytest
from wagtail.blocks.struct_block import StructBlockValidationError

from essaim.editorial.blocks.day import MOST_WORDS, ClueBlock, MomentBlock
from essaim.editorial.models import DayPage
from essaim.editorial.planting.reading import PageSeed, _changed, read_content
from tests.directory.search.factories import make_structure, make_town
from tests.editorial.factories import make_home
from tests.editorial.test_day import POINT, day_page, raw_moment

EMPTY = {"activities": "", "words": "", "families": [], "sub_families": [], "labels": []}


def clean(block, value):
    return block.clean(block.to_python(value))


def refusals(block, value) -> dict[str, str]:
    with pytest.raises(StructBlockValidationError) as refused:
        clean(block, value)
    return {name: str(error) for name, error in refused.value.block_errors.items()}


@pytest.mark.parametrize("activities", ["boulangerie", "99.99Z", "88.91A 12345", "88.91A, <b>"])
def test_a_nonsense_code_is_refused_in_words(activities):
    said = refusals(ClueBlock(), EMPTY | {"activities": activities})
    assert set(said) == {"activities"}
    assert "n’est le début d’aucun code d’activité (NAF)" in said["activities"]
    assert "88.91A" in said["activities"]


def test_a_clue_asks_something():
    assert "Donnez au moins un code" in refusals(ClueBlock(), EMPTY)["activities"]


def test_too_many_words_are_refused():
    words = ",".join(f"mot{number}" for number in range(MOST_WORDS + 1))
    assert f"{MOST_WORDS} mots" in refusals(ClueBlock(), EMPTY | {"words": words})["words"]


@pytest.mark.parametrize(
    "given_",
    [
        {"activities": "88.91a"},
        {"words": "amap"},
        {"sub_families": ["scop"]},
        {"labels": ["ACI"]},
        {"labels": ["ESUS"]},
    ],
)
def test_one_hint_is_enough(given_):
    clean(ClueBlock(), EMPTY | given_)


@pytest.mark.parametrize("given_", [{"labels": ["XXX"]}, {"sub_families": ["sarl"]}, {"families": ["clan"]}])
def test_an_unknown_choice_is_refused(given_):
    assert refusals(ClueBlock(), EMPTY | given_)


def test_an_example_says_where_it_comes_from():
    value = raw_moment(example="La Bonne Crèche, association")["value"]
    assert "Dites d’où vient l’exemple" in refusals(MomentBlock(), value)["example_source"]
    clean(MomentBlock(), value | {"example_source": "Le journal, 2024"})


@pytest.mark.parametrize("name", ["title", "what", "kind", "form", "family", "negative", "hour"])
def test_what_makes_a_moment_is_required(name):
    assert name in refusals(MomentBlock(), raw_moment(**{name: None if name == "hour" else ""})["value"])


@pytest.mark.parametrize("hour", ["25:00", "midi", "12:75"])
def test_an_hour_is_an_hour(hour):
    block = MomentBlock()
    data = {f"m-{name}": value for name, value in raw_moment()["value"].items() if isinstance(value, str)}
    data |= {"m-hour": hour, "m-clues-count": "0"}
    assert "hour" in refusals_of_form(block, data)


def refusals_of_form(block, data):
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    query.update(data)
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(block.value_from_datadict(query, {}, "m"))
    return refused.value.block_errors


@pytest.mark.parametrize(
    ("mode", "words"), [("", "On dépose la petite."), ("sans/", "La porte est fermée."), ("facile/", "Le matin")]
)
def test_the_preview_shows_the_day_the_day_without_and_the_easy_version(db, rf, mode, words):
    make_town()
    make_home()
    make_structure("CRÈCHE", naf="88.91A", place=POINT)
    easy = DayPage._meta.get_field("easy_body").stream_block.to_python([{"type": "title", "value": "Le matin"}])
    page = day_page(raw_moment(), easy_body=easy)
    assert mode in dict(page.preview_modes)
    response = page.make_preview_request(preview_mode=mode)
    response.render()
    assert response.status_code == 200
    assert words in response.content.decode()


def test_an_unknown_preview_is_not_found(db):
    make_town()
    make_home()
    page = day_page(raw_moment())
    assert "facile/" not in dict(page.preview_modes)
    assert page.make_preview_request(preview_mode="ailleurs/").status_code == 404


def test_a_change_of_first_content_names_a_block_that_exists():
    seed = PageSeed("/x/", "DayPage", 1, {"moments": [{"type": "moment", "value": {"hour": "07:00:00", "title": "a"}}]})
    change = {"field": "moments", "key": "hour", "value": "07:00:00", "set": {"title": "b"}}
    changed = _changed(seed, [change])
    assert changed.fields["moments"][0]["value"] == {"hour": "07:00:00", "title": "b"}
    assert seed.fields["moments"][0]["value"]["title"] == "a"
    with pytest.raises(KeyError):
        _changed(seed, [change | {"value": "08:00:00"}])


def test_the_common_day_names_no_territory():
    page = next(page for page in read_content("", {}).pages if page.path == "/au-fil-des-heures/")
    assert "Poitiers" not in str(page.fields)
    assert not any(block["value"].get("example") for block in page.fields["moments"])
