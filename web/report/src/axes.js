// Scales and axes that all plots share: d3's, written as this page writes numbers.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear, scaleLog } from "d3-scale";
import { select } from "d3-selection";
import { svg } from "./dom.js";
import { formatNumber, superscript, withMinus } from "./format.js";

// `log` on the scale tells the parts that treat zero differently.
export function makeScale(domain, range, log = false) {
  return Object.assign((log ? scaleLog() : scaleLinear()).domain(domain).range(range), { log });
}

const isDecade = (tick) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9;

// An axis over many decades has a mark per decade, one over few has those between as well.
export function ticksOf(scale, wanted) {
  if (!scale.log) return scale.ticks(wanted);
  const decades = scale.ticks().filter(isDecade);
  if (decades.length > 2) {
    const stride = Math.ceil(decades.length / 6);
    return decades.filter((_, i) => i % stride === 0);
  }
  return scale.ticks().filter((tick) => [1, 2, 5].includes(Number(tick.toPrecision(1)) / 10 ** Math.floor(Math.log10(tick) + 1e-9)));
}

function labelsFor(scale, ticks) {
  const largest = Math.max(...ticks.map(Math.abs));
  if (scale.log) return (tick) => ((tick < 0.0099 || tick > 1000) && isDecade(tick) ? `10${superscript(Math.round(Math.log10(tick)))}` : formatNumber(tick));
  if (largest < 1e-3 || largest >= 1e5) return (tick) => formatNumber(Number(tick.toPrecision(6)));
  const format = scale.tickFormat(ticks.length);
  return (tick) => withMinus(format(tick).replace("\u2212", "-"));
}

// The part of a plot between its axes, in SVG units: {left, right, top, bottom}.
export function drawBox(box, x, y, { xTicks = 6, yTicks = 5, xLabels = true } = {}) {
  const [across, up] = [ticksOf(x, xTicks), ticksOf(y, yTicks)];
  const left = svg("g", { class: "axis y", transform: `translate(${box.left},0)` });
  const bottom = svg("g", { class: "axis x", transform: `translate(0,${box.bottom})` });
  const yAxis = axisLeft(y).tickValues(up).tickFormat(labelsFor(y, up)).tickSizeInner(box.left - box.right).tickSizeOuter(0).tickPadding(6);
  const xAxis = axisBottom(x).tickValues(across).tickFormat(xLabels ? labelsFor(x, across) : () => "").tickSizeInner(xLabels ? 4 : 0).tickSizeOuter(0);
  select(left).call(yAxis);
  select(bottom).call(xAxis);
  return [left, bottom, svg("rect", { class: "frame", x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top })];
}

export const label = (x, y, words, anchor = "middle") => svg("text", { class: "label", x, y, "text-anchor": anchor }, words);
