//! Hold a study at one point: every value known, in atomic units, as functions of theta alone.

use crate::expression::Formula;
use crate::junction::{Band, Channel, ComplexFormula, Lead, Reference};
use crate::observables::Solver;
use crate::quantity::Task;
use crate::study::profile::Profile;
use crate::study::read::matrices::{MatrixTable, Variable};
use crate::study::read::table::Interpolation;
use crate::units::{Dimension, Quantity, Unit};

/// A study at one point, in Hartree atomic units.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The title of the study.
    pub title: Option<String>,
    /// The keys of what the study cites.
    pub cite: Vec<String>,
    /// The parameters in the order of the study.
    pub parameters: Vec<ResolvedParameter>,
    /// What exerts torque, friction and noise on the rotor.
    pub model: Model,
    /// The rotor.
    pub rotor: Rotor,
    /// The environment; without one, friction 0.
    pub environment: Environment,
    /// What is to be computed.
    pub tasks: Vec<Task>,
    /// How the stationary state is to be found.
    pub solver: Solver,
    /// Whether a rate counts passages too.
    pub passage: bool,
    /// How trajectories are to be run.
    pub simulation: Simulation,
}

impl Resolved {
    /// The leads of the junction, if there is one.
    pub fn leads(&self) -> impl Iterator<Item = &Lead> {
        let models: &[LeadModel] = match &self.model {
            Model::Junction(model) => &model.leads,
            Model::Landscape(_) => &[],
        };
        models.iter().map(|model| &model.lead)
    }
}

/// A parameter with its value at this point.
#[derive(Debug, Clone)]
pub struct ResolvedParameter {
    /// Its name.
    pub name: String,
    /// As it was written, in the study or from outside.
    pub text: String,
    /// Whether it was set from outside.
    pub set: bool,
    /// Its value in atomic units; a function where it contains theta.
    pub value: Formula,
    /// What kind of thing it is.
    pub dimension: Dimension,
    /// The unit that it is shown in.
    pub unit: Unit,
}

impl ResolvedParameter {
    /// The value in its unit, if it does not depend on theta.
    pub fn quantity(&self) -> Option<Quantity> {
        self.value.is_constant().then(|| Quantity::from_atomic(self.value.at(0.0).value, self.unit.clone()))
    }
}

/// What exerts torque, friction and noise on the rotor.
#[derive(Debug, Clone)]
pub enum Model {
    /// Electrons in a molecular junction.
    Junction(JunctionModel),
    /// Functions that the study gives.
    Landscape(LandscapeModel),
}

/// A molecular junction as functions of theta.
#[derive(Debug, Clone)]
pub struct JunctionModel {
    /// h(θ), N × N, Ha.
    pub hamiltonian: Vec<Vec<ComplexFormula>>,
    /// A(θ), N × N, 1/rad, of a basis that moves with θ; none for one at rest.
    pub connection: Option<Vec<Vec<ComplexFormula>>>,
    /// Where sampled matrices and functions come from; none if the study has no table.
    pub table: Option<Tabulated>,
    /// The state that the torque of the electrons is measured from.
    pub reference: Reference,
    /// Multiplies all that the electrons give.
    pub spin_degeneracy: f64,
    /// Where the band ends.
    pub band: Band,
    /// The leads with their channels.
    pub leads: Vec<LeadModel>,
}

/// A table of matrices sampled on angles, and how well it knows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Tabulated {
    /// The file.
    pub file: String,
    /// The number of angles over one period.
    pub angles: usize,
    /// That period (rad).
    pub period: f64,
    /// The number of harmonics that a low pass keeps; none where all are kept.
    pub harmonics: Option<usize>,
    /// The variables that the study uses.
    pub variables: Vec<TabulatedVariable>,
}

/// A variable of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TabulatedVariable {
    /// Its name.
    pub name: String,
    /// Its lengths without that of the angles.
    pub shape: Vec<usize>,
    /// What its Fourier series may miss, relative to its largest entry.
    pub error: f64,
    /// Where the error is noise of the samples, which more angles do not mend: the number of harmonics that stand out of it.
    pub above_noise: Option<usize>,
}

impl Tabulated {
    pub(in crate::study) fn of(table: &MatrixTable) -> Self {
        let MatrixTable { name, angles, period, harmonics, names: _, variables, geometry: _ } = table;
        let one = |(name, variable): (&String, &Variable)| {
            let Variable { shape, dimension: _, entries: _, error, above_noise } = variable;
            TabulatedVariable {
                name: name.clone(),
                shape: shape.clone(),
                error: *error,
                above_noise: *above_noise,
            }
        };
        let variables = variables.iter().map(one).collect();
        Self { file: name.to_string(), angles: *angles, period: *period, harmonics: *harmonics, variables }
    }
}

impl JunctionModel {
    /// N, the number of levels.
    pub fn levels(&self) -> usize {
        self.hamiltonian.len()
    }
}

/// A lead with its channels.
#[derive(Debug, Clone)]
pub struct LeadModel {
    /// Its name, chemical potential and temperature (Ha).
    pub lead: Lead,
    /// Its channels.
    pub channels: Vec<Channel>,
}

/// Torque, friction and diffusion that the study itself gives.
#[derive(Debug, Clone)]
pub struct LandscapeModel {
    /// τ(θ), Ha/rad.
    pub torque: Profile,
    /// ξ(θ), ħ.
    pub friction: Profile,
    /// D(θ), Ha ħ.
    pub diffusion: Profile,
    /// Where they come from.
    pub source: Source,
}

/// Where a landscape that the study gives comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Formulas in the study.
    Formulas,
    /// A table.
    Table {
        /// The file.
        file: String,
        /// The number of its rows.
        rows: usize,
        /// How it was interpolated.
        interpolation: Interpolation,
    },
}

/// The rigid body that turns.
#[derive(Debug, Clone)]
pub struct Rotor {
    /// The period L = 2π/n of everything in theta (rad).
    pub period: f64,
    /// I (m_e a0²).
    pub moment_of_inertia: f64,
    /// U_cl(θ) (Ha).
    pub potential: Formula,
    /// The constant torque against +θ (Ha/rad).
    pub load: f64,
}

/// A bath without electrons.
#[derive(Debug, Clone)]
pub struct Environment {
    /// ξ_solv(θ) (ħ), not negative.
    pub friction: Formula,
    /// k_BT_solv(θ) (Ha), positive.
    pub thermal_energy: Formula,
}

/// How long trajectories run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// A total measured time over all trajectories (atomic units).
    TotalTime(f64),
    /// Until the error of the rotation rate is this (revolutions per atomic unit of time).
    RotationRateError(f64),
    /// Until the error of the directionality is this.
    DirectionalityError(f64),
}

/// How trajectories are to be run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Simulation {
    /// How long; none if the study does not say.
    pub length: Option<Length>,
    /// The time step (atomic units); none to choose it by halving.
    pub dt: Option<f64>,
    /// θ_c, where the count of a rotation begins (rad); none for the lowest minimum of U.
    pub counter_origin: Option<f64>,
    /// The seed of the random numbers.
    pub seed: u64,
}
