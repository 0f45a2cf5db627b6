"""Run trajectories of the rotor with JAX: all of them in one array, steps by `lax.scan`, counting turns."""

import jax
import jax.numpy as jnp
import numpy as np

from . import rotor
from .rotor import Array

State = tuple[jax.Array, jax.Array, jax.Array, jax.Array, jax.Array]


def main() -> None:
    motor = rotor.load()
    cells = motor.kick.size
    scale = 0.5 * motor.dt / motor.period
    kick, decay, noise = (
        (jnp.asarray(table, jnp.float32), jnp.asarray(np.roll(table, -1) - table, jnp.float32))
        for table in (motor.kick * scale, motor.decay, motor.noise * scale)
    )

    def look_up(table: tuple[jax.Array, jax.Array], fraction: jax.Array) -> jax.Array:
        scaled = fraction * cells
        cell = scaled.astype(jnp.int32)
        return table[0][cell % cells] + (scaled - cell) * table[1][cell % cells]

    def step(state: State, key: jax.Array) -> tuple[State, None]:
        """Angles in periods, velocities as half a step's way; the counter moves by whole turns of two periods."""
        x, h, period, offset, turns = state
        half = x + h
        inside = half - jnp.floor(half)
        normal = jax.random.normal(key, x.shape, jnp.float32)
        h = look_up(decay, inside) * h + look_up(noise, inside) * normal
        end = half + h
        cell = jnp.floor(end)
        x = end - cell
        h = h + look_up(kick, x)
        offset = offset + cell.astype(jnp.int32)
        on, back = offset == 2, offset == -3
        turns = turns + (on | back)
        offset = jnp.where(on, 0, jnp.where(back, -1, offset))
        return (x, h, period + cell.astype(jnp.int32), offset, turns), None

    @jax.jit
    def advance(state: State, keys: jax.Array) -> State:
        return jax.lax.scan(step, state, keys)[0]

    zero = jnp.zeros(motor.trajectories, jnp.int32)
    state = (
        jnp.full(motor.trajectories, motor.start / motor.period, jnp.float32),
        jnp.asarray(motor.thermal() * scale, jnp.float32),
        zero,
        zero,
        zero,
    )
    key = jax.random.key(1)

    def run(steps: int) -> tuple[Array, Array]:
        nonlocal state, key
        key, own = jax.random.split(key)
        state = jax.block_until_ready(advance(state, jax.random.split(own, steps)))
        x, h, period = (np.asarray(part, np.float64) for part in state[:3])
        ahead = np.interp(x, np.arange(cells + 1) / cells, np.append(motor.kick, motor.kick[0]))
        return (x + period) * motor.period, h / scale - 0.5 * ahead

    rotor.run("jax", motor, run, "lax.scan, single precision, turns counted")


main()
