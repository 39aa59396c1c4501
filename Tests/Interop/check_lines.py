#!/usr/bin/env python3
"""The linear presentation on a terminal: what is typed there, and that it stays as it was."""
from checking import Journal, Place, expect, expect_equal, run_checks
from terminal import Terminal

DUMB = {"TERM": "dumb"}
PROMPT = "ready>"


def finish(terminal: Terminal, journal: Journal, ending: str, why: str) -> None:
    expect_equal(terminal.end(), 0, "the exit status")
    expect_equal(terminal.left_behind(), [], "what was left on the terminal")
    expect(0x1B not in terminal.output, "there is an escape in the output")
    journal.verify_ending(ending, why)


def a_session_without_an_escape(place: Place) -> None:
    journal = place.journal()
    with Terminal(place.popup(journal), DUMB) as terminal:
        terminal.wait("Enter alone: 1")
        # Enter alone accepts; what is no number is asked again.
        terminal.type("nonsense\r")
        terminal.wait(journal.events, "an event for it")
        terminal.type("\r")
        terminal.wait("2. No, I did not allow it")
        terminal.type("1\r")
        terminal.wait("3. Quit")
        terminal.type("3\r")
        finish(terminal, journal, "finished", "quit")
    expect_equal(journal.term("training"), ("agreed", "preset-untouched"), "the agreement to the training")


def control_c(place: Place) -> None:
    journal = place.journal()
    with Terminal(place.popup(journal), DUMB) as terminal:
        terminal.wait("Enter alone: 1")
        terminal.type("\x03")
        finish(terminal, journal, "left", "stop-key")


def control_d(place: Place) -> None:
    journal = place.journal()
    with Terminal(place.popup(journal), DUMB) as terminal:
        terminal.wait("Enter alone: 1")
        terminal.type("\x04")
        finish(terminal, journal, "left", "end-of-input")


def a_stop_under_a_shell(place: Place) -> None:
    journal = place.journal()
    with Terminal(["bash", "--norc", "--noprofile", "-i"], {**DUMB, "PS1": PROMPT}) as terminal:
        terminal.wait(PROMPT)
        terminal.type(" ".join(place.popup(journal)) + "\r")
        terminal.wait("Enter alone: 1")
        terminal.type("\x1a")
        terminal.wait("Stopped")
        expect_equal([event["e"] for event in journal.events()], ["suspended"], "the events up to the stop")
        terminal.type("fg\r")
        terminal.wait(lambda: journal.has("continued"), "an event for going on")
        terminal.type("3\r")
        terminal.wait("3. switch [Off]")
        terminal.type("1\r")
        terminal.wait("2. No, I did not allow it")
        terminal.type("2\r")
        terminal.wait("3. Quit")
        terminal.type("3\r")
        terminal.wait("consumer-terms: quit")
        journal.verify_refusal()
        terminal.type("exit\r")
        expect_equal(terminal.end(), 0, "the exit status of the shell")


def a_kiosk(place: Place) -> None:
    journal = place.journal()
    with Terminal(place.popup(journal, "--kiosk"), DUMB) as terminal:
        terminal.wait("0. Stop taking part")
        terminal.type("\x1a\x1c")
        terminal.type("3\r")
        terminal.wait("3. switch [Off]")
        terminal.type("\x03")
        terminal.wait("Do you want to stop?")
        terminal.type("1\r")
        terminal.wait("You have stopped")
        terminal.type("1\r")
        finish(terminal, journal, "finished", "stopped")
        expect(b"undecided" not in terminal.output, "the agreement was printed")


def lines_typed_ahead(place: Place) -> None:
    journal = place.journal()
    with Terminal(place.popup(journal), DUMB) as terminal:
        terminal.wait("Enter alone: 1")
        # All at once: only the first line can be an answer to what is on the terminal.
        terminal.type("3\r1\r2\r3\r")
        finish(terminal, journal, "finished", "quit")
    early = [event.get("anticipatory", False) for event in journal.events("choose")]
    expect_equal(early, [False, True, True, True], "which of the lines were typed too early")
    journal.verify_refusal()


if __name__ == "__main__":
    run_checks(
        {
            "a session without an escape": a_session_without_an_escape,
            "Ctrl-C leaves": control_c,
            "Ctrl-D is the end of the input": control_d,
            "a stop under a shell, and fg": a_stop_under_a_shell,
            "a kiosk": a_kiosk,
            "lines typed ahead": lines_typed_ahead,
        }
    )
