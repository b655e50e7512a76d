import numpy as np
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from essaim.directory.models import Card, Establishment, Label, LocalDecision, Structure, Synonym
from essaim.directory.search.index import searcher, version
from essaim.directory.search.query import IndexUnavailable, SearchParams, matching_ids, suggest
from essaim.directory.tasks import index_structures
from essaim.directory.tasks import rebuild_index as rebuild_task
from essaim.foundation import kept
from tests.directory.search.factories import (
    HOME,
    OTHER,
    ask,
    counts,
    long_ago,
    make_structure,
    make_town,
    names,
    rebuild_index,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    make_town()


@pytest.fixture
def village(town):
    make_structure("LES ATELIERS CORD'AGES", rna_title="Les Ateliers Cord’âges")
    make_structure("EPICERIE SOLIDAIRE LE PONT", naf="47.11B", is_employer=True, commune="00102")
    make_structure("LE PANIER VERT", naf="47.11B", family="cooperative", sub_family="scop")
    make_structure("VELO POUR TOUS", naf="95.29Z")
    make_structure("LES VELOS DE LA BOIVRE", labels=["ACI"])
    make_structure("ANCIEN VELO CLUB", is_closed=True)
    make_structure("RESSOURCERIE DU CLAIN", place={"signs": ["La Boutique"], "usual_name": "Chez Lulu"}, acronym="RDC")
    make_structure("VELO D'AILLEURS", commune="00201")
    rebuild_index()


@pytest.mark.parametrize("text", ["velo", "vélo", "vélos", "VELOS"])
def test_velo_however_written_finds_the_same(village, text):
    assert names(f"q={text}") == ["LES VELOS DE LA BOIVRE", "VELO POUR TOUS"]


@pytest.mark.parametrize("text", ["cordages", "cord'ages", "Cord’âges", "cord ages"])
def test_cordages(village, text):
    assert names(f"q={text}") == ["LES ATELIERS CORD'AGES"]


def test_epicerie_finds_groceries_first_then_what_sells_food(village):
    assert names("q=epicerie")[:2] == ["EPICERIE SOLIDAIRE LE PONT", "LE PANIER VERT"]
    assert names("q=epicrie")[0] == "EPICERIE SOLIDAIRE LE PONT"


@pytest.mark.parametrize("text", ["ressourcerie", "rdc", "la boutique", "chez lulu", "lulu"])
def test_every_form_of_the_name(village, text):
    assert names(f"q={text}")[0] == "RESSOURCERIE DU CLAIN"


@pytest.mark.parametrize("text", ["esus", "utilité sociale", "entreprise solidaire d’utilité sociale"])
def test_a_label_is_found_by_its_code_and_by_its_name_while_it_holds(town, text):
    make_structure("Le Garage", labels=["ESUS"])
    Label.objects.create(structure=make_structure("La Forge"), kind="ESUS", source="essai", valid_until="2020-01-01")
    rebuild_index()
    assert names(f"q={text}") == ["Le Garage"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fringues", {"LA VESTIBOUTIQUE", "RECUP DU CLAIN"}),
        ("nounou", {"LES PETITS PAS", "RELAIS ASSISTANTES MATERNELLES"}),
        ("réparer un vélo", {"LE PIGNON", "ATELIER VELO DU PONT"}),
        ("courses pas chères", {"LE PANIER", "EPICERIE SOLIDAIRE DU BOURG"}),
    ],
)
def test_plain_phrases_find_by_activity_and_by_name(town, text, expected):
    """With the project's own list of words: one structure known by its activity alone, one by its name alone."""
    for name, naf in (
        ("LA VESTIBOUTIQUE", "94.99Z"),
        ("RECUP DU CLAIN", "47.79Z"),
        ("LES PETITS PAS", "88.91A"),
        ("RELAIS ASSISTANTES MATERNELLES", "94.99Z"),
        ("LE PIGNON", "95.29Z"),
        ("ATELIER VELO DU PONT", "94.99Z"),
        ("LE PANIER", "47.11B"),
        ("EPICERIE SOLIDAIRE DU BOURG", "94.99Z"),
        ("CHORALE DU CLAIN", "90.01Z"),
        ("MEDIATION FAMILIALE DU BOURG", "88.99B"),  # the same code as most food banks, and nothing to sell
    ):
        make_structure(name, naf=naf)
    rebuild_index()
    assert set(names(f"q={text}")) == expected


def test_a_number_goes_straight_even_to_a_closed_one(village):
    structure = Structure.objects.get(name="ANCIEN VELO CLUB")
    siret = structure.establishments.get().siret
    for typed in (structure.siren, f"{structure.siren[:3]} {structure.siren[3:6]} {structure.siren[6:]}", siret):
        results = ask(f"q={typed}")
        assert results.structure_ids == [structure.pk]
        assert "fermées" in results.notes[0]


