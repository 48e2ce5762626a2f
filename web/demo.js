// Draws the demo page from the JSON in <script id="data">. One file, longer than the house likes, because the page is
// one self-contained document without a build step. Sections: helpers, headline, metrics, profiles, event display,
// tables, start. Every text from the data goes in as text, never as markup.
"use strict";

// ---- Helpers ----------------------------------------------------------------------------------------------------

const byId = (id) => document.getElementById(id);
const list = (value) => (Array.isArray(value) ? value : []);
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const nameOf = (sample, fallback) => (sample && sample.name) || fallback;

function fillElement(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const html = (tag, attributes = {}, ...children) => fillElement(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) =>
  fillElement(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

// Three significant digits: what the samples of a demo can support.
function formatNumber(value) {
  if (!isNumber(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return formatPower(value);
  const digits = clamp(2 - Math.floor(Math.log10(size)), 0, 5);
  return withMinus(Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: digits }));
}

const withMinus = (text) => text.replace(/^-/, "−");
const superscript = (n) => String(n).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));

function formatPower(value) {
  const [mantissa, exponent] = value.toExponential(1).split("e");
  return withMinus(`${mantissa}·10${superscript(Number(exponent))}`);
}

function formatPercent(value, signed) {
  const text = formatNumber(Math.abs(value) * 100) + "\u00a0%";
  return signed && value !== 0 ? (value > 0 ? "+" : "−") + text : text;
}

// 5.4 MeV, 120 GeV: the unit that keeps the number between 1 and 1000.
function formatEnergy(gev) {
  if (!isNumber(gev)) return "unknown energy";
  for (const [unit, size] of [["GeV", 1], ["MeV", 1e-3]]) {
    if (gev >= size) return `${formatNumber(gev / size)}\u00a0${unit}`;
  }
  return gev > 0 ? `${formatNumber(gev / 1e-6)}\u00a0keV` : "0 GeV";
}

// An energy label is "lo:hi", one value, or a list "50,100"; anything else is shown as it is.
function formatEnergyLabel(label) {
  const text = String(label ?? "all").replace(":", "–").replace(/,/g, ", ");
  return /^[\d.]/.test(text) ? `${text}\u00a0GeV` : text;
}

function labelWidth(label) {
  const [low, high] = String(label).split(":").map(Number);
  return isNumber(low) && isNumber(high) ? high - low : 0;
}

// The label that covers most is the one that the headline speaks about.
const widestLabel = (labels) => labels.reduce((a, b) => (labelWidth(b) > labelWidth(a) ? b : a), labels[0]);
const labelsIn = (items) => [...new Set(items.map((item) => String(item.energy ?? "all")))];
const atLabel = (items, label) => items.filter((item) => String(item.energy ?? "all") === label);

// ---- Judging a metric -------------------------------------------------------------------------------------------

// The value of a perfect candidate: a classifier that can only guess has AUC 0.5; every other metric is a distance
// or a relative difference, so 0.
const idealOf = (name) => (/^auc_/.test(name) ? 0.5 : 0);

// Beyond two standard deviations an excess over the floor is called real, as in the table on the terminal; less than
// that, or a metric without an uncertainty, is left open.
const kSureSigmas = 2;

function judge(metric) {
  if (!metric || !isNumber(metric.value) || !isNumber(metric.floor)) return { state: "unjudged" };
  const ideal = idealOf(metric.name);
  const distance = Math.abs(metric.value - ideal);
  const floor = Math.abs(metric.floor - ideal);
  const times = floor > 0 ? distance / floor : null;
  if (distance <= floor) return { state: "within", times };
  const margin = isNumber(metric.uncertainty) ? kSureSigmas * metric.uncertainty : Infinity;
  return { state: distance - margin > floor ? "beyond" : "unclear", times };
}

// ---- Headline ---------------------------------------------------------------------------------------------------

// Where words change. Each is a judgement, not a measurement, so all stand here together.
const kHeadline = {
  factor: 1.5, // a width off by this factor or more is told as a factor, below it in per cent
  aucAtSight: 0.95, // a classifier this good has nothing left to learn: one look is enough
  aucEasily: 0.75,
  aucWithEffort: 0.6, // below, most showers fool the classifier
  profileAtSight: 0.5, // without a classifier: a profile bin off by half shows in the plot
  profilePlain: 0.15,
  separationAtSight: 0.1, // of the cell spectrum, on a scale from 0 (same) to 1 (disjoint)
  separationPlain: 0.01,
};

function describeMean(metric, referenceName) {
  if (!metric || !isNumber(metric.value)) return null;
  if (judge(metric).state === "within") return `Deposited energy agrees with ${referenceName} to within the noise`;
  return `Deposited energy is off by ${formatPercent(metric.value, true)}`;
}

// The metric is candidate / reference − 1, so the ratio is one more.
function describeWidth(metric) {
  if (!metric || !isNumber(metric.value)) return null;
  if (judge(metric).state === "within") return "its spread is right";
  const ratio = metric.value + 1;
  if (ratio <= 0) return "its spread has collapsed";
  if (ratio >= kHeadline.factor) return `its spread is ${formatRatio(ratio)} times too wide`;
  if (ratio <= 1 / kHeadline.factor) return `its spread is ${formatRatio(1 / ratio)} times too narrow`;
  return `its spread is off by ${formatPercent(metric.value, true)}`;
}

const formatRatio = (ratio) => formatNumber(Number(ratio.toPrecision(2)));

