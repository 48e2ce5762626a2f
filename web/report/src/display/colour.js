// Colour and size of a cell by the logarithm of its energy. Viridis has even steps in lightness, so that it survives
// colour blindness and greyscale; its darkest end is left out because it vanishes on a dark page.
import { rgb } from "d3-color";
import { interpolateViridis } from "d3-scale-chromatic";
import { clamp } from "../data.js";
import { byId, svg } from "../dom.js";
import { formatEnergy, formatNumber } from "../format.js";
import { makeScale, ticksOf } from "../axes.js";

const kShades = 64; // steps of colour and size: finer ones cannot be told apart
const kDarkest = 0.12;
const kSmallest = 0.4; // side of the faintest cell, as a part of its place: one sees past it to the core
const kLargest = 0.95;

const kColours = Array.from({ length: kShades }, (_, i) => {
  const { r, g, b } = rgb(interpolateViridis(kDarkest + ((1 - kDarkest) * i) / (kShades - 1)));
  return [r, g, b];
});

// `range` is [lowest, highest] energy in GeV. {colour: [r, g, b] of 255, size}.
export function lookOf(energy, [low, high]) {
  const part = clamp(Math.log(energy / low) / Math.log(high / low), 0, 1);
  return { colour: kColours[Math.round(part * (kShades - 1))], size: kSmallest + (kLargest - kSmallest) * part };
}

// A face's brightness by where it points, the same for all cells: edges show without a lamp that moves.
export const brightnessOf = (normal) => 0.7 * normal[0] ** 2 + normal[1] ** 2 + 0.85 * normal[2] ** 2;

// Energy below, the detector's own unit above.
export function showColourBar([low, high], unit) {
  const [left, right, width] = [14, 466, 480];
  const x = makeScale([low, high], [left, right], true);
  const stops = kColours.filter((_, i) => i % 7 === 0).map(([r, g, b], i) => svg("stop", { offset: i / 9, "stop-color": `rgb(${r} ${g} ${b})` }));
  const parts = [svg("defs", {}, svg("linearGradient", { id: "ramp" }, ...stops)), svg("rect", { x: left, y: 18, width: right - left, height: 10, fill: "url(#ramp)" })];
  const mark = (at, words, y) => parts.push(svg("text", { x: clamp(at, 26, 454), y, "text-anchor": "middle" }, words));
  for (const tick of ticksOf(x, 6)) mark(x(tick), formatEnergy(tick), 44);
  // Without a MIP the unit is MeV, which the lower row says already.
  if (unit.name === "MIP") {
    const inUnits = makeScale([low / unit.gev, high / unit.gev], [left, right], true);
    for (const tick of ticksOf(inUnits, 6)) mark(inUnits(tick), `${formatNumber(tick)} ${unit.name}`, 12);
  }
  byId("colour-bar").replaceChildren(svg("svg", { viewBox: `0 0 ${width} 50`, role: "img", "aria-label": "colour scale: energy deposited in a cell" }, ...parts));
}
