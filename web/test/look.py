"""What the tests ask of an open report page: JavaScript texts and the small actions built on them."""

import json

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
    if (a > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 40 && Math.max(g, b) > 0.8 * r) ++coloured;
  }
  return { hash, coloured };
}"""

# Width of each curve that has to be there, in SVG units.
LOOK_AT_PLOTS = """[...document.querySelectorAll("#profiles > figure")].map((figure) => ({
  name: figure.querySelector("h3").textContent,
  curves: [...figure.querySelectorAll("svg.plot path.steps")].map((path) => ({ width: path.getBBox().width, d: path.getAttribute("d") })),
  broken: /NaN|Infinity|undefined/.test(figure.innerHTML),
}))"""

# Elements whose right edge leaves the window, and the page's own overflow. What scrolls by itself may be wider.
FIND_OVERFLOW = """(() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (e) => e.parentElement && (["auto", "hidden"].includes(getComputedStyle(e.parentElement).overflowX) || scrolls(e.parentElement));
  const wide = [...document.body.querySelectorAll("*")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.right > width + 1 && getComputedStyle(e).opacity !== "0" && !scrolls(e);
  });
  const page = document.documentElement.scrollWidth;
  return page > width || wide.length ? [`page ${page} in ${width}`, ...wide.slice(0, 5).map((e) => `${e.tagName}#${e.id}.${e.getAttribute("class")}`)] : [];
})()"""

# Names the graphics contexts that the page asks for, so that a test can take one away.
KEEP_CONTEXTS = """(() => {
  window.keptContexts = [];
  const original = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    const context = original.call(this, kind, ...rest);
    if (context && /webgl/.test(kind)) window.keptContexts.push(context);
    return context;
  };
})()"""

SIDES = ("reference", "candidate")  # and "other", where a page shows a third sample


class Page:
    def __init__(self, browser):
        self.browser = browser

    def evaluate(self, expression):
        return self.browser.evaluate(expression)

    def data(self):
        return self.evaluate("JSON.parse(document.getElementById('data').textContent)")

    def text(self, selector):
        found = self.evaluate(f"document.querySelector({json.dumps(selector)})?.textContent")
        return (found or "").replace("\u00a0", " ").replace("\u2060", "")

    def count(self, selector):
        return self.evaluate(f"document.querySelectorAll({json.dumps(selector)}).length")

    def hidden(self, selector):
        return self.evaluate(f"document.querySelector({json.dumps(selector)}).offsetParent === null")

    def click(self, selector):
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")
        self.browser.settle()

    def choose(self, selector, value):
        self.click(f"#{selector} input[value={json.dumps(value)}]")

    def sides(self):
        third = self.evaluate("!document.getElementById('figure-other').hidden")
        return (*SIDES, "other") if third else SIDES

    def pictures(self):
        """One number per display, equal for equal pictures."""
        return [self.evaluate(f"({LOOK_AT_CANVAS})('display-{side}')")["hash"] for side in self.sides()]

    def coloured(self):
        """Pixels of cells per display."""
        return [self.evaluate(f"({LOOK_AT_CANVAS})('display-{side}')")["coloured"] for side in self.sides()]

    def captions(self):
        return [self.text(f"#caption-{side}") for side in self.sides()]

    def move_slider(self, slider, position):
        """`position` is a JavaScript expression in which `slider` is the element."""
        self.evaluate(f"""(() => {{
          const slider = document.getElementById({json.dumps(slider)});
          slider.value = {position};
          slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }})()""")
        self.browser.settle()

    def centre(self, selector):
        """Scrolls an element into view; its centre in the window."""
        x, y = self.evaluate(f"""(() => {{
          const element = document.querySelector({json.dumps(selector)});
          element.scrollIntoView({{ block: "center", behavior: "instant" }});
          const box = element.getBoundingClientRect();
          return [box.left + box.width / 2, box.top + box.height / 2];
        }})()""")
        self.browser.settle()
        return x, y

    def draw_all(self):
        """As before printing, when no plot may wait for the reader to scroll."""
        self.evaluate("(dispatchEvent(new Event('beforeprint')), dispatchEvent(new Event('afterprint')), true)")
        self.browser.settle()

    def plots(self):
        return self.evaluate(LOOK_AT_PLOTS)

    def overflow(self):
        return self.evaluate(FIND_OVERFLOW)
