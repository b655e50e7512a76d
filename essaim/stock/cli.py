"""``essaim stock …``: argparse in plain French, no Django. Exit codes: 0 done, 2 refused, 130 interrupted."""

import argparse
import json
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from essaim.stock.archive import EXTRACT, Archive, Manifest, default_data_dir
from essaim.stock.engine import DEFAULT_MEMORY
from essaim.stock.errors import StockError
from essaim.stock.importing import OFFICIAL_ESTABLISHMENTS, OFFICIAL_LEGAL_UNITS, import_stock
from essaim.stock.labels.importing import import_labels
from essaim.stock.labels.layouts import LAYOUTS
from essaim.stock.report import label_text, stock_text

REFUSED, INTERRUPTED = 2, 130

# argparse speaks English; these are all the sentences that our options can make it say.
_SENTENCES = (
    (r"the following arguments are required: (.+)", r"il manque : \1"),
    (r"unrecognized arguments: (.+)", r"option inconnue : \1"),
    (r"argument (.+?): expected one argument", r"\1 attend une valeur"),
    (r"argument (.+?): invalid int value: '(.*)'", r"\1 attend un nombre entier, reçu « \2 »"),
    (r"argument (.+?): invalid choice: '?(.*?)'? \(choose from (.+)\)", r"\1 : « \2 » est inconnu (choix : \3)"),
    (r"ambiguous option: (.+?) could match (.+)", r"\1 est ambigu : \2"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 n’attend pas de valeur"),
)


def french(message: str) -> str:
    """A complaint of argparse in French; any other text as it stands."""
    for english, translated in _SENTENCES:
        said = re.fullmatch(english, message)
        if said:
            return said.expand(translated)
    return message


class FrenchParser(argparse.ArgumentParser):
    """An ArgumentParser that speaks French and ends refusals with code 2."""

    def __init__(self, *, with_help: bool = True, **options: Any) -> None:
        options |= {"add_help": False, "allow_abbrev": False}
        super().__init__(**options)
        self._positionals.title = "à donner"
        self._optionals.title = "options"
        if with_help:
            self.add_argument("-h", "--help", action="help", help="afficher cette aide")

    def format_usage(self) -> str:
        """The usage line."""
        return super().format_usage().replace("usage:", "Usage :", 1)

    def format_help(self) -> str:
        """The whole help."""
        return super().format_help().replace("usage:", "Usage :", 1)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in French and leave with code 2."""
        self.print_usage(sys.stderr)
        self.exit(REFUSED, f"Erreur : {french(message)}. Aide : {self.prog} --help\n")


def parser() -> FrenchParser:
    """The options of ``essaim stock``."""
    root = FrenchParser(prog="essaim stock", description="Fichiers officiels : import, listes, archives.")
    commands = root.add_subparsers(dest="command", metavar="COMMANDE", required=True)

    common = FrenchParser(with_help=False)
    common.add_argument("--data-dir", type=Path, metavar="DOSSIER", help="dossier des données (ESSAIM_DATA_DIR)")
    common.add_argument("--json", action="store_true", help="le rapport en un objet JSON sur la sortie standard")
    work = FrenchParser(with_help=False)
    work.add_argument("--accept-shrink", action="store_true", help="accepter moins de 98 %% des lignes en service")
    work.add_argument("--memory-limit", default=DEFAULT_MEMORY, metavar="TAILLE", help="mémoire de DuckDB (600MB)")
    work.add_argument("--threads", type=int, metavar="N", help="nombre de fils d’exécution")

    stock = commands.add_parser(
        "import", parents=[common, work], help="extraire l’ESS des deux fichiers nationaux de SIRENE"
    )
    stock.add_argument(
        "--establishments", default=OFFICIAL_ESTABLISHMENTS, metavar="CHEMIN_OU_URL",
        help="StockEtablissement, Parquet ou CSV (zip et gz compris) ; par défaut le fichier officiel",
    )  # fmt: skip
    stock.add_argument(
        "--legal-units", default=OFFICIAL_LEGAL_UNITS, metavar="CHEMIN_OU_URL",
        help="StockUniteLegale, de même",
    )  # fmt: skip
    stock.add_argument(
        "--vintage",
        metavar="AAAA-MM",
        help="millésime des fichiers ; par défaut leur mois de parution, sinon ce mois-ci",
    )

    labels = commands.add_parser(
        "labels", parents=[common, work], help="charger une liste : SIAE, ESUS, ESS France, RNA, successions, positions"
    )
    labels.add_argument("file", metavar="FICHIER", help="chemin ou URL : CSV, Parquet, XLSX ou ODS, zip et gz compris")
    labels.add_argument(
        "--vintage", metavar="AAAA-MM", help="millésime de la liste ; par défaut son mois de parution, sinon ce mois-ci"
    )
    labels.add_argument(
        "--as", dest="forced", choices=[layout.kind for layout in LAYOUTS], metavar="LISTE",
        help="dire quelle liste c’est : " + ", ".join(layout.kind for layout in LAYOUTS),
    )  # fmt: skip

    commands.add_parser("list", parents=[common], help="montrer ce qui est archivé et ce qui est en service")

    rollback = commands.add_parser("rollback", parents=[common], help="remettre un import archivé en service")
    rollback.add_argument("--kind", default=EXTRACT, metavar="LISTE", help="extract (par défaut) ou une liste")
    rollback.add_argument("--vintage", metavar="AAAA-MM", help="millésime voulu ; par défaut le précédent")
    rollback.add_argument("--run", metavar="NNN", help="numéro dans ce millésime ; par défaut le dernier")

    prune = commands.add_parser("prune", parents=[common], help="effacer les vieux imports archivés")
    prune.add_argument(
        "--keep", type=int, default=3, metavar="N", help="combien en garder de chaque sorte, outre celui en service (3)"
    )
    return root


def main(arguments: Sequence[str]) -> int:
    """Run ``essaim stock`` with these arguments; returns the exit code."""
    options = parser().parse_args(list(arguments))
    data_dir = (options.data_dir or default_data_dir()).resolve()
    try:
        with _stopped_like_ctrl_c():
            report, text = _COMMANDS[options.command](options, data_dir)
            print(json.dumps(report, ensure_ascii=False, default=str) if options.json else text)
    except StockError as error:
        return _fail(options, str(error), REFUSED)
    except KeyboardInterrupt:
        return _fail(
            options, "Interrompu. L’extrait en service est resté entier : « essaim stock list » le montre.", INTERRUPTED
        )
    except OSError as error:
        return _fail(options, f"Impossible d’écrire ou de lire « {error.filename} » : {error.strerror}.", REFUSED)
    return 0


@contextmanager
def _stopped_like_ctrl_c() -> Iterator[None]:
    """A stop asked by the system (SIGTERM) cleans up as Ctrl-C does."""

    def stop(number: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    if not _in_main_thread():
        yield
        return
    previous = {signal.SIGTERM: signal.signal(signal.SIGTERM, stop), signal.SIGINT: signal.getsignal(signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _in_main_thread() -> bool:
    """Python allows handlers of signals there alone."""
    return threading.current_thread() is threading.main_thread()


def _too_late_to_stop() -> None:
    """From the switch to the report, a stop is not heard: the run has succeeded, and must be able to say so."""
    if _in_main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _fail(options: argparse.Namespace, message: str, code: int) -> int:
    if options.json:
        print(json.dumps({"command": f"stock {options.command}", "error": message}, ensure_ascii=False))
    print(message, file=sys.stderr)
    return code


class _Progress:
    """Lines on stderr: rewritten in place on a terminal; elsewhere one line every ten seconds of the same step."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last, self._step = 0.0, ""

    def __call__(self, message: str) -> None:
        step = re.sub(r"[\d  ,%]+", "", message)
        if self._terminal:
            end = "" if step == self._step else "\n"
            print(f"{end if self._step else ''}\r\033[K{message}", end="", file=sys.stderr, flush=True)
        elif step != self._step or time.monotonic() - self._last >= 10:
            self._last = time.monotonic()
            print(message, file=sys.stderr, flush=True)
        self._step = step

    def close(self) -> None:
        """End the line in progress."""
        if self._terminal and self._step:
            print(file=sys.stderr)


@contextmanager
def _work(options: argparse.Namespace, data_dir: Path) -> Iterator[dict[str, Any]]:
    """What both importing commands hand to the pipeline; the line of progress ends with them."""
    progress = _Progress()
    try:
        yield {
            "data_dir": data_dir,
            "vintage": options.vintage,
            "accept_shrink": options.accept_shrink,
            "memory_limit": options.memory_limit,
            "threads": options.threads,
            "progress": progress,
            "on_switch": _too_late_to_stop,
        }
    finally:
        progress.close()


def _import(options: argparse.Namespace, data_dir: Path) -> tuple[dict[str, Any], str]:
    with _work(options, data_dir) as common:
        report = import_stock(establishments=options.establishments, legal_units=options.legal_units, **common)
    return report, stock_text(report)


def _labels(options: argparse.Namespace, data_dir: Path) -> tuple[dict[str, Any], str]:
    with _work(options, data_dir) as common:
        report = import_labels(file=options.file, forced=options.forced, **common)
    return report, label_text(report)


def _list(options: argparse.Namespace, data_dir: Path) -> tuple[dict[str, Any], str]:
    archive = Archive(data_dir)
    runs = [_run(archive, manifest) for kind in archive.kinds() for manifest in archive.archived(kind)]
    lines = [
        f"{'*' if run['in_service'] else ' '} {run['kind']:<12} {run['vintage']} n° {run['run']} : "
        f"{run['rows']} lignes, importé le {run['imported_at'][:10]}"
        f"{' (données inventées)' if run['fictitious'] else ''}"
        for run in runs
    ]
    text = "\n".join([*lines, "* = en service"]) if lines else "Rien n’est encore importé dans ce dossier."
    return {"command": "stock list", "runs": runs}, text


def _run(archive: Archive, manifest: Manifest) -> dict[str, Any]:
    served = archive.current(manifest.kind)
    return {
        "kind": manifest.kind,
        "vintage": manifest.vintage,
        "run": manifest.path.name,
        "rows": manifest.rows,
        "fictitious": manifest.fictitious,
        "imported_at": manifest.imported_at,
        "in_service": served is not None and served.path == manifest.path,
        "path": str(manifest.path),
    }


def _rollback(options: argparse.Namespace, data_dir: Path) -> tuple[dict[str, Any], str]:
    archive = Archive(data_dir)
    with archive.workspace():
        served = archive.current(options.kind)
        place = served.path if served else None
        choices = [
            manifest
            for manifest in archive.archived(options.kind)
            if manifest.path != place
            and options.vintage in (None, manifest.vintage)
            and options.run in (None, manifest.path.name)
            # Without a wish, « the former one » is the latest run older than the one in service.
            and (options.vintage or options.run or place is None or manifest.path < place)
        ]
        if not choices:
            raise StockError("Aucun import archivé ne répond à la demande : voyez « essaim stock list ».")
        chosen = choices[0]
        archive.point_to(options.kind, chosen.path)
    report = {"command": "stock rollback", **_run(archive, chosen), "in_service": True}
    return (
        report,
        f"En service : {chosen.kind}, millésime {chosen.vintage} n° {chosen.path.name} ({chosen.rows} lignes).",
    )


def _prune(options: argparse.Namespace, data_dir: Path) -> tuple[dict[str, Any], str]:
    gone = Archive(data_dir).prune(options.keep)
    removed = [{"kind": run.kind, "vintage": run.vintage, "run": run.path.name} for run in gone]
    lines = [f"Effacé : {run['kind']}, millésime {run['vintage']} n° {run['run']}." for run in removed]
    return {"command": "stock prune", "removed": removed}, "\n".join(lines) or "Rien à effacer."


_COMMANDS: dict[str, Callable[[argparse.Namespace, Path], tuple[dict[str, Any], str]]] = {
    "import": _import,
    "labels": _labels,
    "list": _list,
    "rollback": _rollback,
    "prune": _prune,
}
