#!/usr/bin/env python3
"""The report of a study against what pandas and SciPy make of its export."""
import json
import os
import random
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy
import pandas
import statsmodels.api
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from check_study import Person, Study, at_once
from checking import Place, expect, expect_equal, run_checks

PEOPLE = int(os.environ.get("CLICKWRAP_PEOPLE", "18"))
SEED = int(os.environ.get("CLICKWRAP_SEED", "1"))


def everybody(place: Place) -> Study:
    """People who answer at random, some of whom are lost on the way."""
    study = Study(place, PEOPLE, ["a", "b"])
    source = random.Random(SEED)

    def one(number: int) -> None:
        own = random.Random(source.random() + number)
        person = Person(study, f"p{number}", "ab"[number % 2])
        choice = person.choice

        def choose(entries: "list[tuple[str, str]]") -> str:
            usual = choice(entries)
            some = [entry[0] for entry in entries if entry[0] != "0" and "characters]" not in entry[1]]
            return own.choice(some) if len(person.answers) > 4 and own.random() < 0.4 else usual

        person.choice = choose  # type: ignore[method-assign]
        limit = own.randint(5, 25) if number % 9 == 8 else 400
        person.play(limit)
        if person.process.poll() is None:
            person.kill()

    for first in range(0, PEOPLE, 6):
        at_once([lambda number=number: one(number) for number in range(first, min(first + 6, PEOPLE))])
    return study


def near(own: "float | None", other: float, what: str) -> None:
    if other != other:
        expect(own is None, f"{what}: {own}, where there is none")
        return
    expect(own is not None and abs(own - other) < 1e-9, f"{what}: {own}, and {other} by others")


def answers_alike(rows: "list[dict[str, Any]]", used: pandas.DataFrame, name: str) -> int:
    """How many questions have the same answers in the report as in the table of participants."""
    compared = 0
    for row in rows:
        column = f"answer_{row['instrument']}_{row['item']}".replace("-", "_").replace(".", "_")
        if not row["answers"] or column not in used:
            continue
        other = {word: int(count) for word, count in used[column].value_counts().items() if word not in ("", "n/a")}
        if set(other) <= {"0", "1"} and set(row["answers"]) & {"on", "off"} and "0" not in row["answers"]:
            other = {{"0": "off", "1": "on"}[word]: count for word, count in other.items()}
        expect_equal(row["answers"], other, f"{column} in {name}")
        compared += 1
    return compared


def report(place: Place) -> None:
    study = everybody(place)
    folder = place.folder / "data"
    study.call("export", str(study.folder), "--to", str(folder))
    table = pandas.read_csv(next(folder.rglob("*participants*.csv")), dtype=str, keep_default_na=False).replace("n/a", "")
    found: "dict[str, Any]" = json.loads(study.call("report", str(study.folder), "--json"))
    expect_equal((found["stage"], found["simulated"]), ("live", False), "the stage")
    people = table[(table["restarted"] == "0") & ~((table["status"] == "declined") & (table["consented"] == "0"))]
    counts: "dict[str, dict[str, tuple[int, int]]]" = {}
    compared = 0
    for arm in found["arms"]:
        name = arm["arm"]
        own = people[people["arm"] == name]
        expect_equal(arm["assigned"], len(own), f"assigned to {name}")
        for milestone in ("consented", "exposed", "decided", "answered"):
            expect_equal(arm["reached"][milestone], int((own[milestone] == "1").sum()), f"{milestone} in {name}")
        used = own[own["analysed"] == "1"]
        expect_equal(arm["analysed"], len(used), f"analysed in {name}")
        known = used[used["truth"] != ""]
        answered = known[known["belief"] != ""]
        counts[name] = {
            "allowed": (int((known["truth"] == "allowed").sum()), len(known)),
            "unaware_sharing": (int((answered["unaware_sharing"] == "1").sum()), len(answered)),
        }
        for outcome, (count, total) in counts[name].items():
            expect_equal((arm[outcome]["count"], arm[outcome]["total"]), (count, total), f"{outcome} in {name}")
            if total:
                low, high = proportion_confint(count, total, method="wilson")
                near(arm[outcome]["estimate"]["low"], max(0.0, low), f"Wilson of {outcome} in {name}")
                near(arm[outcome]["estimate"]["high"], min(1.0, high), f"Wilson of {outcome} in {name}")
        for truth in ("allowed", "not-allowed"):
            for belief in ("allowed", "not-allowed", "dont-know"):
                cell = int(((answered["truth"] == truth) & (answered["belief"] == belief)).sum())
                expect_equal(arm["belief"][truth][belief], cell, f"{truth} and {belief} in {name}")
        for provenance, count in arm["provenance"].items():
            expect_equal(count, int((used["training_provenance"] == provenance).sum()), f"{provenance} in {name}")
        compared += answers_alike(arm["answers"], used, name)
    expect(compared > 40, f"only {compared} questions are compared")
    for comparison in found["comparisons"]:
        base, other = (counts[comparison[side]][comparison["outcome"]] for side in ("base", "other"))
        asked = subprocess.run(
            [place.program, "compare", f"{base[0]}/{base[1]}", f"{other[0]}/{other[1]}", "--json"],
            capture_output=True, text=True, check=True, timeout=60)
        said = json.loads(asked.stdout)
        expect_equal(comparison["test"]["p"], said["boschloo"]["p"], "Boschloo's p in report and compare")
        near(said["fisher"]["p"], stats.fisher_exact([[other[0], other[1] - other[0]], [base[0], base[1] - base[0]]])[1], "Fisher's p")
    primary = [comparison for comparison in found["comparisons"] if comparison["primary"]]
    expect_equal(len(primary), 1, "the primary comparison")
    people_of = sum(arm["assigned"] for arm in found["arms"])
    print(f"        {people_of} people, seed {SEED}; every count as pandas makes it of the export")
    words = study.call("report", str(study.folder))
    expect("PRIMARY" in words and "SIMULATED" not in words, "the words")
    others = json.loads(study.call("report", str(study.folder), "--stage", "pilot", "--json"))
    expect_equal([arm["assigned"] for arm in others["arms"]], [0] * len(others["arms"]), "nobody in the pilot")
    Path(place.folder / "report.txt").write_text(words, encoding="utf-8")
    print("\n".join("        " + line for line in words.splitlines()[:12]))


