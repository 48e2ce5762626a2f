// The sliders that hide cells: an energy threshold in steps of a constant factor, and a range of layers.
import { byId } from "../dom.js";
import { clamp, isNumber } from "../data.js";
import { formatNumber } from "../format.js";

const kLowest = 0.1; // units at the slider's position 1; position 0 keeps every cell
const kStepsPerDecade = 20; // slider positions per factor 10: the interesting thresholds span four decades
const kFirst = 1; // units when the page opens: in MIP, what a real silicon calorimeter can tell from noise

const positionOf = (units) => Math.round(1 + kStepsPerDecade * Math.log10(units / kLowest));
const unitsAt = (position) => (position <= 0 ? 0 : kLowest * 10 ** ((position - 1) / kStepsPerDecade));

export class Cuts {
  // `top` in GeV: the largest cell. Calls `changed` when the reader moves a slider.
  constructor(detector, mip, top, changed) {
    this.unit = isNumber(mip) && mip > 0 ? { name: "MIP", gev: mip } : { name: "MeV", gev: 1e-3 };
    this.last = detector.cells[2] - 1;
    this.range = [kLowest * this.unit.gev, Math.max(top, 10 * this.unit.gev)]; // GeV, of the colours too
    this.sliders = { threshold: byId("threshold"), from: byId("first-layer"), to: byId("last-layer") };
    Object.assign(this.sliders.threshold, { max: positionOf(this.range[1] / this.unit.gev), value: positionOf(kFirst) });
    Object.assign(this.sliders.from, { max: this.last, value: 0 });
    Object.assign(this.sliders.to, { max: this.last, value: this.last });
    for (const slider of Object.values(this.sliders)) {
      slider.addEventListener("input", () => {
        this.keepOrder(slider);
        changed();
      });
    }
  }

  // The slider that moves pushes the other before it.
  keepOrder(moved) {
    const { from, to } = this.sliders;
    if (Number(from.value) <= Number(to.value)) return;
    (moved === from ? to : from).value = moved.value;
  }

  // {threshold in GeV, layers: [first, last]}
  get cut() {
    const { threshold, from, to } = this.sliders;
    return { threshold: unitsAt(Number(threshold.value)) * this.unit.gev, layers: [from, to].map((s) => clamp(Number(s.value), 0, this.last)) };
  }

  describe() {
    const { threshold, layers } = this.cut;
    const words = `${formatNumber(threshold / this.unit.gev)} ${this.unit.name}`;
    byId("threshold-value").textContent = words;
    this.sliders.threshold.setAttribute("aria-valuetext", words);
    byId("layers-value").textContent = layers[0] === layers[1] ? `layer ${layers[0]}` : `${layers[0]}–${layers[1]}`;
  }
}
