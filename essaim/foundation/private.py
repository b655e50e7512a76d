"""Files that no visitor may ever open: proofs, letters. Apart from `MEDIA_ROOT`, whose images are public."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.functional import cached_property


class PrivateFiles(FileSystemStorage):
    """The folder `private` of the data dir, readable by its owner alone; it gives no address."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @cached_property
    def base_location(self) -> Path:
        """Where the files are."""
        return Path(settings.DATA_DIR) / "private"

    def url(self, name: str | None) -> str:
        """Refuse: a view that asks who reads gives these files."""
        raise ValueError("Un fichier privé n’a pas d’adresse.")


def private_files() -> Storage:
    """The storage of private files, as the installation has set it (`STORAGES["private"]`)."""
    return storages["private"]
