#!/usr/bin/env python3
"""What is changed after it was anchored is found, by clickwrap and by verify.py alike.

CLICKWRAP_MUTATIONS says how many mutations (10000), CLICKWRAP_SEED with which seed. One process a verifier looks at all.
"""
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

from check_study import Person, Study, at_once
from checking import Place, expect, expect_equal, run_checks

HERE = Path(__file__).resolve().parent
MUTATIONS = int(os.environ.get("CLICKWRAP_MUTATIONS", "10000"))
SEED = int(os.environ.get("CLICKWRAP_SEED", "20261126"))
CHUNK = 200
Verdict = "tuple[Any, ...]"


def python(*arguments: str) -> "list[str]":
    return [sys.executable, "-B", str(HERE / "verify.py"), *arguments]


def run(command: "list[str]", status: int) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    expect_equal(done.returncode, status, f"the status of {command} ({done.stdout}{done.stderr})")
    return done.stdout


def both(place: Place, status: int, *arguments: str) -> None:
    """Both verifiers end with this status."""
    run([place.program, "verify", *arguments], status)
    run(python(*arguments), status)


class Verifier:
    """A verifier that is told paths one after the other and answers each with a line."""

    def __init__(self, command: "list[str]") -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.seconds = 0.0

    def verdicts(self, paths: "list[Path]") -> "list[Verdict]":
        started = time.monotonic()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("".join(f"{path}\n" for path in paths).encode())
        self.process.stdin.flush()
        found = [self.verdict(self.process.stdout.readline()) for _ in paths]
        self.seconds += time.monotonic() - started
        return found

    @staticmethod
    def verdict(line: bytes) -> Verdict:
        found = json.loads(line)
        if found["verdict"] == "broken":
            return "broken", found["line"]
        return found["verdict"], found["events"], found["head"], found.get("torn_bytes", 0)

    def close(self) -> None:
        self.process.communicate()


# Mutations, each with the same signature; all of them differ from what they are given.


def changed(original: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(original))
    other = chance.choice([byte for byte in (original[place] ^ 1, original[place] ^ 32, chance.randrange(256)) if byte != original[place]])
    return original[:place] + bytes([other]) + original[place + 1 :]


def deleted(original: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(original))
    return original[:place] + original[place + 1 :]


def inserted(original: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(original) + 1)
    byte = chance.choice([chance.randrange(256), chance.choice(original), 10])
    return original[:place] + bytes([byte]) + original[place:]


