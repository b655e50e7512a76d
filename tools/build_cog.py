"""Turn npm's `@etalab/decoupage-administratif` into essaim/geography/data/cog.json.gz, a build product never committed.

Same package, same bytes: keys are sorted and the archive carries no date.
Usage: python tools/build_cog.py [PACKAGE_DIR] [OUT]
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "node_modules" / "@etalab" / "decoupage-administratif"
OUT = ROOT / "essaim" / "geography" / "data" / "cog.json.gz"

# The package has one major version a year and says its year nowhere in its data.
YEAR_OF_MAJOR = {"4": 2024, "5": 2025, "6": 2026}
TODAY = "commune-actuelle"
KINDS = {"commune-deleguee": "delegated", "commune-associee": "associated", "arrondissement-municipal": "district"}


def build(package: Path) -> dict[str, Any]:
    """Read the package and return the COG in our layout. Raises SystemExit with a sentence when it cannot be read."""
    try:
        version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
        communes = json.loads((package / "data" / "communes.json").read_text(encoding="utf-8"))
        epcis = json.loads((package / "data" / "epci.json").read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise SystemExit(f"Paquet du code géographique absent ({missing.filename}) : lancez « npm ci ».") from missing
    year = YEAR_OF_MAJOR.get(version.split(".")[0])
    if year is None:
        raise SystemExit(f"Version {version} du paquet inconnue : ajoutez son millésime à YEAR_OF_MAJOR.")

    # Populations of the EPCI file are one census newer than those of the communes' file.
    newer = {member["code"]: member["populationMunicipale"] for epci in epcis for member in epci["membres"]}
    today = [commune for commune in communes if commune["type"] == TODAY]
    former: dict[tuple[str, str], dict[str, str]] = {}
    named: set[str] = set()
    for commune in communes:
        if commune["type"] in KINDS:
            # Paris, Lyon and Marseille say « commune », delegated and associated communes say « chefLieu ».
            target = commune.get("commune") or commune["chefLieu"]
            row = {
                "code": commune["code"],
                "name": commune["nom"],
                "kind": KINDS[commune["type"]],
                "commune": target,
            }
            former[commune["code"], commune["nom"]] = row
            named.add(commune["code"])
    for commune in today:
        for code in commune.get("anciensCodes", []):
            # A code that still names an associated commune follows its present commune, not its history.
            if code not in named:
                former[code, ""] = {"code": code, "name": "", "kind": "merged", "commune": commune["code"]}
    return {
        "year": year,
        "source": f"Insee, code officiel géographique {year} et Banatic, par @etalab/decoupage-administratif {version}",
        "epci": [
            {
                "siren": epci["code"],
                "name": epci["nom"],
                "type": epci["type"],
                "population": epci["populationMunicipale"],
                "members": sorted(member["code"] for member in epci["membres"]),
            }
            for epci in sorted(epcis, key=lambda epci: epci["code"])
        ],
        "communes": [
            {
                "code": commune["code"],
                "name": commune["nom"],
                "siren": commune.get("siren", ""),
                "population": newer.get(commune["code"], commune.get("population")),
                "postcodes": sorted(commune.get("codesPostaux", [])),
            }
            for commune in sorted(today, key=lambda commune: commune["code"])
        ],
        "former": [former[key] for key in sorted(former)],
    }


def main(arguments: list[str]) -> None:
    """Write the file and say how much it holds."""
    package = Path(arguments[0]) if arguments else PACKAGE
    out = Path(arguments[1]) if len(arguments) > 1 else OUT
    cog = build(package)
    text = json.dumps(cog, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_suffix(".part")
    unfinished.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    unfinished.replace(out)
    print(
        f"{out.name} : code géographique {cog['year']}, {len(cog['epci'])} EPCI, {len(cog['communes'])} communes, "
        f"{len(cog['former'])} anciennes communes et arrondissements, {out.stat().st_size // 1000} ko."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
