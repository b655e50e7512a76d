"""What the officer's desk shows of the newsletter."""

from __future__ import annotations

from essaim.foundation.registries import DeskLink

LETTERS = DeskLink(
    "lettres", "Lettre d’information", "letters:home", "Composez-la, relisez-la, envoyez-la aux abonnés.", order=60
)