function describeByClassifier(metrics, candidateName) {
  const values = metrics.filter((m) => idealOf(m.name) === 0.5 && isNumber(m.value)).map((m) => m.value);
  if (!values.length) return null;
  // Below 0.5 a classifier is right when inverted.
  const auc = Math.max(...values.map((v) => Math.max(v, 1 - v)));
  if (auc >= kHeadline.aucAtSight) return `${candidateName} is told apart at sight`;
  if (auc >= kHeadline.aucEasily) return `a classifier tells ${candidateName} apart easily`;
  if (auc >= kHeadline.aucWithEffort) return `a classifier tells ${candidateName} apart with some effort`;
  return `a classifier can hardly tell ${candidateName} apart`;
}

// Falls back on shapes where no classifier was run; metrics inside their floor say nothing.
function describeByShape(metrics, candidateName) {
  const shapes = metrics.filter((m) => /_profile_max_rel$|_separation$/.test(m.name) && isNumber(m.value));
  if (!shapes.length) return null;
  const outside = shapes.filter((m) => judge(m).state !== "within");
  if (!outside.length) return "no profile shows a difference beyond the noise";
  const limit = (m, level) => kHeadline[(/_separation$/.test(m.name) ? "separation" : "profile") + level];
  const exceeds = (level) => outside.some((m) => Math.abs(m.value) >= limit(m, level));
  if (exceeds("AtSight")) return `${candidateName} is told apart at sight`;
  if (exceeds("Plain")) return `the plots show plainly which is ${candidateName}`;
  return `only a close look tells ${candidateName} apart`;
}

function composeHeadline(metrics, referenceName, candidateName) {
  const find = (name) => metrics.find((m) => m.name === name);
  const energy = [
    describeMean(find("sampling_fraction_mean_rel"), referenceName),
    describeWidth(find("sampling_fraction_width_rel")),
  ].filter(Boolean);
  const verdict = describeByClassifier(metrics, candidateName) ?? describeByShape(metrics, candidateName);
  const text = [energy.join(", "), verdict].filter(Boolean).join("; ");
  if (!text) return "Nothing was measured, so this page makes no claim.";
  // A width without a mean would start with a lone "its".
  const whole = text.replace(/^its spread/, "the spread of the deposited energy");
  return /^[a-z]/.test(whole) && !whole.startsWith(candidateName) ? whole[0].toUpperCase() + whole.slice(1) + "." : whole + ".";
}

// metrics.json holds the range as two numbers; a list is taken too.
const energiesOf = (sample) => (list(sample.energy).length ? sample.energy : [sample.energy_low, sample.energy_high]).filter(isNumber);

function describeSample(sample, name) {
  const count = sample && isNumber(sample.showers) ? `${sample.showers.toLocaleString("en")} showers` : "Showers";
  const energies = energiesOf(sample ?? {});
  return `${count} from ${name}${energies.length ? ` (${energies.map(formatNumber).join("–")}\u00a0GeV)` : ""}`;
}

function showHeader(data, names) {
  document.title = data.title || "Caloforge";
  byId("title").textContent = data.title || "Caloforge";
  const metrics = list(data.metrics);
  const label = metrics.length ? widestLabel(labelsIn(metrics)) : null;
  byId("headline").textContent = composeHeadline(label === null ? [] : atLabel(metrics, label), names.reference, names.candidate);
  const where = data.detector && data.detector.name ? ` in ${data.detector.name}` : "";
  const judged = metrics.some((m) => isNumber(m.value)) ? ` The sentence above is computed from the metrics at ${formatEnergyLabel(label)}.` : "";
  byId("samples").textContent = `${describeSample(data.candidate, names.candidate)} against ` +
    `${describeSample(data.reference, names.reference).replace(/^S/, "s")}${where}.${judged}`;
}

// ---- Metric table -----------------------------------------------------------------------------------------------

const kMetricNames = {
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
  figure_of_merit: "Figure of merit",
};

function verdictOf({ state, times }) {
  if (state === "beyond" && times !== null) return `${formatRatio(times)}× floor`;
  return { within: "within floor", beyond: "beyond floor", unclear: "unclear", unjudged: "–" }[state];
}

function formatMetric(name, value) {
  if (!isNumber(value)) return "–";
  return /_rel$/.test(name) ? formatPercent(value, true) : formatNumber(value);
}

// "+12 ± 0.4 %": the unit once.
function formatMeasured({ name, value, uncertainty }) {
  const text = formatMetric(name, value);
  if (!isNumber(value) || !isNumber(uncertainty)) return text;
  if (!/_rel$/.test(name)) return `${text} ± ${formatNumber(uncertainty)}`;
  return `${text.replace("\u00a0%", "")} ± ${formatPercent(uncertainty)}`;
}

function metricRow(metric) {
  const judgement = judge(metric);
  const title = html("th", { scope: "row" }, kMetricNames[metric.name] ?? metric.name);
  if (kMetricNames[metric.name]) title.append(html("span", { class: "code" }, metric.name));
  if (metric.reason) title.append(html("span", { class: "reason" }, metric.reason));
  return html("tr", { class: judgement.state }, title,
    html("td", { class: "number" }, formatMeasured(metric)),
    html("td", { class: "number" }, formatMetric(metric.name, metric.floor)),
    html("td", { class: "verdict" }, verdictOf(judgement)));
}

// Metrics without a value would fill the table with dashes: they are told in one line per reason.
function describeMissing(metrics) {
  const reasons = new Map();
  for (const metric of metrics.filter((m) => !isNumber(m.value))) {
    const reason = metric.reason || "not measured";
    reasons.set(reason, [...(reasons.get(reason) ?? []), metric.name]);
  }
  return [...reasons].map(([reason, names]) => html("li", {}, html("span", { class: "code" }, names.join(", ")), reason));
}

