#!/usr/bin/env python3
"""Studies as a lab runs them: many processes at once on one folder, people who are lost, killed, go on, or withdraw.

CLICKWRAP_PROCESSES says how many start at once (24), a multiple of six.
"""
import collections
import json
import os
import random
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Any, Optional

from checking import PATIENCE, Place, expect, expect_equal, run_checks, wait_until
from terminal import Terminal

PROCESSES = int(os.environ.get("CLICKWRAP_PROCESSES", "24"))
SEED = int(os.environ.get("CLICKWRAP_SEED", "20261126"))
ENTRY = re.compile(r"^(\d+)\. (.*)$")
# What somebody chooses who takes part to the end; on everything else they take the first entry that they did not take yet.
WISHES = ["I take part", "Keep my data", "Square", "Triangle", "Send"]
# Whoever is asked for words of their own says them once in the chat, and answers every question for a text.
OWN_WORDS = "Or in your own words, then Enter:"
EMPTY_FIELD = re.compile(r"\[0 characters\]$")


class Study:
    """A study in lines, whose sessions can be played through pipes."""

    def __init__(self, place: Place, per_arm: int, strata: "list[str]", live: bool = True) -> None:
        self.program = place.program
        self.folder = place.folder / "study"
        self.call("init", str(self.folder))
        plan = self.folder / "study.yaml"
        text = plan.read_text(encoding="utf-8")
        for old, new in [
            ("mode: screen", "mode: linear"),
            ("colours: 16", "colours: 0"),
            # What is practised is drawn, and the same answers would not be right for everybody.
            ("consent, practice, task", "consent, task"),
            ("target_per_arm: 66", f"target_per_arm: {per_arm}"),
            ("strata: []", f"strata: [{', '.join(strata)}]"),
            ('controller: ""', 'controller: "A lab"'),
            ('contact: ""', 'contact: "lab@lab.invalid"'),
            ('approval: ""', 'approval: "2026-1"'),
        ]:
            expect(old in text, f"study.yaml has no {old}")
            text = text.replace(old, new)
        plan.write_text(text, encoding="utf-8")
        # What the lab does that runs people: it reads the texts and says so. The program ships them unreviewed.
        for pack in (self.folder / "screens").rglob("text/en.yaml"):
            words = pack.read_text(encoding="utf-8")
            pack.write_text(
                words.replace("reviewed: no\n", "reviewed: {by: a lab, date: 2026-01-01}\n", 1), encoding="utf-8"
            )
        self.strata = strata
        self.stage = ["--stage", "live"] if live else []
        if live:
            self.call("seal", str(self.folder))

    def call(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=120, check=False)
        expect_equal(done.returncode, status, f"the status of `{' '.join(arguments)}` ({done.stderr.strip()})")
        return done.stdout

    def sessions(self) -> "list[dict[str, Any]]":
        lines = self.call("sessions", "list", str(self.folder), "--json", "--unmask").splitlines()
        return [json.loads(line) for line in lines]

    def session(self, participant: str) -> "dict[str, Any]":
        return [found for found in self.sessions() if found["participant"] == participant][-1]

    def start(self, participant: str, stratum: Optional[str] = None, **streams: Any) -> "subprocess.Popen[bytes]":
        place = ["--stratum", stratum] if stratum else []
        command = [self.program, "run", str(self.folder), "--participant", participant, *self.stage, *place]
        return subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0, **streams)

    def journal(self, session: int) -> Path:
        return self.folder / "journals" / f"s{session:06d}.jsonl"

    def reconciles(self) -> None:
        found = json.loads(self.call("status", str(self.folder), "--json"))
        expect_equal(found["problems"], [], "what does not agree")

    def completed(self) -> "collections.Counter[tuple[str, str]]":
        return collections.Counter((s["stratum"], s["arm"]) for s in self.sessions() if s["status"] == "completed")


