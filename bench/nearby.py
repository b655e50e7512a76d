"""The nearest structures of a day's moments in an EPCI of 20 000 structures: working out, then each question.

As ratios: of a warm answer to a trivial view of the same process, and of SQL queries. Its own database, thrown away.
"""

import json
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
SIZE = 20_000
SIREN = "999000000"
PAGE = "/au-fil-des-heures/"


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    with tempfile.TemporaryDirectory(prefix="essaim-nearby-") as folder:
        os.environ["ESSAIM_DATA_DIR"] = folder
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill()
        figures = measure()
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "nearby.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    for name, value in figures.items():
        print(f"{name:<40} {value}")


def fill():
    """60 communes on a grid, structures of every activity, one place each; drawn with a fixed seed."""
    from essaim.directory.models import Criterion, Establishment, Structure
    from essaim.geography.models import Commune, Epci
    from essaim.nomenclature.naf import all_naf

    rng = random.Random(20)
    words = "atelier vélo maison quartier épicerie solidaire club amis jardin théâtre école du Clain des Prés".split()
    codes = [item.code for item in all_naf()]
    Epci.objects.create(siren=SIREN, name="EPCI", cog_year=2026, fictitious=True)
    communes = Commune.objects.bulk_create(
        Commune(
            code=f"00{n:03d}", name=f"Commune {n}", epci_id=SIREN, population=n, latitude=46 + n / 100, longitude=0.3
        )
        for n in range(60)
    )
    structures = Structure.objects.bulk_create(
        [
            Structure(
                siren=f"{999_000_001 + n}",
                name=" ".join(rng.sample(words, 4)),
                family="association",
                naf=rng.choice(codes),
                is_employer=True,
                purpose=" ".join(rng.choices(words, k=15)),
            )
            for n in range(SIZE)
        ],
        batch_size=2000,
    )
    Criterion.objects.bulk_create(
        [Criterion(structure=one, code="legal_category", source="essai") for one in structures], batch_size=5000
    )
    Establishment.objects.bulk_create(
        [
            Establishment(
                structure=one,
                siret=f"{one.siren}00018",
                commune=(here := rng.choice(communes)),
                official_commune_code=here.code,
                naf=one.naf,
                latitude=here.latitude + rng.uniform(-0.03, 0.03),
                longitude=here.longitude + rng.uniform(-0.03, 0.03),
                position_quality="exact",
            )
            for one in structures
        ],
        batch_size=2000,
    )


def measure():
    from django.db import connection
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext

    from bench.wsgi import application
    from essaim.directory.nearby import nearest
    from essaim.editorial.day.moments import matching_of
    from essaim.editorial.planting.reading import read_content
    from essaim.foundation import kept, pagecache
    from essaim.foundation.geo import Near

    day = next(page for page in read_content("", {}).pages if page.path == PAGE)
    wanted = [[matching_of(clue) for clue in block["value"]["clues"]] for block in day.fields["moments"]]
    scope = frozenset({SIREN})

    def ask(latitude):
        return nearest(wanted, scope, Near(latitude, 0.3), limit=2)

    ask(46.3)
    cold = []
    for _ in range(3):
        kept.forget_all()
        with CaptureQueriesContext(connection) as first:
            cold.append(spent(lambda: ask(46.3)))
    with CaptureQueriesContext(connection) as again:
        answers = ask(46.1)
    warm = [spent(lambda n=n: ask(46 + n / 100)) for n in range(60)]
    requests = RequestFactory(HTTP_HOST="127.0.0.1")
    trivial = []
    for _ in range(60):
        pagecache.store.clear()
        asked = requests.get("/trivial/")
        trivial.append(spent(lambda asked=asked: application.get_response(asked)))
    return {
        "structures": SIZE,
        "answering": sum(answer.total for answer in answers),
        "cold_ms": round(statistics.median(cold), 1),
        "cold_sql": len(first),
        "warm_ms": round(statistics.median(warm), 2),
        "warm_sql": len(again),
        "warm_over_trivial": round(statistics.median(warm) / statistics.median(trivial), 2),
    }


def spent(act):
    """CPU milliseconds of a call."""
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    main()
