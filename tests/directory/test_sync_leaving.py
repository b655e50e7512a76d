"""What leaves the official file: its address goes from the pages, and comes back with it."""

from __future__ import annotations

import pytest

from essaim.directory.actions.merging import MergeRefused, merge
from essaim.directory.actions.sync import sync_territories
from essaim.directory.models import Establishment, Structure
from essaim.foundation.models import JournalEntry
from tests.directory.factories import OfficialFiles, StructureFactory, in_poitiers, siren
from tests.directory.test_sync import RNA
from tests.geography.factories import HOME, OTHER, load_small_cog

pytestmark = pytest.mark.django_db
WHERE = ("address", "postcode", "latitude", "longitude", "position_quality", "position_source")
NOWHERE = ("", "", None, None, "", "")


@pytest.fixture
def files(tmp_path, settings):
    load_small_cog()
    return OfficialFiles(tmp_path / "official", settings.DATA_DIR)


def sync(*territories):
    return sync_territories(by="test", territories=territories or [HOME], apply=True)


def where(number):
    return Establishment.objects.values_list(*WHERE).get(siret=number)


def test_a_structure_that_leaves_the_file_keeps_its_page_without_its_address(files, client):
    gone, here = siren(1), siren(2)
    files.unit(gone, denomination="LA DISPARUE")
    number = files.place(gone)
    files.place(here)
    files.load()
    sync()
    stood = where(number)
    assert None not in stood
    put_back = files.take_out(gone)
    files.load("2026-11")
    [report] = sync()
    assert (report.structures.missing, report.establishments.missing) == (1, 1)
    assert where(number) == NOWHERE
    page = client.get(Structure.objects.get(siren=gone).get_absolute_url()).content.decode()
    assert "ne cite plus cet établissement depuis novembre\u00a02026" in page
    assert "rue de la Paix" not in page
    assert "86000" not in page
    told = [str(entry) for entry in JournalEntry.objects.values_list("before", "after")]
    assert not any("Paix" in entry for entry in told)
    assert sync()[0].written is False

    put_back()
    files.load("2026-12")
    sync()
    assert where(number) == stood


def test_one_place_of_a_structure_that_stays_loses_its_address_alone(files):
    one = siren(1)
    seat, annex = files.place(one), files.place(one, nic=2, etablissementSiege="false")
    files.load()
    sync()
    files.drop(annex)
    files.load("2026-11")
    sync()
    assert where(annex) == NOWHERE
    assert where(seat)[0] == "12 bis rue de la Paix"


def test_what_an_older_sync_had_only_marked_is_hidden_too(files):
    gone = siren(1)
    number = files.place(gone)
    files.place(siren(2))
    files.load()
    sync()
    files.take_out(gone)
    files.load("2026-11")
    Structure.objects.filter(siren=gone).update(missing_since="2026-09")
    Establishment.objects.filter(siret=number).update(missing_since="2026-09")
    [report] = sync()
    assert where(number) == NOWHERE
    assert Establishment.objects.get(siret=number).missing_since == "2026-09"
    assert (report.structures.missing, report.establishments.missing, report.written) == (0, 0, True)


def test_a_place_that_another_territory_takes_keeps_its_address_there(files):
    number = files.place(siren(1))
    files.place(siren(2))
    files.load()
    sync(HOME, OTHER)
    files.place(siren(1), codeCommune="86281", libelleCommune="SAINT-MARTIN-LA-PALLU")
    files.load("2026-11")
    sync(HOME, OTHER)
    place = Establishment.objects.get(siret=number)
    assert (place.commune_id, place.missing_since, place.address) == ("86281", "", "12 bis rue de la Paix")


def test_the_seat_of_an_association_that_leaves_the_register(files):
    files.place(siren(1))
    files.load()
    other = RNA | {"id": "W862000002", "titre": "LES VOISINS"}
    files.load_list("rna_waldec_20261001.csv", [RNA, other])
    sync()
    files.load_list("rna_waldec_20261101.csv", [other], "2026-11")
    sync()
    gone = Establishment.objects.get(structure__rna="W862000001")
    assert (gone.address, gone.postcode, gone.missing_since) == ("", "", "2026-10")
    assert Establishment.objects.get(structure__rna="W862000002").address == "3 rue des Abeilles"
    files.load_list("rna_waldec_20261201.csv", [RNA, other], "2026-12")
    sync()
    gone.refresh_from_db()
    assert (gone.address, gone.missing_since) == ("3 rue des Abeilles", "")


def test_a_real_file_comes_even_after_a_real_structure_was_joined_to_an_invented_one(files, tmp_path):
    invented = OfficialFiles(tmp_path / "demo", files.data_dir)
    invented.place(siren(1, "999"))
    invented.load()
    sync()
    target = Structure.objects.get()
    real = StructureFactory(vintage="", merged_into=target)
    invented_too = StructureFactory(vintage="", fictitious=True, merged_into=real)
    files.place(siren(1))
    files.load("2026-11")
    sync()
    real.refresh_from_db()
    assert real.merged_into_id is None
    assert not Structure.objects.filter(pk__in=[target.pk, invented_too.pk]).exists()


def test_a_real_structure_is_not_joined_to_an_invented_one(files, officer):
    real, invented = in_poitiers("La Fabrique"), in_poitiers("La Fabrique", fictitious=True)
    for source, target in ((real, invented), (invented, real)):
        with pytest.raises(MergeRefused, match="démonstration"):
            merge(source=source, target=target, reason="la même", by=officer)
