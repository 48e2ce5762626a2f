"""What must hold of any open report page: each function uses a part of the page as a reader would.

`data` is the page's own data, so that nothing here depends on which page is open.
"""

import re

from look import SIDES

LAPTOP = (1280, 800)
PHONES = [(375, 812), (320, 640)]
NO_WEBGL = "no WebGL"  # the page's words where it paints without it


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, condition, what, details=""):
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}{f' ({details})' if details else ''}")


def check_no_problems(checks, browser, where):
    checks.expect(not browser.problems, f"{where}: nothing on the console", "; ".join(browser.problems[:5]))
    browser.problems.clear()


def label_of(entry):
    slicing = next((name for name in ("theta", "particle") if name in entry and "energy" not in entry), None)
    return f"{slicing} {entry[slicing]}" if slicing else str(entry.get("energy") or "all")


def labels_of(data):
    parts = [entry for part in ("metrics", "profiles", "correlations") for entry in data.get(part) or [] if entry]
    return list(dict.fromkeys(label_of(entry) for entry in parts))


def has_cells(data):
    events = data.get("events") or [None]
    return bool(events[0]) and all((events[0].get(side) or {}).get("cells") for side in SIDES)


def all_changed(before, after):
    return all(a != b for a, b in zip(before, after))


# ---- The event display -----------------------------------------------------------------------------------------

def check_threshold(checks, page):
    start = page.evaluate("document.getElementById('threshold').value")
    before = page.pictures()
    page.move_slider("threshold", 0)
    everything = page.coloured()
    page.move_slider("threshold", "0.8 * slider.max")
    few = page.coloured()
    checks.expect(all_changed(before, page.pictures()), "the threshold changes both displays")
    checks.expect(all(f < e for f, e in zip(few, everything)), "a threshold hides cells", f"{few} of {everything}")
    page.move_slider("threshold", start)
    checks.expect(page.pictures() == before, "the threshold's old place brings the old picture")


