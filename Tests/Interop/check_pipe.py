#!/usr/bin/env python3
"""The linear presentation through pipes: scripts, readers that go away, and no input at all."""
import contextlib
import subprocess
import time
from typing import IO, Any

from checking import PATIENCE, Place, expect, expect_equal, run_checks


def answers_from_a_pipe(place: Place) -> None:
    journal = place.journal()
    done = subprocess.run(
        # With its input guard: a script answers in its own time.
        [place.program, "run", "consumer-terms", "--entry", "popup", "--linear", "--journal", str(journal.path)],
        input=b"3\n1\n2\n3\n",
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    expect_equal((done.returncode, done.stderr), (0, b""), "the exit status and what is said on standard error")
    expect(0x1B not in done.stdout, "there is an escape in the output")
    text = done.stdout.decode("ascii", errors="replace")
    for once in ("Updates to consumer terms\n", "1. Accept\n", "3. switch [On]\n", "3. switch [Off]\n", "3. Quit\n"):
        expect_equal(text.count(once), 1, f"how often {once!r} was written")
    journal.verify_refusal()
    expect_equal([event["e"] for event in journal.events()], ["choose"] * 4, "the events")
    expect(not any("anticipatory" in event for event in journal.events()), "an answer counts as given too early")


def start(place: Place, path: str, **streams: Any) -> "subprocess.Popen[bytes]":
    command = [place.program, "run", "consumer-terms", "--entry", "popup", "--linear", "--journal", path]
    return subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0, **streams)


def stream(of: "IO[bytes] | None") -> "IO[bytes]":
    assert of is not None
    return of


def a_reader_that_goes_away(place: Place) -> None:
    journal = place.journal()
    program = start(place, str(journal.path), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with program:
        output = stream(program.stdout)
        head = subprocess.Popen(["head", "-n", "1"], stdin=output, stdout=subprocess.DEVNULL)
        output.close()
        expect_equal(head.wait(PATIENCE), 0, "the exit status of head")
        # Only now is there something more to write. Whoever notices first that nobody reads ends the session, so that it
        # may be over before it gets an answer.
        with contextlib.suppress(BrokenPipeError):
            stream(program.stdin).write(b"3\n1\n2\n3\n")
        status = program.wait(PATIENCE)
        complaints = stream(program.stderr).read()
    journal.verify_ending("left", "hangup")
    expect_equal(complaints, b"", "what is said on standard error")
    # The agreement is written to nobody after that; what comes of this is no business of the session.
    expect(status in (0, -13), f"the exit status is {status}")


def an_empty_input(place: Place) -> None:
    journal = place.journal()
    started = time.monotonic()
    with start(place, str(journal.path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as program:
        output, complaints = program.communicate(timeout=PATIENCE)
    expect_equal((program.returncode, complaints), (0, b""), "the exit status and what is said on standard error")
    expect(b"1. Accept" in output, "the pop-up is not in the output")
    expect(time.monotonic() - started < 5, "it did not end at once")
    journal.verify_ending("left", "end-of-input")
    expect_equal(journal.term("training"), ("undecided", "left"), "the agreement to the training")


def a_closed_stream(place: Place) -> None:
    for redirection in ("<&-", ">&-"):
        journal = place.journal()
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *place.popup(journal, "--linear")],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        expect_equal(done.returncode, 2, f"the exit status with {redirection}")
        expect(b"is closed" in done.stderr, f"no reason is given with {redirection}: {done.stderr!r}")
        expect_equal(done.stdout, b"", "the output")
        expect(not journal.path.exists(), "there is a journal of a session that never was")


if __name__ == "__main__":
    run_checks(
        {
            "answers from a pipe": answers_from_a_pipe,
            "a reader that goes away": a_reader_that_goes_away,
            "an empty input": an_empty_input,
            "a closed stream": a_closed_stream,
        }
    )
