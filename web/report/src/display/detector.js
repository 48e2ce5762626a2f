// Where cells lie. Lengths in mm, centred on 0; z is depth. A Cartesian cell is a box; in a cylindrical detector the
// indices are (r, alpha, layer) and a cell is a wedge; of listed cells they are (number in the layer, 0, layer).
import { isNumber, list } from "../data.js";

const kSegment = Math.PI / 9; // a wedge's arc is drawn in straight pieces of at most this angle
const kShown = 0.98; // part of the energy that the frame of layers of differing cells holds: far rings would hide the core

const positive = (value, fallback) => (isNumber(value) && value > 0 ? value : fallback);

// A ring's edges and sectors, or a list of boxes, for every layer; null where one of them is none.
function readLayers(detector) {
  const layers = list(detector?.layers).map((layer) => {
    if (Array.isArray(layer)) return { boxes: layer.filter((box) => Array.isArray(box) && box.length >= 4 && box.every(isNumber)) };
    const edges = list(layer?.r_edges).filter(isNumber);
    return edges.length > 1 ? { edges, sectors: Math.round(positive(layer.sectors, 1)) } : null;
  });
  return layers.length && layers.every(Boolean) ? layers : null;
}

// How far a cell reaches from the axis.
function outerRadius(layer, i) {
  if (layer?.edges) return layer.edges[i + 1];
  const box = layer?.boxes[i];
  return box ? Math.hypot(Math.abs(box[0]) + box[2] / 2, Math.abs(box[1]) + box[3] / 2) : undefined;
}

// Radius within which most of the energy of all showers lies, mm.
function reachOf(layers, events) {
  const cells = list(events).flatMap((event) => Object.values(event ?? {}).flatMap((shower) => list(shower?.cells)));
  const found = cells.filter((cell) => Array.isArray(cell) && cell.length >= 4 && cell.every(isNumber))
    .map(([i, , k, energy]) => [outerRadius(layers[k], i), energy]).filter(([radius]) => isNumber(radius)).sort((a, b) => a[0] - b[0]);
  const all = found.reduce((sum, [, energy]) => sum + energy, 0);
  let sum = 0;
  for (const [radius, energy] of found) if ((sum += energy) >= kShown * all) return radius;
  return 1;
}

// {cells: [nx, ny, nz], cylindrical, layers, pitch, half}: half is the half extent of the whole in x, y, z. The data
// gives no layer pitch unless `cell_z` does: then layers are drawn with the transverse pitch, those of differing cells
// as deep as they are wide.
export function readDetector(detector, events) {
  const layers = readLayers(detector);
  if (layers) {
    const reach = reachOf(layers, events);
    return { cells: [0, 0, layers.length], cylindrical: detector.frame === "cylindrical", layers, pitch: [0, 0, (2 * reach) / layers.length], half: [reach, reach, reach] };
  }
  const grid = detector?.grid ?? {};
  const cells = [grid.nx, grid.ny, grid.nz].map((n) => Math.round(positive(n, 25)));
  const width = positive(grid.cell_x, 1);
  const cylindrical = detector?.frame === "cylindrical";
  const pitch = [width, cylindrical ? (2 * Math.PI) / cells[1] : positive(grid.cell_y, width), positive(grid.cell_z, width)];
  const depth = (cells[2] * pitch[2]) / 2;
  const half = cylindrical ? [cells[0] * width, cells[0] * width, depth] : [(cells[0] * width) / 2, (cells[1] * pitch[1]) / 2, depth];
  return { cells, cylindrical, layers: null, pitch, half };
}

