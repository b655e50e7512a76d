"""200 people who come in at once behind one proxy: whole sign-ins, messages lost, time and CPU.

    python -m bench.entering

Limits are on; messages are kept in memory. In this process, by threads
as gunicorn's workers have; its own database, thrown away.
"""

import json
import os
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
PEOPLE = 200
THREADS = 8
CODE = re.compile(r"^ {4}([A-Z0-9]{3} [A-Z0-9]{3})\r?$", re.MULTILINE)


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["ESSAIM_BEHIND_PROXY"] = "1"
    os.environ["ESSAIM_DEBUG"] = "1"  # static files as they are in the source
    with tempfile.TemporaryDirectory(prefix="essaim-entering-") as folder:
        os.environ["ESSAIM_DATA_DIR"] = folder
        import django

        django.setup()
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        call_command("migrate", verbosity=0)
        setup_test_environment()
        figures = measure()
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "entering.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    for name, value in figures.items():
        print(f"{name:<40} {value}")


def measure():
    from django.core import mail

    from essaim.people.models import Person

    started, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        came_in = sum(pool.map(come_in, range(PEOPLE)))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {
        "people": PEOPLE,
        "came_in": came_in,
        "accounts": Person.objects.count(),
        "messages_lost": PEOPLE - len({message.to[0] for message in mail.outbox}),
        "seconds": round(seconds, 1),
        "per_minute": round(60 * came_in / seconds),
        "cpu_ms_each": round(1000 * cpu / PEOPLE, 1),
    }


def come_in(rank):
    """Ask, read the message, type the code; True when it opened the account."""
    from django.core import mail
    from django.db import connection
    from django.test import Client

    address = f"p{rank}@exemple.fr"
    visitor = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{rank}")
    try:
        visitor.get("/connexion/")
        visitor.post("/connexion/message/", {"email": address})
        mine = next(message for message in list(mail.outbox) if message.to == [address])
        visitor.post("/connexion/code/", {"code": CODE.search(mine.body)[1]})
        return "_auth_user_id" in visitor.session
    finally:
        connection.close()


if __name__ == "__main__":
    main()
