// A value that the reader chooses and several parts of the page follow.
import { html } from "./dom.js";

export class Choice {
  constructor(value) {
    this.value = value;
    this.followers = [];
  }

  // Calls `show` now and at every change.
  follow(show) {
    this.followers.push(show);
    show(this.value);
  }

  choose(value) {
    this.value = value;
    for (const show of this.followers) show(value);
  }
}

// Radio buttons in `fieldset`, one per value; hidden where there is nothing to choose.
export function showPills(fieldset, values, labelOf, choice) {
  fieldset.hidden = values.length < 2;
  for (const value of values) {
    const input = html("input", { type: "radio", name: fieldset.id, value });
    input.checked = value === choice.value;
    input.addEventListener("change", () => choice.choose(value));
    fieldset.append(html("label", {}, input, labelOf(value)));
  }
}
