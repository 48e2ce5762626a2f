// Numbers in words. Three significant digits: more than most samples can support.
import { isNumber, clamp } from "./data.js";

export const withMinus = (text) => text.replace(/^-/, "−");
export const superscript = (n) => String(n).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));

function formatPower(value) {
  const [mantissa, exponent] = value.toExponential(1).split("e");
  return withMinus(`${mantissa}·10${superscript(Number(exponent))}`);
}

export function formatNumber(value) {
  if (!isNumber(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return formatPower(value);
  const digits = clamp(2 - Math.floor(Math.log10(size)), 0, 5);
  return withMinus(Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: digits }));
}

export const formatRatio = (ratio) => formatNumber(Number(ratio.toPrecision(2)));
export const formatCount = (count) => (isNumber(count) ? count.toLocaleString("en") : "–");

export function formatPercent(value, signed) {
  if (!isNumber(value)) return "–";
  const text = formatNumber(Math.abs(value) * 100) + "\u00a0%";
  return signed && value !== 0 ? (value > 0 ? "+" : "−") + text : text;
}

const kMostDecimals = 5; // more are written as powers of ten

// "0.0302 ± 0.0026": two digits of the error, and the value to the same place.
export function formatMeasured(value, error) {
  if (!isNumber(value) || !isNumber(error)) return formatNumber(value);
  const decimals = error > 0 ? Math.max(0, 1 - Math.floor(Math.log10(error))) : Infinity;
  if (decimals > kMostDecimals || Math.abs(value) >= 1e5 || error >= 1e5) return `${formatNumber(value)} ± ${formatNumber(error)}`;
  const written = (number) => withMinus(number.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  return `${written(value)} ± ${written(error)}`;
}

// 5.4 MeV, 120 GeV: the unit that keeps the number between 1 and 1000.
export function formatEnergy(gev) {
  if (!isNumber(gev)) return "unknown energy";
  for (const [unit, size] of [["GeV", 1], ["MeV", 1e-3]]) {
    if (gev >= size) return `${formatNumber(gev / size)}\u00a0${unit}`;
  }
  return gev > 0 ? `${formatNumber(gev / 1e-6)}\u00a0keV` : "0\u00a0GeV";
}

export function formatSeconds(seconds) {
  if (!isNumber(seconds)) return "–";
  if (seconds < 1) return `${formatNumber(seconds * 1000)}\u00a0ms`;
  if (seconds < 120) return `${formatNumber(seconds)}\u00a0s`;
  return seconds < 7200 ? `${formatNumber(seconds / 60)}\u00a0min` : `${formatNumber(seconds / 3600)}\u00a0h`;
}

// No line ends between a number and its unit.
export const bindUnits = (text) => text.replace(/(\d) (%|[kMG]eV|MIP|mm)/g, "$1\u00a0$2");

// "cell_spectrum" reads "Cell spectrum".
export function formatName(name) {
  const words = String(name || "unnamed").replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