def test_closed_ones_are_left_out_unless_asked(village):
    assert "ANCIEN VELO CLUB" not in names("q=velo")
    assert names("q=velo&etat=fermee") == ["ANCIEN VELO CLUB"]
    assert names("q=velo&etat=toutes")[-1] == "ANCIEN VELO CLUB"
    assert counts(ask("q=velo"), "etat") == {"ouverte": 2, "fermee": 1}


def test_the_scope_is_imposed(village):
    assert names("q=velo", scope=(OTHER,)) == ["VELO D'AILLEURS"]
    assert ask("", scope=()).total == 0
    assert ask("", scope=(HOME, OTHER)).total == 7


def test_counts_ignore_their_own_filter(village):
    results = ask("famille=cooperative&milieu=urbain")
    assert results.total == 1
    assert counts(results, "famille") == {"association": 4, "cooperative": 1}
    assert counts(results, "milieu") == {"urbain": 1}
    assert counts(results, "commune") == {"00101": 1}
    results = ask("commune=00102")
    assert counts(results, "commune") == {"00102": 1, "00101": 5}
    assert [v.label for f in results.facets if f.name == "commune" for v in f.values] == ["Lusignan", "Poitiers"]
    assert counts(results, "employeur") == {"oui": 1}


def test_a_selected_choice_without_result_stays_visible(village):
    results = ask("famille=mutual")
    assert results.total == 0
    choice = next(v for f in results.facets if f.name == "famille" for v in f.values if v.selected)
    assert (choice.value, choice.count) == ("mutual", 0)


def test_a_filter_that_does_not_exist(village):
    results = ask("famille=secte")
    assert results.total == 0
    assert "secte" in results.notes[0]


def test_the_default_order(town):
    make_structure("A endormie", last_processed_on=long_ago())
    make_structure("B simple")
    make_structure("C confirmée", card={"confirmed_at": "2026-01-01T00:00Z"})
    make_structure("D employeuse", is_employer=True)
    make_structure("E insertion", labels=["EI"], is_employer=True)
    make_structure("F ancienne mais employeuse", last_processed_on=long_ago(), is_employer=True)
    rebuild_index()
    assert names() == [
        "E insertion",
        "D employeuse",
        "F ancienne mais employeuse",
        "C confirmée",
        "B simple",
        "A endormie",
    ]
    assert names("tri=nom")[0] == "A endormie"


def test_an_exact_name_wins_even_asleep(town):
    make_structure("Le Lien", last_processed_on=long_ago())
    make_structure("Le Lien et la Main", is_employer=True)
    rebuild_index()
    assert names("q=le+lien") == ["Le Lien", "Le Lien et la Main"]


def test_an_expired_label_is_no_label(town):
    structure = make_structure("Chantier", labels=["ACI"])
    structure.labels.update(valid_until=long_ago())
    rebuild_index()
    assert counts(ask(), "label") == {}


def test_pages_hold_together(town):
    for number in range(25):
        make_structure(f"Jardin {number % 3}")
    rebuild_index()
    first, second, beyond = ask("q=jardin"), ask("q=jardin&page=2"), ask("q=jardin&page=40")
    assert first.total == second.total == beyond.total == 25
    assert (len(first.structure_ids), len(second.structure_ids), first.pages) == (20, 5, 2)
    assert not set(first.structure_ids) & set(second.structure_ids)
    assert beyond.structure_ids == second.structure_ids
    assert beyond.params.page == 2
    whole = matching_ids(SearchParams(text="jardin"), [HOME])
    assert whole.dtype == np.int64
    assert whole.tolist() == first.structure_ids + second.structure_ids
    assert matching_ids(SearchParams(text="jardin"), [HOME], ordered=False).tolist() == sorted(whole)


def test_near_a_commune_or_a_postcode_or_a_position(town):
    far = make_structure("Le loin", place={"latitude": 46.58, "longitude": 0.34, "position_quality": "exact"})
    close = make_structure("Le proche", place={"latitude": 46.44, "longitude": 0.34, "position_quality": "street"})
    nowhere = make_structure("Sans point")
    centre = make_structure("A la mairie", place={"latitude": 46.43, "longitude": 0.34, "position_quality": "commune"})
    rebuild_index()
    for place in ("pres=Lusignan", "pres=00110", "lat=46.43&lon=0.34"):
        results = ask(f"{place}&tri=distance")
        assert results.structure_ids == [close.pk, far.pk, centre.pk, nowhere.pk]
        assert results.distances == {close.pk: pytest.approx(1112, abs=2), far.pk: pytest.approx(16679, abs=5)}
    assert ask("pres=Lusignan&rayon=5").structure_ids == [close.pk]
    assert ask("pres=Lusignan").place == "Lusignan"
    # The form still carries the position of « près de moi » when a commune is typed after it: the commune counts.
    moved = ask("pres=Lusignan&rayon=5&lat=46.58&lon=0.34")
    assert (moved.structure_ids, moved.place) == ([close.pk], "Lusignan")
    lost = ask("pres=Atlantide&tri=distance")
    assert lost.total == 4
    assert "Atlantide" in lost.notes[0]
    assert "près de quelle commune" in ask("tri=distance").notes[0]
    assert "Sans-Centre" in ask("pres=Sans-Centre&tri=distance").notes[0]
    assert ask("zone=46.5,0,47,1").structure_ids == [far.pk]


