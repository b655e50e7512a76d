import json
import os
import subprocess
import sys

import pytest
from django.core.management.base import BaseCommand, CommandError

from essaim.site import cli
from essaim.stock.errors import StockError


def test_without_argument_it_says_what_exists(capsys):
    assert cli.main([]) == 0
    assert "essaim stock" in capsys.readouterr().out


def test_an_unknown_family_is_refused_in_french(capsys):
    assert cli.main(["bogus"]) == 2
    assert "« bogus » n’existe pas" in capsys.readouterr().err


@pytest.mark.database
def test_django_commands_pass_through():
    done = subprocess.run(
        [sys.executable, "-m", "essaim.site.cli", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "System check identified" in done.stdout + done.stderr


def test_a_wrong_setting_is_one_sentence(tmp_path):
    environment = os.environ | {"ESSAIM_EMAIL_URL": "mail.exemple.fr", "ESSAIM_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "essaim.site.cli", "check"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("ESSAIM_EMAIL_URL : ")
    assert "Traceback" not in done.stderr


class _Family(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("sub")
        parser.add_argument("--count", type=int, default=1)
        parser.add_argument("--json", action="store_true")

    def handle(self, *, sub, count, **options):
        if sub == "refuse":
            raise CommandError("Ce territoire est inconnu.")
        if sub == "stock":
            raise StockError("Rien n’est importé.")
        if sub == "stop":
            raise KeyboardInterrupt
        self.stdout.write(f"{sub} {count}")


@pytest.fixture
def family(monkeypatch):
    """A management command « fleet » that would belong to one of our rooms."""
    from django.core import management

    known, load = management.get_commands(), management.load_command_class
    monkeypatch.setattr(management, "get_commands", lambda: known | {"fleet": "essaim.site"})
    monkeypatch.setattr(
        management, "load_command_class", lambda app, name: _Family() if name == "fleet" else load(app, name)
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["go", "--count", "3"], 0, "go 3"),
        (["refuse"], 2, "Ce territoire est inconnu."),
        (["stock"], 2, "Rien n’est importé."),
        (["stop"], 130, "Interrompu."),
        ([], 2, "il manque : sub"),
        (["go", "--count", "x"], 2, "--count attend un nombre entier"),
        (["go", "--nope"], 2, "option inconnue : --nope"),
    ],
)
@pytest.mark.django_db
def test_one_of_our_families(family, capsys, arguments, code, words):
    assert cli.main(["fleet", *arguments]) == code
    said = capsys.readouterr()
    assert words in said.out + said.err
    assert "CommandError" not in said.err


@pytest.mark.django_db
def test_a_refusal_is_one_json_object_too(family, capsys):
    assert cli.main(["fleet", "refuse", "--json"]) == 2
    said = capsys.readouterr()
    assert json.loads(said.out) == {"command": "fleet refuse", "error": "Ce territoire est inconnu."}
    assert said.err == "Ce territoire est inconnu.\n"
    assert cli.main(["fleet", "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == {"command": "fleet", "error": "il manque : sub"}
