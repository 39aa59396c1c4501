#!/usr/bin/env python3
"""Writes Tests/Fixtures/samples.txt: seeded random samples, and what SciPy and statsmodels say of them.

A line begins with its kind. Lists have commas; what belongs together has colons.

ranks VARIANT FIRST SECOND U P: the Mann-Whitney U of the first sample, `exact` without ties, `normal` with ties, corrections for ties and
continuity.
survival FIRST SECOND CHI P CURVE: spells `time:cause`, 0 for the end of watching; the log-rank test; of the first sample `time:surviving:low:high`
for every moment, Kaplan-Meier with log-log limits made of Greenwood's errors, `nan` where there are none.
clusters PEOPLE COVARIANCE: people `x:z:outcome:cluster`; the covariance of intercept, x and z row by row, with the factor G / (G - 1). The small-sample
factor of statsmodels, which has (n - 1) / (n - k) as well, is left out.

Run it again only to make another fixture; the tests read the file.
"""
import random
import sys

import numpy
import scipy
import statsmodels
import statsmodels.api
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

SEED, COUNT = 20261127, 50
Z = stats.norm.ppf(0.975)


def text(values: "list[float]") -> str:
    return ",".join(repr(float(value)) for value in values)


def ranks(source: random.Random, variant: str) -> str:
    sizes = source.randint(2, 30), source.randint(2, 30)
    if variant == "exact":
        drawn = [float(value) for value in source.sample(range(1000), sum(sizes))]
    else:
        drawn = [float(source.randint(0, 6)) for _ in range(sum(sizes))]
        # Two at least are the same, and two are not.
        drawn[:2], drawn[-1] = [3.0, 3.0], 4.0
    first, second = drawn[: sizes[0]], drawn[sizes[0] :]
    found = stats.mannwhitneyu(first, second, method="exact" if variant == "exact" else "asymptotic", use_continuity=True)
    return f"ranks {variant} {text(first)} {text(second)} {float(found.statistic)!r} {float(found.pvalue)!r}"


def survival(source: random.Random) -> str:
    groups = [[(source.randint(1, 15), int(source.random() < 0.7)) for _ in range(source.randint(4, 25))] for _ in range(2)]
    groups[0][0] = (groups[0][0][0], 1)
    everybody = groups[0] + groups[1]
    chi, p = survdiff([time for time, _ in everybody], [cause for _, cause in everybody], [0] * len(groups[0]) + [1] * len(groups[1]))
    curve = SurvfuncRight([time for time, _ in groups[0]], [cause for _, cause in groups[0]])
    steps = []
    for time, share, error in zip(curve.surv_times, curve.surv_prob, curve.surv_prob_se):
        low = high = float("nan")
        if 0 < share < 1:
            reach = numpy.exp(Z * error / (share * abs(numpy.log(share))))
            low, high = share**reach, share ** (1 / reach)
        steps.append(":".join(repr(float(value)) for value in (time, share, low, high)))
    spells = [",".join(f"{time}:{cause}" for time, cause in group) for group in groups]
    return f"survival {spells[0]} {spells[1]} {float(chi)!r} {float(p)!r} {','.join(steps)}"


def clusters(source: random.Random) -> str:
    while True:
        people = []
        count = source.randint(5, 15)
        for cluster in range(count):
            pull = source.gauss(0, 1)
            for _ in range(source.randint(1, 8)):
                x, z = source.randint(0, 1), source.randint(0, 20) / 10
                people.append((x, z, int(source.random() < 1 / (1 + numpy.exp(-pull - 0.5 * x + 0.3 * z))), cluster))
        columns = numpy.array([[1.0, x, z] for x, z, _, _ in people])
        outcomes = numpy.array([float(y) for _, _, y, _ in people])
        # Every cell has some of both, so that nothing is separated by x alone.
        if all(((columns[:, 1] == x) & (outcomes == y)).sum() >= 3 for x in (0, 1) for y in (0, 1)):
            break
    fit = statsmodels.api.Logit(outcomes, columns).fit(
        disp=0, method="newton", maxiter=100, tol=1e-14, cov_type="cluster",
        cov_kwds={"groups": numpy.array([cluster for _, _, _, cluster in people]), "use_correction": False})
    covariance = numpy.asarray(fit.cov_params()) * count / (count - 1)
    return f"clusters {','.join(':'.join(map(str, person)) for person in people)} {text(covariance.ravel().tolist())}"


def main() -> None:
    source = random.Random(SEED)
    out = [f"# {COUNT} samples of each kind, seed {SEED}, SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}"]
    for _ in range(COUNT):
        out += [ranks(source, "exact"), ranks(source, "normal"), survival(source), clusters(source)]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
