#!/usr/bin/env python3
"""Verifies journals and studies of clickwrap without clickwrap: one file, standard library only.

    verify.py [--json] [--anchor FILE|HEAD] [--public-key KEY|FILE] [--paths-from FILE|-] JOURNAL|STUDY...

Exit status: 0 all complete, 3 one is unfinished, 4 one is broken or is not what was anchored, 1 one cannot be read.

A journal is lines of JSON. The value `chain` of the first line is SHA-256 over the bytes of the line before `,"chain"`;
of each further line over the 32 bytes of the chain before it and those bytes of its own. A last line without a newline
does not count. Notes and texts that lie beside a study's journals are chained alike, and name events and frames of them.
The study chain is SHA-256 over "LINK SESSION SLOT HEAD\n" with the link before, 64 zeros at first.
What clickwrap alone can do is to replay the session and compare every frame; all else is checked here.
"""
import argparse
import hashlib
import json
import os
import re
import sqlite3
import stat
import sys

LONGEST = 4096
TAIL = re.compile(rb',"chain":"([0-9a-f]{64})"\}\Z')
ANCHOR = re.compile(
    r'\{"anchor":1,"of":(?:"study","links":(?P<links>0|[1-9]\d*)|'
    r'"journal","begins":"(?P<begins>[0-9a-f]{64})","lines":(?P<lines>[1-9]\d*)),"head":"(?P<head>[0-9a-f]{64})"'
    r'(?:,"public_key":"(?P<key>[0-9a-f]{64})","signature":"(?P<signature>[0-9a-f]{128})")?\}'
)


class Broken(Exception):
    """A line, counted from 1, is not as it was written."""

    def __init__(self, line, fault):
        super().__init__(f"{line}: {fault}")
        self.line, self.fault = line, fault


# Ed25519 (RFC 8032), for checking only: nothing here is secret.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _add(a, b):
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, z - t, z + t, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point, scalar = _add(point, point), scalar >> 1
    return result


