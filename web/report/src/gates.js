// The table of gates: limits that the candidate had to keep.
import { byId, html, headRow } from "./dom.js";
import { isNumber, lookUp, objects, text } from "./data.js";
import { formatEnergyLabel, labelOf, whereOf } from "./energies.js";
import { formatMetric, formatMetricMeasured, metricNamed, metricTitle } from "./metric.js";

// One sentence; the gate's own where it has one.
export function describeGate(gate, metric) {
  const own = text(gate.message);
  if (own) return own;
  const value = isNumber(gate.value) ? `is ${formatMetric(metric, gate.value)}` : "could not be measured";
  const limit = text(gate.limit) ? `, required: ${text(gate.limit)}` : "";
  return `${metricTitle(metric)} ${whereOf(labelOf(gate))} ${value}${limit}.`;
}

// The words of a gate's state, with the class of its row.
const kResults = { passed: ["passed", "passed"], failed: ["failed", "failed"] };
const kOrder = ["failed", "undecided", "passed"];

function gateRow(gate, metric) {
  const [state, words] = lookUp(kResults, gate.state, ["open", "undecided"]);
  const title = html("th", { scope: "row" }, metricTitle(metric), html("span", { class: "reason" }, formatEnergyLabel(labelOf(gate))));
  if (text(gate.message)) title.append(html("span", { class: "reason" }, text(gate.message)));
  return html("tr", { class: state }, title, html("td", { class: "limit" }, text(gate.limit) || "–"),
    html("td", { class: "number" }, formatMetricMeasured({ ...metric, value: gate.value, uncertainty: gate.uncertainty })), html("td", { class: "result" }, words));
}

export function showGates(data) {
  const gates = objects(data.gates);
  const failedFirst = [...gates].sort((a, b) => kOrder.indexOf(a.state) - kOrder.indexOf(b.state));
  byId("gates").hidden = !gates.length;
  byId("gate-table").replaceChildren(headRow([["Metric"], ["Required"], ["Measured", "number"], ["Result"]]),
    html("tbody", {}, ...failedFirst.map((gate) => gateRow(gate, metricNamed(data, gate.metric)))));
}