class Person:
    """Somebody who reads what is written and answers by number."""

    def __init__(self, study: Study, participant: str, stratum: Optional[str] = None) -> None:
        self.participant = participant
        self.process = study.start(participant, stratum, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.seen: "dict[tuple[str, ...], int]" = {}
        self.answers: "list[str]" = []
        # What is answered before anything is chosen.
        self.script: "list[str]" = []
        self.entries: "list[tuple[str, str]]" = []
        # Whether what is asked for is a text and not a number.
        self.is_asked_for_words = False
        # Which of the answers were texts.
        self.typed: "dict[int, str]" = {}
        # A text that is typed again where it was lost.
        self.lost_words: Optional[str] = None

    def menu(self) -> "Optional[list[tuple[str, str]]]":
        """The entries of the next question; None at the end of the session."""
        entries: "list[tuple[str, str]]" = []
        output = self._stream(self.process.stdout)
        while True:
            raw = output.readline()
            if not raw:
                return None
            line = raw.decode("utf-8").rstrip("\n")
            found = ENTRY.match(line)
            if found:
                entries.append((found.group(1), found.group(2)))
            elif line.startswith(("Type a number", "Type your text")):
                self.is_asked_for_words = line.startswith("Type your text")
                # An answer that changed little is followed only by what is new; the numbers stand.
                is_whole = any(number == "0" for number, _ in entries)
                self.entries = entries if is_whole else list(({**dict(self.entries), **dict(entries)}).items())
                return self.entries
            elif line:
                entries = entries if entries and entries[-1][0] != "0" else []

    def choice(self, entries: "list[tuple[str, str]]") -> str:
        for number, label in entries:
            wish = OWN_WORDS if label.startswith(OWN_WORDS) else label
            if wish in [*WISHES, OWN_WORDS] and (wish,) not in self.seen:
                self.seen[(wish,)] = 1
                return number
        # Fields are filled when they are asked for.
        open_entries = [entry for entry in entries if entry[0] != "0" and "characters]" not in entry[1]]
        key = tuple(label.split(" [")[0] for _, label in open_entries)
        turn = self.seen.get(key, 0)
        self.seen[key] = turn + 1
        return open_entries[turn % len(open_entries)][0]

    def answer(self, number: str) -> None:
        self.answers.append(number)
        self._stream(self.process.stdin).write(number.encode("utf-8") + b"\n")

    def play(self, limit: int = 200) -> int:
        """Answers until the end, or so many times; returns how often."""
        while True:
            entries = self.menu()
            if entries is None:
                self.process.wait(PATIENCE)
                return len(self.answers)
            # Where there is nothing but stopping, something comes up by itself.
            if any(number != "0" for number, _ in entries):
                self.answer(self.next(entries))
                if len(self.answers) == limit:
                    return limit

    def next(self, entries: "list[tuple[str, str]]") -> str:
        if self.lost_words is not None and not self.is_asked_for_words:
            return next(number for number, label in entries if EMPTY_FIELD.search(label))
        if self.is_asked_for_words:
            words, self.lost_words = self.lost_words, None
            if words is None:
                words = self.script.pop(0) if self.script else f"words {len(self.typed)} of {self.participant} \u00e9\u4e16"
            self.typed[len(self.answers)] = words
            return words
        return self.script.pop(0) if self.script else self.choice(entries)

    def complaints(self) -> str:
        return self._stream(self.process.stderr).read().decode().strip()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    @staticmethod
    def _stream(of: "Optional[IO[bytes]]") -> "IO[bytes]":
        assert of is not None
        return of


def at_once(work: "list[Any]") -> None:
    """Calls functions, each in a thread of its own, and waits for all; the first failure is the failure of all."""
    failures: "list[BaseException]" = []

    def guarded(call: Any) -> None:
        try:
            call()
        except BaseException as failure:  # pylint: disable=broad-except
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(call,)) for call in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def five_minutes(place: Place) -> None:
    folder = str(place.folder / "first")
    started = time.monotonic()
    for arguments in (["init", folder], ["check", folder], ["status", folder], ["verify", folder]):
        done = subprocess.run([place.program, *arguments], capture_output=True, text=True, timeout=120, check=False)
        expect_equal(done.returncode, 0, f"the status of {arguments[0]} ({done.stderr.strip()})")
    print(f"        init, check, status, verify: {time.monotonic() - started:.1f} s")


