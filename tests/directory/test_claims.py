"""A claim from « C’est votre structure ? » to the mandate: the ways, the codes, the words of others, the attacks."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from essaim.directory.actions import claim_codes
from essaim.directory.actions.cards import save_card
from essaim.directory.actions.claim_codes import ClaimRefused, clean_code, code_of, print_letters
from essaim.directory.actions.claim_decisions import WrongCode, answer_as_colleague, decide_claim, enter_code
from essaim.directory.actions.claims import AlreadyOpen, Proof, add_proof, appeal, close_abandoned, open_claim
from essaim.directory.actions.decisions import decide
from essaim.directory.actions.mandates import end_mandate
from essaim.directory.actions.merging import merge
from essaim.directory.claim_letters import claim_letters_pdf
from essaim.directory.claim_ways import address_key, file_addresses, masked, own_domain, ways_for, working_day_after
from essaim.directory.claims import waiting_for_team
from essaim.directory.enums import ChangeOrigin, ChangeOutcome, ClaimMethod, ClaimOutcome, Diffusion, MandateEnd
from essaim.directory.inbox.claims import CLAIM_KIND
from essaim.directory.models import Card, Claim, ClaimEvidence, Contact, Mandate
from essaim.directory.provenance import Sayer
from essaim.foundation.models import JournalEntry
from essaim.foundation.territories import current_scope
from tests.directory.factories import (
    CardChangeFactory,
    CardFactory,
    ClaimFactory,
    EstablishmentFactory,
    MandateFactory,
    StructureFactory,
    in_poitiers,
)
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME
from tests.pdf import read_pdf
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

KNOWN = "contact@lucioles.fr"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def structure(db):
    TerritoryFactory(siren=HOME)
    made = in_poitiers("LES LUCIOLES DU PONT")
    CardFactory(structure=made, email=KNOWN, website="https://www.lucioles.fr/")
    return made


@pytest.fixture
def claimant(structure):
    return PersonFactory(email="camille@exemple.fr", name="Camille")


def by_file(structure, rank=0):
    return Proof("file_mail", address=file_addresses(structure)[rank].key)


def ask(structure, person, proof=None, **more):
    return open_claim(structure=structure, person=person, role="trésorière", proof=proof or by_file(structure), **more)


def the_code(claim):
    return code_of(claim.evidence.order_by("-pk").first())


def wrong(code):
    return ("A" if code[0] != "A" else "C") + code[1:]


def represent_url(structure, ending=""):
    return f"{structure.get_absolute_url()}representer/{ending}"


# ---- the page, and the ways -----------------------------------------------------------------------------------------


def test_anybody_reads_the_ways_the_shortest_first_and_no_address_whole(client, structure):
    Contact.objects.create(structure=structure, name="Ana", email="ana.durand@asso.net")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = assert_get_writes_nothing(client, represent_url(structure))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert KNOWN not in page
    assert "ana.durand" not in page
    assert "c•••@l•••.fr" in page
    assert "a•••@a•••.net" in page
    assert page.index("c•••@l") < page.index("@lucioles.fr") < page.index("Un document") < page.index("par la poste")
    assert len(queries) <= 16


def test_the_page_of_the_structure_leads_there(client, structure):
    assert f'href="{represent_url(structure)}"' in client.get(structure.get_absolute_url()).content.decode()


def test_a_domain_that_another_sheet_gives_proves_nothing(structure):
    assert own_domain(structure) == "lucioles.fr"
    CardFactory(structure=in_poitiers("Autre"), website="http://lucioles.fr/nous")
    assert own_domain(structure) == ""


@pytest.mark.parametrize(
    "website",
    ["https://www.facebook.com/lucioles", "https://www.univ-poitiers.fr/a", "https://gmail.com", "http://[bad", ""],
)
def test_a_domain_that_many_share_proves_nothing(structure, website):
    structure.card.website = website
    structure.card.save()
    assert ClaimMethod.DOMAIN_MAIL not in {way.method for way in ways_for(structure)}


@pytest.mark.parametrize("origin", [one for one in ChangeOrigin if one != ChangeOrigin.TEAM])
def test_an_address_that_its_owner_put_on_the_card_proves_nothing(structure, origin):
    theirs = {"email": "voleur@ailleurs.fr", "website": "https://ailleurs.fr"}

    def write(values, origin):
        card = Card.objects.get(structure=structure)
        Card.objects.filter(pk=card.pk).update(**values, version=card.version + 1)
        CardChangeFactory(
            structure=structure, origin=origin, values=values, published_fields=list(values), version=card.version + 1,
            outcome=ChangeOutcome.PUBLISHED, decided_at=timezone.now(),
        )  # fmt: skip

    def methods():
        return {way.method for way in ways_for(structure)} & {ClaimMethod.FILE_MAIL, ClaimMethod.DOMAIN_MAIL}

    assert len(methods()) == 2
    write(theirs, origin)
    write({"description": "Relu par l’équipe."}, ChangeOrigin.TEAM)
    assert not methods()
    with pytest.raises(ClaimRefused):
        ask(structure, PersonFactory(), Proof("file_mail", address=address_key(structure, theirs["email"])))
    with pytest.raises(ClaimRefused):
        ask(structure, PersonFactory(), Proof("domain_mail", address=theirs["email"]))
    Contact.objects.create(structure=structure, email="bureau@asso.net")
    assert [known.email for known in file_addresses(structure)] == ["bureau@asso.net"]
    # The same, written by the team's own hand.
    write({"email": KNOWN, "website": "https://lucioles.fr"}, ChangeOrigin.TEAM)
    assert len(methods()) == 2


def test_no_address_becomes_the_teams_by_merging_two_sheets(structure, officer):
    Card.objects.filter(structure=structure).update(email="", website="")
    other = in_poitiers("LES LUCIOLES")
    propose = {"structure": other, "by": "test", "said_by": Sayer.TEAM}
    save_card(**propose, values={"email": "voleur@ailleurs.fr"}, origin=ChangeOrigin.PUBLIC)
    merge(source=other, target=structure, reason="doublon", by=officer)
    assert Card.objects.get(structure=structure).email == "voleur@ailleurs.fr"
    assert file_addresses(structure) == []


def test_no_letter_to_whom_keeps_its_address_for_itself(structure):
    assert ClaimMethod.POST in {way.method for way in ways_for(structure)}
    hidden = in_poitiers("DISCRÈTE", diffusion=Diffusion.PARTIAL, place_diffusion=Diffusion.PARTIAL, place_address="")
    assert ClaimMethod.POST not in {way.method for way in ways_for(hidden)}
    with pytest.raises(ClaimRefused, match="lettre"):
        ask(hidden, PersonFactory(), Proof("post"))


def test_masking_and_working_days():
    assert masked("a@b.fr") == "a•••@b•••.fr"
    from datetime import date

    # The 11th of November 2026, a Wednesday, does not count; neither do Saturday and Sunday.
    assert working_day_after(date(2026, 11, 9), 5) == date(2026, 11, 17)


# ---- by code --------------------------------------------------------------------------------------------------------


def test_the_whole_way_by_code_at_the_known_address(
    client, structure, claimant, officer, django_capture_on_commit_callbacks
):
    other = MandateFactory(structure=structure, person__email="ancienne@exemple.fr")
    client.force_login(claimant)
    key = file_addresses(structure)[0].key
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            represent_url(structure, "demander/"), {"role": "trésorière", "way": f"file_mail:{key}", "message": ""}
        )
    claim = Claim.objects.get()
    assert answer["Location"] == reverse("claims:claim", args=[claim.pk])
    sent = {message.to[0]: message for message in mail.outbox}
    assert set(sent) == {KNOWN, claimant.email}
    code = re.search(r"^(\w{4} \w{4})$", sent[KNOWN].body, re.MULTILINE)[1]
    assert code.replace(" ", "") not in sent[claimant.email].body.replace(" ", "")
    assert code not in sent[KNOWN].subject
    proof = claim.evidence.get()
    assert proof.code_digest
    assert clean_code(code) not in str(proof.__dict__)
    page = assert_get_writes_nothing(client, answer["Location"]).content.decode()
    assert "c•••@l•••.fr" in page
    assert KNOWN not in page
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(reverse("claims:code", args=[claim.pk]), {"evidence": proof.pk, "code": f" {code.lower()} "})
    assert done.status_code == 302
    mandate = Mandate.objects.get(person=claimant)
    assert (mandate.structure, mandate.method, mandate.claim, mandate.role) == (
        structure, ClaimMethod.FILE_MAIL, claim, "trésorière",
    )  # fmt: skip
    assert {message.to[0] for message in mail.outbox} == {claimant.email, officer.email, other.person.email}
    claim.refresh_from_db()
    assert claim.outcome == ClaimOutcome.GRANTED
    for entry in JournalEntry.objects.all():
        assert KNOWN not in f"{entry.before} {entry.after} {entry.reason}"


def test_someone_elses_code_opens_nothing(client, structure, claimant):
    theirs = ask(structure, PersonFactory())
    mine = ask(structure, claimant)
    code, proof = the_code(theirs), theirs.evidence.get()
    with pytest.raises(ClaimRefused):
        enter_code(claim=theirs, evidence_id=proof.pk, code=code, by=claimant)
    with pytest.raises(ClaimRefused):
        enter_code(claim=mine, evidence_id=proof.pk, code=code, by=claimant)
    with pytest.raises(WrongCode):
        enter_code(claim=mine, evidence_id=mine.evidence.get().pk, code=code, by=claimant)
    client.force_login(claimant)
    for name in ("claim", "code", "proof", "withdraw", "appeal"):
        assert client.get(reverse(f"claims:{name}", args=[theirs.pk])).status_code == 404
        assert client.post(reverse(f"claims:{name}", args=[theirs.pk])).status_code in (404, 405)
    assert not Mandate.objects.exists()


def test_the_sixth_try_is_refused_even_right(structure, claimant):
    claim = ask(structure, claimant)
    proof, code = claim.evidence.get(), the_code(claim)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCode, match=f"reste {left}" if left else "dernier essai"):
            enter_code(claim=claim, evidence_id=proof.pk, code=wrong(code), by=claimant)
    with pytest.raises(ClaimRefused, match="plus valable"):
        enter_code(claim=claim, evidence_id=proof.pk, code=code, by=claimant)
    assert not Mandate.objects.exists()


def test_an_expired_code_and_a_used_one(structure, claimant):
    claim = ask(structure, claimant)
    proof, code = claim.evidence.get(), the_code(claim)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False), pytest.raises(ClaimRefused):
        enter_code(claim=claim, evidence_id=proof.pk, code=code, by=claimant)
    enter_code(claim=claim, evidence_id=proof.pk, code=code, by=claimant)
    with pytest.raises(ClaimRefused, match="déjà décidée"):
        enter_code(claim=claim, evidence_id=proof.pk, code=code, by=claimant)
    proof.refresh_from_db()
    assert proof.code_digest == ""
    assert Mandate.objects.count() == 1


def test_a_new_code_ends_the_one_before(structure, claimant):
    claim = ask(structure, claimant)
    first, code = claim.evidence.get(), the_code(claim)
    add_proof(claim=claim, by=claimant, proof=by_file(structure))
    with pytest.raises(ClaimRefused, match="plus valable"):
        enter_code(claim=claim, evidence_id=first.pk, code=code, by=claimant)
    assert the_code(claim) != code


def test_the_codes_sent_are_counted_by_address_person_and_structure(structure, claimant):
    claim = ask(structure, claimant)
    for _ in range(2):
        add_proof(claim=claim, by=claimant, proof=by_file(structure))
    with pytest.raises(ClaimRefused, match="Trois codes"):
        add_proof(claim=claim, by=claimant, proof=by_file(structure))
    with pytest.raises(ClaimRefused, match="Trois codes"):
        ask(structure, PersonFactory())
    for rank in range(3):
        add_proof(claim=claim, by=claimant, proof=Proof("domain_mail", address=f"moi{rank}@lucioles.fr"))
    with pytest.raises(ClaimRefused, match="six codes"):
        add_proof(claim=claim, by=claimant, proof=Proof("domain_mail", address="encore@lucioles.fr"))
    for rank in range(4):
        ask(structure, PersonFactory(), Proof("domain_mail", address=f"lui{rank}@lucioles.fr"))
    with pytest.raises(ClaimRefused, match="pour cette structure"):
        ask(structure, PersonFactory(), Proof("domain_mail", address="trop@lucioles.fr"))


@pytest.mark.parametrize(
    "proof",
    [
        Proof("file_mail", address="attaquant@exemple.fr"),
        Proof("file_mail"),
        Proof("domain_mail", address="moi@exemple.fr"),
        Proof("domain_mail", address="moi@lucioles.fr.exemple.fr"),
        Proof("domain_mail", address="moi@sous.lucioles.fr"),
        Proof("domain_mail", address="moi@luciоles.fr"),
        Proof("domain_mail", address="moi@lucioles.fr,autre@exemple.fr"),
        Proof("colleague"),
        Proof("invitation"),
        Proof("magic"),
        Proof("document"),
    ],
)
def test_no_code_leaves_for_an_address_that_the_form_made_up(
    structure, claimant, proof, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ClaimRefused):
        ask(structure, claimant, proof)
    assert mail.outbox == []
    assert not Claim.objects.exists()


# ---- who may ask ----------------------------------------------------------------------------------------------------


def test_one_claim_open_and_none_for_who_acts_already(client, structure, claimant):
    claim = ask(structure, claimant)
    with pytest.raises(AlreadyOpen) as known:
        ask(structure, claimant)
    assert known.value.claim == claim
    acting = MandateFactory(structure=structure).person
    with pytest.raises(ClaimRefused, match="représentez déjà"):
        ask(structure, acting)
    client.force_login(acting)
    assert client.get(represent_url(structure, "demander/"))["Location"] == reverse(
        "space:people", args=[structure.key]
    )


def test_a_structure_merged_or_set_aside_cannot_be_claimed(client, structure, claimant, officer):
    aside = in_poitiers("ÉCARTÉE")
    decide(structure=aside, decision="exclude", reason="Pas de l’ESS", by=officer)
    gone = StructureFactory(name="RÉUNIE", merged_into=structure)
    EstablishmentFactory(structure=gone)
    for one in (aside, gone):
        with pytest.raises(ClaimRefused):
            ask(one, claimant, Proof("officer"))
    client.force_login(claimant)
    assert client.get(represent_url(aside)).status_code == 404
    assert client.post(represent_url(aside, "demander/"), {}).status_code == 404


def test_a_structure_set_aside_meanwhile_grants_nothing(structure, claimant, officer):
    claim = ask(structure, claimant)
    decide(structure=structure, decision="exclude", reason="Pas de l’ESS", by=officer)
    with pytest.raises(ClaimRefused, match="annuaire"):
        enter_code(claim=claim, evidence_id=claim.evidence.get().pk, code=the_code(claim), by=claimant)
    assert not Mandate.objects.exists()


def test_an_invented_structure_says_so(client, claimant, structure):
    invented = in_poitiers("INVENTÉE", fictitious=True)
    page = client.get(represent_url(invented)).content.decode()
    assert "inventé" in page


def test_without_account_the_door_keeps_what_was_typed(client, structure, claimant):
    url = represent_url(structure, "demander/")
    typed = {"role": "trésorière des lucioles", "way": "officer", "message": "Bonjour"}
    assert "/connexion/" in client.post(url, typed)["Location"]
    client.force_login(claimant)
    page = client.get(url).content.decode()
    assert "trésorière des lucioles" in page
    assert "Rien n’est perdu" in page


@pytest.mark.parametrize("field", ["role", "message"])
def test_long_and_hostile_texts(client, structure, claimant, officer, field):
    client.force_login(claimant)
    url = represent_url(structure, "demander/")
    good = {"role": "trésorière", "way": "officer", "message": "Bonjour"}
    assert client.post(url, good | {field: "x" * 10_000}).status_code == 200
    assert not Claim.objects.exists()
    client.post(url, good | {field: "<script>alert(1)</script>"})
    claim = Claim.objects.get()
    officer_client = Client()
    officer_client.force_login(officer)
    session = officer_client.session
    session["second_factor"] = True
    session.save()
    for who, where in (
        (client, reverse("claims:claim", args=[claim.pk])),
        (client, reverse("claims:list")),
        (officer_client, reverse("desk:item", args=["rattachements", claim.pk])),
        (officer_client, reverse("desk:inbox")),
    ):
        answer = who.get(where)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_forged_fields_change_nothing(client, structure, claimant):
    other = in_poitiers("AUTRE")
    client.force_login(claimant)
    client.post(
        represent_url(structure, "demander/"),
        {
            "role": "x", "way": "officer", "structure": other.pk, "structure_id": other.pk, "outcome": "granted",
            "decided_by": claimant.pk, "decided_at": "2026-01-01", "person": 1, "is_staff": "1",
        },
    )  # fmt: skip
    claim = Claim.objects.get()
    assert (claim.structure, claim.person, claim.outcome, claim.decided_at) == (structure, claimant, "", None)
    assert not Mandate.objects.exists()


# ---- documents ------------------------------------------------------------------------------------------------------


def photo(kind="JPEG", size=(60, 40), **more):
    out = io.BytesIO()
    picture = Image.new("RGB", size, "white")
    exif = picture.getexif()
    exif[0x8825] = {1: "N", 2: (46.0, 35.0, 0.0)}
    picture.save(out, kind, exif=exif, **more)
    return out.getvalue()


def send(content, name):
    return Proof("document", document=io.BytesIO(content), document_name=name, document_size=len(content))


def zipped():
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a", b"0" * 1_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "preuve.svg"),
        (b"<html></html>", "preuve.pdf"),
        (b"<html></html>", "preuve.html"),
        (b"%PDF-1.4\n<html><script>alert(1)</script></html>\n%%EOF", "preuve.pdf"),
        (b"\n<!doctype html>%PDF-1.4\n%%EOF", "preuve.pdf"),
        (PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "preuve.pdf"),
        (PDF.replace(b"/Catalog", b"/Catalog /Names << /EmbeddedFiles 2 0 R >>"), "preuve.pdf"),
        (b"%PDF-1.4 cut", "preuve.pdf"),
        (PDF + zipped() + b"%%EOF", "preuve.pdf"),
        (zipped(), "preuve.pdf"),
        (zipped(), "preuve.zip"),
        (PDF, "preuve.png"),
        (photo(), "preuve.png"),
        (b"\xff\xd8\xff pas une image", "preuve.jpg"),
        (b"GIF89a", "preuve.gif"),
        (b"MZ\x90", "preuve.pdf.exe"),
        (b"", "preuve.pdf"),
        (PDF, "preuve"),
        (PDF + b"0" * 5_300_000 + b"%%EOF", "preuve.pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_documents_that_are_not_what_they_say(structure, claimant, settings, content, name):
    with pytest.raises(ClaimRefused):
        ask(structure, claimant, send(content, name))
    assert not ClaimEvidence.objects.exists()
    assert not list((settings.DATA_DIR / "private").rglob("*.*")) if (settings.DATA_DIR / "private").exists() else True


def test_a_picture_of_a_hundred_million_points_is_refused(structure, claimant):
    out = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(out, "PNG")
    with pytest.raises(ClaimRefused, match="points"):
        ask(structure, claimant, send(out.getvalue(), "bombe.png"))


def test_a_photo_loses_what_it_told_and_only_officers_get_it(client, structure, claimant, officer, person):
    claim = ask(structure, claimant, send(photo(), '../../récépissé "2026".jpg'))
    proof = claim.evidence.get()
    with proof.document.open("rb") as kept:
        picture = Image.open(kept)
        picture.load()
    assert picture.format == "WEBP"
    assert not picture.getexif()
    assert "/" not in proof.document_name
    url = reverse("claims:document", args=[proof.pk])
    assert client.get(url).status_code == 302
    client.force_login(claimant)
    assert client.get(url).status_code == 403
    client.force_login(officer)
    session = client.session
    session["second_factor"] = True
    session.save()
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"


def test_a_document_by_the_form(client, structure, claimant):
    client.force_login(claimant)
    upload = SimpleUploadedFile("recepisse.pdf", PDF, content_type="text/html")
    client.post(represent_url(structure, "demander/"), {"role": "présidente", "way": "document", "document": upload})
    assert ClaimEvidence.objects.get().document_name == "recepisse.pdf"


# ---- by post --------------------------------------------------------------------------------------------------------


def test_a_letter_carries_a_code_for_thirty_days(client, structure, claimant, officer):
    claim = ask(structure, claimant, Proof("post"))
    assert list(waiting_for_team(current_scope())) == [claim]
    proof = claim.evidence.get()
    with pytest.raises(ClaimRefused):
        enter_code(claim=claim, evidence_id=proof.pk, code=code_of(proof), by=claimant)
    with pytest.raises(ClaimRefused, match="en chemin"):
        add_proof(claim=claim, by=claimant, proof=Proof("post"))
    client.force_login(officer)
    session = client.session
    session["second_factor"] = True
    session.save()
    url = reverse("claims:letters")
    assert "Les Lucioles du Pont" in assert_get_writes_nothing(client, url).content.decode()
    answer = client.post(url, {"lettre": [proof.pk, "x", "99999999999999999999"]})
    assert answer["Content-Type"] == "application/pdf"
    proof.refresh_from_db()
    assert proof.printed_at is not None
    code = code_of(proof)
    pdf = read_pdf(answer.content)
    text = " ".join(pdf.text.split())
    assert f"{code[:4]} {code[4:]}" in text
    assert "n’avez rien demandé" in text
    assert "/espace/demandes" in text
    assert not waiting_for_team(current_scope()).exists()
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False), pytest.raises(ClaimRefused):
        enter_code(claim=claim, evidence_id=proof.pk, code=code, by=claimant)
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        enter_code(claim=claim, evidence_id=proof.pk, code=code, by=claimant)
    assert Mandate.objects.get().method == ClaimMethod.POST


def test_letters_together_are_one_accessible_pdf(structure, officer):
    other = in_poitiers("L’ATELIER DES VÉLOS")
    for one in (structure, other):
        ask(one, PersonFactory(name="Éloïse <b>"), Proof("post"))
    content = claim_letters_pdf(print_letters(proofs=list(ClaimEvidence.objects.order_by("pk")), by=officer))
    pdf = read_pdf(content)
    assert len(pdf.pages) == 2
    assert "pdfuaid" in pdf.metadata


def test_a_letter_of_a_claim_decided_meanwhile_is_not_printed(structure, claimant, officer):
    claim = ask(structure, claimant, Proof("post"))
    decide_claim(claim=claim, by=officer, accept=False, reason="Inconnue au siège")
    assert print_letters(proofs=list(claim.evidence.all()), by=officer) == []


# ---- the word of a colleague ----------------------------------------------------------------------------------------


def test_a_colleague_accepts_or_declines(structure, claimant, django_capture_on_commit_callbacks):
    acting = MandateFactory(structure=structure).person
    claim = ask(structure, claimant, Proof("colleague"))
    with pytest.raises(ClaimRefused, match="pourquoi"):
        answer_as_colleague(claim=claim, by=acting, accept=False)
    with django_capture_on_commit_callbacks(execute=True):
        answer_as_colleague(claim=claim, by=acting, accept=False, note="Inconnue de nous")
    (sent,) = mail.outbox
    assert sent.to == [claimant.email]
    assert "Inconnue de nous" in sent.body
    claim.refresh_from_db()
    assert claim.is_open
    add_proof(claim=claim, by=claimant, proof=Proof("colleague"))
    mandate = answer_as_colleague(claim=claim, by=acting, accept=True)
    assert mandate.person == claimant
    with pytest.raises(ClaimRefused, match="déjà reçu"):
        answer_as_colleague(claim=claim, by=acting, accept=True)


def test_only_who_acts_for_that_structure_today_answers(client, structure, claimant):
    mandate = MandateFactory(structure=structure)
    elsewhere = MandateFactory().person
    claim = ask(structure, claimant, Proof("colleague"))
    url = reverse("space:people_claim", args=[structure.key, claim.pk])
    for other in (elsewhere, claimant):
        with pytest.raises(ClaimRefused):
            answer_as_colleague(claim=claim, by=other, accept=True)
        client.force_login(other)
        assert client.post(url, {"answer": "accept", "note": ""}).status_code in (403, 404)
    # A claim on A by the address of B, where one acts.
    own = elsewhere.mandates.get().structure
    client.force_login(elsewhere)
    client.post(reverse("space:people_claim", args=[own.key, claim.pk]), {"answer": "accept", "note": ""})
    end_mandate(mandate=mandate, by="test", reason=MandateEnd.REPLACED)
    with pytest.raises(ClaimRefused, match="ne représentez pas"):
        answer_as_colleague(claim=claim, by=mandate.person, accept=True)
    claim.refresh_from_db()
    assert claim.is_open


def test_silence_of_colleagues_brings_it_to_the_team(structure, claimant):
    MandateFactory(structure=structure)
    claim = ask(structure, claimant, Proof("colleague"))
    assert not waiting_for_team(current_scope()).exists()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert list(waiting_for_team(current_scope())) == [claim]


# ---- the team -------------------------------------------------------------------------------------------------------


def test_the_team_refuses_with_a_reason_and_hears_one_appeal(
    client, structure, claimant, officer, django_capture_on_commit_callbacks
):
    claim = ask(structure, claimant, send(PDF, "pv.pdf"))
    with pytest.raises(ClaimRefused, match="pourquoi"):
        decide_claim(claim=claim, by=officer, accept=False)
    with django_capture_on_commit_callbacks(execute=True):
        decide_claim(claim=claim, by=officer, accept=False, reason="Le procès-verbal ne vous nomme pas")
    assert "ne vous nomme pas" in mail.outbox[-1].body
    client.force_login(claimant)
    page = client.get(reverse("claims:claim", args=[claim.pk])).content.decode()
    assert "ne vous nomme pas" in page
    client.post(reverse("claims:appeal", args=[claim.pk]), {"message": "Page 2, en bas"})
    second = Claim.objects.get(appeal_of=claim)
    assert list(waiting_for_team(current_scope())) == [second]
    with pytest.raises(ClaimRefused):
        appeal(claim=claim, by=claimant, message="encore")
    officer_client = Client()
    officer_client.force_login(officer)
    session = officer_client.session
    session["second_factor"] = True
    session.save()
    item = officer_client.get(reverse("desk:item", args=["rattachements", second.pk])).content.decode()
    assert "Recours contre votre décision" in item
    decide_claim(claim=second, by=officer, accept=False, reason="Non plus")
    with pytest.raises(ClaimRefused):
        appeal(claim=second, by=claimant, message="encore")


def test_by_the_dozen_but_not_ones_own_refusal(structure, claimant, officer):
    from django.forms import ValidationError

    accept = next(action for action in CLAIM_KIND.bulk if action.key == "accepter")
    claim = ask(structure, claimant, Proof("officer"))
    decide_claim(claim=claim, by=officer, accept=False, reason="Non")
    second = appeal(claim=claim, by=claimant, message="Si")
    colleague = PersonFactory(is_officer=True)
    with pytest.raises(ValidationError, match="votre propre refus"):
        accept.run(CLAIM_KIND.items(officer).get(pk=second.pk), "Oui", officer)
    accept.run(CLAIM_KIND.items(officer).get(pk=second.pk), "Oui", colleague)
    assert Mandate.objects.get().person == claimant


def test_nobody_decides_ones_own_claim_nor_without_the_right(structure, claimant, officer):
    own = ask(structure, officer, Proof("officer"))
    with pytest.raises(ClaimRefused, match="propre demande"):
        decide_claim(claim=own, by=officer, accept=True)
    acting = MandateFactory(structure=structure).person
    with pytest.raises(ClaimRefused, match="équipe"):
        decide_claim(claim=own, by=acting, accept=True)


def test_an_appeal_too_late(structure, claimant, officer):
    claim = ask(structure, claimant, Proof("officer"))
    decide_claim(claim=claim, by=officer, accept=False, reason="Non")
    with time_machine.travel(timezone.now() + timedelta(days=61), tick=False), pytest.raises(ClaimRefused):
        appeal(claim=claim, by=claimant, message="Si")


def test_claims_left_are_closed_and_those_that_wait_for_others_stay(structure, claimant):
    left = ask(structure, claimant)
    waits = ask(structure, PersonFactory(), Proof("officer"))
    with time_machine.travel(timezone.now() + timedelta(days=61), tick=False):
        assert close_abandoned(by="test") == 1
    left.refresh_from_db()
    waits.refresh_from_db()
    assert (left.outcome, waits.outcome) == (ClaimOutcome.WITHDRAWN, "")


# ---- at once --------------------------------------------------------------------------------------------------------


def _at_once(*calls):
    barrier, told = Barrier(len(calls)), []

    def run(call):
        try:
            barrier.wait()
            told.append(call())
        except ClaimRefused as refusal:
            told.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.django_db(transaction=True)
def test_the_same_code_twice_at_once_grants_once(structure, claimant):
    claim = ask(structure, claimant)
    proof, code = claim.evidence.get(), the_code(claim)

    def enter():
        return enter_code(claim=claim, evidence_id=proof.pk, code=code, by=claimant)

    told = _at_once(enter, enter)
    assert sorted(isinstance(one, Mandate) for one in told) == [False, True]
    assert Mandate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_may_both_act_and_one_person_asks_once(structure, claimant):
    other = PersonFactory()
    claims = [ask(structure, claimant), ask(structure, other)]
    codes = [(claim, claim.evidence.get().pk, the_code(claim)) for claim in claims]
    told = _at_once(
        *(lambda c=c, e=e, k=k: enter_code(claim=c, evidence_id=e, code=k, by=c.person) for c, e, k in codes)
    )
    assert all(isinstance(one, Mandate) for one in told)
    assert Mandate.objects.count() == 2
    third = PersonFactory()
    told = _at_once(*[lambda: ask(structure, third, Proof("officer"))] * 2)
    assert sorted(isinstance(one, AlreadyOpen) for one in told) == [False, True]


def test_an_open_claim_shows_in_the_space(structure, claimant):
    from essaim.foundation.registries import under_way

    ClaimFactory(structure=structure, person=claimant)
    assert len(under_way.get("rattachements").items(structure, claimant)) == 1


def test_the_alphabet_has_no_look_alikes():
    assert not set(claim_codes.ALPHABET) & set("0O1IL2Z5S8B")
    assert clean_code("ab-cd ef\u00a0gh") == "ABCDEFGH"
