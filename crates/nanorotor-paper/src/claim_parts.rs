//! List the studies that only the claims need: the other sign of the voltage, other couplings, a classical potential and more.

use super::recipe::Recipe;
use crate::part::{BOTTOMS, Part};

pub(super) fn claim_parts() -> Vec<Part> {
    let mut parts = signs_and_couplings();
    parts.extend(other_regimes());
    parts.extend(other_physics());
    parts
}

const SIGNS: &str =
    "V = { values = [\"-5 eV\", \"-4 eV\", \"-3 eV\", \"-2 eV\", \"2 eV\", \"3 eV\", \"4 eV\", \"5 eV\"] }";
const ANGLES: &str = "phi = { from = \"-pi/2\", to = \"pi/2\", points = 21 }";

fn signs_and_couplings() -> Vec<Part> {
    let detuned = |r: Recipe| r.set("E_1", "0.5 eV").set("E_2", "0.5 eV");
    vec![
        Part::new(
            "claim_sign_of_voltage",
            "Coefficients at both signs of the voltage",
            "The claim that the Langevin coefficients do not depend on the sign of V.
             Our choice: the voltages, the band bottom.",
            |r| r.compute("landscape").sweep(&[SIGNS]),
        ),
        Part::new(
            "claim_sign_of_rotation",
            "Rotation rate at both signs of the voltage",
            "The claim that the direction of rotation does not depend on the sign of V.
             Our choice: the voltages, the band bottom.",
            |r| r.compute("rate").sweep(&[SIGNS]),
        ),
        Part::new(
            "claim_sign_detuned",
            "Rotation rate at both signs of the voltage, levels moved",
            "The claim that the mechanism does not depend on the direction of the tunnelling, for E_1 = E_2 = 0.5 eV and couplings in three
             proportions.
             Our choice: the energies of the levels, the voltages, the couplings, the band bottom.",
            |r| {
                detuned(r).compute("rate").sweep(&[
                    "Gamma_R = { values = [\"0.136 eV\", \"0.272 eV\", \"0.544 eV\"] }",
                    SIGNS,
                ])
            },
        ),
        Part::new(
            "claim_equal_couplings",
            "Rotation rate against dihedral angle, equal couplings",
            "The claim that nothing turns where Gamma_L = Gamma_R.
             Our choice: the points, the band bottom.",
            |r| {
                r.set("Gamma_R", "Gamma_L")
                    .compute("rate")
                    .sweep(&["phi = { from = \"-pi/2\", to = \"pi/2\", points = 21 }"])
            },
        ),
        Part::new(
            "claim_swapped_couplings",
            "Rotation rate against dihedral angle, couplings exchanged",
            "The claim that all rotations are reversed where Gamma_R > Gamma_L: the paper's couplings, exchanged.
             Our choice: the points, the band bottom.",
            |r| r.set("Gamma_L", "0.136 eV").set("Gamma_R", "0.272 eV").compute("rate").sweep(&[ANGLES]),
        ),
    ]
}

