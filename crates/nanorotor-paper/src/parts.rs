//! List the studies that reproduce the figures of Preston & Kosov (2023), each a file that a user could run.

use crate::claim_parts::claim_parts;
use crate::part::{BOTTOMS, Part, STEP};
use crate::recipe::Recipe;

/// What may be chosen about the parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartOptions {
    /// Whether each point of Figs. 4 and 6 gets a trajectory time as long as the paper's, 1.6e6 ns.
    pub paper_length: bool,
}

/// All parts in the order in which they are best computed: the figures' curves, what only the claims need, trajectories.
pub fn parts(options: &PartOptions) -> Vec<Part> {
    let mut parts = figures();
    parts.extend(claim_parts());
    parts.extend(trajectories(*options));
    parts
}

fn figures() -> Vec<Part> {
    vec![
        Part::new(
            "figure_2",
            "Figure 2: potential and effective temperature for several voltages",
            "Figure 2 of Preston & Kosov (2023): U and k_BT_eff against theta, phi = -pi/4.
             Our choice: the voltages but for 0 and 2 V, which the text names; the band bottom.",
            |r| r.compute("landscape").sweep(&["V = { values = [\"0 eV\", \"2 eV\", \"3 eV\", \"4 eV\", \"5 eV\"] }"]),
        ),
        Part::new(
            "figure_3",
            "Figure 3: potential and effective temperature for several dihedral angles",
            "Figure 3 of Preston & Kosov (2023): U and k_BT_eff against theta at V = 5 V for the paper's angles.
             Our choice: the band bottom.",
            |r| r.compute("landscape").sweep(&["phi = { values = [0, \"pi/4\", \"-pi/4\", 1.3] }"]),
        ),
        Part::new(
            "figure_4",
            "Figure 4: rotation rate against dihedral angle",
            "Figure 4 of Preston & Kosov (2023): R against phi at V = 5 V, without noise, a point for each degree.
             Our choice: the band bottom.",
            |r| r.compute("rate").sweep(&["phi = { from = \"-pi/2\", to = \"pi/2\", points = 181 }"]),
        ),
        Part::new(
            "figure_6",
            "Figure 6: rotation rate against voltage",
            "Figure 6 of Preston & Kosov (2023): R against V at phi = -pi/4, without noise.
             Our choice: the largest voltage, the band bottom.",
            |r| r.compute("rate").sweep(&["V = { from = \"0 eV\", to = \"6 eV\", points = 121 }"]),
        ),
        Part::new(
            "figure_7",
            "Figure 7: rotation rate against moment of inertia",
            "Figure 7 of Preston & Kosov (2023): R against I at phi = -pi/4 and V = 5 V, without noise. The last point is the paper's I.
             Our choice: the range of I, which begins where R is within 1 % of its overdamped limit; the band bottom.",
            |r| r.compute("rate").sweep(&["I = { from = \"45 au\", to = \"4.5e5 au\", points = 81, scale = \"log\" }"]),
        ),
        Part::new(
            "figure_7_passage",
            "Figure 7: directionality against moment of inertia",
            "Figure 7 of Preston & Kosov (2023): Dir against I at phi = -pi/4 and V = 5 V, without noise. The last point is the paper's I.
             Our choice: the other points, of which every fifth is one of the trajectories; the tolerance; the band bottom.",
            |r| {
                r.compute("rate")
                    .passage("1e-3")
                    .sweep(&["I = { from = \"45 au\", to = \"4.5e5 au\", points = 36, scale = \"log\" }"])
            },
        ),
    ]
}