// Metrics may exist for fewer energies than plots do; then the widest stand in, and the note says so.
function showMetrics(metrics, label, names) {
  const chosen = atLabel(metrics, label);
  const shownLabel = chosen.length || !metrics.length ? label : widestLabel(labelsIn(metrics));
  const rows = chosen.length ? chosen : atLabel(metrics, shownLabel);
  const measured = rows.filter((metric) => isNumber(metric.value));
  const table = byId("metrics");
  table.hidden = !measured.length;
  table.replaceChildren(
    html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "Metric"),
      html("th", { scope: "col", class: "number" }, "Value"), html("th", { scope: "col", class: "number" }, "Floor"),
      html("th", { scope: "col", class: "verdict" }, "Verdict"))),
    html("tbody", {}, ...measured.map(metricRow)));
  byId("missing").replaceChildren(...describeMissing(rows));
  const standIn = shownLabel === label ? "" : ` There are none for ${formatEnergyLabel(label)}; these are for ${formatEnergyLabel(shownLabel)}.`;
  byId("metrics-note").textContent = !measured.length ? "No metrics were computed."
    : `Percentages are ${names.candidate} / ${names.reference} − 1. The floor is the same metric between two halves of ` +
      `${names.reference}: what chance alone gives. “Unclear” is above it by less than two standard deviations, or has none.${standIn}`;
}

// ---- Profile plots ----------------------------------------------------------------------------------------------

// Units of the SVG's own coordinates; the browser scales the whole to the column.
const kPlot = { width: 400, left: 52, right: 384, top: 22, middle: 212, ratioTop: 228, bottom: 306, height: 346 };
const kLogDecades = 7; // a log axis shows at most this many decades below its top
const kRatioRanges = [[0.9, 1.1], [0.75, 1.25], [0.5, 1.5], [0, 2], [0, 3], [0, 5]];
const kRatioCoverage = 0.9; // the ratio axis is the tightest that holds this part of the well-measured bins
const kWellMeasured = 0.3; // relative error of a bin that has a say in that

function makeScale(low, high, from, to, log) {
  const warp = log ? Math.log10 : (v) => v;
  const start = warp(low);
  const span = warp(high) - start || 1;
  const scale = (value) => from + ((warp(value) - start) / span) * (to - from);
  return Object.assign(scale, { low, high, log });
}

function linearTicks(low, high, wanted) {
  const rough = (high - low) / wanted;
  if (!(rough > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((s) => s * power >= rough * 0.999) * power;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) ticks.push(i * step);
  return ticks;
}

function logTicks(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first) / 5));
  const ticks = [];
  for (let i = first; i <= last; i += stride) ticks.push(10 ** i);
  if (ticks.length > 2) return ticks;
  // A short axis would have next to no labels without the steps between.
  const fine = [];
  for (let i = first - 1; i <= last + 1; ++i) fine.push(10 ** i, 2 * 10 ** i, 5 * 10 ** i);
  return fine.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}

const ticksOf = (scale, wanted) => (scale.log ? logTicks(scale.low, scale.high) : linearTicks(scale.low, scale.high, wanted));

function tickLabel(value, log) {
  if (log) return value >= 0.0099 && value <= 1000 ? formatNumber(value) : `10${superscript(Math.round(Math.log10(value)))}`;
  return formatNumber(Number(value.toPrecision(6)));
}

// Edges that grow by one common factor, and by 20 in all, were meant for a log axis.
function isGeometric(edges) {
  if (edges.length < 3 || !(edges[0] > 0) || edges[edges.length - 1] / edges[0] < 20) return false;
  const factor = edges[1] / edges[0];
  return edges.slice(1).every((edge, i) => Math.abs(edge / edges[i] / factor - 1) < 0.02);
}

// Bins of one sample as {y, error}; null where the value is missing.
function readBins(series, count) {
  const y = list(series && series.y);
  const error = list(series && series.error);
  return Array.from({ length: count }, (_, i) => (isNumber(y[i]) ? { y: y[i], error: isNumber(error[i]) ? Math.abs(error[i]) : 0 } : null));
}

function valueRange(bins, log) {
  const present = bins.filter(Boolean);
  if (log) {
    const positive = present.map((b) => b.y).filter((y) => y > 0);
    if (!positive.length) return [0.1, 1];
    const top = Math.max(...positive);
    const low = Math.max(Math.min(...positive), top / 10 ** kLogDecades);
    return [10 ** Math.floor(Math.log10(low)), top * 2];
  }
  const low = Math.min(0, ...present.map((b) => b.y - b.error));
  const high = Math.max(0, ...present.map((b) => b.y + b.error));
  return high > low ? [low * 1.06, high * 1.06] : [0, 1];
}

// A log axis has no place for 0: such values go to its foot.
function place(scale, value) {
  return scale(scale.log ? Math.max(value, scale.low) : clamp(value, scale.low, scale.high)).toFixed(2);
}

function stepsPath(bins, edges, x, y) {
  let path = "";
  let open = false;
  bins.forEach((bin, i) => {
    if (bin) path += `${open ? "V" : `M${x(edges[i]).toFixed(2)} `}${place(y, bin.y)}H${x(edges[i + 1]).toFixed(2)}`;
    open = Boolean(bin);
  });
  return path;
}

