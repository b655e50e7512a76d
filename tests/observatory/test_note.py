"""The yearly note: what it says, its two forms that say the same, issuing it, reading it, sending it."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import threading
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.models import Territory
from essaim.geography.models import Epci
from essaim.observatory import findings
from essaim.observatory.actions import notes
from essaim.observatory.actions.notes import NoteRefused, issue_note
from essaim.observatory.enums import FactRole, Level
from essaim.observatory.models import Note, PublishedFact, Vintage
from essaim.observatory.note.building import as_of, content_of, finding_of
from essaim.observatory.note.content import BigFigure, Map, NothingToSay, Row, Table, UnreadableNote, from_json
from essaim.observatory.note.document import MOST_COMMUNES, map_numbers, map_svg, pdf_of, shades
from essaim.observatory.note.links import file_name, message
from essaim.observatory.portrait import portrait_of
from essaim.observatory.rules import REFUSAL
from essaim.observatory.territory import Territory as Place
from essaim.ui.printing import CannotPrint
from essaim.ui.theme import luminance
from tests.observatory.factories import EPCI
from tests.observatory.town import HOME, load_everything, load_open_flores, load_sirene, make_town
from tests.pdf import read_pdf
from tests.support import assert_get_writes_nothing

THIS_YEAR = timezone.localdate().year


@pytest.fixture
def town(db):
    make_town()


@pytest.fixture
def full(town):
    load_everything()


def cite(key, value, year=2018, role=FactRole.CITED, **more):
    return PublishedFact.objects.create(
        role=role, indicator=key, level="epci", code=HOME, year=year, value=Decimal(value), written_by="test",
        written_at=timezone.now(), **{"source_title": "Tableau publié ailleurs", **more},
    )  # fmt: skip


def content(year=THIS_YEAR, comments=None, **changes):
    identity = Territory.objects.get(siren=HOME)
    for name, value in changes.items():
        setattr(identity, name, value)
    return content_of(
        as_of(portrait_of(EPCI, every_year=True), year),
        identity=identity,
        year=year,
        issued_on=date(2026, 11, 24),
        comments=comments,
    )


def plain(text):
    text = unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u200b", "")
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\u00a0", " "))


def plain_pdf(note, form=plain):
    with note.pdf.open("rb") as opened:
        return form(read_pdf(opened.read()).text)


def numbers(text):
    """Every number of a text, written one way."""
    lines = unescape(re.sub(r"<[^>]+>", "\n", text))
    return set(re.findall(r"\d+(?:,\d+)?", re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", "", lines)))


def article(html):
    return html.partition('<article class="note"')[2].partition("</article>")[0]


# --- what it says ---------------------------------------------------------------------------------------------------


def test_everything_known_is_said_with_its_year_and_source(full):
    told = content()
    assert (
        plain(told.finding)
        == "L’ESS fait 10,6 % des emplois salariés : 9 500 emplois, dans 950 établissements employeurs."
    )
    assert told.finding_source == "Insee, Flores × ESS, 2018"
    assert [plain(figure.value) for figure in told.figures[:4]] == ["10,6 %", "9 500", "950", "17,6 %"]
    assert plain(told.figures[0].detail) == "9 500 sur 90 000"
    assert all(figure.source for figure in told.figures)
    assert {table.key for table in told.tables} == {"history", "families", "sectors", "sizes", "sides", "counts"}
    assert all(table.source and table.title and table.rows for table in told.tables)
    assert told.map is not None
    assert dict(told.map.ranked) == {"Poitiers": "100", "Lusignan": "8", "Rouillé": "3", "Les Bois-d’Ici": "0"}
    assert told.map.title.replace("\u00a0", " ") == "Des employeurs de l’ESS dans 3 communes sur 4 (estimation)"
    assert len(told.glossary) == 5
    assert not told.fictitious


def test_announced_and_computed_stand_together(full):
    (one,) = content().announced
    assert "11" in one.text
    assert "10,6" in one.text
    assert "Page de la collectivité, 2018" in one.text


def test_what_is_secret_or_missing_is_never_a_zero(full):
    told = content()
    assert told.families is not None
    secret = next(row for row in told.families.rows if row.label == "Fondations")
    assert secret.values[1] == "secret"
    assert (secret.sure, secret.bar) == (0.0, 0.0)
    assert any("équivalents temps plein" in text for text in told.unknown)


def test_another_field_stands_apart_and_is_never_compared(full):
    history = content().history
    assert history is not None
    assert [(row.label, row.apart) for row in history.rows] == [("2017", False), ("2018", False), ("2019", True)]
    assert plain(history.title) == "De 2017 à 2018 : 50 établissements de plus, 500 emplois de plus"
    assert "Rupture de série" in history.remark


def test_intervals_stay_intervals(town):
    load_sirene()
    load_open_flores()
    told = content()
    assert told.finding.startswith("Selon une estimation, l’ESS ")
    assert "entre" in told.finding
    assert told.history is None
    assert told.counts is None
    assert told.families is not None
    row = told.families.rows[0]
    assert 0 < row.sure < row.bar == 1.0
    assert " à " in row.values[1]
    assert any("bornes" in text for text in told.method)


def test_published_facts_alone_make_a_short_note(town):
    cite("ess-job-share", "11.4")
    cite("ess-jobs", "10900")
    told = content()
    assert plain(told.finding) == "L’ESS fait 11,4 % des emplois salariés : 10 900 emplois."
    assert told.figures[0].detail == "fait publié, non recalculé ici"
    assert told.tables == ()
    assert told.map is None
    assert len(read_pdf(pdf_of(told)).pages) == 1


def test_figures_of_two_years_never_share_a_sentence(town):
    cite("ess-job-share", "11.4", 2018)
    cite("ess-jobs", "11500", 2020)
    assert plain(content().finding) == "L’ESS fait 11,4 % des emplois salariés."


def test_nothing_known_makes_no_note(town):
    with pytest.raises(NothingToSay, match="Chargez puis publiez"):
        content()


def test_a_note_of_a_former_year_ignores_what_came_later(full):
    told = content(2017)
    assert "9 000 emplois" in plain(told.finding)
    assert told.map is None  # Sirene is of 2026
    assert told.history is None
    with pytest.raises(NothingToSay):
        content(2016)


def test_a_finding_of_a_territory_that_has_only_another_figure(town):
    cite("all-jobs", "90000")
    said, source = finding_of(portrait_of(EPCI).profile)
    assert plain(said) == "Emplois salariés, toute l’économie : 90 000."
    assert source == "Tableau publié ailleurs, 2018"


def test_a_table_has_the_finding_of_its_chart_for_title(full):
    told = content()
    profile = portrait_of(EPCI).profile
    assert told.families is not None
    assert plain(told.families.title) == plain(findings.families(profile.families))
    assert told.sectors is not None
    assert plain(told.sectors.title) == plain(findings.sectors(profile.sectors))


def test_sources_are_said_once_each_with_their_year_once(full):
    cite("ess-fte", "8726", source_title="Insee, Flores 2018, tableau commandé")
    told = content()
    assert len(set(told.sources)) == len(told.sources)
    (time_worked,) = [figure for figure in told.figures if figure.label.startswith("Équivalents")]
    assert time_worked.source == "Insee, Flores 2018, tableau commandé"
    assert "Insee, Sirene, octobre 2026 (fichier sirene-2026-10.csv)" in [plain(source) for source in told.sources]


def test_its_content_comes_back_from_json_as_it_was(full):
    told = content()
    assert from_json(json.loads(json.dumps(told.as_json()))) == told


KEPT = json.loads((Path(__file__).parent / "kept" / "note-2026-11.json").read_text())
"""A note as the first version of this site kept it: generated figures, those of `load_everything`."""


def test_a_note_kept_by_the_first_version_is_still_laid_out(client, town):
    Note.objects.create(
        level="epci", code=HOME, year=2026, content=KEPT, pdf="", issued_by="avant", issued_at=timezone.now()
    )
    html = article(client.get("/observatoire/note/2026/").content.decode())
    assert plain(KEPT["finding"]) in plain(html)
    assert len(read_pdf(pdf_of(from_json(KEPT))).pages) == 2


def test_whatever_a_note_lacks_that_is_not_its_head_takes_a_default(client):
    head = {name: KEPT[name] for name in ("title", "territory", "year", "issued_on", "finding")}
    assert from_json(head).figures == ()
    assert read_pdf(pdf_of(from_json(head))).pages
    for kind, least in (
        (BigFigure, {"value": "1", "label": "x"}),
        (Row, {"label": "x"}),
        (Table, {"key": "x", "kicker": "x", "title": "x"}),
        (Map, {"title": "x", "width": 1.0, "height": 1.0}),
    ):
        assert kind(**least)


@pytest.mark.parametrize(
    "kept", [{}, {**KEPT, "figures": [{"valeur": "1"}]}, {**KEPT, "issued_on": "hier"}, {**KEPT, "map": 3}, [], None]
)
def test_a_note_that_cannot_be_read_costs_neither_its_pdf_nor_the_button(client, officer_client, full, kept):
    with pytest.raises(UnreadableNote, match="produire la note à nouveau"):
        from_json(kept)
    issue_note(territory=EPCI, by="test")
    Note.objects.update(content={} if kept is None else kept)
    response = client.get("/observatoire/note/")
    assert response.status_code == 404
    assert "ne se lit plus" in response.content.decode()
    assert f"/observatoire/note/{THIS_YEAR}.pdf" in response.content.decode()
    response = client.get(f"/observatoire/note/{THIS_YEAR}.pdf")
    assert response["Content-Disposition"] == f'inline; filename="note-ess-{HOME}-{THIS_YEAR}.pdf"'
    assert b"".join(response.streaming_content).startswith(b"%PDF-1.7")
    html = officer_client.get("/equipe/observatoire/note/").content.decode()
    assert "Produire la note" in html
    assert "ne sait plus lire" in html
    officer_client.post("/equipe/observatoire/note/", {"year": str(THIS_YEAR)})
    assert client.get("/observatoire/note/").status_code == 200


def test_the_list_of_years_never_loads_what_notes_say(client, officer_client, full):
    for year in (2017, 2018, THIS_YEAR):
        issue_note(territory=EPCI, year=year, by="test")
    for reader, address in ((client, "/observatoire/note/"), (officer_client, "/equipe/observatoire/note/")):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            html = reader.get(address).content.decode()
        assert "Note 2017" in html
        many = [one["sql"] for one in queries if '"observatory_note"."content"' in one["sql"]]
        assert len(many) == 1, many
        assert "LIMIT 1" in many[0] or '"id" = ' in many[0]


def test_the_officer_finds_the_message_of_an_older_note(officer_client, full):
    for year in (2018, THIS_YEAR):
        issue_note(territory=EPCI, year=year, by="test")
    html = officer_client.get("/equipe/observatoire/note/?annee=2018").content.decode()
    assert "/observatoire/note/2018.pdf" in html
    assert 'id="note-2018"' in html
    assert f"annee={THIS_YEAR}#note-{THIS_YEAR}" in html


def test_the_words_of_the_service_are_in_the_note(client, full):
    issue_note(territory=EPCI, by="test")
    note = Note.objects.get()
    assert [one["text"] for one in note.content["remarks"]] == ["Un siège <national> est parti."]
    html = client.get("/observatoire/note/").content.decode()
    assert "Un siège &lt;national&gt; est parti." in html
    assert "<national>" in plain_pdf(note, str)
    assert "est parti." in plain_pdf(note)
    issue_note(territory=EPCI, year=2018, by="test")  # written since: it says nothing of that note
    assert Note.objects.get(year=2018).content["remarks"] == []


def test_long_words_of_the_service_are_cut_and_never_make_a_third_page(full):
    words = dict.fromkeys(("ess-jobs", "ess-job-share", "ess-private-job-share", "ess-fte"), "Un propos. " * 130)
    told = content(comments=words)
    assert len(told.remarks) == 3
    assert all(len(one.text) <= 245 and one.text.endswith("[…]") for one in told.remarks)
    assert len(read_pdf(pdf_of(told)).pages) == 2


def test_all_jobs_are_those_that_the_share_was_divided_by(town):
    for key, value in (
        ("ess-job-share", "11.4"),
        ("ess-jobs", "10900"),
        ("all-jobs", "95638"),
        ("private-jobs", "56471"),
        ("ess-private-job-share", "19.3"),
    ):
        cite(key, value)
    cite("all-jobs", "97000", 2020)
    told = {figure.label: figure for figure in content().figures}
    assert plain(told["Emplois salariés, toute l’économie"].value) == "95 638"
    share = told["Part de l’ESS dans tous les emplois salariés"]
    assert plain(share.detail) == "10 900 sur 95 638, fait publié, non recalculé ici"
    private = told["Part de l’ESS dans les emplois du privé"]
    assert plain(private.detail) == "10 900 sur 56 471, fait publié, non recalculé ici"


@pytest.mark.parametrize("jobs", [{"value": "9000"}, {"value": "10900", "source_title": "Un autre tableau"}])
def test_a_published_share_is_never_set_on_numbers_that_do_not_make_it(town, jobs):
    cite("ess-job-share", "11.4")
    cite("all-jobs", "95638")
    cite("ess-jobs", **jobs)
    told = next(figure for figure in content().figures if figure.label.startswith("Part de l’ESS dans tous"))
    assert told.detail == "fait publié, non recalculé ici"


def test_towns_and_country_count_establishments_and_say_that_it_is_an_estimate(full):
    told = content()
    assert told.sides is not None
    assert plain(told.sides.title) == ("11 établissements employeurs sur 111 sont dans une commune rurale (estimation)")
    assert "entre les deux" not in told.sides.remark
    assert "deux bornes, d’après les tranches" in told.sides.remark


def test_the_note_has_the_name_that_the_site_gives_its_territory(town, client):
    cite("ess-jobs", "10900")
    Epci.objects.filter(siren=HOME).update(name="CU du Grand Poitiers")
    call_command("observatory", "note", "--territory", HOME, stdout=io.StringIO())
    note = Note.objects.get()
    assert note.content["territory"] == EPCI.name
    assert "CU du" not in client.get("/observatoire/note/").content.decode()


def test_invented_files_are_said(town):
    load_sirene(fictitious=True)
    told = content()
    assert told.fictitious
    assert "Données inventées" in read_pdf(pdf_of(told)).text


# --- on paper -------------------------------------------------------------------------------------------------------


def test_the_pdf_is_accessible_and_has_two_pages(full):
    pdf = read_pdf(pdf_of(content()))
    assert len(pdf.pages) == 2
    assert b"/Lang(fr" in pdf.catalog
    assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.metadata
    assert f"en chiffres, {EPCI.name}, {THIS_YEAR}" in pdf.metadata
    assert {"H1", "H2", "Table", "TH", "TD", "Figure", "L"} <= set(pdf.roles)
    (alternative,) = pdf.alternatives
    assert "Un hexagone par commune" in alternative


def test_the_same_content_gives_the_same_bytes(full):
    assert pdf_of(content()) == pdf_of(content())


def test_names_as_long_as_they_may_be_and_hostile_texts_keep_to_two_pages(full):
    name = ('CA "Vallée de l’Anglin" #import $x$ \\ <b> ' + "anticonstitutionnellement" * 8)[:200]
    Territory.objects.filter(siren=HOME).update(
        name=name, short_name=name[:80], site_name=name[:80], address=name, website="https://x.fr/" + "a" * 180
    )
    PublishedFact.objects.update(source_title=("Page <b> #panic() " + "é" * 300)[:300])
    told = dataclasses.replace(content(), territory=name, fictitious=True)
    pdf = read_pdf(pdf_of(told))
    assert len(pdf.pages) == 2
    assert "#import $x$ \\ <b>" in pdf.text
    assert "#panic()" in pdf.text


def test_every_text_of_the_pdf_has_the_tag_of_what_it_is(full):
    """Whoever listens hears paragraphs and headings one by one, and no number that says nothing of its commune."""
    told = dataclasses.replace(content(), fictitious=True)
    pdf = read_pdf(pdf_of(told))
    # A span is a piece of a sentence: none stands where a paragraph should.
    assert set(pdf.roles_within("Document", "Div")) <= {"P", "H1", "H2", "Table", "Figure", "L", "Div"}
    assert all(role != "Div" for role in pdf.childless)
    assert pdf.roles.count("H2") == len(told.tables) + 1 + 3 + 2 + bool(told.announced)
    assert pdf.roles.count("Figure") == 1
    figure = next(body for body in pdf.objects.values() if re.search(rb"/S\s*/Figure\b", body))
    assert b"/Alt" in figure
    assert "Par commune" in pdf.text
    assert "PAR COMMUNE" not in pdf.text
    assert b"<text" not in map_svg(told).encode()


@pytest.mark.parametrize("figures", [1, 2, 3, 4, 5, 6, 7, 8])
def test_cards_fill_their_rows_whatever_their_number(full, figures):
    told = content()
    cards = (told.figures * 8)[:figures]
    pdf = read_pdf(pdf_of(dataclasses.replace(told, figures=cards)))
    assert all(role != "Div" for role in pdf.childless)


def test_each_table_of_the_page_has_a_name(client, full):
    issue_note(territory=EPCI, by="test")
    html = client.get("/observatoire/note/").content.decode()
    names = re.findall(r"<table\b[^>]*aria-labelledby=\"([^\"]+)\"", html)
    assert len(names) == html.count("<table") >= 4
    assert all(f'<h2 id="{name}">' in html for name in names)


def test_a_map_reads_without_colour(full):
    told = content()
    levels = [luminance(shade) for shade in shades(told)[1:6]]
    assert levels == sorted(levels, reverse=True)
    assert {"100", "0"} <= {number["text"] for number in map_numbers(told)}
    grey = map_svg(dataclasses.replace(told, honey="#777777", leaf="#777777"))
    assert grey.count("<polygon") == 4


def test_many_communes_are_cut_and_the_rest_is_counted(full):
    told = content()
    assert told.map is not None
    many = tuple((f"Commune {n}", str(n)) for n in range(MOST_COMMUNES + 25))
    text = plain(read_pdf(pdf_of(dataclasses.replace(told, map=dataclasses.replace(told.map, ranked=many)))).text)
    assert "et 25 autres communes" in text


# --- issuing --------------------------------------------------------------------------------------------------------


def test_issued_then_issued_again_replaces_and_removes_the_former_file(
    full, officer, django_capture_on_commit_callbacks
):
    first = issue_note(territory=EPCI, by=officer)
    former = first.pdf.name
    assert default_storage.exists(former)
    assert (first.year, first.issued_by) == (THIS_YEAR, str(officer))
    Vintage.objects.filter(period="2018").update(published_at=None)
    with django_capture_on_commit_callbacks(execute=True):
        again = issue_note(territory=EPCI, by=officer)
    assert again.pk == first.pk
    assert Note.objects.count() == 1
    assert again.pdf.name != former
    assert not default_storage.exists(former)
    assert "9 000 emplois" in plain(again.content["finding"])
    assert [entry.verb for entry in journal.history_of(again)] == [notes.ISSUED_AGAIN, notes.ISSUED]


def test_issued_twice_the_same_keeps_one_file(full, officer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        issue_note(territory=EPCI, by=officer)
        note = issue_note(territory=EPCI, by=officer)
    assert default_storage.listdir("observatoire/notes")[1] == [note.pdf.name.rpartition("/")[2]]


def test_a_refused_note_writes_nothing(town, officer):
    for year, reason in ((THIS_YEAR + 1, "va de 1990 à"), (1, "va de 1990 à"), (None, "Aucun chiffre")):
        with pytest.raises(ValueError, match=reason):
            issue_note(territory=EPCI, year=year, by=officer)
    with pytest.raises(NoteRefused, match="n’est pas suivi ici"):
        issue_note(territory=Place(Level.EPCI, "200041317", "CA d’à côté"), by=officer)
    assert not Note.objects.exists()
    assert not default_storage.exists("observatoire/notes") or not default_storage.listdir("observatoire/notes")[1]


def test_what_fails_while_writing_leaves_no_file(full, officer, monkeypatch):
    def broken(**_):
        raise RuntimeError("le journal est plein")

    monkeypatch.setattr(notes.journal, "record", broken)
    with pytest.raises(RuntimeError):
        issue_note(territory=EPCI, by=officer)
    assert not Note.objects.exists()
    assert default_storage.listdir("observatoire/notes")[1] == []


@pytest.mark.django_db(transaction=True)
def test_a_former_file_that_cannot_be_removed_never_costs_the_new_one(monkeypatch):
    make_town()
    load_everything()
    former = issue_note(territory=EPCI, by="test").pdf.name
    real = FileSystemStorage.delete

    def read_only(storage, name):
        if name == former:
            raise PermissionError("le dossier des médias est en lecture seule")
        real(storage, name)

    monkeypatch.setattr(FileSystemStorage, "delete", read_only)
    note = issue_note(territory=EPCI, by="test")
    assert note.pdf.name != former
    assert default_storage.exists(Note.objects.get().pdf.name)


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_at_once_leave_one_note_and_one_file(settings):
    make_town()
    load_everything()
    start, answers = threading.Barrier(2), []

    def issue(name):
        try:
            start.wait(20)
            answers.append(issue_note(territory=EPCI, by=name))
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=(name,)) for name in ("Camille", "Sacha")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(isinstance(answer, Note) for answer in answers), answers
    note = Note.objects.get()
    assert default_storage.listdir("observatoire/notes")[1] == [note.pdf.name.rpartition("/")[2]]


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_issues_and_writes_the_pdf_where_it_is_asked(full, tmp_path):
    out, path = io.StringIO(), tmp_path / "note.pdf"
    call_command("observatory", "note", "--json", "--output", str(path), stdout=out)
    report = json.loads(out.getvalue())
    assert report["year"] == THIS_YEAR
    assert report["page"] == f"/observatoire/note/{THIS_YEAR}/"
    assert report["territory"]["code"] == HOME
    assert path.read_bytes().startswith(b"%PDF-1.7")
    assert Note.objects.get().issued_by == "commande observatory note"


def test_the_command_speaks_and_takes_territory_and_year(full):
    out = io.StringIO()
    call_command("observatory", "note", "--territory", HOME, "--year", "2018", stdout=out)
    assert "Note 2018" in out.getvalue()
    assert "/observatoire/note/2018.pdf" in out.getvalue()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (["--territory", "999999999"], "n’existe pas"),
        (["--territory", "200041317"], "n’est pas suivi ici"),
        (["--territory", "86194"], "n’est pas suivi ici"),
        (["--year", "2999"], "va de 1990"),
        (["--output", "/nulle/part/note.pdf"], "n’existe pas"),
    ],
)
def test_the_command_refuses_in_words(full, more, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("observatory", "note", *more, stdout=io.StringIO())
    assert not Note.objects.exists()


def test_missing_fonts_are_told_by_the_command_and_the_button(full, officer_client, monkeypatch):
    def refuse(_):
        raise CannotPrint("Il manque des polices : lancez « make install ».")

    monkeypatch.setattr(notes, "pdf_of", refuse)
    with pytest.raises(CommandError, match="make install"):
        call_command("observatory", "note", stdout=io.StringIO())
    html = officer_client.post("/equipe/observatoire/note/", {"year": THIS_YEAR}).content.decode()
    assert "make install" in html


# --- the pages ------------------------------------------------------------------------------------------------------


def test_before_the_first_note_the_page_says_so(client, town):
    for address in ("/observatoire/note/", "/observatoire/note/2020/", "/observatoire/note/2020.pdf"):
        response = assert_get_writes_nothing(client, address)
        assert response.status_code == 404
        assert "La première note n’est pas encore produite" in response.content.decode()


def test_page_and_pdf_say_the_same_figures(client, full):
    note = issue_note(territory=EPCI, by="test")
    html = assert_get_writes_nothing(client, "/observatoire/note/").content.decode()
    with note.pdf.open("rb") as opened:
        paper = re.sub(r"page \d sur \d", "", read_pdf(opened.read()).text)
    screen = article(html)
    assert numbers(paper) == numbers(screen)
    told = from_json(note.content)
    squeezed = plain(paper).replace(" ", "")
    for text in (
        told.finding,
        *told.method,
        *told.unknown,
        *told.sources,
        *told.contact,
        *(t.title for t in told.tables),
    ):
        assert plain(text) in plain(screen), text
        assert plain(text).replace(" ", "") in squeezed, text


def test_the_page_is_whole_and_shows_the_frozen_content(client, full):
    issue_note(territory=EPCI, by="test")
    Vintage.objects.update(published_at=None)
    html = assert_get_writes_nothing(client, f"/observatoire/note/{THIS_YEAR}/").content.decode()
    assert html.count("<h1") == 1
    assert "9 500 emplois" in plain(html)
    assert f"/observatoire/note/{THIS_YEAR}.pdf" in html
    assert "style=" not in html
    assert len(html.encode()) < 150_000


def test_the_pdf_opens_under_a_good_name(client, full):
    Territory.objects.filter(siren=HOME).update(short_name="Grand Poitiers été")
    issue_note(territory=EPCI, by="test")
    response = client.get(f"/observatoire/note/{THIS_YEAR}.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="note-ess-grand-poitiers-ete-{THIS_YEAR}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-cache"
    assert b"".join(response.streaming_content).startswith(b"%PDF-1.7")


def test_a_lost_file_is_told(client, full):
    note = issue_note(territory=EPCI, by="test")
    default_storage.delete(note.pdf.name)
    response = client.get(f"/observatoire/note/{THIS_YEAR}.pdf")
    assert response.status_code == 404
    assert "n’est plus là" in response.content.decode()


def test_another_year_leads_to_the_last_one(client, full):
    issue_note(territory=EPCI, by="test")
    issue_note(territory=EPCI, year=2018, by="test")
    response = client.get("/observatoire/note/2012/")
    assert response.status_code == 404
    assert f"Lire la note {THIS_YEAR}" in response.content.decode()
    assert "Note 2018" in client.get("/observatoire/note/").content.decode()
    assert client.get("/observatoire/note/?territoire=epci-200041317").status_code == 404


def test_an_odd_year_is_no_page(client, town):
    for odd in ("abc", "-1", "2026.5", "99999999999999999999"):
        assert client.get(f"/observatoire/note/{odd}/").status_code == 404


# --- the officer's button -------------------------------------------------------------------------------------------


def test_the_button_issues_and_shows_links_and_message(officer_client, full):
    html = officer_client.get("/equipe/observatoire/note/").content.decode()
    assert "Aucune encore" in html
    response = officer_client.post("/equipe/observatoire/note/", {"year": str(THIS_YEAR)}, follow=True)
    html = response.content.decode()
    assert f"La note {THIS_YEAR} est produite" in html
    assert f"http://testserver/observatoire/note/{THIS_YEAR}.pdf" in html
    assert "mailto:?subject=" in html
    assert Note.objects.get().issued_by.startswith("Camille")


@pytest.mark.parametrize("year", ["", "abc", "20", "2999", "1800", "99999999999"])
def test_a_wrong_year_is_told_beside_its_field(officer_client, full, year):
    html = officer_client.post("/equipe/observatoire/note/", {"year": year}).content.decode()
    assert 'aria-invalid="true"' in html
    assert not Note.objects.exists()


def test_nothing_to_say_is_told(officer_client, town):
    html = officer_client.post("/equipe/observatoire/note/", {"year": str(THIS_YEAR)}).content.decode()
    assert "Chargez puis publiez un fichier source" in html


def test_only_the_officer_issues(client, person_client, full):
    assert person_client.post("/equipe/observatoire/note/", {"year": THIS_YEAR}).status_code == 403
    person_client.logout()
    assert client.post("/equipe/observatoire/note/", {"year": THIS_YEAR}).status_code == 302
    assert not Note.objects.exists()


def test_whoever_is_refused_reads_why(person_client, town):
    response = person_client.get("/equipe/observatoire/note/")
    assert response.status_code == 403
    assert plain(REFUSAL) in plain(response.content.decode())
    assert "La page existe, mais" not in plain(response.content.decode())


def test_the_message_is_plain_and_ready(full):
    note = issue_note(territory=EPCI, by="test")
    told = from_json(note.content)
    sent = message(note, told, "https://ess.exemple.fr")
    assert told.finding in sent.body
    assert f"https://ess.exemple.fr/observatoire/note/{THIS_YEAR}/" in sent.body
    assert f"https://ess.exemple.fr/observatoire/note/{THIS_YEAR}.pdf" in sent.body
    assert sent.href.startswith("mailto:?subject=ESS%20en%20chiffres")
    assert "%0D%0A" in sent.href
    assert " " not in sent.href
    assert "inventées" in message(note, dataclasses.replace(told, fictitious=True), "").body
    assert file_name(note, dataclasses.replace(told, short_name="???")) == f"note-ess-{HOME}-{THIS_YEAR}.pdf"
