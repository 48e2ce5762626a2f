// Correlation matrices of both samples and their difference, for the chosen energy.
import { byId, html, headRow, svg } from "./dom.js";
import { isNumber, list, text } from "./data.js";
import { formatNumber, withMinus } from "./format.js";
import { atLabel, formatEnergyLabel, labelOf, labelsIn, widestLabel } from "./energies.js";
import { drawHeatMap, fillOf } from "./heatmap.js";
import { hideTooltip, showTooltip } from "./tooltip.js";

const kDifferences = 5; // rows of the table
const kDifferenceScale = 0.5; // a difference of correlations that takes the full colour

const number = (value) => (isNumber(value) ? withMinus(value.toFixed(2)) : "–");
const entry = (matrix, i, j) => {
  const value = list(list(matrix)[i])[j];
  return isNumber(value) ? value : null;
};

function readCorrelation(item) {
  const reference = (i, j) => entry(item.reference, i, j);
  const candidate = (i, j) => entry(item.candidate, i, j);
  const difference = (i, j) => (reference(i, j) === null || candidate(i, j) === null ? null : candidate(i, j) - reference(i, j));
  return { names: list(item.names).map((name) => text(name).replace(/_/g, " ")), reference, candidate, difference };
}

function showScale() {
  const fields = Array.from({ length: 21 }, (_, i) => svg("rect", { x: 10 + 18 * i, y: 2, width: 18.5, height: 10, style: `fill:${fillOf(i / 10 - 1, 1)}` }));
  const words = [["−1", 10, "start"], ["0", 199, "middle"], ["+1", 388, "end"]].map(([t, x, a]) => svg("text", { x, y: 26, "text-anchor": a }, t));
  byId("map-scale").replaceChildren(svg("svg", { viewBox: "0 0 398 30", role: "img", "aria-label": `colour scale: −1 to +1, of the difference −${kDifferenceScale} to +${kDifferenceScale}` }, ...fields, ...words));
}

function largestDifferences({ names, difference }) {
  const pairs = [];
  for (let i = 0; i < names.length; ++i) {
    for (let j = 0; j < i; ++j) if (difference(i, j) !== null) pairs.push([i, j]);
  }
  return pairs.sort((a, b) => Math.abs(difference(...b)) - Math.abs(difference(...a))).slice(0, kDifferences);
}

function showDifferences(correlation, names) {
  const pairs = largestDifferences(correlation);
  const table = byId("correlation-differences");
  table.hidden = !pairs.length;
  table.replaceChildren(
    headRow([["Largest differences"], [names.reference, "number"], [names.candidate, "number"], ["Difference", "number"]]),
    html("tbody", {}, ...pairs.map(([i, j]) => html("tr", {}, html("th", { scope: "row" }, `${correlation.names[i]} with ${correlation.names[j]}`),
      ...["reference", "candidate", "difference"].map((part) => html("td", { class: "number" }, number(correlation[part](i, j))))))));
}

// One listener for thousands of fields.
function listenToMaps(current, names) {
  const show = (event) => {
    const at = event.target.dataset?.at;
    if (!at || !current.value) return hideTooltip();
    const [i, j] = at.split(",").map(Number);
    const { value } = current;
    showTooltip([`${value.names[i]} with ${value.names[j]}`, `${names.reference}: ${number(value.reference(i, j))}`,
      `${names.candidate}: ${number(value.candidate(i, j))}`, `difference: ${number(value.difference(i, j))}`], event.clientX, event.clientY);
  };
  byId("maps").addEventListener("pointermove", show);
  byId("maps").addEventListener("pointerdown", show);
  byId("maps").addEventListener("pointerleave", hideTooltip);
}

export function showCorrelations(items, names, energy) {
  const usable = items.filter((item) => list(item.names).length);
  const current = { value: null };
  byId("correlations").hidden = !usable.length;
  if (!usable.length) return;
  showScale();
  listenToMaps(current, names);
  energy.follow((label) => {
    const item = atLabel(usable, label)[0] ?? atLabel(usable, widestLabel(labelsIn(usable)))[0];
    current.value = readCorrelation(item);
    const { names: observables, reference, candidate, difference } = current.value;
    byId("maps").replaceChildren(drawHeatMap(names.reference, observables, reference, 1), drawHeatMap(names.candidate, observables, candidate, 1),
      drawHeatMap("Difference", observables, difference, kDifferenceScale));
    const standIn = labelOf(item) === label ? "" : ` There are none for ${formatEnergyLabel(label)}; these are for ${formatEnergyLabel(labelOf(item))}.`;
    byId("correlations-note").textContent = `Linear correlation over showers, −1 to +1; the difference takes its full colour at ±${formatNumber(kDifferenceScale)}.${standIn}`;
    showDifferences(current.value, names);
  });
}
