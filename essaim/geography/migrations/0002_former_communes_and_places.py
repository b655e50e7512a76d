"""Former communes may share a code with a commune of today; communes may have no EPCI; places are searched by text."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("geography", "0001_initial")]

    operations = [
        migrations.DeleteModel(name="FormerCommune"),
        migrations.AlterField(
            model_name="commune",
            name="epci",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="communes",
                to="geography.epci",
                verbose_name="EPCI",
            ),
        ),
        migrations.AddField(
            model_name="commune",
            name="place_index",
            field=models.TextField(blank=True, default="", verbose_name="texte cherché"),
        ),
        migrations.CreateModel(
            name="FormerCommune",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=5, verbose_name="ancien code Insee")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="ancien nom")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("merged", "commune fusionnée"),
                            ("delegated", "commune déléguée"),
                            ("associated", "commune associée"),
                            ("district", "arrondissement municipal"),
                        ],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_communes",
                        to="geography.commune",
                    ),
                ),
            ],
            options={
                "verbose_name": "ancienne commune",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["code", "name"],
                        name="former_commune_once",
                        violation_error_message="Cette ancienne commune est déjà connue.",
                    )
                ],
            },
        ),
    ]
