"""Take the pictures of docs/editor.md and of the README: docs/images/editor-*.png and accueil.png, from real screens.

    .venv/bin/python tools/editor_screenshots.py              # makes a demonstration of its own, then throws it away
    .venv/bin/python tools/editor_screenshots.py --data DIR   # keeps it in DIR; a second run finds it there
    .venv/bin/python tools/editor_screenshots.py --data DIR --only editor-blocs.png

Needs what `make test` installs (Playwright, a browser) and the built interface (`npm run build`). It serves the
demonstration on a port of its own, writes through the screens only (a visitor's message, a contributor's page, a
letter), and calls no other server. Each picture is 1,200 points wide at most, 128 colours, so as to stay under 120 kB.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
ESSAIM = str(ROOT / ".venv" / "bin" / "essaim")
HEAVIEST = 120_000
"""Bytes of one picture."""
CONTRIBUTOR, CONTRIBUTOR_PASSWORD = "plume@demo.invalid", "une plume tres legere 27"
READER = "lectrice@demo.invalid"


def environment(data: Path, port: int) -> dict[str, str]:
    """What the demonstration is served with."""
    own = {"ESSAIM_DATA_DIR": str(data), "ESSAIM_DEBUG": "1", "ESSAIM_SITE_URL": f"http://127.0.0.1:{port}"}
    return {**os.environ, **own, "PORT": str(port)}


def essaim(*words: str, env: dict[str, str]) -> str:
    """Run a command of the site and return what it says."""
    done = subprocess.run([ESSAIM, *words], env=env, check=True, text=True, stdout=subprocess.PIPE)  # noqa: S603 -- ours
    return done.stdout


@contextmanager
def served(data: Path, port: int) -> Iterator[dict[str, str]]:
    """The demonstration, loaded and answering."""
    env = environment(data, port)
    essaim("migrate", "--verbosity", "0", env=env)
    essaim("demo", env=env)
    with (data / "server.log").open("w") as log:
        server = subprocess.Popen(  # noqa: S603 -- our own command
            [ESSAIM, "runserver", "--noreload", f"127.0.0.1:{port}"], env=env, stdout=log, stderr=log
        )
        try:
            for _ in range(120):
                if server.poll() is not None:
                    raise SystemExit((data / "server.log").read_text()[-2000:])
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=5).close()
                    break
                except OSError:
                    time.sleep(1)
            yield env
        finally:
            server.terminate()
            server.wait()


class Shooter:
    """A browser, and who looks: `officer`, `contributor`, `visitor`."""

    def __init__(self, browser: Browser, base: str, data: Path, env: dict[str, str]) -> None:
        self.browser, self.base, self.data, self.env = browser, base, data, env

    def page(self, width: int = 1200, height: int = 800) -> Page:
        """A page of nobody."""
        context = self.browser.new_context(
            base_url=self.base,
            viewport={"width": width, "height": height},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(12_000)
        return page

    def signed_in(self, email: str, password: str) -> Page:
        """A page of somebody."""
        page = self.page()
        page.goto("/connexion/?next=/equipe/")
        page.locator("#id_login").fill(email)
        page.locator("#id_password").fill(password)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state("networkidle")
        return page

    @cached_property
    def officer(self) -> Page:
        """The officer of the demonstration."""
        email, password = (self.data / "demo-officer.txt").read_text().split()
        return self.signed_in(email, password)

    @cached_property
    def contributor(self) -> Page:
        """Somebody who writes, and does not publish; the command's own link is followed to choose a password."""
        said = essaim("editorial", "contributor", "add", CONTRIBUTOR, "--name", "Dominique Plume", env=self.env)
        link = re.search(r"https?://\S+", said.partition("mot de passe")[2])
        if link:
            page = self.page()
            page.goto(link[0])
            for field in page.locator("input[type=password]").all():
                field.fill(CONTRIBUTOR_PASSWORD)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_load_state("networkidle")
        return self.signed_in(CONTRIBUTOR, CONTRIBUTOR_PASSWORD)

    def number_of(self, title: str) -> int:
        """The number of a page in the CMS, by its title."""
        page = self.officer
        page.goto(f"/cms/pages/search/?q={title}")
        found = page.locator("main a[href*='/edit/']").filter(has_text=title).first.get_attribute("href")
        assert found, title
        return int(re.findall(r"\d+", found)[0])

    def edit(self, title: str, page: Page | None = None) -> Page:
        """The form of a page, open."""
        number = self.number_of(title)
        page = page or self.officer
        page.goto(f"/cms/pages/{number}/edit/")
        page.wait_for_load_state("networkidle")
        return page

    def keep(self, page: Page, name: str, what: Locator | None = None, *, height: int | None = None) -> None:
        """Write the picture: the window, or what is given of it, cut after `height` points."""
        page.wait_for_timeout(400)
        raw = what.screenshot() if what is not None else page.screenshot()
        picture = Image.open(io.BytesIO(raw)).convert("RGB")
        if height:
            picture = picture.crop((0, 0, picture.width, min(height, picture.height)))
        if picture.width > 1200:
            picture = picture.resize((1200, round(picture.height * 1200 / picture.width)), Image.Resampling.LANCZOS)
        for colours in (128, 64, 32):
            out = io.BytesIO()
            picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
                out, "PNG", optimize=True
            )
            if out.tell() <= HEAVIEST:
                break
        else:
            raise SystemExit(f"{name} pèse {out.tell()} octets : montrez-en moins.")
        (IMAGES / name).write_bytes(out.getvalue())
        print(f"{name} : {picture.width} × {picture.height}, {out.tell() // 1000} ko", flush=True)


