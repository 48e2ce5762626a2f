// Metrics of single observables: one row per observable, one column per kind of metric, folded away at first.
import { byId, html, headRow } from "./dom.js";
import { formatName } from "./format.js";
import { describeJudgement, judge } from "./judge.js";
import { formatFloor, formatMetricMeasured } from "./metric-names.js";

// Kinds of metric, found before or behind the observable's name.
const kKinds = {
  separation: "Separation", wasserstein_rel: "Wasserstein", wasserstein: "Wasserstein", chi2_ndf: "χ²/ndf", chi2: "χ²/ndf",
  ks_p: "KS p", p_value: "p", mean_rel: "Mean", width_rel: "Spread",
};
const kNames = Object.keys(kKinds).join("|");
const kPattern = new RegExp(`^(?:(?<first>${kNames})[_:. ](?<of>.+)|(?<name>.+?)[_:. ](?<last>${kNames}))$`);

// "separation_width_x" and "width_x_separation" are both the separation of width_x.
function splitName(name) {
  const groups = kPattern.exec(name)?.groups;
  if (!groups) return { observable: name, kind: "Value" };
  return { observable: groups.of ?? groups.name, kind: kKinds[groups.first ?? groups.last] };
}

function metricCell(metric) {
  if (!metric) return html("td", { class: "number" }, "");
  const judgement = judge(metric);
  const cell = html("td", { class: `number ${judgement.state}`, title: `floor ${formatFloor(metric.name, metric.floor)}` }, formatMetricMeasured(metric));
  if (judgement.state === "beyond") cell.append(html("span", { class: "verdict" }, describeJudgement(judgement)));
  return cell;
}

export function showObservableMetrics(metrics) {
  const rows = new Map();
  const kinds = new Set();
  for (const metric of metrics) {
    const { observable, kind } = splitName(String(metric.name));
    kinds.add(kind);
    rows.set(observable, { ...rows.get(observable), [kind]: metric });
  }
  const beyond = metrics.filter((metric) => judge(metric).state === "beyond").length;
  const details = byId("observables");
  details.hidden = !metrics.length;
  details.querySelector("summary").textContent =
    `Each observable by itself: ${rows.size} of them, ${beyond} of ${metrics.length} figures beyond their floor`;
  details.querySelector("table").replaceChildren(
    headRow([["Observable"], ...[...kinds].map((kind) => [kind, "number"])]),
    html("tbody", {}, ...[...rows].map(([observable, row]) => html("tr", {}, html("th", { scope: "row" }, formatName(observable)),
      ...[...kinds].map((kind) => metricCell(row[kind]))))));
}
