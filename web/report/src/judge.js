// Judging a metric against its floor, with the rule of doc/validation.md.
import { isNumber } from "./data.js";
import { formatRatio } from "./format.js";

// The value of a perfect candidate: a classifier that can only guess has AUC 0.5; every other metric is a distance or
// a relative difference, so 0. A p-value has no floor to lie beyond.
export const idealOf = (name) => (/^auc_/.test(name) ? 0.5 : 0);
const isProbability = (name) => /(^|_)(ks_p|p_value)($|_)/.test(name);

// Beyond two standard deviations an excess over the floor is called real, as in the table on the terminal; less than
// that, or a metric without an uncertainty, is left open.
const kSureSigmas = 2;

// {state: "within" | "beyond" | "unclear" | "unjudged", times}: times is the distance from the ideal in floors.
export function judge(metric) {
  if (!metric || !isNumber(metric.value) || !isNumber(metric.floor) || isProbability(String(metric.name))) return { state: "unjudged" };
  const ideal = idealOf(metric.name);
  const distance = Math.abs(metric.value - ideal);
  const floor = Math.abs(metric.floor - ideal);
  const times = floor > 0 ? distance / floor : null;
  if (distance <= floor) return { state: "within", times };
  const margin = isNumber(metric.uncertainty) ? kSureSigmas * metric.uncertainty : Infinity;
  return { state: distance - margin > floor ? "beyond" : "unclear", times };
}

export function describeJudgement({ state, times }) {
  if (state === "beyond" && isNumber(times)) return `${formatRatio(times)}× floor`;
  return { within: "within floor", beyond: "beyond floor", unclear: "unclear", unjudged: "–" }[state];
}

// Where words change. Each is a judgement, not a measurement, so all stand here together.
const kAucWords = [
  [0.95, "tells them apart at sight"],
  [0.75, "tells them apart easily"],
  [0.6, "tells them apart with some effort"],
];

// Below 0.5 a classifier is right when inverted.
export function describeAuc(classifier) {
  if (!isNumber(classifier.auc)) return "was not measured";
  const state = judge({ ...classifier, name: "auc_", value: classifier.auc }).state;
  if (state === "within") return "can only guess";
  const auc = Math.max(classifier.auc, 1 - classifier.auc);
  return (kAucWords.find(([least]) => auc >= least) ?? [0, "hardly tells them apart"])[1];
}
