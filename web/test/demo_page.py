#!/usr/bin/env python3
"""Opens the demo page in a headless Chromium and uses it as a reader would.

    demo_page.py [PAGE] [--chromium PROGRAM] [--screenshots FOLDER]

Without PAGE it fills the template with made-up data, ordinary and awkward. Exit code 0 when every check passed.
"""

import argparse
import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True  # no caches of the modules beside this file in the source tree
import synthetic_demo
from chromium import Browser, BrowserError

WEB = pathlib.Path(__file__).resolve().parent.parent
LAPTOP = (1280, 800)
PHONES = [(390, 844), (320, 640)]

# A picture's content as one number, so that two can be compared, and how many pixels belong to cells: frame and axes
# are grey and the beam is orange, while the cells' colours are saturated and hold more green. The pixels are read
# from a copy, because reading from the page's own canvas would change how the browser draws on it.
LOOK_AT_CANVAS = """(id) => {
  const canvas = document.getElementById(id);
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
  let hash = 0, coloured = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const [r, g, b, a] = [pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]];
    hash = (Math.imul(hash, 31) + r * 7 + g * 5 + b * 3 + a) | 0;
    if (a > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 50 && Math.max(g, b) > 0.8 * r) ++coloured;
  }
  return { hash, coloured };
}"""

# Width and height of each curve that has to be there, in SVG units.
LOOK_AT_PLOTS = """[...document.querySelectorAll("#profiles > figure")].map((figure) => ({
  name: figure.querySelector("h3").textContent,
  curves: [...figure.querySelectorAll("svg.plot path.steps")].map((path) => {
    const box = path.getBBox();
    return { className: path.getAttribute("class"), width: box.width, height: box.height, d: path.getAttribute("d") };
  }),
  broken: /NaN|Infinity|undefined/.test(figure.innerHTML),
}))"""

# Elements whose right edge leaves the window, and the page's own overflow.
FIND_OVERFLOW = """(() => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.body.querySelectorAll("*")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.right > width + 1 && getComputedStyle(e).opacity !== "0";
  });
  const page = document.documentElement.scrollWidth;
  return page > width || wide.length ? [`page ${page} in ${width}`, ...wide.slice(0, 5).map((e) => e.tagName + "#" + e.id + "." + e.className)] : [];
})()"""


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, condition, what, details=""):
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}{f' ({details})' if details else ''}")


def fill_template(data):
    """What `caloforge demo` does, so that this test needs no build."""
    text = json.dumps(data).replace("</", "<\\/").replace("<!--", "\\u003c!--")
    page = (WEB / "demo.html").read_text(encoding="utf-8")
    for token, content in [("/*@CALOFORGE_CSS@*/", (WEB / "demo.css").read_text(encoding="utf-8")),
                           ("/*@CALOFORGE_JS@*/", (WEB / "demo.js").read_text(encoding="utf-8")),
                           ('"@CALOFORGE_DATA@"', text)]:
        if page.count(token) != 1:
            raise ValueError(f"the template holds {token} {page.count(token)} times, not once")
        page = page.replace(token, content)
    return page


def canvas(browser, side):
    return browser.evaluate(f"({LOOK_AT_CANVAS})('display-{side}')")


def both(browser):
    return [canvas(browser, side)["hash"] for side in ("reference", "candidate")]


def plots_text(browser):
    return browser.evaluate("document.getElementById('profiles').innerHTML")


def check_no_problems(checks, browser, where):
    checks.expect(not browser.problems, f"{where}: nothing on the console", "; ".join(browser.problems[:5]))
    browser.problems.clear()


def check_plots(checks, browser, expected, where):
    """`expected`: the profiles that the page's own data holds for the energy shown."""
    plots = browser.evaluate(LOOK_AT_PLOTS)
    checks.expect(len(plots) == len(expected), f"{where}: one plot per profile", f"{len(plots)} of {len(expected)}")
    for plot in plots:
        name = f"{where}: {plot['name']}"
        checks.expect(not plot["broken"], f"{name} has no broken number")
        checks.expect(len(plot["curves"]) == 3, f"{name} has both curves and their ratio", str(len(plot["curves"])))
        for i, curve in enumerate(plot["curves"]):
            # The ratio, which comes last, exists only where the reference has entries: it may be short.
            least = 0 if i == 2 else 50
            checks.expect(curve["width"] > least and len(curve["d"]) > 15, f"{name}: {curve['className']} drew something",
                          f"width {curve['width']}")


