"""`tools/serve` itself, on a free port: what only the real server can show."""

import http.client
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from django.db import connection

from tests.directory.search.factories import make_town, rebuild_index
from tests.support import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the server needs a database that it can open by path"),
]
PATIENCE = 60
"""Seconds before the test gives up: never what it measures."""


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def status(address):
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except urllib.error.URLError:
        return 0, "the server has closed the door"


@pytest.fixture
def server(settings):
    """A town, its index, and the address of a server that shows them."""
    make_town()
    rebuild_index()
    port = free_port()
    environment = os.environ | {
        "PORT": str(port),
        "ESSAIM_WORKERS": "1",
        "ESSAIM_DEBUG": "1",  # static files as they are in the source: nothing is collected here
        "ESSAIM_DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "essaim.site.settings",
    }
    process = subprocess.Popen([ROOT / "tools" / "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, "the server stopped at once"
                assert time.monotonic() < end, "the server does not listen"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def test_a_very_long_search_meets_our_page(server):
    for text in ("x" * 10_000, "%C3%A9" * 10_000):
        code, body = status(f"{server}/annuaire/?q={text}")
        assert (code, 'lang="fr"' in body) == (200, True)
    # Further there is a limit: nobody fills the memory with an address.
    assert status(f"{server}/annuaire/?q={'x' * 200_000}")[0] in (0, 414, 431)


def ask(server, method, path, **more):
    """One request as it is, on a connection of its own."""
    connection = http.client.HTTPConnection(server.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request(method, path, **more)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_visitor_chooses_no_page_for_an_address(server):
    """gunicorn believes « SCRIPT_NAME » from a proxy, hence from whoever a proxy lets write it."""
    honest = ask(server, "GET", "/annuaire/?q=ruche")
    poisoned = ask(server, "GET", "/annuaire/?q=abeille", headers={"SCRIPT_NAME": "/annuaire"})
    assert (honest[0], poisoned[0]) == (200, 200)
    assert "abeille" in poisoned[1].split("</title>")[0]
    assert 'href="/annuaire/annuaire/' not in poisoned[1]
