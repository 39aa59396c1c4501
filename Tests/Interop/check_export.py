#!/usr/bin/env python3
"""Exports as Python, pandas and R read them, cell by cell, of a study full of hostile text.

CLICKWRAP_SESSIONS says how many sessions are exported, verified and reported for the throughput (300); 100000 takes some 20 GB and
a quarter of an hour, most of it to make them.
"""
import csv
import hashlib
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Iterator

import pandas

from check_study import Person, Study, at_once
from checking import Place, expect, expect_equal, run_checks
from verify import spell

SESSIONS = int(os.environ.get("CLICKWRAP_SESSIONS", "300"))
csv.field_size_limit(1 << 30)

# What people and moderators may have written; the first ones can be typed, the others stand in files that were made by hand.
TYPED = ['=1+1;"quoted", said', "+49 30 \U0001f469\u200d\U0001f469\u200d\U0001f467 \u6771\u4eac", "'@SUM(A1)", "n/a", "NA", "-", "\\u{1b} \\"]
FORGED = [
    "", "\x00", "\x1b]0;title\x07\x1b[2J", "two\nlines\r\nand\rthree", "\ttab", "\n=first", "\u202eright\u2066", "\x85\x9b31m",
    "=HYPERLINK(\"http://a.invalid\")", "\uff1dWIDE()", "a;b,c\td|e", '"', '""', "'", "\\\\", "x" * 500, "\ufeffmark", "null", "TRUE", "1e5", "\u2028",
]


def chained(path: Path, entries: "list[dict[str, Any]]") -> None:
    """Writes a file of notes or texts as it has to be."""
    before, lines = b"", []
    for entry in entries:
        said = spell(entry)[:-1].encode()
        before = hashlib.sha256(before + said).digest()
        lines.append(said + b',"chain":"' + before.hex().encode() + b'"}\n')
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join(lines))


def hostile_study(place: Place) -> Study:
    study = Study(place, 30, [], live=False)
    plan = study.folder / "study.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("texts: none", "texts: all"), encoding="utf-8")
    people = []
    for number in range(6):
        person = Person(study, f"p{number}")
        words = iter(TYPED[number:] + TYPED[:number])
        ask = person.next

        def say(entries: Any, person: Person = person, words: "Iterator[str]" = words, ask: Any = ask) -> str:
            if not person.is_asked_for_words:
                return ask(entries)
            person.typed[len(person.answers)] = next(words)
            return person.typed[len(person.answers)]

        person.next = say  # type: ignore[method-assign]
        people.append(person)
    at_once([person.play for person in people])
    for number in (1, 2):
        lines = [json.loads(line) for line in study.journal(number).read_text(encoding="utf-8").splitlines()]
        texts = study.folder / "texts" / f"s{number:06d}.jsonl"
        kept = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
        for entry in kept:
            del entry["chain"]
        last = kept[-1]
        kept += [{**last, "n": len(kept) + index, "text": text} for index, text in enumerate(FORGED)]
        chained(texts, kept)
        at = "2026-11-01T12:00:00.000Z"
        notes = [
            {"n": index, "event": index, "frame": lines[index + 1]["frame"], "marker": "note", "who": "m", "at": at, "text": text}
            for index, text in enumerate(FORGED)
        ]
        chained(study.folder / "notes" / f"s{number:06d}.jsonl", notes)
    study.call("verify", str(study.folder))
    return study


def plain(cell: str) -> str:
    cell = cell[1:] if cell.startswith("'") else cell
    return re.sub(r"\\(\\|u\{([0-9a-f]+)\})", lambda found: chr(int(found[2], 16)) if found[2] else "\\", cell)


def as_cell(value: Any, kind: str) -> str:
    """A value of JSON Lines as the cell that means it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if kind in ("text", "word", "hex", "date", "time") else str(value)


class Export:
    """An export, its JSON Lines beside its tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with open(folder / "codebook.csv", encoding="utf-8", newline="") as file:
            self.book = {(row["table"], row["column"]): row for row in csv.DictReader(file, strict=True)}
        self.data = {re.sub(r".*_description-([a-z]+).*", r"\1", path.name): path for path in (folder / "data").iterdir()}

    def rows(self, table: str) -> "list[dict[str, Any]]":
        text = (self.folder / "jsonl" / f"{table}.jsonl").read_text(encoding="utf-8")
        # Numbers stay as they are spelled.
        return [json.loads(line, parse_float=str, parse_int=str) for line in text.split("\n") if line]

    def kind(self, table: str, column: str) -> str:
        return self.book[table, column]["type"]

    def compare(self, table: str, found: "list[dict[str, str]]", reader: str, undo: bool = True, nul: str = "\0") -> int:
        """Holds what a reader made of a table against its JSON Lines; returns how many cells that were."""
        wanted = self.rows(table)
        expect_equal(len(found), len(wanted), f"the number of rows of {table} for {reader}")
        cells = 0
        for number, (row, truth) in enumerate(zip(found, wanted)):
            expect_equal(list(row), list(truth), f"the columns of {table} for {reader}")
            for column, value in truth.items():
                kind = self.kind(table, column)
                cell = plain(row[column]) if undo and kind in ("text", "word") else row[column]
                expect_equal(cell, as_cell(value, kind).replace("\0", nul), f"{table}, row {number}, {column} for {reader}")
                cells += 1
        return cells