def cut(original: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return original[: chance.randrange(len(original))]
    lines = original.splitlines(keepends=True)
    return b"".join(lines[: chance.randrange(len(lines))])


def swapped(original: bytes, chance: random.Random) -> bytes:
    lines = original.splitlines(keepends=True)
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def line_lost(original: bytes, chance: random.Random) -> bytes:
    lines = original.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def line_doubled(original: bytes, chance: random.Random) -> bytes:
    lines = original.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    lines.insert(chance.randrange(len(lines) + 1), lines[place])
    return b"".join(lines)


KINDS: "list[Callable[[bytes, random.Random], bytes]]" = [
    changed, deleted, inserted, cut, swapped, line_lost, line_doubled,
]


def originals(place: Place) -> "list[Path]":
    """Journals of this and of earlier versions, with their flows beside them; one is unfinished."""
    folder = place.folder / "originals"
    folder.mkdir()
    (folder / "flows").mkdir()
    found = []
    for path in sorted((HERE.parent / "Fixtures").glob("*/*.jsonl")):
        found.append(Path(shutil.copy(path, folder / f"{path.parent.name}-{path.name}")))
        for flow in (path.parent / "flows").iterdir():
            shutil.copy(flow, folder / "flows")
    for name, answers in (("off", "3\n1\n"), ("on", "1\n"), ("left", "3\n")):
        path = folder / f"now-{name}.jsonl"
        command = [place.program, "run", "consumer-terms", "--entry", "popup", "--linear", "--journal", str(path)]
        subprocess.run(command, input=answers, text=True, capture_output=True, timeout=60, check=False)
        found.append(path)
    return found


def mutations(place: Place) -> None:
    paths = originals(place)
    deposit = place.folder / "deposit.jsonl"
    deposit.write_text("".join(run([place.program, "anchor", str(path)], 0) for path in paths), encoding="utf-8")
    arguments = ["--json", "--anchor", str(deposit), "--paths-from", "-"]
    verifiers = [Verifier([place.program, "verify", *arguments]), Verifier(python(*arguments))]
    kept = [path.read_bytes() for path in paths]
    expected = [verifier.verdicts(paths) for verifier in verifiers]
    expect_equal(expected[1], expected[0], "what verify.py says of the originals")
    expect("broken" not in {verdict[0] for verdict in expected[0]}, "an original is broken")
    chance = random.Random(SEED)
    counts = {kind.__name__: 0 for kind in KINDS}
    torn = 0
    for first in range(0, MUTATIONS, CHUNK):
        made = []
        for number in range(first, min(first + CHUNK, MUTATIONS)):
            which, kind = chance.randrange(len(kept)), KINDS[number % len(KINDS)]
            counts[kind.__name__] += 1
            content = kind(kept[which], chance)
            path = paths[0].parent / f"m{number - first}.jsonl"
            path.write_bytes(content)
            made.append((path, which, kind.__name__, number))
        found = [verifier.verdicts([path for path, _, _, _ in made]) for verifier in verifiers]
        for (path, which, name, number), ours, other in zip(made, *found):
            what = f"mutation {number} of seed {SEED}, {name} in {paths[which].name}"
            if path.read_bytes() == kept[which]:
                # A doubled line may take the place of its like only where nothing changes; no kind makes that.
                expect(False, f"{what} changed nothing")
            expect_equal(other, ours, f"what verify.py says of {what}")
            expect(ours != expected[0][which], f"{what} is not found")
            # What is added without a newline after an unfinished journal is a torn line, and said to be one.
            if ours[0] != "broken":
                expect(ours[0] == "unfinished" and ours[3] > 0 and expected[0][which][0] == "unfinished", f"{what} is {ours}")
                torn += 1
    for verifier in verifiers:
        verifier.close()
    seconds = ", ".join(f"{verifier.seconds:.1f} s" for verifier in verifiers)
    print(f"        seed {SEED}: {MUTATIONS} of {len(kept)} journals, {counts}; {torn} are torn lines; clickwrap, verify.py: {seconds}")


def studies(place: Place) -> None:
    study = Study(place, 30, ["a"], live=False)
    plan = study.folder / "study.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("texts: none", "texts: all"), encoding="utf-8")
    people = [Person(study, name, "a") for name in ("one", "two", "three")]
    at_once([person.play for person in people])
    for number in (2, 3):
        expect(beside(study.folder, "texts", number).exists(), f"session {number} has no texts")
        note(study.folder, number, event=4)
    folder, key, pub, deposit = (str(place.folder / name) for name in ("study", "key", "key.pub", "deposit"))
    Path(pub).write_text(run([place.program, "anchor", "--new-key", key], 0), encoding="utf-8")
    expect_equal(os.stat(key).st_mode & 0o777, 0o600, "the mode of the private key")
    run([place.program, "anchor", "--new-key", key], 1)
    Path(deposit).write_text(run([place.program, "anchor", folder, "--sign", key], 0), encoding="utf-8")
    anchored = [folder, "--anchor", deposit, "--public-key", pub]
    both(place, 0, *anchored)
    line = Path(deposit).read_text(encoding="utf-8")
    head = json.loads(line)["head"]
    both(place, 0, folder, "--anchor", head)
    # A later session changes nothing about what was anchored.
    Person(study, "four", "a").play()
    both(place, 0, *anchored)
    both(place, 0, folder, "--anchor", head)
    study.call("withdraw", folder, "--session", "1", "--reason", "asked for it")
    both(place, 0, *anchored)
    for other in (line.replace('"links":3', '"links":2'), line.replace(head[:8], "00000000", 1)):
        Path(place.folder / "forged").write_text(other, encoding="utf-8")
        both(place, 4, folder, "--anchor", str(place.folder / "forged"))
    wrong = run([place.program, "anchor", "--new-key", key + "2"], 0).strip()
    both(place, 4, folder, "--anchor", deposit, "--public-key", wrong)
    unsigned = place.folder / "unsigned"
    unsigned.write_text(run([place.program, "anchor", folder], 0), encoding="utf-8")
    both(place, 0, folder, "--anchor", str(unsigned))
    both(place, 4, folder, "--anchor", str(unsigned), "--public-key", pub)
    for damage in (text_changed, text_of_another, note_of_no_frame, note_of_no_event, journal_byte, journal_cut, journal_gone, journal_of_another, link_lost, link_changed, session_lost):
        copy = place.folder / "copy"
        shutil.copytree(study.folder, copy)
        damage(copy)
        found = subprocess.run(
            [place.program, "verify", str(copy), "--anchor", str(unsigned)], capture_output=True, text=True, timeout=60, check=False
        )
        expect_equal(found.returncode, 4, f"the status after {damage.__name__} ({found.stdout}{found.stderr})")
        run(python(str(copy), "--anchor", str(unsigned)), 4)
        if damage in (text_changed, text_of_another, note_of_no_frame, note_of_no_event):
            name = "notes/s000002.jsonl:1: broken" if damage in (note_of_no_frame, note_of_no_event) else "texts/s000002.jsonl:"
            expect(name in found.stdout + found.stderr, f"the line is not named after {damage.__name__}: {found.stderr}")
        if damage is journal_byte:
            expect("s000002.jsonl:3: broken" in found.stdout, f"the line is not named: {found.stdout}")
        shutil.rmtree(copy)


def beside(folder: Path, kind: str, number: int) -> Path:
    return folder / kind / f"s{number:06d}.jsonl"


def note(folder: Path, number: int, event: int, frame: str = "") -> None:
    """Writes a file of one note, chained as it has to be."""
    lines = journal(folder, number).read_text(encoding="utf-8").splitlines()
    frame = frame or json.loads(lines[event + 1])["frame"]
    entry = f'{{"n":0,"event":{event},"frame":"{frame}","marker":"assist","who":"m","at":"2026-11-01T12:00:00.000Z","text":"x"'
    path = beside(folder, "notes", number)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'{entry},"chain":"{hashlib.sha256(entry.encode()).hexdigest()}"}}\n', encoding="utf-8")


