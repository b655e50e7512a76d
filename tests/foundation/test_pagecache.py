from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import threading

import pytest
import time_machine
from django.contrib import messages
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.http import FileResponse, HttpResponse, QueryDict, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import path
from django.views.decorators.http import require_safe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.foundation import journal, pagecache
from essaim.foundation.models import Territory
from essaim.site.urls import urlpatterns as site_urls
from tests.foundation.factories import TerritoryFactory
from tests.support import ROOT

calls = {"n": 0}


def counting(build):
    def view(request, **kwargs):
        calls["n"] += 1
        return build(request, **kwargs)

    return view


def page(text):
    return HttpResponse(f"<!doctype html><title>{text}</title>" + "abeille " * 200)


CACHED = pagecache.cache_anonymous(seconds=60)


def with_session(request):
    request.session["a"] = 1
    return page("session")


def with_message(request):
    messages.info(request, "bonjour")
    return page("message")


def with_cookie(request):
    response = page("cookie")
    response.set_cookie("x", "y")
    return response


def personal(request):
    return page(f"Bonjour {request.user}")


def with_headers(name, value):
    def view(_request):
        response = page("entête")
        response[name] = value
        return response

    return view


def changing(_request):
    """A change commits while the page is being rendered."""
    text = page(f"lu avant : {Territory.objects.count()}")
    with transaction.atomic():
        TerritoryFactory(siren=f"{calls['n']:09d}")
        journal.record(by="x", verb="y")
    return text


def fragment(request):
    return page("fragment" if request.headers.get("HX-Request") else "page entière")


def echo(request):
    """A page that repeats its address, as links to another page of results do."""
    return page(f"{request.get_full_path()} {request.GET.urlencode()} {calls['n']}")


urlpatterns = [
    path("simple/", CACHED(counting(lambda _r: page(str(calls["n"]))))),
    path("derniere/", CACHED(counting(lambda r: page(r.GET.get("q"))))),
    path("petite/", CACHED(counting(lambda _r: HttpResponse("petite")))),
    path("autre/", counting(lambda _r: page("sans marque"))),
    path("session/", CACHED(counting(with_session))),
    path("csrf/", CACHED(counting(lambda r: page(get_token(r))))),
    path("message/", CACHED(counting(with_message))),
    path("cookie/", CACHED(counting(with_cookie))),
    path("moi/", CACHED(counting(personal))),
    path("prive/", CACHED(counting(with_headers("Cache-Control", "private")))),
    path("jamais/", CACHED(counting(with_headers("Cache-Control", "no-store")))),
    path("erreur/", CACHED(counting(lambda _r: HttpResponse("x" * 900, status=404)))),
    path("flux/", CACHED(counting(lambda _r: StreamingHttpResponse([b"a", b"b"])))),
    path("grosse/", CACHED(counting(lambda _r: HttpResponse("x" * (pagecache.MAX_BODY + 1))))),
    path("change/", CACHED(counting(changing))),
    path("htmx/", CACHED(counting(fragment))),
    path("lit-q/", pagecache.cache_anonymous(seconds=60, params=("q",))(counting(echo))),
    path("sans/", require_safe(pagecache.cache_anonymous(seconds=60, params=())(counting(echo)))),
    path("fichier/", lambda _r: FileResponse(io.BytesIO(b"abeille"), filename="a.txt")),
    path("territoire/", CACHED(counting(lambda _r: page("/".join(Territory.objects.values_list("name", flat=True)))))),
    *site_urls,  # last: the site's own last line takes whatever address is left
]


@pytest.fixture(autouse=True)
def _setting(settings, page_cache, db):
    settings.ROOT_URLCONF = __name__
    calls["n"] = 0


def test_a_repeat_is_served_without_the_view(client):
    first, second = client.get("/simple/"), client.get("/simple/")
    assert calls["n"] == 1
    assert first.content == second.content
    for header in ("Content-Security-Policy", "Content-Type", "ETag", "Cache-Control", "Vary", "X-Frame-Options"):
        assert first[header] == second[header]
    assert second["Content-Length"] == str(len(second.content))


def test_a_hit_costs_one_light_query(client, django_assert_num_queries):
    client.get("/simple/")
    with django_assert_num_queries(1) as context:
        client.get("/simple/")
    assert "MAX(id)" in context.captured_queries[0]["sql"]


def test_the_order_of_parameters_does_not_matter_their_values_do(client):
    client.get("/simple/?a=1&b=2")
    client.get("/simple/?b=2&a=1")
    assert calls["n"] == 1
    client.get("/simple/?a=1&b=3")
    assert calls["n"] == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("q=velo&q=epicerie", "q=epicerie&q=velo"),
        ("q=velo&%71=epicerie", "%71=epicerie&q=velo"),
        ("a=1&q=velo&q=epicerie", "q=epicerie&a=1&q=velo"),
    ],
)
def test_of_a_repeated_parameter_the_last_value_wins(client, one, other):
    assert "epicerie" in client.get(f"/derniere/?{one}").content.decode()
    assert "velo" in client.get(f"/derniere/?{other}").content.decode()
    assert "epicerie" in client.get(f"/derniere/?{one}").content.decode()
    assert calls["n"] == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["q", "%71", "a", "q+", ""]), st.sampled_from(["1", "2", ""])), max_size=6))