fn trajectories(options: PartOptions) -> Vec<Part> {
    let length =
        |target: &'static str| if options.paper_length { "total_time = \"1.6e6 ns\"" } else { target };
    let simulated = |name, title, comment: &str, with: &dyn Fn(Recipe) -> Recipe| {
        Part::new(name, title, comment, |r| with(r.compute("simulate"))).with_trajectories()
    };
    vec![
        simulated(
            "figure_4_trajectories",
            "Figure 4: rotation rate against dihedral angle, from trajectories",
            "Figure 4 of Preston & Kosov (2023): R against phi at V = 5 V from trajectories, as the paper finds it.
             Our choice: the number of points; their error, 5 % of the figure's largest |R|, 1.2665 /ns; the time step; the band bottom.",
            &|r| {
                r.simulate(&[length("target = { rotation_rate = \"0.0633 /ns\" }"), STEP])
                    .sweep(&["phi = { from = \"-pi/2\", to = \"pi/2\", points = 21 }"])
            },
        ),
        simulated(
            "figure_6_trajectories",
            "Figure 6: rotation rate against voltage, from trajectories",
            "Figure 6 of Preston & Kosov (2023): R against V at phi = -pi/4 from trajectories, as the paper finds it.
             Our choice: the number of points; their error, 5 % of the figure's largest |R|, 1.5593 /ns; the time step; the largest voltage; the band bottom.",
            &|r| {
                r.simulate(&[length("target = { rotation_rate = \"0.0779 /ns\" }"), STEP])
                    .sweep(&["V = { from = \"0 eV\", to = \"6 eV\", points = 13 }"])
            },
        ),
        simulated(
            "figure_7_trajectories",
            "Figure 7: rotation rate and directionality against moment of inertia, from trajectories",
            "Figure 7 of Preston & Kosov (2023): R and Dir against I at phi = -pi/4 and V = 5 V from trajectories. The last point is the paper's I.
             Our choice: the other points; the length of each, so that R is known to 5 % of itself, Dir (which leans on the deterministic R) to
             0.0005, and at the paper's I the raw count to 0.0005 too; the time step, a part of the relaxation time I/xi_solv; the band bottom.",
            &|r| {
                r.simulate(&[
                    // 5 % of R decides from I ~ 2e4 au on, where it takes a time of about I^1.8; below, the error of ν does.
                    "total_time = \"max(250 ns, 4e4 ns * (I/(1.15e-45 kg m^2))^1.75)\"",
// Twice this step shifts Dir by hops by 0.0005 at I = 625 au, this one by nothing seen beside an error of 0.0001.
                    "dt = \"min(1000 au_time, I/(8*xi_solv))\"",
                ])
                .sweep(&["I = { from = \"45 au\", to = \"4.5e5 au\", points = 8, scale = \"log\" }"])
            },
        ),
        simulated(
            "open_bottom_trajectories",
            "Directionality against the band bottom",
            "What Preston & Kosov (2023) leave open: the energy window of the torque. Dir by both counts against the band bottom, V = 5 V, phi = -pi/4.
             Our choice: the bottoms; the length, which gives the counts' rate to 1 % or better; the time step.",
            &|r| {
                r.simulate(&["total_time = \"4000 ns\"", STEP]).sweep(&[BOTTOMS])
            },
        ),
        simulated(
            "open_bottom_origins",
            "Directionality against the band bottom and the origin of the count",
            "What Preston & Kosov (2023) leave open: where the count of a rotation begins. Dir by both counts against the band bottom for eight
             origins theta_c over the period, V = 5 V, phi = -pi/4.
             Our choice: the bottoms and the origins; the length; the time step.",
            &|r| {
                r.parameter("theta_c", "0")
                    .simulate(&["total_time = \"1000 ns\"", STEP, "counter_origin = \"theta_c\""])
                    .sweep(&[BOTTOMS, "theta_c = { from = 0, to = \"7*pi/8\", points = 8 }"])
            },
        ),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use nanorotor::quantity::Task;
    use nanorotor::study::{Length, Study};
    use nanorotor::sweep::Grid;
    use nanorotor::units::TIME_IN_NANOSECONDS;

    fn grid(part: &Part) -> Grid {
        Grid::new(&Study::from_toml(&part.text, part.name, None).unwrap()).unwrap()
    }

    #[test]
    fn every_part_is_a_study_with_its_grid() {
        let expected = [
            ("figure_2", 5),
            ("figure_3", 4),
            ("figure_4", 181),
            ("figure_6", 121),
            ("figure_7", 81),
            ("figure_7_passage", 36),
            ("claim_sign_of_voltage", 8),
            ("claim_sign_of_rotation", 8),
            ("claim_sign_detuned", 24),
            ("claim_equal_couplings", 21),
            ("claim_swapped_couplings", 21),
            ("claim_band_bottom", 52),
            ("claim_extremum", 124),
            ("claim_high_voltage", 13),
            ("claim_high_voltage_deep_band", 19),
            ("claim_large_inertia", 5),
            ("claim_friction", 8),
            ("open_bottom", 41),
            ("open_bottom_passage", 9),
            ("claim_classical_potential", 24),
            ("claim_wind", 21),
            ("claim_pumping", 164),
            ("claim_pumping_equal_couplings", 164),
            ("figure_4_trajectories", 21),
            ("figure_6_trajectories", 13),
            ("figure_7_trajectories", 8),
            ("open_bottom_trajectories", 9),
            ("open_bottom_origins", 72),
        ];
        let parts = parts(&PartOptions::default());
        let found: Vec<(&str, usize)> = parts.iter().map(|part| (part.name, grid(part).len())).collect();
        assert_eq!(found, expected);
        for part in &parts {
            let grid = grid(part);
            for point in 0..grid.len() {
                assert!(grid.resolve(point).is_ok(), "{} point {point}", part.name);
            }
            assert_eq!(grid.study().title(), Some(part.title));
            assert_eq!(part.needs_trajectories, grid.tasks().contains(&Task::Simulate), "{}", part.name);
            assert!(part.text.starts_with("# ") && part.text.contains("Our choice: "), "{}", part.name);
        }
    }

    #[test]
    fn the_last_point_of_figure_7_is_the_papers_with_the_time_that_its_raw_count_needs() {
        let parts = parts(&PartOptions::default());
        let grid = grid(parts.iter().find(|part| part.name == "figure_7_trajectories").unwrap());
        let of = |point: usize| {
            let resolved = grid.resolve(point).unwrap();
            let Some(Length::TotalTime(time)) = resolved.simulation.length else { panic!("no time") };
            (resolved.rotor.moment_of_inertia, time * TIME_IN_NANOSECONDS, resolved.simulation.dt.unwrap())
        };
        let (inertia, time, dt) = of(7);
        assert_eq!((inertia, dt.round()), (4.5e5, 1000.0));
        // 1.15e-45 kg m² is 4.508e5 a.u.
        assert!((time / 4e4 - 1.0).abs() < 5e-3, "{time}");
        let (inertia, time, dt) = of(0);
        assert!((inertia - 45.0).abs() < 1e-9 && (time - 250.0).abs() < 1e-6 && (dt - 1.125).abs() < 1e-9);
    }

    #[test]
    fn the_papers_length_is_a_choice() {
        for paper_length in [false, true] {
            for part in parts(&PartOptions { paper_length }) {
                let is_long = part.text.contains("1.6e6 ns\"");
                let may_be = ["figure_4_trajectories", "figure_6_trajectories"].contains(&part.name);
                assert_eq!(is_long, paper_length && may_be, "{}", part.name);
            }
        }
    }

    #[test]
    fn errors_are_five_percent_of_the_largest_rates() {
        for (name, largest) in [("figure_4_trajectories", 1.266_53), ("figure_6_trajectories", 1.559_28)] {
            let parts = parts(&PartOptions::default());
            let resolved = grid(parts.iter().find(|part| part.name == name).unwrap()).resolve(0).unwrap();
            let Some(Length::RotationRateError(error)) = resolved.simulation.length else {
                panic!("no error")
            };
            assert!(error / TIME_IN_NANOSECONDS <= 0.05 * largest, "{name}");
            assert!(error / TIME_IN_NANOSECONDS > 0.0495 * largest, "{name}");
        }
    }
}