def check_layers(checks, page, data):
    """The captions count the cells; the data says how many there must be."""
    energy = [event for event in data["events"] if event]
    first = min(energy, key=lambda event: (event["reference"] or event["candidate"])["incident"] or 0)
    depth = len(data["detector"]["layers"]) if data["detector"].get("layers") else data["detector"]["grid"]["nz"]
    page.move_slider("threshold", 0)
    for low, high in [(0, depth - 1), (min(2, depth // 2), depth // 2), (5, 5)]:
        page.move_slider("first-layer", 0)
        page.move_slider("last-layer", high)
        page.move_slider("first-layer", low)
        for side, caption in zip(page.sides(), page.captions()):
            wanted = sum(low <= cell[2] <= high and cell[3] > 0 for cell in (first[side] or {}).get("cells", []))
            found = int(re.search(r"in ([\d,]+) cells?$", caption)[1].replace(",", ""))
            checks.expect(found == wanted, f"layers {low} to {high}: cells of the {side}", f"{found}, not {wanted}")
    page.move_slider("last-layer", 1)
    checks.expect(page.text("#layers-value") == "layer 1", "one layer slider pushes the other", page.text("#layers-value"))
    page.move_slider("last-layer", "slider.max")
    page.move_slider("first-layer", 0)
    page.move_slider("threshold", "Math.min(21, slider.max)")


def check_rotation(checks, page):
    for side in page.sides():
        before = page.pictures()
        x, y = page.centre(f"#display-{side}")
        page.browser.drag((x, y), (x + 60, y + 25))
        checks.expect(all_changed(before, page.pictures()), f"a drag on {side} turns both displays")
    for key, what in [("ArrowLeft", "turns"), ("+", "zooms")]:
        before = page.pictures()
        page.evaluate("document.getElementById('display-candidate').focus()")
        page.browser.press(key)
        checks.expect(all_changed(before, page.pictures()), f"the key {key} {what} both displays")
    page.click("[data-zoom='-1']")
    page.click("[data-view=oblique]")


def check_events(checks, page, count):
    before = page.pictures()
    disabled = page.evaluate("[...document.querySelectorAll('#event-steps button')].map((b) => b.disabled)")
    checks.expect(disabled == [True, count < 2], "the steps end where the events end", str(disabled))
    if count < 2:
        return
    captions = page.captions()
    page.click("#next-event")
    checks.expect(all_changed(captions, page.captions()), "the next event has other captions")
    checks.expect(all_changed(before, page.pictures()), "the next event is another picture")
    page.click("#previous-event")
    checks.expect(page.pictures() == before, "the previous event is the old picture")


def check_displays(checks, page, data):
    checks.expect(min(page.coloured()) > 10, "both displays show cells", str(page.coloured()))
    check_threshold(checks, page)
    check_layers(checks, page, data)
    check_rotation(checks, page)
    check_events(checks, page, sum(bool(event) for event in data["events"]))


def check_events_of_energy(checks, page, data, label):
    if " " in label:
        inside = sum(label in event["reference"].get("slices", []) for event in data["events"])
    else:
        low, high = (float(part) for part in label.split(":"))
        inside = sum(low <= event["reference"]["incident"] <= high for event in data["events"])
    expected = inside or len(data["events"])
    checks.expect(page.text("#event-count").endswith(f"of {expected}"), f"{label}: pairs of this energy", page.text("#event-count"))
    checks.expect(("all pairs are shown" in page.text("#events-note")) == (inside == 0), f"{label}: says where no pair is")


# ---- Tables and plots ------------------------------------------------------------------------------------------

def check_plots(checks, page, expected, where):
    """`expected`: the profiles that the page's own data holds for the energy shown."""
    page.draw_all()
    plots = page.plots()
    checks.expect(len(plots) == len(expected), f"{where}: one plot per profile", f"{len(plots)} of {len(expected)}")
    for plot, profile in zip(plots, expected):
        name = f"{where}: {plot['name']}"
        checks.expect(not plot["broken"], f"{name} has no broken number")
        sides = (*SIDES, "other") if profile.get("other") else SIDES
        curves = 2 * len(sides) - 1  # a ratio for each but the reference
        checks.expect(len(plot["curves"]) == curves, f"{name} has a curve per sample and their ratios", str(len(plot["curves"])))
        for side, curve in zip(sides, plot["curves"]):
            has_values = any(y is not None for y in profile[side]["y"])
            checks.expect((curve["width"] > 0) == has_values, f"{name}: the {side}'s curve", f"width {curve['width']}")


def check_metrics(checks, page, data, label):
    """The table says what the data says at this energy: titles, verdicts, and the percentages of the first figures."""
    here = [m for m in data["metrics"] if label_of(m) == label and m.get("group") != "observable" and m["value"] is not None]
    checks.expect(not here or page.count("#metrics tbody tr") == len(here), f"{label}: one row per metric")
    words = {"within": "within floor", "unclear": "unclear", "none": "–"}
    for i, metric in enumerate(here):
        row = f"#metrics tbody tr:nth-child({i + 1})"
        state = metric["against_floor"]
        checks.expect(page.evaluate(f"document.querySelector('{row}').className") == state, f"{label}: {metric['name']} is marked {state}")
        told = page.text(row + " td.verdict")
        checks.expect(told == words[state] if state in words else "× floor" in told or told == "beyond floor",
                      f"{label}: {metric['name']} is called {state}", told)
        checks.expect(page.text(row + " th").startswith(metric["title"]), f"{label}: {metric['name']} has its title", page.text(row + " th"))
        if metric["display"] == "percent":
            shown = page.text(f"#metrics tbody tr:nth-child({i + 1}) td").replace("−", "-").split(" ")[0]
            if "·" in shown:  # a power of ten
                continue
            rounding = 0.006 * abs(metric["value"]) + 0.06 * (metric["uncertainty"] or 0) + 1e-5
            checks.expect(abs(float(shown.replace(",", "")) - 100 * metric["value"]) <= 100 * rounding,
                          f"{label}: {metric['name']} in per cent", f"{shown} for {metric['value']}")


def check_energies(checks, page, data):
    """One selector drives metrics, plots, correlations and events."""
    labels = labels_of(data)
    shown = page.evaluate("[...document.querySelectorAll('#energy-selector input')].map((i) => i.value)")
    checks.expect(sorted(shown) == sorted(labels), "the selector holds every label of the data", str(shown))
    if page.count("#group-selector input") > 1:
        page.choose("group-selector", "all")
    seen = set()
    for label in labels:
        if len(labels) > 1:
            page.choose("energy-selector", label)
        check_plots(checks, page, [p for p in data["profiles"] if label_of(p) == label], label)
        check_metrics(checks, page, data, label)
        if has_cells(data) and (":" in label or " " in label):
            check_events_of_energy(checks, page, data, label)
        seen.add(page.evaluate("document.getElementById('profiles').innerHTML"))
    checks.expect(len(seen) == len(labels), "the selector changes the plots", f"{len(seen)} pictures of {len(labels)}")
    if len(labels) > 1:
        page.choose("energy-selector", shown[0])


def check_probe(checks, page, data):
    for shape in ("#profiles svg.plot", "#maps svg.map"):
        if page.count(shape):
            x, y = page.centre(shape)
            page.browser.point_at(x + 20, y)
            checks.expect(not page.evaluate("document.getElementById('tooltip').hidden"), f"pointing at {shape} shows numbers")
            page.browser.point_at(1, 1)
            checks.expect(page.evaluate("document.getElementById('tooltip').hidden"), f"leaving {shape} hides them")
    if page.count("#profiles svg.plot") and len(data["profiles"][0]["edges"]) > 2:
        page.evaluate("document.querySelector('#profiles svg.plot').focus()")
        page.browser.press("ArrowRight")
        first = page.text("#tooltip")
        page.browser.press("ArrowRight")
        checks.expect(first != page.text("#tooltip"), "the arrow keys step through the bins", first)
        page.evaluate("document.activeElement.blur()")


def check_sections(checks, page, data):
    verdict = data.get("verdict") or {}
    if verdict.get("headline"):
        checks.expect(page.text("#headline") == verdict["headline"], "the verdict stands at the top")
    worst = verdict.get("worst") or []
    checks.expect(page.hidden("#worst-part") == (not worst), "the worst disagreements are told where there are any")
    checks.expect(page.count("#worst li") == len(worst), "each of them has a line")
    notices = data.get("notices") or []
    checks.expect(page.hidden("#notices") == (not notices), "what has to be known is told at the top where there is any")
    checks.expect([page.text(f"#notices li:nth-child({i + 1})") for i in range(page.count("#notices li"))] == notices, "in its words")
    failed = [gate for gate in data.get("gates") or [] if gate and gate["state"] == "failed"]
    checks.expect(page.hidden("#failed-gates") == (not failed), "failed gates are told at the top, others not")
    checks.expect(page.count("#failed-gates li") == len(failed), "each failed gate has a line")
    for correlation in (data.get("correlations") or [])[:1]:
        size = len(correlation["names"])
        checks.expect(page.count("#maps rect") == 3 * size * size, "three correlation maps", str(page.count("#maps rect")))
    checks.expect(page.count(".classifier") == len(data.get("classifiers") or []), "every classifier is shown")


# ---- Screens and paper -----------------------------------------------------------------------------------------

def check_phone(checks, page, turning):
    for width, height in PHONES:
        page.browser.set_screen(width, height, phone=True)
        overflow = page.overflow()
        checks.expect(not overflow, f"nothing overflows at {width} px", "; ".join(overflow))
    if turning:
        x, y = page.centre("#display-reference")
        before = page.pictures()
        page.browser.swipe((x, y), (x + 90, y))
        checks.expect(all_changed(before, page.pictures()), "a finger turns both displays")


def check_appearance(checks, page, with_cells):
    looks = []
    for dark in (False, True):
        page.browser.set_screen(*LAPTOP, dark=dark)
        page.browser.settle()
        looks.append((page.evaluate("getComputedStyle(document.body).backgroundColor"), page.pictures() if with_cells else None))
    checks.expect(looks[0][0] != looks[1][0], "dark and light differ", str(looks))
    if with_cells:
        checks.expect(all_changed(looks[0][1], looks[1][1]), "the displays follow dark and light")
    page.browser.set_screen(*LAPTOP)


def check_print(checks, page, with_cells):
    page.browser.set_screen(*LAPTOP, dark=True)
    pdf = page.browser.print_pdf()
    checks.expect(pdf[:4] == b"%PDF", "prints")
    images = pdf.count(b"/Subtype /Image")
    # Without WebGL the browser may print the canvas's strokes instead.
    checks.expect(not with_cells or images >= 2 or NO_WEBGL in page.text("#display-hint"), "the displays are printed as images", str(images))
    checks.expect(page.count("#profiles .pending") == 0, "printing draws every plot")
    page.browser.set_screen(*LAPTOP)