def _point(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def is_signed(public_key, message, signature):
    a, r, s = _point(public_key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    base = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    left, right = _times(s, base), _add(r, _times(k, a))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


# Journals


def spell(value):
    """JSON as clickwrap spells it: no spaces, members in their order, whole numbers, few escapes."""
    if isinstance(value, dict):
        return "{" + ",".join(spell(key) + ":" + spell(item) for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(spell, value)) + "]"
    if isinstance(value, str):
        escaped = re.sub('["\\\\]', r"\\\g<0>", value)
        return '"' + re.sub("[\x00-\x1f\x7f]", lambda found: "\\u%04x" % ord(found[0]), escaped) + '"'
    return {True: "true", False: "false", None: "null"}[value] if isinstance(value, (bool, type(None))) else str(value)


def lines_of(path):
    """The whole lines of a file, and the bytes after the last newline as the last item, which is no line."""
    with open(path, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Broken(1, "not a regular file")
        number = 1
        while True:
            line = file.readline(LONGEST + 1)
            if len(line) > LONGEST or (len(line) == LONGEST and not line.endswith(b"\n")):
                raise Broken(number, "too long")
            yield line
            if not line.endswith(b"\n"):
                return
            number += 1


def parse(line, number, before):
    """What a line says and its chain."""
    tail = TAIL.search(line)
    if not tail:
        raise Broken(number, "no chain at its end")
    try:
        said = json.loads(line, parse_float=lambda text: "a fraction")
        spelled = spell(said).encode()
    except (ValueError, RecursionError) as error:
        raise Broken(number, "no JSON") from error
    if not isinstance(said, dict) or spelled != line:
        raise Broken(number, "not spelled as clickwrap spells it")
    expected = hashlib.sha256(before + line[: tail.start()]).hexdigest()
    if expected != said["chain"]:
        raise Broken(number, f"the chain is broken: expected {expected}, found {said['chain']}")
    return said, bytes.fromhex(expected)


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def verify(path, anchors=(), frames=None):
    """What a journal is; raises Broken or OSError. Anchors of it are compared on the way, and its frames noted."""
    chains, events, time, closing, dropped = [], 0, 0, None, 0
    for number, line in enumerate(lines_of(path), 1):
        if not line.endswith(b"\n"):
            if number == 1:
                raise Broken(1, "no whole header of a journal" if line else "the file is empty")
            if line and closing:
                raise Broken(number, "something follows the closing line")
            break
        if closing:
            raise Broken(number, "something follows the closing line")
        said, chain = parse(line[:-1], number, chains[-1] if chains else b"")
        if number == 1:
            if said.get("format") not in (1, 2, 3) or "first_frame" not in said:
                raise Broken(1, "no header of a format from 1 to 3")
            if frames is not None:
                frames[-1] = said["first_frame"]
        elif "end" in said:
            closing = said
            if said.get("events") != events or said["end"] not in ("finished", "left"):
                raise Broken(number, "the closing line says something else than the lines before it")
        else:
            if said.get("n") != events or not whole(said.get("t_us")) or not said.get("e") or "frame" not in said:
                raise Broken(number, f"not event {events}")
            if said["t_us"] < time:
                raise Broken(number, "earlier than the event before it")
            if frames is not None:
                frames[events] = said["frame"]
            events, time = events + 1, said["t_us"]
        dropped += said.get("dropped_bytes", 0) if number > 1 else 0
        chains.append(chain)
    for anchor in anchors:
        anchor.compare(chains)
    word = "complete" if closing else "unfinished"
    found = {"verdict": word, "events": events, "head": chains[-1].hex()}
    return {**found, "torn_bytes": len(line), "dropped_bytes": dropped}


def verify_beside(path, frames, is_closed):
    """Notes or texts: chained like a journal, each of an event and a frame that it has. `frames` is None where that is
    broken or has lost lines; after the end of an unfinished one there may have been more."""
    strangers, chain = [], b""
    for number, line in enumerate(lines_of(path), 1):
        if not line.endswith(b"\n"):
            break
        said, chain = parse(line[:-1], number, chain)
        if said.get("n") != number - 1 or not whole(said.get("event")) or "frame" not in said or "text" not in said:
            raise Broken(number, f"not entry {number - 1}")
        if frames is not None and frames.get(said["event"], None if is_closed else said["frame"]) != said["frame"]:
            strangers.append(number)
    if strangers:
        raise Broken(strangers[0], "the journal has no such event with such a frame")


class Anchor:
    """A line that `clickwrap anchor` printed, or a bare head."""

    def __init__(self, text):
        self.is_met, self.links, self.begins, self.lines, self.problem = False, None, None, None, None
        self.key = None
        if re.fullmatch("[0-9a-f]{64}", text):
            self.head = bytes.fromhex(text)
            return
        found = ANCHOR.fullmatch(text)
        if not found:
            raise ValueError("no anchor")
        self.head = bytes.fromhex(found["head"])
        if found["begins"]:
            self.begins, self.lines = bytes.fromhex(found["begins"]), int(found["lines"])
        else:
            self.links = int(found["links"])
        if found["key"]:
            self.key = found["key"]
            signed = text[: text.index(',"public_key"')].encode()
            if not is_signed(bytes.fromhex(self.key), signed, bytes.fromhex(found["signature"])):
                self.problem = "the signature is wrong"

    def compare(self, chains):
        """Holds a journal against it, by the chain after each of its lines."""
        if self.begins == chains[0]:
            self.is_met = True
            if self.lines > len(chains):
                raise Broken(len(chains) + 1, f"cut off: {self.lines} lines were anchored")
            if chains[self.lines - 1] != self.head:
                raise Broken(self.lines, "up to here it is not what was anchored")
        elif self.begins is None and self.links is None and self.head in chains:
            self.is_met = True

    def compare_links(self, links):
        if self.links is None:
            self.is_met = self.is_met or (self.begins is None and self.head.hex() in links)
            return []
        self.is_met = True
        if self.links > len(links):
            return [f"cut off: {len(links)} links are left of {self.links}"]
        is_same = self.links == 0 or links[self.links - 1] == self.head.hex()
        return [] if is_same else [f"link {self.links} is not the one that was anchored"]


def read_anchors(place, key):
    if re.fullmatch("[0-9a-f]{64}", place):
        texts = [place]
    else:
        with open(place, encoding="utf-8") as file:
            texts = [line for line in file.read().split("\n") if line]
    if key and not re.fullmatch("[0-9a-f]{64}", key):
        with open(key, encoding="utf-8") as file:
            key = file.read().strip()
    anchors = [Anchor(text) for text in texts]
    for anchor in anchors:
        if key and anchor.key != key and not anchor.problem:
            anchor.problem = "it is not signed by this key"
    return anchors


# Studies


def verify_study(folder, anchors, say):
    """Every journal that the ledger knows, and the chain over them."""
    ledger = sqlite3.connect(f"file:{os.path.join(folder, 'ledger.sqlite')}?mode=ro", uri=True)
    sessions = ledger.execute("SELECT number, status, head FROM session ORDER BY number").fetchall()
    chain = ledger.execute("SELECT session, slot, head, link FROM chain ORDER BY position").fetchall()
    ledger.close()
    worst, problems, before, linked = 0, [], "0" * 64, {}
    for session, slot, head, link in chain:
        if hashlib.sha256(f"{before} {session} {slot} {head}\n".encode()).hexdigest() != link:
            problems.append(f"link of session {session} does not follow from the one before it")
        before, linked[session] = link, head
    for number, status, head in sessions:
        if head != linked.get(number) and not (status == "withdrawn" and number not in linked):
            problems.append(f"session {number} has another head than its link")
        if status in ("declined", "stopped", "completed", "withdrawn") and number not in linked:
            problems.append(f"session {number} has ended and has no link")
        path = os.path.join(folder, "journals", f"s{number:06d}.jsonl")
        if status == "withdrawn" or (head is None and not os.path.exists(path)):
            continue
        frames = {}
        found = examine(path, anchors, frames)
        is_whole = found["verdict"] in ("complete", "unfinished") and not found["dropped_bytes"]
        for kind in ("notes", "texts"):
            beside = os.path.join(folder, kind, f"s{number:06d}.jsonl")
            try:
                if os.path.exists(beside):
                    verify_beside(beside, frames if is_whole else None, found["verdict"] == "complete")
            except Broken as broken:
                worst = 4
                say({"journal": beside, "verdict": "broken", "line": broken.line, "fault": broken.fault})
        if found["verdict"] == "unfinished" and head is None:
            worst = max(worst, 3)
        elif found["verdict"] != "complete" or head not in (None, found["head"]):
            found["verdict"], worst = "broken", 4
        say(found)
    problems += [f"a link is of session {number}, which is not there" for number in linked.keys() - {s[0] for s in sessions}]
    for anchor in anchors:
        problems += anchor.compare_links([link for _, _, _, link in chain])
    say({"study": folder, "sessions": len(sessions), "links": len(chain), "head": before, "problems": problems})
    return 4 if problems else worst


def examine(path, anchors, frames=None):
    try:
        return {"journal": path, **verify(path, anchors, frames)}
    except Broken as broken:
        return {"journal": path, "verdict": "broken", "line": broken.line, "fault": broken.fault}
    except OSError as error:
        return {"journal": path, "verdict": "unreadable", "error": str(error)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--anchor")
    parser.add_argument("--public-key")
    parser.add_argument("--paths-from")
    options = parser.parse_args()
    try:
        anchors = read_anchors(options.anchor, options.public_key) if options.anchor else []
    except (OSError, ValueError) as error:
        print(f"{options.anchor}: {error}", file=sys.stderr)
        return 4 if isinstance(error, ValueError) else 1
    rank, worst = [0, 3, 1, 4], 0

    def say(found):
        if options.json:
            print(json.dumps(found), flush=True)
        elif "study" in found:
            print(f"{ascii(found['study'])}: {found['sessions']} sessions, {found['links']} links, {found['problems']}")
        else:
            line = f":{found['line']}" if "line" in found else ""
            what = found.get("fault") or found.get("error") or f"{found['events']} events, head {found['head'][:16]}"
            print(f"{ascii(found['journal'])}{line}: {found['verdict']}, {what}")

    def look(path):
        if os.path.isfile(os.path.join(path, "study.yaml")):
            return verify_study(path, anchors, say)
        found = examine(path, anchors)
        say(found)
        return {"complete": 0, "unfinished": 3, "broken": 4, "unreadable": 1}[found["verdict"]]

    more = []
    if options.paths_from:
        more = sys.stdin if options.paths_from == "-" else open(options.paths_from, encoding="utf-8")
    for path in options.paths:
        worst = max(worst, look(path), key=rank.index)
    for path in more:
        worst = max(worst, look(path.rstrip("\n")), key=rank.index)
    for number, anchor in enumerate(anchors, 1):
        if anchor.problem or not anchor.is_met:
            worst = 4
            print(f"anchor {number}: {anchor.problem or 'nothing here is what it is of'}", file=sys.stderr)
    return worst


if __name__ == "__main__":
    sys.exit(main())