def check_selector(checks, browser, data):
    labels = list(dict.fromkeys(str(p.get("energy", "all")) for p in data["profiles"]))
    shown = browser.evaluate("[...document.querySelectorAll('#energy-selector input')].map((i) => i.value)")
    if len(labels) < 2:
        hidden = browser.evaluate("document.getElementById('energy-selector').hidden")
        checks.expect(hidden == (len(shown) < 2), "one energy needs no selector")
        check_plots(checks, browser, data["profiles"], "plots")
        return
    checks.expect(set(labels) <= set(shown), "the selector holds every label of the data", str(shown))
    seen = set()
    for label in labels:
        browser.evaluate(f"document.querySelector('#energy-selector input[value={json.dumps(label)}]').click()")
        browser.settle()
        check_plots(checks, browser, [p for p in data["profiles"] if str(p.get("energy", "all")) == label], label)
        seen.add(plots_text(browser))
    checks.expect(len(seen) == len(labels), "the selector changes the plots", f"{len(seen)} pictures of {len(labels)}")


def move_slider(browser, position):
    browser.evaluate(f"""(() => {{
      const slider = document.getElementById("threshold");
      slider.value = {position};
      slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
    }})()""")
    browser.settle()


def centre_of_display(browser, side):
    box = browser.evaluate(f"""(() => {{
      const canvas = document.getElementById("display-{side}");
      canvas.scrollIntoView({{ block: "center", behavior: "instant" }});
      const box = canvas.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    }})()""")
    browser.settle()
    return box


def check_displays(checks, browser):
    for side in ("reference", "candidate"):
        look = canvas(browser, side)
        checks.expect(look["coloured"] > 200, f"the {side} display shows cells", f"{look['coloured']} coloured pixels")


def check_threshold(checks, browser):
    start = browser.evaluate("document.getElementById('threshold').value")
    before = both(browser)
    move_slider(browser, 0)
    everything = [canvas(browser, side)["coloured"] for side in ("reference", "candidate")]
    move_slider(browser, "0.8 * slider.max")
    after, few = both(browser), [canvas(browser, side)["coloured"] for side in ("reference", "candidate")]
    checks.expect(all(a != b for a, b in zip(before, after)), "the threshold changes both displays")
    checks.expect(all(f < e for f, e in zip(few, everything)), "a threshold hides cells", f"{few} of {everything}")
    move_slider(browser, start)
    checks.expect(both(browser) == before, "the threshold's old place brings the old picture")


def check_rotation(checks, browser):
    for side in ("reference", "candidate"):
        before = both(browser)
        x, y = centre_of_display(browser, side)
        browser.drag((x, y), (x + 60, y + 25))
        checks.expect(all(a != b for a, b in zip(before, both(browser))), f"a drag on {side} turns both displays")
    before = both(browser)
    browser.evaluate("document.getElementById('display-candidate').focus()")
    browser.press("ArrowLeft")
    checks.expect(all(a != b for a, b in zip(before, both(browser))), "a key turns both displays")
    browser.evaluate("document.querySelector('[data-view=oblique]').click()")
    browser.settle()


def check_events(checks, browser, count):
    before = both(browser)
    disabled = browser.evaluate("[...document.querySelectorAll('#event-steps button')].map((b) => b.disabled)")
    checks.expect(disabled == [True, count < 2], "the steps end where the events end", str(disabled))
    if count < 2:
        return
    browser.evaluate("document.getElementById('next-event').click()")
    browser.settle()
    checks.expect(all(a != b for a, b in zip(before, both(browser))), "the next event is another picture")
    browser.evaluate("document.getElementById('previous-event').click()")
    browser.settle()
    checks.expect(both(browser) == before, "the previous event is the old picture")


def check_phone(checks, browser, has_cells):
    for width, height in PHONES:
        browser.set_screen(width, height, phone=True)
        overflow = browser.evaluate(FIND_OVERFLOW)
        checks.expect(not overflow, f"nothing overflows at {width} px", "; ".join(overflow))
    if not has_cells:
        return
    x, y = centre_of_display(browser, "reference")
    before = both(browser)
    browser.swipe((x, y), (x + 90, y))
    checks.expect(all(a != b for a, b in zip(before, both(browser))), "a finger turns both displays")


def take_screenshots(browser, folder, name):
    for label, screen in [("laptop-light", {}), ("laptop-dark", {"dark": True}), ("phone", {"phone": True})]:
        width, height = PHONES[0] if "phone" in screen else LAPTOP
        browser.set_screen(width, height, **screen)
        browser.evaluate("document.activeElement.blur(), scrollTo(0, 0), document.querySelector('[data-view=oblique]').click()")
        browser.settle()
        browser.screenshot(folder / f"{name}-{label}.png")


def has_cells(data):
    return bool(data["events"]) and all((data["events"][0].get(side) or {}).get("cells") for side in ("reference", "candidate"))


