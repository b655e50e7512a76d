"""The home of the observatory: every figure with its year, its source, its status; few queries, few bytes."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest

from essaim.foundation.models import Territory
from essaim.geography.models import Commune, Epci
from essaim.observatory.biases import TWO_COUNTS
from essaim.observatory.enums import Field, Level, Measure, Population, Source, Status
from essaim.observatory.models import Cell, PublishedFact, Vintage
from essaim.observatory.portrait import SERIES, portrait_of, years_of
from essaim.observatory.wording import STATUS_DEFINITIONS
from tests.observatory.factories import EPCI, cell, vintage
from tests.observatory.town import HOME, load_everything, load_flores_ess, load_sirene, make_town
from tests.support import assert_get_writes_nothing

ADDRESS = "/observatoire/"


@pytest.fixture
def town(db):
    make_town()


def shown(client, address=ADDRESS):
    response = assert_get_writes_nothing(client, address)
    assert response.status_code == 200, response.status_code
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert html.count("<title>") >= 1
    return html


def cards(html):
    return [part.partition("</a></p>\n</div>")[0] for part in html.split('<div class="figure">')[1:]]


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u202f", " ").replace("\u00a0", " ")


def test_the_headline_comes_from_the_reference_field_with_year_and_source_under_each_figure(client, town):
    load_everything()
    html = shown(client)
    text = plain(html)
    assert "950 Établissements employeurs de l’ESS" in text
    assert "10,6 % Part de l’ESS dans tous les emplois salariés" in text  # 9 500 of 90 000, in 2018
    for card in cards(html):
        assert re.search(r"(observé|estimation|fait publié|secret statistique|manquant)</span>", card)
        assert "Comment ce chiffre est calculé" in card
        assert "Insee" in card


def test_the_two_shares_are_told_apart(client, town):
    load_everything()
    text = plain(shown(client))
    assert "10,6 % de tous les emplois salariés, 17,6 % des emplois du privé" in text


def test_another_field_stands_apart_with_its_reason(client, town):
    load_everything()
    rows = years_of(portrait_of(EPCI).profile)
    assert [(row.year, bool(row.break_words)) for row in rows] == [(2018, False), (2017, False), (2019, True)]
    assert all([label for label, _ in row.cells] == list(SERIES.values()) for row in rows)
    assert "Rupture de série" in plain(shown(client))


def test_the_announced_figure_stands_beside_the_computed_one(client, town):
    load_everything()
    text = plain(shown(client))
    assert "Annoncé : 11 % des emplois" in text
    assert "annonce ancienne" in text
    assert "a vieilli" not in text


def test_an_announcement_is_said_once_in_its_block(client, town):
    load_everything()
    block = shown(client).partition('id="dit-ess-job-share"')[2].partition("</section>")[0]
    assert plain(block).count("Annoncé :") == 1


def test_the_officers_comment_stands_under_its_figure_and_its_markup_is_text(client, town):
    load_everything()
    html = shown(client)
    assert "Un siège &lt;national&gt; est parti." in html
    remark = html.partition('aria-labelledby="dit-ess-jobs"')[2].partition("</section>")[0]
    assert "Un siège" in remark
    assert "Emplois de l’ESS" in remark


def test_town_and_country_name_their_communes_and_the_grid(client, town):
    load_everything()
    text = plain(shown(client))
    assert "Communes urbaines : 1 commune" in text
    assert "Communes rurales : 3 communes" in text
    assert "grille de densité" in text


def test_a_grid_that_is_not_known_of_all_shows_no_side(client, town):
    load_everything()
    Commune.objects.filter(code="86139").update(density=None)
    assert 'id="ville-campagne"' not in shown(client)


def test_secret_is_said_and_never_a_zero(client, town):
    load_everything()
    html = shown(client)
    assert "secret statistique" in html
    assert not re.search(r">0<", html.partition('id="familles"')[2].partition('id="tailles"')[0])


@pytest.mark.parametrize("choice", ["etablissements", "densite", "part", "lune", ""])
def test_the_map_shows_one_figure_at_a_time_chosen_by_its_address(client, town, choice):
    load_everything()
    html = shown(client, f"{ADDRESS}?carte={choice}")
    chosen = re.findall(r'segment__item" href="([^"]+)" aria-current="true"', html)
    wanted = choice if choice in ("densite", "part") else "etablissements"
    assert chosen == [f"?carte={wanted}#communes"]
    assert html.count("swarm__link") >= 4


def test_before_any_file_a_visitor_reads_plain_words_and_the_officer_what_to_do(client, officer, town):
    html = shown(client)
    assert "Pas encore de chiffre" in html
    assert "/equipe/observatoire/" not in html
    client.force_login(officer)
    assert 'href="/equipe/observatoire/"' in client.get(ADDRESS).content.decode()


def test_before_any_territory_the_page_answers(client, db):
    assert "Aucun territoire n’est encore choisi" in shown(client)


def test_a_vintage_that_is_not_published_is_shown_to_nobody_on_this_page(client, officer, town):
    load_sirene(published=False)
    assert "Pas encore de chiffre" in shown(client)
    client.force_login(officer)
    assert "Pas encore de chiffre" in client.get(ADDRESS).content.decode()


def test_sirene_alone_gives_intervals_named_estimates(client, town):
    load_sirene()
    text = plain(shown(client))
    assert "entre 309 et 596" in text
    assert "estimation" in text
    assert "Part de l’ESS dans tous les emplois salariés manquant" in text


def test_a_cited_fact_is_said_to_be_one(client, town):
    from django.utils import timezone

    PublishedFact.objects.create(
        role="cited", indicator="ess-job-share", level="epci", code=HOME, year=2018, value=Decimal("11.4"),
        source_title="Portrait publié", file_to_load="Le tableau de 2018", written_by="test", written_at=timezone.now(),
    )  # fmt: skip
    text = plain(shown(client))
    assert "11,4 % Part de l’ESS dans tous les emplois salariés fait publié" in text
    assert "Portrait publié, 2018" in text


def test_invented_files_are_named_so(client, town):
    load_sirene(fictitious=True)
    assert "viennent de fichiers inventés" in shown(client)


def test_real_figures_carry_no_such_line(client, town):
    load_sirene()
    assert "fichiers inventés" not in shown(client)


def test_each_served_epci_has_its_own_home(client, town):
    Epci.objects.create(siren="200041318", name="CC du Sud", cog_year=2026)
    Territory.objects.create(siren="200041318", name="CC du Sud", short_name="Sud", rank=2)
    load_everything()
    vintage("flores_ess", "2016", [cell(77, code="200041318"), cell(7, measure="establishments", code="200041318")])
    html = shown(client)
    assert 'href="?territoire=epci-200041318"' in html
    other = plain(shown(client, f"{ADDRESS}?territoire=epci-200041318"))
    assert "77 Emplois de l’ESS" in other
    assert "950" not in other


def test_every_status_is_explained(client, town):
    load_everything()
    html = shown(client)
    assert set(STATUS_DEFINITIONS) == set(Status)
    for words in STATUS_DEFINITIONS.values():
        assert words.partition(" :")[0] in html.replace("\u00a0", " ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("more", [0, 3, 60])
def test_eight_queries_at_most_cold_or_warm_whatever_the_communes_and_the_vintages(
    client, more, django_assert_num_queries, django_assert_max_num_queries
):
    make_town()
    load_everything()
    for year in range(2000, 2000 + more // 12):
        load_flores_ess(year, 900, 9_000, 88_000, field=Field.ALL_POSTS)
    Commune.objects.bulk_create(
        Commune(code=f"86{number}", name=f"Village {number}", epci_id=HOME, density=7, latitude=46.5, longitude=0.3)
        for number in range(300, 300 + more)
    )
    # Seven of its own, and the one of the site's frame (the menu is made of pages).
    with django_assert_max_num_queries(8):
        shown(client)
    # The journal’s version; vintages with their files, cells, facts with the officer’s comments.
    with django_assert_num_queries(4):
        html = shown(client)
    assert len(html.encode()) <= 150_000


def test_past_sixty_communes_the_first_ones_are_named_and_the_list_has_the_others(client, town):
    load_everything()
    Commune.objects.bulk_create(
        Commune(code=f"86{number}", name=f"Village {number}", epci_id=HOME, density=7) for number in range(300, 360)
    )
    html = shown(client)
    assert "Les 20 premières" in plain(html)
    assert re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', html)[:2] == ["Poitiers", "Lusignan"]
    assert "/observatoire/communes/?milieu=rural" in html


def test_all_jobs_are_those_that_the_share_was_divided_by(client, town):
    """A newer count of all jobs exists (open Flores of the EPCI): it would not divide what stands beside it."""
    load_flores_ess(2018, 950, 9_500, 90_000)
    vintage("flores_open", "2024", [cell(99_999, population="all")])
    text = plain(shown(client))
    assert "90 000 Emplois salariés, toute l’économie" in text
    assert "99 999" not in text


def test_every_link_of_the_page_leads_somewhere(client, town):
    """Also those of figures that are missing or secret: « comment ce chiffre est calculé » says why."""
    load_everything()
    html = shown(client)
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    assert len(ids) == html.count(' id="')
    links = {unescape(link) for link in re.findall(r'href="([^"]+)"', html)}
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    wanted = {link.partition("#")[0] for link in links if link.startswith("/observatoire/")} - {"/observatoire/note/"}
    lost = [link for link in sorted(wanted) if client.get(link).status_code >= 400]
    assert lost == []


def test_the_page_is_kept_for_anonymous_visitors(client, town, page_cache):
    load_everything()
    shown(client)
    assert len(page_cache) == 1


def test_it_is_in_the_menu(client, town):
    assert '<a class="nav__link" href="/observatoire/" aria-current="page">Observatoire</a>' in shown(client)


def test_the_region_around_has_its_own_series_and_says_that_it_is_another_count(client, town):
    load_everything()
    series = [(str(year), 100 + year - 2020) for year in (2021, 2022, 2023)]
    for period, jobs in series:
        vintage(
            Source.URSSAF,
            period,
            [
                cell(jobs, measure=Measure.MEAN_JOBS, level=Level.REGION, code="75"),
                cell(1000, measure=Measure.MEAN_JOBS, level=Level.REGION, code="75", population=Population.PRIVATE),
            ],
        )
    page = shown(client)
    assert "Autour\u00a0: la région Nouvelle-Aquitaine" in page
    assert "10,3" in page
    assert "Urssaf" in page
    assert client.get("/observatoire/graphiques/private-trend.csv?territoire=region-75").status_code == 200


MOST_BYTES = 150_000


def test_the_page_of_a_large_territory_stays_light(client, town):
    load_everything()
    sirene = Vintage.objects.get(source=Source.SIRENE)
    file = sirene.files.get()
    more = range(300, 446)
    Commune.objects.bulk_create(
        Commune(
            code=f"86{n}", name=f"Saint-Georges-de-la-Rivière-{n}", epci_id=HOME, population=500 + n, density=1 + n % 7,
            latitude=46 + n / 900, longitude=0.3 + n % 13 / 30,
        )
        for n in more
    )  # fmt: skip
    counted = {"measure": Measure.ESTABLISHMENTS, "family": "association", "sector": "health", "size": "01"}
    Cell.objects.bulk_create(
        Cell(
            vintage=sirene,
            file=file,
            **{
                key: value
                for key, value in cell(1 + n % 9, level="commune", code=f"86{n}", **counted)._asdict().items()
                if key not in ("vintage", "file")
            },
        )
        for n in more
    )
    html = shown(client)
    assert html.count('class="swarm__link"') == 150
    assert "Communes urbaines (" in html
    assert len(html.encode()) < MOST_BYTES


def test_why_two_counts_is_said_once_in_one_wording(client, town):
    load_everything()
    home, method = plain(shown(client)), plain(shown(client, "/observatoire/methode/"))
    for _, text in TWO_COUNTS:
        assert text in home
        assert text in method
