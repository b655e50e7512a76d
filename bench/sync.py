"""Synchronisation of one territory: 10 000 establishments of 7 000 units, official files made here, own database.

    python -m bench.sync [--establishments N]

Four measures: the dry run (read + compare), the first apply (everything is new), the same again (nothing to do), a
month later (one row in twenty changed, one in fifty closed, every date of processing moved). The yardstick of the same
run: a bare `bulk_create` of as many establishments in the same database. Writes bench/results/sync.json.
"""

import argparse
import csv
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
TERRITORY = "200069854"
STREETS = ["DE LA PAIX", "DES ABEILLES", "DU MOULIN", "JEAN JAURES", "DE L'EGLISE", "DES TROIS ROIS"]


def with_key(body, luhn_ok):
    return next(body + digit for digit in "0123456789" if luhn_ok(body + digit))


def units_of(count, communes, luhn_ok):
    """Units with one or two places each, as dictionaries of the official columns."""
    chance = random.Random(86000)
    units, places = [], []
    number = 0
    while len(places) < count:
        siren = with_key(f"41{number:06d}", luhn_ok)
        number += 1
        units.append(
            {
                "siren": siren, "statutDiffusionUniteLegale": "O", "dateCreationUniteLegale": "2001-05-02",
                "trancheEffectifsUniteLegale": chance.choice(["NN", "NN", "NN", "01", "11"]),
                "anneeEffectifsUniteLegale": "2023", "dateDernierTraitementUniteLegale": "2024-01-10T10:00:00",
                "etatAdministratifUniteLegale": "A", "dateDebut": "2001-05-02",
                "denominationUniteLegale": f"ASSOCIATION {number} DES AMIS", "categorieJuridiqueUniteLegale": "9220",
                "activitePrincipaleUniteLegale": "94.99Z", "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
                "economieSocialeSolidaireUniteLegale": "", "caractereEmployeurUniteLegale": "N",
            }
        )  # fmt: skip
        for nic in range(1, 3 if number % 5 < 2 else 2):
            places.append(
                {
                    "siren": siren, "siret": with_key(f"{siren}{nic:04d}", luhn_ok), "nic": "",
                    "statutDiffusionEtablissement": "O", "dateCreationEtablissement": "2001-05-02",
                    "trancheEffectifsEtablissement": "NN", "anneeEffectifsEtablissement": "",
                    "dateDernierTraitementEtablissement": "2024-01-10T10:00:00",
                    "etablissementSiege": "true" if nic == 1 else "false",
                    "numeroVoieEtablissement": str(chance.randint(1, 200)), "typeVoieEtablissement": "RUE",
                    "libelleVoieEtablissement": chance.choice(STREETS), "codePostalEtablissement": "86000",
                    "libelleCommuneEtablissement": "", "codeCommuneEtablissement": chance.choice(communes),
                    "etatAdministratifEtablissement": "A", "dateDebut": "2001-05-02",
                    "activitePrincipaleEtablissement": "94.99Z",
                    "nomenclatureActivitePrincipaleEtablissement": "NAFRev2", "caractereEmployeurEtablissement": "N",
                    "coordonneeLambertAbscisseEtablissement": f"{497_420 + chance.uniform(-8000, 8000):.1f}",
                    "coordonneeLambertOrdonneeEtablissement": f"{6_611_460 + chance.uniform(-8000, 8000):.1f}",
                }
            )  # fmt: skip
    return units, places[:count]


def a_month_later(units, places):
    """The same files as next month's would be."""
    for rank, unit in enumerate(units):
        unit["dateDernierTraitementUniteLegale"] = "2024-02-10T10:00:00"
        if rank % 20 == 0:
            unit["denominationUniteLegale"] += " ET VOISINS"
    for rank, place in enumerate(places):
        place["dateDernierTraitementEtablissement"] = "2024-02-10T10:00:00"
        if rank % 50 == 0:
            place["etatAdministratifEtablissement"], place["dateDebut"] = "F", "2026-10-15"


