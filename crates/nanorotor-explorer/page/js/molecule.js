// Draw the molecule between its electrodes with three.js: turning, coloured by k_BT_eff, electrons hopping through.

import * as three from "../vendor/three.module.min.js";
import { arrows } from "./arrows.js";
import { named } from "./colours.js";
import { Electrons } from "./electrons.js";
import { layoutOf } from "./layout.js";

/** @typedef {import("./layout.js").Body} Body */

const UP = new three.Vector3(0, 1, 0);
/** How long the tip of an electrode is (Å). */
const LENGTH = 3;
/** Frames slower than this make the picture coarser (ms). */
const SLOW = 20;

/** The scene and everything in it. */
export class Molecule {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.renderer = new three.WebGLRenderer({ canvas, antialias: true, alpha: true, powerPreference: "low-power" });
    this.scene = new three.Scene();
    this.camera = new three.PerspectiveCamera(28, 1, 1, 500);
    this.sun = new three.DirectionalLight(0xffffff, 2.2);
    this.sun.position.set(3, 10, 8);
    this.scene.add(this.sun, new three.HemisphereLight(0xffffff, 0x8899aa, 1.6));
    this.ball = new three.IcosahedronGeometry(1, 2);
    this.cone = new three.ConeGeometry(1.1, LENGTH, 8);
    this.stick = new three.CylinderGeometry(0.13, 0.13, 1, 6, 1, true);
    this.metal = new three.MeshLambertMaterial();
    this.still = new three.MeshLambertMaterial();
    this.world = new three.Group();
    this.scene.add(this.world);
    /** @type {{ turning: any, material: any }[]} */
    this.rotors = [];
    this.mean = arrows();
    this.electrons = new Electrons();
    this.view = { azimuth: 0.32, height: 0.42 };
    this.quality = Math.min(devicePixelRatio, 2);
    this.slow = 0;
    /** Whether something has changed since it was drawn. */
    this.stale = true;
    this.shape = "";
    this.drag();
    new ResizeObserver(() => this.fit()).observe(canvas);
    this.recolour();
  }

  recolour() {
    this.metal.color.set(named("--metal"));
    this.still.color.set(named("--soft"));
    this.electrons.material.color.set(named("--blue"));
    this.shape = "";
    this.ink = named("--vermilion");
    this.stale = true;
    if (this.study) this.build(this.study, this.rotors.length || 1);
  }

  /**
   * Lay the scene out anew where what it shows has another shape.
   * @param {import("./types.js").Study} study
   * @param {number} count of rotors
   */
  build(study, count) {
    this.study = study;
    const layout = layoutOf(study);
    const shape = `${count} ${layout.shape}`;
    if (shape === this.shape) return;
    this.shape = shape;
    this.layout = layout;
    this.world.clear();
    this.rotors = [];
    const width = 2 * layout.reach + 3;
    const columns = Math.ceil(Math.sqrt(count));
    for (let k = 0; k < count; k++) {
      const cell = new three.Group();
      const [row, column] = [Math.floor(k / columns), k % columns];
      cell.position.set((column - (columns - 1) / 2) * width, ((columns - 1) / 2 - row) * (layout.height + 0.5), 0);
      const material = new three.MeshLambertMaterial();
      const turning = this.solid(layout.rotor, material);
      cell.add(turning, this.solid(layout.rest, this.still), this.solid(layout.metal, this.metal), ...layout.tips.map((tip) => this.tip(tip)));
      this.world.add(cell);
      this.rotors.push({ turning, material });
    }
    this.world.children[0].add(this.mean.group, this.electrons.mesh);
    this.electrons.route(layout.way);
    this.mean.lay(layout.ring, layout.sense);
    this.frame = { width: columns * width, height: columns === 1 ? layout.height : columns * (layout.height + 0.5), cell: width };
    this.fit();
  }

  /** @param {import("./layout.js").Layout["tips"][number]} tip an electrode */
  tip({ at, outward }) {
    const tip = new three.Mesh(this.cone, this.metal);
    const away = new three.Vector3(...outward);
    tip.quaternion.setFromUnitVectors(UP, away.clone().negate());
    tip.position.set(...at).addScaledVector(away, LENGTH / 2);
    return tip;
  }

  /**
   * Atoms and bonds of a body, as two instanced meshes.
   * @param {Body} body
   * @param {any} material
   */
  solid({ atoms, bonds }, material) {
    const group = new three.Group();
    const balls = new three.InstancedMesh(this.ball, material, atoms.length);
    const matrix = new three.Matrix4();
    const none = new three.Quaternion();
    atoms.forEach(({ at, size }, k) => {
      balls.setMatrixAt(k, matrix.compose(new three.Vector3(...at), none, new three.Vector3(size, size, size)));
    });
    const sticks = new three.InstancedMesh(this.stick, material, bonds.length);
    bonds.forEach(([from, to], k) => {
      const [a, b] = [new three.Vector3(...from), new three.Vector3(...to)];
      const along = b.clone().sub(a);
      const turn = new three.Quaternion().setFromUnitVectors(UP, along.clone().normalize());
      sticks.setMatrixAt(k, matrix.compose(a.add(b).multiplyScalar(0.5), turn, new three.Vector3(1, along.length(), 1)));
    });
    group.add(balls, sticks);
    return group;
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height || !this.frame) return;
    this.stale = true;
    this.renderer.setPixelRatio(this.quality);
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    const half = Math.tan((this.camera.fov * Math.PI) / 360);
    const distance = Math.max(this.frame.height / (2 * half), this.frame.width / (2 * half * this.camera.aspect)) +
      3 + 0.4 * (this.frame.width - this.frame.cell);
    const { azimuth, height: lift } = this.view;
    this.camera.position.set(Math.sin(azimuth) * Math.cos(lift), Math.sin(lift), Math.cos(azimuth) * Math.cos(lift)).multiplyScalar(distance);
    this.camera.lookAt(0, 0, 0);
  }

  drag() {
    /** @type {[number, number] | null} */
    let from = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      from = [event.clientX, event.clientY];
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!from) return;
      this.view.azimuth -= (event.clientX - from[0]) * 0.008;
      this.view.height = Math.min(Math.max(this.view.height + (event.clientY - from[1]) * 0.008, -1.4), 1.4);
      from = [event.clientX, event.clientY];
      this.fit();
    });
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => (from = null));
  }

  /**
   * @param {object} now
   * @param {number[]} now.angles of the rotors (rad)
   * @param {import("./heat.js").Heat | null} now.heat
   * @param {number} now.rate R in revolutions per ns, for the arrows of the mean rotation
   * @param {number} now.sign of the rate, 0 where its error hides it
   * @param {Record<string, number>} now.currents of the leads, µA
   * @param {number} now.seconds since the last frame, 0 when it stands still
   * @param {number} now.pace ns per second
   */
  draw({ angles, heat, rate, sign, currents, seconds, pace }) {
    const { sense, start } = this.layout ?? { sense: 1, start: 0 };
    this.rotors.forEach(({ turning, material }, k) => {
      const angle = angles[k] ?? start;
      turning.rotation.x = sense * (angle - start);
      const [red, green, blue] = heat ? heat.colour(heat.at(angle)) : [0, 158, 115];
      material.color.setRGB(red / 255, green / 255, blue / 255, three.SRGBColorSpace);
    });
    this.mean.show(rate, sign, seconds, this.ink ?? "");
    this.electrons.move(Object.values(currents), seconds, pace, sense * ((angles[0] ?? start) - start));
    this.renderer.render(this.scene, this.camera);
    this.stale = false;
  }

  /** @param {number} milliseconds that the last frame took */
  adapt(milliseconds) {
    this.slow = 0.9 * this.slow + 0.1 * milliseconds;
    if (this.slow > SLOW && this.quality > 0.6) {
      this.quality = Math.max(0.6, this.quality * 0.85);
      this.slow = 0;
      this.fit();
    }
  }
}
