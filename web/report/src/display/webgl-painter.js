// Paints cells with three.js. One WebGL context serves both displays: it draws aside, and the picture is copied into
// the page's 2D canvas, which prints everywhere and which the lines and letters share.
import { BufferAttribute, BufferGeometry, ColorManagement, DoubleSide, LinearSRGBColorSpace, Matrix4, Mesh, MeshBasicMaterial,
  OrthographicCamera, Scene, Vector3, WebGLRenderer } from "three";

ColorManagement.enabled = false; // a cell has the very colour of the colour bar

function makeContext(canvas, lost) {
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    lost();
  });
  try {
    return canvas.getContext("webgl2", { alpha: true, antialias: true, premultipliedAlpha: true });
  } catch {
    return null;
  }
}

// Two triangles per face; each corner has the face's colour.
function makeGeometry(mesh) {
  const colours = new Float32Array(mesh.faces * 12);
  const index = new Uint32Array(mesh.faces * 6);
  for (let face = 0; face < mesh.faces; ++face) {
    for (let corner = 0; corner < 4; ++corner) colours.set(mesh.colours.subarray(face * 3, face * 3 + 3), face * 12 + corner * 3);
    index.set([0, 1, 2, 0, 2, 3].map((k) => face * 4 + k), face * 6);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(mesh.corners, 3));
  geometry.setAttribute("color", new BufferAttribute(colours, 3));
  geometry.setIndex(new BufferAttribute(index, 1));
  return geometry;
}

class WebglPainter {
  constructor(canvas, context) {
    this.renderer = new WebGLRenderer({ canvas, context, alpha: true, antialias: true });
    this.renderer.outputColorSpace = LinearSRGBColorSpace;
    this.renderer.setClearColor(0, 0);
    this.material = new MeshBasicMaterial({ vertexColors: true, side: DoubleSide });
    this.camera = new OrthographicCamera();
    this.camera.matrixAutoUpdate = false;
    this.scene = new Scene();
  }

  // What paint() takes for this mesh; `old` is given back.
  prepare(mesh, old) {
    if (old) old.geometry.dispose();
    const prepared = new Mesh(makeGeometry(mesh), this.material);
    prepared.frustumCulled = false;
    return prepared;
  }

  aim({ axes, scale, width, height }, reach) {
    const camera = this.camera;
    [camera.left, camera.right, camera.top, camera.bottom] = [-width, width, height, -height].map((v) => v / 2 / scale);
    [camera.near, camera.far] = [0, 4 * reach];
    camera.updateProjectionMatrix();
    const [right, up, toward] = [axes.right, axes.up, axes.toward].map((axis) => new Vector3(...axis));
    camera.matrix.copy(new Matrix4().makeBasis(right, up, toward).setPosition(toward.clone().multiplyScalar(2 * reach)));
    camera.updateMatrixWorld(true);
  }

  // `reach`: mm from the centre to the farthest corner. `ratio`: device pixels per CSS pixel.
  paint(context, prepared, camera, reach, ratio) {
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(camera.width, camera.height, false);
    this.aim(camera, reach);
    this.scene.clear();
    this.scene.add(prepared);
    this.renderer.render(this.scene, this.camera);
    context.drawImage(this.renderer.domElement, 0, 0, camera.width, camera.height);
  }
}

// A painter, or null where the browser has no WebGL. `lost` is called when the graphics card drops out later.
export function makeWebglPainter(lost) {
  const canvas = document.createElement("canvas");
  const context = makeContext(canvas, lost);
  return context ? new WebglPainter(canvas, context) : null;
}
