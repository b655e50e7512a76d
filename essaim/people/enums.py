"""Lists of the room."""

from django.db import models


class OfficeKind(models.TextChoices):
    """What the authority entrusts to somebody for a time. Officers and administrators: see Person."""

    ELECTED = "elected", "membre élu"
    JUROR = "juror", "membre du jury"
