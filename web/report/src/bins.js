// Histograms as bins {y, error} or null, and the paths that draw them.
import { area, line } from "d3-shape";
import { clamp, isNumber, list } from "./data.js";

// Bins of one sample; null where the value is missing.
export function readBins(series, count) {
  const y = list(series?.y);
  const error = list(series?.error);
  return Array.from({ length: count }, (_, i) => (isNumber(y[i]) ? { y: y[i], error: isNumber(error[i]) ? Math.abs(error[i]) : 0 } : null));
}

export function divideBins(bins, reference) {
  return bins.map((bin, i) => (bin && reference[i]?.y > 0 ? { y: bin.y / reference[i].y, error: bin.error / reference[i].y } : null));
}

// Edges that grow by one common factor, and by 20 in all, were meant for a log axis.
export function isGeometric(edges) {
  if (edges.length < 3 || !(edges[0] > 0) || edges[edges.length - 1] / edges[0] < 20) return false;
  const factor = edges[1] / edges[0];
  return edges.slice(1).every((edge, i) => Math.abs(edge / edges[i] / factor - 1) < 0.02);
}

const kLogDecades = 7; // a log axis shows at most this many decades below its top

export function valueRange(bins, log) {
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

// A log axis has no place for 0, a ratio may leave its panel: such values go to the edge.
export function place(scale, value) {
  const [low, high] = scale.domain();
  return scale(clamp(value, low, high));
}

// Two points per bin, so that a missing bin leaves a gap of its own width.
const corners = (bins, edges) => bins.flatMap((bin, i) => (bin ? [[edges[i], bin], [edges[i + 1], bin]] : [null]));

export function stepsPath(bins, edges, x, y) {
  return line().defined(Boolean).x((p) => x(p[0])).y((p) => place(y, p[1].y))(corners(bins, edges)) ?? "";
}

// Between lowOf(bin) and highOf(bin).
export function areaPath(bins, edges, x, y, lowOf, highOf) {
  return area().defined(Boolean).x((p) => x(p[0])).y0((p) => place(y, lowOf(p[1]))).y1((p) => place(y, highOf(p[1])))(corners(bins, edges)) ?? "";
}

export const bandPath = (bins, edges, x, y) => areaPath(bins, edges, x, y, (b) => b.y - b.error, (b) => b.y + b.error);