HOME = "Ici, les personnes"
ACTIONS = "Plus d'actions"
Scene = Callable[[Shooter], None]
SCENES: dict[str, Scene] = {}
"""Picture → how to take it, in the order of the guide: a few lean on what those before have written."""


def scene(name: str) -> Callable[[Scene], Scene]:
    """Declare how a picture is taken."""

    def declared(take: Scene) -> Scene:
        SCENES[name] = take
        return take

    return declared


def drawn(name: str) -> dict[str, object]:
    """A picture to upload, drawn here: a market stall of flat colours."""
    image = Image.new("RGB", (1600, 900), "#fbf8f1")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 620, 1600, 900), fill="#3d8a70")
    for rank in range(6):
        draw.polygon(
            [(200 + rank * 200, 220), (400 + rank * 200, 220), (380 + rank * 200, 380), (220 + rank * 200, 380)],
            fill=("#f4b41a", "#f7cf83")[rank % 2],
        )
    draw.rectangle((240, 520, 1360, 640), fill="#17332c")
    for rank in range(7):
        draw.ellipse((280 + rank * 150, 440, 380 + rank * 150, 540), fill=("#c2532f", "#f4b41a", "#7fae3f")[rank % 3])
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


FOUND = """([words, rank, above]) => {
  const said = (one) => [...one.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join("").trim();
  const shown = [...document.querySelectorAll("main *")].filter(
    (one) => said(one) === words && one.offsetParent && !one.closest(".w-minimap, [data-minimap-container]"),
  );
  const one = shown[rank];
  let box = one.parentElement;
  while (box && !(box.scrollHeight > box.clientHeight && /auto|scroll/.test(getComputedStyle(box).overflowY)))
    box = box.parentElement;
  (box ?? document.scrollingElement).scrollBy(0, one.getBoundingClientRect().top - above);
}"""


def top(page: Page, words: str, rank: int = 0, above: int = 140) -> None:
    """Scroll so that what says exactly these words, the nth of them, is `above` points under the window's edge."""
    page.evaluate(FOUND, [words, rank, above])


@scene("accueil.png")
def home(s: Shooter) -> None:
    """What a visitor sees first."""
    page = s.page(1200, 1100)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    s.keep(page, "accueil.png")


@scene("editor-entrer.png")
def sign_in(s: Shooter) -> None:
    """The door."""
    page = s.page(1200, 640)
    page.goto("/connexion/")
    s.keep(page, "editor-entrer.png")


@scene("editor-equipe.png")
def desk(s: Shooter) -> None:
    """The team's space."""
    s.officer.goto("/equipe/")
    s.keep(s.officer, "editor-equipe.png")