def factors(place: Place) -> None:
    """Effects of factors, with strata, against statsmodels on the exported table."""
    folder = place.folder / "factors"

    def call(*words: str) -> str:
        done = subprocess.run([place.program, *words], capture_output=True, text=True, timeout=300, check=False)
        expect_equal(done.returncode, 0, f"the status of {words[0]} ({done.stderr[-300:]})")
        return done.stdout

    call("init", str(folder))
    plan = folder / "study.yaml"
    text = re.sub(
        r"arms:\n(  .*\n)+", "factors: {default: [\"off\", \"on\"], fill: [equal, black]}\n", plan.read_text(encoding="utf-8"))
    text = re.sub(r"contrasts: .*\n", "effects: [[default], [default, fill]]\n", text)
    plan.write_text(re.sub(r"strata: \[\].*", "strata: [a, b]", text), encoding="utf-8")
    call("simulate", str(folder), "--participants", "80", "--seed", "5")
    call("export", str(folder), "--to", str(place.folder / "table"), "--stage", "simulated")
    found = json.loads(call("report", str(folder), "--stage", "simulated", "--json"))
    table = pandas.read_csv(next((place.folder / "table").rglob("*participants*.csv")))
    used = table[table["analysed"] == 1]
    expect_equal([outcome["outcome"] for outcome in found["factorial"]], ["unaware_sharing", "allowed"], "the outcomes")
    largest = 0.0
    for outcome in found["factorial"]:
        known = used[used["truth"].notna()]
        if outcome["outcome"] == "allowed":
            values = (known["truth"] == "allowed").astype(int)
        else:
            known = known[known["belief"].notna()]
            values = known["unaware_sharing"].astype(int)
        default = numpy.where(known["arm"].str.contains("default-on"), 1, -1)
        fill = numpy.where(known["arm"].str.contains("fill-black"), 1, -1)
        columns = numpy.column_stack([
            numpy.ones(len(known)), default, fill, default * fill, (known["stratum"] == "b").astype(int)])
        whole = statsmodels.api.Logit(values, columns).fit(disp=0, tol=1e-12, maxiter=200)
        limits = numpy.asarray(whole.conf_int())
        shares = {
            (x, y): values[(default == x) & (fill == y)].mean() for x in (-1, 1) for y in (-1, 1)}
        by_hand = [
            (shares[1, 1] + shares[1, -1] - shares[-1, 1] - shares[-1, -1]) / 2,
            (shares[1, 1] + shares[-1, 1] - shares[1, -1] - shares[-1, -1]) / 2,
            shares[1, 1] - shares[1, -1] - shares[-1, 1] + shares[-1, -1]]
        expect_equal([effect["effect"] for effect in outcome["effects"]], ["default", "fill", "default × fill"], "the effects")
        for place_of, effect in enumerate(outcome["effects"], 1):
            expect("maximum likelihood" in effect["test"]["method"], "the outcomes are separated: another seed is needed")
            less = statsmodels.api.Logit(values, numpy.delete(columns, place_of, 1)).fit(disp=0, tol=1e-12, maxiter=200)
            wald = effect["coefficients"][0]["wald"]
            for own, other in [
                (wald["value"], numpy.asarray(whole.params)[place_of]), (wald["low"], limits[place_of][0]),
                (wald["high"], limits[place_of][1]), (effect["test"]["p"], stats.chi2.sf(2 * (whole.llf - less.llf), 1)),
                (effect["shares"][0]["estimate"]["value"], by_hand[place_of - 1]),
            ]:
                largest = max(largest, abs(own - other))
        planned = [effect for effect in outcome["effects"] if effect["planned"]]
        holm = multipletests([effect["test"]["p"] for effect in planned], method="holm")[1]
        for effect, other in zip(planned, holm):
            largest = max(largest, abs(effect["p_holm"] - other))
    expect(largest < 1e-9, f"effects differ by {largest}")
    print(f"        {len(used)} people, two outcomes, three effects each; largest difference {largest:.1e}")


if __name__ == "__main__":
    run_checks({"report": report, "factors": factors})
