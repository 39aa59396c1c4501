#!/usr/bin/env python3
"""Reads this export and prints the descriptive table: python3 read_export.py

`tables()` gives every table as a list of dictionaries, texts as they were written by whoever wrote them.
"""
import csv
import io
import re
import sys
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
csv.field_size_limit(1 << 30)


def plain(cell):
    """What stands in a cell, undone: see README.md."""
    cell = cell[1:] if cell.startswith("'") else cell
    return re.sub(
        r"\\(\\|u\{([0-9a-f]+)\})", lambda found: chr(int(found[2], 16)) if found[2] else "\\", cell
    )


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        file.seek(0)
        delimiter = next((mark for mark in "\t;" if mark in head), ",")
        yield from csv.DictReader(file, delimiter=delimiter, strict=True)


def value(cell, kind):
    if kind in ("text", "word"):
        return plain(cell) if cell or kind == "text" else None
    if cell == "":
        return None
    return {"integer": int, "decimal": Decimal, "boolean": lambda one: one == "1"}.get(kind, str)(cell)


def tables():
    kinds = {(row["table"], row["column"]): row["type"] for row in rows(HERE / "codebook.csv")}
    found = {}
    for path in sorted((HERE / "data").glob("*_data.csv")):
        name = re.match(r".*_description-([a-z]+)", path.name)[1]
        found.setdefault(name, []).extend(
            {column: value(cell, kinds[name, column]) for column, cell in row.items()} for row in rows(path)
        )
    return found


def share(count, of):
    parts = (2_000_000 * count + of) // (2 * of) if of else None
    return "" if parts is None else f"{parts // 1_000_000}.{parts % 1_000_000:06}"


def middle(milliseconds):
    if not milliseconds:
        return ""
    ordered = sorted(int(one * 1000) for one in milliseconds)
    half = len(ordered) // 2
    tenths = ordered[half] * 10 if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) * 5
    return f"{tenths // 10_000}.{tenths % 10_000:04}"


def descriptives(participants, arms):
    for arm in arms:
        people = [
            one
            for one in participants
            if (one["stage"], one["arm"]) == (arm["stage"], plain(arm["arm"]))
            and not one["restarted"]
            and not (one["status"] == "declined" and not one["consented"])
        ]
        used = [one for one in people if one["analysed"]]
        known = [one for one in used if one["truth"]]
        asked = [one for one in known if one["belief"]]
        shares = [one for one in asked if one["truth"] == "allowed"]
        decisions = [one["decision_ms"] for one in used if one["decision_ms"] is not None and not one["decision_censored"]]
        allowed = sum(one["truth"] == "allowed" for one in known)
        unaware = sum(one["belief"] != "allowed" for one in shares)
        yield [
            arm["study"], arm["config_hash"], arm["stage"], arm["arm"], len(people),
            *(sum(one[name] for one in people) for name in ("consented", "exposed", "decided", "answered")),
            *(sum(one["status"] == status for one in people) for status in ("completed", "withdrawn")),
            len(used), allowed, share(allowed, len(known)), len(asked), unaware, share(unaware, len(asked)),
            sum(one["belief"] == "not-allowed" for one in shares), sum(one["belief"] == "dont-know" for one in shares),
            len(decisions), middle(decisions),
        ]


def main():
    arms = list(rows(HERE / "descriptives.csv"))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(arms[0].keys() if arms else [])
    writer.writerows(descriptives(tables().get("participants", []), arms))
    sys.stdout.buffer.write(out.getvalue().encode())


if __name__ == "__main__":
    main()
