#!/usr/bin/env python3
"""Recordings as others play them: asciinema and scriptreplay in tmux show the last frame, cell by cell, of every walk.

CLICKWRAP_ALL=1 plays every walk with every player; otherwise every walk is shown at once, and every sixth is played.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator
from xml.etree import ElementTree

from checking import Place, expect, expect_equal, run_checks, wait_until

ALL = bool(os.environ.get("CLICKWRAP_ALL"))
SCREENS = Path(__file__).resolve().parents[2] / "screens"
ASCIINEMA = str(Path(sys.executable).parent / "asciinema")
SGR = re.compile(r"\x1b\[([0-9;]*)m|([^\x1b])|(\x1b.)")
Cells = "list[tuple[str, str]]"


def cells_of(lines: "list[str]") -> "list[Cells]":
    """The cells of lines, in which colours go on from one to the next."""
    look: "dict[str, str]" = {}
    return [cells(line, look) for line in lines]


def cells(line: str, look: "dict[str, str]") -> Cells:
    """The characters of a line with how they look: attributes and colours, as one word each."""
    found = []
    for numbers, character, other in SGR.findall(line):
        if character:
            found.append((character, " ".join(f"{key}={look[key]}" for key in sorted(look))))
            continue
        expect(not other, f"a sequence that is no SGR in {line!r}")
        parts = [int(part or 0) for part in numbers.split(";")]
        while parts:
            code = parts.pop(0)
            if code == 0:
                look.clear()
            elif code in (38, 48):
                kind = parts.pop(0)
                value = [parts.pop(0) for _ in range(1 if kind == 5 else 3)]
                look[str(code)] = f"{kind}:{value}"
            elif code in (39, 49):
                look.pop(str(code - 1), None)
            elif code == 22:
                look.pop("1", None)
                look.pop("2", None)
            elif code in (24, 27):
                look.pop(str(code - 20), None)
            else:
                expect(code in (1, 2, 4, 7), f"SGR {code}")
                look[str(code)] = "on"
    # What stands at the end without any look cannot be told from nothing.
    while found and found[-1] == (" ", ""):
        found.pop()
    return found


class Screen:
    """A window of tmux in which players play."""

    def __init__(self, place: Place) -> None:
        self.sockets = place.folder / "tmux"
        self.count = 0

    def tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", f"{self.sockets}{self.count}", "-f", "/dev/null", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        expect_equal(done.returncode, 0, f"the status of tmux {arguments} ({done.stderr})")
        return done.stdout

    def shows(self, command: str, wanted: "list[Cells]", columns: int, rows: int, what: str) -> None:
        """Runs a command that stays, and waits until the window shows this."""
        self.close()
        # A server that is asked to go may not be gone yet.
        self.count += 1
        shell = f"{command}; sleep 1000"
        # At its end scriptreplay writes a line feed, which would scroll a window whose cursor is in the last row.
        height = rows + 1 if command.startswith("scriptreplay") else rows
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(height), "sh", "-c", shell)
        self.tmux("set-option", "-g", "status", "off")
        found: "list[Cells]" = []

        def is_there() -> bool:
            found[:] = cells_of(self.tmux("capture-pane", "-p", "-e", "-N").split("\n")[:rows])
            return found == wanted

        try:
            wait_until(is_there, what)
        except Exception:
            for row, (one, other) in enumerate(zip(found, wanted)):
                if one != other:
                    print(f"        row {row}: {''.join(c for c, _ in one)!r}, not {''.join(c for c, _ in other)!r}")
                    print(f"        {one[:8]} {other[:8]}")
                    break
            raise

    def close(self) -> None:
        subprocess.run(["tmux", "-S", f"{self.sockets}{self.count}", "kill-server"], capture_output=True, check=False)


class Recorded:
    """The session of a walk, as a journal and as recordings."""

    def __init__(self, place: Place, walk: Path) -> None:
        self.program = place.program
        self.name = f"{walk.parent.parent.name}-{walk.stem}"
        self.journal = place.folder / f"{self.name}.jsonl"
        self.call("walk", str(walk), "--journal", str(self.journal))
        lines = [json.loads(line) for line in self.journal.read_text(encoding="utf-8").splitlines()]
        self.is_linear = lines[0]["presentation"] == "linear"
        sizes = [(line["columns"], line["rows"]) for line in lines if "columns" in line and line.get("e") in (None, "resize")]
        first = lines[0].get("size") or {}
        self.size = sizes[-1] if sizes else (first.get("columns", 80), first.get("rows", 24))
        self.base = str(place.folder / self.name)
        for form, ending in (("asciicast-v2", ".v2.cast"), ("asciicast-v3", ".v3.cast"), ("svg", ".svg")):
            self.call("record", str(self.journal), "--format", form, "--to", self.base + ending, "--keys" if "cast" in form else "")
        self.call("record", str(self.journal), "--format", "typescript", "--to", self.base)
        self.call("record", str(self.journal), "--format", "typescript", "--classic", "--to", self.base + ".classic")

    def call(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.program, *filter(None, arguments)], capture_output=True, text=True, timeout=60, check=False
        )
        expect_equal(done.returncode, 0, f"the status of {arguments} ({done.stderr})")
        return done.stdout

    def last_frame(self) -> "list[Cells]":
        return cells_of(self.call("frame", str(self.journal), "--at", "last", "--format", "ansi").split("\n")[:-1])

    def v2(self) -> "Iterator[Any]":
        return map(json.loads, Path(self.base + ".v2.cast").read_text(encoding="utf-8").splitlines())

    def v3(self) -> "list[str]":
        return Path(self.base + ".v3.cast").read_text(encoding="utf-8").splitlines()


def walks() -> "list[Path]":
    found = sorted(SCREENS.glob("*/walks/*.walk"))
    expect(len(found) > 40, f"there are only {len(found)} walks")
    return found


def players(place: Place) -> None:
    screen = Screen(place)
    shown = played = 0
    try:
        for number, walk in enumerate(walks()):
            recorded = Recorded(place, walk)
            rules_of_v3(recorded)
            svg(recorded)
            if recorded.is_linear:
                linear(recorded)
                continue
            frame, (columns, rows) = recorded.last_frame(), recorded.size
            base = recorded.base
            converted = convert(recorded)
            ways = [f"{ASCIINEMA} cat {base}.v2.cast"]
            if ALL or number % 6 == 0:
                ways += [
                    f"{ASCIINEMA} play -s 1000 -i 0.01 {base}.v2.cast", f"{ASCIINEMA} cat {converted}",
                    f"scriptreplay --divisor 1000 --timing {base}.timing {base}.log",
                    f"scriptreplay --divisor 1000 --timing {base}.classic.timing {base}.classic.log",
                ]
            for way in ways:
                screen.shows(way, frame, columns, rows, f"the last frame of {recorded.name} by `{way}`")
                shown += 1
            played += len(ways) > 1
    finally:
        screen.close()
    print(f"        {shown} times the last frame, cell by cell; {played} walks by every player")


def linear(recorded: Recorded) -> None:
    """Lines are one after the other; those of the last frame are among them."""
    output = "".join(event[2] for event in list(recorded.v2())[1:] if event[1] == "o")
    expect("\x1b" not in output, f"{recorded.name} has an escape among its lines")
    for line in recorded.call("frame", str(recorded.journal), "--at", "last").split("\n"):
        expect(line.rstrip() in output, f"{recorded.name} lacks the line {line!r}")


def rules_of_v3(recorded: Recorded) -> None:
    """The rules of the format, and that nothing adds up: intervals give the times of version 2 to the millisecond."""
    first, *lines = recorded.v3()
    header = json.loads(first)
    expect_equal(header["version"], 3, "the version")
    expect(isinstance(header["term"]["cols"], int) and isinstance(header["term"]["rows"], int), "the size")
    unknown = set(header) - {"version", "term", "timestamp", "idle_time_limit", "command", "title", "env", "tags"}
    expect_equal(unknown, set(), "unknown parts of the header")
    older = list(recorded.v2())
    expect_equal((older[0]["width"], older[0]["height"]), (header["term"]["cols"], header["term"]["rows"]), "the sizes")
    time = 0.0
    events = [json.loads(line) for line in lines]
    expect_equal(events[-1][1:], ["x", "0"], "the last event")
    for number, (line, event) in enumerate(zip(lines, events)):
        expect(re.match(r'\[\d+\.\d{3},"[oirmx]",".*"\]$', line, re.S), f"{recorded.name}: {line[:60]}")
        time += event[0]
        if event[1] == "r":
            expect(re.fullmatch(r"\d+x\d+", event[2]), f"the size {event[2]}")
        if number < len(older) - 1:
            expect_equal(event[1:], older[number + 1][1:], f"event {number} of {recorded.name}")
            expect(abs(time - older[number + 1][0]) <= 0.0005001, f"event {number} of {recorded.name} at {time}")
    expect_equal(len(older), len(events), "the number of events and the header, and those with the last")
    expect(any(event[1] == "m" for event in events) or "decide" not in recorded.name, "no marker")


def convert(recorded: Recorded) -> str:
    """Version 3 as version 2, as its rules say."""
    first, *lines = recorded.v3()
    header = json.loads(first)
    out = [json.dumps({"version": 2, "width": header["term"]["cols"], "height": header["term"]["rows"]})]
    time = 0.0
    for interval, code, data in map(json.loads, lines):
        time += interval
        if code in "oirm":
            out.append(json.dumps([round(time, 3), code, data]))
    path = recorded.base + ".converted.cast"
    Path(path).write_text("\n".join(out) + "\n", encoding="utf-8")
    return path


def svg(recorded: Recorded) -> None:
    text = Path(recorded.base + ".svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    expect_equal(root.tag, "{http://www.w3.org/2000/svg}svg", "the root of the picture")
    names = {element.tag.split("}")[1] for element in root.iter()}
    allowed = {"svg", "title", "style", "rect", "path", "circle", "text", "g", "defs", "clipPath", "use"}
    expect_equal(names - allowed, set(), "what else is in the picture")
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    links = {element.get("href") for element in root.iter() if element.get("href")}
    expect_equal({link[1:] for link in links if link} - ids, set(), "links that lead nowhere")
    expect("http" not in text.replace("http://www.w3.org/2000/svg", ""), "an address in the picture")


def private_texts_are_left_out(place: Place) -> None:
    """What is typed into a private field is in no recording, with or without keys."""
    from check_study import Person, Study  # pylint: disable=import-outside-toplevel

    study = Study(place, 30, [], live=False)
    person = Person(study, "p1")
    person.play()
    expect(person.typed, "nothing was typed")
    for arguments in ([], ["--keys"]):
        done = subprocess.run(
            [place.program, "record", str(study.journal(1)), *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        expect_equal(done.returncode, 0, f"the status of record ({done.stderr})")
        for words in person.typed.values():
            expect(words not in done.stdout and words.split()[0] + " 0 of" not in done.stdout, f"{words} is in a recording")
        expect("pilot" in done.stdout.split("\n")[0], "the title does not say that it was a pilot")


def frames_of_events(place: Place) -> None:
    """A frame is that of the journal: its digest stands in the JSON, whatever the event."""
    recorded = Recorded(place, SCREENS / "consumer-terms" / "walks" / "demo.walk")
    lines = [json.loads(line) for line in recorded.journal.read_text(encoding="utf-8").splitlines()]
    digests = [lines[0]["first_frame"]] + [line["frame"] for line in lines[1:] if "frame" in line]
    for number in (0, len(digests) // 2, len(digests) - 1):
        at = "first" if number == 0 else str(number - 1)
        found = json.loads(recorded.call("frame", str(recorded.journal), "--at", at, "--format", "json"))
        expect_equal(found["digest"], digests[number], f"the digest of the frame at {at}")
    done = subprocess.run(
        [place.program, "frame", str(recorded.journal), "--at", "99999"], capture_output=True, text=True, timeout=60, check=False
    )
    expect_equal(done.returncode, 2, "the status for an event that is not there")


def stimuli(place: Place) -> None:
    """Every screen of every arm is there, and the differences name the switch."""
    folder = place.folder / "sheet"
    done = subprocess.run(
        [place.program, "stimuli", "consumer-terms", "--factor", "default", "--to", str(folder)], capture_output=True, text=True, timeout=120, check=False
    )
    expect_equal(done.returncode, 0, f"the status of stimuli ({done.stderr})")
    text = (folder / "README.md").read_text(encoding="utf-8")
    for level in ("on", "off", "unset"):
        names = {path.stem for path in (folder / level).glob("*.txt")}
        expect("popup" in names and len(names) >= 5, f"the screens of {level}: {names}")
        expect_equal({path.stem for path in (folder / level).glob("*.svg")}, names, f"the pictures of {level}")
        for name in names:
            expect(f"({level}/{name}.svg)" in text, f"{level}/{name} is not listed")
            ElementTree.parse(folder / level / f"{name}.svg")
    expect("## on and off" in text and "popup: up to" in text, "no differences are listed")


if __name__ == "__main__":
    run_checks(
        {
            "players show the last frame": players,
            "frames of events": frames_of_events,
            "private texts are left out": private_texts_are_left_out,
            "stimuli": stimuli,
        }
    )