def text_changed(folder: Path) -> None:
    path = beside(folder, "texts", 2)
    path.write_bytes(path.read_bytes().replace(b'"text":"', b'"text":"x', 1))


def text_of_another(folder: Path) -> None:
    """A text that is whole, and says a frame that its journal does not have there."""
    path = beside(folder, "texts", 2)
    entry = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    del entry["chain"]
    entry["event"] = 0
    line = json.dumps(entry, separators=(",", ":"), ensure_ascii=False)[:-1]
    path.write_text(f'{line},"chain":"{hashlib.sha256(line.encode()).hexdigest()}"}}\n', encoding="utf-8")


def note_of_no_frame(folder: Path) -> None:
    note(folder, 2, event=4, frame="0" * 16)


def note_of_no_event(folder: Path) -> None:
    note(folder, 2, event=100000, frame="0" * 16)


def journal(folder: Path, number: int) -> Path:
    return folder / "journals" / f"s{number:06d}.jsonl"


def journal_byte(folder: Path) -> None:
    lines = journal(folder, 2).read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"t_us":', b'"t_us":1', 1)
    journal(folder, 2).write_bytes(b"".join(lines))


def journal_cut(folder: Path) -> None:
    journal(folder, 3).write_bytes(b"".join(journal(folder, 3).read_bytes().splitlines(keepends=True)[:-1]))


def journal_gone(folder: Path) -> None:
    journal(folder, 3).unlink()


def journal_of_another(folder: Path) -> None:
    shutil.copy(journal(folder, 2), journal(folder, 3))


def with_ledger(folder: Path, *statements: str) -> None:
    ledger = sqlite3.connect(folder / "ledger.sqlite")
    triggers = ledger.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        ledger.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        ledger.execute(statement)
    ledger.commit()
    ledger.close()


def link_lost(folder: Path) -> None:
    with_ledger(folder, "DELETE FROM chain WHERE position = (SELECT max(position) FROM chain)")


def link_changed(folder: Path) -> None:
    with_ledger(folder, f"UPDATE chain SET slot = slot + 1 WHERE position = 2")


def session_lost(folder: Path) -> None:
    """Every trace of the last session that ended is removed, so that only the anchor tells."""
    ledger = sqlite3.connect(folder / "ledger.sqlite")
    (last,) = ledger.execute("SELECT session FROM chain ORDER BY position DESC LIMIT 1").fetchone()
    ledger.close()
    tables = ("chain", "milestone", "act")
    with_ledger(
        folder,
        *(f"DELETE FROM {table} WHERE session = {last}" for table in tables),
        f"DELETE FROM session WHERE number = {last}",
    )
    journal(folder, last).unlink()


if __name__ == "__main__":
    run_checks({"studies and their anchors": studies, "mutations": mutations})
