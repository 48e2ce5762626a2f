// What metrics are called in words, and how their values are written.
import { isNumber, lookUp, text } from "./data.js";
import { formatMeasured, formatName, formatNumber, formatPercent } from "./format.js";

const kTitles = {
  auc_cells: "Classifier on cells, AUC",
  auc_observables: "Classifier on observables, AUC",
  sampling_fraction_mean_rel: "Deposited energy, mean",
  sampling_fraction_width_rel: "Deposited energy, spread",
  longitudinal_profile_max_rel: "Longitudinal profile, worst layer",
  longitudinal_maximum_shift: "Shower maximum, shift in layers",
  transverse_profile_max_rel: "Transverse profile, worst bin",
  cells_above_mip_fraction_rel: "Number of cells above 0.1 MIP",
  cell_spectrum_separation: "Cell energy spectrum, separation",
  correlation_mad: "Correlations, mean absolute difference",
  fpd: "Fréchet physics distance",
  figure_of_merit: "3DGAN figure of merit",
  figure_of_merit_moments_twice: "3DGAN figure of merit, moments twice",
  resolution_stochastic_rel: "Resolution, stochastic term a",
  resolution_constant_shift: "Resolution, constant term b, shift",
  jsd_cells: "Classifier on cells, Jensen–Shannon divergence",
  jsd_observables: "Classifier on observables, Jensen–Shannon divergence",
};

export const hasTitle = (name) => Object.hasOwn(kTitles, name);
export const metricTitle = (name) => lookUp(kTitles, name, formatName(text(name)));

const isRelative = (name) => /_rel$/.test(name);

export function formatMetric(name, value) {
  if (!isNumber(value)) return "–";
  return isRelative(name) ? formatPercent(value, true) : formatNumber(value);
}

// A magnitude, of which one draw tells two digits at most; an AUC differs in the third.
export function formatFloor(name, floor) {
  if (!isNumber(floor)) return "–";
  return isRelative(name) ? formatPercent(Number(floor.toPrecision(2)), false) : formatNumber(floor);
}

// "+12.0 ± 0.4 %": the unit once.
export function formatMetricMeasured({ name, value, uncertainty }) {
  if (!isNumber(value) || !isNumber(uncertainty)) return formatMetric(name, value);
  if (!isRelative(name)) return formatMeasured(value, uncertainty);
  return `${value > 0 ? "+" : ""}${formatMeasured(100 * value, 100 * uncertainty)}\u00a0%`;
}