def read_csv(path: Path, delimiter: str = ",") -> "list[dict[str, str]]":
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [dict(row) for row in csv.DictReader(file, delimiter=delimiter, strict=True)]


def read_pandas(path: Path, delimiter: str = ",") -> "list[dict[str, str]]":
    frame = pandas.read_csv(path, dtype=str, keep_default_na=False, sep=delimiter, encoding="utf-8-sig")
    return frame.to_dict("records")  # type: ignore[return-value]


R_DUMP = r"""
arguments <- commandArgs(trailingOnly = TRUE)
hex <- function(cells) vapply(cells, function(cell) paste(c("x", as.character(charToRaw(enc2utf8(cell)))), collapse = ""), "")
cells <- read.csv(arguments[1], sep = arguments[2], colClasses = "character", na.strings = character(), encoding = "UTF-8",
                  fileEncoding = "UTF-8-BOM", check.names = FALSE, strip.white = FALSE, quote = arguments[3], comment.char = "")
cat(paste(names(cells), collapse = "\t"), "\n", sep = "")
for (row in seq_len(nrow(cells))) cat(paste(hex(unlist(cells[row, ])), collapse = "\t"), "\n", sep = "")
"""


def read_r(place: Place, path: Path, delimiter: str = ",", quote: str = '"') -> "list[dict[str, str]]":
    script = place.folder / "dump.R"
    script.write_text(R_DUMP, encoding="utf-8")
    names, *lines = r(script, str(path), delimiter, quote).split("\n")[:-1]
    cells = [[bytes.fromhex(cell[1:]).decode("utf-8") for cell in line.split("\t")] for line in lines]
    return [dict(zip(names.split("\t"), row)) for row in cells]


def r(script: Path, *arguments: str) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["Rscript", "--vanilla", str(script), *arguments], capture_output=True, text=True, timeout=300, check=False, env=environment
    )
    expect_equal(done.returncode, 0, f"the status of R ({done.stderr[-2000:]})")
    return done.stdout


TABLES = ["participants", "events", "agreements", "exposure", "answers", "texts", "markers"]


def readers_agree(place: Place) -> None:
    study = hostile_study(place)
    folder = place.folder / "data"
    said = study.call("export", str(study.folder), "--to", str(folder), "--stage", "pilot", "--jsonl", "--bids", "--json")
    export = Export(folder)
    expect_equal(sorted(export.data), sorted(TABLES), "the tables")
    rows = json.loads(said)["rows"]
    cells = 0
    for table in TABLES:
        expect_equal(len(export.rows(table)), rows[table], f"the rows of {table} that were said")
        expect(rows[table] > 0, f"{table} is empty")
        for reader, found in (
            ("csv", read_csv(export.data[table])), ("pandas", read_pandas(export.data[table])), ("R", read_r(place, export.data[table])),
        ):
            cells += export.compare(table, found, reader)
    texts = [row["text"] for row in export.rows("texts")]
    for text in TYPED + FORGED:
        # What a terminal does not type is not in the first, so all of them are there.
        expect(text in texts, f"{text!r} is not among the texts")
    expect(all(text in [row["text"] for row in export.rows("markers")] for text in FORGED), "a note is missing")
    armed = [cell for table in TABLES for row in read_csv(export.data[table]) for column, cell in row.items()
             if export.kind(table, column) in ("text", "word") and cell[:1] in tuple("=+-@\t\r\n\uff1d")]
    expect_equal(armed, [], "cells that a spreadsheet takes for formulas")
    active = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".R"):
            found = active.search(path.read_bytes().decode("utf-8"))
            expect(found is None, f"{path.name} holds {found!r}")
    print(f"        {cells} cells read alike by csv, pandas and R, and as in the JSON Lines")
    for arguments, delimiter in ((["--excel", "--delimiter", "semicolon"], ";"), (["--delimiter", "tab"], "\t")):
        other = place.folder / f"other{ord(delimiter)}"
        study.call("export", str(study.folder), "--to", str(other), "--stage", "pilot", *arguments)
        for table in TABLES:
            path = other / "data" / export.data[table].name
            expect_equal(path.read_bytes().startswith(b"\xef\xbb\xbf"), "--excel" in arguments, "the byte order mark")
            for reader, found in (("csv", read_csv(path, delimiter)), ("pandas", read_pandas(path, delimiter)), ("R", read_r(place, path, delimiter))):
                export.compare(table, found, f"{reader} with {arguments}")
        expect_equal(run_python(other), (other / "descriptives.csv").read_text(encoding="utf-8"), "what read_export.py prints")
        expect_equal(r(other / "read_export.R"), (other / "descriptives.csv").read_text(encoding="utf-8"), "what read_export.R prints")
    scripts(place, export)
    psych_ds(export)
    bids(place, export)
    refused(study, place, folder)
    coarse(study, place)


