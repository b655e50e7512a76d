"""RNA numbers of Corsica and overseas; a report says by itself that it was answered, its address is forgotten."""

from typing import ClassVar

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """One validator, one column."""

    dependencies: ClassVar = [("directory", "0004_labels_once")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="structure",
            name="rna",
            field=models.CharField(
                blank=True,
                max_length=10,
                null=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^W[0-9][0-9A-Z][0-9]{7}\\Z", "Un numéro RNA s’écrit W suivi de 9 caractères."
                    )
                ],
                verbose_name="numéro RNA",
            ),
        ),
        migrations.AddField(
            model_name="errorreport",
            name="was_answered",
            field=models.BooleanField(default=False, verbose_name="réponse envoyée"),
        ),
    ]
