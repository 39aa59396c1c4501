#!/usr/bin/env python3
"""What explore and audit write for others: Graphviz draws the graphs, and SARIF keeps its rules."""
import json
import subprocess
from typing import Any
from xml.etree import ElementTree

import jsonschema

from checking import Place, expect, expect_equal, run_checks

FLOWS = [("consumer-terms", "popup"), ("consumer-terms", "terminal"), ("consumer-terms", "journey"), ("fair-choice", "choice"), ("chat-delete", "")]

# What of SARIF 2.1.0 (OASIS) a log of ours has to keep to; nothing else may be in it.
TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"], "additionalProperties": False}
LEVELS = {"enum": ["none", "note", "warning", "error"]}
SARIF: "dict[str, Any]" = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "name": {"type": "string"},
                                                "shortDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {"type": "object", "properties": {"level": LEVELS}, "additionalProperties": False},
                                                "properties": {
                                                    "type": "object",
                                                    "properties": {"tags": {"type": "array", "uniqueItems": True, "items": {"type": "string"}}},
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": LEVELS,
                                "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
                                "message": TEXT,
                                "locations": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {
                                        "type": "object",
                                        "required": ["logicalLocations"],
                                        "additionalProperties": False,
                                        "properties": {
                                            "logicalLocations": {
                                                "type": "array",
                                                "minItems": 1,
                                                "items": {
                                                    "type": "object",
                                                    "additionalProperties": False,
                                                    "properties": {key: {"type": "string"} for key in ("name", "fullyQualifiedName", "kind")},
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def call(place: Place, *arguments: str, status: int = 0) -> str:
    done = subprocess.run([place.program, *arguments], capture_output=True, text=True, timeout=300, check=False)
    expect_equal(done.returncode, status, f"the status of {arguments} ({done.stderr.strip()[-500:]})")
    return done.stdout


def entry_of(entry: str) -> "list[str]":
    return ["--entry", entry] if entry else []


def graphs(place: Place) -> None:
    for flow, entry in FLOWS:
        dot = call(place, "explore", flow, *entry_of(entry), "--format", "dot")
        drawn = subprocess.run(["dot", "-Tsvg"], input=dot, capture_output=True, text=True, timeout=60, check=False)
        expect_equal((drawn.returncode, drawn.stderr), (0, ""), f"what dot says of {flow}")
        titles = {title.text for title in ElementTree.fromstring(drawn.stdout).iter("{http://www.w3.org/2000/svg}title")}
        found = json.loads(call(place, "explore", flow, *entry_of(entry), "--json"))
        for outcome in found["outcomes"]:
            if outcome["keys"] is not None:
                expect(f'label="{outcome["outcome"]}"' in dot, f"{flow}: the outcome {outcome['outcome']} is not drawn")
        expect(len(titles) > 3, f"{flow}: {titles}")
        mermaid = call(place, "explore", flow, *entry_of(entry), "--format", "mermaid")
        expect(mermaid.startswith("flowchart LR\n") and mermaid.count("-->") == dot.count(" -> "), f"the arrows of {flow}")


def ways(place: Place) -> None:
    """Every way that explore finds leads where it says: the walks that it writes are walked."""
    walked = 0
    for index, (flow, entry) in enumerate(FLOWS):
        folder = place.folder / f"ways{index}"
        call(place, "explore", flow, *entry_of(entry), "--walks", str(folder))
        walks = sorted(str(path) for path in folder.iterdir())
        call(place, "walk", *walks)
        walked += len(walks)
        # Nothing is overwritten.
        call(place, "explore", flow, *entry_of(entry), "--walks", str(folder), status=2)
    expect(walked > 30, f"only {walked} ways were walked")
    print(f"        {walked} ways, each walked to where it leads")
def sarif(place: Place) -> None:
    log = json.loads(call(place, "audit", "consumer-terms", "fair-choice", "--format", "sarif"))
    jsonschema.Draft202012Validator(SARIF).validate(log)
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        expect_equal(rules[result["ruleIndex"]], result["ruleId"], "the rule of a result")
    fired = sorted({result["ruleId"] for result in run["results"]})
    wanted = "R01 R03 R04 R05 R07 R09 R10 R11 R12 R13 R15 R16 R19 R20 R23 R24"
    expect_equal(" ".join(fired), wanted, "the rules that fire")
    known = place.folder / "known.txt"
    known.write_text("".join(f"consumer-terms {rule}\n" for rule in fired), encoding="utf-8")
    call(place, "audit", "consumer-terms", "--baseline", str(known))
    call(place, "audit", "consumer-terms", "--set", "esc=accepts", "--baseline", str(known), status=10)
    call(place, "audit", "consumer-terms", "--fail-on", "R01", status=10)
    call(place, "audit", "fair-choice", "--fail-on", "any")
    call(place, "audit", "fair-choice", "--fail-on", "R99", status=2)


if __name__ == "__main__":
    run_checks({"graphs": graphs, "ways": ways, "SARIF": sarif})