def run_python(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "read_export.py")], capture_output=True, text=True, timeout=300, check=False
    )
    expect_equal(done.returncode, 0, f"the status of read_export.py ({done.stderr})")
    return done.stdout


def scripts(place: Place, export: Export) -> None:
    wanted = (export.folder / "descriptives.csv").read_text(encoding="utf-8")
    expect(any(int(row["analysed"]) > 0 for row in csv.DictReader(wanted.splitlines())), "nobody is analysed")
    expect_equal(run_python(export.folder), wanted, "what read_export.py prints")
    expect_equal(r(export.folder / "read_export.R"), wanted, "what read_export.R prints")
    # The texts as the R script has them; R has no place for NUL.
    script = place.folder / "texts.R"
    script.write_text(
        'source(commandArgs(trailingOnly = TRUE)[1], local = FALSE)\n'
        'cat("--\\n"); for (text in tables$texts$text) cat("x", as.character(charToRaw(text)), "\\n", sep = "")\n',
        encoding="utf-8",
    )
    shutil.copy(export.folder / "read_export.R", place.folder / "sourced.R")
    text = (place.folder / "sourced.R").read_text(encoding="utf-8")
    (place.folder / "sourced.R").write_text(re.sub(r"here <- .*", f'here <- "{export.folder}"', text, count=1), encoding="utf-8")
    lines = r(script, str(place.folder / "sourced.R")).split("--\n")[1].split("\n")[:-1]
    found = [bytes.fromhex(line[1:]).decode("utf-8") for line in lines]
    # In a cell without anything R sees a missing value or an empty text.
    wanted_texts = [row["text"].replace("\0", "\ufffd") or "NA" for row in export.rows("texts")]
    expect_equal([text or "NA" for text in found], wanted_texts, "the texts in R")


def psych_ds(export: Export) -> None:
    """The rules of Psych-DS 1.5 that can be looked at from outside."""
    described = json.loads((export.folder / "dataset_description.json").read_text(encoding="utf-8"))
    for key in ("@context", "@type", "name", "description", "variableMeasured"):
        expect(described.get(key), f"dataset_description.json lacks {key}")
    expect_equal(described["@type"], "Dataset", "the type of the dataset")
    names = [one["name"] for one in described["variableMeasured"]]
    expect_equal(len(names), len(set(names)), "the number of variables, each by its name")
    columns = set()
    for path in (export.folder / "data").rglob("*"):
        expect(re.fullmatch(r"([a-z]+-[a-zA-Z0-9]+_)+data\.csv", path.name), f"{path.name} is no name of a data file")
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
        expect(len(set(rows[0])) == len(rows[0]) and all(rows[0]), f"the columns of {path.name}")
        expect({len(row) for row in rows} == {len(rows[0])}, f"the lengths of the rows of {path.name}")
        columns.update(rows[0])
    expect_equal(columns - set(names), set(), "the columns that variableMeasured lacks")
    expect_equal(set(names) - columns, set(), "the variables that no file has")


