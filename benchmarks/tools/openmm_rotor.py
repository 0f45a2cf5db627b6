"""Run trajectories of the rotor with OpenMM: a CustomIntegrator with tabulated coefficients, three rotors a particle."""

import numpy as np
import openmm
from openmm import unit

from . import rotor
from .rotor import Array


def main() -> None:
    motor = rotor.load()
    particles = motor.trajectories // 3
    motor.trajectories = 3 * particles
    # Lengths are periods and times are steps, so that single precision is at ease.
    integrator = openmm.CustomIntegrator(1.0)
    scale = motor.dt / motor.period
    for name, table in (("kick", motor.kick * scale), ("decay", motor.decay), ("noise", motor.noise * scale)):
        values = np.append(table, table[0]).tolist()
        integrator.addTabulatedFunction(name, openmm.Continuous1DFunction(values, 0.0, 1.0, True))
    integrator.addComputePerDof("v", "v + 0.5*kick(x - floor(x))")
    integrator.addComputePerDof("x", "x + 0.5*v")
    integrator.addComputePerDof("v", "decay(x - floor(x))*v + noise(x - floor(x))*gaussian")
    integrator.addComputePerDof("x", "x + 0.5*v")
    integrator.addComputePerDof("v", "v + 0.5*kick(x - floor(x))")
    integrator.setRandomNumberSeed(1)

    system = openmm.System()
    for _ in range(particles):
        system.addParticle(1.0)
    platform = openmm.Platform.getPlatformByName("CPU")
    context = openmm.Context(system, integrator, platform, {"Threads": "1"})
    context.setPositions(np.full((particles, 3), motor.start / motor.period))
    context.setVelocities(motor.thermal().reshape(particles, 3) * scale)

    def run(steps: int) -> tuple[Array, Array]:
        integrator.step(steps)
        state = context.getState(getPositions=True, getVelocities=True)
        x = state.getPositions(asNumpy=True).value_in_unit(unit.nanometer)
        v = state.getVelocities(asNumpy=True).value_in_unit(unit.nanometer / unit.picosecond)
        return np.ravel(x) * motor.period, np.ravel(v) / scale

    rotor.run("openmm", motor, run, "CustomIntegrator, CPU platform, turns not counted")


main()
