#!/usr/bin/env python3
"""Sessions recorded by others import to what the journal says that was written at the same time: asciinema and `script`.

CLICKWRAP_MUTATIONS says how many changed recordings are given to the importer (300), CLICKWRAP_SEED with which seed.
"""
import json
import os
import random
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

from checking import Place, expect, expect_equal, run_checks
from terminal import Terminal

ASCIINEMA = str(Path(sys.executable).parent / "asciinema")
MUTATIONS = int(os.environ.get("CLICKWRAP_MUTATIONS", "300"))
SEED = int(os.environ.get("CLICKWRAP_SEED", "20261127"))
FLOW = ["consumer-terms", "--entry", "popup", "--set", "input-guard=ms-0", "--set", "esc=defers", "--seed", "5"]
Keys = Callable[[Terminal], None]


def finish(terminal: Terminal, answer: str = "2") -> None:
    terminal.wait("Did you just allow training")
    terminal.type(answer)
    terminal.wait("What you just agreed to")
    terminal.type("q")


def accept(terminal: Terminal) -> None:
    terminal.type("\r")
    finish(terminal, "1")


def switch_off(terminal: Terminal) -> None:
    terminal.type("\t")
    terminal.wait("[ Not now ]")
    terminal.type("\t \x1b[Z\x1b[Z")
    terminal.wait("[ Accept ]")
    terminal.type("\r")
    finish(terminal)


def arrows(terminal: Terminal) -> None:
    terminal.type("\x1b[B")
    terminal.wait("[ Not now ]")
    terminal.type("\x1bOB\x1b[99u\x1b[1;5P ")
    terminal.wait("○─", "the switch is off")
    terminal.type("\x1b[A\x1b[A")
    terminal.wait("[ Accept ]")
    terminal.type("\r")
    finish(terminal)


def not_now(terminal: Terminal) -> None:
    terminal.type("\t")
    terminal.wait("[ Not now ]")
    terminal.type(" ")
    terminal.wait(lambda: "[ Accept ]" not in terminal.screen.text, "the pop-up goes")
    terminal.type("\x03")


def escape(terminal: Terminal) -> None:
    # A lone escape is one only because nothing follows it.
    terminal.type("\x1b")
    terminal.wait(lambda: "[ Accept ]" not in terminal.screen.text, "the pop-up goes")
    terminal.type("\x03")