def check_opening(checks, browser, path, name):
    """Opens the page and uses its displays; returns its data. Everything that holds for any page; what needs contents is asked only where the data has them."""
    browser.set_screen(*LAPTOP)
    browser.open(path.resolve().as_uri())
    browser.settle()
    check_no_problems(checks, browser, f"{name}, opening")
    data = browser.evaluate("JSON.parse(document.getElementById('data').textContent)")
    checks.expect(isinstance(data, dict), f"{name}: the page is filled with data")
    if not isinstance(data, dict):
        return None
    checks.expect(len(browser.evaluate("document.getElementById('headline').textContent")) > 20, f"{name}: a headline")
    if has_cells(data):
        check_displays(checks, browser)
        check_threshold(checks, browser)
        check_rotation(checks, browser)
        check_events(checks, browser, len(data["events"]))
    return data


def check_rest(checks, browser, data, name, screenshots):
    check_phone(checks, browser, has_cells(data))
    browser.set_screen(*LAPTOP)
    checks.expect(browser.print_pdf()[:4] == b"%PDF", f"{name}: prints")
    if screenshots:
        take_screenshots(browser, screenshots, name)
    check_no_problems(checks, browser, f"{name}, using")


def check_ordinary(checks, browser, path, name, screenshots):
    data = check_opening(checks, browser, path, name)
    if data:
        checks.expect(has_cells(data), f"{name}: the first pair has cells on both sides")
        checks.expect(bool(data["profiles"]), f"{name}: there are profiles")
        check_selector(checks, browser, data)
        browser.evaluate("document.querySelector('#energy-selector input')?.click()")
        check_rest(checks, browser, data, name, screenshots)


def check_awkward(checks, browser, path, name, screenshots):
    data = check_opening(checks, browser, path, name)
    if data:
        broken = [plot["name"] for plot in browser.evaluate(LOOK_AT_PLOTS) if plot["broken"]]
        checks.expect(not broken, f"{name}: no broken number in a plot", str(broken))
        check_rest(checks, browser, data, name, screenshots)


def check_headlines(checks, browser, folder):
    """The sentence follows the values: each case changes one metric and names words that must then appear."""
    cases = [
        ({"sampling_fraction_mean_rel": (0.12, 0.006)}, "off by +12 %"),
        ({"sampling_fraction_mean_rel": (0.002, 0.006)}, "agrees with Geant4"),
        ({"sampling_fraction_width_rel": (2.1, 0.07)}, "3.1 times too wide"),
        ({"sampling_fraction_width_rel": (-0.5, 0.07)}, "2 times too narrow"),
        ({"sampling_fraction_width_rel": (-1.0, 0.07)}, "collapsed"),
        ({"auc_cells": (0.997, 0.52)}, "told apart at sight"),
        ({"auc_cells": (0.52, 0.52)}, "hardly tell"),
        ({"auc_cells": (0.01, 0.52)}, "told apart at sight"),
        ({"longitudinal_profile_max_rel": (-0.7, 0.05)}, "told apart at sight"),
        ({"cell_spectrum_separation": (0.001, 0.002)}, "no profile shows a difference"),
        ({}, "makes no claim"),
    ]
    for values, words in cases:
        data = synthetic_demo.empty()
        data["reference"]["name"] = "Geant4"
        data["metrics"] = [synthetic_demo.metric(n, "10:500", value, 0.0, floor) for n, (value, floor) in values.items()]
        path = folder / "headline.html"
        path.write_text(fill_template(data), encoding="utf-8")
        browser.open(path.as_uri())
        headline = browser.evaluate("document.getElementById('headline').textContent")
        checks.expect(words.lower() in headline.replace("\u00a0", " ").lower(), f"{values}: the headline says '{words}'", headline)


def check_synthetic(checks, browser, screenshots):
    cases = [("ordinary", synthetic_demo.demo(), check_ordinary),
             ("large", synthetic_demo.demo(seed=2, events=20, cells=4000), check_ordinary),
             ("empty", synthetic_demo.empty(), check_awkward),
             ("nulls", synthetic_demo.nulls(), check_awkward),
             ("hostile", synthetic_demo.hostile(), check_awkward)]
    with tempfile.TemporaryDirectory(prefix="caloforge-page-") as folder:
        for name, data, check in cases:
            path = pathlib.Path(folder) / f"{name}.html"
            path.write_text(fill_template(data), encoding="utf-8")
            check(checks, browser, path, name, screenshots)
        check_headlines(checks, browser, pathlib.Path(folder))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="?", type=pathlib.Path, help="a filled page; without it, made-up ones")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser (default: %(default)s)")
    parser.add_argument("--screenshots", type=pathlib.Path, help="folder for pictures, made where it is missing")
    options = parser.parse_args()
    if options.page and not options.page.is_file():
        parser.error(f"{options.page} is not a file (nothing to open). Did `caloforge demo` write it?")
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    try:
        with Browser(options.chromium) as browser:
            if options.page:
                check_ordinary(checks, browser, options.page, options.page.stem, options.screenshots)
            else:
                check_synthetic(checks, browser, options.screenshots)
    except (BrowserError, OSError, ValueError) as problem:
        checks.expect(False, "the browser ran to the end", str(problem))
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 0 if checks.failed == 0 and checks.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
