from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_warned_before_erasure"),
    ]

    operations = [
        migrations.AddField(
            model_name="entrycode",
            name="sent",
            field=models.BooleanField(default=False, verbose_name="un message est parti"),
        ),
        migrations.AlterField(
            model_name="office",
            name="kind",
            field=models.CharField(
                choices=[("elected", "membre élu"), ("juror", "membre du jury")], max_length=10, verbose_name="charge"
            ),
        ),
    ]
