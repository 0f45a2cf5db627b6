// Draw a ring of arrows about the axis that turns with the mean rotation.

import * as three from "../vendor/three.module.min.js";

/** A ring of arrows about the axis; without a direction it is grey and has no heads. */
export function arrows() {
  const group = new three.Group();
  const material = new three.MeshBasicMaterial();
  const ring = new three.Mesh(new three.TorusGeometry(1, 0.013, 6, 48), material);
  group.add(ring);
  const heads = Array.from({ length: 4 }, (_, k) => {
    const head = new three.Mesh(new three.ConeGeometry(0.3, 0.9, 8), material);
    const angle = (k * Math.PI) / 2;
    head.userData.angle = angle;
    group.add(head);
    return head;
  });
  const outer = new three.Group();
  outer.add(group);
  return {
    group: outer,
    /**
     * @param {number} radius
     * @param {1 | -1} sense 1 where θ is right-handed about +x
     */
    lay(radius, sense) {
      ring.scale.setScalar(radius);
      for (const head of heads) {
        const { angle } = head.userData;
        head.position.set(radius * Math.cos(angle), radius * Math.sin(angle), 0);
      }
      // The ring's plane stands across the axis; it turns clockwise about its own z.
      outer.rotation.y = (-sense * Math.PI) / 2;
    },
    /**
     * @param {number} rate
     * @param {number} sign
     * @param {number} seconds
     * @param {string} colour
     */
    show(rate, sign, seconds, colour) {
      // Revolutions per second on the screen: grows with R, but keeps readable over decades.
      const turns = sign * Math.min(0.6, 0.12 + 0.12 * Math.asinh(Math.abs(rate) * 4));
      group.rotation.z -= sign === 0 ? 0 : 2 * Math.PI * turns * seconds;
      material.color.set(sign === 0 ? "#888" : colour);
      for (const head of heads) {
        head.visible = sign !== 0;
        head.rotation.z = head.userData.angle + (sign > 0 ? Math.PI : 0);
      }
    },
  };
}
