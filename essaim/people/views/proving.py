"""Say again who one is before a change that touches the safety of the account: by password, or by a message."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import ReauthenticateView
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from essaim.foundation.ratelimit import TooMany, hit
from essaim.people.access import signed_in
from essaim.people.actions.entering import EntryRefused, ask_entry, enter_by_code
from essaim.people.forms_entering import CodeForm
from essaim.people.models import EntryCode
from essaim.people.views.entering import ASKED_OFTEN, TYPED_OFTEN, safe_next

_PROOF = "proof"


def proof_form(data: QueryDict | None = None) -> CodeForm:
    """The code of the message, and nothing else: the session stays as it is."""
    form = CodeForm(data, auto_id="proof_%s")
    del form.fields["remember"]
    return form


@method_decorator(never_cache, name="dispatch")
class Reauthenticate(ReauthenticateView):  # type: ignore[misc]
    """allauth's page of the password; whoever has no second factor may have a code sent instead, as at the door."""

    def _by_message(self) -> bool:
        # A message opens the account of whoever has no second factor: it proves as much here, and no more.
        return not is_mfa_enabled(self.request.user)

    def _check_reauthentication_method_available(self, request: HttpRequest) -> HttpResponseBase | None:
        if self._by_message():
            return None
        answer: HttpResponseBase | None = super()._check_reauthentication_method_available(request)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the message asks for."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        by_message = self._by_message()
        proof = proof_form() if by_message and self.request.session.get(_PROOF) else None
        return {"by_message": by_message, "proof": proof, "person": self.request.user, "refusal": ""} | found

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send the message, read its code, or check the password."""
        if self._by_message() and "send" in request.POST:
            return self._send(request)
        if self._by_message() and "code" in request.POST:
            return self._read(request)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def _send(self, request: HttpRequest) -> HttpResponse:
        refusal = ""
        wanted = safe_next(request.POST.get("next"))
        try:
            hit(request, ASKED_OFTEN)
        except TooMany as error:
            refusal = str(error)
        else:
            former: int | None = request.session.get(_PROOF)
            request.session[_PROOF] = ask_entry(address=signed_in(request).email, wanted=wanted, former=former).pk
        return self._page(refusal=refusal)

    def _read(self, request: HttpRequest) -> HttpResponse:
        person = signed_in(request)
        proof = proof_form(request.POST)
        asked = EntryCode.objects.filter(pk=request.session.get(_PROOF, 0), address=person.email).first()
        if asked is None:
            return self._page(refusal="Demandez d’abord un code.")
        if proof.is_valid():
            try:
                hit(request, TYPED_OFTEN)
                enter_by_code(entry_id=asked.pk, code=proof.cleaned_data["code"])
            except (EntryRefused, TooMany) as refusal:
                proof.add_error("code", str(refusal))
            else:
                del request.session[_PROOF]
                record_authentication(request, person, method="code", reauthenticated=True)
                answer: HttpResponse = reauthentication.resume_request(request) or redirect("account_home")
                return answer
        return self._page(proof=proof)

    def _page(self, **more: Any) -> HttpResponse:
        form = self.get_form_class()(user=self.request.user)
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form, **more))
        return answer
