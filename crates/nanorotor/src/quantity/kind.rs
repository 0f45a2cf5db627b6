//! List every quantity that results hold: its name, symbol, unit and meaning, once.

use super::unit::{
    ANGULAR_DIFFUSION, CHARGE_PER_ANGLE, CHARGE_TORQUE, CURRENT, DIFFUSION, ENERGY, FRICTION, INERTIA, NOISE,
    OutputUnit, PER_ANGLE, PER_ENERGY, POWER, RADIAN, RATE, RATE_PER_DIFFUSION, RATE_PER_ENERGY,
    RATE_PER_FRICTION, REVOLUTIONS, TIME, TORQUE,
};

/// The axis of angles.
pub const THETA: &str = "theta";
/// The axis of leads.
pub const LEAD: &str = "lead";
/// The axis of the second lead of a pair.
pub const LEAD_2: &str = "lead_2";
/// The axis of levels of the molecule, counted from 1.
pub const LEVEL: &str = "level";
/// The axis of energies of electrons.
pub const ENERGY_AXIS: &str = "energy";
/// The axis of external loads.
pub const LOAD: &str = "load";
/// The axes of numbers whose positions are rows of a table.
pub const ROWS: [&str; 3] = [THETA, ENERGY_AXIS, LOAD];
/// The axis of parameters that the rotation rate is differentiated by.
pub const PARAMETER: &str = "parameter";
/// The axis of causes that are taken away one after the other.
pub const REMOVED: &str = "removed";
/// The axes of results that no swept parameter makes.
pub const AXES: [&str; 4] = [THETA, LEAD, LEAD_2, LEVEL];

/// What can be computed of a study at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// Torque, friction, diffusion, potential and currents against the angle.
    Landscape,
    /// The deterministic rotation rate and what goes with it.
    Rate,
    /// Trajectories.
    Simulate,
}

impl Task {
    /// All of them, in the order in which they are computed.
    pub const ALL: [Self; 3] = [Self::Landscape, Self::Rate, Self::Simulate];

    /// As `what` in `[compute]` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Landscape => "landscape",
            Self::Rate => "rate",
            Self::Simulate => "simulate",
        }
    }

    /// What it gives at every point, in the order of the registry.
    pub fn kinds(self) -> impl Iterator<Item = &'static Kind> {
        KINDS.iter().filter(move |kind| kind.tasks.contains(&self))
    }
}

/// A kind of quantity that results hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// Its name in results, files and Python.
    pub name: &'static str,
    /// Its symbol, with `*italic*`, `_{subscript}` and `^{superscript}`; empty where there is no usual one.
    pub symbol: &'static str,
    /// How it is printed; none for counts and ratios.
    pub unit: Option<OutputUnit>,
    /// What it is, in words.
    pub words: &'static str,
    /// The axes that it stands over at one point, the first slowest; none for a scalar.
    pub axes: &'static [&'static str],
    /// The tasks that give it; none for what is an axis or an input, or is given on request only.
    pub tasks: &'static [Task],
    /// Whether an error estimate goes with it, as the quantity `…_error` in files.
    pub has_error: bool,
    /// Whether trajectories tell it too, as the quantity `simulated_…`.
    pub is_simulated: bool,
    /// Whether it is a whole number by its nature.
    pub is_count: bool,
}

impl Kind {
    const fn by(self, tasks: &'static [Task]) -> Self {
        Self { tasks, ..self }
    }

    const fn over(self, axes: &'static [&'static str]) -> Self {
        Self { axes, ..self }
    }

    const fn with_error(self) -> Self {
        Self { has_error: true, ..self }
    }

    const fn simulated(self) -> Self {
        Self { is_simulated: true, ..self }
    }

    const fn counted(self) -> Self {
        Self { is_count: true, ..self }
    }
}

const fn kind(
    name: &'static str,
    symbol: &'static str,
    unit: Option<OutputUnit>,
    words: &'static str,
) -> Kind {
    Kind {
        name,
        symbol,
        unit,
        words,
        axes: &[],
        tasks: &[],
        has_error: false,
        is_simulated: false,
        is_count: false,
    }
}

