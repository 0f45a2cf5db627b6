"""Run trajectories of the rotor with JAX MD: its own Langevin pieces, friction and temperature renewed for the angle of each step."""

import jax
import jax.numpy as jnp
import numpy as np
from jax_md import simulate, space

from . import rotor
from .rotor import Array


def main() -> None:
    motor = rotor.load()
    cells = motor.torque.size
    # In units of the mean temperature, the inertia and the period, single precision is at ease.
    heat = float(np.mean(motor.diffusion / (2 * motor.friction)))
    time = motor.period * np.sqrt(motor.inertia / heat)
    dt = float(motor.dt / time)
    tables = (
        motor.torque / heat * motor.period,
        motor.friction / motor.inertia * time,
        motor.diffusion / (2 * motor.friction) / heat,
    )
    force_table, friction_table, heat_table = (
        (jnp.asarray(table, jnp.float32), jnp.asarray(np.roll(table, -1) - table, jnp.float32)) for table in tables
    )
    # Particles on a periodic line of one period; what wraps is counted to know how far they turn.
    _, shift = space.free()

    def look_up(table: tuple[jax.Array, jax.Array], position: jax.Array) -> jax.Array:
        scaled = (position - jnp.floor(position)) * cells
        cell = scaled.astype(jnp.int32)
        return table[0][cell % cells] + (scaled - cell) * table[1][cell % cells]

    def step(carry: tuple[simulate.NVTLangevinState, jax.Array], _: None) -> tuple[tuple[simulate.NVTLangevinState, jax.Array], None]:
        state, wrapped = carry
        state = simulate.momentum_step(state, dt / 2)
        state = simulate.position_step(state, shift, dt / 2)
        gamma, temperature = look_up(friction_table, state.position), look_up(heat_table, state.position)
        state = simulate.stochastic_step(state, dt, temperature, gamma)
        state = simulate.position_step(state, shift, dt / 2)
        cell = jnp.floor(state.position)
        position = state.position - cell
        state = state.set(position=position, force=look_up(force_table, position))
        return (simulate.momentum_step(state, dt / 2), wrapped + cell.astype(jnp.int32)), None

    advance = jax.jit(lambda carry, steps: jax.lax.scan(step, carry, None, length=steps)[0], static_argnums=1)
    position = jnp.full((motor.trajectories, 1), motor.start / motor.period, jnp.float32)
    state = simulate.NVTLangevinState(
        position=position,
        momentum=jnp.asarray(motor.thermal()[:, None] * time / motor.period, jnp.float32),
        force=look_up(force_table, position),
        mass=jnp.ones((motor.trajectories, 1), jnp.float32),
        rng=jax.random.PRNGKey(1),
    )
    carry = (state, jnp.zeros((motor.trajectories, 1), jnp.int32))

    def run(steps: int) -> tuple[Array, Array]:
        nonlocal carry
        carry = jax.block_until_ready(advance(carry, steps))
        state, wrapped = carry
        angle = (np.asarray(state.position, np.float64) + np.asarray(wrapped)) * motor.period
        return angle[:, 0], np.asarray(state.momentum, np.float64)[:, 0] * motor.period / time

    rotor.run("jax-md", motor, run, "its momentum, position and stochastic steps, single precision, turns not counted")


main()
