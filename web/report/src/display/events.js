// Pairs of showers and what is left of them behind the threshold and layer sliders.
import { isNumber, list, objects } from "../data.js";
import { formatCount, formatEnergy } from "../format.js";
import { rangeOf, slicingOf } from "../energies.js";

function readShower(shower, depth) {
  const isCell = (cell) => Array.isArray(cell) && cell.length >= 4 && cell.every(isNumber) && cell[2] >= 0 && cell[2] < depth && cell[3] > 0;
  return { present: Boolean(shower), incident: shower?.incident, slices: list(shower?.slices), cells: list(shower?.cells).filter(isCell) };
}

// [[reference, candidate, …], …] of {present, incident GeV, cells}, by incident energy; `sides` name the members.
export function readPairs(events, depth, sides) {
  const pairs = objects(events).map((event) => sides.map((side) => readShower(event[side], depth)));
  const key = (pair) => incidentOf(pair) ?? Infinity;
  return pairs.sort((a, b) => key(a) - key(b));
}

export function incidentOf(pair) {
  return pair.map((shower) => shower.incident).find(isNumber) ?? null;
}

// The pairs of one energy label, of a particle or of a range of theta; all where the label is none.
export function pairsAt(pairs, label) {
  if (slicingOf(label) !== "energy") return pairs.filter((pair) => pair.some((shower) => shower.slices.includes(label)));
  const range = rangeOf(label);
  if (!range) return pairs;
  return pairs.filter((pair) => incidentOf(pair) !== null && incidentOf(pair) >= range[0] && incidentOf(pair) <= range[1]);
}

export const largestCell = (pairs) => pairs.flat().reduce((top, shower) => shower.cells.reduce((t, cell) => Math.max(t, cell[3]), top), 0);

// `cut`: {threshold in GeV, layers: [first, last]}.
export const keptCells = (shower, { threshold, layers }) =>
  shower.cells.filter((cell) => cell[3] >= threshold && cell[2] >= layers[0] && cell[2] <= layers[1]);

export function describeShower(shower, kept) {
  if (!shower.present) return ": no shower in this pair";
  const sum = kept.reduce((total, cell) => total + cell[3], 0);
  return `, ${formatEnergy(shower.incident)}: ${formatEnergy(sum)} in ${formatCount(kept.length)} ${kept.length === 1 ? "cell" : "cells"}`;
}
