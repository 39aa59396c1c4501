#!/usr/bin/env python3
"""The pop-up on terminals of many kinds and in several encodings, on a plain pseudo-terminal."""
import subprocess
from functools import partial
from typing import Callable, Optional

from checking import Journal, Place, expect, expect_equal, run_checks
from terminal import Terminal

FULL_SCREENS = ["linux", "vt100", "vt220", "xterm", "xterm-direct", "screen-256color"]


def decide_on_screen(terminal: Terminal) -> None:
    """Moves the switch to off, goes on round to Accept, and answers what is asked after that."""
    for text in ("[ Accept ]", "Not now", "You can help improve"):
        terminal.wait(text)
    terminal.type("\t")
    terminal.wait("[ Not now ]")
    terminal.type("\t \t\t")
    terminal.wait("[ Accept ]")
    terminal.type("\r")
    terminal.wait("Did you just allow training")
    terminal.type("2")
    terminal.wait("What you just agreed to")
    terminal.type("q")


def decide_in_lines(terminal: Terminal) -> None:
    """The same by numbers."""
    for text in ("1. Accept", "2. Not now", "3. switch [On]", "Enter alone: 1"):
        terminal.wait(text)
    terminal.type("3\r")
    terminal.wait("3. switch [Off]")
    terminal.type("1\r")
    terminal.wait("2. No, I did not allow it")
    terminal.type("2\r")
    terminal.wait("3. Quit")
    terminal.type("3\r")


def finish(terminal: Terminal, journal: Journal) -> None:
    expect_equal(terminal.end(), 0, "the exit status")
    expect_equal(terminal.left_behind(), [], "what was left on the terminal")
    journal.verify_refusal()


def full_screen(place: Place, kind: str) -> None:
    journal = place.journal()
    with Terminal(place.popup(journal), {"TERM": kind}) as terminal:
        decide_on_screen(terminal)
        finish(terminal, journal)
        alternate = b"\x1b[?1049h" in terminal.output
        expect_equal(alternate, kind.startswith(("xterm", "screen")), "whether the alternate screen was used")
    expect_equal(journal.header["presentation"], "screen", "the presentation")
    expect_equal(journal.header["terminal"]["term"], kind, "the type of terminal in the journal")


def lines(place: Place, kind: Optional[str]) -> None:
    journal = place.journal()
    with Terminal(place.popup(journal), {"TERM": kind}) as terminal:
        decide_in_lines(terminal)
        finish(terminal, journal)
        expect(0x1B not in terminal.output, "there is an escape in the output")
    expect_equal(journal.header["presentation"], "linear", "the presentation")
    expect_equal(journal.header["terminal"]["term"], kind or "", "the type of terminal in the journal")


def encoding(place: Place, locale: dict[str, Optional[str]], charset: str, *options: str) -> bytes:
    """A whole session in a locale, on the screen and in lines; all that it wrote."""
    written = b""
    for more, decide in (([], decide_on_screen), (["--linear"], decide_in_lines)):
        journal = place.journal()
        with Terminal(place.popup(journal, *options, *more), locale, charset=charset) as terminal:
            decide(terminal)
            finish(terminal, journal)
            written += bytes(terminal.output)
    return written


def only_ascii(place: Place) -> None:
    written = encoding(place, {"LC_ALL": "C"}, "ascii")
    expect(all(byte < 0x80 for byte in written), "there are bytes that are not ASCII")


def only_utf_8(place: Place) -> None:
    written = encoding(place, {"LC_ALL": "C.UTF-8"}, "utf-8")
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError as error:
        expect(False, f"there are bytes that are not UTF-8: {error}")
    expect("█" in text, "the large letters are not there")


def only_latin_1(place: Place) -> None:
    name = "de_DE.iso88591"
    # It warns about some things in its own files, and says so by its status.
    subprocess.run(
        ["localedef", "-c", "-i", "de_DE", "-f", "ISO-8859-1", str(place.folder / name)],
        capture_output=True,
        check=False,
    )
    expect((place.folder / name / "LC_CTYPE").exists(), "localedef made no locale")
    written = encoding(place, {"LC_ALL": name, "LOCPATH": str(place.folder)}, "latin-1")
    german = in_german(place, {"LC_ALL": name, "LOCPATH": str(place.folder)})
    for output in (written, german):
        expect(not any(0x80 <= byte < 0xA0 for byte in output), "there are control characters of ISO-8859-1")
        expect(not is_utf_8(output), "there is UTF-8 in the output")


def in_german(place: Place, locale: dict[str, Optional[str]]) -> bytes:
    """The pop-up in a language with letters beyond ASCII; left at once."""
    journal = place.journal()
    with Terminal(place.popup(journal, "--language", "de"), locale, charset="latin-1") as terminal:
        terminal.wait("[ Akzeptieren ]")
        terminal.type("\x03")
        expect_equal(terminal.end(), 0, "the exit status")
        expect_equal(terminal.left_behind(), [], "what was left on the terminal")
        journal.verify_ending("left", "stop-key")
        return bytes(terminal.output)


def is_utf_8(output: bytes) -> bool:
    """Whether there is a character of several bytes in it."""
    rest = output.decode("utf-8", errors="ignore")
    return any(ord(character) >= 0x80 for character in rest)


if __name__ == "__main__":
    checks: dict[str, Callable[[Place], None]] = {}
    for screen in FULL_SCREENS:
        checks[f"the full screen on {screen}"] = partial(full_screen, kind=screen)
    checks["lines on dumb"] = partial(lines, kind="dumb")
    checks["lines where TERM is not set"] = partial(lines, kind=None)
    checks["only ASCII in the locale C"] = only_ascii
    checks["only UTF-8 in a locale of UTF-8"] = only_utf_8
    checks["only ISO-8859-1 in a locale of that"] = only_latin_1
    run_checks(checks)
