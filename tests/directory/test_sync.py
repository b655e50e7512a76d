"""`directory sync`: from an imported extract to the database, and what may go wrong on the way."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from essaim.directory.actions.decisions import admit_new
from essaim.directory.actions.sync import sync_territories
from essaim.directory.demo.steps import check_nothing_real
from essaim.directory.enums import PositionQuality
from essaim.directory.models import Card, Criterion, Establishment, FormerKey, Label, Structure, SyncRun
from essaim.directory.queries import by_key
from essaim.directory.sync.reading import NoExtract, SyncRefused, UnknownTerritory
from essaim.directory.sync.shaping import DEMO_SOURCE
from essaim.foundation.actions import set_territory
from essaim.foundation.models import JournalEntry, Territory
from essaim.foundation.territories import home
from essaim.geography.models import Commune
from essaim.people.actions import make_officer
from essaim.people.queries import officers
from essaim.site.demo import OFFICER
from tests.directory.factories import OfficialFiles, siren, siret
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import CITY, HOME, OTHER, load_small_cog
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path, settings):
    load_small_cog()
    return OfficialFiles(tmp_path / "official", settings.DATA_DIR)


def sync(apply=True, territories=(HOME,), **options):
    return sync_territories(by="test", territories=territories, apply=apply, **options)


def only(reports):
    assert len(reports) == 1
    return reports[0]


def test_first_sync_brings_a_structure_with_everything_the_file_says(files):
    one = siren(1)
    number = files.place(one)
    files.unit(one, denomination="LES AMIS DU JARDIN", sigle="LAJ", trancheEffectifs="11", anneeEffectifs="2023")
    files.load()

    report = only(sync())

    assert (report.structures.added, report.establishments.added, report.written) == (1, 1, True)
    structure = Structure.objects.get()
    assert (structure.siren, structure.key, structure.name, structure.acronym) == (
        one,
        one,
        "LES AMIS DU JARDIN",
        "LAJ",
    )
    assert (structure.family, structure.sub_family, structure.naf) == ("association", "declared", "94.99Z")
    assert (structure.headcount_band, structure.headcount_year, structure.is_employer) == ("11", "2023", True)
    assert (structure.vintage, structure.fictitious) == ("2026-10", False)
    place = Establishment.objects.get()
    assert (place.siret, place.commune_id, place.is_head_office) == (number, "86194", True)
    assert place.address == "12 bis rue de la Paix"
    assert place.latitude == pytest.approx(46.58, abs=0.05)
    assert place.longitude == pytest.approx(0.34, abs=0.05)
    assert place.position_quality == PositionQuality.EXACT
    criterion = structure.criteria.get()
    assert (criterion.code, criterion.reference) == ("legal_category", "9220")
    assert criterion.as_of == "2026-10"


def test_dry_run_writes_nothing_at_all_and_says_the_same_numbers(files):
    files.place(siren(1))
    files.load()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        dry = only(sync(apply=False))
    assert not [query for query in queries.captured_queries if not query["sql"].lstrip().startswith("SELECT")]
    assert (
        Structure.objects.count(),
        Territory.objects.count(),
        JournalEntry.objects.filter(verb__contains="synchro").count(),
    ) == (0, 0, 0)
    wet = only(sync())
    assert dry.structures == wet.structures
    assert dry.establishments == wet.establishments
    assert "Rien n’a été écrit" in "\n".join(dry.lines())


def test_second_run_finds_nothing_and_writes_nothing(files):
    for number in range(5):
        files.place(siren(number))
    files.load()
    sync()
    entries, runs = JournalEntry.objects.count(), SyncRun.objects.count()
    with CaptureQueriesContext(connection) as queries:
        report = only(sync())
    writes = [
        query["sql"] for query in queries.captured_queries if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}
    ]
    assert writes == []
    assert (report.structures.total, report.establishments.total, report.written) == (0, 0, False)
    assert report.structures.unchanged == 5
    assert (JournalEntry.objects.count(), SyncRun.objects.count()) == (entries, runs)
    assert "déjà à jour" in "\n".join(report.lines())


def test_a_new_vintage_with_the_same_facts_is_no_change_but_is_noted(files):
    files.place(siren(1))
    files.load("2026-10")
    sync()
    files.place(siren(2), codeCommuneEtablissement="75101")  # elsewhere: no month's files are those of the month before
    files.load("2026-11")
    report = only(sync())
    assert (report.structures.total, report.structures.unchanged, report.written) == (0, 1, True)
    assert Structure.objects.get().vintage == "2026-11"
    assert Structure.objects.get().criteria.get().as_of == "2026-11"
    assert SyncRun.objects.first().vintage == "2026-11"


def test_changed_closed_reopened(files):
    changing, closing = siren(1), siren(2)
    files.place(changing)
    number = files.place(closing)
    files.load()
    sync()

    files.unit(changing, denomination="LES AMIS DU VERGER")
    files.unit(closing, etatAdministratif="C", dateDebut="2026-10-31")
    files.place(closing, etatAdministratif="F", dateDebut="2026-10-31")
    files.load("2026-11")
    report = only(sync())
    assert (report.structures.changed, report.structures.closed, report.establishments.closed) == (1, 1, 1)
    closed = Structure.objects.get(siren=closing)
    assert closed.is_closed
    assert str(closed.closed_on) == "2026-10-31"
    assert Establishment.objects.get(siret=number).is_closed
    assert JournalEntry.objects.filter(verb="structure fermée", object_id=str(closed.pk)).count() == 1
    assert Structure.objects.get(siren=changing).name == "LES AMIS DU VERGER"

    files.unit(closing, etatAdministratif="A", dateDebut="2026-11-15")
    files.place(closing, etatAdministratif="A", dateDebut="2026-11-15")
    files.load("2026-12")
    report = only(sync())
    assert (report.structures.reopened, report.establishments.reopened) == (1, 1)
    reopened = Structure.objects.get(siren=closing)
    assert (reopened.is_closed, reopened.closed_on, reopened.pk) == (False, None, closed.pk)
    assert JournalEntry.objects.filter(verb="structure rouverte").count() == 1


def test_local_edits_survive(files):
    one = siren(1)
    files.place(one)
    files.load()
    sync()
    structure = Structure.objects.get()
    card = Card.objects.create(
        structure=structure, name="Le Jardin", description="Nous jardinons.", phone="+33549000000"
    )
    structure.contacts.create(name="Ana", email="ana@exemple.fr")
    structure.decisions.create(decision="admit", reason="Utile", by_label="Camille")
    structure.criteria.create(code="local_decision", source="Décision locale")
    files.unit(one, denomination="AUTRE NOM OFFICIEL")
    files.load("2026-11")
    sync()
    structure.refresh_from_db()
    assert structure.name == "AUTRE NOM OFFICIEL"
    card.refresh_from_db()
    assert (card.name, card.description, card.phone) == ("Le Jardin", "Nous jardinons.", "+33549000000")
    assert structure.contacts.count() == 1
    assert structure.decisions.count() == 1
    assert set(structure.criteria.values_list("code", flat=True)) == {"legal_category", "local_decision"}


def test_partial_diffusion_later_erases_what_was_stored(files):
    one = siren(1)
    files.unit(one, sigle="LAJ")
    files.place(one)
    files.load()
    sync()
    assert Establishment.objects.get().latitude is not None
    files.unit(one, statutDiffusion="P", sigle="[ND]")
    files.place(
        one,
        statutDiffusion="P",
        numeroVoie="[ND]",
        libelleVoie="[ND]",
        typeVoie="[ND]",
        codePostal="[ND]",
        coordonneeLambertAbscisse="[ND]",
        coordonneeLambertOrdonnee="[ND]",
    )
    files.load("2026-11")
    report = only(sync())
    structure, place = Structure.objects.get(), Establishment.objects.get()
    assert (structure.diffusion, structure.acronym) == ("P", "")
    assert (place.diffusion, place.address, place.postcode) == ("P", "", "")
    assert (place.latitude, place.longitude, place.position_quality, place.position_source) == (None, None, "", "")
    stored = json.dumps([list(JournalEntry.objects.values_list("before", "after")), report.as_json()], default=str)
    assert "Paix" not in stored
    assert "[ND]" not in stored


def test_partial_unit_hides_the_places_of_an_open_establishment(files):
    one = siren(1)
    files.unit(one, statutDiffusion="P")
    files.place(one)
    files.load()
    sync()
    place = Establishment.objects.get()
    assert (place.address, place.latitude) == ("", None)


def test_former_commune_resolves_and_keeps_the_official_code(files):
    files.place(siren(1), codeCommune="86219", libelleCommune="SAINT CYR")
    files.load()
    sync()
    place = Establishment.objects.get()
    assert (place.commune_id, place.official_commune_code) == ("86019", "86219")


def test_unknown_commune_stays_out_and_is_reported(files):
    files.place(siren(1))
    files.place(siren(2), codeCommune="86999")
    files.load()
    report = only(sync())
    assert Structure.objects.count() == 1
    assert report.problem_counts == {"unknown_commune": 1}
    assert "86999" in "\n".join(report.lines())


@pytest.mark.parametrize(
    ("x", "y", "problem"),
    [
        ("0", "0", "position_zero"),
        ("0.0", "0.0", "position_zero"),
        ("652000", "6862000", "position_outside"),  # Paris
        ("1", "1", "position_outside"),
    ],
)
def test_absurd_points_are_refused_and_reported(files, x, y, problem):
    files.place(siren(1), coordonneeLambertAbscisse=x, coordonneeLambertOrdonnee=y)
    files.load()
    report = only(sync())
    place = Establishment.objects.get()
    assert (place.latitude, place.longitude, place.position_quality) == (None, None, "")
    assert report.problem_counts == {problem: 1}


def test_street_point_is_no_better_than_its_address(files):
    files.place(siren(1), numeroVoie="")
    files.place(siren(2), numeroVoie="", typeVoie="", libelleVoie="")
    files.load()
    sync()
    qualities = Establishment.objects.order_by("siret").values_list("position_quality", flat=True)
    assert list(qualities) == [PositionQuality.STREET, PositionQuality.COMMUNE]


def test_invalid_siret_is_kept_and_flagged(files):
    one = siren(1)
    wrong = siret(one)[:-1] + str((int(siret(one)[-1]) + 1) % 10)
    files.place(one, siret=wrong)
    files.load()
    report = only(sync())
    assert not Establishment.objects.get(siret=wrong).siret_valid
    assert report.problem_counts == {"invalid_siret": 1}


def test_vanished_structure_is_kept_marked_reported_then_comes_back(files):
    gone, here = siren(1), siren(2)
    files.unit(gone, denomination="LA DISPARUE")
    number = files.place(gone)
    files.place(here)
    files.load()
    sync()
    put_back = files.take_out(gone)
    files.load("2026-11")
    report = only(sync())
    assert (report.structures.missing, report.establishments.missing) == (1, 1)
    structure = Structure.objects.get(siren=gone)
    assert (structure.missing_since, structure.is_closed) == ("2026-11", False)
    assert "LA DISPARUE" in "\n".join(report.lines())
    assert only(sync()).structures.missing == 0

    put_back()
    files.load("2026-12")
    report = only(sync())
    structure.refresh_from_db()
    assert (structure.missing_since, report.structures.changed) == ("", 1)
    assert Establishment.objects.get(siret=number).missing_since == ""


def test_a_file_that_drops_too_much_is_refused(files):
    numbers = [files.place(siren(number)) for number in range(60)]
    files.load()
    sync()
    for number in numbers[:10]:
        files.drop(number)
    files.load("2026-11")
    assert "incomplet" in only(sync(apply=False)).warning
    with pytest.raises(SyncRefused, match="incomplet"):
        sync()
    assert not Establishment.objects.exclude(missing_since="").exists()
    assert only(sync(accept_loss=True)).establishments.missing == 10


def test_second_territory_is_added_and_leaves_the_first_alone(files):
    both, home_only = siren(1), siren(2)
    files.place(both)
    files.place(both, nic=2, codeCommune="86281", libelleCommune="SAINT-MARTIN-LA-PALLU", etablissementSiege="false")
    files.place(home_only)
    files.load()
    sync()
    assert Establishment.objects.count() == 2
    report = only(sync(territories=(OTHER,)))
    assert (report.structures.added, report.establishments.added, report.structures.missing) == (0, 1, 0)
    assert Structure.objects.get(siren=both).establishments.count() == 2
    assert [(t.siren, t.short_name, t.rank) for t in Territory.objects.all()] == [
        (HOME, "Grand Poitiers", 0),
        (OTHER, "Haut-Poitou", 1),
    ]
    again = sync(territories=())
    assert [report.territory for report in again] == [HOME, OTHER]
    assert not any(report.written for report in again)


def test_successor_of_a_closed_establishment(files):
    old, new = siren(1), siren(2)
    closed = files.place(old, etatAdministratif="F", dateDebut="2026-01-01")
    files.unit(old, etatAdministratif="C", dateDebut="2026-01-01")
    heir = files.place(new)
    files.load()
    files.load_list(
        "StockEtablissementLiensSuccession_utf8.csv",
        [
            {
                "siretEtablissementPredecesseur": closed,
                "siretEtablissementSuccesseur": heir,
                "dateLienSuccession": "2026-01-01",
                "transfertSiege": "true",
                "continuiteEconomique": "true",
            }
        ],
    )
    sync()
    place = Establishment.objects.get(siret=closed)
    assert (place.is_closed, place.successor_siret, str(place.succession_on)) == (True, heir, "2026-01-01")


RNA = {
    "id": "W862000001",
    "siret": "",
    "titre": "LE RUCHER DES VOISINS",
    "titre_court": "RUCHER",
    "objet": "élever des abeilles ensemble",
    "nature": "D",
    "position": "A",
    "date_creat": "2015-03-01",
    "adrs_numvoie": "3",
    "adrs_typevoie": "RUE",
    "adrs_libvoie": "DES ABEILLES",
    "adrs_codepostal": "86000",
    "adrs_codeinsee": "86194",
    "adrs_libcommune": "Poitiers",
    "objet_social1": "024015",
    "maj_time": "2026-01-01 00:00:00",
    "date_disso": "",
    "rup_mi": "",
}


def test_association_known_by_the_rna_alone(files):
    files.place(siren(1))
    files.load()
    files.load_list(
        "rna_waldec_20261001.csv", [RNA, RNA | {"id": "W862000009", "position": "D", "date_disso": "2020-01-01"}]
    )
    report = only(sync())
    assert report.structures.added == 2
    association = Structure.objects.get(rna="W862000001")
    assert (association.siren, association.key, association.name) == (None, "W862000001", "LE RUCHER DES VOISINS")
    assert association.purpose == "élever des abeilles ensemble"
    place = association.establishments.get()
    assert (place.siret, place.commune_id, place.latitude) == (None, "86194", None)
    assert [criterion.code for criterion in association.criteria.all()] == ["rna"]
    assert only(sync()).written is False


def test_siren_obtained_later_keeps_the_internal_row_and_redirects(files):
    files.place(siren(1))
    files.load()
    files.load_list("rna_waldec_20261001.csv", [RNA])
    sync()
    association = Structure.objects.get(rna="W862000001")
    association.contacts.create(name="Ana")
    seat = association.establishments.get()

    two = siren(2)
    number = files.place(two)
    files.unit(two, identifiantAssociation="W862000001", denomination="LE RUCHER DES VOISINS")
    files.load("2026-11")
    report = only(sync())
    assert report.siren_obtained == 1
    assert Structure.objects.count() == 2
    association.refresh_from_db()
    assert (association.siren, association.key) == (two, two)
    assert association.contacts.count() == 1
    place = association.establishments.get()
    assert (place.pk, place.siret) == (seat.pk, number)
    found = by_key("W862000001")
    assert found == association
    assert set(association.criteria.values_list("code", flat=True)) == {"legal_category", "rna"}
    assert only(sync()).written is False


def test_rna_number_given_later_to_a_known_siren_joins_the_two(files):
    two = siren(2)
    files.place(two)
    files.load()
    files.load_list("rna_waldec_20261001.csv", [RNA])
    sync()
    alone = Structure.objects.get(rna="W862000001")
    alone.contacts.create(name="Ana")
    files.unit(two, identifiantAssociation="W862000001")
    files.load("2026-11")
    sync()
    bearer = Structure.objects.get(siren=two)
    assert bearer.rna == "W862000001"
    assert bearer.contacts.count() == 1
    assert bearer.establishments.count() == 1
    found = by_key("W862000001")
    assert found == bearer
    assert FormerKey.objects.get().key == "W862000001"
    assert only(sync()).written is False


def test_rna_facts_join_a_structure_by_its_siret(files):
    one = siren(1)
    number = files.place(one)
    files.load()
    files.load_list("rna_waldec_20261001.csv", [RNA | {"siret": number}])
    sync()
    structure = Structure.objects.get()
    assert (structure.siren, structure.rna, structure.rna_title) == (one, "W862000001", "LE RUCHER DES VOISINS")
    assert set(structure.criteria.values_list("code", flat=True)) == {"legal_category", "rna"}


def test_real_file_removes_the_invented_structures_in_one_go(files, tmp_path):
    invented = OfficialFiles(tmp_path / "demo", files.data_dir)
    for number in range(3):
        invented.place(siren(number, "999"))
    invented.load()
    sync()
    assert Structure.objects.filter(fictitious=True).count() == 3
    Card.objects.create(structure=Structure.objects.first(), name="Inventée")
    files.place(siren(1))
    files.load("2026-11")
    dry = only(sync(apply=False))
    assert (dry.fictitious_removed, dry.structures.added, dry.structures.missing) == (3, 1, 0)
    report = only(sync())
    assert (report.fictitious_removed, report.structures.added) == (3, 1)
    assert list(Structure.objects.values_list("fictitious", flat=True)) == [False]
    assert not SyncRun.objects.filter(fictitious=True).exists()
    assert JournalEntry.objects.filter(verb="données inventées retirées").count() == 1

    invented.load("2026-12")
    with pytest.raises(SyncRefused, match="inventées"):
        sync()
    with pytest.raises(SyncRefused, match="inventées"):
        sync(apply=False)
    assert only(sync(demo_over_real=True)).structures.added == 3


def test_invented_rows_lend_no_word_to_a_true_publisher(files, client):
    TerritoryFactory(siren=HOME)
    number = files.place(siren(1, "999"))
    files.load()
    files.load_list("liste_siae.csv", [{"siret": number, "kind": "ACI", "name": "X"}])
    files.load_list("rna_waldec_20261001.csv", [RNA])
    files.load()
    sync()
    assert Structure.objects.filter(fictitious=True).count() == 2
    told = {
        *Structure.objects.values_list("source", flat=True),
        *Criterion.objects.values_list("source", flat=True),
        *Label.objects.values_list("source", flat=True),
        *Establishment.objects.exclude(position_source="").values_list("position_source", flat=True),
    }
    assert told == {DEMO_SOURCE}
    assert Label.objects.count() == 1
    for structure in Structure.objects.all():
        page = client.get(structure.get_absolute_url()).content.decode()
        main = page.split("<main", 1)[1].split("</main", 1)[0]
        assert DEMO_SOURCE in main
        for publisher in ("Insee, ", "Répertoire national", "Plateforme de l’inclusion"):
            assert publisher not in main
    assert only(sync()).written is False


@pytest.fixture
def demonstration(files, tmp_path):
    """Grand Poitiers as `essaim demo` leaves it: real territory and identity, invented structures, her officer."""
    set_territory(
        by="demo", siren=HOME, name="CU de Grand Poitiers", short_name="Grand Poitiers", phone="05 49 52 35 35"
    )
    make_officer(by="demo", email=OFFICER, name="Agente", password="secret")
    invented = OfficialFiles(tmp_path / "demo", files.data_dir)
    invented.place(siren(1, "999"))
    invented.load()
    sync()
    assert home().siren == HOME
    return invented


def test_real_files_of_another_epci_do_not_wear_the_identity_of_the_demonstration(files, demonstration):
    files.place(siren(1), codeCommune="86281", libelleCommune="SAINT-MARTIN-LA-PALLU")
    files.load("2026-11")
    dry = only(sync(apply=False, territories=(OTHER,)))
    assert home().siren == HOME
    report = only(sync(territories=(OTHER,)))
    assert (home().siren, home().phone, home().rank) == (OTHER, "", 0)
    assert [territory.siren for territory in Territory.objects.all()] == [OTHER]
    assert report.demonstration == dry.demonstration
    told = "\n".join(report.lines())
    assert "Territoire de la démonstration retiré : CU de Grand Poitiers" in told
    assert f"Compte de la démonstration fermé : {OFFICER}" in told
    assert JournalEntry.objects.filter(verb__in=["territoire retiré", "compte fermé"]).count() == 2
    assert only(sync(territories=(OTHER,))).demonstration == []


def test_real_files_of_the_same_epci_keep_its_identity_and_close_the_account(files, demonstration, client):
    assert client.login(email=OFFICER, password="secret")
    PersonFactory(email="camille@exemple.fr", is_officer=True)
    files.place(siren(1))
    files.load("2026-11")
    report = only(sync())
    assert (home().siren, home().phone) == (HOME, "05 49 52 35 35")
    assert "retiré :" not in "\n".join(report.demonstration)
    assert list(officers().values_list("email", flat=True)) == ["camille@exemple.fr"]
    assert not client.login(email=OFFICER, password="secret")


def test_a_real_territory_beside_the_demonstration_stays(files, demonstration):
    set_territory(by="test", siren=CITY, name="Métropole de Lyon", rank=1)
    SyncRun.objects.create(territory=CITY, vintage="2026-09", perimeter_version="v", fictitious=False)
    files.place(siren(1), codeCommune="86281", libelleCommune="SAINT-MARTIN-LA-PALLU")
    files.load("2026-11")
    sync(territories=(OTHER,))
    assert {territory.siren for territory in Territory.objects.all()} == {CITY, OTHER}


def test_what_was_admitted_by_hand_is_not_thrown_away_with_the_demonstration(files, demonstration, officer):
    poitiers = Commune.objects.get(pk="86194")
    admitted = admit_new(name="La Fabrique", commune=poitiers, reason="r", by=officer)
    files.place(siren(1), codeCommune="86281", libelleCommune="SAINT-MARTIN-LA-PALLU")
    files.load("2026-11")
    report = only(sync(territories=(OTHER,)))
    assert [territory.siren for territory in Territory.objects.all()] == [OTHER, HOME]
    assert home().siren == OTHER
    assert "passe derrière" in "\n".join(report.lines())
    assert Structure.objects.filter(pk=admitted.pk).exists()


def test_one_admission_by_hand_does_not_close_the_demonstration(files, demonstration, officer):
    admit_new(name="La Fabrique", commune=Commune.objects.get(pk="86194"), reason="r", by=officer)
    demonstration.place(siren(2, "999"))
    demonstration.load("2026-11")
    check_nothing_real(files.data_dir)
    report = only(sync())
    assert (report.structures.added, report.structures.missing) == (1, 0)


def test_failure_in_the_middle_writes_nothing(files, monkeypatch):
    files.place(siren(1))
    files.load()
    from essaim.directory.actions import sync as module

    def broken(*args, **kwargs):
        raise RuntimeError("coupure")

    monkeypatch.setattr(module, "_tell_journal", broken)
    with pytest.raises(RuntimeError):
        sync()
    assert (Structure.objects.count(), Establishment.objects.count(), Territory.objects.count()) == (0, 0, 0)


def test_refusals_speak(files):
    with pytest.raises(NoExtract, match="stock import"):
        sync()
    files.place(siren(1))
    files.load()
    with pytest.raises(UnknownTerritory, match="123456789"):
        sync(territories=("123456789",))
    with pytest.raises(SyncRefused, match="--territory"):
        sync(territories=())


def test_command_prints_french_or_json(files):
    files.place(siren(1))
    files.load()
    out = StringIO()
    call_command("directory", "sync", "--territory", HOME, stdout=out)
    assert "1\u00a0ajoutée" in out.getvalue()
    assert "Rien n’a été écrit" in out.getvalue()
    out = StringIO()
    call_command("directory", "sync", "--territory", HOME, "--apply", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["territories"][0]["structures"]["added"] == 1
    with pytest.raises(CommandError, match="SIREN"):
        call_command("directory", "sync", "--territory", "000")


def test_number_of_statements_does_not_grow_with_rows(files):
    for number in range(3):
        files.place(siren(number))
    files.load()
    with CaptureQueriesContext(connection) as few:
        sync()
    for number in range(3, 40):
        files.place(siren(number))
    files.load("2026-11")
    with CaptureQueriesContext(connection) as many:
        sync()
    # SQLite cuts an INSERT by its number of parameters: a handful more, never one per row.
    assert len(many) - len(few) < 12


def test_siae_label_stands_on_its_place_and_leaves_with_the_list(files):
    one = siren(1)
    number = files.place(one)
    files.load()
    row = {"siret": number, "kind": "ACI", "name": "Les amis", "nature": "HEAD_OFFICE", "siren": one}
    files.load_list("siaes.csv", [row])
    sync()
    label = Label.objects.get()
    assert (label.kind, label.establishment.siret, label.structure.siren) == ("ACI", number, one)
    assert only(sync()).written is False


def test_merged_structures_stay_merged(files, officer):
    from essaim.directory.actions.merging import merge

    one, two = siren(1), siren(2)
    files.place(one)
    place = files.place(two)
    files.load()
    sync()
    source, target = Structure.objects.get(siren=two), Structure.objects.get(siren=one)
    merge(source=source, target=target, reason="la même", by=officer)
    assert only(sync()).written is False
    files.unit(two, denomination="UN AUTRE NOM")
    files.place(two, libelleVoie="DES ABEILLES")
    new_place = files.place(two, nic=2, etablissementSiege="false")
    files.load("2026-11")
    report = only(sync())
    assert (report.structures.added, report.structures.missing, report.establishments.added) == (0, 0, 1)
    assert set(target.establishments.values_list("siret", flat=True)) == {siret(one), place, new_place}
    assert Establishment.objects.get(siret=place).address.endswith("des Abeilles")
    assert by_key(two) == target
    assert only(sync()).written is False


def test_structure_admitted_by_hand_is_met_by_the_file_later(files, officer):
    files.place(siren(1))
    files.load()
    sync()
    poitiers = Commune.objects.get(pk="86194")
    known = admit_new(name="La Fabrique", commune=poitiers, reason="r", by=officer, siren=siren(2))
    unknown = admit_new(name="Le Cercle", commune=poitiers, reason="r", by=officer)
    report = only(sync())
    assert (report.written, report.structures.missing, report.establishments.missing) == (False, 0, 0)
    number = files.place(siren(2))
    files.unit(siren(2), denomination="LA FABRIQUE DU CLAIN")
    files.load("2026-11")
    sync()
    known.refresh_from_db()
    assert (known.name, known.vintage) == ("LA FABRIQUE DU CLAIN", "2026-11")
    assert known.establishments.get().siret == number
    assert set(known.criteria.values_list("code", flat=True)) == {"legal_category", "local_decision"}
    unknown.refresh_from_db()
    assert unknown.missing_since == ""


def test_set_aside_stays_set_aside(files, officer):
    from essaim.directory.actions.decisions import decide
    from essaim.directory.queries import public_structures

    one = siren(1)
    files.place(one)
    files.load()
    sync()
    decide(structure=Structure.objects.get(), decision="exclude", reason="r", by=officer)
    files.unit(one, denomination="AUTRE NOM")
    files.load("2026-11")
    sync()
    assert Structure.objects.get().name == "AUTRE NOM"
    assert not public_structures().exists()


def test_association_that_leaves_the_register_is_marked_and_one_dissolved_is_closed(files):
    files.place(siren(1))
    files.load()
    other = RNA | {"id": "W862000002", "titre": "LES VOISINS"}
    files.load_list("rna_waldec_20261001.csv", [RNA, other])
    sync()
    files.load_list("rna_waldec_20261101.csv", [other | {"position": "D", "date_disso": "2026-10-01"}], "2026-11")
    report = only(sync())
    assert (report.structures.missing, report.structures.closed) == (1, 1)
    assert Structure.objects.get(rna="W862000001").missing_since == "2026-10"
    dissolved = Structure.objects.get(rna="W862000002")
    assert (dissolved.is_closed, str(dissolved.closed_on)) == (True, "2026-10-01")


def test_two_units_under_one_rna_number_keep_a_page_each(files):
    for number in (1, 2):
        files.place(siren(number))
        files.unit(siren(number), identifiantAssociation="W862000001")
    files.load()
    files.load_list("rna_waldec_20261001.csv", [RNA])
    report = only(sync())
    assert report.problem_counts == {"rna_taken": 1}
    assert Structure.objects.filter(rna="W862000001").count() == 2
    assert only(sync()).written is False


def test_a_criterion_that_falls_is_removed_and_counted(files):
    one = siren(1)
    files.place(one)
    files.unit(one, economieSocialeSolidaire="O")
    files.load()
    sync()
    assert set(Structure.objects.get().criteria.values_list("code", flat=True)) == {"legal_category", "sirene_flag"}
    files.unit(one, economieSocialeSolidaire="")
    files.load("2026-11")
    report = only(sync())
    assert (report.structures.changed, report.columns) == (1, {"criteria": 1})
    assert set(Structure.objects.get().criteria.values_list("code", flat=True)) == {"legal_category"}


def test_name_that_is_not_given_is_said_so(files):
    one = siren(1)
    files.place(one)
    files.unit(one, denomination="[ND]", statutDiffusion="P")
    files.load()
    sync()
    assert Structure.objects.get().name == "Nom non diffusé"


def test_absurd_dates_become_no_date(files):
    one = siren(1)
    files.place(one, dateCreation="0001-01-01", dateDernierTraitement="7490-01-01T00:00:00")
    files.unit(one, dateCreation="7490-12-31")
    files.load()
    sync()
    place, structure = Establishment.objects.get(), Structure.objects.get()
    assert (place.opened_on, place.last_processed_on, structure.created_on) == (None, None, None)
