"""« Contact »: the page as it is now, and what is sent to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from essaim.editorial.actions.contact import MessageRefused, send_message
from essaim.editorial.contact import TRAP
from essaim.editorial.forms.contact import ContactForm
from essaim.editorial.models import ContactPage
from essaim.foundation.origin import sent_from_here
from essaim.foundation.ratelimit import Limit, TooMany, hit

PER_ADDRESS = Limit("contact", count=10, seconds=600)


def contact(page: ContactPage, request: HttpRequest) -> HttpResponseBase:
    """Show the page; keep a message that was sent, then lead to the thanks. What was typed is never lost."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.method != "POST":
        return _fresh(page.render(request))
    form = ContactForm(request.POST)
    status = 200
    if form.is_valid():
        if not sent_from_here(request):
            form.add_error(None, "Ce message a été préparé sur un autre site. S’il est de vous, envoyez-le d’ici.")
            status = 403
        elif request.POST.get(TRAP):
            form.add_error(None, "Un champ caché était rempli : il est vidé. Envoyez de nouveau.")
        else:
            try:
                hit(request, PER_ADDRESS)
                send_message(words=form.words())
                return HttpResponseRedirect(f"{page.url}envoye/")
            except TooMany as refusal:
                form.add_error(None, str(refusal))
                status = 429
            except MessageRefused as refusal:
                form.add_error(None, str(refusal))
    answer: TemplateResponse = page.render(request, context_overrides={"form": form})
    answer.status_code = status
    return _fresh(answer)


def _fresh(answer: HttpResponse) -> HttpResponse:
    """« Ouvert maintenant » is true for a minute only, and the form is one person's: nobody keeps this page."""
    answer["Cache-Control"] = "private, no-cache"
    return answer
