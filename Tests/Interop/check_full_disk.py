#!/usr/bin/env python3
"""A disk that is full, or nearly: every command says so and ends with 1, the ledger stays whole, and nobody loses anything.

The study lies on a small tmpfs of its own, which needs the right to mount one; without it the check says that it is
skipped. CLICKWRAP_STEP is the distance of the sizes between 0 and 256 KiB (16).
"""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Optional

from check_study import Person, at_once
from checking import Place, expect, expect_equal, run_checks

STEP = int(os.environ.get("CLICKWRAP_STEP", "16"))
# KiB that are left.
SIZES = range(0, 257, STEP)
FULL = re.compile("full|[Nn]o space")
# Set in the process that has a mount namespace of its own.
INSIDE = "CLICKWRAP_MAY_MOUNT"


class Disk:
    """A small disk in memory, used in a `with` statement."""

    def __init__(self, place: Place, name: str) -> None:
        self.program = place.program
        self.root = place.folder / name
        self.pad = self.root / "pad"
        self.study = self.root / "study"

    def __enter__(self) -> "Disk":
        self.root.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(self.root)], check=True)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "-l", str(self.root)], check=True)

    def leave(self, kibibytes: int) -> None:
        """Fills the disk up to so much."""
        found = os.statvfs(self.root)
        with open(self.pad, "wb") as pad:
            pad.write(bytes(max(0, found.f_bavail * found.f_frsize - kibibytes * 1024)))

    def make_room(self) -> None:
        self.pad.unlink(missing_ok=True)

    def put(self, folder: Path) -> None:
        """The study as it was put aside."""
        shutil.rmtree(self.study, ignore_errors=True)
        shutil.copytree(folder, self.study)

    def call(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=120, check=False)

    def succeed(self, *arguments: str) -> str:
        done = self.call(*arguments)
        expect_equal(done.returncode, 0, f"the status of `{arguments[0]}` with room ({done.stderr.strip()})")
        return done.stdout

    def start(self, participant: str, stratum: Optional[str] = None, **streams: Any) -> "subprocess.Popen[bytes]":
        command = [self.program, "run", str(self.study), "--participant", participant, "--stage", "live"]
        expect(stratum is None, "the study has no strata")
        return subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0, **streams)

    def play(self, participant: str) -> "tuple[int, str]":
        """A session through lines: its exit status, and what it complained of."""
        person = Person(self, participant)  # type: ignore[arg-type]
        try:
            person.play()
        except BrokenPipeError:
            person.process.wait()
        return person.process.returncode, person.complaints()

    def sessions(self) -> "dict[str, dict[str, Any]]":
        lines = self.succeed("sessions", "list", str(self.study), "--json", "--unmask").splitlines()
        return {found["participant"]: found for found in map(json.loads, lines)}

    def is_whole(self, when: str, is_interrupted: bool = False) -> None:
        """Ledger, journals and allocation agree; where a session was interrupted, up to what its going on makes up for."""
        found = self.call("status", str(self.study), "--json")
        problems = json.loads(found.stdout or '{"problems": ["status says nothing"]}')["problems"]
        if is_interrupted:
            problems = [problem for problem in problems if "it is made up for when the session goes on" not in problem]
        expect_equal(problems, [], f"what does not agree {when}")
        expect(found.returncode in ((0, 8) if is_interrupted else (0,)), f"`status` ends with {found.returncode} {when}")
        found = self.call("verify", str(self.study))
        expect(found.returncode in (0, 3), f"`verify` ends with {found.returncode} {when} ({found.stderr.strip()})")


def fails_clearly(returncode: int, complaints: str, when: str) -> None:
    expect_equal(returncode, 1, f"the status {when} ({complaints})")
    expect(FULL.search(complaints), f"{when} it is not said that the disk is full: {complaints!r}")


def fill_in(study: Path) -> None:
    """What keeps a live session in lines from being run, and what makes the proofs of a seal long."""
    plan = study / "study.yaml"
    text = plan.read_text(encoding="utf-8")
    text = re.sub(r"timeline:\n.*\n.*\n", "timeline: [consent, task, reveal, debriefing, data-choice, codes]\n", text)
    for old, new in [
        ("mode: screen", "mode: linear"),
        ("colours: 16", "colours: 0"),
        ("target_per_arm: 66", "target_per_arm: 60"),
        ('controller: ""', 'controller: "A lab"'),
        ('contact: ""', 'contact: "lab@lab.invalid"'),
        ('approval: ""', 'approval: "2026-1"'),
    ]:
        expect(old in text, f"study.yaml has no {old}")
        text = text.replace(old, new)
    plan.write_text(text, encoding="utf-8")
    for pack in (study / "screens").rglob("text/en.yaml"):
        words = pack.read_text(encoding="utf-8")
        pack.write_text(words.replace("reviewed: no\n", "reviewed: {by: a lab, date: 2026-01-01}\n", 1), encoding="utf-8")