def bids(place: Place, export: Export) -> None:
    """The rules of BIDS for behavioural events, and the same events as in the tables."""
    root = export.folder / "bids-pilot"
    described = json.loads((root / "dataset_description.json").read_text(encoding="utf-8"))
    expect(described["Name"] and described["BIDSVersion"], "dataset_description.json")
    people = read_tsv(root / "participants.tsv")
    sidecar = json.loads((root / "participants.json").read_text(encoding="utf-8"))
    expect_equal(list(people[0]), list(sidecar), "the columns of participants.json")
    side = json.loads((root / "task-consent_events.json").read_text(encoding="utf-8"))
    total = 0
    for person in people:
        name = person["participant_id"]
        expect(re.fullmatch("sub-[0-9a-f]{16}", name), f"{name} is no name of a participant")
        path = root / name / "beh" / f"{name}_task-consent_events.tsv"
        events = read_tsv(path)
        total += len(events)
        expect_equal(list(events[0])[:2], ["onset", "duration"], "the first columns")
        expect_equal(list(events[0]), list(side), "the columns of the side file")
        onsets = [float(event["onset"]) for event in events]
        expect(onsets == sorted(onsets), f"the onsets of {name}")
        mine = [row for row in export.rows("events") if "sub-" + row["participant"] == name]
        expect_equal([event["frame"] for event in events], [row["frame"] for row in mine], f"the frames of {name}")
        expect_equal([round(float(e["onset"]) * 1e6) for e in events], [round(float(e["t_ms"]) * 1e3) for e in mine], "the onsets")
        expect_equal([e["onset"] for e in read_r(place, path, "\t", "")], [e["onset"] for e in events], f"the onsets of {name} in R")
    expect_equal(total, len(export.rows("events")), "the number of events")


def read_tsv(path: Path) -> "list[dict[str, str]]":
    head, *lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    names = head.split("\t")
    rows = [line.split("\t") for line in lines]
    expect(all(len(row) == len(names) and all(row) for row in rows), f"{path.name} has a row of another length or an empty cell")
    return [dict(zip(names, row)) for row in rows]


def refused(study: Study, place: Place, folder: Path) -> None:
    """Nothing is overwritten; broken journals are named; who goes is gone from what is exported next."""
    study.call("export", str(study.folder), "--to", str(folder), status=1)
    expect_equal([path for path in place.folder.iterdir() if "draft" in path.name], [], "drafts that are left")
    live = place.folder / "live"
    study.call("export", str(study.folder), "--to", str(live))
    expect_equal([len(read_csv(path)) for path in (live / "data").iterdir()], [0] * len(TABLES), "rows of live sessions")
    gone = study.session("p5")
    study.call("withdraw", str(study.folder), "--session", str(gone["session"]), "--reason", "asked for it")
    # Who came first is left to chance.
    torn = 2 if gone["session"] != 2 else 3
    whole = study.journal(torn).read_bytes()
    study.journal(torn).write_bytes(whole.replace(b'"t_us":', b'"t_us":1', 1))
    after = place.folder / "after"
    study.call("export", str(study.folder), "--to", str(after), "--stage", "pilot", "--jsonl", status=4)
    study.journal(torn).write_bytes(whole)
    export = Export(after)
    people = {row["session"]: row for row in export.rows("participants")}
    expect_equal(people[str(torn)]["journal"], "broken", "what is said of the broken journal")
    expect_equal(people[str(gone["session"])]["status"], "withdrawn", "what is left of who withdrew")
    expect_equal(people[str(gone["session"])]["participant"], None, "the name of who withdrew")
    for table in TABLES[1:]:
        sessions = {row["session"] for row in export.rows(table)}
        expect_equal(sessions & {str(torn), str(gone["session"])}, set(), f"sessions in {table} that have to be left out")
    for path in after.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for secret in (gone["export_id"], gone["completion_code"], "p5", "asked for it"):
            expect(str(secret).encode() not in content, f"{secret} is in {path.name}")


def coarse(study: Study, place: Place) -> None:
    folder = place.folder / "coarse"
    study.call("export", str(study.folder), "--to", str(folder), "--stage", "pilot", "--jsonl", "--coarse-ms", "250")
    export = Export(folder)
    for table in TABLES:
        for row in export.rows(table):
            for column, value in row.items():
                if column.endswith("_ms") and value is not None and column != "input_guard_ms":
                    expect(float(value) % 250 == 0, f"{table}, {column} is {value}")
                if export.kind(table, column) == "time" and value is not None:
                    expect(re.fullmatch(r"\d{4}-\d\d-\d\d", value), f"{table}, {column} is {value}")
    expect_equal(run_python(folder), (folder / "descriptives.csv").read_text(encoding="utf-8"), "the script with coarse times")


