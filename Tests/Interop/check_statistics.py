#!/usr/bin/env python3
"""The statistics of two groups against SciPy and statsmodels, on seeded random tables and on edge cases with zeros."""
import json
import math
import os
import random
import subprocess
from typing import Any

import numpy
import statsmodels.api
from scipy import optimize, stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from checking import Place, expect, expect_equal, run_checks

SEED = int(os.environ.get("CLICKWRAP_SEED", "1"))
TABLES = int(os.environ.get("CLICKWRAP_TABLES", "500"))
BOSCHLOO = int(os.environ.get("CLICKWRAP_BOSCHLOO", "25"))
LIMIT = 1e-9


def ask(place: Place, tables: "list[tuple[int, int, int, int]]") -> "list[dict[str, Any]]":
    lines = "".join(f"{a} {b} {c} {d}\n" for a, b, c, d in tables)
    done = subprocess.run([place.program, "compare", "-", "-"], input=lines, capture_output=True, text=True, timeout=1200, check=False)
    expect_equal(done.returncode, 0, f"the status ({done.stderr[-300:]})")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    expect_equal(len(found), len(tables), "the number of answers")
    return found


def tables_of(count: int, most: int) -> "list[tuple[int, int, int, int]]":
    source = random.Random(SEED)
    tables = [(0, 5, 3, 5), (0, 5, 0, 5), (5, 5, 5, 5), (0, 1, 1, 1), (1, 1, 0, 40), (0, 40, 40, 40), (20, 40, 20, 40)]
    while len(tables) < count:
        b, d = source.randint(1, most), source.randint(1, most)
        tables.append((source.randint(0, b), b, source.randint(0, d), d))
    return tables


class Worst:
    """The largest difference of each thing that is compared."""

    def __init__(self) -> None:
        self.largest: "dict[str, float]" = {}

    def compare(self, name: str, own: "float | None", other: float, table: object) -> None:
        if not math.isfinite(other):
            expect(own is None, f"{name} of {table}: {own}, where there is none ({other})")
            return
        expect(own is not None, f"{name} of {table} is missing; {other}")
        assert own is not None
        difference = abs(own - other) / max(1.0, abs(other))
        expect(difference <= LIMIT, f"{name} of {table}: {own}, and {other} by others")
        self.largest[name] = max(self.largest.get(name, 0.0), difference)

    def say(self, count: int) -> None:
        print(f"        {count} tables, seed {SEED}; largest differences: " + ", ".join(f"{name} {value:.1e}" for name, value in self.largest.items()))


def simple(place: Place) -> None:
    tables = tables_of(TABLES, 200)
    worst = Worst()
    for table, found in zip(tables, ask(place, tables)):
        a, b, c, d = table
        low, high = proportion_confint(a, b, method="wilson")
        worst.compare("Wilson low", found["base"]["low"], max(0.0, low), table)
        worst.compare("Wilson high", found["base"]["high"], min(1.0, high), table)
        low, high = confint_proportions_2indep(c, d, a, b, method="newcomb", compare="diff")
        worst.compare("Newcombe low", found["risk_difference"]["low"], low, table)
        worst.compare("Newcombe high", found["risk_difference"]["high"], high, table)
        cells = [[c, d - c], [a, b - a]]
        worst.compare("Fisher", found["fisher"]["p"], stats.fisher_exact(cells)[1], table)
        if 0 < a + c < b + d:
            for name, yates in (("chi_squared", False), ("chi_squared_yates", True)):
                result = stats.chi2_contingency(cells, correction=yates)
                worst.compare(name, found[name]["statistic"], result.statistic, table)
                worst.compare(name + " p", found[name]["p"], result.pvalue, table)
        else:
            expect(found["chi_squared"]["p"] is None, f"χ² of {table}")
        if min(c, d - c, a, b - a) > 0:
            ratio = stats.contingency.odds_ratio(numpy.array(cells), kind="sample")
            interval = ratio.confidence_interval()
            worst.compare("odds ratio", found["odds_ratio"]["value"], ratio.statistic, table)
            worst.compare("odds ratio low", found["odds_ratio"]["low"], interval.low, table)
            worst.compare("odds ratio high", found["odds_ratio"]["high"], interval.high, table)
            risk = stats.contingency.relative_risk(c, d, a, b)
            worst.compare("risk ratio", found["risk_ratio"]["value"], risk.relative_risk, table)
            worst.compare("risk ratio low", found["risk_ratio"]["low"], risk.confidence_interval().low, table)
    worst.say(len(tables))


