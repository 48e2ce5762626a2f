// Classifiers that were trained to tell the samples apart: result in words, learning curve, ROC.
import { line } from "d3-shape";
import { byId, html, svg } from "./dom.js";
import { clamp, isNumber, list, objects, text } from "./data.js";
import { drawBox, label, makeScale } from "./axes.js";
import { formatMeasured, formatName, formatNumber } from "./format.js";
import { describeAuc } from "./against-floor.js";

const kWidth = 340;
const kHeight = 290;
const kBox = { left: 48, right: 328, top: 24, bottom: 242 };

function drawPlot(title, x, y, xLabel, yLabel, ...curves) {
  return html("figure", {}, html("h3", {}, title),
    svg("svg", { class: "plot", viewBox: `0 0 ${kWidth} ${kHeight}`, role: "img", "aria-label": title }, ...drawBox(kBox, x, y), ...curves,
      label(kBox.left, kBox.top - 9, yLabel, "start"), label(kBox.right, kBox.bottom + 36, xLabel, "end")));
}

const guide = (x1, y1, x2, y2) => svg("line", { class: "guide", x1, y1, x2, y2 });

function drawCurve(points) {
  const known = objects(points).filter((p) => isNumber(p.showers) && p.showers > 0 && isNumber(p.auc)).sort((a, b) => a.showers - b.showers);
  if (!known.length) return null;
  const x = makeScale([known[0].showers / 1.5, known[known.length - 1].showers * 1.5], [kBox.left, kBox.right], true);
  const error = (p) => (isNumber(p.uncertainty) ? p.uncertainty : 0);
  const low = clamp(Math.min(0.48, ...known.map((p) => p.auc - error(p) - 0.02)), 0, 0.48);
  const y = makeScale([low, 1.01], [kBox.bottom, kBox.top]);
  const at = (value) => y(clamp(value, low, 1.01));
  const marks = known.flatMap((p) => [svg("line", { class: "bar", x1: x(p.showers), x2: x(p.showers), y1: at(p.auc - error(p)), y2: at(p.auc + error(p)) }),
    svg("circle", { class: "point", cx: x(p.showers), cy: at(p.auc), r: 4 }, svg("title", {}, `${formatNumber(p.showers)} showers: ${formatMeasured(p.auc, p.uncertainty)}`))]);
  return drawPlot("Learning curve", x, y, "showers of each set", "AUC", guide(kBox.left, y(0.5), kBox.right, y(0.5)),
    svg("path", { class: "candidate steps", d: line().x((p) => x(p.showers)).y((p) => at(p.auc))(known) }), ...marks);
}

function drawRoc(points) {
  const known = list(points).filter((p) => Array.isArray(p) && isNumber(p[0]) && isNumber(p[1]));
  if (known.length < 2) return null;
  const x = makeScale([0, 1], [kBox.left, kBox.right]);
  const y = makeScale([0, 1], [kBox.bottom, kBox.top]);
  return drawPlot("ROC", x, y, "reference taken for candidate", "candidate recognised", guide(x(0), y(0), x(1), y(1)),
    svg("path", { class: "candidate steps", d: line().x((p) => x(clamp(p[0], 0, 1))).y((p) => y(clamp(p[1], 0, 1)))(known) }));
}

function describeClassifier(classifier) {
  const facts = [["AUC", formatMeasured(classifier.auc, classifier.uncertainty)], ["AUC between halves of the reference", formatNumber(classifier.floor)],
    ["Jensen–Shannon divergence", isNumber(classifier.jsd) ? `${formatNumber(classifier.jsd)} bit` : "–"], ["showers", isNumber(classifier.showers) ? classifier.showers.toLocaleString("en") : "–"]];
  return html("dl", { class: "facts" }, ...facts.filter(([, value]) => value !== "–").flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]));
}

export function showClassifiers(data) {
  const classifiers = objects(data.classifiers);
  byId("classifiers").hidden = !classifiers.length;
  byId("classifier-list").replaceChildren(...classifiers.map((classifier) => {
    const name = formatName(text(classifier.name).replace(/^auc_/, ""));
    const plots = [drawCurve(classifier.curve), drawRoc(classifier.roc)].filter(Boolean);
    return html("article", { class: "classifier" },
      html("div", {}, html("h3", {}, name), html("p", { class: "words" }, `This classifier ${describeAuc(classifier)}.`),
        ...(text(classifier.reason) ? [html("p", { class: "hint" }, text(classifier.reason))] : []), describeClassifier(classifier)),
      ...plots);
  }));
}