@scene("editor-pages.png")
def welcome(s: Shooter) -> None:
    """The CMS."""
    s.officer.goto("/cms/")
    s.officer.wait_for_load_state("networkidle")
    s.keep(s.officer, "editor-pages.png", height=620)


@scene("editor-arbre.png")
def tree(s: Shooter) -> None:
    """The pages under the home page."""
    number = s.number_of(HOME)
    s.officer.goto(f"/cms/pages/{number}/")
    s.officer.wait_for_load_state("networkidle")
    s.keep(s.officer, "editor-arbre.png")


@scene("editor-phrase.png")
def sentence(s: Shooter) -> None:
    """The form of the home page."""
    s.keep(s.edit(HOME), "editor-phrase.png")


@scene("editor-publier.png")
def publish(s: Shooter) -> None:
    """The menu beside « Enregistrer le brouillon »."""
    page = s.edit(HOME)
    page.get_by_role("button", name=ACTIONS).click()
    s.keep(page, "editor-publier.png")


@scene("editor-apercu.png")
def preview(s: Shooter) -> None:
    """The page beside its form."""
    page = s.edit("Contact")
    page.locator("[data-side-panel-toggle=preview]").click()
    page.wait_for_timeout(4000)
    s.keep(page, "editor-apercu.png")
    page.locator("[data-side-panel-toggle=preview]").click()


@scene("editor-nouvelle-page.png")
def new_page(s: Shooter) -> None:
    """A page that does not exist yet."""
    page, number = s.officer, s.number_of("Comprendre l’ESS")
    page.goto(f"/cms/pages/{number}/add_subpage/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_title").fill("Visiter une coopérative")
    page.wait_for_timeout(1200)
    s.keep(page, "editor-nouvelle-page.png")
    page.goto("/equipe/")


@scene("editor-blocs.png")
def blocks(s: Shooter) -> None:
    """The list of blocks."""
    page = s.edit("Aide")
    page.evaluate("window.scrollTo(0, 240)")
    page.locator(".c-sf-add-button").first.click()
    s.keep(page, "editor-blocs.png")
    page.keyboard.press("Escape")


@scene("editor-chiffres.png")
def figures(s: Shooter) -> None:
    """The block of figures."""
    page = s.edit(HOME)
    top(page, "Chiffres")
    s.keep(page, "editor-chiffres.png")


@scene("editor-image.png")
def picture(s: Shooter) -> None:
    """A picture without alternative text is refused."""
    page = s.officer
    page.goto("/cms/images/add/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_title").fill("Marché")
    page.locator("#id_file").set_input_files(drawn("marche.jpg"))
    page.locator("#id_description").evaluate("one => one.removeAttribute('required')")
    page.locator("form button[type=submit]").last.click()
    page.wait_for_load_state("networkidle")
    # Its words are the browser's, in the browser's language.
    page.add_style_tag(content="input[type=file] { visibility: hidden }")
    s.keep(page, "editor-image.png")


@scene("editor-facile.png")
def easy(s: Shooter) -> None:
    """The easy-to-read version of a page."""
    page = s.edit("Comprendre l’ESS")
    page.get_by_role("tab", name="Facile à lire").click()
    s.keep(page, "editor-facile.png")


@scene("editor-place.png")
def place(s: Shooter) -> None:
    """Where a page stands in the site."""
    page = s.edit("Au fil des heures")
    page.get_by_role("tab", name="Place et adresse").click()
    top(page, "Description dans les moteurs de recherche")
    s.keep(page, "editor-place.png")


@scene("editor-mot.png")
def word(s: Shooter) -> None:
    """A word of the glossary."""
    page = s.officer
    page.goto("/cms/snippets/editorial/term/")
    page.get_by_role("link", name="Amap", exact=True).first.click()
    page.wait_for_load_state("networkidle")
    s.keep(page, "editor-mot.png", height=800)


@scene("editor-moment.png")
def moment(s: Shooter) -> None:
    """A moment of the day."""
    page = s.edit("Au fil des heures")
    top(page, "Moment")
    s.keep(page, "editor-moment.png")