fn other_regimes() -> Vec<Part> {
    vec![
        Part::new(
            "claim_band_bottom",
            "Rotation rate and barrier against voltage for other band bottoms",
            "Whether what is claimed about the voltage holds for other energy windows of the torque.
             Our choice: the bottoms, the voltages.",
            |r| {
                r.compute("rate").sweep(&[
                    "band_bottom = { values = [\"-5 eV\", \"-10 eV\", \"-20 eV\", \"-50 eV\"] }",
                    "V = { from = \"0 eV\", to = \"6 eV\", points = 13 }",
                ])
            },
        ),
        Part::new(
            "claim_extremum",
            "Rotation rate against dihedral angle for other band bottoms",
            "Whether the extremum of R(phi) is near pi/4 for other energy windows of the torque, V = 5 V.
             Our choice: the bottoms, the points.",
            |r| {
                r.compute("rate").sweep(&[
                    "band_bottom = { values = [\"-5 eV\", \"-20 eV\", \"-50 eV\", \"-100 eV\"] }",
                    "phi = { from = 0.05, to = 1.55, points = 31 }",
                ])
            },
        ),
        Part::new(
            "claim_high_voltage",
            "Rotation rate at high voltage",
            "The claim that R falls back towards zero at still higher voltages.
             Our choice: the voltages. The band must reach below the bias window, V/2 < 10 eV with the preset's bottom: the points stop at 18 V.",
            |r| r.compute("rate").sweep(&["V = { from = \"6 eV\", to = \"18 eV\", points = 13 }"]),
        ),
        Part::new(
            "claim_high_voltage_deep_band",
            "Rotation rate at very high voltage with a deep band",
            "The claim that R falls back towards zero at still higher voltages, where the bias window stays far from the end of the band.
             Our choice: the bottom at -100 eV and the voltages; no material has such a band.",
            |r| {
                r.set("band_bottom", "-100 eV")
                    .compute("rate")
                    .sweep(&["V = { from = \"5 eV\", to = \"185 eV\", points = 19 }"])
            },
        ),
        Part::new(
            "claim_large_inertia",
            "Rotation rate at moments of inertia beyond the paper's",
            "The claim that R tends to zero with increasing moment of inertia.
             Our choice: the moments of inertia, the band bottom.",
            |r| r.compute("rate").sweep(&["I = { from = \"4.5e5 au\", to = \"4.5e6 au\", points = 5, scale = \"log\" }"]),
        ),
        Part::new(
            "claim_friction",
            "Rotation rate against the friction of the solvent",
            "The claim that the electronic friction alone gives no appreciable preference: xi_solv from the paper's 5 towards none.
             Our choice: the frictions, the band bottom.",
            |r| {
                // What the friction of the electrons alone leaves of the digits.
                r.compute("rate").tolerance("1e-4").sweep(&[
                    "xi_solv = { values = [\"5 au\", \"2 au\", \"1 au\", \"0.5 au\", \"0.2 au\", \"0.05 au\", \"0.005 au\", \"0 au\"] }",
                ])
            },
        ),
        Part::new(
            "open_bottom",
            "Rotation rate and barrier against the band bottom",
            "What Preston & Kosov (2023) leave open: the energy window of the torque. R and barrier against the band bottom, V = 5 V, phi = -pi/4.
             Our choice: the bottoms.",
            |r| {
                r.compute("rate").sweep(&[
                    "band_bottom = { from = \"-5 eV\", to = \"-100 eV\", points = 41, scale = \"log\" }",
                ])
            },
        ),
        Part::new(
            "open_bottom_passage",
            "Directionality against the band bottom, without noise",
            "What Preston & Kosov (2023) leave open: the energy window of the torque. Dir by both counts against the band bottom, V = 5 V,
             phi = -pi/4, without noise.
             Our choice: the bottoms, those of the trajectories; the tolerance.",
            |r| r.compute("rate").passage("1e-3").sweep(&[BOTTOMS]),
        ),
    ]
}

fn other_physics() -> Vec<Part> {
    vec![
        Part::new(
            "claim_classical_potential",
            "Rotation rate with a classical potential",
            "The claim that a classical potential makes no qualitative difference: U_cl = u_cl cos(n_cl theta - delta_cl).
             Our choice: the potentials, the band bottom.",
            |r| {
                r.parameter("u_cl", "0.03 eV")
                    .parameter("delta_cl", "0")
                    .parameter("n_cl", "2")
                    .potential("u_cl*cos(n_cl*theta - delta_cl)")
                    .compute("rate")
                    .sweep(&[
                        "n_cl = { values = [2, 4] }",
                        "delta_cl = { values = [0, \"pi/2\", \"pi\", \"3*pi/2\"] }",
                        "u_cl = { values = [\"0.01 eV\", \"0.03 eV\", \"0.1 eV\"] }",
                    ])
            },
        ),
        Part::new(
            "claim_wind",
            "Rotation rate and mean torque with one level moved",
            "The remark that a nonconservative force is easily reached by another Hamiltonian: E_1 other than E_2.
             Our choice: E_2 = 0, the range of E_1 and V = 2 V, where the window ends between the levels (with the whole spectrum inside the
             window, or with E_1 = -E_2, the mean torque is close to zero or vanishes); the band bottom.",
            |r| {
                r.set("V", "2 eV").compute("rate").sweep(&["E_1 = { from = \"-1 eV\", to = \"1 eV\", points = 21 }"])
            },
        ),
        pumping("claim_pumping", "Charge shuttled by turning the molecule by hand", "Gamma_L/2"),
        pumping(
            "claim_pumping_equal_couplings",
            "Charge shuttled by turning the molecule by hand, equal couplings",
            "Gamma_L",
        ),
    ]
}

fn pumping(name: &'static str, title: &'static str, gamma_right: &str) -> Part {
    Part::new(
        name,
        title,
        "The claims about the charge that is shuttled at equilibrium when the molecule is turned by hand (Brouwer 1998, Yadalam & Harbola 2016).
         Our choice: the energies of the levels, E_1 = E_2 = E (with the paper's E = 0 nothing is shuttled), and the points. The charge does not
         depend on the band bottom.",
        |r| {
            r.parameter("E", "0 eV")
                .set("E_1", "E")
                .set("E_2", "E")
                .set("V", "0 eV")
                .set("Gamma_R", gamma_right)
                .compute("landscape")
                .sweep(&[
                    "E = { values = [\"0 eV\", \"-0.8 eV\", \"-1.2 eV\", \"-2.5 eV\"] }",
                    "phi = { from = \"-pi/2\", to = \"pi/2\", points = 41 }",
                ])
        },
    )
}