def all_start_at_once(place: Place) -> None:
    study = Study(place, PROCESSES // 6, ["a", "b"])
    started = time.monotonic()
    people = [
        study.start(f"p{n:03d}", "ab"[n % 2], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for n in range(PROCESSES)
    ]
    for person in people:
        _, complaints = person.communicate()
        expect_equal(person.returncode, 0, f"the status of a session ({complaints.decode().strip()})")
    seconds = time.monotonic() - started
    sessions = study.sessions()
    counts = collections.Counter((s["stratum"], s["arm"]) for s in sessions)
    expect_equal(sorted(counts.values()), [PROCESSES // 6] * 6, "how many each arm of each stratum has")
    expect_equal(len({s["slot"] for s in sessions}), PROCESSES, "how many slots are held")
    expect_equal(len({s["participant"] for s in sessions}), PROCESSES, "how many participants there are")
    refused = study.start("late", "a", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    refused.communicate()
    expect_equal(refused.returncode, 7, "the status of a session when the study is full")
    study.reconciles()
    print(f"        {PROCESSES} processes in {seconds:.1f} s")


def lost_and_refilled(place: Place) -> None:
    study = Study(place, PROCESSES // 6, ["a", "b"])
    chance = random.Random(SEED)
    lost = [chance.random() < 0.2 for _ in range(PROCESSES)]
    people = [Person(study, f"p{n:03d}", "ab"[n % 2]) for n in range(PROCESSES)]
    # Whoever is lost is lost after some answers: before the pop-up or after it.
    at_once([lambda p=p, n=n: p.play(chance.randrange(1, 20) if lost[n] else 200) for n, p in enumerate(people)])
    for n, person in enumerate(people):
        if lost[n] and person.process.poll() is None:
            person.kill()
    for entry in study.sessions():
        if entry["status"] == "open":
            study.call("sessions", "drop", str(study.folder), str(entry["session"]), "--reason", "went home")
    more = 0
    while True:
        done = collections.Counter(s["stratum"] for s in study.sessions() if s["status"] == "completed")
        missing = [stratum for stratum in "ab" for _ in range(PROCESSES // 2 - done[stratum])]
        if not missing:
            break
        fresh = [Person(study, f"r{more + n:03d}", stratum) for n, stratum in enumerate(missing)]
        more += len(fresh)
        at_once([person.play for person in fresh])
        expect(more < PROCESSES, "replacements come and go and nobody finishes")
    for stratum in "ab":
        counts = [study.completed()[(stratum, arm)] for arm in ("default-on", "default-off", "forced-choice")]
        expect_equal(sum(counts), PROCESSES // 2, f"completed in stratum {stratum}")
        # The longest block has three sets of arms.
        expect(max(counts) - min(counts) <= 9, f"completed arms of {stratum} differ by more than a block: {counts}")
    study.reconciles()
    study.call("verify", str(study.folder))
    print(f"        seed {SEED}: {sum(lost)} of {PROCESSES} were lost, {more} came for them; {dict(study.completed())}")


def killed_after_every_answer(place: Place) -> None:
    study = Study(place, 30, ["a"], live=False)
    straight = Person(study, "straight", "a")
    count = straight.play()
    wanted = study.session("straight")
    arm = wanted["arm"]

    def interrupted(after: int) -> None:
        participant = f"k{after:03d}"
        person = Person(study, participant, "a")
        person.script = list(straight.answers)
        person.play(after)
        session = study.session(participant)["session"]
        journal = study.journal(session)
        wait_until(lambda: answers_in(journal) >= after, f"answer {after} in the journal")
        person.kill()
        again = Person(study, participant, "a")
        again.script = straight.answers[after:]
        # What was typed and not sent is gone with the process that knew it.
        again.lost_words = person.typed.get(after - 1)
        again.play()
        found = study.session(participant)
        expect_equal(found["session"], session, f"the session after a kill at answer {after}")
        expect_equal(found["status"], "completed", f"the status after a kill at answer {after} ({again.complaints()})")
        events = [json.loads(line).get("e") for line in journal.read_text(encoding="utf-8").splitlines()]
        # Whoever was killed after the last answer is not asked again.
        expect(events.count("resumed") == (after < count - 1) or after >= count - 1, f"session {session} was not resumed once")
        if found["arm"] == arm:
            expect_equal(
                terms(study, session), terms(study, wanted["session"]), f"the agreement after a kill at answer {after}"
            )

    at_once([lambda n=n: interrupted(n) for n in range(1, count)])
    expect_equal(len(study.sessions()), count, "how many sessions there are")
    study.reconciles()
    study.call("verify", str(study.folder))
    print(f"        {count - 1} sessions, each killed after another answer")


def answers_in(journal: Path) -> int:
    """Numbers that were chosen, texts that were ended with Enter, and what means nothing in another arm."""
    text = journal.read_text(encoding="utf-8")
    return sum(text.count(event) for event in ('"e":"choose"', '"v":"enter"', '"e":"unknown"'))


def terms(study: Study, session: int) -> Any:
    found = json.loads(study.call("replay", "--headless", "--json", str(study.journal(session))))
    return [(term["term"], term["standing"], term["provenance"]) for term in found["terms"]]


def counted_apart(place: Place) -> None:
    study = Study(place, 30, ["a"], live=False)
    plan = study.folder / "study.yaml"
    for participant in ("one", "two"):
        study.start(participant, "a", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).communicate()
    expect("apart" not in study.call("status", str(study.folder)), "counts are apart where all are in lines")
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("mode: linear", "mode: screen"), encoding="utf-8")
    command = [study.program, "run", str(study.folder), "--participant", "three", "--stratum", "a"]
    with Terminal(command) as terminal:
        terminal.wait("Taking part in a study")
    for command in (["status", str(study.folder)], ["monitor", str(study.folder), "--once"]):
        said = study.call(*command)
        expect("screen and linear are analysed apart:" in said, f"{command[0]} says {said}")
        expect(re.search(r"^pilot, apart +screen +linear$", said, re.M), f"{command[0]} has no columns: {said}")
        expect(re.search(r"^invited +1 +2$", said, re.M), f"{command[0]} counts otherwise: {said}")
    rows = json.loads(study.call("status", str(study.folder), "--json"))["presentations"]
    found = [(row["stage"], row["presentation"], row["invited"]) for row in rows]
    expect_equal(found, [("pilot", "screen", 1), ("pilot", "linear", 2)], "the counts by presentation")


def words_are_kept_apart(place: Place) -> None:
    study = Study(place, 30, ["a"], live=False)
    plan = study.folder / "study.yaml"
    template = plan.read_text(encoding="utf-8")
    for texts in ("none", "answers", "all"):
        expect("texts: none" in template, "study.yaml says nothing about texts")
        plan.write_text(template.replace("texts: none", f"texts: {texts}"), encoding="utf-8")
        name = f"keeps-{texts}"
        person = Person(study, name, "a")
        person.play()
        expect(len(person.typed) == 2, f"only {person.typed} was typed")
        session = study.session(name)["session"]
        journal = study.journal(session).read_text(encoding="utf-8")
        apart = study.folder / "texts" / f"s{session:06d}.jsonl"
        kept = [json.loads(line) for line in apart.read_text(encoding="utf-8").splitlines()] if apart.exists() else []
        # The chat comes before every questionnaire.
        wanted = [text for _, text in sorted(person.typed.items())][1 if texts == "answers" else 0 :] if texts != "none" else []
        expect_equal([entry["text"] for entry in kept], wanted, f"the texts that are kept with {texts}")
        expect(all(text not in journal for text in person.typed.values()), "a journal has words")
        frames = [json.loads(line).get("frame") for line in journal.splitlines()[1:]]
        for entry in kept:
            expect_equal(entry["frame"], frames[entry["event"]], f"the frame of {entry}")
        study.call("verify", str(study.folder))
        if texts == "all":
            whole = apart.read_bytes()
            apart.write_bytes(whole.replace(b"words 0", b"words 1"))
            study.call("verify", str(study.folder), status=4)
            apart.write_bytes(whole)
        study.call("withdraw", str(study.folder), "--session", str(session), "--reason", "asked for it")
        expect(not apart.exists(), "the texts of a withdrawn session are still there")
        for path in study.folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            expect(name.encode() not in content, f"words of {name} are still in {path.name}")
    study.call("verify", str(study.folder))


def withdrawn(place: Place) -> None:
    study = Study(place, 30, ["a"], live=False)
    people = [Person(study, name, "a") for name in ("stays-here", "goes-away")]
    at_once([person.play for person in people])
    found = study.session("goes-away")
    journal = study.journal(found["session"]).read_text(encoding="utf-8")
    secrets = [found["participant"], found["export_id"], found["completion_code"], json.loads(journal.splitlines()[0])["salt"]]
    (study.folder / "exports" / "table.csv").write_text("goes-away,yes\n", encoding="utf-8")
    study.call("withdraw", str(study.folder), "--session", str(found["session"]), "--reason", "asked for it")
    for path in study.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for secret in secrets:
            expect(secret.encode() not in content and secret not in path.name, f"{secret} is still in {path.name}")
    said = study.call("verify", str(study.folder))
    expect("1 withdrawn" in said, f"verify says {said.strip()}")
    study.reconciles()
    other = study.session("stays-here")
    expect_equal(other["status"], "completed", "the session of the other one")


if __name__ == "__main__":
    run_checks(
        {
            "init, check, status, verify": five_minutes,
            "all start at once": all_start_at_once,
            "one in five is lost and replaced": lost_and_refilled,
            "killed after every answer": killed_after_every_answer,
            "screen and lines counted apart": counted_apart,
            "words kept apart": words_are_kept_apart,
            "withdrawn": withdrawn,
        }
    )
