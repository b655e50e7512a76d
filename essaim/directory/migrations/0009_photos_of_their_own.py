"""The one photo of a card becomes a row of its own, with its text and its credit. No way back: a card has several."""

from django.db import migrations


def move_photos(apps, schema_editor):
    cards = apps.get_model("directory", "Card").objects.exclude(photo="")
    photos = apps.get_model("directory", "CardPhoto").objects
    photos.bulk_create(
        photos.model(
            structure_id=card.structure_id,
            image=card.photo.name,
            alt=card.photo_alt,
            credit=card.photo_credit,
            added_by_label=card.source,
            accepted_at=card.updated_at,
        )
        for card in cards.order_by("pk")
    )


class Migration(migrations.Migration):
    dependencies = [("directory", "0008_mandates_and_cards")]

    operations = [migrations.RunPython(move_photos)]
