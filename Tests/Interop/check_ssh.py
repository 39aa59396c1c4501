#!/usr/bin/env python3
"""The pop-up through ssh, as a forced command: a server of its own on this machine, and a real client."""
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import Optional

from checking import Journal, Place, expect, expect_equal, run_checks, wait_until
from terminal import Terminal

SSHD = "/usr/sbin/sshd"


def children(process: int) -> list[int]:
    """The processes that a process has started and that are still there."""
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{process}/task"):
            found += [int(word) for word in Path(f"/proc/{process}/task/{task}/children").read_text().split()]
    except OSError:
        pass
    return found


def descendants(process: int) -> list[int]:
    found = children(process)
    return found + [other for child in found for other in descendants(child)]


def name_of(process: int) -> Optional[str]:
    try:
        return Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return None


def is_running(process: int) -> bool:
    """Whether a process is there and has not ended; one that nobody has waited for yet has."""
    try:
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2]
    except OSError:
        return False
    return after_name.split()[0] not in "ZX"


class Server:
    """An sshd with keys and a configuration of its own; used in a `with` statement, after which it is gone."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.folder = place.folder
        self.port = free_port()

    def __enter__(self) -> "Server":
        for name in ("host", "user"):
            self.make_key(name)
        lines = [
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {self.folder}/host",
            f"AuthorizedKeysFile {self.folder}/authorized_keys",
            "PidFile none",
            "UsePAM no",
            # The temporary folder belongs to everybody.
            "StrictModes no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin yes",
            "PrintMotd no",
            "PrintLastLog no",
            "SetEnv LC_ALL=C.UTF-8",
        ]
        (self.folder / "sshd_config").write_text("\n".join(lines) + "\n")
        if os.getuid() == 0:
            # Where it locks itself in before a client has said who it is.
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        command = [SSHD, "-D", "-e", "-f", f"{self.folder}/sshd_config"]
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(lambda: "Server listening" in self.log or self.process.poll() is not None, "a listening sshd")
        expect(self.process.poll() is None, f"sshd has ended: {self.log}")
        return self

    def __exit__(self, *_: object) -> None:
        for process in descendants(self.process.pid):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.kill()
        self.process.wait()

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def make_key(self, name: str) -> None:
        path = str(self.folder / name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)

    def connect(self, command: list[str]) -> Terminal:
        """A client at a terminal, for whom the server starts this command and nothing else."""
        forced = " ".join(["exec", *command])
        key = (self.folder / "user.pub").read_text()
        (self.folder / "authorized_keys").write_text(f'command="{forced}",restrict,pty {key}')
        client = ["ssh", "-F", "/dev/null", "-tt", "-e", "none", "-p", str(self.port), "-i", str(self.folder / "user")]
        for option in ("BatchMode=yes", "StrictHostKeyChecking=no", f"UserKnownHostsFile={self.folder}/known"):
            client += ["-o", option]
        # What a client asks for does not count against a forced command.
        return Terminal([*client, "127.0.0.1", "sh"], {"HOME": str(self.folder)})

    def programs(self) -> list[tuple[int, str]]:
        """What runs for clients, apart from the server's own processes."""
        named = [(process, name_of(process)) for process in descendants(self.process.pid)]
        return [(process, name) for process, name in named if name and not name.startswith("sshd")]

    def check_only_the_program_runs(self) -> int:
        """There is one process behind the connection, and it is the program; its number."""
        found = self.programs()
        expect_equal(len(found), 1, f"the number of processes behind the connection, {found}")
        process = found[0][0]
        expect_equal(os.readlink(f"/proc/{process}/exe"), os.path.realpath(self.place.program), "what runs there")
        return process

    def wait_for_nothing(self) -> None:
        wait_until(lambda: not self.programs(), "an end of what ran for the client")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def decide(terminal: Terminal) -> None:
    terminal.wait("[ Accept ]")
    terminal.type("\t")
    terminal.wait("[ Not now ]")
    terminal.type("\t \x1b[Z\x1b[Z")
    terminal.wait("[ Accept ]")
    terminal.type("\r")
    terminal.wait("Did you just allow training")
    terminal.type("2")
    terminal.wait("What you just agreed to")


def a_decision(place: Place) -> None:
    journal = place.journal()
    with Server(place) as server, server.connect(place.popup(journal)) as terminal:
        decide(terminal)
        server.check_only_the_program_runs()
        terminal.type("q")
        expect_equal(terminal.end(), 0, "the exit status of the client")
        expect_equal(terminal.left_behind(), [], "what was left on the terminal")
        expect(b"consumer-terms: quit" in terminal.output, "the agreement was not printed")
        server.wait_for_nothing()
    journal.verify_refusal()
    facts = journal.header["terminal"]
    expect_equal((facts["term"], facts["through"]), ("xterm-256color", ["ssh"]), "the terminal in the journal")


def a_dropped_connection(place: Place) -> None:
    journal = place.journal()
    with Server(place) as server, server.connect(place.popup(journal)) as terminal:
        terminal.wait("[ Accept ]")
        process = server.check_only_the_program_runs()
        terminal.type("\t")
        terminal.wait("[ Not now ]")
        seen = len(journal.events())
        os.kill(terminal.process, signal.SIGKILL)
        # The server's process for this client ends as well, so the program is nobody's child by now.
        wait_until(lambda: not is_running(process), "an end of the program")
        server.wait_for_nothing()
    # The server takes the terminal away, and the program writes its last line: nothing is unfinished.
    journal.verify_ending("left", "hangup")
    events = [(event["e"], event.get("v")) for event in journal.events()]
    expect_equal(events[seen - 1 :], [("key", "tab"), ("leave", "hangup")], "the end of the events")
    expect_equal(journal.term("training"), ("undecided", "left"), "the agreement to the training")


def a_kiosk(place: Place) -> None:
    journal = place.journal()
    with Server(place) as server, server.connect(place.popup(journal, "--kiosk")) as terminal:
        terminal.wait("[ Accept ]")
        process = server.check_only_the_program_runs()
        # What would stop or end a program, and what starts a shell in others.
        terminal.type("\x1a\x1c!:")
        terminal.wait(lambda: len(journal.events("key")) == 4, "the keys in the journal")
        expect_equal(server.check_only_the_program_runs(), process, "the process behind the connection")
        terminal.type("\x03")
        terminal.wait("Do you want to stop?")
        expect_equal(server.check_only_the_program_runs(), process, "the process behind the connection")
        stop(terminal)
        expect_equal(terminal.end(), 0, "the exit status of the client")
        expect_equal(terminal.left_behind(), [], "what was left on the terminal")
        server.wait_for_nothing()
        expect(b"undecided" not in terminal.output, "the agreement was printed")
    journal.verify_ending("finished", "stopped")
    expect(journal.header["terminal"]["kiosk"], "the journal does not say that it was a kiosk")


def stop(terminal: Terminal) -> None:
    terminal.type("s")
    terminal.wait("You have stopped")
    terminal.type("\r")


if __name__ == "__main__":
    run_checks({"a decision": a_decision, "a dropped connection": a_dropped_connection, "a kiosk": a_kiosk})
