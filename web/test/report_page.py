#!/usr/bin/env python3
"""Opens the report page in a headless Chromium and uses it as a reader would.

    report_page.py PAGE [--chromium PROGRAM] [--screenshots FOLDER]

PAGE is the built template, which is then filled with made-up data, ordinary and awkward, or a page that `caloforge
validate` or `caloforge demo` wrote. Exit code 0 when every check passed.
"""

import argparse
import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True  # no caches of the modules beside this file in the source tree
import synthetic_report
from chromium import Browser, BrowserError
from look import KEEP_CONTEXTS, Page
from report_checks import (LAPTOP, NO_WEBGL, PHONES, Checks, check_appearance, check_displays, check_energies, check_no_problems,
                           check_phone, check_print, check_probe, check_sections, has_cells)

TOKEN = '"@CALOFORGE_DATA@"'
LARGEST_PAGE = 10e6  # bytes
PICTURE_HEIGHT = 1600  # CSS pixels: a page in one piece is taller than a browser can draw, and too small to read


def fill(template, data):
    """What `caloforge` does."""
    return template.replace(TOKEN, json.dumps(data).replace("<", "\\u003c"))


def is_template(text):
    return text.count(TOKEN) == 1


def take_screenshots(page, folder, name):
    for label, screen in [("light", {}), ("dark", {"dark": True}), ("phone", {"phone": True}), ("phone-dark", {"phone": True, "dark": True})]:
        width, height = PHONES[0] if "phone" in screen else LAPTOP
        page.browser.set_screen(width, height, **screen)
        page.draw_all()
        page.evaluate("(document.activeElement.blur(), scrollTo(0, 0), document.querySelector('[data-view=oblique]').click())")
        page.browser.settle()
        whole = page.evaluate("document.documentElement.scrollHeight")
        for part, top in enumerate(range(0, whole, PICTURE_HEIGHT)):
            page.browser.screenshot(folder / f"{name}-{label}-{part + 1}.png", top, min(PICTURE_HEIGHT, whole - top))


def open_page(checks, browser, path, name):
    browser.set_screen(*LAPTOP)
    browser.open(path.resolve().as_uri())
    browser.settle()
    check_no_problems(checks, browser, f"{name}, opening")
    return Page(browser)


def check_page(checks, browser, path, name, screenshots, strict):
    """`strict`: the data is well-formed, so everything in it must be seen."""
    page = open_page(checks, browser, path, name)
    data = page.data()
    checks.expect(isinstance(data, dict), f"{name}: the page is filled with data")
    if not isinstance(data, dict):
        return
    with_cells = has_cells(data)
    if with_cells and strict:
        check_displays(checks, page, data)
    if strict:
        check_sections(checks, page, data)
        check_energies(checks, page, data)
        check_probe(checks, page, data)
    else:
        page.draw_all()
        broken = [plot["name"] for plot in page.plots() if plot["broken"]]
        checks.expect(not broken, f"{name}: no broken number in a plot", str(broken))
    check_phone(checks, page, with_cells)
    check_appearance(checks, page, with_cells)
    check_print(checks, page, with_cells)
    if screenshots:
        take_screenshots(page, screenshots, name)
    check_no_problems(checks, browser, f"{name}, using")


def check_large(checks, browser, path):
    """As much data as a page is meant to hold: plots far below the window wait, the displays still work."""
    page = open_page(checks, browser, path, "large")
    pending = page.count("#profiles .pending")
    checks.expect(pending > 0, "plots out of sight are not drawn yet", str(pending))
    page.centre("#profiles figure:last-child")
    browser.settle()
    checks.expect(page.count("#profiles figure:last-child svg.plot") == 1, "a plot that comes into sight is drawn")
    checks.expect(path.stat().st_size < LARGEST_PAGE, "the page stays small", f"{path.stat().st_size} bytes")
    check_displays(checks, page, page.data())
    check_no_problems(checks, browser, "large, using")


