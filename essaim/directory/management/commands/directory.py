"""`essaim directory …`: synchronise with the official extract, bring in a spreadsheet, decide, index, purge."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from essaim.directory import late
from essaim.directory.actions.campaigns import REMIND_AFTER, CampaignRefused, remind, send_messages
from essaim.directory.actions.contacts import ImportRefused, import_contacts, preview
from essaim.directory.actions.contacts_undo import undo_import
from essaim.directory.actions.decisions import DecisionRefused, decide
from essaim.directory.actions.keys import MergeRefused, obtain_siren
from essaim.directory.actions.locks import DirectoryBusy
from essaim.directory.actions.merging import merge
from essaim.directory.actions.reports import forget_addresses, purge_reports
from essaim.directory.actions.sync import sync_territories
from essaim.directory.campaigns import running
from essaim.directory.contacts_import import NotContacts
from essaim.directory.contacts_import.report import applied_lines, preview_json, preview_lines, undo_lines
from essaim.directory.enums import Decision
from essaim.directory.models import ContactImport, Structure
from essaim.directory.queries import by_key
from essaim.directory.sync.reading import SyncRefused
from essaim.directory.sync.report import count
from essaim.foundation import uploads
from essaim.foundation.identifiers import InvalidIdentifier
from essaim.foundation.search import IndexBusy
from essaim.foundation.spreadsheets import UnreadableTable

REFUSALS = (
    SyncRefused,
    DirectoryBusy,
    UnreadableTable,
    NotContacts,
    ImportRefused,
    DecisionRefused,
    MergeRefused,
    InvalidIdentifier,
    IndexBusy,
    CampaignRefused,
)


class Command(BaseCommand):
    """One command with its verbs; every one that writes is a dry run unless `--apply`."""

    help = "L’annuaire : synchroniser, importer les contacts, décider, indexer, purger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="verbe")
        sync = verbs.add_parser("sync", help="comparer un territoire avec l’extrait en service, et l’appliquer")
        sync.add_argument(
            "--territory",
            action="append",
            default=[],
            metavar="SIREN",
            help="SIREN de l’EPCI ; à répéter ; par défaut, les territoires déjà servis",
        )
        mode = sync.add_mutually_exclusive_group()
        mode.add_argument("--dry-run", action="store_true", help="ne rien écrire (par défaut)")
        mode.add_argument("--apply", action="store_true", help="écrire les différences")
        sync.add_argument(
            "--demo-over-real",
            action="store_true",
            help="laisser entrer des données inventées dans un annuaire qui en a de vraies",
        )
        sync.add_argument(
            "--accept-loss", action="store_true", help="appliquer même si le fichier perd plus d’un dixième des lignes"
        )
        sync.set_defaults(run=self.sync)
        contacts = verbs.add_parser(
            "import-contacts", help="importer le tableur de la mission : contacts, étiquettes, décisions"
        )
        contacts.add_argument("file", nargs="?", type=Path, help="CSV, XLSX ou ODS")
        contacts.add_argument("--apply", action="store_true", help="écrire (sinon, dire seulement ce qui serait fait)")
        contacts.add_argument("--undo", type=int, metavar="N°", help="annuler l’import de ce numéro")
        contacts.set_defaults(run=self.import_contacts)
        decide = verbs.add_parser("decide", help="admettre ou écarter une structure, avec la raison")
        decide.add_argument("key", help="SIREN, numéro RNA ou code de la structure")
        decide.add_argument("decision", choices=["admettre", "ecarter"])
        decide.add_argument("--reason", required=True, help="la raison, gardée avec la décision")
        decide.set_defaults(run=self.decide)
        merge = verbs.add_parser("merge", help="réunir deux fiches de la même structure ; l’ancienne adresse redirige")
        merge.add_argument("source", help="clé de la fiche qui disparaît")
        merge.add_argument("target", help="clé de la fiche qui reste")
        merge.add_argument("--reason", required=True, help="la raison, gardée au journal")
        merge.set_defaults(run=self.merge)
        siren = verbs.add_parser("obtain-siren", help="donner son SIREN à une structure qui n’en avait pas")
        siren.add_argument("key", help="numéro RNA ou code de la structure")
        siren.add_argument("siren", help="le SIREN obtenu")
        siren.set_defaults(run=self.obtain_siren)
        index = verbs.add_parser("index", help="reconstruire l’index de recherche à partir de la base")
        index.set_defaults(run=self.index)
        campaign = verbs.add_parser("campaign", help="« Ma fiche est-elle à jour ? » : envoyer la suite, relancer")
        campaign.add_argument("step", choices=["send", "remind"], help="ce que la campagne en cours doit faire")
        campaign.add_argument(
            "--after-days", type=int, default=REMIND_AFTER, help="relancer qui n’a pas répondu depuis tant de jours"
        )
        campaign.set_defaults(run=self.campaign)
        purge = verbs.add_parser(
            "purge",
            help="effacer ce dont le délai est passé : tableurs jamais confirmés, signalements, adresses de visiteurs",
        )
        purge.set_defaults(run=self.purge)
        for verb in verbs.choices.values():
            verb.add_argument("--json", action="store_true", help="écrire le compte rendu en un seul objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb; refusals become one line and a non-zero exit."""
        run: Callable[..., None] = options["run"]
        try:
            run(**options)
        except REFUSALS as error:
            raise CommandError(str(error)) from error

    def sync(self, **options: Any) -> None:
        """`directory sync`."""
        reports = sync_territories(
            by="commande directory sync",
            territories=options["territory"],
            apply=options["apply"],
            data_dir=Path(settings.DATA_DIR),
            demo_over_real=options["demo_over_real"],
            accept_loss=options["accept_loss"],
        )
        self._tell(
            options,
            {"command": "directory sync", "territories": [report.as_json() for report in reports]},
            [line for report in reports for line in report.lines()],
        )

    def import_contacts(self, **options: Any) -> None:
        """`directory import-contacts`."""
        by = "commande directory import-contacts"
        if options["undo"] is not None:
            row = ContactImport.objects.filter(pk=options["undo"]).first()
            if row is None:
                raise CommandError(f"Aucun import ne porte le numéro {options['undo']}.")
            done = undo_import(contact_import=row, by=by)
            report = {"command": "directory import-contacts", "undone": row.pk, **done.as_json(), "left": done.kept}
            self._tell(options, report, undo_lines(done))
            return
        path: Path | None = options["file"]
        if path is None:
            raise CommandError("Donnez le fichier à importer, ou --undo et le numéro d’un import.")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"Impossible de lire « {path} » : {error.strerror}.") from error
        seen = preview(content=content, filename=path.name)
        report = {"command": "directory import-contacts", "applied": options["apply"], **preview_json(seen)}
        lines = preview_lines(seen)
        if options["apply"]:
            row = import_contacts(content=content, filename=path.name, by=by, expected=seen.fingerprint)
            report |= {"import": row.pk, "brought": row.counts}
            lines += applied_lines(row)
        else:
            lines.append("Rien n’a été écrit : ajoutez --apply pour appliquer.")
        self._tell(options, report, lines)

    def decide(self, **options: Any) -> None:
        """`directory decide`."""
        structure = self._structure(options["key"])
        decision = Decision.ADMIT if options["decision"] == "admettre" else Decision.EXCLUDE
        decide(structure=structure, decision=decision, reason=options["reason"], by="commande directory decide")
        report = {"command": "directory decide", "key": structure.key, "decision": decision.value}
        self._tell(options, report, [f"{structure} ({structure.key}) : {decision.label}, décision gardée."])

    def merge(self, **options: Any) -> None:
        """`directory merge`."""
        source, target = self._structure(options["source"]), self._structure(options["target"])
        target = merge(source=source, target=target, reason=options["reason"], by="commande directory merge")
        report = {"command": "directory merge", "key": target.key, "former_key": source.key}
        self._tell(options, report, [f"{source} ({source.key}) est réunie à {target} ({target.key})."])

    def obtain_siren(self, **options: Any) -> None:
        """`directory obtain-siren`."""
        structure = self._structure(options["key"])
        former = structure.key
        structure = obtain_siren(structure=structure, siren=options["siren"], by="commande directory obtain-siren")
        report = {"command": "directory obtain-siren", "key": structure.key, "former_key": former}
        self._tell(options, report, [f"{structure} : {former} redirige désormais vers {structure.key}."])

    def index(self, **options: Any) -> None:
        """`directory index`."""
        quiet = options["json"]

        def progress(done: int, total: int) -> None:
            if not quiet:
                self.stdout.write(f"\r  index : {done} / {total}", ending="")
                self.stdout.flush()

        number = late.rebuild(progress)
        if not quiet:
            self.stdout.write("")
        told = count(number, "structure indexée", "structures indexées")
        self._tell(options, {"command": "directory index", "structures": number}, [f"{told}."])

    def campaign(self, **options: Any) -> None:
        """`directory campaign`: for a daily timer; what has left never leaves twice, and no campaign is no error."""
        by, current, sent = f"commande directory campaign {options['step']}", running(), 0
        if current is not None and options["step"] == "send":
            sent = send_messages(campaign=current, by=by)
        elif current is not None:
            sent = remind(campaign=current, by=by, after_days=options["after_days"])
        report = {
            "command": "directory campaign",
            "step": options["step"],
            "campaign": current.name if current else None,
            "sent": sent,
        }
        told = (
            f"{current} : {count(sent, 'message parti', 'messages partis')}."
            if current
            else "Aucune campagne en cours."
        )
        self._tell(options, report, [told])

    def purge(self, **options: Any) -> None:
        """`directory purge`: for the nightly timer, files of every room; an upload also purges those before it."""
        by = "commande directory purge"
        number, reports, forgotten = uploads.purge(), purge_reports(by=by), forget_addresses(by=by)
        told = [count(number, "fichier envoyé effacé", "fichiers envoyés effacés")] if number else []
        told += [count(reports, "signalement effacé", "signalements effacés")] if reports else []
        told += [count(forgotten, "adresse de visiteur effacée", "adresses de visiteurs effacées")] if forgotten else []
        report = {
            "command": "directory purge",
            "removed": number,
            "reports_erased": reports,
            "addresses_forgotten": forgotten,
        }
        self._tell(options, report, [f"{line}." for line in told or ["Rien à effacer"]])

    @staticmethod
    def _structure(key: str) -> Structure:
        structure = by_key(key)
        if structure is None:
            raise CommandError(f"Aucune structure ne porte la clé « {key} ».")
        return structure

    def _tell(self, options: dict[str, Any], report: dict[str, Any], lines: Iterable[str]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        else:
            for line in lines:
                self.stdout.write(line)
