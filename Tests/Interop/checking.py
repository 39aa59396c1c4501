"""What the checks have in common: how they fail, how they run, and how they look at a journal."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Optional

# How long anything may take before it counts as not happening, in seconds.
PATIENCE = 20.0

# The pop-up alone, without the time in which keys are recorded as misses: a check types when it sees the screen.
POPUP = ["run", "consumer-terms", "--entry", "popup", "--set", "input-guard=ms-0"]


class Failure(Exception):
    """Something is not as it has to be; the message says what."""


def expect(holds: object, message: str) -> None:
    if not holds:
        raise Failure(message)


def expect_equal(found: object, wanted: object, what: str) -> None:
    expect(found == wanted, f"{what} is {found!r}, not {wanted!r}")


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Looks every few milliseconds until something has come about."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        expect(time.monotonic() < deadline, f"{what} did not come about in {PATIENCE:.0f} s")
        time.sleep(0.01)


class Journal:
    """The journal of a session, looked at from outside through the program that wrote it."""

    def __init__(self, program: str, path: Path) -> None:
        self.program = program
        self.path = path

    def lines(self) -> list[dict[str, Any]]:
        """Every whole line that is there by now."""
        if not self.path.exists():
            return []
        *whole, _ = self.path.read_text(encoding="utf-8").split("\n")
        return [json.loads(line) for line in whole]

    @property
    def header(self) -> dict[str, Any]:
        return self.lines()[0]

    def events(self, name: str = "") -> list[dict[str, Any]]:
        return [line for line in self.lines() if "e" in line and (not name or line["e"] == name)]

    def has(self, name: str) -> bool:
        return bool(self.events(name))

    def _ask(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [self.program, *arguments, str(self.path)], capture_output=True, text=True, timeout=60, check=False
        )
        expect(done.stdout, f"`clickwrap {arguments[0]}` said nothing of the journal: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def verify(self, verdict: str = "complete") -> None:
        found = self._ask("verify", "--json")
        expect_equal(found["verdict"], verdict, "the verdict on the journal")
        expect_equal(found["frames"], "every frame as recorded", "what is said of its frames")

    def verify_ending(self, ending: str, why: str) -> None:
        """The journal is complete; it says `finished` with an outcome, or `left` with a reason."""
        self.verify()
        last = self.lines()[-1]
        found = (last.get("end"), last.get("outcome") or last.get("reason"))
        expect_equal(found, (ending, why), "the ending of the journal")

    def term(self, name: str) -> tuple[str, Optional[str]]:
        """How a term stands at the end, and how that came about."""
        terms = self._ask("replay", "--headless", "--json")["terms"]
        found = next(term for term in terms if term["term"] == name)
        return found["standing"], found["provenance"]

    def verify_refusal(self) -> None:
        """A whole session in which the switch was moved to off and the terms accepted."""
        self.verify_ending("finished", "quit")
        expect_equal(self.term("training"), ("declined", "changed"), "the agreement to the training")
        expect_equal(self.term("terms"), ("agreed", "chosen"), "the agreement to the terms")


class Place:
    """The program that is checked, and a folder of its own for what it writes."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program = program
        self.folder = folder
        self._journals = 0

    def journal(self) -> Journal:
        """A journal that is not there yet."""
        self._journals += 1
        return Journal(self.program, self.folder / f"{self._journals}.jsonl")

    def popup(self, journal: Journal, *options: str) -> list[str]:
        """The command that shows the pop-up and keeps a journal."""
        return [self.program, *POPUP, "--journal", str(journal.path), *options]


def run_checks(checks: dict[str, Callable[[Place], None]]) -> None:
    """Runs checks one after the other against the program on the command line, and ends the process."""
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(f"usage: {sys.argv[0]} BINARY")
    failures = 0
    for name, check in checks.items():
        folder = Path(tempfile.mkdtemp(prefix="clickwrap-"))
        started = time.monotonic()
        try:
            check(Place(os.path.abspath(sys.argv[1]), folder))
            result = "ok"
        except Failure as failure:
            failures += 1
            result = f"FAILED: {failure}"
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(f"  {time.monotonic() - started:5.1f} s  {name}: {result}", flush=True)
    sys.exit(1 if failures else 0)