def copied(study: Study, count: int) -> None:
    """Makes the study's sessions many by writing their journals again under other numbers, each chained as it has to be."""
    folder = study.folder
    originals = [study.journal(number).read_bytes().splitlines() for number in range(1, 7)]
    bodies = [[line[: line.rindex(b',"chain"')] for line in lines] for lines in originals]
    ledger = sqlite3.connect(folder / "ledger.sqlite")
    names = [row[1] for row in ledger.execute("PRAGMA table_info(session)")]
    rows = [dict(zip(names, row)) for row in ledger.execute("SELECT * FROM session ORDER BY number")]
    marks = {number: ledger.execute("SELECT name, at FROM milestone WHERE session = ?", (number,)).fetchall() for number in range(1, 7)}
    (link,) = ledger.execute("SELECT link FROM chain ORDER BY position DESC LIMIT 1").fetchone()
    for number in range(7, count + 1):
        source = (number - 1) % 6
        body = bodies[source]
        first = body[0].replace(b'"session":%d' % (source + 1), b'"session":%d' % number)
        chain, lines = b"", []
        for line in [first, *body[1:]]:
            chain = hashlib.sha256(chain + line).digest()
            lines.append(line + b',"chain":"' + chain.hex().encode() + b'"}\n')
        study.journal(number).write_bytes(b"".join(lines))
        row = {**rows[source], "number": number, "participant": f"c{number}", "export_id": f"{number:016x}", "head": chain.hex()}
        row.update(withdrawal_code=f"w{number}", completion_code=f"c{number}")
        ledger.execute(f"INSERT INTO session ({','.join(names)}) VALUES ({','.join('?' * len(names))})", [row[name] for name in names])
        ledger.executemany("INSERT INTO milestone VALUES (?, ?, ?)", [(number, *mark) for mark in marks[source + 1]])
        link = hashlib.sha256(f"{link} {number} 0 {chain.hex()}\n".encode()).hexdigest()
        ledger.execute("INSERT INTO chain (session, slot, head, link) VALUES (?, 0, ?, ?)", (number, chain.hex(), link))
    ledger.commit()
    ledger.close()


# A process that was small when it started the program: the largest memory of a program counts what its parent had, too.
LAUNCH = """import os, sys
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(pid, 0)
os.write(int(sys.argv[1]), str(used.ru_maxrss).encode())
sys.exit(os.waitstatus_to_exitcode(status))"""


def measured(*command: str) -> "tuple[float, float, str]":
    """Seconds, and the largest memory in MiB, of a command."""
    reading, writing = os.pipe()
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", LAUNCH, str(writing), *command], stdout=subprocess.PIPE, pass_fds=[writing])
    os.close(writing)
    assert process.stdout
    kept = b""
    while True:
        some = process.stdout.read(1 << 16)
        if not some:
            break
        kept = (kept + some)[-4096:]
    expect_equal(process.wait(), 0, f"the status of {command}")
    seconds = time.monotonic() - started
    with os.fdopen(reading, "rb") as pipe:
        kibibytes = int(pipe.read())
    return seconds, kibibytes / 1024, kept.decode()


def throughput(place: Place) -> None:
    study = Study(place, 30, [], live=False)
    at_once([Person(study, f"p{number}").play for number in range(6)])
    memory = {}
    sizes: "dict[int, int]" = {}
    for count in (SESSIONS // 10, SESSIONS):
        if count < 12:
            continue
        folder = place.folder / f"study{count}"
        shutil.copytree(study.folder, folder)
        many = Study.__new__(Study)
        many.program, many.folder = study.program, folder
        copied(many, count)
        bytes_in = sum(path.stat().st_size for path in (folder / "journals").glob("*.jsonl"))
        page = folder / "reports" / "pilot.html"
        for command in (
            ["export", str(folder), "--to", str(place.folder / f"data{count}"), "--stage", "pilot"], ["verify", str(folder)],
            ["report", str(folder), "--stage", "pilot", "--page", str(page)],
        ):
            seconds, mebibytes, said = measured(study.program, *command)
            memory[command[0], count] = mebibytes
            print(f"        {command[0]} of {count} sessions ({bytes_in / 1e6:.0f} MB): {seconds:.1f} s, {count / seconds:.0f} a second, {mebibytes:.0f} MiB")
            if command[0] == "export":
                expect(f"participants: {count} rows" in said, f"export says {said}")
        sizes[count] = page.stat().st_size
        print(f"        the page of {count} sessions: {sizes[count] // 1024} KiB")
        shutil.rmtree(folder)
        shutil.rmtree(place.folder / f"data{count}")
    # The page has counts and some recordings, not sessions.
    if len(sizes) == 2:
        expect(max(sizes.values()) < 1.2 * min(sizes.values()), f"the page grows with the sessions: {sizes}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    run_checks({"readers agree": readers_agree, "throughput": throughput})
