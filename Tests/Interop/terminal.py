"""A terminal for the checks: a program on a pseudo-terminal of its own, and a model of what its screen would show."""
import codecs
import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from typing import Callable, Optional, Union

from checking import PATIENCE, Failure

SEQUENCE = re.compile(r"\x1b(?:\[([?<=>]?)([0-9;:]*)[ -/]*([@-~])|[()][0-9A-Za-z]|([78=>McDEH]))")

# What a program must not leave switched on, by the number of the private mode.
MODES = {
    1: "application cursor keys",
    47: "alternate screen",
    1000: "mouse",
    1002: "mouse",
    1003: "mouse",
    1004: "focus reports",
    1006: "mouse",
    1047: "alternate screen",
    1049: "alternate screen",
    2004: "paste",
    2026: "synchronized update",
}


class Screen:
    """Enough of a terminal for what ncurses sends to one of many kinds: the text, the cursor and the modes."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self.modes: set[int] = {25}
        self.has_keypad = False
        self.column = self.row = self.top = 0
        self.bottom = rows - 1
        self.last = " "
        self.pending = ""
        self.cells = [[" "] * columns for _ in range(rows)]

    @property
    def text(self) -> str:
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def resize(self, columns: int, rows: int) -> None:
        modes, keypad = self.modes, self.has_keypad
        self.__init__(columns, rows)
        self.modes, self.has_keypad = modes, keypad

    def left_on(self) -> list[str]:
        left = sorted({name for mode, name in MODES.items() if mode in self.modes})
        if 25 not in self.modes:
            left.append("hidden cursor")
        if self.has_keypad:
            left.append("application keypad")
        return left

    def feed(self, text: str) -> None:
        text = self.pending + text
        self.pending = ""
        index = 0
        while index < len(text):
            if text[index] != "\x1b":
                self.put(text[index])
                index += 1
                continue
            match = SEQUENCE.match(text, index)
            if match:
                self.sequence(match)
                index = match.end()
            elif len(text) - index < 64:
                self.pending = text[index:]
                return
            else:
                index += 1

    def sequence(self, match: re.Match[str]) -> None:
        private, parameters, final, single = match.groups()
        if final:
            self.control(private, parameters, final)
        elif single in ("=", ">"):
            self.has_keypad = single == "="
        elif single == "M":
            self.up_one()
        elif single == "D":
            self.down_one()

    def put(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.down_one()
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character == "\t":
            self.column = min(self.columns - 1, (self.column // 8 + 1) * 8)
        elif character >= " ":
            if self.column >= self.columns:
                self.column = 0
                self.down_one()
            self.cells[self.row][self.column] = character
            self.last = character
            self.column += 1

    def down_one(self) -> None:
        if self.row == self.bottom:
            del self.cells[self.top]
            self.cells.insert(self.bottom, [" "] * self.columns)
        else:
            self.row = min(self.rows - 1, self.row + 1)

    def up_one(self) -> None:
        if self.row == self.top:
            del self.cells[self.bottom]
            self.cells.insert(self.top, [" "] * self.columns)
        else:
            self.row = max(0, self.row - 1)

    def control(self, private: str, parameters: str, final: str) -> None:
        numbers = [int(part) if part.isdigit() else 0 for part in re.split("[;:]", parameters)]
        if private:
            if private == "?" and final in "hl":
                self.switch(set(numbers), final == "h")
            return
        first = max(1, numbers[0])
        second = max(1, numbers[1]) if len(numbers) > 1 else 1
        row = self.cells[self.row]
        if final in "Hf":
            self.row, self.column = min(self.rows, first) - 1, min(self.columns, second) - 1
        elif final == "d":
            self.row = min(self.rows, first) - 1
        elif final == "G":
            self.column = min(self.columns, first) - 1
        elif final == "A":
            self.row = max(0, self.row - first)
        elif final == "B":
            self.row = min(self.rows - 1, self.row + first)
        elif final == "C":
            self.column = min(self.columns - 1, self.column + first)
        elif final == "D":
            self.column = max(0, min(self.column, self.columns - 1) - first)
        elif final == "Z":
            self.column = max(0, (self.column - 1) // 8 * 8)
        elif final == "b":
            for _ in range(first):
                self.put(self.last)
        elif final == "r":
            self.top = first - 1
            self.bottom = min(self.rows, numbers[1] if len(numbers) > 1 and numbers[1] else self.rows) - 1
            self.row = self.column = 0
        elif final in "KJ":
            self.erase(final, numbers[0])
        elif final == "X":
            row[self.column : self.column + first] = [" "] * min(first, self.columns - self.column)
        elif final == "P":
            row[self.column :] = (row[self.column + first :] + [" "] * self.columns)[: self.columns - self.column]
        elif final == "@":
            row[self.column : self.column] = [" "] * first
            del row[self.columns :]
        elif final in "LM":
            for _ in range(min(first, self.rows)):
                del self.cells[self.bottom if final == "L" else self.row]
                self.cells.insert(self.row if final == "L" else self.bottom, [" "] * self.columns)

    def switch(self, modes: set[int], on: bool) -> None:
        self.modes = self.modes | modes if on else self.modes - modes
        if modes & {47, 1047, 1049}:
            self.cells = [[" "] * self.columns for _ in range(self.rows)]

    def erase(self, final: str, kind: int) -> None:
        row = self.cells[self.row]
        start, end = {0: (self.column, self.columns), 1: (0, self.column + 1)}.get(kind, (0, self.columns))
        row[start:end] = [" "] * (min(end, self.columns) - min(start, self.columns))
        if final == "J":
            below = range(self.row + 1, self.rows) if kind == 0 else range(0)
            for index in below if kind == 0 else range(0, self.row if kind == 1 else self.rows):
                self.cells[index] = [" "] * self.columns


class Terminal:
    """A program on a pseudo-terminal; used in a `with` statement, after which the program is gone."""

    def __init__(
        self,
        command: list[str],
        environment: Optional[dict[str, Optional[str]]] = None,
        columns: int = 80,
        rows: int = 24,
        charset: str = "utf-8",
    ) -> None:
        self.screen = Screen(columns, rows)
        self.output = bytearray()
        self.decode = codecs.getincrementaldecoder(charset)("replace").decode
        self.master, slave = os.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.master)
        name = os.ttyname(slave)
        variables = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        for key, value in (environment or {}).items():
            variables.pop(key, None)
            if value is not None:
                variables[key] = value
        # The first terminal that the leader of a session opens becomes its own.
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, name, os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, 0, 2),
        ]
        self.process = os.posix_spawnp(
            command[0], command, variables, file_actions=actions, setsid=True, setsigdef=range(1, 32)
        )
        os.close(slave)
        self.status: Optional[int] = None

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.master)

    def type(self, text: Union[str, bytes]) -> None:
        data = text.encode() if isinstance(text, str) else text
        while data:
            data = data[os.write(self.master, data) :]

    def resize(self, columns: int, rows: int) -> None:
        self.read(0)
        self.screen.resize(columns, rows)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds: float) -> bool:
        """Reads what comes within a time; false when nothing came, or nothing will come any more."""
        if not select.select([self.master], [], [], max(0.0, seconds))[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.output += data
        self.screen.feed(self.decode(data))
        return bool(data)

    def wait(self, what: Union[str, Callable[[], object]], because: str = "") -> None:
        """Reads until a text is on the screen, or a condition holds."""
        holds = (lambda: what in self.screen.text) if isinstance(what, str) else what
        deadline = time.monotonic() + PATIENCE
        while not holds():
            # A condition may hold without anything being written.
            self.read(0.02)
            if time.monotonic() > deadline or (self.has_ended() and not self.read(0) and not holds()):
                name = because or (f"`{what}`" if isinstance(what, str) else "what was waited for")
                raise Failure(f"{name} did not come about; the screen:\n{self.screen.text.rstrip()}")

    def has_ended(self) -> bool:
        if self.status is None:
            process, status = os.waitpid(self.process, os.WNOHANG)
            if process:
                self.status = status
        return self.status is not None

    def end(self) -> int:
        """Waits for the end of the program: its exit status, or the number of a signal as a negative one."""
        deadline = time.monotonic() + PATIENCE
        while not self.has_ended():
            self.read(0.02)
            if time.monotonic() > deadline:
                raise Failure(f"it did not end; the screen:\n{self.screen.text.rstrip()}")
        while self.read(0):
            pass
        return os.waitstatus_to_exitcode(self.status or 0)

    def left_behind(self) -> list[str]:
        """What the program has left on its terminal; empty when it gave it back."""
        left = self.screen.left_on()
        names = ("modes of input", "modes of output", "modes of control", "modes of the line")
        after = termios.tcgetattr(self.master)
        return left + [name for index, name in enumerate(names) if after[index] != self.before[index]]
