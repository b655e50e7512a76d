"""How forms are drawn: label, hint and errors tied to the field, a summary of errors on top. Set by FORM_RENDERER."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.template import loader


class SiteRenderer(DjangoTemplates):
    """`{{ form }}` in the site's dress: templates under `ui/` from the site's engine, widgets from Django's own."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """Return the site's template for `ui/…`, else Django's widget."""
        if template_name.startswith("ui/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)
