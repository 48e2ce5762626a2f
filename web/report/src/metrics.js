// The table of metrics against their floors, for the chosen energy.
import { byId, html, headRow } from "./dom.js";
import { isNumber, text } from "./data.js";
import { atLabel, formatEnergyLabel, labelsIn, widestLabel } from "./energies.js";
import { againstFloor, describeAgainstFloor } from "./against-floor.js";
import { formatFloor, formatMetricMeasured, hasTitle, metricTitle } from "./metric.js";
import { showObservableMetrics } from "./observables.js";

function metricRow(metric) {
  const title = html("th", { scope: "row" }, metricTitle(metric));
  if (hasTitle(metric)) title.append(html("span", { class: "code" }, text(metric.name)));
  if (text(metric.reason)) title.append(html("span", { class: "reason" }, text(metric.reason)));
  return html("tr", { class: againstFloor(metric) }, title,
    html("td", { class: "number" }, formatMetricMeasured(metric)),
    html("td", { class: "number" }, formatFloor(metric)),
    html("td", { class: "verdict" }, describeAgainstFloor(metric)));
}

// Metrics without a value would fill the table with dashes: they are told in one line per reason.
function describeMissing(metrics) {
  const reasons = new Map();
  for (const metric of metrics.filter((m) => !isNumber(m.value))) {
    const reason = text(metric.reason) || "not measured";
    reasons.set(reason, [...(reasons.get(reason) ?? []), text(metric.name)]);
  }
  return [...reasons].map(([reason, names]) => html("li", {}, html("span", { class: "code" }, names.join(", ")), reason));
}

function describeTable(measured, label, shownLabel, names) {
  if (!measured.length) return "No metrics were computed.";
  const standIn = shownLabel === label ? "" : ` There are none for ${formatEnergyLabel(label)}; these are for ${formatEnergyLabel(shownLabel)}.`;
  return `Percentages are ${names.candidate} / ${names.reference} − 1. The floor is the same metric between two halves of ` +
    `${names.reference}: what chance alone gives. “Unclear” is above it by less than two standard deviations, or has none.${standIn}`;
}

// Metrics may exist for fewer energies than plots do; then the widest stand in, and the note says so.
export function showMetrics(metrics, label, names) {
  const shownLabel = atLabel(metrics, label).length || !metrics.length ? label : widestLabel(labelsIn(metrics));
  const rows = atLabel(metrics, shownLabel);
  const summary = rows.filter((metric) => metric.group !== "observable");
  const measured = summary.filter((metric) => isNumber(metric.value));
  byId("metrics").hidden = !measured.length;
  byId("metrics").replaceChildren(
    headRow([["Metric"], ["Value", "number"], ["Floor", "number"], ["Verdict", "verdict"]]),
    html("tbody", {}, ...measured.map(metricRow)));
  byId("missing").replaceChildren(...describeMissing(summary));
  byId("metrics-note").textContent = describeTable(measured, label, shownLabel, names);
  showObservableMetrics(rows.filter((metric) => metric.group === "observable"));
}