def test_the_officers_synonyms_join_the_projects(village):
    assert names("q=zinzin") == []
    Synonym.objects.create(words=["zinzin"], expands_to=["ressourcerie"], naf=["95.29Z"])
    kept.forget_all()
    assert set(names("q=zinzins")) == {"RESSOURCERIE DU CLAIN", "VELO POUR TOUS"}


def test_what_was_mended_is_told(village):
    assert any("ressourcerie" in note for note in ask("q=resourcerie").notes)
    assert any("xyzzy" in note for note in ask("q=xyzzy+panier").notes)


def test_suggestions(village):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = suggest("vel", [HOME])
    assert [s.name for s in found] == ["Les Velos de la Boivre", "Velo pour Tous"]
    assert found[1].url.startswith("/annuaire/velo-pour-tous-999")
    assert len(queries) <= 2
    assert suggest("", [HOME]) == []
    assert suggest("x" * 10_000, [HOME]) == []
    assert suggest("ailleurs", [HOME]) == []


def test_an_update_brings_in_changes_names_and_departures(village):
    before = version()
    structure = Structure.objects.get(name="VELO POUR TOUS")
    Card.objects.create(structure=structure, name="Bicyclette et compagnie", keywords=["vélorution"])
    index_structures.enqueue([structure.pk])
    assert names("q=velorution") == ["VELO POUR TOUS"]
    assert version() != before
    LocalDecision.objects.create(structure=structure, decision="exclude", reason="fermée", by_label="test")
    index_structures.enqueue([structure.pk])
    assert names("q=velorution") == []
    LocalDecision.objects.create(structure=structure, decision="admit", reason="rouverte", by_label="test")
    index_structures.enqueue([structure.pk])
    assert names("q=velorution") == ["VELO POUR TOUS"]
    twin = make_structure("Jumelle")
    Structure.objects.filter(pk=structure.pk).update(merged_into=twin)
    index_structures.enqueue([structure.pk, twin.pk, 10**9])
    assert names("q=velorution") == []
    assert names("q=jumelle") == ["Jumelle"]


def test_no_index_is_told_then_an_update_makes_one(town):
    structure = make_structure("Le Lien")
    assert version() == ""
    with pytest.raises(IndexUnavailable, match="essaim directory index"):
        ask()
    index_structures.enqueue([structure.pk])
    assert names() == ["Le Lien"]
    (next(path for path in searcher()._folder.iterdir() if path.is_dir()) / "meta.json").write_text("abîmé")
    index_structures.enqueue([structure.pk])
    assert names() == ["Le Lien"]


def test_a_rebuild_costs_the_same_queries_whatever_the_number(town):
    make_structure("Un")
    with CaptureQueriesContext(connection) as few:
        assert rebuild_index() == 1
    for number in range(30):
        make_structure(f"Autre {number}", labels=["EI"])
    told = []
    with CaptureQueriesContext(connection) as many:
        rebuild_task.enqueue()
    assert searcher().size == 31
    assert len(few) == len(many) <= 6
    rebuild_index(lambda done, total: told.append((done, total)))
    assert told == [(31, 31)]


def test_a_search_costs_few_queries(village):
    ask("q=velo&pres=Lusignan")
    with CaptureQueriesContext(connection) as queries:
        ask("q=velo&pres=Lusignan&famille=association&commune=00101")
    assert len(queries) <= 5


def test_several_places_are_one_result_found_in_each_commune(town):
    structure = make_structure("Réseau", place={"latitude": 46.58, "longitude": 0.34, "position_quality": "exact"})
    Establishment.objects.create(
        structure=structure,
        siret=f"{structure.siren}99999",
        commune_id="00102",
        official_commune_code="00102",
        latitude=46.43,
        longitude=0.34,
        position_quality="exact",
    )
    closed = Establishment.objects.create(
        structure=structure,
        siret=f"{structure.siren}99998",
        commune_id="00103",
        official_commune_code="00103",
        is_closed=True,
    )
    rebuild_index()
    assert ask("commune=00102").structure_ids == ask("commune=00101").structure_ids == [structure.pk]
    assert ask("commune=00103").total == 0
    assert ask(f"q={closed.siret}").structure_ids == [structure.pk]
    assert ask("pres=Lusignan").distances == {structure.pk: 0}
    assert counts(ask(), "milieu") == {"urbain": 1, "rural": 1}


@pytest.mark.parametrize(
    "query",
    ["q=" + "x" * 10_000, "q=%22*", "q=AND", "q=%F0%9F%98%80", "q=%E2%80%AE", "page=-1", "q=%00", "commune=%27--"],
)
def test_odd_addresses_answer(village, query):
    results = ask(query)
    assert results.params.page == 1
    assert len(matching_ids(SearchParams.from_querydict(QueryDict(query)), [HOME])) == results.total