const L: &[Task] = &[Task::Landscape];
const R: &[Task] = &[Task::Rate];
const S: &[Task] = &[Task::Simulate];
const LR: &[Task] = &[Task::Landscape, Task::Rate];
const ALL: &[Task] = &Task::ALL;

/// Every quantity. A new one is a line here, beside the file that computes it.
#[rustfmt::skip]
pub const KINDS: &[Kind] = &[
    kind("theta", "*θ*", RADIAN, "angle of the rotor"),
    kind("lead", "", None, "lead"),
    kind("lead_2", "", None, "second lead of a pair"),
    kind("level", "", None, "level of the molecule").counted(),
    kind("status", "", None, "converged, or why numbers are missing"),

    // Against the angle.
    kind("torque", "*τ*", TORQUE, "mean torque of the electrons").by(L).over(&[THETA]),
    kind("friction", "*ξ*", FRICTION, "friction coefficient of the electrons").by(L).over(&[THETA]),
    kind("diffusion", "*D*", DIFFUSION, "diffusion coefficient of the electrons").by(L).over(&[THETA]),
    kind("total_torque", "*τ*_{total}", TORQUE,
        "torque of the electrons, the potential of the study and the load together").by(L).over(&[THETA]),
    kind("potential", "*U*", ENERGY, "effective potential, minus the integral of the torque").by(L).over(&[THETA]),
    kind("effective_temperature", "*k*_{B}*T*_{eff}", ENERGY,
        "effective temperature k_B T_eff, electrons and environment").by(L).over(&[THETA]),
    kind("currents", "*I*", CURRENT, "electric current leaving each lead at a fixed angle").by(L).over(&[LEAD, THETA]),
    kind("emissivity", "*e*", CHARGE_PER_ANGLE,
        "electrons leaving each lead per angle that the rotor turns, beside the current at a fixed angle")
        .by(L).over(&[LEAD, THETA]),
    kind("pumped_charge", "d*Q*/d*θ*", CHARGE_PER_ANGLE, "charge pumped out of each lead per angle, near equilibrium")
        .by(L).over(&[LEAD, THETA]),
    kind("heat_currents", "*J*", POWER, "heat leaving each lead at a fixed angle").by(L).over(&[THETA, LEAD]),
    kind("heat_emissivity", "*e*_{heat}", TORQUE,
        "heat leaving each lead per angle that the rotor turns, beside the heat current at a fixed angle")
        .by(L).over(&[THETA, LEAD]),
    kind("occupations", "*n*", None, "electrons in each level at a fixed angle").by(L).over(&[THETA, LEVEL]),
    kind("current_noise", "*S*", NOISE, "zero-frequency noise of the currents of two leads at a fixed angle, two-sided")
        .by(L).over(&[THETA, LEAD, LEAD_2]),
    kind("fano", "*F*", None, "Fano factor, noise of the current of each lead over its size, at a fixed angle")
        .by(L).over(&[THETA, LEAD]),
    kind("torque_current_noise", "*S*_{τ}", CHARGE_TORQUE,
        "zero-frequency noise that the torque shares with the current of each lead, two-sided").by(L).over(&[THETA, LEAD]),
    kind("environment_friction", "*ξ*_{env}", FRICTION, "friction coefficient of the environment").by(L).over(&[THETA]),
    kind("mean_torque", "mean *τ*", TORQUE, "torque averaged over the angle").by(LR).with_error(),
    kind("barrier", "Δ*U*", ENERGY, "highest minus lowest value of the effective potential").by(LR).with_error(),
    kind("period", "*L*", RADIAN, "period of the rotor").by(L),

    // Of the stationary state.
    kind("rotation_rate", "*R*", REVOLUTIONS, "mean rotation rate").by(R).with_error().simulated(),
    kind("rotational_diffusion", "*D*_{eff}", ANGULAR_DIFFUSION, "effective rotational diffusion coefficient")
        .by(R).with_error().simulated(),
    kind("mean_kinetic_temperature", "mean *k*_{B}*T*_{kin}", ENERGY,
        "mean kinetic temperature, I <(u - <u|theta>)^2>").by(R).with_error(),
    kind("mean_kinetic_energy", "*I*⟨*u*^{2}⟩/2", ENERGY, "mean kinetic energy, I <u^2>/2").by(R).with_error(),
    kind("max_effective_temperature", "max *k*_{B}*T*_{eff}", ENERGY, "highest effective temperature")
        .by(R).with_error(),
    kind("mean_current", "mean *I*", CURRENT, "mean electric current leaving each lead, with what the rotation pumps")
        .by(R).over(&[LEAD]).with_error(),
    kind("mean_heat_current", "mean *J*", POWER,
        "mean heat leaving each lead, with what the rotation pumps, without the heat of friction")
        .by(R).over(&[LEAD]).with_error(),
    kind("mean_current_noise", "mean *S*", NOISE,
        "noise of the currents of two leads at fixed angles, averaged over the angle").by(R).over(&[LEAD, LEAD_2]).with_error(),
    kind("power", "*P*_{load}", POWER, "power delivered to the load").by(R).with_error(),
    kind("electrical_power", "*P*_{el}", POWER, "power drawn from the leads").by(R).with_error(),
    kind("efficiency", "efficiency", None,
        "power delivered to the load over electrical power and heat drawn from what is warmer than the coldest bath")
        .by(R).with_error(),
    kind("entropy_production", "*σ*", RATE, "entropy that leads and environment gain per time, in k_B").by(R).with_error(),
    kind("heat_to_environment", "*Q*_{env}", POWER, "heat given to the environment").by(R).with_error(),
    kind("heat_to_electrons", "*Q*_{el}", POWER, "heat given to the electrons").by(R).with_error(),
    kind("certainty_time", "*t*_{2}", TIME, "time after which the direction is sure to two standard deviations")
        .by(R).with_error(),
    kind("certainty_ratio", "", None,
        "longer of the correlation time of the velocity and the time for a period, over the time after which the direction is sure").by(R),
    kind("averaging_time", "", TIME,
        "measured time in which trajectories would tell the rotation rate to 5 %; none where it is not known from 0").by(R),
    kind("relative_accuracy", "", None, "largest relative error of rotation rate, diffusion and kinetic energy").by(R),
    kind("hermite_levels", "", None, "number of Hermite levels in the velocity").by(R).counted(),
    kind("fourier_modes", "", None, "number of Fourier modes in the angle").by(R).counted(),
    kind("density", "*p*", PER_ANGLE, "stationary probability density of the angle").by(R).over(&[THETA]).with_error(),
    kind("kinetic_temperature", "*k*_{B}*T*_{kin}", ENERGY, "kinetic temperature at each angle")
        .by(R).over(&[THETA]).with_error(),

    // Of passages, on request.
    kind("hop_rate_forward", "*ν*_{+}", RATE, "hops forward per time").with_error(),
    kind("hop_rate_back", "*ν*_{−}", RATE, "hops back per time").with_error(),
    kind("hop_directionality", "Dir", None, "hops forward over all hops").with_error(),
    kind("mean_time_to_hop", "", TIME, "mean time from one hop to the next, either way").with_error(),
    kind("revolution_rate_forward", "*ν*_{+}", RATE, "revolutions forward per time").with_error(),
    kind("revolution_rate_back", "*ν*_{−}", RATE, "revolutions back per time").with_error(),
    kind("revolution_directionality", "Dir", None, "revolutions forward over all revolutions").with_error(),
    kind("mean_time_to_revolution", "", TIME, "mean time from one revolution to the next, either way").with_error(),

    // Of trajectories.
    kind("directionality_revolution", "Dir", None, "directionality, counted in whole revolutions").by(S).with_error(),
    kind("directionality_revolution_raw", "Dir", None, "directionality, counted in whole revolutions, as counted")
        .by(S).with_error(),
    kind("directionality_revolution_forward", "", None, "number of revolutions forward").by(S).counted(),
    kind("directionality_revolution_back", "", None, "number of revolutions back").by(S).counted(),
    kind("directionality_hop", "Dir", None, "directionality, counted in periods").by(S).with_error(),
    kind("directionality_hop_raw", "Dir", None, "directionality, counted in periods, as counted").by(S).with_error(),
    kind("directionality_hop_forward", "", None, "number of periods forward").by(S).counted(),
    kind("directionality_hop_back", "", None, "number of periods back").by(S).counted(),
    kind("z_score", "*z*", None, "difference of the rotation rates with and without noise over its error").by(S),
    kind("counter_origin", "*θ*_{c}", RADIAN, "angle at which periods are counted").by(S),
    kind("total_time", "", TIME, "measured time of all trajectories together").by(S),
    kind("dt", "Δ*t*", TIME, "time step of the trajectories").by(S),
    kind("trajectories", "", None, "number of trajectories").by(S).counted(),
    kind("burn_in_steps", "", None, "number of steps before counting begins").by(S).counted(),
    kind("seed", "", None, "seed of the random numbers").by(S).counted(),
    kind("steps_per_second", "", None, "steps per second of all threads together"),

    // Of a spectrum.
    kind("transmission", "*T*", None, "transmission from the second lead to the first at an energy; reflection for one lead")
        .over(&[THETA, ENERGY_AXIS, LEAD, LEAD_2]),
    kind("local_density_of_states", "*ρ*", PER_ENERGY, "local density of states of each level, of one spin")
        .over(&[THETA, ENERGY_AXIS, LEVEL]),
    kind("lead_density_of_states", "*ρ*", PER_ENERGY, "part of the local density of states that a lead fills, of one spin")
        .over(&[THETA, ENERGY_AXIS, LEVEL, LEAD]),
    kind("level_energy", "*ε*", ENERGY, "energy of each resonance, by rising energy").over(&[THETA, LEVEL]),
    kind("level_width", "*Γ*", ENERGY, "width of each resonance").over(&[THETA, LEVEL]),
    kind("molecular_charge", "*N*", None, "electrons on the molecule").over(&[THETA]),

    // Of a rotor against external loads.
    kind("stall_torque", "*τ*_{stall}", TORQUE, "load that brings the rotor to rest, negative for one that turns back without a load")
        .with_error(),
    kind("maximum_power", "max *P*_{load}", POWER, "greatest power delivered to a load").with_error(),
    kind("load_at_maximum_power", "*τ*_{load}", TORQUE, "load to which most power is delivered").with_error(),
    kind("efficiency_at_maximum_power", "", None, "efficiency at the load to which most power is delivered").with_error(),
    kind("maximum_efficiency", "", None, "greatest efficiency against any load").with_error(),
    kind("load_at_maximum_efficiency", "*τ*_{load}", TORQUE, "load at which the efficiency is greatest").with_error(),

    // Of sensitivities.
    kind("parameter", "", None, "parameter of the study"),
    kind("torque_sensitivity", "*S*_{F}", RATE_PER_ENERGY,
        "change of the rotation rate per torque that acts over an angle").over(&[THETA]).with_error(),
    kind("friction_sensitivity", "*S*_{X}", RATE_PER_FRICTION,
        "change of the rotation rate per friction coefficient over an angle").over(&[THETA]).with_error(),
    kind("diffusion_sensitivity", "*S*_{D}", RATE_PER_DIFFUSION,
        "change of the rotation rate per diffusion coefficient over an angle").over(&[THETA]).with_error(),
    kind("derivative", "∂*R*/∂*p*", REVOLUTIONS,
        "change of the rotation rate per unit of a parameter, as the study writes it").over(&[PARAMETER]).with_error(),
    kind("elasticity", "∂ln *R*/∂ln *p*", None, "relative change of the rotation rate per relative change of a parameter")
        .over(&[PARAMETER]).with_error(),
    kind("removed", "", None, "what was taken away from the rotor, beside all before it"),
    kind("remaining_rate", "*R*", REVOLUTIONS, "rotation rate that is left when causes are taken away one after the other")
        .over(&[REMOVED]).with_error(),

    // Of uncertain parameters.
    kind("propagated_deviation", "*σ*", REVOLUTIONS,
        "standard deviation of the rotation rate by what is uncertain, from derivatives").with_error(),
    kind("sampled_mean", "", REVOLUTIONS, "mean of the rotation rate over what is uncertain, from samples").with_error(),
    kind("sampled_deviation", "*σ*", REVOLUTIONS,
        "standard deviation of the rotation rate by what is uncertain, from samples").with_error(),
    kind("lower_bound", "", REVOLUTIONS, "rotation rate below which a sixth of the samples lies").with_error(),
    kind("upper_bound", "", REVOLUTIONS, "rotation rate above which a sixth of the samples lies").with_error(),
    kind("nonlinearity", "", None, "part of the variance of the rotation rate that derivatives do not tell"),
    kind("positive_share", "", None, "part of the samples that turn forward").with_error(),
    kind("variance_share", "", None, "part of the variance of the rotation rate that a parameter brings, from derivatives")
        .over(&[PARAMETER]).with_error(),

    // Of the theory's assumptions.
    kind("smallest_period", "*L*", RADIAN, "smallest period of the landscape").by(ALL),
    kind("adiabatic_ratio", "", None, "turn during the dwell time of an electron over the angle in which couplings change").by(ALL),
    kind("memory_ratio", "", None, "noise correlation time over the shortest time of the rotor").by(ALL),
    kind("quantum_ratio", "", None, "quantum of the fastest libration over the highest effective temperature").by(ALL),
    kind("resonance_width", "", ENERGY, "width of the narrowest resonance").by(ALL),
    kind("resonance_ratio", "", None, "lowest thermal energy of the leads over the width of the narrowest resonance")
        .by(ALL),
    kind("band_edge_ratio", "", None,
        "five k_BT of a lead, or the width of a level, over its height above the bottom of the band").by(ALL),
    kind("lowest_friction", "", FRICTION, "lowest total friction coefficient").by(ALL),
    kind("mean_friction", "", FRICTION, "total friction coefficient averaged over the angle").by(ALL),

    // Named in messages and in recordings of trajectories.
    kind("load", "*τ*_{load}", TORQUE, "constant external torque that opposes +theta"),
    kind("thermal_energy", "*k*_{B}*T*", ENERGY, "thermal energy k_BT"),
    kind("chemical_potential", "*μ*", ENERGY, "chemical potential of each lead").over(&[LEAD]),
    kind("energy", "*ω*", ENERGY, "energy of an electron"),
    kind("moment_of_inertia", "*I*", INERTIA, "moment of inertia of the rotor"),
    kind("time", "*t*", TIME, "time"),
];