@scene("editor-pistes.png")
def clues(s: Shooter) -> None:
    """How the structures of a moment are found."""
    page = s.edit("Au fil des heures")
    page.wait_for_timeout(2000)
    top(page, "Piste")
    s.keep(page, "editor-pistes.png")


@scene("editor-horaires.png")
def hours(s: Shooter) -> None:
    """The hours."""
    s.officer.goto("/equipe/horaires/")
    top(s.officer, "Horaires", 1, 60)
    s.keep(s.officer, "editor-horaires.png")


@scene("editor-message.png")
def message(s: Shooter) -> None:
    """A visitor's message in the inbox."""
    visitor = s.page()
    visitor.goto("/contact/")
    visitor.locator("[name=objet]").select_option("structure")
    visitor.locator("[name=name]").fill("Sacha Visite")
    visitor.locator("[name=email]").fill("sacha@demo.invalid")
    visitor.locator("[name=message]").fill(
        "Bonjour, notre atelier de couture vient d’ouvrir. Comment paraître dans l’annuaire ?"
    )
    visitor.wait_for_timeout(4000)  # a form answered at once is a robot's
    visitor.locator("main form button[type=submit]").last.click()
    visitor.wait_for_load_state("networkidle")
    page = s.officer
    page.goto("/equipe/boite/?nature=message")
    page.locator("main").get_by_role("link", name="Faire connaître ma structure").first.click()
    page.wait_for_load_state("networkidle")
    s.keep(page, "editor-message.png")


@scene("editor-verification.png")
def selfcheck(s: Shooter) -> None:
    """The words of the self-check."""
    page = s.edit("Ma structure est-elle")
    top(page, "Questions")
    s.keep(page, "editor-verification.png")


@scene("editor-laureat.png")
def laureate(s: Shooter) -> None:
    """A laureate."""
    page = s.officer
    page.goto("/cms/snippets/editorial/laureate/")
    page.locator("main table a[href*='/edit/']").first.click()
    page.wait_for_load_state("networkidle")
    s.keep(page, "editor-laureat.png")


@scene("editor-actualite.png")
def news(s: Shooter) -> None:
    """A news being written."""
    page, number = s.officer, s.number_of("Actualités")
    page.goto(f"/cms/pages/{number}/add_subpage/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_title").fill("Le marché des possibles revient samedi")
    s.keep(page, "editor-actualite.png")
    page.goto("/equipe/")


@scene("editor-initiative.png")
def initiative(s: Shooter) -> None:
    """Who and where, in a story."""
    page = s.edit("À Lusignan, un supermarché vide")
    top(page, "Qui, et où")
    s.keep(page, "editor-initiative.png")


@scene("editor-lettre.png")
def letter(s: Shooter) -> None:
    """A letter being composed."""
    page = s.officer
    page.goto("/equipe/lettres/nouvelle/?tout=1")
    page.locator("[name=title]").fill("Novembre : le Mois de l’ESS, pas à pas")
    page.locator("[name=intro]").fill("Bonjour,\n\nCe mois-ci, nous ouvrons des portes. Voici lesquelles.")
    for box in page.locator("input[type=checkbox]").all()[:2]:
        box.check()
    page.evaluate("window.scrollTo(0, 180)")
    s.keep(page, "editor-lettre.png")
    page.get_by_role("button", name="Enregistrer et relire").click()
    page.wait_for_load_state("networkidle")


@scene("editor-lettre-relire.png")
def letter_read(s: Shooter) -> None:
    """The letter as it is received; somebody has subscribed meanwhile."""
    visitor = s.page()
    visitor.goto("/lettre/")
    visitor.locator("main [name=email]").fill(READER)
    visitor.locator("main form", has=visitor.locator("[name=email]")).locator("button[type=submit]").click()
    visitor.wait_for_load_state("networkidle")
    visitor.goto("/outbox/")
    visitor.get_by_role("link", name=re.compile("onfirm")).first.click()
    visitor.wait_for_load_state("networkidle")
    visitor.goto(f"{visitor.url}html/")
    link = re.search(r"https?://\S+/lettre/confirmer/[^\s\"<]+", visitor.content())
    if link:
        visitor.goto(link[0].replace("&amp;", "&"))
        visitor.locator("main form button[type=submit]").first.click()
        visitor.wait_for_load_state("networkidle")
    page = s.officer
    page.goto("/equipe/lettres/")
    page.locator("main .card a").first.click()
    page.wait_for_load_state("networkidle")
    page.evaluate("window.scrollTo(0, 180)")
    s.keep(page, "editor-lettre-relire.png")