def write(folder, units, places):
    folder.mkdir(parents=True)
    for name, rows in (("StockUniteLegale_utf8.csv", units), ("StockEtablissement_utf8.csv", places)):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return str(folder / "StockEtablissement_utf8.csv"), str(folder / "StockUniteLegale_utf8.csv")


def bare_insert(count):
    """Seconds for a bare bulk_create of as many establishments, rolled back."""
    from django.db import transaction

    from essaim.directory.models import Establishment, Structure
    from essaim.geography.models import Commune

    commune = Commune.objects.filter(epci_id=TERRITORY).first()
    with transaction.atomic():
        structure = Structure.objects.create(code="EBENCH", name="Mesure", family="association")
        rows = [
            Establishment(
                structure=structure, siret=f"{number:014d}", commune=commune, official_commune_code=commune.code,
                address="12 rue de la Paix", postcode="86000", latitude=46.5, longitude=0.3, position_quality="exact",
            )
            for number in range(count)
        ]  # fmt: skip
        started = time.perf_counter()
        Establishment.objects.bulk_create(rows)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--establishments", type=int, default=10_000)
    count = parser.parse_args().establishments
    with tempfile.TemporaryDirectory(prefix="essaim-bench-sync-") as name:
        os.environ["ESSAIM_DATA_DIR"] = name
        # The index is measured by bench.search: here its orders wait for a worker that never comes.
        os.environ["ESSAIM_TASKS"] = "database"
        os.environ["DJANGO_SETTINGS_MODULE"] = "essaim.site.settings"
        measure(Path(name), count)


def measure(folder, count):
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from essaim.directory.actions.sync import sync_territories
    from essaim.directory.sync.report import count as told
    from essaim.foundation.identifiers import luhn_ok
    from essaim.geography.actions import load_cog
    from essaim.geography.models import Commune
    from essaim.stock.importing import import_stock

    call_command("migrate", verbosity=0)
    load_cog(by="bench")
    communes = list(Commune.objects.filter(epci_id=TERRITORY).order_by("code").values_list("code", flat=True))
    units, places = units_of(count, communes, luhn_ok)
    results = {}

    def run(title, **options):
        queries = []

        def count_query(execute, sql, params, many, context):
            queries.append(sql[:12])
            return execute(sql, params, many, context)

        # Not CaptureQueriesContext: it writes every statement out with its values, which costs as much as running it.
        with connection.execute_wrapper(count_query):
            started, cpu = time.perf_counter(), time.process_time()
            report = sync_territories(by="bench", territories=[TERRITORY], **options)[0]
            seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        results[title] = {
            "seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "rows_per_second": round(count / seconds),
            "queries": len(queries),
            "structures": report.structures.total, "establishments": report.establishments.total,
        }  # fmt: skip

    def load(vintage):
        establishments, legal_units = write(folder / vintage, units, places)
        import_stock(data_dir=folder, vintage=vintage, establishments=establishments, legal_units=legal_units)

    load("2026-10")
    bare = bare_insert(count)
    run("à blanc")
    run("première fois", apply=True)
    run("de nouveau", apply=True)
    a_month_later(units, places)
    load("2026-11")
    run("un mois après", apply=True)

    print(f"synchronisation d’un territoire, {told(count, 'établissement')}")
    print(f"{'':16}{'secondes':>10}{'processeur':>12}{'lignes/s':>10}{'requêtes':>10}{'÷ INSERT nu':>13}")
    for title, row in results.items():
        row["ratio_to_bare_insert"] = round(row["seconds"] / bare, 1)
        print(
            f"{title:16}{row['seconds']:>10.2f}{row['cpu_seconds']:>12.2f}{row['rows_per_second']:>10}"
            f"{row['queries']:>10}{row['ratio_to_bare_insert']:>13}"
        )
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "sync.json").write_text(
        json.dumps(
            {"establishments": count, "bare_insert_seconds": round(bare, 3), "database": connection.vendor, **results},
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
