"""What the team does of claims outside its inbox: read a document, print the letters that carry a code."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory import rules
from essaim.directory.actions.claim_codes import print_letters
from essaim.directory.claim_letters import claim_letters_pdf
from essaim.directory.claims import claims_in, letters_to_print
from essaim.directory.enums import ClaimMethod
from essaim.directory.models import ClaimEvidence
from essaim.directory.views.doors import allowed
from essaim.foundation.territories import current_scope
from essaim.people.access import signed_in
from essaim.ui.printing import CannotPrint

LARGEST_PRINT = 200


@require_safe
@allowed(rules.may_decide_claims)
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A document that proves a claim, to keep on one's own disk: a browser never opens it here."""
    proof = ClaimEvidence.objects.filter(pk=pk, claim__in=claims_in(current_scope())).exclude(document="").first()
    if proof is None:
        raise Http404("Ce document n’est plus gardé.")
    try:
        opened = proof.document.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce document n’est plus gardé.") from error
    response = FileResponse(
        opened, as_attachment=True, filename=proof.document_name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(rules.may_decide_claims)
def letters(request: HttpRequest) -> HttpResponse:
    """The letters that wait; a press prints those chosen in one PDF, and their codes become valid."""
    waiting = letters_to_print(current_scope())
    if request.method != "POST":
        return render(request, "directory/claims/letters.html", {"letters": list(waiting[:LARGEST_PRINT])})
    chosen = [int(pk) for pk in request.POST.getlist("lettre")[:LARGEST_PRINT] if pk.isascii() and pk.isdecimal()]
    # Printed before, a letter can be printed again: from the page of its claim.
    known = ClaimEvidence.objects.filter(
        pk__in=[pk for pk in chosen if pk < 2**62], method=ClaimMethod.POST, claim__in=claims_in(current_scope())
    )
    proofs = print_letters(proofs=list(known), by=signed_in(request))
    if not proofs:
        messages.info(request, "Aucune de ces lettres n’est plus à imprimer.")
        return redirect("claims:letters")
    try:
        content = claim_letters_pdf(proofs)
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect("claims:letters")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="lettres-{timezone.localdate().isoformat()}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