def check_lost_context(checks, browser, path):
    """The graphics card drops out: the cells stay. Also: both painters draw the same, but for the rims of cells."""
    script = browser.call("Page.addScriptToEvaluateOnNewDocument", source=KEEP_CONTEXTS)["identifier"]
    page = open_page(checks, browser, path, "losing WebGL")
    with_webgl = page.coloured()
    checks.expect(page.evaluate("window.keptContexts.length") == 1, "one WebGL context serves both displays")
    page.evaluate("window.keptContexts[0].getExtension('WEBGL_lose_context').loseContext()")
    browser.settle()
    browser.settle()
    flat = page.coloured()
    checks.expect(NO_WEBGL in page.text("#display-hint"), "the page says that it lost WebGL")
    checks.expect(all(0.9 < f / max(1, w) < 1.1 for f, w in zip(flat, with_webgl)), "both painters show the same cells", f"{flat}, {with_webgl}")
    browser.call("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    check_no_problems(checks, browser, "losing WebGL")


def check_words(checks, browser, folder, text):
    """Verdicts follow the data, which says how a value lies beside its floor: each case names the words that must appear."""
    metrics = [("a", 0.1, 0.05, "beyond", "2× floor"), ("b", -0.06, 0.05, "unclear", "unclear"), ("d", -0.04, 0.05, "within", "within floor"),
               ("e", 0.1, None, "none", "–"), ("f", 0.1, 0, "beyond", "beyond floor"), ("strange", 0.1, 0.05, None, "–"),
               ("auc_a", 0.5, 0.46, "within", "within floor"), ("auc_b", 0.4, 0.51, "beyond", "10× floor")]
    classifiers = [(0.52, "within", "can only guess"), (0.03, "beyond", "at sight"), (0.8, "beyond", "easily"),
                   (0.7, "none", "with some effort"), (0.55, "beyond", "hardly"), (None, "none", "not measured")]
    data = synthetic_report.empty()
    data["metrics"] = [synthetic_report.metric(name, name, "10:500", value, 0.01, floor, state, ideal=0.5 if name.startswith("auc_") else 0)
                       for name, value, floor, state, _ in metrics]
    data["classifiers"] = [{"name": "c", "auc": auc, "uncertainty": 0.001, "floor": 0.53, "against_floor": state}
                           for auc, state, _ in classifiers]
    path = folder / "words.html"
    path.write_text(fill(text, data), encoding="utf-8")
    page = open_page(checks, browser, path, "words")
    for i, (name, *values, words) in enumerate(metrics):
        shown = page.text(f"#metrics tbody tr:nth-child({i + 1}) td.verdict")
        checks.expect(shown == words, f"{name} {values}: '{words}'", shown)
    for i, (auc, state, words) in enumerate(classifiers):
        shown = page.text(f".classifier:nth-child({i + 1}) .words")
        checks.expect(words in shown, f"AUC {auc}, {state}: '{words}'", shown)


def check_empty_template(checks, browser, path):
    browser.open(path.resolve().as_uri())
    browser.settle()
    checks.expect("empty template" in Page(browser).text("#headline"), "the empty template says what it is")
    check_no_problems(checks, browser, "the empty template")


CASES = {  # name: (data, strict)
    "ordinary": (synthetic_report.report, True),
    "cylinder": (synthetic_report.cylinder, True),
    "ragged": (synthetic_report.ragged, True),
    "boxes": (synthetic_report.boxes, True),
    "sliced": (synthetic_report.sliced, True),
    "three": (synthetic_report.three, True),
    "one-bin": (synthetic_report.one_bin, True),
    "empty": (synthetic_report.empty, False),
    "nulls": (synthetic_report.nulls, False),
    "hostile": (synthetic_report.hostile, False),
}


def check_template(checks, template, chromium, folder, screenshots):
    text = template.read_text(encoding="utf-8")
    paths = {name: folder / f"{name}.html" for name in CASES}
    for name, path in paths.items():
        path.write_text(fill(text, CASES[name][0]()), encoding="utf-8")
    with Browser(chromium) as browser:
        check_empty_template(checks, browser, template)
        for name, path in paths.items():
            check_page(checks, browser, path, name, screenshots, CASES[name][1])
            checks.expect(NO_WEBGL not in Page(browser).text("#display-hint"), f"{name}: the cells are painted with WebGL")
        check_words(checks, browser, folder, text)
        large = folder / "large.html"
        large.write_text(fill(text, synthetic_report.report(seed=2, events=24, cells=3000, profiles_each=40)), encoding="utf-8")
        check_large(checks, browser, large)
        check_lost_context(checks, browser, paths["ordinary"])
    with Browser(chromium, webgl=False) as browser:
        check_page(checks, browser, paths["ordinary"], "without-webgl", screenshots, True)
        checks.expect(NO_WEBGL in Page(browser).text("#display-hint"), "the page says that it has no WebGL")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=pathlib.Path, help="the built template or a filled page")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser (default: %(default)s)")
    parser.add_argument("--screenshots", type=pathlib.Path, help="folder for pictures, made where it is missing")
    options = parser.parse_args()
    if not options.page.is_file():
        parser.error(f"{options.page} is not a file (nothing to open). Was the page built? See web/README.md")
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    try:
        if is_template(options.page.read_text(encoding="utf-8")):
            with tempfile.TemporaryDirectory(prefix="caloforge-page-") as folder:
                check_template(checks, options.page, options.chromium, pathlib.Path(folder), options.screenshots)
        else:
            with Browser(options.chromium) as browser:
                check_page(checks, browser, options.page, options.page.stem, options.screenshots, True)
    except (BrowserError, OSError, ValueError) as problem:
        checks.expect(False, "the browser ran to the end", str(problem))
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 0 if checks.failed == 0 and checks.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
