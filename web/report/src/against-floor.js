// How metrics lie beside their floors, in words. Where they lie was decided when they were measured.
import { isNumber } from "./data.js";
import { formatRatio } from "./format.js";

const kWords = { within: "within floor", beyond: "beyond floor", unclear: "unclear", none: "–" };

// "within" | "beyond" | "unclear" | "none"
export const againstFloor = (metric) => (Object.hasOwn(kWords, metric?.against_floor) ? metric.against_floor : "none");

export function describeAgainstFloor(metric) {
  const state = againstFloor(metric);
  return state === "beyond" && isNumber(metric.times_floor) ? `${formatRatio(metric.times_floor)}× floor` : kWords[state];
}

// Where words change. Each is an opinion, not a measurement, so all stand here together.
const kAucWords = [
  [0.95, "tells them apart at sight"],
  [0.75, "tells them apart easily"],
  [0.6, "tells them apart with some effort"],
];

// Below 0.5 a classifier is right when inverted.
export function describeAuc(classifier) {
  if (!isNumber(classifier.auc)) return "was not measured";
  if (againstFloor(classifier) === "within") return "can only guess";
  const auc = Math.max(classifier.auc, 1 - classifier.auc);
  return (kAucWords.find(([least]) => auc >= least) ?? [0, "hardly tells them apart"])[1];
}