def test_pages_that_share_a_key_were_asked_the_same(pairs):
    query = "&".join(f"{name}={value}" for name, value in pairs)
    asked, kept = QueryDict(query), QueryDict(pagecache._in_order(query))
    assert dict(asked.lists()) == dict(kept.lists())


def test_a_huge_query_is_not_kept(client, page_cache):
    client.get("/simple/", {"q": "x" * 10_000})
    assert len(page_cache) == 0


@pytest.mark.parametrize(
    "query", ["z=1", "z=2", "utm_source=a&q=", "%7A=1", "q[]=1", "Q=a", "z=\u00e9", "z=" + "x" * 5_000, "&&"]
)
def test_a_parameter_that_no_view_reads_is_the_same_page(client, query, page_cache):
    bare = client.get("/sans/")
    assert client.get(f"/sans/?{query}").content == bare.content
    assert (calls["n"], len(page_cache)) == (1, 1)


def test_a_declared_parameter_has_its_own_pages_whatever_stands_beside(client):
    for query, rendered in (("q=a", 1), ("z=9&q=a&y=8", 1), ("%71=a", 2), ("q=b", 3), ("q=a&q=b", 4), ("", 5)):
        client.get(f"/lit-q/?{query}")
        assert calls["n"] == rendered, query
    assert QueryDict("%71=a") == QueryDict("q=a")


def test_what_a_stranger_adds_to_an_address_is_repeated_to_nobody(client, person):
    first = client.get("/lit-q/?z=secret&q=velo").content.decode()
    assert "/lit-q/?q=velo q=velo" in first
    assert "secret" not in first
    signed = Client()
    signed.force_login(person)
    assert "secret" not in signed.get("/lit-q/?z=secret&q=velo").content.decode()


def test_a_view_that_says_nothing_reads_all(client):
    assert "velo" in client.get("/derniere/?z=1&q=velo").content.decode()


@pytest.mark.parametrize("url", ["/simple/", "/autre/", "/flux/", "/fichier/", "/erreur/", "/nulle-part/"])
def test_head_gets_headers_and_no_body(url):
    """Django's test client takes the body of a HEAD away itself: here the application alone answers."""
    application = BaseHandler()
    application.load_middleware()
    for _ in range(2):
        response = application.get_response(RequestFactory().head(url))
        whole = Client().get(url)
        assert (response.status_code, response.getvalue()) == (whole.status_code, b"")
    if url != "/flux/":
        assert int(response["Content-Length"]) == len(whole.getvalue())


def test_each_host_and_scheme_has_its_own(client, settings):
    settings.ALLOWED_HOSTS = ["un.fr", "deux.fr"]
    for host in ("un.fr", "deux.fr", "un.fr"):
        client.get("/simple/", headers={"host": host})
    assert calls["n"] == 2
    client.get("/simple/", headers={"host": "un.fr"}, secure=True)
    assert calls["n"] == 3
    assert client.get("/simple/", headers={"host": "mechant.fr"}).status_code == 400


def test_unmarked_views_are_never_kept(client, page_cache):
    client.get("/autre/")
    client.get("/autre/")
    assert (calls["n"], len(page_cache)) == (2, 0)


@pytest.mark.parametrize(
    "url", ["/session/", "/csrf/", "/message/", "/cookie/", "/prive/", "/jamais/", "/erreur/", "/flux/", "/grosse/"]
)
def test_what_must_not_be_kept_is_not(url, page_cache):
    Client().get(url)
    Client().get(url)
    assert (calls["n"], len(page_cache)) == (2, 0)


def test_post_is_never_served_nor_kept(client, page_cache):
    client.post("/simple/")
    assert len(page_cache) == 0
    client.get("/simple/")
    client.post("/simple/")
    assert calls["n"] == 3


def test_a_signed_in_person_never_gets_nor_feeds_it(person, page_cache):
    signed = Client()
    signed.force_login(person)
    assert str(person) in signed.get("/moi/").content.decode()
    assert len(page_cache) == 0
    anonymous = Client().get("/moi/").content.decode()
    assert "AnonymousUser" in anonymous
    assert str(person) in signed.get("/moi/").content.decode()
    assert Client().get("/moi/").content.decode() == anonymous


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "messages"])
def test_whoever_carries_one_of_our_cookies_passes_by(cookie, page_cache):
    carrier = Client()
    carrier.cookies[cookie] = "x"
    carrier.get("/simple/")
    assert len(page_cache) == 0
    Client().get("/simple/")
    carrier.get("/simple/")
    assert calls["n"] == 3


def test_an_authorization_passes_by(client, page_cache):
    client.get("/simple/", headers={"authorization": "Bearer x"})
    assert len(page_cache) == 0


def test_foreign_cookies_change_nothing(page_cache):
    carrier = Client()
    carrier.cookies["_autre"] = "x"
    carrier.get("/simple/")
    Client().get("/simple/")
    assert calls["n"] == 1