function boxFaces([x, y, z], [a, b, c]) {
  const corner = (i, j, k) => [x + i * a, y + j * b, z + k * c];
  return [
    { normal: [-1, 0, 0], corners: [corner(-1, -1, -1), corner(-1, -1, 1), corner(-1, 1, 1), corner(-1, 1, -1)] },
    { normal: [1, 0, 0], corners: [corner(1, -1, -1), corner(1, 1, -1), corner(1, 1, 1), corner(1, -1, 1)] },
    { normal: [0, -1, 0], corners: [corner(-1, -1, -1), corner(1, -1, -1), corner(1, -1, 1), corner(-1, -1, 1)] },
    { normal: [0, 1, 0], corners: [corner(-1, 1, -1), corner(-1, 1, 1), corner(1, 1, 1), corner(1, 1, -1)] },
    { normal: [0, 0, -1], corners: [corner(-1, -1, -1), corner(-1, 1, -1), corner(1, 1, -1), corner(1, -1, -1)] },
    { normal: [0, 0, 1], corners: [corner(-1, -1, 1), corner(1, -1, 1), corner(1, 1, 1), corner(-1, 1, 1)] },
  ];
}

// From radius r0 to r1, angle a0 to a1, depth z0 to z1.
function wedgeFaces(r0, r1, a0, a1, z0, z1) {
  const pieces = Math.max(1, Math.ceil((a1 - a0) / kSegment));
  const at = (r, a, z) => [r * Math.cos(a), r * Math.sin(a), z];
  const side = (a, sign) => ({ normal: [-sign * Math.sin(a), sign * Math.cos(a), 0], corners: [at(r0, a, z0), at(r1, a, z0), at(r1, a, z1), at(r0, a, z1)] });
  const faces = [side(a0, -1), side(a1, 1)];
  for (let i = 0; i < pieces; ++i) {
    const [from, to] = [i, i + 1].map((k) => a0 + ((a1 - a0) * k) / pieces);
    const out = [Math.cos((from + to) / 2), Math.sin((from + to) / 2), 0];
    faces.push({ normal: out, corners: [at(r1, from, z0), at(r1, to, z0), at(r1, to, z1), at(r1, from, z1)] });
    faces.push({ normal: out.map((v) => -v), corners: [at(r0, from, z0), at(r0, from, z1), at(r0, to, z1), at(r0, to, z0)] });
    for (const [z, sign] of [[z0, -1], [z1, 1]]) {
      faces.push({ normal: [0, 0, sign], corners: [at(r0, from, z), at(r1, from, z), at(r1, to, z), at(r0, to, z)] });
    }
  }
  return faces;
}

// At `size` (0 to 1) of its place.
function shapeWedge([r0, r1], [a0, a1], z, depth, size) {
  const [r, a] = [(r0 + r1) / 2, (a0 + a1) / 2];
  const whole = a1 - a0 > 2 * Math.PI - 1e-6; // a ring that is one cell stays closed
  const da = ((whole ? 1 : size) * (a1 - a0)) / 2;
  const [dr, dz] = [(size * (r1 - r0)) / 2, (size * depth) / 2];
  return { centre: whole ? [0, 0, z] : [r * Math.cos(a), r * Math.sin(a), z], faces: wedgeFaces(r - dr, r + dr, a - da, a + da, z - dz, z + dz) };
}

// The faces of cell [i, j, k], drawn at `size` (0 to 1) of its place: {centre, faces: [{normal, corners}]}; none where
// there is no such cell.
export function shapeCell(detector, [i, j, k], size) {
  const { pitch, half, layers } = detector;
  const z = (k + 0.5) * pitch[2] - half[2];
  const layer = layers?.[k];
  if (layer?.edges && i + 1 < layer.edges.length) {
    const width = (2 * Math.PI) / layer.sectors;
    return shapeWedge([layer.edges[i], layer.edges[i + 1]], [j * width, (j + 1) * width], z, pitch[2], size);
  }
  if (layer?.boxes?.[i]) {
    const [x, y, a, b] = layer.boxes[i];
    return { centre: [x, y, z], faces: boxFaces([x, y, z], [a, b, pitch[2]].map((p) => (size * p) / 2)) };
  }
  if (layers) return { centre: [0, 0, z], faces: [] };
  if (detector.cylindrical) return shapeWedge([i * pitch[0], (i + 1) * pitch[0]], [j * pitch[1], (j + 1) * pitch[1]], z, pitch[2], size);
  const centre = [(i + 0.5) * pitch[0] - half[0], (j + 0.5) * pitch[1] - half[1], z];
  return { centre, faces: boxFaces(centre, pitch.map((p) => (size * p) / 2)) };
}