def mouse(terminal: Terminal) -> None:
    lines = terminal.screen.text.split("\n")
    row = next(index for index, line in enumerate(lines) if "[ Accept ]" in line)
    column = lines[row].index("[ Accept ]") + 4
    terminal.type(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m")
    finish(terminal, "3")


def resized(terminal: Terminal) -> None:
    terminal.resize(100, 30)
    terminal.wait(lambda: len(terminal.screen.text.split("\n")[0].rstrip()) > 85, "the new size")
    terminal.type("\t\x1b[Z")
    terminal.wait("[ Accept ]")
    terminal.type("\r")
    finish(terminal, "1")


SESSIONS: "dict[str, Keys]" = {
    keys.__name__: keys for keys in (accept, switch_off, arrows, not_now, escape, mouse, resized)
}


def call(place: Place, *arguments: str, status: int = 0) -> str:
    done = subprocess.run([place.program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    expect_equal(done.returncode, status, f"the status of {arguments} ({done.stderr.strip()[-500:]})")
    return done.stdout


def events(path: Path) -> "list[dict[str, Any]]":
    """What somebody did, without times and digests."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kept = ("e", "v", "column", "row", "columns", "rows", "bytes")
    found = [{key: line[key] for key in kept if key in line} for line in lines if "e" in line]
    return [event for event in found if event["e"] not in ("wake", "fence", "leave", "focus-in", "focus-out")]


def agreed(place: Place, path: Path) -> "dict[str, Any]":
    done = subprocess.run(
        [place.program, "replay", str(path), "--headless", "--json"], capture_output=True, text=True, timeout=60, check=False
    )
    expect(done.returncode in (0, 3), f"replay of {path.name}: {done.stderr}")
    found = json.loads(done.stdout)
    terms = [{key: term[key] for key in ("term", "standing", "provenance", "preset", "operations", "event")} for term in found["terms"]]
    return {"outcome": found["outcome"], "terms": terms, "consequences": found["consequences"]}


def compare(place: Place, name: str, live: Path, imported: Path, has_sizes: bool = True) -> None:
    ours, theirs = events(imported), events(live)
    if not has_sizes:
        ours, theirs = ([event for event in found if event["e"] != "resize"] for found in (ours, theirs))
    # Where a session is left, the end is the program's own.
    expect_equal(ours, theirs, f"the events of {name}")
    wanted, found = agreed(place, live), agreed(place, imported)
    if not has_sizes:
        for term in wanted["terms"] + found["terms"]:
            del term["event"]
    expect_equal(found, wanted, f"what was agreed to in {name}")
    said = json.loads(call(place, "verify", "--json", str(imported), status=0 if json.loads(last(imported)).get("end") else 3))
    expect_equal(said["frames"], "every frame as recorded", f"the frames of {name}")


def last(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[-1]


def session(place: Place, name: str, wrap: "Callable[[str], list[str]]") -> Path:
    """Holds a session in a recorder, on a terminal, and gives its journal."""
    live = place.folder / f"{name}.live.jsonl"
    command = shlex.join([place.program, "run", *FLOW, "--journal", str(live)])
    environment = {"HOME": str(place.folder), "SHELL": "/bin/sh"}
    with Terminal(wrap(command), environment) as terminal:
        terminal.wait("[ Accept ]")
        SESSIONS[name.split("-")[0]](terminal)
        terminal.end()
    expect(live.exists(), f"{name} has no journal")
    return live


def from_asciinema(place: Place) -> None:
    for name in SESSIONS:
        cast = place.folder / f"{name}.cast"
        live = session(place, name, lambda command, cast=cast: [ASCIINEMA, "rec", "-q", "--stdin", "-c", command, str(cast)])
        imported = place.folder / f"{name}.imported.jsonl"
        call(place, "import", *FLOW[:1], str(cast), *FLOW[1:], "--journal", str(imported))
        has_sizes = any(line.split(", ")[1:2] == ['"r"'] for line in cast.read_text(encoding="utf-8").splitlines())
        compare(place, f"{name} by asciinema", live, imported, has_sizes or name != "resized")
        call(place, "import", *FLOW[:1], str(cast), *FLOW[1:], "--journal", str(imported), status=1)
        # As version 3, which counts from the event before.
        newer = place.folder / f"{name}.v3.cast"
        first, *lines = cast.read_text(encoding="utf-8").splitlines()
        header, time, out = json.loads(first), 0.0, []
        for moment, code, data in map(json.loads, lines):
            out.append(json.dumps([round(moment - time, 6), code, data]))
            time = moment
        head = {"version": 3, "term": {"cols": header["width"], "rows": header["height"]}}
        newer.write_text("\n".join([json.dumps(head), "# a comment", *out]) + "\n", encoding="utf-8")
        again = place.folder / f"{name}.v3.jsonl"
        call(place, "import", *FLOW[:1], str(newer), *FLOW[1:], "--journal", str(again))
        expect_equal(events(again), events(imported), f"the events of {name} from version 3")


def from_script(place: Place) -> None:
    for name in SESSIONS:
        for kind in ("in", "both", "io", "classic"):
            logs = {part: place.folder / f"{name}-{kind}.{part}" for part in ("typed", "shown", "times")}
            options = {
                "in": ["--log-in", str(logs["typed"]), "--log-timing", str(logs["times"])],
                "both": ["--log-in", str(logs["typed"]), "--log-out", str(logs["shown"]), "--log-timing", str(logs["times"])],
                "io": ["--log-io", str(logs["typed"]), "--log-timing", str(logs["times"])],
                "classic": ["--log-in", str(logs["typed"]), "--log-timing", str(logs["times"]), "-m", "classic"],
            }[kind]
            live = session(place, f"{name}-{kind}", lambda command, options=options: ["script", "-q", "-e", *options, "-c", command])
            imported = place.folder / f"{name}-{kind}.imported.jsonl"
            call(
                place, "import", *FLOW[:1], str(logs["typed"]), "--timing", str(logs["times"]), *FLOW[1:], "--journal", str(imported)
            )
            has_sizes = "SIGWINCH" in logs["times"].read_text(encoding="utf-8", errors="replace")
            compare(place, f"{name} by script, {kind}", live, imported, has_sizes or name != "resized")


def wrong_files(place: Place) -> None:
    """What cannot be imported is named by its line; nothing is written then, and nothing ever crashes."""
    cast = place.folder / "accept.cast"
    whole = cast.read_bytes()
    first = whole.split(b"\n")[0]
    out = place.folder / "never.jsonl"
    for number, (content, says) in enumerate(
        [
            (b"", "1:"), (b"{}\n", "no header"), (b'{"version":1,"width":80,"height":24,"stdout":[]}\n', "version 1"),
            (first + b"\n", "nothing that was typed"), (first + b'\n[0.1,"o","x"]\n', "nothing that was typed"),
            (first + b'\n[-1,"i","x"]\n', "2: -1 is no time"), (first + b'\n[NaN,"i","x"]\n', "2: no JSON"),
            (first + b'\n[1e999,"i","x"]\n', "no time"), (first + b'\n["0.1","i","x"]\n', "an event is"),
            (first + b'\n[0.1,"i"]\n', "an event is"), (first + b'\n[0.1,"r","0x5"]\n', "a size is"),
            (b'{"version":2,"width":0,"height":24}\n[0.1,"i","x"]\n', "no size"), (b"Script started on x\nabc", "--timing"),
            (b'{"a":' + b"[" * 100000, "no JSON"), (b'Type x\n', "quotation marks"), (b"\xff\xfe\x00", "presses no key"),
        ]
    ):
        path = place.folder / f"wrong{number}"
        path.write_bytes(content)
        done = subprocess.run(
            [place.program, "import", *FLOW[:1], str(path), *FLOW[1:], "--journal", str(out)], capture_output=True, text=True, timeout=60, check=False
        )
        expect_equal(done.returncode, 2, f"the status for {content[:60]!r} ({done.stderr})")
        expect(says in done.stderr and str(path) in done.stderr, f"{content[:60]!r} is said to be {done.stderr!r}")
        expect(not out.exists(), "a journal was written")
    chance = random.Random(SEED)
    files = [place.folder / name for name in ("switch_off.cast", "arrows.cast")]
    typed, times = place.folder / "arrows-both.typed", place.folder / "arrows-both.times"
    counts = {0: 0, 2: 0}
    for number in range(MUTATIONS):
        source = chance.choice([*files, times])
        content = bytearray(source.read_bytes())
        for _ in range(chance.randrange(1, 4)):
            place_of = chance.randrange(len(content))
            kind = chance.randrange(3)
            if kind == 0:
                content[place_of] = chance.randrange(256)
            elif kind == 1:
                del content[place_of : place_of + chance.randrange(1, 20)]
            else:
                content[place_of:place_of] = chance.choice([b'"', b"[", b"9" * 30, b"\x00", b"\xff", b"\n", b"-", b"e9"])
        path, out = place.folder / "mutated", place.folder / f"mutated{number}.jsonl"
        path.write_bytes(bytes(content))
        files_of = [str(typed), "--timing", str(path)] if source == times else [str(path)]
        done = subprocess.run(
            [place.program, "import", *FLOW[:1], *files_of, *FLOW[1:], "--journal", str(out)], capture_output=True, text=True, timeout=60, check=False
        )
        expect(done.returncode in (0, 2), f"mutation {number} of seed {SEED} ends with {done.returncode}: {done.stderr[-500:]}")
        expect("\x1b" not in done.stderr + done.stdout and "\x00" not in done.stderr, f"mutation {number} of seed {SEED} acts on a terminal")
        counts[done.returncode] += 1
        if done.returncode == 0:
            out.unlink()
    print(f"        seed {SEED}: {MUTATIONS} changed recordings, {counts[0]} imported, {counts[2]} refused")


def same_keys(place: Place) -> None:
    """The same keys under another design are counted, never called an effect; what would change more is refused."""
    journals = [str(place.folder / f"{name}.live.jsonl") for name in ("accept", "switch_off", "not_now", "mouse")]
    found = json.loads(call(place, "replay", *journals, "--under", "default=off", "--json"))
    expect_equal(found["label"], "mechanical exposure to inertia, not an effect", "the label")
    expect_equal((found["sessions"], found["flipped"]), (4, 3), "sessions, and those with a flip")
    flips = {(pair["name"], pair["recorded"], pair["other"]): pair["sessions"] for pair in found["terms"]}
    expect_equal(flips[("training", "agreed", "declined")], 2, "those who accepted")
    expect_equal(flips[("training", "declined", "agreed")], 1, "those who switched it")
    expect_equal(flips[("training", "deferred", "deferred")], 1, "those who put it off")
    text = call(place, "replay", *journals, "--under", "architecture=explicit-pair")
    expect("%" not in text and "p =" not in text and "mechanical exposure" in text, text)
    call(place, "replay", *journals, "--under", "nothing=here", status=1)


def everything(place: Place) -> None:
    # What is recorded at first is what the later ones are given.
    for check in (from_asciinema, from_script, wrong_files, same_keys):
        check(place)


if __name__ == "__main__":
    run_checks({"recordings of others": everything})