def boschloo(table: "tuple[int, int, int, int]") -> float:
    """Boschloo's two-sided p by Fisher's two-sided p, from SciPy's distributions: another program than ours."""
    a, b, c, d = table
    p = numpy.ones((d + 1, b + 1))
    for total in range(b + d + 1):
        counts = numpy.arange(max(0, total - b), min(d, total) + 1)
        masses = stats.hypergeom.pmf(counts, b + d, total, d)
        for count, mass in zip(counts, masses):
            p[count, total - count] = min(1.0, masses[masses <= mass * (1 + 1e-7)].sum())
    region = (p <= p[c, a] * (1 + 1e-7)).astype(float)
    first, second = numpy.arange(d + 1), numpy.arange(b + 1)

    def probability(rate: float) -> float:
        return float(stats.binom.pmf(first, d, rate) @ region @ stats.binom.pmf(second, b, rate))

    rates = numpy.linspace(0, 1, 2001)
    values = [probability(rate) for rate in rates]
    best = max(values)
    for index in range(1, len(rates) - 1):
        if values[index] >= values[index - 1] and values[index] >= values[index + 1] and values[index] > 0.8 * best:
            found = optimize.minimize_scalar(lambda rate: -probability(rate), bounds=(rates[index - 1], rates[index + 1]), method="bounded", options={"xatol": 1e-12})
            best = max(best, -found.fun)
    return min(1.0, best)


def unconditional(place: Place) -> None:
    tables = tables_of(BOSCHLOO, 60)
    worst = Worst()
    for table, found in zip(tables, ask(place, tables)):
        worst.compare("Boschloo", found["boschloo"]["p"], boschloo(table), table)
    worst.say(len(tables))


def refusals(place: Place) -> None:
    done = subprocess.run([place.program, "power", "--cell", "on,large=0.6", "--cell", "off,equal=0.2"], capture_output=True, text=True, timeout=60, check=False)
    expect("missing: on,equal off,large" in done.stderr, f"the cells that are missing are named: {done.stderr}")
    done = subprocess.run([place.program, "compare", "-", "-"], input="1 2 3 4\n5 4 1 2\n", capture_output=True, text=True, timeout=60, check=False)
    expect_equal(done.returncode, 2, "the status of a part that is more than the whole")
    expect("standard input:2" in done.stderr, f"the line is named: {done.stderr}")


def power(place: Place, *options: str) -> "dict[str, Any]":
    done = subprocess.run([place.program, "power", *options, "--json"], capture_output=True, text=True, timeout=600, check=False)
    expect_equal(done.returncode, 0, f"the status ({done.stderr[-300:]})")
    return json.loads(done.stdout)


def near(name: str, own: float, other: float, studies: int, others: float = math.inf) -> None:
    """Two powers, at least one of them simulated, are within four standard errors."""
    error = math.sqrt(max(other * (1 - other), 0.001) * (1 / studies + 1 / others))
    expect(abs(own - other) <= 4 * error, f"{name}: {own}, and {other} by others (seed {SEED})")
    print(f"        {name}: {own:.4f}, and {other:.4f} by others")


def simulated(place: Place) -> None:
    """Powers that are simulated against what is enumerated, and against other simulations."""
    studies = 4000
    common = ["--simulations", str(studies), "--seed", str(SEED)]
    exact = power(place, "--base", "0.1", "--other", "0.25", "--per-arm", "100")["power"]
    found = power(place, "--arm", "a=0.1", "--arm", "b=0.25", "--per-cell", "100", *common)
    near("two arms", found["effects"][0]["power"], exact, studies)

    rates, assigned, dropout = numpy.array([[0.6, 0.3], [0.35, 0.25]]), 80, 0.15
    cells = [f"--cell={a},{b}={rates[a, b]}" for a in (0, 1) for b in (0, 1)]
    found = power(place, *cells, "--per-cell", str(assigned), "--dropout", str(dropout), *common)
    powers = {effect["name"]: effect["power"] for effect in found["effects"]}
    source = numpy.random.default_rng(SEED)
    totals = source.binomial(assigned, 1 - dropout, (100_000, 2, 2))
    counts = source.binomial(totals, rates)
    shares = counts / totals
    variance = (shares * (1 - shares) / totals).sum(axis=(1, 2))
    z = (shares[:, 1, 1] - shares[:, 1, 0] - shares[:, 0, 1] + shares[:, 0, 0]) / numpy.sqrt(variance)
    near("difference of differences", powers["factor 1 × factor 2, difference of risk differences"], float((2 * stats.norm.sf(abs(z)) <= 0.05).mean()), studies, len(z))

    signs = numpy.array([[1, a, b, a * b] for a in (-1, 1) for b in (-1, 1)], dtype=float)
    others, rejected = 1000, numpy.zeros(3)
    for index in range(others):
        outcomes = numpy.column_stack([counts[index].ravel(), (totals[index] - counts[index]).ravel()])
        # The whole model has a column for every cell, so that its rates are the shares.
        full = stats.binom.logpmf(counts[index], totals[index], shares[index]).sum()
        for column in (1, 2, 3):
            smaller = statsmodels.api.GLM(outcomes, numpy.delete(signs, column, 1), family=statsmodels.api.families.Binomial()).fit()
            rejected[column - 1] += stats.chi2.sf(2 * (full - smaller.llf), 1) <= 0.05
    for name, count in zip(["factor 1", "factor 2", "factor 1 × factor 2"], rejected):
        near(name, powers[name], float(count) / others, studies, others)


if __name__ == "__main__":
    run_checks({"two groups": simple, "Boschloo": unconditional, "simulated power": simulated, "refusals": refusals})