function boxesPath(bins, edges, x, y, lowOf, highOf) {
  return bins.map((bin, i) => (bin
    ? `M${x(edges[i]).toFixed(2)} ${place(y, lowOf(bin))}V${place(y, highOf(bin))}H${x(edges[i + 1]).toFixed(2)}V${place(y, lowOf(bin))}Z`
    : "")).join("");
}

const bandPath = (bins, edges, x, y) => boxesPath(bins, edges, x, y, (b) => b.y - b.error, (b) => b.y + b.error);

function divideBins(bins, reference) {
  return bins.map((bin, i) => (bin && reference[i] && reference[i].y > 0
    ? { y: bin.y / reference[i].y, error: bin.error / reference[i].y } : null));
}

function chooseRatioRange(ratios, unity) {
  const solid = ratios.filter((r, i) => r && r.error < kWellMeasured * Math.max(r.y, 1) && unity[i].error < kWellMeasured);
  const holds = ([low, high]) => solid.filter((r) => r.y >= low && r.y <= high).length >= kRatioCoverage * solid.length;
  return (solid.length && kRatioRanges.find(holds)) || (solid.length ? kRatioRanges[kRatioRanges.length - 1] : [0, 2]);
}

// Small triangles at the panel's edge: a ratio that leaves the panel must not look as if it ended there.
function arrowsPath(ratios, edges, x, y) {
  return ratios.map((ratio, i) => {
    if (!ratio || (ratio.y <= y.high && ratio.y >= y.low)) return "";
    const centre = (x(edges[i]) + x(edges[i + 1])) / 2;
    const up = ratio.y > y.high;
    const tip = up ? kPlot.ratioTop + 1 : kPlot.bottom - 1;
    return `M${centre.toFixed(2)} ${tip}l3.5 ${up ? 6 : -6}h-7Z`;
  }).join("");
}

function drawAxes(profile, x, y, ratio) {
  const { left, right, top, middle, ratioTop, bottom } = kPlot;
  const parts = [];
  const text = (at, words, anchor = "middle") => parts.push(svg("text", { x: at[0], y: at[1], "text-anchor": anchor }, words));
  const horizontal = (at) => parts.push(svg("line", { class: "grid", x1: left, x2: right, y1: at, y2: at }));
  for (const [scale, wanted] of [[y, 5], [ratio, 3]]) {
    for (const tick of ticksOf(scale, wanted)) {
      horizontal(scale(tick));
      text([left - 6, scale(tick) + 4], tickLabel(tick, scale.log), "end");
    }
  }
  for (const tick of ticksOf(x, 6)) {
    parts.push(svg("line", { class: "axis", x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4 }));
    text([x(tick), bottom + 17], tickLabel(tick, x.log));
  }
  parts.push(svg("rect", { class: "axis", x: left, y: top, width: right - left, height: middle - top }));
  parts.push(svg("rect", { class: "axis", x: left, y: ratioTop, width: right - left, height: bottom - ratioTop }));
  text([left, top - 8], profile.y_label ?? "", "start");
  text([right, bottom + 35], profile.x_label ?? "", "end");
  text([left, bottom + 35], "below: ratio", "start");
  return parts;
}

// One invisible column per bin carries the numbers as a native tooltip.
function drawProbes(edges, bins, names, x) {
  const words = (bin) => (bin ? `${formatNumber(bin.y)} ± ${formatNumber(bin.error)}` : "–");
  return bins.reference.map((_, i) => {
    const ratio = bins.ratio[i] ? `\nratio ${words(bins.ratio[i])}` : "";
    const title = `${formatNumber(edges[i])} to ${formatNumber(edges[i + 1])}\n${names.reference} ${words(bins.reference[i])}` +
      `\n${names.candidate} ${words(bins.candidate[i])}${ratio}`;
    return svg("rect", { class: "probe", x: x(edges[i]), y: kPlot.top, width: Math.max(0, x(edges[i + 1]) - x(edges[i])),
      height: kPlot.bottom - kPlot.top }, svg("title", {}, title));
  });
}

