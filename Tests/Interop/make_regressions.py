#!/usr/bin/env python3
"""Writes Tests/Fixtures/regressions.txt: seeded random factorial tables, and the logistic regressions that statsmodels fits to them.

A line is a regression: six cells (two arms by three strata), each `yes:no`; then for the intercept, the arm and the two strata the
coefficient and its standard error, and the log likelihood. Run it again only to make another fixture; the tests read the file.
"""
import random
import sys

import numpy
import statsmodels.api

SEED, COUNT = 20251127, 500


def main() -> None:
    source = random.Random(SEED)
    out = [f"# {COUNT} regressions, seed {SEED}, statsmodels {statsmodels.__version__}"]
    while len(out) <= COUNT:
        cells = [(source.randint(1, 30), source.randint(1, 30)) for _ in range(6)]
        rows, outcomes = [], []
        for index, (yes, no) in enumerate(cells):
            arm, stratum = index % 2, index // 2
            row = [1.0, float(arm), float(stratum == 1), float(stratum == 2)]
            rows += [row] * (yes + no)
            outcomes += [1.0] * yes + [0.0] * no
        fit = statsmodels.api.Logit(numpy.array(outcomes), numpy.array(rows)).fit(disp=0, method="newton", maxiter=100, tol=1e-14)
        numbers = [f"{value!r}" for pair in zip(fit.params.tolist(), fit.bse.tolist()) for value in pair]
        out.append(" ".join(f"{yes}:{no}" for yes, no in cells) + " " + " ".join(numbers) + f" {float(fit.llf)!r}")
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
