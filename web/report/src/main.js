// Draws the report from the JSON in <script id="data">: each part of the page is a module of its own.
import { byId } from "./dom.js";
import { isObject, namesOf, objects } from "./data.js";
import { Choice, showPills } from "./choice.js";
import { formatEnergyLabel, labelsIn, orderLabels, slicingOf, whereOf } from "./energies.js";
import { showHeader } from "./header.js";
import { showMetrics } from "./metrics.js";
import { showProfiles } from "./profiles.js";
import { showCorrelations } from "./correlations.js";
import { showClassifiers } from "./classifiers.js";
import { showGates } from "./gates.js";
import { showProvenance, showTimings } from "./provenance.js";
import { EventDisplay } from "./display/event-display.js";
import { listenToAppearance } from "./theme.js";

function start() {
  const data = JSON.parse(byId("data").textContent);
  if (!isObject(data)) {
    byId("headline").textContent = "This is the empty template: `caloforge validate` and `caloforge demo` fill it.";
    byId("comparison").hidden = true;
    return;
  }
  const names = namesOf(data);
  const [metrics, profiles, correlations] = [data.metrics, data.profiles, data.correlations].map(objects);
  const labels = orderLabels(labelsIn([...metrics, ...profiles, ...correlations]));
  const energy = new Choice(labels[0]);
  byId("energy-bar").hidden = labels.length < 2;
  showPills(byId("energy-selector"), labels, formatEnergyLabel, energy);
  if (labels.some((label) => slicingOf(label) !== "energy")) byId("energy-selector").querySelector("legend").textContent = "Incident energy, angle to the normal, particle";
  energy.follow((label) => {
    for (const place of document.querySelectorAll(".at-energy")) place.textContent = label === undefined ? "" : whereOf(label);
  });
  showHeader(data, names);
  energy.follow((label) => showMetrics(metrics, label, names));
  showProfiles(profiles, names, energy);
  showCorrelations(correlations, names, energy);
  showClassifiers(data);
  showGates(data);
  showTimings(data);
  showProvenance(data);
  new EventDisplay(data, names).start(energy);
  listenToAppearance();
}

start();