// "cell_spectrum" reads "Cell spectrum".
function titleOf(profile) {
  const words = String(profile.name ?? "unnamed").replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function drawProfile(profile, names) {
  const edges = list(profile.edges).filter(isNumber);
  const title = html("h3", {}, titleOf(profile));
  if (edges.length < 2) return html("figure", {}, title, html("p", { class: "hint" }, "No bins."));
  const count = edges.length - 1;
  const reference = readBins(profile.reference, count);
  const candidate = readBins(profile.candidate, count);
  const unity = divideBins(reference, reference);
  const ratios = divideBins(candidate, reference);
  const x = makeScale(edges[0], edges[count], kPlot.left, kPlot.right, isGeometric(edges));
  const y = makeScale(...valueRange([...reference, ...candidate], profile.log_y), kPlot.middle, kPlot.top, Boolean(profile.log_y));
  const ratioScale = makeScale(...chooseRatioRange(ratios, unity), kPlot.bottom, kPlot.ratioTop, false);
  const path = (kind, d) => svg("path", { class: kind, d });
  const one = ratioScale(1);
  return html("figure", {}, title, svg("svg", { class: "plot", viewBox: `0 0 ${kPlot.width} ${kPlot.height}`, role: "img",
    "aria-label": `${titleOf(profile)}: ${names.candidate} over ${names.reference}` },
    ...drawAxes(profile, x, y, ratioScale),
    path("reference fill", boxesPath(reference, edges, x, y, () => (y.log ? y.low : 0), (b) => b.y)),
    path("reference band", bandPath(reference, edges, x, y)),
    path("candidate band", bandPath(candidate, edges, x, y)),
    path("reference steps", stepsPath(reference, edges, x, y)),
    path("candidate steps", stepsPath(candidate, edges, x, y)),
    path("reference band", bandPath(unity, edges, x, ratioScale)),
    svg("line", { class: "unity", x1: kPlot.left, x2: kPlot.right, y1: one, y2: one }),
    path("candidate band", bandPath(ratios, edges, x, ratioScale)),
    path("candidate steps", stepsPath(ratios, edges, x, ratioScale)),
    path("arrow", arrowsPath(ratios, edges, x, ratioScale)),
    ...drawProbes(edges, { reference, candidate, ratio: ratios }, names, x)));
}

function showProfiles(profiles, label, names) {
  const shown = atLabel(profiles, label);
  byId("profiles").replaceChildren(...shown.map((profile) => drawProfile(profile, names)));
  byId("legend").hidden = !shown.length;
}

function showLegend(names) {
  byId("legend").replaceChildren(html("span", { class: "reference" }, names.reference),
    html("span", { class: "candidate" }, names.candidate), "bands: one standard deviation");
}

// ---- Energy selector --------------------------------------------------------------------------------------------

function showSelector(labels, current, onChange) {
  const selector = byId("energy-selector");
  selector.hidden = labels.length < 2;
  for (const label of labels) {
    const input = html("input", { type: "radio", name: "energy", value: label });
    input.checked = label === current;
    input.addEventListener("change", () => onChange(label));
    selector.append(html("label", {}, input, formatEnergyLabel(label)));
  }
}

// ---- Event display: geometry ------------------------------------------------------------------------------------

const kViews = { oblique: { yaw: -0.62, pitch: 0.42 }, side: { yaw: 0, pitch: 0 }, front: { yaw: Math.PI / 2, pitch: 0 } };
const kMaxPitch = Math.PI / 2;
const kZoomStep = 1.15;
const kZoomRange = [0.5, 6];
const kLight = [-0.35, 0.75, 0.55]; // in screen axes: right, up, towards the reader
const kShades = 48; // steps of colour and size: finer ones cannot be told apart on cubes
const kSmallestCube = 0.4; // side of the faintest cell's cube, as a part of its cell: one sees past it to the core
const kLargestCube = 0.95;

// Screen axes in detector coordinates (x, y, z): at rest the beam (z) runs to the right and y points up. The view is
// orthographic, so that one cell looks the same size anywhere and parallel showers stay parallel.
function screenAxes({ yaw, pitch }) {
  const [s, c, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  return { right: [s, 0, c], up: [sp * c, cp, -sp * s], toward: [-cp * c, sp, cp * s] };
}

// Detector size in mm, centred on 0. The data gives no layer pitch unless `cell_z` does: then layers are drawn with
// the transverse pitch.
function readGrid(detector) {
  const grid = (detector && detector.grid) || {};
  const cells = [grid.nx, grid.ny, grid.nz].map((n) => (isNumber(n) && n > 0 ? n : 25));
  const width = isNumber(grid.cell_x) && grid.cell_x > 0 ? grid.cell_x : 1;
  const pitch = [width, isNumber(grid.cell_y) && grid.cell_y > 0 ? grid.cell_y : width,
    isNumber(grid.cell_z) && grid.cell_z > 0 ? grid.cell_z : width];
  const half = cells.map((n, i) => (n * pitch[i]) / 2);
  return { cells, pitch, half, diagonal: 2 * Math.hypot(...half) };
}

// Equal boxes on a grid, seen in parallel projection, are painted correctly in the grid's own order, walked from the
// far corner to the near one: no depth sort by distance could do better. The order holds while the reader stays in
// one octant, so it is cached under the octant's name.
function paintOrder(shower, grid, toward) {
  const octant = toward.map((t) => (t > 0 ? "+" : "-")).join("");
  if (shower.octant !== octant) {
    const along = (cell, i) => (toward[i] > 0 ? cell[i] : grid.cells[i] - 1 - cell[i]);
    const key = (cell) => (along(cell, 0) * grid.cells[1] + along(cell, 1)) * grid.cells[2] + along(cell, 2);
    shower.ordered = shower.cells.map((cell) => [key(cell), cell]).sort((a, b) => a[0] - b[0]).map((pair) => pair[1]);
    shower.octant = octant;
  }
  return shower.ordered;
}

// ---- Event display: colour --------------------------------------------------------------------------------------

// Viridis, sampled: even steps in lightness, so that it survives colour blindness and greyscale.
const kViridis = [[71, 45, 123], [59, 82, 139], [44, 114, 142], [33, 145, 140], [40, 174, 128], [94, 201, 98], [173, 220, 48], [253, 231, 37]];

function colourAt(part) {
  const position = clamp(part, 0, 1) * (kViridis.length - 1);
  const i = Math.min(kViridis.length - 2, Math.floor(position));
  return kViridis[i].map((channel, k) => channel + (kViridis[i + 1][k] - channel) * (position - i));
}

const cssColour = (rgb, brightness) => `rgb(${rgb.map((c) => Math.round(clamp(c * brightness, 0, 255))).join(" ")})`;

// How bright each of the three visible faces is: those of all cubes point the same three ways.
function faceBrightness(axes) {
  return [0, 1, 2].map((i) => {
    const side = axes.toward[i] > 0 ? 1 : -1;
    const lit = side * (axes.right[i] * kLight[0] + axes.up[i] * kLight[1] + axes.toward[i] * kLight[2]);
    return 0.62 + 0.45 * Math.max(0, lit);
  });
}

// ---- Event display: drawing -------------------------------------------------------------------------------------

// Matches the canvas to its box in device pixels; more than 2 per CSS pixel costs time that nobody sees.
function fitCanvas(canvas) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) Object.assign(canvas, { width: deviceWidth, height: deviceHeight });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

function makeProjector(axes, grid, width, height, zoom) {
  const scale = (Math.min(width * 0.98, height) / grid.diagonal) * 1.12 * zoom;
  const dot = (a, p) => a[0] * p[0] + a[1] * p[1] + a[2] * p[2];
  return (p) => [width / 2 + scale * dot(axes.right, p), height / 2 - scale * dot(axes.up, p)];
}

// Edges of the read-out volume. The three that meet in the nearest corner lie before the cells, the rest behind.
function frameEdges(grid, toward) {
  const near = toward.map((t) => (t > 0 ? 1 : -1));
  const edges = { behind: [], before: [] };
  for (let axis = 0; axis < 3; ++axis) {
    for (const [a, b] of [[-1, -1], [-1, 1], [1, -1], [1, 1]]) {
      const signs = [0, 0, 0];
      [signs[(axis + 1) % 3], signs[(axis + 2) % 3]] = [a, b];
      const isNear = signs.every((sign, i) => i === axis || sign === near[i]);
      const end = (side) => signs.map((sign, i) => (i === axis ? side : sign) * grid.half[i]);
      edges[isNear ? "before" : "behind"].push([end(-1), end(1)]);
    }
  }
  return edges;
}

function strokeEdges(context, edges, project, alpha) {
  context.globalAlpha = alpha;
  context.beginPath();
  for (const [from, to] of edges) {
    context.moveTo(...project(from));
    context.lineTo(...project(to));
  }
  context.stroke();
  context.globalAlpha = 1;
}

function drawArrow(context, from, to) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  if (Math.hypot(to[0] - from[0], to[1] - from[1]) > 8) {
    for (const side of [-0.45, 0.45]) {
      context.moveTo(...to);
      context.lineTo(to[0] - 7 * Math.cos(angle + side), to[1] - 7 * Math.sin(angle + side));
    }
  }
  context.stroke();
}

