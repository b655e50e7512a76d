"""What an import keeps of its contacts becomes a digest, and its counts stand beside it; an undone one quotes nothing.

Written by hand: the copies of names, e-mails and telephones must leave the database with the code that wrote them.
"""

import json
from collections import Counter

from django.db import migrations, models
from django.utils.crypto import salted_hmac

FIELDS = ("name", "role", "email", "phone", "note")
VERDICTS = ("matched", "admit", "review", "refused")


def forget_values(apps, schema_editor):
    imports = apps.get_model("directory", "ContactImport")
    for row in imports.objects.order_by("pk").iterator(chunk_size=20):
        brought = row.brought
        found = Counter(told["verdict"] for told in row.verdicts)
        row.counts = {
            "read": len(row.verdicts),
            **{verdict: found[verdict] for verdict in VERDICTS},
            "contacts": len(brought.get("contacts", [])),
            "placed_tags": brought.get("placed_tags", 0),
            "decisions": brought.get("decisions", 0),
            "structures": len(brought.get("structures", [])),
        }
        row.brought = {
            "contacts": [[pk, _digest(pk, values)] for pk, values in brought.get("contacts", [])],
            "tags": brought.get("tags", []),
            "structures": brought.get("structures", []),
        }
        if row.undone_at is not None:
            row.columns, row.brought = {}, {}
            row.verdicts = [
                told | {"name": "", "structure_name": "", "remarks": [], "did": []} for told in row.verdicts
            ]
        row.save(update_fields=["columns", "verdicts", "brought", "counts"])


def _digest(pk, values):
    text = json.dumps([int(pk), *(values[name] for name in FIELDS)])
    return salted_hmac("essaim.directory.contacts", text, algorithm="sha256").hexdigest()


class Migration(migrations.Migration):

    dependencies = [
        ("directory", "0005_rna_shape_and_answered"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactimport",
            name="counts",
            field=models.JSONField(
                default=dict, help_text="Lignes par verdict, et ce que l’import a créé.", verbose_name="comptes"
            ),
        ),
        migrations.AlterField(
            model_name="contactimport",
            name="brought",
            field=models.JSONField(
                default=dict,
                help_text="Contacts avec l’empreinte de ce qui est écrit, étiquettes et structures nouvelles.",
                verbose_name="ce que l’import a créé",
            ),
        ),
        migrations.RunPython(forget_values, migrations.RunPython.noop),
    ]
