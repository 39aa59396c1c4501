#!/usr/bin/env python3
"""The pop-up in a real tmux: a server of its own, whose keys are sent and whose panes are read."""
import subprocess
from typing import Callable, Union

from checking import Failure, Journal, Place, expect, expect_equal, run_checks, wait_until

PROMPT = "ready>"
FLAGS = "mouse_any_flag alternate_on cursor_flag keypad_flag keypad_cursor_flag"
SIZES = [(100, 30), (60, 24), (80, 24)]
CLEAN = "0 0 1 0 0"


class Tmux:
    """A tmux server with one pane, in which a shell waits; used in a `with` statement, after which it is gone."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": str(place.folder),
            "TERM": "xterm-256color",
            "TMUX_TMPDIR": str(place.folder),
        }

    def __enter__(self) -> "Tmux":
        # A shell that is not interactive, as the one that tmux might start it with, would drop the prompt.
        shell = ["env", f"PS1={PROMPT} ", "bash", "--norc", "--noprofile"]
        self.ask("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", *shell)
        # An escape is passed on at once.
        self.ask("set-option", "-s", "escape-time", "0")
        self.wait(PROMPT)
        self.shell("stty -a > before")
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(self.command("kill-server"), env=self.environment, capture_output=True, check=False)

    def command(self, *arguments: str) -> list[str]:
        return ["tmux", "-L", "clickwrap", *arguments]

    def ask(self, *arguments: str) -> str:
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment,
            cwd=self.place.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        expect_equal(done.returncode, 0, f"the status of tmux {arguments[0]} ({done.stderr.strip()})")
        return done.stdout

    @property
    def text(self) -> str:
        return self.ask("capture-pane", "-p")

    @property
    def flags(self) -> str:
        return self.ask("display-message", "-p", " ".join(f"#{{{flag}}}" for flag in FLAGS.split())).strip()

    def wait(self, what: Union[str, Callable[[], object]], because: str = "") -> None:
        holds = (lambda: what in self.text) if isinstance(what, str) else what
        try:
            wait_until(holds, because or f"`{what}`")
        except Failure as failure:
            raise Failure(f"{failure}; the pane:\n{self.text.rstrip()}") from None

    def keys(self, *names: str) -> None:
        self.ask("send-keys", *names)

    def type(self, line: str) -> None:
        self.ask("send-keys", "-l", line)
        self.keys("Enter")

    def shell(self, line: str) -> None:
        """Has the shell do something, and waits until it has."""
        self.type(f"clear; {line}; echo do''ne")
        self.wait("done")

    def check_clean(self) -> None:
        """The terminal is as it was, and the shell takes commands."""
        self.shell("stty -a > after")
        expect_equal(self.flags, CLEAN, f"what is left on the terminal ({FLAGS})")
        before, after = (self.place.folder / name for name in ("before", "after"))
        expect_equal(after.read_text(), before.read_text(), "what stty says")


def run(tmux: Tmux, journal: Journal, *options: str) -> None:
    # Without the words of the command on the pane, only the program's own are waited for.
    tmux.type("clear; " + " ".join(tmux.place.popup(journal, *options)))


def the_whole_session(place: Place) -> None:
    journal = place.journal()
    with Tmux(place) as tmux:
        run(tmux, journal)
        for text in ("[ Accept ]", "Not now", "You can help improve Assistant", "─●"):
            tmux.wait(text)
        expect_equal(tmux.flags.split()[:2], ["1", "1"], "mouse and alternate screen while it runs")
        tmux.keys("Tab")
        tmux.wait("[ Not now ]")
        tmux.keys("Tab", "Space", "BTab", "BTab")
        tmux.wait(lambda: "[ Accept ]" in tmux.text and "○─" in tmux.text, "the switch at off, and the focus on Accept")
        tmux.keys("Enter")
        tmux.wait("Did you just allow training")
        tmux.keys("2")
        tmux.wait("What you just agreed to")
        tmux.keys("q")
        tmux.wait("consumer-terms: quit")
        tmux.check_clean()
    journal.verify_refusal()
    expect_equal(journal.header["presentation"], "screen", "the presentation")
    facts = journal.header["terminal"]
    expect_equal((facts["mouse"], facts["through"]), (True, ["tmux"]), "mouse and surroundings in the journal")


def the_whole_session_in_lines(place: Place) -> None:
    journal = place.journal()
    with Tmux(place) as tmux:
        run(tmux, journal, "--linear")
        tmux.wait("Enter alone: 1")
        expect_equal(tmux.flags, CLEAN, "the modes of the terminal while it runs")
        for answer, text in (("3", "3. switch [Off]"), ("1", "2. No, I did"), ("2", "3. Quit"), ("3", "terms: quit")):
            tmux.type(answer)
            tmux.wait(text)
        tmux.check_clean()
    journal.verify_refusal()
    expect_equal(journal.header["presentation"], "linear", "the presentation")


def a_lone_escape(place: Place) -> None:
    journal = place.journal()
    with Tmux(place) as tmux:
        run(tmux, journal, "--set", "esc=defers")
        tmux.wait("[ Accept ]")
        tmux.keys("Escape")
        tmux.wait(lambda: "Accept" not in tmux.text, "an end of the pop-up")
        tmux.keys("C-c")
        tmux.wait("consumer-terms: left")
        tmux.check_clean()
    journal.verify_ending("left", "stop-key")
    expect_equal(journal.events("key")[0]["v"], "esc", "the first key in the journal")
    expect_equal(journal.term("training")[0], "deferred", "the training")


def a_resize(place: Place) -> None:
    journal = place.journal()
    with Tmux(place) as tmux:
        run(tmux, journal)
        tmux.wait("[ Accept ]")
        for count, (columns, rows) in enumerate(SIZES, 1):
            tmux.ask("resize-window", "-x", str(columns), "-y", str(rows))
            tmux.wait(lambda: len(journal.events("resize")) >= count, "an event for the new size")
            tmux.wait(lambda: "[ Accept ]" in tmux.text and "└" in tmux.text, "the pop-up at the new size")
        tmux.keys("Tab")
        tmux.wait("[ Not now ]")
        tmux.keys("C-c")
        tmux.wait("consumer-terms: left")
        tmux.check_clean()
    journal.verify_ending("left", "stop-key")
    sizes = [(event["columns"], event["rows"]) for event in journal.events("resize")]
    expect_equal(sizes, SIZES, "the sizes in the journal")


if __name__ == "__main__":
    run_checks(
        {
            "the whole session": the_whole_session,
            "the whole session in lines": the_whole_session_in_lines,
            "a lone Esc": a_lone_escape,
            "a resize in the middle": a_resize,
        }
    )