function drawBeam(context, grid, project, colour) {
  const entry = -grid.half[2];
  context.strokeStyle = colour;
  context.lineWidth = 2;
  drawArrow(context, project([0, 0, entry * 1.4]), project([0, 0, entry * 1.02]));
}

// A small set of axes in the corner says which way is which after turning.
function drawTriad(context, axes, height, colour) {
  const origin = [44, height - 44];
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1;
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  ["x", "y", "z"].forEach((name, i) => {
    const tip = (length) => [origin[0] + length * axes.right[i], origin[1] - length * axes.up[i]];
    drawArrow(context, origin, tip(24));
    // An axis that points at the reader has no length on the screen: its name would sit on the others.
    if (Math.abs(axes.toward[i]) < 0.97) context.fillText(name, ...tip(34));
  });
}

// The cubes that can occur, one per shade: three faces, each a colour and four corners [x, y] around the cube's
// centre. Thousands of cells share these few, which keeps turning smooth.
function makeCubes(grid, axes, project) {
  const brightness = faceBrightness(axes);
  const origin = project([0, 0, 0]);
  // Half a cell along each axis, on the screen and pointing to the reader's side.
  const halves = grid.pitch.map((pitch, i) => {
    const step = project([0, 1, 2].map((k) => (k === i ? (pitch / 2) * (axes.toward[i] > 0 ? 1 : -1) : 0)));
    return [step[0] - origin[0], step[1] - origin[1]];
  });
  return Array.from({ length: kShades }, (_, shade) => {
    const part = shade / (kShades - 1);
    const size = kSmallestCube + (kLargestCube - kSmallestCube) * part;
    return [0, 1, 2].map((i) => {
      const [n, u, v] = [halves[i], halves[(i + 1) % 3], halves[(i + 2) % 3]];
      const corner = (a, b) => [0, 1].map((k) => size * (n[k] + a * u[k] + b * v[k]));
      return { colour: cssColour(colourAt(part), brightness[i]), corners: [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)] };
    });
  });
}

function drawCells(context, cells, grid, axes, project, look) {
  const cubes = makeCubes(grid, axes, project);
  for (const cell of cells) {
    if (!(cell[3] >= look.threshold) || !(cell[3] > 0)) continue;
    const part = clamp((Math.log10(cell[3]) - look.logLow) / (look.logHigh - look.logLow), 0, 1);
    const [x, y] = project([0, 1, 2].map((i) => (cell[i] + 0.5) * grid.pitch[i] - grid.half[i]));
    for (const { colour, corners } of cubes[Math.round(part * (kShades - 1))]) {
      context.fillStyle = colour;
      context.beginPath();
      context.moveTo(x + corners[0][0], y + corners[0][1]);
      for (let k = 1; k < 4; ++k) context.lineTo(x + corners[k][0], y + corners[k][1]);
      context.fill();
    }
  }
}

function drawShower(canvas, shower, grid, view, look) {
  const { context, width, height } = fitCanvas(canvas);
  if (!width || !height) return;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const axes = screenAxes(view);
  const project = makeProjector(axes, grid, width, height, view.zoom);
  const edges = frameEdges(grid, axes.toward);
  const beamIsNear = axes.toward[2] < 0;
  const frame = (which, alpha) => {
    Object.assign(context, { strokeStyle: colour("--frame"), lineWidth: 1 });
    strokeEdges(context, which, project, alpha);
  };
  frame(edges.behind, 0.8);
  if (!beamIsNear) drawBeam(context, grid, project, colour("--candidate"));
  drawCells(context, paintOrder(shower, grid, axes.toward), grid, axes, project, look);
  frame(edges.before, 0.35);
  if (beamIsNear) drawBeam(context, grid, project, colour("--candidate"));
  drawTriad(context, axes, height, colour("--muted"));
}

