// What a metric is called and how its values are written: each says so itself.
import { isNumber, objects, text } from "./data.js";
import { formatMeasured, formatName, formatNumber, formatPercent } from "./format.js";

// The metric that a gate speaks of; of one that is not there only the name is known.
export const metricNamed = (data, name) => objects(data.metrics).find((metric) => metric.name === name) ?? { name };

export const hasTitle = (metric) => text(metric.title) !== "";
export const metricTitle = (metric) => text(metric.title) || formatName(text(metric.name));

const isPercent = (metric) => metric.display === "percent";
const unitOf = (metric) => (text(metric.unit) && metric.unit !== "1" ? `\u00a0${text(metric.unit)}` : "");

// Of what is a difference, the sign is told.
const signOf = (metric, value) => (value > 0 && (isPercent(metric) || metric.display === "shift") ? "+" : "");

export function formatMetric(metric, value) {
  if (!isNumber(value)) return "–";
  return isPercent(metric) ? formatPercent(value, true) : signOf(metric, value) + formatNumber(value) + unitOf(metric);
}

// A value between halves, of which one draw tells two digits at most; an AUC differs in the third.
export function formatFloor(metric) {
  if (!isNumber(metric.floor)) return "–";
  return isPercent(metric) ? formatPercent(Number(metric.floor.toPrecision(2)), false) : formatNumber(metric.floor) + unitOf(metric);
}

// "+12.0 ± 0.4 %": the unit once.
export function formatMetricMeasured(metric) {
  const { value, uncertainty } = metric;
  if (!isNumber(value) || !isNumber(uncertainty)) return formatMetric(metric, value);
  const [factor, unit] = isPercent(metric) ? [100, "\u00a0%"] : [1, unitOf(metric)];
  return `${signOf(metric, value)}${formatMeasured(factor * value, factor * uncertainty)}${unit}`;
}
