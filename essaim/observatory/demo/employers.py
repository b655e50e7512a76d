"""The invented employers, and what a year makes of their posts. Same seed, same posts."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from essaim.nomenclature.sectors import sector_of

PUBLIC, PRIVATE = "public", "private"
WOMEN, MEN = "women", "men"
# Workers by age, as the table of 2019 has them; chances are ours.
AGES = (("under_30", 0.18), ("30_39", 0.25), ("40_49", 0.27), ("50_over", 0.30))
_WOMEN = {"industry": 0.3, "finance": 0.6, "education": 0.64, "social_lodging": 0.75, "home_care": 0.92, "sport": 0.42}
# Chance that a post is annex: lessons, matches, shows are many and short.
_ANNEX = {"arts": 0.24, "sport": 0.42, "education": 0.2, "unclassified": 0.22}


@dataclass(frozen=True, slots=True)
class Employer:
    """One employer of the demonstration. `family`: of the ESS by the official table, else ""; `sector`: a leaf."""

    epci: str
    commune: str
    side: str
    family: str
    sector: str
    jobs: int


@dataclass(frozen=True, slots=True)
class Payroll:
    """One employer in one year: posts on 31 December by sex and age, and how many are not annex.

    Each post has the same share of the time worked (FTE) and of the pay (euros), so that parts add up to the whole;
    `fte_before` and `pay_before` are those of who left before 31 December.
    """

    employer: Employer
    posts: tuple[tuple[str, str], ...]
    non_annex: int
    fte_each: Decimal
    pay_each: int
    fte_before: Decimal = Decimal(0)
    pay_before: int = 0

    @property
    def fte(self) -> Decimal:
        """Full-time equivalents of the year."""
        return self.fte_before + self.fte_each * len(self.posts)

    @property
    def pay(self) -> int:
        """Gross pay of the year, in euros."""
        return self.pay_before + self.pay_each * len(self.posts)

    def only(self, posts: tuple[tuple[str, str], ...], non_annex: int) -> Payroll:
        """The same employer, some of its posts."""
        return Payroll(self.employer, posts, non_annex, self.fte_each, self.pay_each)


def read_employers(path: Path) -> list[Employer]:
    """The file that the directory's generator left. Public: State, hospitals, local authorities, and NAF 84."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Employer(
                row["epci"],
                row["commune"],
                PUBLIC if row["categorie_juridique"][0] in "47" or row["naf"].startswith("84") else PRIVATE,
                row["famille"],
                sector_of(row["naf"]),
                int(row["emplois"]),
            )
            for row in csv.DictReader(lines)
        ]


def year_of(
    employers: Sequence[Employer], rng: random.Random, *, kept: float = 1.0, drift: tuple[float, float] = (1.0, 1.0)
) -> list[Payroll]:
    """The payrolls of one year: each employer is there with the chance `kept`, its jobs times a factor of `drift`."""
    return list(_payrolls(employers, rng, kept, drift))


def _payrolls(
    employers: Sequence[Employer], rng: random.Random, kept: float, drift: tuple[float, float]
) -> Iterator[Payroll]:
    ages = [age for age, _ in AGES]
    weights = [weight for _, weight in AGES]
    for employer in employers:
        # Chance is used the same way whoever is kept: one year never moves another employer's draw.
        there, factor, hours, hourly = rng.random() < kept, rng.uniform(*drift), rng.uniform(0.72, 0.95), rng.random()
        count = employer.jobs and max(1, round(employer.jobs * factor))
        women = _WOMEN.get(employer.sector, 0.62 if employer.family or employer.side == PUBLIC else 0.44)
        posts = tuple(
            (WOMEN if rng.random() < women else MEN, age) for age in rng.choices(ages, weights, k=count) if there
        )
        annex_chance = _ANNEX.get(employer.sector, 0.06)
        annex = sum(1 for _ in posts if rng.random() < annex_chance)
        if not there:
            continue
        fte, pay = Decimal(f"{hours:.4f}"), round(hours * (24_000 + 12_000 * hourly))
        if posts:
            yield Payroll(employer, posts, len(posts) - annex, fte, pay)
        else:
            # Who employs nobody on 31 December paid somebody during the year.
            yield Payroll(employer, posts, 0, fte, pay, fte / 2, pay // 2)


def without_annex_posts(payrolls: Sequence[Payroll]) -> list[Payroll]:
    """The same year by the field of 2019: only the posts that are not annex, and only who has one."""
    return [one.only(one.posts[: one.non_annex], one.non_annex) for one in payrolls if one.non_annex]
