//! Describe a junction in a text, and find out what it can drive and why it turns.
#![allow(clippy::print_stdout, reason = "an example shows its results")]

use nanorotor::{Result, Study};

const TEXT: &str = r#"
parameters = { V = "1.5 eV" }
molecule.hamiltonian = [["0.2 eV", "0.5 eV"], ["0.5 eV", "0 eV"]]
band.bottom = "-10 eV"
rotor = { period = "pi", moment_of_inertia = "1.15e-45 kg m^2" }
environment = { friction = "5 au", thermal_energy = "300 K" }
[[lead]]
name = "left"
chemical_potential = "V/2"
thermal_energy = "300 K"
channel = [{ broadening = "0.2 eV", site = 1, amplitude = "1 + 0.4*cos(2*theta)" }]
[[lead]]
name = "right"
chemical_potential = "-V/2"
thermal_energy = "300 K"
channel = [{ broadening = "0.2 eV", site = 2, amplitude = "1 + 0.4*sin(2*theta)" }]
"#;

pub(crate) fn main() -> Result<()> {
    let study = Study::from_toml(TEXT, "two levels", None)?;
    println!("rotation rate {}", study.rate()?.number("rotation_rate")?);
    println!("stall torque  {}", study.load_curve()?.number("stall_torque")?);
    let why = study.sensitivity()?;
    for cause in ["nothing", "uneven friction", "uneven temperature", "wind"] {
        println!("{cause} removed: {}", why.number(&format!("remaining_rate[{cause}]"))?);
    }
    Ok(())
}
