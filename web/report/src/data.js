// Reading data of which any member may be absent, null or of the wrong kind.

export const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
export const list = (value) => (Array.isArray(value) ? value : []);
export const objects = (value) => list(value).filter(isObject);
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// Text for a reader: a number or a word as it is, anything else as nothing.
export const text = (value) => (typeof value === "string" || isNumber(value) ? String(value) : "");

// {reference, candidate, other}: what the samples are called; `other` is empty when there are two only.
export function namesOf(data) {
  const name = (part) => text(data[part]?.name) || part;
  return { reference: name("reference"), candidate: name("candidate"), other: isObject(data.other) ? name("other") : "" };
}

// A table's entry for a key that comes from the data: "constructor" and its kind are not found.
export const lookUp = (table, key, fallback) => (Object.hasOwn(table, key) ? table[key] : fallback);
