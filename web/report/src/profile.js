// One distribution: reference and candidate overlaid with bands of one standard deviation, their ratio below.
import { html, svg } from "./dom.js";
import { isNumber, isObject, list, text } from "./data.js";
import { formatMeasured, formatName, formatNumber } from "./format.js";
import { drawBox, label, makeScale } from "./axes.js";
import { areaPath, bandPath, divideBins, isGeometric, readBins, stepsPath, valueRange } from "./bins.js";
import { attachProbe } from "./probe.js";

// Units of the SVG's own coordinates; the browser scales the whole to the column.
const kWidth = 400;
const kHeight = 346;
const kUpper = { left: 54, right: 386, top: 24, bottom: 212 };
const kLower = { left: 54, right: 386, top: 228, bottom: 304 };

const kRatioRanges = [[0.9, 1.1], [0.75, 1.25], [0.5, 1.5], [0, 2], [0, 3], [0, 5]];
const kRatioCoverage = 0.9; // the ratio axis is the tightest that holds this part of the well-measured bins
const kWellMeasured = 0.3; // relative error of a bin that has a say in that

export const titleOf = (profile) => text(profile.title) || formatName(text(profile.name));

function chooseRatioRange(ratios, unity) {
  const solid = ratios.filter((r, i) => r && r.error < kWellMeasured * Math.max(r.y, 1) && unity[i].error < kWellMeasured);
  if (!solid.length) return [0, 2];
  const holds = ([low, high]) => solid.filter((r) => r.y >= low && r.y <= high).length >= kRatioCoverage * solid.length;
  return kRatioRanges.find(holds) ?? kRatioRanges[kRatioRanges.length - 1];
}

// Small triangles at the panel's edge: a ratio that leaves the panel must not look as if it ended there.
function arrowsPath(ratios, edges, x, y) {
  const [low, high] = y.domain();
  return ratios.map((ratio, i) => {
    if (!ratio || (ratio.y <= high && ratio.y >= low)) return "";
    const up = ratio.y > high;
    const centre = (x(edges[i]) + x(edges[i + 1])) / 2;
    return `M${centre.toFixed(2)} ${up ? kLower.top + 1 : kLower.bottom - 1}l3.5 ${up ? 6 : -6}h-7Z`;
  }).join("");
}

function readProfile(profile) {
  const edges = list(profile.edges);
  if (edges.length < 2 || !edges.every((edge, i) => isNumber(edge) && (i === 0 || edge > edges[i - 1]))) return null;
  const reference = readBins(profile.reference, edges.length - 1);
  const candidate = readBins(profile.candidate, edges.length - 1);
  const other = isObject(profile.other) ? readBins(profile.other, edges.length - 1) : null;
  return {
    edges, reference, candidate, other, unity: divideBins(reference, reference), ratio: divideBins(candidate, reference),
    otherRatio: other && divideBins(other, reference),
  };
}

function drawCurves({ edges, reference, candidate, other, unity, ratio, otherRatio }, x, y, r) {
  const path = (kind, d) => svg("path", { class: kind, d });
  const foot = y.log ? y.domain()[0] : 0;
  return [
    path("reference fill", areaPath(reference, edges, x, y, () => foot, (b) => b.y)),
    path("reference band", bandPath(reference, edges, x, y)),
    path("candidate band", bandPath(candidate, edges, x, y)),
    path("reference steps", stepsPath(reference, edges, x, y)),
    path("candidate steps", stepsPath(candidate, edges, x, y)),
    ...(other ? [path("other band", bandPath(other, edges, x, y)), path("other steps", stepsPath(other, edges, x, y))] : []),
    path("reference band", bandPath(unity, edges, x, r)),
    svg("line", { class: "guide", x1: kLower.left, x2: kLower.right, y1: r(1), y2: r(1) }),
    path("candidate band", bandPath(ratio, edges, x, r)),
    ...(other ? [path("other band", bandPath(otherRatio, edges, x, r)), path("other steps", stepsPath(otherRatio, edges, x, r))] : []),
    path("candidate steps", stepsPath(ratio, edges, x, r)),
    path("arrow", arrowsPath(ratio, edges, x, r)),
  ];
}

function describeBin({ edges, reference, candidate, other, ratio, otherRatio }, i, names) {
  const words = (bin) => (bin ? formatMeasured(bin.y, bin.error) : "–");
  return [`${formatNumber(edges[i])} to ${formatNumber(edges[i + 1])}`, `${names.reference}: ${words(reference[i])}`,
    `${names.candidate}: ${words(candidate[i])}`, `ratio: ${words(ratio[i])}`,
    ...(other ? [`${names.other}: ${words(other[i])}`, `ratio: ${words(otherRatio[i])}`] : [])];
}

// Draws into `figure`, which holds the title already.
export function drawProfile(figure, profile, names) {
  const bins = readProfile(profile);
  if (!bins) {
    figure.append(html("p", { class: "hint" }, "No bins."));
    return;
  }
  const { edges } = bins;
  const x = makeScale([edges[0], edges[edges.length - 1]], [kUpper.left, kUpper.right], isGeometric(edges));
  const y = makeScale(valueRange([...bins.reference, ...bins.candidate, ...(bins.other ?? [])], profile.log_y), [kUpper.bottom, kUpper.top], Boolean(profile.log_y));
  const r = makeScale(chooseRatioRange(bins.ratio, bins.unity), [kLower.bottom, kLower.top]);
  const plot = svg("svg", { class: "plot", viewBox: `0 0 ${kWidth} ${kHeight}`, role: "img", "aria-label": `${titleOf(profile)}: ${names.candidate}${bins.other ? ` and ${names.other}` : ""} over ${names.reference}` },
    ...drawBox(kUpper, x, y, { xLabels: false }), ...drawBox(kLower, x, r, { yTicks: 3 }), ...drawCurves(bins, x, y, r),
    label(kUpper.left, kUpper.top - 9, text(profile.y_label), "start"), label(kUpper.right, kLower.bottom + 35, text(profile.x_label), "end"),
    label(kUpper.left, kLower.bottom + 35, "below: ratio", "start"));
  attachProbe(plot, { edges: edges.map(x), top: kUpper.top, bottom: kLower.bottom, width: kWidth, describe: (i) => describeBin(bins, i, names) });
  figure.append(plot);
}
