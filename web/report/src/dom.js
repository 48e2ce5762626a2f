// Making elements. Every text from the data goes in as text, never as markup.

export const byId = (id) => document.getElementById(id);

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

// A table's head from [text, class] pairs.
export const headRow = (columns) =>
  html("thead", {}, html("tr", {}, ...columns.map(([text, kind]) => html("th", { scope: "col", ...(kind ? { class: kind } : {}) }, text))));
