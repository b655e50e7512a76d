"""The steps of `essaim demo`: run again, they undo nothing that an officer did since."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from essaim.observatory import layouts
from essaim.observatory.actions.comments import delete_comment
from essaim.observatory.actions.facts import delete_fact, save_fact
from essaim.observatory.actions.loading import load
from essaim.observatory.actions.publishing import withdraw_vintage
from essaim.observatory.comparison import compare
from essaim.observatory.demo import steps, urssaf
from essaim.observatory.demo.generate import FLORES_2017
from essaim.observatory.enums import FactRole, Field, Level, Source
from essaim.observatory.models import Comment, PublishedFact, Vintage
from essaim.observatory.queries import book_of, home_territory
from essaim.observatory.territory import FRANCE, Territory
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME, load_small_cog
from tests.observatory.layouts import files
from tests.observatory.layouts.files import as_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(officer):
    load_small_cog()
    TerritoryFactory(siren=HOME, name="CU du Grand Poitiers")
    return home_territory()


def told(run, *arguments):
    said = []
    run(*arguments, said.append)
    return said


@pytest.mark.database
def test_a_start_of_the_house_imports_nothing_that_only_some_pages_and_commands_need(tmp_path):
    heavy = ("layouts", "charts", "note", "demo.steps", "demo.generate", "actions.loading", "views")
    code = (
        "import sys, django; django.setup(); from essaim.site import demo; demo.is_done(); "
        "print(*[name for name in sys.modules if name.startswith('essaim.observatory.')], 'typst' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "essaim.site.settings",
        "ESSAIM_DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(root),
    }
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    *names, typst = done.stdout.split()
    assert "essaim.observatory.registration" in names
    assert not [one for one in names if one.removeprefix("essaim.observatory.") in heavy]
    assert typst == "False"


def test_a_fact_that_an_officer_deleted_or_moved_is_not_written_again(home, officer):
    assert "chiffres publiés" in told(steps.cite, home)[0]
    written = PublishedFact.objects.count()
    gone = PublishedFact.objects.get(indicator="ess-jobs", year=2018)
    moved = PublishedFact.objects.get(indicator="ess-jobs", year=2017)
    delete_fact(fact=gone, by=officer)
    save_fact(
        role=FactRole(moved.role), key=moved.indicator, territory=home, year=2016, field=moved.field,
        value=moved.value, source_title=moved.source_title, by=officer, fact=moved,
    )  # fmt: skip
    assert told(steps.cite, home) == []
    assert PublishedFact.objects.count() == written - 1
    assert not PublishedFact.objects.filter(indicator="ess-jobs", year__in=(2017, 2018)).exists()


def test_the_example_of_a_comment_that_an_officer_deleted_is_not_written_again(home, officer):
    steps.comment(home)
    delete_comment(comment=Comment.objects.get(), by=officer)
    steps.comment(home)
    assert not Comment.objects.exists()


def test_a_real_vintage_withdrawn_does_not_stop_the_invented_one_of_its_year(home, tmp_path):
    path = tmp_path / FLORES_2017
    path.write_bytes(as_csv(files.rows_2017()))
    load(reading=layouts.read(path), by="test")
    withdraw_vintage(vintage=Vintage.objects.get(), reason="essai", by="test")
    invented = layouts.read(path)
    invented.fictitious = True
    assert steps._load(invented) == ["2017"]
    # Changed since, as when its generator is: it is still ours that is asked, never the real one.
    again = layouts.read(path)
    again.fictitious = True
    again.tables[0].cells.pop()
    assert steps._load(again) == ["2017"]
    shown = Vintage.objects.filter(source=Source.FLORES_ESS, field=Field.ALL_POSTS, published_at__isnull=False)
    assert [one.fictitious for one in shown] == [True]


def test_the_region_and_france_of_the_urssaf_stand_in_the_same_vintages_and_load_once(home, tmp_path):
    for name, where, times in (("regions.csv", urssaf.REGION, (1, 1)), ("france.csv", {}, urssaf.FRANCE)):
        urssaf.write(tmp_path / name, random.Random(name), where, times)
    readings = [layouts.read(tmp_path / name) for name in ("regions.csv", "france.csv")]
    assert [len(steps._load(one)) for one in readings] == [10, 10]
    assert [steps._load(one) for one in readings] == [[], []]
    assert Vintage.objects.filter(fictitious=True).count() == Vintage.objects.count() == 10
    region = Territory(Level.REGION, "75", "Nouvelle-Aquitaine")
    lines = {line.indicator.key: line for line in compare([region, FRANCE], book_of([region, FRANCE]))}
    shares = [figure.value for figure in lines["urssaf-ess-private-share"].figures]
    assert all(5 < share < 20 for share in shares)
    assert shares[0] != shares[1]


def test_an_invented_file_sent_on_screen_is_shown_and_saved_as_invented(home, officer_client, tmp_path):
    urssaf.write(tmp_path / "f.csv", random.Random(1), {}, urssaf.FRANCE)
    sent = SimpleUploadedFile("vrai.csv", (tmp_path / "f.csv").read_bytes(), content_type="text/csv")
    preview = officer_client.post("/equipe/observatoire/envoyer/", {"file": sent}).url
    assert officer_client.get(preview).content.decode().count(">inventé<") == len(urssaf.YEARS)
    officer_client.post(preview, {"publier": "1"})
    assert set(Vintage.objects.values_list("source", "fictitious")) == {(Source.URSSAF, True)}
