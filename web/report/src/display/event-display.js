// Reference and candidate showers, and a third sample's where there is one, side by side, turned together.
import { byId, html } from "../dom.js";
import { clamp } from "../data.js";
import { formatEnergyLabel } from "../energies.js";
import { onAppearance } from "../theme.js";
import { showColourBar } from "./colour.js";
import { Cuts } from "./cuts.js";
import { readDetector } from "./detector.js";
import { describeShower, keptCells, largestCell, pairsAt, readPairs } from "./events.js";
import { FlatPainter } from "./flat-painter.js";
import { drawFramed } from "./frame.js";
import { makeMesh } from "./mesh.js";
import { listenToTurning } from "./turning.js";
import { kMaxPitch, kViews, kZoomRange, kZoomStep, makeCamera } from "./view.js";
import { makeWebglPainter } from "./webgl-painter.js";

const kMostPixels = 2; // device pixels per CSS pixel: more cost time that nobody sees

// Matches the canvas to its box and clears it.
function fitCanvas(canvas) {
  const ratio = Math.min(kMostPixels, window.devicePixelRatio || 1);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const device = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (canvas.width !== device.width || canvas.height !== device.height) Object.assign(canvas, device);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height, ratio };
}

export class EventDisplay {
  constructor(data, names) {
    const sides = names.other ? ["reference", "candidate", "other"] : ["reference", "candidate"];
    this.names = sides.map((side) => names[side]);
    this.detector = readDetector(data.detector, data.events);
    this.reach = 1.1 * Math.hypot(...this.detector.half);
    this.all = readPairs(data.events, this.detector.cells[2], sides);
    this.pairs = this.all;
    this.index = 0;
    this.cuts = new Cuts(this.detector, data.detector?.mip_gev, largestCell(this.all), () => this.update());
    byId("figure-other").hidden = !names.other;
    this.sides = sides.map((side) => ({ canvas: byId(`display-${side}`), caption: byId(`caption-${side}`), prepared: null }));
    this.view = { ...kViews.oblique, zoom: 1 };
    this.pending = false;
  }

  // Several inputs within one frame cost one drawing.
  redraw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  draw() {
    for (const { canvas, prepared } of this.sides) {
      const { context, width, height, ratio } = fitCanvas(canvas);
      if (!width || !height) continue;
      const camera = makeCamera(this.view, this.detector.half, width, height);
      drawFramed(context, this.detector, camera, () => this.painter.paint(context, prepared, camera, this.reach, ratio));
    }
  }

  // Shows the current pair behind the current cuts.
  update() {
    const pair = this.pairs[this.index];
    this.sides.forEach((side, i) => {
      const kept = keptCells(pair[i], this.cuts.cut);
      const words = describeShower(pair[i], kept);
      side.prepared = this.painter.prepare(makeMesh(kept, this.detector, this.cuts.range), side.prepared);
      side.caption.replaceChildren(html("strong", {}, this.names[i]), words);
      side.canvas.setAttribute("aria-label", this.names[i] + words);
    });
    this.cuts.describe();
    byId("event-count").textContent = `Pair ${this.index + 1} of ${this.pairs.length}`;
    byId("previous-event").disabled = this.index === 0;
    byId("next-event").disabled = this.index + 1 >= this.pairs.length;
    this.redraw();
  }

  // Keeps the pair in view where the new energy holds it too.
  chooseEnergy(label) {
    const current = this.pairs[this.index];
    const found = pairsAt(this.all, label);
    this.pairs = found.length ? found : this.all;
    this.index = Math.max(0, this.pairs.indexOf(current));
    byId("events-note").textContent = found.length ? "" : `No pair was kept for ${formatEnergyLabel(label)}; all pairs are shown.`;
    this.update();
  }

  step(by) {
    this.index = clamp(this.index + by, 0, this.pairs.length - 1);
    this.update();
  }

  turn(yaw, pitch) {
    this.view.yaw += yaw;
    this.view.pitch = clamp(this.view.pitch + pitch, -kMaxPitch, kMaxPitch);
    this.redraw();
  }

  zoom(steps) {
    this.view.zoom = clamp(this.view.zoom * kZoomStep ** steps, ...kZoomRange);
    this.redraw();
  }

  usePainter(painter) {
    this.painter = painter;
    for (const side of this.sides) side.prepared = null;
  }

  // The picture stays when WebGL is missing or drops out: it is painted without it.
  choosePainter() {
    const fallBack = () => {
      this.usePainter(new FlatPainter());
      byId("display-hint").append(" This browser offers no WebGL: the cells are painted without it, more slowly.");
    };
    const painter = makeWebglPainter(() => {
      fallBack();
      this.update();
    });
    if (painter) this.usePainter(painter);
    else fallBack();
  }

  listen() {
    byId("previous-event").addEventListener("click", () => this.step(-1));
    byId("next-event").addEventListener("click", () => this.step(1));
    for (const button of byId("views").children) {
      button.addEventListener("click", () => {
        Object.assign(this.view, kViews[button.dataset.view] ?? {});
        this.zoom(Number(button.dataset.zoom ?? 0));
      });
    }
    const observer = new ResizeObserver(() => this.redraw());
    for (const { canvas } of this.sides) {
      observer.observe(canvas);
      listenToTurning(canvas, (yaw, pitch) => this.turn(yaw, pitch), (steps) => this.zoom(steps));
    }
    onAppearance(() => this.draw()); // at once: the print preview does not wait for a frame
  }

  start(energy) {
    if (!this.all.length) return;
    byId("events").hidden = false;
    this.choosePainter();
    showColourBar(this.cuts.range, this.cuts.unit);
    energy.follow((label) => this.chooseEnergy(label));
    this.listen();
  }
}
