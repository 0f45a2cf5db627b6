//! Reduce everything that a result depends on to a key.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::expression::Formula;
use crate::junction::{Band, Channel, Lead, Lorentzian, Reference, Shape, Sites};
use crate::langevin::Kernel;
use crate::observables::Solver;
use crate::quantity::Task;
use crate::study::{
    Environment, JunctionModel, LandscapeModel, LeadModel, Length, Model, Profile, Resolved, Rotor,
    Simulation, Study,
};

/// The version of what is computed: raised by every change that alters results, so that stored points of an earlier version are
/// computed anew.
pub const ALGORITHM: u32 = 13;

/// Identifies one task at one point by everything that its result depends on: the resolved values, the version of the algorithm
/// and the kernel. Names of files and parameters, titles and comments do not count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub(super) [u8; 32]);

/// What is computed, whatever version and kernel computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity(pub(super) [u8; 32]);

impl Identity {
    /// The identity of a task at a point.
    pub(super) fn new(resolved: &Resolved, task: Task) -> Self {
        let mut hash = Fingerprint::new();
        hash.text(task.name());
        hash.landscape(resolved);
        // Of a landscape too: the ratios behind its validity depend on it.
        hash.number(resolved.rotor.moment_of_inertia);
        if task != Task::Landscape {
            let Solver { method, tolerance, memory_limit, parallel: _ } = &resolved.solver;
            hash.text(method.name()).number(*tolerance).number(*memory_limit as f64);
            if resolved.passage {
                hash.text("passage").numbers(resolved.simulation.counter_origin.as_slice());
            }
        }
        if task == Task::Simulate {
            let Simulation { length, dt, counter_origin, seed } = resolved.simulation;
            let (kind, length) = match length {
                None => ("default", 0.0),
                Some(Length::TotalTime(time)) => ("time", time),
                Some(Length::RotationRateError(error)) => ("rotation rate", error),
                Some(Length::DirectionalityError(error)) => ("directionality", error),
            };
            hash.text(kind).number(length).number(dt.unwrap_or(0.0)).text(&seed.to_string());
            hash.numbers(counter_origin.as_slice());
        }
        Self(hash.finish())
    }
}

impl Key {
    /// The key of a task at a point.
    pub fn new(resolved: &Resolved, task: Task, kernel: Kernel) -> Self {
        Self::of(&Identity::new(resolved, task), kernel)
    }

    /// The key of the derivatives of the rotation rate by some parameters at a point. The formulas of the study count: what a
    /// parameter moves is not seen in the values alone.
    pub fn gradient(study: &Study, resolved: &Resolved, names: &[String], kernel: Kernel) -> Self {
        let mut hash = Fingerprint::new();
        hash.text("gradient").text(&study.text_as_set());
        hash.0.update(Identity::new(resolved, Task::Rate).0);
        for name in names {
            hash.text(name);
        }
        Self::of(&Identity(hash.finish()), kernel)
    }

    /// The key of what has an identity.
    pub(super) fn of(identity: &Identity, kernel: Kernel) -> Self {
        let mut hash = Fingerprint::new();
        hash.text("nanorotor").text(&ALGORITHM.to_string()).text(kernel.name());
        hash.0.update(identity.0);
        Self(hash.finish())
    }

    /// A seed for this point's trajectories from the study's: points are independent of each other, and a point has the same seed in
    /// whatever sweep it stands. Below 2⁵³, so that it can be written as a number anywhere.
    pub fn seed(resolved: &Resolved) -> u64 {
        let mut hash = Fingerprint::new();
        hash.text("seed").text(&resolved.simulation.seed.to_string());
        hash.landscape(resolved);
        hash.number(resolved.rotor.moment_of_inertia);
        hash.numbers(resolved.simulation.counter_origin.as_slice());
        let bytes = hash.finish();
        let first = bytes.first_chunk::<8>().copied().unwrap_or_default();
        u64::from_le_bytes(first) >> 11
    }