// ---- Event display: captions and colour bar ---------------------------------------------------------------------

function showCaption(node, canvas, shower, name, threshold) {
  const kept = shower.cells.filter((cell) => cell[3] >= threshold && cell[3] > 0);
  const sum = kept.reduce((total, cell) => total + cell[3], 0);
  const text = shower.present
    ? `, ${formatEnergy(shower.incident)}: ${formatEnergy(sum)} in ${kept.length.toLocaleString("en")} cells`
    : ": no shower in this pair";
  node.replaceChildren(html("strong", {}, name), text);
  canvas.setAttribute("aria-label", name + text);
}

function showColourBar(look, unit) {
  const [left, right, width] = [14, 466, 480];
  const x = makeScale(10 ** look.logLow, 10 ** look.logHigh, left, right, true);
  const stops = Array.from({ length: 12 }, (_, i) => svg("stop", { offset: i / 11, "stop-color": cssColour(colourAt(i / 11), 1) }));
  const parts = [svg("defs", {}, svg("linearGradient", { id: "ramp" }, ...stops)),
    svg("rect", { x: left, y: 18, width: right - left, height: 10, fill: "url(#ramp)" })];
  const mark = (at, words, y) => parts.push(svg("text", { x: clamp(x(at), 26, 454), y, "text-anchor": "middle" }, words));
  for (const tick of logTicks(x.low, x.high)) mark(tick, formatEnergy(tick), 44);
  // Without a MIP the unit is MeV, which the lower row says already.
  for (const tick of unit.name === "MIP" ? logTicks(x.low / unit.gev, x.high / unit.gev) : []) mark(tick * unit.gev, `${formatNumber(tick)} ${unit.name}`, 12);
  byId("colour-bar").replaceChildren(svg("svg", { viewBox: `0 0 ${width} 50`, role: "img",
    "aria-label": "colour scale: energy deposited in a cell" }, ...parts));
}

// ---- Event display: state and controls --------------------------------------------------------------------------

const kLowestThreshold = 0.1; // MIP at the slider's position 1; position 0 keeps every cell
const kStepsPerDecade = 20; // slider positions per factor 10: the interesting thresholds span four decades
const kFirstThreshold = 1; // MIP when the page opens: what a real silicon calorimeter can tell from noise

function readShower(shower) {
  const isCell = (cell) => Array.isArray(cell) && cell.length >= 4 && cell.every(isNumber);
  return { present: Boolean(shower), incident: shower && shower.incident, cells: list(shower && shower.cells).filter(isCell) };
}

const largestCell = (showers) => showers.reduce((top, s) => s.cells.reduce((t, cell) => Math.max(t, cell[3]), top), 0);

const positionOf = (threshold) => Math.round(1 + kStepsPerDecade * Math.log10(threshold / kLowestThreshold));
const thresholdAt = (position) => (position <= 0 ? 0 : kLowestThreshold * 10 ** ((position - 1) / kStepsPerDecade));

class EventDisplay {
  constructor(data, names) {
    this.grid = readGrid(data.detector);
    this.names = names;
    this.events = list(data.events).filter(Boolean).map((e) => [readShower(e.reference), readShower(e.candidate)]);
    const mip = data.detector && data.detector.mip_gev;
    this.unit = isNumber(mip) && mip > 0 ? { name: "MIP", gev: mip } : { name: "MeV", gev: 1e-3 };
    this.top = Math.max(largestCell(this.events.flat()), 10 * this.unit.gev);
    this.canvases = [byId("display-reference"), byId("display-candidate")];
    this.captions = [byId("caption-reference"), byId("caption-candidate")];
    this.view = { ...kViews.oblique, zoom: 1 };
    this.index = 0;
    this.pending = false;
    byId("threshold").max = positionOf(this.top / this.unit.gev);
    byId("threshold").value = positionOf(kFirstThreshold);
  }

  get pair() {
    return this.events[this.index] ?? [readShower(null), readShower(null)];
  }

  get threshold() {
    return thresholdAt(Number(byId("threshold").value)) * this.unit.gev;
  }

  // One range for all events: a colour must mean the same energy when the reader steps through them.
  get look() {
    return { threshold: this.threshold, logLow: Math.log10(kLowestThreshold * this.unit.gev), logHigh: Math.log10(this.top) };
  }

  // Several inputs within one frame cost one drawing.
  redraw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  draw() {
    const look = this.look;
    this.pair.forEach((shower, i) => drawShower(this.canvases[i], shower, this.grid, this.view, look));
  }

  describe() {
    const threshold = this.threshold;
    const names = [this.names.reference, this.names.candidate];
    this.pair.forEach((shower, i) => showCaption(this.captions[i], this.canvases[i], shower, names[i], threshold));
    byId("threshold-value").textContent = `${formatNumber(threshold / this.unit.gev)} ${this.unit.name}`;
    byId("event-count").textContent = `Pair ${this.index + 1} of ${this.events.length}`;
    byId("previous-event").disabled = this.index === 0;
    byId("next-event").disabled = this.index + 1 >= this.events.length;
  }

  update() {
    this.describe();
    this.redraw();
  }

  step(by) {
    this.index = clamp(this.index + by, 0, Math.max(0, this.events.length - 1));
    this.update();
  }

