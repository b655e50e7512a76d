"""The policy is strict, and no template of ours needs it to be weaker."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from essaim.foundation.csp import ContentSecurityPolicyMiddleware, replace_directives
from tests.support import ROOT

TEMPLATES = sorted((ROOT / "essaim").rglob("templates/**/*.html"))
# Messages are read elsewhere than on the site.
PAGES = [path for path in TEMPLATES if "mails" not in path.parts]


def policy(rf, path="/", response=None):
    answer = ContentSecurityPolicyMiddleware(lambda _r: response or HttpResponse())(rf.get(path))
    parts = (part.strip().split(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {part[0]: part[1:] for part in parts}


def test_nothing_inline_nothing_from_elsewhere(rf):
    sent = policy(rf)
    assert sent["default-src"] == ["'none'"]
    assert sent["script-src"] == sent["style-src"] == ["'self'"]
    for name in ("frame-ancestors", "base-uri", "object-src"):
        assert sent[name] == ["'none'"]
    assert sent["form-action"] == ["'self'"]
    text = str(sent)
    assert not any(weak in text for weak in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*"))


def test_editors_have_a_policy_of_their_own(rf):
    assert "'unsafe-inline'" in policy(rf, "/cms/pages/")["style-src"]
    assert policy(rf, "/cmsx/")["style-src"] == ["'self'"]


def test_one_answer_may_have_its_own_directives(rf):
    response = replace_directives(HttpResponse(), {"frame-ancestors": ["'self'"]})
    sent = policy(rf, response=response)
    assert sent["frame-ancestors"] == ["'self'"]
    assert sent["script-src"] == ["'self'"]


def test_tiles_add_their_origin_and_nothing_else(tmp_path):
    import json
    import os
    import subprocess
    import sys

    source = (
        "import json; from essaim.site import settings; "
        "print(json.dumps(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src']))"
    )
    environment = os.environ | {
        "ESSAIM_MAP_TILES_URL": "https://data.geopf.fr/wmts/{z}/{x}/{y}.png",
        "ESSAIM_DATA_DIR": str(tmp_path),
    }
    out = subprocess.run([sys.executable, "-c", source], check=True, capture_output=True, env=environment, cwd=ROOT)
    assert json.loads(out.stdout) == ["'self'", "data:", "https://data.geopf.fr"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_needs_inline(path):
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"<[a-zA-Z][^>]*\sstyle\s*=", text), "attribut style"
    assert not re.search(r"<[a-zA-Z][^>]*\son[a-z]+\s*=\s*[\"']", text), "attribut d’évènement"
    assert not re.search(r"<style\b", text), "balise style"
    assert "javascript:" not in text
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or 'type="application/' in tag, f"script en ligne : {tag}"


@pytest.mark.parametrize("url", ["/connexion/", "/sante/", "/introuvable/"])
def test_every_answer_carries_it(client, db, url):
    assert "default-src 'none'" in client.get(url)["Content-Security-Policy"]