/// What a name of a result says: its kind, whether it is an error, and whether trajectories told it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Named {
    /// The kind of quantity.
    pub kind: &'static Kind,
    /// Whether it is the error of the quantity.
    pub is_error: bool,
    /// Whether trajectories told it.
    pub is_simulated: bool,
}

impl Named {
    /// What a name says, or none if no quantity is called so.
    pub fn of(name: &str) -> Option<Self> {
        let (name, is_error) = name.strip_suffix("_error").map_or((name, false), |name| (name, true));
        let (name, is_simulated) = name.strip_prefix("simulated_").map_or((name, false), |name| (name, true));
        let kind = KINDS.iter().find(|kind| kind.name == name)?;
        Some(Self { kind, is_error, is_simulated })
    }
}

/// The unit of the result called `name`, or none for counts, ratios and texts.
pub fn output_unit(name: &str) -> Option<&'static OutputUnit> {
    Named::of(name)?.kind.unit.as_ref()
}

/// Whether the result called `name` is a whole number by its nature.
pub fn is_count(name: &str) -> bool {
    Named::of(name).is_some_and(|named| named.kind.is_count)
}

/// What the result called `name` is, in words.
pub fn long_name(name: &str) -> String {
    let Some(Named { kind, is_error, is_simulated }) = Named::of(name) else { return name.replace('_', " ") };
    let words = format!("{}{}", kind.words, if is_simulated { ", from trajectories" } else { "" });
    if is_error { format!("error of: {words}") } else { words }
}
