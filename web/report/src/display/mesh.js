// The cells of one shower as faces, in flat arrays that both painters read.
import { brightnessOf, lookOf } from "./colour.js";
import { shapeCell } from "./detector.js";

// {faces, corners: (faces, 4, 3) mm, colours: (faces, 3) of 0 to 1, normals: (faces, 3), first: (cells + 1) index of
// each cell's first face, centres: (cells, 3) mm}.
export function makeMesh(cells, detector, range) {
  const shapes = cells.map((cell) => {
    const { colour, size } = lookOf(cell[3], range);
    return { ...shapeCell(detector, cell, size), colour };
  });
  const faces = shapes.reduce((sum, shape) => sum + shape.faces.length, 0);
  const mesh = { faces, corners: new Float32Array(faces * 12), colours: new Float32Array(faces * 3), normals: new Float32Array(faces * 3),
    first: new Uint32Array(shapes.length + 1), centres: new Float32Array(shapes.length * 3) };
  let next = 0;
  shapes.forEach((shape, cell) => {
    mesh.centres.set(shape.centre, cell * 3);
    for (const face of shape.faces) {
      const brightness = brightnessOf(face.normal) / 255;
      face.corners.forEach((corner, k) => mesh.corners.set(corner, next * 12 + k * 3));
      mesh.normals.set(face.normal, next * 3);
      mesh.colours.set(shape.colour.map((channel) => channel * brightness), next * 3);
      ++next;
    }
    mesh.first[cell + 1] = next;
  });
  return mesh;
}
