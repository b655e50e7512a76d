"""What the settings read before Django: rights of the data dir, the secret, the public address."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading

import pytest

from essaim.foundation.installation import (
    LOCAL_HOSTS,
    UnreadableSetting,
    hosts,
    kept_secret,
    private_folder,
    proxies,
    site_url,
)
from tests.support import ROOT


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def careless():
    """A machine whose accounts read each other's files unless told otherwise."""
    former = os.umask(0o022)
    yield
    os.umask(former)


def test_a_new_folder_is_ours_alone_and_a_former_one_is_closed_to_others(tmp_path, careless):
    assert rights(private_folder(tmp_path / "a" / "data")) == 0o700
    former = tmp_path / "former"
    former.mkdir(mode=0o755)
    assert rights(private_folder(former)) == 0o750
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    assert rights(private_folder(shared)) == 0o1777


def test_a_folder_that_cannot_be_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "file", tmp_path / "file" / "data"):
        with pytest.raises(UnreadableSetting, match="ESSAIM_DATA_DIR"):
            private_folder(wrong)


def test_the_secret_is_made_once_for_two_first_starts(tmp_path, careless):
    path, found = tmp_path / "data" / "secret-key", []
    gate = threading.Barrier(8)

    def start():
        gate.wait()
        found.append(kept_secret(path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {path.read_text()}
    assert len(found) == 8
    assert rights(path) == 0o600
    assert [each.name for each in path.parent.glob("*secret*")] == ["secret-key"]


def test_a_stop_half_way_leaves_no_empty_secret(tmp_path, monkeypatch):
    path = tmp_path / "data" / "secret-key"

    def stop(_descriptor):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", stop)
        with pytest.raises(KeyboardInterrupt):
            kept_secret(path)
    assert list(path.parent.glob("*secret*")) == []
    assert len(kept_secret(path)) > 40
    path.write_text("\n")
    with pytest.raises(UnreadableSetting, match="effacez"):
        kept_secret(path)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://x.fr/", "https://x.fr"),
        (" https://x.fr// ", "https://x.fr"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_the_public_address_has_no_last_slash(given, wanted):
    assert site_url(given) == wanted


@pytest.mark.parametrize(
    "given",
    [
        *("", "/", "x.fr", "ftp://x.fr", "https://", "https:x.fr", "https://x y", "https://[x"),
        *("https://x.fr/ess", "https://x.fr?a", "https://x.fr#a", "https://x.fr:port", "https://moi@x.fr"),
    ],
)
def test_nonsense_is_no_public_address(given):
    with pytest.raises(UnreadableSetting, match="ESSAIM_SITE_URL"):
        site_url(given)


def test_names_are_read_with_their_spaces():
    assert hosts("a.fr, b.fr ,, [::1],.c.fr", "https://a.fr") == ["a.fr", "b.fr", "[::1]", ".c.fr"]
    assert hosts(None, "https://x.fr:8443") == [*LOCAL_HOSTS, "x.fr"]
    assert hosts(None, "http://127.0.0.1:8000") == [*LOCAL_HOSTS]
    assert hosts(None, "http://[2001:db8::1]") == [*LOCAL_HOSTS, "[2001:db8::1]"]


@pytest.mark.parametrize("given", ["", " , ", "https://a.fr", "a.fr:8000", "a.fr/", "a.fr b.fr", "é.fr"])
def test_nonsense_is_no_name(given):
    with pytest.raises(UnreadableSetting, match="ESSAIM_HOSTS"):
        hosts(given, "https://a.fr")


def test_proxies_are_counted():
    assert [proxies(text) for text in ("", " ", "0", "1", "2")] == [None, None, 0, 1, 2]
    for wrong in ("oui", "-1", "1.5", "²"):
        with pytest.raises(UnreadableSetting, match="ESSAIM_BEHIND_PROXY"):
            proxies(wrong)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ESSAIM_SITE_URL", "x.fr"), ("ESSAIM_HOSTS", "https://x.fr"), ("ESSAIM_BEHIND_PROXY", "oui")],
)
def test_a_wrong_setting_is_one_sentence(tmp_path, variable, value):
    done = subprocess.run(
        [sys.executable, "-m", "essaim.site.cli", "check"],
        env=os.environ | {variable: value, "ESSAIM_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.startswith(f"{variable} : ")) == (2, True), done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_else_reads_what_a_command_writes(tmp_path, careless):
    """The database as `essaim migrate` makes it, the secret, the folder of images that a backup names."""
    environment = os.environ | {"ESSAIM_DATA_DIR": str(tmp_path / "new"), "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "essaim.site.cli", "migrate", "contenttypes", "--verbosity", "0"]
    subprocess.run(command, env=environment, check=True)
    made = {path.name: rights(path) for path in (tmp_path / "new").iterdir()}
    assert {"essaim.sqlite3", "secret-key", "media"} <= set(made)
    assert rights(tmp_path / "new") == 0o700
    assert {mode & 0o077 for mode in made.values()} == {0}
