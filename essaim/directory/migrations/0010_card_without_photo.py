"""A card holds no photo any more: see CardPhoto."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("directory", "0009_photos_of_their_own")]

    operations = [
        migrations.RemoveConstraint(
            model_name="card",
            name="card_photo_described",
        ),
        migrations.RemoveField(
            model_name="card",
            name="photo",
        ),
        migrations.RemoveField(
            model_name="card",
            name="photo_alt",
        ),
        migrations.RemoveField(
            model_name="card",
            name="photo_credit",
        ),
    ]