@scene("editor-accessibilite.png")
def accessibility(s: Shooter) -> None:
    """The audit's fields."""
    page = s.edit("Accessibilité")
    top(page, "L’audit")
    s.keep(page, "editor-accessibilite.png")


@scene("editor-mentions.png")
def legal(s: Shooter) -> None:
    """What only the team can say."""
    page = s.edit("Mentions légales")
    top(page, "Directeur ou directrice de la publication")
    s.keep(page, "editor-mentions.png")


@scene("editor-relecture.png")
def review(s: Shooter) -> None:
    """A contributor submits a page; the officer reviews it."""
    writer = s.contributor
    s.edit("Coopérer", writer)
    writer.locator("#id_intro").fill(
        "Se grouper pour acheter, partager un local, prêter un salarié : comment s’y prendre."
    )
    writer.get_by_role("button", name=ACTIONS).click()
    writer.get_by_role("button", name=re.compile("Soumettre")).last.click()
    writer.wait_for_load_state("networkidle")
    page = s.edit("Coopérer")
    page.get_by_role("button", name=ACTIONS).click()
    s.keep(page, "editor-relecture.png")


@scene("editor-historique.png")
def history(s: Shooter) -> None:
    """Every version of a page."""
    number = s.number_of("Coopérer")
    s.officer.goto(f"/cms/pages/{number}/history/")
    s.officer.wait_for_load_state("networkidle")
    s.keep(s.officer, "editor-historique.png", height=640)


@scene("editor-programmer.png")
def schedule(s: Shooter) -> None:
    """When a page appears and goes."""
    page = s.edit("Agenda")
    page.locator("[data-side-panel-toggle=status]").click()
    page.get_by_role("button", name=re.compile("planning|calendrier|programm", re.IGNORECASE)).first.click()
    s.keep(page, "editor-programmer.png")


@scene("editor-redirection.png")
def redirect(s: Shooter) -> None:
    """An old address that leads to a page."""
    page = s.officer
    page.goto("/cms/redirects/add/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_old_path").fill("/ess/annuaire-2019/")
    s.keep(page, "editor-redirection.png", height=700)


@scene("editor-liens.png")
def links(s: Shooter) -> None:
    """A link that leads nowhere, told."""
    page, number = s.officer, s.number_of("Comprendre l’ESS")
    page.goto(f"/cms/pages/{number}/add_subpage/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_title").fill("Visiter une coopérative")
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="Appel à agir").click()
    page.locator("[name=body-0-value-title]").fill("Venez voir")
    page.locator("[name=body-0-value-address]").fill("/visites-de-2025/")
    page.locator("[name=body-0-value-button]").fill("Choisir une date")
    page.get_by_role("button", name=ACTIONS).click()
    page.get_by_role("button", name="Publier", exact=True).last.click()
    page.wait_for_load_state("networkidle")
    page.goto("/cms/reports/liens/")
    page.wait_for_load_state("networkidle")
    s.keep(page, "editor-liens.png", height=560)


def main() -> None:
    """Serve, sign in, shoot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="dossier des données ; sans lui, un dossier provisoire")
    parser.add_argument("--port", type=int, default=8899)
    parser.add_argument("--only", nargs="*", choices=sorted(SCENES), default=[], metavar="IMAGE")
    asked = parser.parse_args()
    found = os.environ.get("ESSAIM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory(prefix="essaim-guide-") as spare:
        data = (asked.data or Path(spare)).resolve()
        data.mkdir(parents=True, exist_ok=True)
        with served(data, asked.port) as env, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=found, args=["--headless", "--no-sandbox", "--lang=fr-FR"]
            )
            shooter = Shooter(browser, f"http://127.0.0.1:{asked.port}", data, env)
            for name, take in SCENES.items():
                if not asked.only or name in asked.only:
                    take(shooter)
            browser.close()


if __name__ == "__main__":
    main()
