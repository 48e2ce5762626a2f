// Labels of incident energy: "lo:hi" in GeV, one value, or a list "50,100"; of angles and particles "theta 0:10",
// "particle gamma". Anything else is shown as it is.
import { isNumber } from "./data.js";

const kSlicings = ["theta", "particle"]; // members in place of `energy`

export function labelOf(item) {
  const slicing = kSlicings.find((name) => item[name] !== undefined && item.energy === undefined);
  return slicing ? `${slicing} ${item[slicing]}` : String(item.energy ?? "all");
}
export const slicingOf = (label) => kSlicings.find((name) => String(label).startsWith(`${name} `)) ?? "energy";
export const labelsIn = (items) => [...new Set(items.map(labelOf))];
export const atLabel = (items, label) => items.filter((item) => labelOf(item) === label);

// "at 10–20 GeV", "at theta 0–10°", "for gamma"
export const whereOf = (label) => `${slicingOf(label) === "particle" ? "for" : "at"} ${formatEnergyLabel(label)}`;

// [low, high] of a label "lo:hi", else null.
export function rangeOf(label) {
  const [low, high, ...more] = String(label).split(":").map(Number);
  return isNumber(low) && isNumber(high) && high > low && !more.length ? [low, high] : null;
}

function width(label) {
  const range = rangeOf(label);
  return range ? range[1] - range[0] : 0;
}

// The label that covers most stands for the whole comparison.
export const widestLabel = (labels) => labels.reduce((a, b) => (width(b) > width(a) ? b : a), labels[0]);

export function formatEnergyLabel(label) {
  const text = String(label).replace(":", "\u2060–\u2060").replace(/,/g, ", "); // no line ends inside a range
  if (text === "all") return "all energies";
  if (slicingOf(text) === "theta") return `${text.replace(" ", "\u00a0")}°`;
  if (slicingOf(text) === "particle") return text.slice("particle ".length);
  return /^[\d.]/.test(text) ? `${text}\u00a0GeV` : text;
}

// The widest first, then in the data's order.
export function orderLabels(labels) {
  const widest = widestLabel(labels);
  return labels.length ? [widest, ...labels.filter((label) => label !== widest)] : [];
}
