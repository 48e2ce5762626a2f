// The top of the page: the verdict in words, what was compared, and any failed gate.
import { byId, html } from "./dom.js";
import { isNumber, isObject, list, lookUp, objects, text } from "./data.js";
import { bindUnits, formatCount, formatNumber } from "./format.js";
import { describeGate } from "./gates.js";
import { metricNamed } from "./metric.js";

// metrics.json holds the range as two numbers; a list is taken too.
const energiesOf = (sample) =>
  (list(sample.energy).length ? sample.energy : [sample.energy_low, sample.energy_high]).filter(isNumber);

function describeSample(sample, name) {
  const known = isObject(sample) ? sample : {};
  const count = isNumber(known.showers) ? `${formatCount(known.showers)} showers` : "showers";
  const energies = energiesOf(known);
  return `${count} from ${name}${energies.length ? ` (${energies.map(formatNumber).join("\u2060–\u2060")}\u00a0GeV)` : ""}`;
}

function describeSamples(data, names) {
  const where = text(data.detector?.name);
  const words = `${describeSample(data.candidate, names.candidate)} against ${describeSample(data.reference, names.reference)}`;
  const beside = names.other ? `, beside ${describeSample(data.other, names.other)}` : "";
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${beside}${where ? ` in ${where}` : ""}.`;
}

// A state is told by its sign and in words, not by colour alone.
const kSigns = { good: ["good", "✓", "good: "], bad: ["bad", "✕", "bad: "], open: ["open", "?", "open: "] };

function pointItem(state, words) {
  const [kind, sign, spoken] = lookUp(kSigns, state, kSigns.open);
  return html("li", { class: kind }, html("span", { class: "sign", "aria-hidden": "true" }, sign),
    html("span", {}, html("span", { class: "spoken" }, spoken), words));
}

function showPoints(data, gates) {
  const points = objects(data.verdict?.points).filter((point) => text(point.text));
  const items = points.map((point) => pointItem(point.state, bindUnits(text(point.text))));
  if (gates.length && gates.every((gate) => gate.state === "passed")) {
    items.push(pointItem("good", gates.length === 1 ? "The gate is passed." : `All ${gates.length} gates are passed.`));
  }
  byId("points").replaceChildren(...items);
  byId("points").hidden = !items.length;
}

function showWorst(data) {
  const worst = (Array.isArray(data.verdict?.worst) ? data.verdict.worst : []).map(text).filter(Boolean);
  byId("worst").replaceChildren(...worst.map((words) => html("li", {}, bindUnits(words))));
  byId("worst-part").hidden = !worst.length;
}

// What has to be known before the figures are believed.
function showNotices(data) {
  const notices = list(data.notices).map(text).filter(Boolean);
  byId("notices").hidden = !notices.length;
  byId("notices").replaceChildren(html("h2", {}, "Beware"), html("ul", {}, ...notices.map((words) => html("li", {}, bindUnits(words)))));
}

function showFailedGates(data, gates) {
  const failed = gates.filter((gate) => gate.state === "failed");
  byId("failed-gates").hidden = !failed.length;
  byId("failed-gates").replaceChildren(
    html("h2", {}, gates.length === 1 ? "The gate failed" : `${failed.length} of ${gates.length} gates failed`),
    html("ul", {}, ...failed.map((gate) => html("li", {}, bindUnits(describeGate(gate, metricNamed(data, gate.metric)))))));
}

export function showHeader(data, names) {
  const title = text(data.title) || "Caloforge";
  const headline = bindUnits(text(data.verdict?.headline));
  document.title = title;
  byId("headline").textContent = headline || title;
  byId("title").textContent = title;
  byId("title").hidden = !headline;
  byId("samples").textContent = describeSamples(data, names);
  const gates = objects(data.gates);
  showNotices(data);
  showFailedGates(data, gates);
  showWorst(data);
  showPoints(data, gates);
}
