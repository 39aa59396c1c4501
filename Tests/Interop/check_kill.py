#!/usr/bin/env python3
"""A full-screen session of a study that is killed after one key and gone on with, compared with one that was not.

A seeded tenth of the keys is tried; CLICKWRAP_ALL=1 tries every key, CLICKWRAP_SEED chooses others.
"""
import json
import os
import random
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

from check_study import at_once
from checking import Place, expect, expect_equal, run_checks, wait_until
from terminal import Terminal

SEED = int(os.environ.get("CLICKWRAP_SEED", "20261126"))
ALL = os.environ.get("CLICKWRAP_ALL", "") not in ("", "0")
# How many sessions run at the same time.
ABREAST = 8
KEYS = {"tab": "\t", "back": "\x1b[Z", "enter": "\r", "space": " "}

# The session, by its keys. What is in quotation marks is waited for: it comes by itself.
SCRIPT = """
    tab enter
    tab enter tab enter
    tab tab enter back space space tab enter
    enter 4 enter
    tab 1 enter 2 enter 3 enter 4 enter
    tab enter
    2 enter 3 enter
    "take effect on"
    tab tab space back back enter
    1 enter 2 enter enter
    1 enter
    2 enter 5 enter 1 enter 2 enter 4 enter
    1 enter 2 enter 3 enter 4 enter
    tab enter
    tab enter enter
    tab enter
    tab enter
"""
STEPS = re.findall(r'"[^"]+"|\S+', SCRIPT)
COUNT = sum(not step.startswith('"') for step in STEPS)


class Study:
    """A study with one arm and without the input guard, so that all sessions can be compared and none has to wait."""

    def __init__(self, place: Place) -> None:
        self.program = place.program
        self.folder = place.folder / "study"
        self.call("init", str(self.folder))
        plan = self.folder / "study.yaml"
        text = plan.read_text(encoding="utf-8")
        text = re.sub(
            r"timeline:\n.*\n.*\n",
            "timeline: [consent, practice, task, belief, control, reveal, debriefing, data-choice, codes]\n",
            text,
        )
        for old, new in [
            ("  default-off: {default: off}\n", ""),
            ("  forced-choice: {default: unset}\n", ""),
            ("contrasts: [[default-off, default-on], [forced-choice, default-on]]", "contrasts: []"),
            ("input_guard_ms: 500", "input_guard_ms: 0"),
        ]:
            expect(old in text, f"study.yaml has no {old}")
            text = text.replace(old, new)
        plan.write_text(text, encoding="utf-8")

    def call(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=120, check=False)
        expect_equal(done.returncode, status, f"the status of `{' '.join(arguments)}` ({done.stderr.strip()})")
        return done.stdout

    def session(self, participant: str) -> "dict[str, Any]":
        lines = self.call("sessions", "list", str(self.folder), "--json", "--unmask").splitlines()
        return next(found for found in map(json.loads, lines) if found["participant"] == participant)

    def journal(self, participant: str) -> Path:
        return self.folder / "journals" / f"s{self.session(participant)['session']:06d}.jsonl"


class Sitting:
    """One person at one terminal, who goes through the script."""

    def __init__(self, study: Study, participant: str) -> None:
        self.study = study
        self.participant = participant

    def command(self) -> "list[str]":
        return [self.study.program, "run", str(self.study.folder), "--participant", self.participant]

    def play(self, first: int, last: int, is_killed: bool) -> None:
        """Presses the keys `first` ..< `last`, each when the one before it is in the journal."""
        with Terminal(self.command()) as terminal:
            terminal.wait(lambda: terminal.screen.text.strip(), "the first frame")
            journal = self.study.journal(self.participant)
            if first > 0:
                wait_until(lambda: '"e":"resumed"' in journal.read_text(encoding="utf-8"), "going on")
            pressed = 0
            for step in STEPS:
                if step.startswith('"'):
                    # Whoever stands before it when they go on waits for it as well.
                    if first <= pressed < last:
                        terminal.wait(step.strip('"'))
                    continue
                if first <= pressed < last:
                    terminal.type(KEYS.get(step, step))
                    self.wait_for(terminal, journal, pressed + 1)
                pressed += 1
                if pressed == last and is_killed:
                    os.kill(terminal.process, signal.SIGKILL)
                    terminal.end()
                    return
            expect_equal(terminal.end(), 0, f"the status of the session of {self.participant}")

    def wait_for(self, terminal: Terminal, journal: Path, count: int) -> None:
        """Reads the screen until so many keys are in the journal."""
        terminal.wait(
            lambda: journal.read_text(encoding="utf-8").count('"e":"key"') >= count,
            f"key {count} of {self.participant} in the journal",
        )


def plain(value: Any) -> Any:
    """An agreement without what depends on when it was, and on which session."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items() if not varies(key)}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value


def varies(key: str) -> bool:
    # A key may be there before its frame was shown, with a kill or without one, and fast keys are an accident or not.
    return key.endswith(("_us", "_ms")) or key in ("event", "anticipatory", "possibly_accidental")


def outcome(study: Study, participant: str) -> "dict[str, Any]":
    """Everything that has to be the same, whether somebody was interrupted or not."""
    found = study.session(participant)
    journal = study.journal(participant)
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    agreement = plain(json.loads(study.call("replay", "--headless", "--json", str(journal))))
    # What was seen elsewhere depends on what was drawn.
    agreement["exposures"] = [found for found in agreement["exposures"] if found["screen"] == "popup"]
    expect(len(agreement["exposures"]) > 5, "of the pop-up hardly anything was on the screen")
    return {
        "agreement": agreement,
        "keys": [line["v"] for line in lines if line.get("e") == "key"],
        "end": [lines[-1].get("end"), lines[-1].get("outcome")],
        "status": found["status"],
    }


def killed_after_every_key(place: Place) -> None:
    study = Study(place)
    Sitting(study, "straight").play(0, COUNT, is_killed=False)
    wanted = outcome(study, "straight")
    expect_equal(wanted["status"], "completed", "the session that nothing interrupts")
    places = list(range(1, COUNT))
    if not ALL:
        places = sorted(random.Random(SEED).sample(places, len(places) // 10))

    def interrupted(after: int) -> None:
        sitting = Sitting(study, f"k{after:03d}")
        sitting.play(0, after, is_killed=True)
        sitting.play(after, COUNT, is_killed=False)
        found = outcome(study, sitting.participant)
        for part, value in wanted.items():
            expect_equal(found[part], value, f"{part} after a kill at key {after} (seed {SEED})")
        events = study.journal(sitting.participant).read_text(encoding="utf-8")
        expect_equal(events.count('"e":"resumed"'), 1, f"how often the session was gone on with after key {after}")

    for start in range(0, len(places), ABREAST):
        at_once([lambda after=after: interrupted(after) for after in places[start : start + ABREAST]])
    expect_equal(json.loads(study.call("status", str(study.folder), "--json"))["problems"], [], "what does not agree")
    study.call("verify", str(study.folder))
    print(f"        {COUNT} keys; {len(places)} sessions, each killed after another one (seed {SEED})")


if __name__ == "__main__":
    run_checks({"killed after every key": killed_after_every_key})
