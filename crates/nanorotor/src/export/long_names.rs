//! Say in words what each result is.

/// Each result with what it is.
const LONG_NAMES: &[(&str, &str)] = &[
    ("theta", "angle of the rotor"),
    ("lead", "lead"),
    ("status", "converged, or why numbers are missing"),
    ("torque", "mean torque of the electrons"),
    ("friction", "friction coefficient of the electrons"),
    ("diffusion", "diffusion coefficient of the electrons"),
    ("total_torque", "torque of the electrons, the potential of the study and the load together"),
    ("potential", "effective potential, minus the integral of the torque"),
    ("effective_temperature", "effective temperature k_B T_eff, electrons and environment"),
    ("currents", "electric current leaving each lead at a fixed angle"),
    (
        "emissivity",
        "electrons leaving each lead per angle that the rotor turns, beside the current at a fixed angle",
    ),
    ("pumped_charge", "charge pumped out of each lead per angle, near equilibrium"),
    ("environment_friction", "friction coefficient of the environment"),
    ("mean_torque", "torque averaged over the angle"),
    ("barrier", "highest minus lowest value of the effective potential"),
    ("period", "period of the rotor"),
    ("rotation_rate", "mean rotation rate"),
    ("rotational_diffusion", "effective rotational diffusion coefficient"),
    ("mean_kinetic_temperature", "mean kinetic temperature, I <(u - <u|theta>)^2>"),
    ("mean_kinetic_energy", "mean kinetic energy, I <u^2>/2"),
    ("max_effective_temperature", "highest effective temperature"),
    ("mean_current", "mean electric current leaving each lead, with what the rotation pumps"),
    ("power", "power delivered to the load"),
    ("electrical_power", "power drawn from the leads"),
    ("efficiency", "power delivered to the load over power drawn from the leads"),
    ("heat_to_environment", "heat given to the environment"),
    ("heat_to_electrons", "heat given to the electrons"),
    ("hop_rate_forward", "hops forward per time"),
    ("hop_rate_back", "hops back per time"),
    ("hop_directionality", "hops along the rotation over all hops"),
    ("mean_time_to_hop", "mean time from one hop to the next, either way"),
    ("revolution_rate_forward", "revolutions forward per time"),
    ("revolution_rate_back", "revolutions back per time"),
    ("revolution_directionality", "revolutions along the rotation over all revolutions"),
    ("mean_time_to_revolution", "mean time from one revolution to the next, either way"),
    ("averaging_time", "measured time in which trajectories would tell the rotation rate to 5 %"),
    ("relative_accuracy", "largest relative error of rotation rate, diffusion and kinetic energy"),
    ("hermite_levels", "number of Hermite levels in the velocity"),
    ("fourier_modes", "number of Fourier modes in the angle"),
    ("density", "stationary probability density of the angle"),
    ("kinetic_temperature", "kinetic temperature at each angle"),
    ("directionality_revolution", "directionality, counted in whole revolutions"),
    ("directionality_revolution_raw", "directionality, counted in whole revolutions, as counted"),
    ("directionality_revolution_forward", "number of revolutions forward"),
    ("directionality_revolution_back", "number of revolutions back"),
    ("directionality_hop", "directionality, counted in periods"),
    ("directionality_hop_raw", "directionality, counted in periods, as counted"),
    ("directionality_hop_forward", "number of periods forward"),
    ("directionality_hop_back", "number of periods back"),
    ("smallest_period", "smallest period of the landscape"),
    ("adiabatic_ratio", "turn while an electron stays over the angle in which couplings change"),
    ("memory_ratio", "memory of the electrons' noise over the shortest time of the rotor"),
    ("quantum_ratio", "quantum of the fastest libration over the highest effective temperature"),
    ("resonance_width", "width of the narrowest resonance"),
    (
        "band_edge_ratio",
        "five k_BT of a lead, or the width of a level, over its height above the bottom of the band",
    ),
    ("resonance_ratio", "lowest thermal energy of the leads over the width of the narrowest resonance"),
    ("lowest_friction", "lowest total friction coefficient"),
    ("z_score", "difference of the rotation rates with and without noise over its error"),
    ("counter_origin", "angle at which periods are counted"),
    ("total_time", "measured time of all trajectories together"),
    ("dt", "time step of the trajectories"),
    ("trajectories", "number of trajectories"),
    ("burn_in_steps", "number of steps before counting begins"),
    ("seed", "seed of the random numbers"),
];

/// What a result is, in words.
pub fn long_name(name: &str) -> String {
    if let Some((_, text)) = LONG_NAMES.iter().find(|(known, _)| *known == name) {
        return (*text).into();
    }
    if let Some(value) = name.strip_suffix("_error") {
        return format!("error of: {}", long_name(value));
    }
    if let Some(value) = name.strip_prefix("simulated_") {
        return format!("{}, from trajectories", long_name(value));
    }
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::results::{
        Results, SimulationOptions, landscape_results, rate_results, simulate, simulation_results, theta_grid,
    };
    use crate::study::{Length, Study};

    fn everything() -> [Results; 3] {
        let resolved = Study::preset("preston2023").unwrap().resolve().unwrap();
        let landscape = resolved.landscape().unwrap();
        let mut of_rate = rate_results(&resolved, &landscape, &resolved.rate_options()).unwrap();
        of_rate.errors_as_variables();
        let stop = AtomicBool::new(false);
        let options = SimulationOptions {
            length: Length::TotalTime(1e4),
            dt: Some(500.0),
            trajectories: Some(16),
            ..resolved.simulation_options()
        };
        let simulated = simulate(&resolved, &landscape, &options, &stop, &mut |_| {}).unwrap();
        let theta = theta_grid(resolved.rotor.period, 4);
        let of_landscape = landscape_results(&resolved, &landscape, theta).unwrap();
        [of_landscape, of_rate, simulation_results(&simulated)]
    }

    #[test]
    fn every_result_and_axis_has_words() {
        let everything = everything();
        let variables = everything.iter().flat_map(|r| r.variables.iter().map(|variable| &variable.name));
        let axes = everything.iter().flat_map(|r| r.axes.iter().map(|axis| &axis.name));
        let mut count = 0;
        for name in variables.chain(axes) {
            let name = name.strip_suffix("_error").unwrap_or(name);
            let name = name.strip_prefix("simulated_").unwrap_or(name);
            assert!(LONG_NAMES.iter().any(|(known, _)| *known == name), "{name}");
            count += 1;
        }
        assert!(count > 40, "{count}");
    }

    #[test]
    fn errors_and_trajectories_speak_of_what_they_belong_to() {
        assert_eq!(long_name("rotation_rate"), "mean rotation rate");
        assert_eq!(
            long_name("simulated_rotation_rate_error"),
            "error of: mean rotation rate, from trajectories"
        );
        assert_eq!(long_name("something_new"), "something new");
    }
}