    /// A key from its bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

/// The checksum of some bytes.
pub(super) fn checksum(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// A hash of values, each with its length, so that neighbours cannot run into each other.
struct Fingerprint(Sha256);

impl Fingerprint {
    fn new() -> Self {
        Self(Sha256::new())
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    fn number(&mut self, number: f64) -> &mut Self {
        self.0.update(number.to_bits().to_le_bytes());
        self
    }

    fn numbers(&mut self, numbers: &[f64]) -> &mut Self {
        self.number(numbers.len() as f64);
        for &number in numbers {
            self.number(number);
        }
        self
    }

    fn formula(&mut self, formula: &Formula) -> &mut Self {
        self.text(&formula.canonical())
    }

    fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// Everything that the functions of θ at a point depend on.
    fn landscape(&mut self, resolved: &Resolved) {
        let Rotor { period, moment_of_inertia: _, potential, load } = &resolved.rotor;
        let Environment { friction, thermal_energy } = &resolved.environment;
        self.number(*period).formula(potential).number(*load).formula(friction).formula(thermal_energy);
        match &resolved.model {
            Model::Junction(model) => self.junction(model),
            Model::Landscape(LandscapeModel { torque, friction, diffusion, source: _ }) => {
                self.text("landscape");
                for profile in [torque, friction, diffusion] {
                    self.profile(profile);
                }
            }
        }
    }

    fn junction(&mut self, model: &JunctionModel) {
        let JunctionModel { hamiltonian, connection, table: _, reference, spin_degeneracy, band, leads } =
            model;
        self.text("junction").number(*spin_degeneracy).number(hamiltonian.len() as f64);
        for part in hamiltonian.iter().flatten().flatten() {
            self.formula(part);
        }
        if let Some(connection) = connection {
            self.text("connection");
            for part in connection.iter().flatten().flatten() {
                self.formula(part);
            }
        }
        match *reference {
            Reference::None => {}
            Reference::Equilibrium { chemical_potential, thermal_energy } => {
                self.text("reference: equilibrium").number(chemical_potential).number(thermal_energy);
            }
            Reference::Molecule { occupied_below } => {
                self.text("reference: molecule").number(occupied_below);
            }
        }
        match band {
            Band::Bottom(bottom) => {
                self.text("bottom").number(*bottom);
            }
            Band::Lorentzian(bands) => {
                self.text("lorentzian");
                for Lorentzian { center, half_width } in bands {
                    self.number(*center).number(*half_width);
                }
            }
            Band::Shaped(shapes) => {
                self.text("shaped");
                for Shape { sites, error, words: _, real_error: _, other } in shapes {
                    self.number(*error);
                    for Sites { hamiltonian, broadening, hopping, shift } in [sites].into_iter().chain(other)
                    {
                        self.number(broadening.len() as f64).number(shift.nrows() as f64);
                        let entries = [hamiltonian, hopping, shift]
                            .into_iter()
                            .flat_map(|matrix| (0..matrix.ncols()).flat_map(|j| matrix.col(j).iter()));
                        for z in entries.chain(broadening) {
                            self.number(z.re).number(z.im);
                        }
                    }
                }
            }
        }
        for LeadModel { lead, channels } in leads {
            let Lead { name, chemical_potential, thermal_energy } = lead;
            self.text("lead").text(name).number(*chemical_potential).number(*thermal_energy);
            for Channel { broadening, amplitude } in channels {
                self.text("channel").number(*broadening);
                for part in amplitude.iter().flatten() {
                    self.formula(part);
                }
            }
        }
    }

    fn profile(&mut self, profile: &Profile) {
        match profile {
            Profile::Formula(formula) => {
                self.text("formula").formula(formula);
            }
            Profile::Series(series) => {
                let parts: Vec<f64> = series.harmonics().iter().flat_map(|c| [c.re, c.im]).collect();
                self.text("series").numbers(&parts);
            }
            Profile::Spline(spline) => {
                let (knots, values) = spline.points();
                self.text("spline").numbers(knots).numbers(values);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Study;

    fn key(study: &Study, task: Task) -> Key {
        Key::new(&study.resolve().unwrap(), task, Kernel::Portable)
    }

    fn preset() -> Study {
        Study::preset("preston2023").unwrap()
    }

    #[test]
    fn a_key_depends_on_every_value() {
        let study = preset();
        for (name, value) in [
            ("V", "4.999999999999999 eV"),
            ("phi", "pi/4"),
            ("A", "0.9"),
            ("Gamma_R", "0.1 eV"),
            ("E_2", "1e-9 eV"),
            ("band_bottom", "-11 eV"),
            ("kT", "0.03 eV"),
            ("xi_solv", "6 au"),
            ("I", "4e5 au"),
        ] {
            let other = study.with(name, value).unwrap();
            for task in [Task::Landscape, Task::Rate, Task::Simulate] {
                assert_ne!(key(&study, task), key(&other, task), "{name} {task:?}");
            }
        }
        assert_ne!(key(&study, Task::Rate), key(&study, Task::Landscape));
        let resolved = study.resolve().unwrap();
        assert_ne!(
            Key::new(&resolved, Task::Rate, Kernel::Portable),
            Key::new(&resolved, Task::Rate, Kernel::Avx2)
        );
    }

    #[test]
    fn words_and_comments_do_not_count() {
        let text = preset().text().to_string();
        let written = text
            .replace("title = \"", "title = \"Another ")
            .replace("\"Gamma_L/2\"", "\"0.136 eV\"")
            .replace("E_1 = \"0 eV\"", "E_1 = \"0 eV\"     # nothing")
            .replace("phi", "psi");
        let other = Study::from_toml(&written, "other", None).unwrap();
        for task in [Task::Landscape, Task::Rate, Task::Simulate] {
            assert_eq!(key(&preset(), task), key(&other, task));
        }
    }

    #[test]
    fn simulations_depend_on_seed_step_and_length() {
        let with = |lines: &str| {
            let text = format!("{}\n[simulate]\n{lines}\n", preset().text());
            key(&Study::from_toml(&text, "s", None).unwrap(), Task::Simulate)
        };
        let keys = [
            with("seed = 1"),
            with("seed = 2"),
            with("seed = 1\ncounter_origin = 0.5"),
            with("seed = 1\ncounter_origin = \"45 deg\""),
            with("dt = \"500 au\""),
            with("total_time = \"1e4 ns\""),
            with("target = { directionality = 5e-4 }"),
        ];
        let distinct: std::collections::HashSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }

    #[test]
    fn seeds_differ_from_point_to_point_and_stay_with_the_point() {
        let seed = |study: &Study| Key::seed(&study.resolve().unwrap());
        let study = preset();
        assert_eq!(seed(&study), seed(&study.with("V", "5 eV").unwrap()));
        assert_ne!(seed(&study), seed(&study.with("V", "5.01 eV").unwrap()));
        assert_ne!(seed(&study), seed(&study.with("I", "4e5 au").unwrap()));
        assert!(seed(&study) < 1 << 53);
    }
}
