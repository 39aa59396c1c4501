#!/usr/bin/env python3
"""The page of a report in a browser: nothing is loaded, nothing runs, nothing overflows, and tidy and axe find nothing.

CLICKWRAP_PICTURES names a folder for pictures at 1280 and 390 pixels, in the dark and in print.
"""
import itertools
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from check_export import chained
from check_study import Person, Study, at_once
from checking import Place, expect, expect_equal, run_checks

CHROMIUM = "/usr/bin/chromium"
PEOPLE = os.environ.get("CLICKWRAP_SYNTHETIC", "200")
PICTURES = os.environ.get("CLICKWRAP_PICTURES")
HOSTILE = [
    "<script>document.title='hit'</script>", "\"><img src=x onerror=\"document.title='hit'\">", "'-alert(1)-'",
    "{{style}}{{{style}}}", "\u202egnp.exe\u2066x", "</bdi></blockquote></main><h1>hit</h1>", "=HYPERLINK(\"http://x\")",
]
WIDE = """() => [...document.querySelectorAll('body *')].filter(
  (e) => !e.closest('.wide') && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 80))"""


def look(page_path: Path, use: "Any") -> None:
    """Opens the page in every guise; whatever it asks for besides itself, and whatever goes wrong in it, is a failure."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, width, scheme in [("1280", 1280, "light"), ("390", 390, "light"), ("dark", 1280, "dark")]:
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            wrong: "list[str]" = []
            page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
            page.on("console", lambda message: wrong.append(message.text))
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.goto(page_path.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
            expect_equal(page.evaluate("document.documentElement.scrollWidth"), width, f"the width of the page at {name}")
            expect_equal(page.evaluate(WIDE), [], f"what is wider than the page at {name}")
            expect_equal(
                page.evaluate("[...document.images].filter((i) => !i.complete || i.naturalWidth === 0 || !i.alt).length"), 0,
                "pictures that are not there, or say nothing")
            use(page)
            found = Axe().run(page)
            expect_equal(found.violations_count, 0, f"what axe finds at {name}: {found.generate_report()[:600]}")
            expect_equal(wrong, [], f"what the page asks for, or complains of, at {name}")
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/page-{name}.png", full_page=True)
                page.pdf(path=f"{PICTURES}/page-{name}.pdf", format="A4", print_background=True)
            page.close()
        browser.close()


def tidy(page: Path) -> None:
    # Bars are elements without words; tidy would drop them from a page that it writes, and says so.
    done = subprocess.run(
        ["tidy", "-q", "-e", "--drop-empty-elements", "no", str(page)], capture_output=True, text=True, timeout=60, check=False)
    expect_equal(done.stderr.strip(), "", "what tidy finds")


def example(place: Place) -> None:
    folder = place.folder / "worked"
    made = subprocess.run(
        [place.program, "example", str(folder), "--participants", PEOPLE], capture_output=True, text=True, timeout=300, check=False)
    expect_equal(made.returncode, 0, f"the status ({made.stderr[-300:]})")
    page = folder / "reports" / "simulated.html"
    tidy(page)

    def marked(shown: Page) -> None:
        figures = shown.locator("figure").count()
        expect(figures >= 12, f"{figures} figures")
        expect_equal(shown.locator("figure .watermark").count(), figures, "figures that are marked as simulated")

    look(page, marked)
    size = page.stat().st_size
    expect(size < 3_000_000, f"the page has {size} bytes")
    told = json.loads(subprocess.run(
        [place.program, "report", str(folder), "--stage", "simulated", "--json"], capture_output=True, text=True, timeout=120, check=True).stdout)
    expect_equal(sum(arm["assigned"] for arm in told["arms"]) <= int(PEOPLE), True, "who was assigned")
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8"))
    for arm in told["arms"]:
        unaware = arm["unaware_sharing"]
        expect(f"{unaware['count']}/{unaware['total']}, " in text, f"the page has not what the JSON says of {arm['arm']}")
    again = folder / "again.html"
    subprocess.run(
        [place.program, "report", str(folder), "--stage", "simulated", "--page", str(again)], capture_output=True, timeout=120, check=True)
    expect_equal(again.read_bytes() == page.read_bytes(), True, "the same journals give the same page")
    print(f"        {PEOPLE} synthetic participants, {size // 1024} KiB")


def factorial(place: Place) -> None:
    """A study of eight arms over several days: effects of factors, several prompts."""
    folder = place.folder / "factors"

    def call(*words: str) -> str:
        done = subprocess.run([place.program, *words], capture_output=True, text=True, timeout=300, check=False)
        expect_equal(done.returncode, 0, f"the status of {words[0]} ({done.stderr[-300:]})")
        return done.stdout

    call("init", str(folder))
    plan = folder / "study.yaml"
    text = plan.read_text(encoding="utf-8")
    text = re.sub(r"arms:\n(  .*\n)+", "factors: {default: [\"off\", \"on\"], fill: [equal, black], not-now: [present, absent]}\n", text)
    text = re.sub(r"contrasts: .*\n", "effects: [[default], [default, fill]]\ntest: fisher\n", text)
    plan.write_text(text.replace("days: [1]", "days: [1, 2, 8]"), encoding="utf-8")
    call("simulate", str(folder), "--participants", "96", "--seed", "3")
    page = folder / "reports" / "simulated.html"
    call("report", str(folder), "--stage", "simulated", "--page", str(page))
    tidy(page)

    def whole(shown: Page) -> None:
        rows = shown.locator("th:text-is('default × fill') + td").all_inner_texts()
        expect_equal(rows, ["planned", "planned"], "what is said of the interaction, by both outcomes")
        expect(shown.locator("th:has-text('not-now-present, 2')").count() > 0, "a second prompt")

    look(page, whole)
    told = json.loads(call("report", str(folder), "--stage", "simulated", "--json"))
    expect_equal(
        [[effect["effect"] for effect in outcome["effects"] if effect["planned"]] for outcome in told["factorial"]],
        [["default", "default × fill"]] * 2, "the planned effects")


def hostile(place: Place) -> None:
    study = Study(place, 4, [], live=False)
    plan = study.folder / "study.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("texts: none", "texts: all"), encoding="utf-8")
    people = []
    for number in range(3):
        person = Person(study, f"p{number}")
        words = itertools.cycle(HOSTILE[2 * number:] + HOSTILE[:2 * number])
        ask = person.next

        def say(entries: "Any", person: Person = person, words: "Any" = words, ask: "Any" = ask) -> str:
            if not person.is_asked_for_words:
                return ask(entries)
            person.typed[len(person.answers)] = next(words)
            return person.typed[len(person.answers)]

        person.next = say  # type: ignore[method-assign]
        people.append(person)
    at_once([person.play for person in people])
    # Marks of direction are not taken from a keyboard; whatever is in a file has to be inert all the same.
    typed = {text for person in people for text in person.typed.values()}
    texts = study.folder / "texts" / "s000001.jsonl"
    kept = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
    for entry in kept:
        del entry["chain"]
    chained(texts, kept + [{**kept[-1], "n": len(kept) + index, "text": text} for index, text in enumerate(HOSTILE)])
    page = study.folder / "reports" / "pilot.html"
    study.call("report", str(study.folder), "--stage", "pilot", "--page", str(page), "--texts")
    tidy(page)

    def inert(shown: Page) -> None:
        quotes = shown.locator("blockquote bdi").all_inner_texts()
        expect(any("<script>document.title='hit'</script>" in quote for quote in quotes), f"the texts: {quotes}")
        expect(any("\\u{202e}gnp.exe\\u{2066}x" in quote for quote in quotes), f"directions: {quotes}")
        expect(shown.title() != "hit", "something ran")
        expect_equal(shown.locator("script, blockquote img, h1:text('hit')").count(), 0, "what became an element")

    look(page, inert)
    print(f"        {len(HOSTILE)} hostile texts, {len(typed)} of them typed")


if __name__ == "__main__":
    run_checks({"example": example, "factorial": factorial, "hostile": hostile})