def make(disk: Disk, size: int) -> None:
    """`init` with too little room leaves no study, and nothing pretends that it were one."""
    disk.leave(size)
    done = disk.call("init", str(disk.study))
    fails_clearly(done.returncode, done.stderr, f"when `init` has {size} KiB")
    disk.make_room()
    expect_equal(disk.call("status", str(disk.study)).returncode, 2, f"`status` after `init` with {size} KiB")
    shutil.rmtree(disk.study, ignore_errors=True)


def seal(disk: Disk, size: int, unsealed: Path) -> bool:
    """Whether there was room enough to seal; if not, nothing is sealed, and it can be done again."""
    disk.put(unsealed)
    disk.leave(size)
    done = disk.call("seal", str(disk.study))
    if done.returncode != 0:
        fails_clearly(done.returncode, done.stderr, f"when `seal` has {size} KiB")
    disk.make_room()
    disk.is_whole(f"after `seal` with {size} KiB")
    is_sealed = json.loads(disk.succeed("status", str(disk.study), "--json"))["sealed"] is not None
    expect_equal(is_sealed, done.returncode == 0, f"whether the study is sealed after {size} KiB")
    if not is_sealed:
        disk.succeed("seal", str(disk.study))
    return is_sealed


def take_part(disk: Disk, size: int, with_one: Path) -> str:
    """How far a session came; it goes on later, and nobody else has lost anything."""
    disk.put(with_one)
    before = disk.sessions()["first"]
    journal = disk.study / "journals" / f"s{before['session']:06d}.jsonl"
    content = journal.read_bytes()
    disk.leave(size)
    status, complaints = disk.play("second")
    if status != 0:
        fails_clearly(status, complaints, f"when a session has {size} KiB")
    # While it is full, what is there can be read, unless the ledger's index has no room.
    full = disk.call("verify", str(disk.study))
    expect(full.returncode in (0, 3) or FULL.search(full.stderr), f"`verify` on a full disk: {full.stderr.strip()}")
    disk.make_room()
    disk.is_whole(f"after a session with {size} KiB", is_interrupted=status != 0)
    begun = disk.sessions().get("second")
    events = 0
    if begun:
        own = disk.study / "journals" / f"s{begun['session']:06d}.jsonl"
        events = own.read_bytes().count(b'"e":"choose"') if own.exists() else 0
        if "its journal completed" in disk.call("status", str(disk.study)).stderr:
            # The journal has the end, and there was no room for it in the ledger.
            done = disk.call("sessions", "drop", str(disk.study), str(begun["session"]), "--reason", "went home")
            expect_equal(done.returncode, 7, f"the status of giving up what was finished ({done.stderr.strip()})")
            disk.is_whole(f"after giving up what was finished with {size} KiB")
    # Whoever was thrown out comes again and goes on; whoever had come to the end is told that they have.
    again, complaints = disk.play("second")
    expect(again in (0, 7), f"who comes again after {size} KiB gets {again} ({complaints})")
    expect_equal(disk.play("third")[0], 0, f"the status of another participant after {size} KiB")
    disk.is_whole(f"after all sessions with {size} KiB")
    after = disk.sessions()
    expect_equal(after["first"], before, "the session of the first participant")
    expect_equal(journal.read_bytes(), content, "the journal of the first participant")
    for participant in ("second", "third"):
        expect_equal(after[participant]["status"], "completed", f"the session of {participant} after {size} KiB")
    return "to its end" if status == 0 else f"{events} answers" if begun else "not begun"


def full_disk(place: Place) -> None:
    unsealed, with_one = place.folder / "unsealed", place.folder / "with-one"
    with Disk(place, "first") as disk:
        disk.succeed("init", str(disk.study))
        fill_in(disk.study)
        shutil.copytree(disk.study, unsealed)
        disk.succeed("seal", str(disk.study))
        expect_equal(disk.play("first")[0], 0, "the status of the first session")
        shutil.copytree(disk.study, with_one)
    came: "dict[int, tuple[str, str]]" = {}

    def at(size: int) -> None:
        with Disk(place, f"disk-{size}") as disk:
            make(disk, size)
            is_sealed = seal(disk, size, unsealed)
            came[size] = ("sealed" if is_sealed else "not sealed", take_part(disk, size, with_one))

    at_once([lambda size=size: at(size) for size in SIZES])
    for size, (of_seal, of_session) in sorted(came.items()):
        print(f"        {size:3} KiB: {of_seal}; a session: {of_session}")


def may_mount() -> bool:
    """Whether this process may mount; if it may in a namespace of its own, it is begun again there."""
    probe = ["mount", "-t", "tmpfs", "tmpfs"]
    own = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    if os.environ.get(INSIDE):
        return True
    try:
        tried = subprocess.run([*own, *probe, "/mnt"], capture_output=True, check=False).returncode
    except OSError:
        return False
    if tried != 0:
        return False
    os.execvpe(own[0], [*own, sys.executable, "-B", *sys.argv], {**os.environ, INSIDE: "1"})


if __name__ == "__main__":
    if not may_mount():
        print("  skipped: no disk can be mounted here, which needs root or namespaces of users")
        sys.exit(0)
    run_checks({"a full disk": full_disk})
