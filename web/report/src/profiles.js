// The distributions of the chosen energy and group. Drawn when they come near the window: there may be hundreds.
import { byId, html } from "./dom.js";
import { lookUp, text } from "./data.js";
import { formatName } from "./format.js";
import { Choice, showPills } from "./choice.js";
import { atLabel } from "./energies.js";
import { drawProfile, titleOf } from "./profile.js";
import { onAppearance } from "./theme.js";

const kAhead = "400px"; // how far outside the window a plot is drawn already
const kAll = "all";
const kGroupTitles = { energy: "Energy", shape: "Shape", layers: "Layers", cells: "Cells", other: "Other", [kAll]: "All" };

const groupOf = (profile) => text(profile.group) || "other";

// Known groups first, in the order of kGroupTitles.
function groupsIn(profiles) {
  const found = [...new Set(profiles.map(groupOf))];
  const known = Object.keys(kGroupTitles);
  const rank = (group) => (known.includes(group) ? known.indexOf(group) : known.length);
  const groups = found.sort((a, b) => rank(a) - rank(b));
  return groups.length > 1 ? [...groups, kAll] : groups;
}

class Plots {
  constructor(profiles, names) {
    this.profiles = profiles;
    this.names = names;
    this.pending = new Map(); // figures not drawn yet
    this.observer = new IntersectionObserver((entries) => entries.filter((e) => e.isIntersecting).forEach((e) => this.draw(e.target)), { rootMargin: kAhead });
    onAppearance((printing) => printing && this.drawAll());
  }

  draw(figure) {
    const profile = this.pending.get(figure);
    this.pending.delete(figure);
    this.observer.unobserve(figure);
    if (profile) {
      figure.classList.remove("pending");
      drawProfile(figure, profile, this.names);
    }
  }

  drawAll() {
    for (const figure of [...this.pending.keys()]) this.draw(figure);
  }

  show(label, group) {
    this.observer.disconnect();
    this.pending.clear();
    const shown = atLabel(this.profiles, label).filter((profile) => group === kAll || groupOf(profile) === group);
    const figures = shown.map((profile) => {
      const figure = html("figure", { class: "pending" }, html("h3", {}, titleOf(profile)));
      this.pending.set(figure, profile);
      return figure;
    });
    byId("profiles").replaceChildren(...figures, ...(shown.length ? [] : [html("p", { class: "hint" }, "No distributions for this choice.")]));
    for (const figure of figures) this.observer.observe(figure);
  }
}

export function showProfiles(profiles, names, energy) {
  byId("distributions").hidden = !profiles.length;
  const groups = groupsIn(profiles);
  const group = new Choice(groups[0]);
  const plots = new Plots(profiles, names);
  showPills(byId("group-selector"), groups, (value) => lookUp(kGroupTitles, value, formatName(value)), group);
  byId("legend").replaceChildren(html("span", { class: "reference" }, names.reference),
    html("span", { class: "candidate" }, names.candidate), ...(names.other ? [html("span", { class: "other" }, names.other)] : []), "Bands: one standard deviation. Point at a plot for its numbers.");
  energy.follow((label) => plots.show(label, group.value));
  group.follow((value) => value !== undefined && plots.show(energy.value, value));
}