  turn(yaw, pitch) {
    this.view.yaw += yaw;
    this.view.pitch = clamp(this.view.pitch + pitch, -kMaxPitch, kMaxPitch);
    this.redraw();
  }

  zoom(steps) {
    this.view.zoom = clamp(this.view.zoom * kZoomStep ** steps, ...kZoomRange);
    this.redraw();
  }

  listenToButtons() {
    byId("previous-event").addEventListener("click", () => this.step(-1));
    byId("next-event").addEventListener("click", () => this.step(1));
    byId("threshold").addEventListener("input", () => this.update());
    for (const button of byId("views").children) {
      button.addEventListener("click", () => {
        Object.assign(this.view, kViews[button.dataset.view] ?? {});
        this.zoom(Number(button.dataset.zoom ?? 0));
      });
    }
  }

  // Half a turn takes one drag across the canvas.
  listenToPointer(canvas) {
    let last = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = [event.clientX, event.clientY];
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const perPixel = Math.PI / Math.max(1, canvas.clientWidth);
      this.turn(-(event.clientX - last[0]) * perPixel, (event.clientY - last[1]) * perPixel);
      last = [event.clientX, event.clientY];
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (last = null));
  }

  listenToKeys(canvas) {
    const turns = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };
    const zooms = { "+": 1, "=": 1, "-": -1 };
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (turns[event.key]) this.turn(...turns[event.key]);
      else if (zooms[event.key]) this.zoom(zooms[event.key]);
      else return;
      event.preventDefault();
    });
  }

  // Canvas pixels do not follow style sheets: what changes size or colours must draw again.
  listenToPage() {
    const observer = new ResizeObserver(() => this.redraw());
    for (const canvas of this.canvases) observer.observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    const print = (on) => {
      document.documentElement.classList.toggle("printing", on);
      this.draw(); // at once: the print preview does not wait for a frame
    };
    addEventListener("beforeprint", () => print(true));
    addEventListener("afterprint", () => print(false));
  }

  start() {
    byId("events").hidden = !this.events.length;
    this.listenToButtons();
    this.canvases.forEach((canvas) => (this.listenToPointer(canvas), this.listenToKeys(canvas)));
    this.listenToPage();
    showColourBar(this.look, this.unit);
    this.update();
  }
}

// ---- Timings, notes, provenance ---------------------------------------------------------------------------------

function formatSeconds(seconds) {
  if (!isNumber(seconds)) return "–";
  if (seconds < 1) return `${formatNumber(seconds * 1000)} ms`;
  if (seconds < 120) return `${formatNumber(seconds)} s`;
  return seconds < 7200 ? `${formatNumber(seconds / 60)} min` : `${formatNumber(seconds / 3600)} h`;
}

function showTimings(timings) {
  const longest = Math.max(0, ...timings.map((t) => (isNumber(t.seconds) ? t.seconds : 0)));
  byId("time").hidden = !timings.length;
  byId("timings").replaceChildren(html("tbody", {}, ...timings.map((timing) => {
    const part = longest > 0 && isNumber(timing.seconds) ? (100 * timing.seconds) / longest : 0;
    return html("tr", {}, html("th", { scope: "row" }, timing.what ?? ""),
      html("td", { class: "bar" }, isNumber(timing.seconds) ? html("span", { style: `width:${part.toFixed(2)}%` }) : ""),
      html("td", { class: "number" }, formatSeconds(timing.seconds)));
  })));
}

// Provenance is free-form: nested names are joined with dots, lists with commas.
function flattenFacts(value, name, into) {
  if (value === null || value === undefined) return into;
  if (Array.isArray(value)) into.push([name, value.map((v) => (typeof v === "object" ? JSON.stringify(v) : String(v))).join(", ")]);
  else if (typeof value === "object") for (const [key, inner] of Object.entries(value)) flattenFacts(inner, name ? `${name}.${key}` : key, into);
  else into.push([name, isNumber(value) ? value.toLocaleString("en", { maximumSignificantDigits: 6 }) : String(value)]);
  return into;
}

function showProvenance(data) {
  const notes = list(data.notes);
  byId("notes").replaceChildren(...notes.map((note) => html("li", {}, String(note))));
  const facts = ["model", "candidate", "reference", "detector"].flatMap((part) => flattenFacts(data[part], part, []));
  byId("facts").replaceChildren(...facts.flatMap(([name, value]) => [html("dt", {}, name.replace(/_/g, " ")), html("dd", {}, value)]));
  byId("provenance").hidden = !notes.length && !facts.length;
}

// ---- Start ------------------------------------------------------------------------------------------------------

function showComparison(data, names) {
  const profiles = list(data.profiles).filter(Boolean);
  const metrics = list(data.metrics).filter(Boolean);
  const labels = labelsIn([...profiles, ...metrics]);
  const show = (label) => {
    showMetrics(metrics, label, names);
    showProfiles(profiles, label, names);
  };
  const first = widestLabel(labels);
  showLegend(names);
  showSelector(labels, first, show);
  show(first);
}

function start() {
  const data = JSON.parse(byId("data").textContent);
  if (data === null || typeof data !== "object") {
    byId("headline").textContent = "This is the empty template: `caloforge demo` fills it.";
    return;
  }
  const names = { reference: nameOf(data.reference, "reference"), candidate: nameOf(data.candidate, "candidate") };
  showHeader(data, names);
  showComparison(data, names);
  showTimings(list(data.timings).filter(Boolean));
  showProvenance(data);
  new EventDisplay(data, names).start();
}

start();
