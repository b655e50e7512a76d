"""Forms of the library, by every door of the CMS: one file, several at once, from inside a page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.forms.fields import FileField
from django.forms.models import ModelForm
from django.template.defaultfilters import filesizeformat
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from essaim.editorial.documents import FILM_ADVICE, KINDS, MAX_BYTES, check_document
from essaim.editorial.pictures import EXTENSIONS, clean_picture


def _without_unasked_file(form: ModelForm[Any]) -> None:
    """The form that describes a file already sent leaves it out of its list: Django keeps a declared field there."""
    asked, left_out = form._meta.fields, form._meta.exclude or ()
    if "file" in left_out or (isinstance(asked, (list, tuple)) and "file" not in asked):
        form.fields.pop("file", None)


class PictureUpload(WagtailImageField):
    """Takes a picture, gives back our own pixels of it; the reason of a refusal is said in French."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label="Fichier", **options)
        self.help_text = f"{', '.join(EXTENSIONS)} ; 4 Mo au plus. La position et l’appareil photo ne sont pas gardés."

    def to_python(self, data: Any) -> File[Any] | None:
        """Re-encode; raises ValidationError."""
        upload = FileField.to_python(self, data)
        return None if upload is None else clean_picture(upload, str(upload.name))

    def run_validators(self, value: Any) -> None:
        """All that had to be looked at has been, in `clean_picture`."""


class PictureForm(BaseImageForm):
    """A picture, its alternative text, its credit."""

    file = PictureUpload(widget=BaseImageForm.Meta.widgets["file"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_unasked_file(self)

    class Meta(BaseImageForm.Meta):
        """As Wagtail's."""


class DocumentUpload(WagtailDocumentField):
    """Takes a document that is what its name says."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label="Fichier", **options)
        self.help_text = f"{', '.join(sorted(KINDS))} ; {filesizeformat(MAX_BYTES)} au plus. {FILM_ADVICE}"

    def to_python(self, data: Any) -> File[Any] | None:
        """Look inside; raises ValidationError."""
        upload = FileField.to_python(self, data)
        if upload is not None:
            check_document(upload, str(upload.name), upload.size)
        return upload


class DocumentForm(BaseDocumentForm):
    """A document and its title, which visitors read."""

    file = DocumentUpload(widget=BaseDocumentForm.Meta.widgets["file"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_unasked_file(self)

    def clean_title(self) -> str:
        """A title that says something: links to the document bear it."""
        title: str = self.cleaned_data["title"].strip()
        if len(title) < 3:
            raise ValidationError("Donnez un titre qui dit ce que contient le document.")
        return title

    class Meta(BaseDocumentForm.Meta):
        """As Wagtail's."""
