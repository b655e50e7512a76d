"""A file of ours is whole or absent, and nobody else's."""

import os
import stat

import pytest

from essaim.foundation import files
from essaim.foundation.files import write_whole


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "whole"
    made.mkdir()
    return made


def test_a_file_takes_the_place_of_another_and_is_ours_alone(folder):
    former = os.umask(0o022)
    try:
        write_whole(folder / "repère", "un")
        write_whole(folder / "repère", "deux é")
    finally:
        os.umask(former)
    assert [path.name for path in folder.iterdir()] == ["repère"]
    assert (folder / "repère").read_text("utf-8") == "deux é"
    assert stat.S_IMODE((folder / "repère").stat().st_mode) == 0o600


def test_a_full_disk_leaves_the_former_content_and_no_draft(folder, monkeypatch):
    write_whole(folder / "repère", "un")

    def full(_path):
        raise OSError(28, "plein")

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(OSError, match="plein"):
        write_whole(folder / "repère", "deux")
    assert [path.name for path in folder.iterdir()] == ["repère"]
    assert (folder / "repère").read_text() == "un"
