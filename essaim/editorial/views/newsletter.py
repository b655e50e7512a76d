"""The newsletter's public screens: subscribe, confirm, leave, read a letter online."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from essaim.editorial.actions.newsletter import Confirmed, confirm, subscribe, unsubscribe
from essaim.editorial.forms.newsletter import SubscribeForm
from essaim.editorial.newsletter.reads import newsletter_page, parts_of, request_of, sent_letters, subscription_of
from essaim.editorial.newsletter.words import newsletter_words
from essaim.editorial.tree import address_of
from essaim.foundation.onebutton import OneButton
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.ratelimit import Limit, TooMany, hit

PER_VISITOR = Limit("lettre", count=5, seconds=600)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe_view(request: HttpRequest) -> HttpResponse:
    """Take an address; the answer is the same whether it is known or not. A GET leads to the letter's page.

    No token against forgeries: the form stands on pages kept for everybody, no cookie is read, and what another site
    could make a visitor send is a message that anybody can ask for; both ends have their limits.
    """
    published = newsletter_page()
    if published is None:
        raise Http404("La page de la lettre n’est pas publiée : personne ne peut s’abonner.")
    if request.method != "POST":
        return redirect(address_of(published.url_path))
    form = SubscribeForm(request.POST, consent=published.consent)
    status = 200
    if form.is_valid():
        try:
            hit(request, PER_VISITOR)
        except TooMany as refusal:
            form.add_error(None, str(refusal))
            status = 429
        else:
            subscribe(email=form.cleaned_data["email"])
            return redirect("letter:thanks")
    context = {"form": form, "intro": published.intro}
    return render(request, "editorial/newsletter/subscribe.html", context, status=status)


@require_safe
@cache_anonymous(seconds=300, params=())
def thanks(request: HttpRequest) -> HttpResponse:
    """Say what happens next, in the same words for everybody."""
    return render(request, "editorial/newsletter/thanks.html", {"words": newsletter_words()})


@method_decorator(csrf_exempt, name="dispatch")
class Confirm(OneButton):
    """What the link of confirmation opens. No cookie: the link's own token is the whole right."""

    title = "Confirmer votre abonnement"
    button = "Recevoir la lettre"
    template_name = "editorial/newsletter/confirm.html"

    def prepare(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """A false or old link has no button to press."""
        asked = request_of(kwargs["token"])
        told = newsletter_words().confirm_text
        return {"explanation": told, "consent": asked.consent if asked else "", "is_old": asked is None}

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Confirm, and say what came of it."""
        done = confirm(token=kwargs["token"])
        context = {"is_gone": done is Confirmed.GONE, "words": newsletter_words()}
        return render(
            request, "editorial/newsletter/confirmed.html", context, status=410 if context["is_gone"] else 200
        )


@method_decorator(csrf_exempt, name="dispatch")
class Unsubscribe(OneButton):
    """Leaving: a page with one button, whose address also answers the « One-Click » of RFC 8058.

    No cookie, no token against forgeries: the key of the address is the whole right. A second time says the same.
    """

    title = "Ne plus recevoir la lettre"
    button = "Me désabonner"
    template_name = "editorial/newsletter/unsubscribe.html"

    def prepare(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Whether there is still somebody to take off the list."""
        known = subscription_of(kwargs["key"]) is not None
        return {"explanation": newsletter_words().leave_text, "is_known": known}

    def act(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Erase, and say so."""
        unsubscribe(key=kwargs["key"])
        return render(request, "editorial/newsletter/unsubscribed.html", {"words": newsletter_words()})


@require_safe
@cache_anonymous(seconds=300, params=())
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """A letter as it was sent."""
    row = sent_letters().filter(number=number).prefetch_related("picks").first()
    if row is None:
        raise Http404("Cette lettre n’existe pas.")
    return render(request, "editorial/newsletter/letter.html", {"letter": row, "parts": parts_of(row)})