def test_gzip_is_ready(client):
    plain = client.get("/simple/")
    packed = client.get("/simple/", headers={"accept-encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Length"] == str(len(packed.content))
    assert "Accept-Encoding" in packed["Vary"]
    assert "Content-Encoding" not in plain
    assert calls["n"] == 1


def test_a_small_page_is_not_compressed(client):
    assert "Content-Encoding" not in client.get("/petite/", headers={"accept-encoding": "gzip"})


def test_a_known_page_is_not_sent_again(client):
    etag = client.get("/simple/")["ETag"]
    again = client.get("/simple/", headers={"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert client.get("/simple/", headers={"if-none-match": '"autre"'}).status_code == 200


def test_head_is_served_from_the_page(client):
    client.get("/simple/")
    assert client.head("/simple/").status_code == 200
    assert calls["n"] == 1


def test_fragments_and_pages_do_not_mix(client):
    assert b"page enti" in client.get("/htmx/").content
    assert b"fragment" in client.get("/htmx/", headers={"hx-request": "true"}).content
    assert b"page enti" in client.get("/htmx/").content
    assert calls["n"] == 2


def test_any_journal_entry_empties_it(client):
    client.get("/simple/")
    journal.record(by="x", verb="y")
    client.get("/simple/")
    assert calls["n"] == 2


def test_a_new_index_generation_empties_it(client):
    generation = {"n": 1}

    def part():
        return generation["n"]

    pagecache.add_version_part(part)
    try:
        client.get("/simple/")
        client.get("/simple/")
        assert calls["n"] == 1
        generation["n"] = 2
        client.get("/simple/")
        assert calls["n"] == 2
    finally:
        pagecache._version_parts.remove(part)


def test_it_dies_at_the_turn_of_the_minute(client):
    with time_machine.travel("2026-10-12T11:59:50+00:00", tick=False) as clock:
        client.get("/simple/")
        clock.shift(9)
        client.get("/simple/")
        assert calls["n"] == 1
        clock.shift(1)
        client.get("/simple/")
        assert calls["n"] == 2


def kept(size):
    return pagecache._Page((), 0, (), "", b"x" * size, None)


def test_addresses_that_anyone_invents_never_push_out_the_plain_ones():
    store = pagecache.PageStore(max_total=20_000, max_asked=9_000)
    store.put((False, "/"), kept(3000))
    for n in range(50):
        store.put((True, "/", f"q={n}"), kept(3000))
    assert store.get((False, "/")) is not None
    assert (len(store), store.total) == (1 + 2, 3 * 4000)
    store.drop((True, "/", "q=49"))
    assert store.total == 2 * 4000
    store.clear()
    assert (len(store), store.total) == (0, 0)


def test_memory_is_bounded_and_the_least_served_leaves_first():
    store = pagecache.PageStore(max_total=10_000, max_asked=0)
    store.put(("a",), kept(3000))
    store.put(("b",), kept(3000))
    store.get(("a",))
    store.put(("c",), kept(3000))
    assert store.get(("b",)) is None
    assert store.get(("a",)) is not None
    store.put(("a",), kept(1000))
    assert store.total == 2000 + 4000
    store.put(("géante",), kept(50_000))
    assert (len(store), store.total) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_change_during_the_rendering_is_not_hidden(client):
    assert "lu avant\u00a0: 0" in client.get("/change/").content.decode()
    assert "lu avant\u00a0: 1" in client.get("/change/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_another_thread_changes_it():
    TerritoryFactory(name="Avant")
    assert b"Avant" in Client().get("/territoire/").content

    def change():
        with transaction.atomic():
            Territory.objects.update(name="Apres")
            journal.record(by="x", verb="y")
        connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    thread.join()
    assert b"Apres" in Client().get("/territoire/").content


ELSEWHERE = """
import django
django.setup()
from django.db import connection, transaction
from essaim.foundation import journal
from essaim.foundation.models import Territory
from essaim.site.urls import urlpatterns as site_urls
with transaction.atomic():
    Territory.objects.update(name="Ailleurs")
    journal.record(by="autre processus", verb="y")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the other process needs a database that it can open by path")
def test_another_process_changes_it(tmp_path):
    """Two workers: a command writes in its own process, this one sees it at the next request."""
    TerritoryFactory(name="Ici")
    assert b"Ici" in Client().get("/territoire/").content
    assert b"Ici" in Client().get("/territoire/").content
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "ESSAIM_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "essaim.site.settings",
    }
    subprocess.run([sys.executable, "-c", ELSEWHERE], check=True, env=environment, cwd=ROOT)
    assert b"Ailleurs" in Client().get("/territoire/").content


def test_a_prefix_that_a_visitor_invents_never_takes_the_key_of_another_page(client):
    """« SCRIPT_NAME » cuts the path that the view sees and leads every link that it writes."""
    client.get("/", SCRIPT_NAME="/simple", PATH_INFO="/derniere/")
    honest = client.get("/simple/derniere/")
    assert honest.status_code == 404
    poisoned = client.get("/derniere/?q=a", SCRIPT_NAME="/x")
    assert poisoned.status_code == 200
    assert client.get("/x/derniere/?q=a").status_code == 404
