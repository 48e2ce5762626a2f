// Metrics of single observables: one row per observable, one column per kind of metric, folded away at first.
import { byId, html, headRow } from "./dom.js";
import { lookUp, text } from "./data.js";
import { formatName } from "./format.js";
import { againstFloor, describeAgainstFloor } from "./against-floor.js";
import { formatFloor, formatMetricMeasured } from "./metric.js";

function metricCell(metric) {
  if (!metric) return html("td", { class: "number" }, "");
  const state = againstFloor(metric);
  const cell = html("td", { class: `number ${state}`, title: `floor ${formatFloor(metric)}` }, formatMetricMeasured(metric));
  if (state === "beyond") cell.append(html("span", { class: "verdict" }, describeAgainstFloor(metric)));
  return cell;
}

export function showObservableMetrics(metrics) {
  const rows = new Map();
  const kinds = new Set();
  for (const metric of metrics) {
    const observable = text(metric.observable) || text(metric.name);
    const kind = text(metric.kind) || "Value";
    kinds.add(kind);
    rows.set(observable, { ...rows.get(observable), [kind]: metric });
  }
  const beyond = metrics.filter((metric) => againstFloor(metric) === "beyond").length;
  const details = byId("observables");
  details.hidden = !metrics.length;
  details.querySelector("summary").textContent =
    `Each observable by itself: ${rows.size} of them, ${beyond} of ${metrics.length} figures beyond their floor`;
  details.querySelector("table").replaceChildren(
    headRow([["Observable"], ...[...kinds].map((kind) => [kind, "number"])]),
    html("tbody", {}, ...[...rows].map(([observable, row]) => html("tr", {}, html("th", { scope: "row" }, formatName(observable)),
      ...[...kinds].map((kind) => metricCell(lookUp(row, kind, null)))))));
}
