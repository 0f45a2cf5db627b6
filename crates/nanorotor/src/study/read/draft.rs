//! Hold a study as it was written: expressions with their places, nothing evaluated yet.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::band_table::BandTable;
use super::matrices::{MatrixTable, SelfEnergy};
use super::table::Table;
use crate::expression::Expression;
use crate::junction::Fit;
use crate::observables::Solver;
use crate::quantity::Task;
use crate::units::Dimension;

/// The number of a field in [`Draft::fields`].
pub(in crate::study) type Id = usize;

/// A value that something in the study needs, with the dimension that it must have.
#[derive(Debug, Clone)]
pub(in crate::study) struct Field {
    pub(in crate::study) expression: Expression,
    pub(in crate::study) span: Range<usize>,
    /// What the value is, for messages: `chemical_potential of lead "left"`.
    pub(in crate::study) what: String,
    pub(in crate::study) dimension: Dimension,
}

impl Field {
    /// The units that a number without one is proposed in, the likeliest first.
    pub(in crate::study) fn units(&self) -> Vec<&'static str> {
        let usual = self.dimension.usual_unit();
        if self.what.starts_with("thermal_energy") { vec!["K", usual, "au"] } else { vec![usual, "au"] }
    }
}

/// A named value that can be set from outside and swept.
#[derive(Debug, Clone)]
pub(in crate::study) struct Parameter {
    pub(in crate::study) name: String,
    pub(in crate::study) span: Range<usize>,
    pub(in crate::study) expression: Expression,
}

/// A matrix entry: the real and the imaginary part.
#[derive(Debug, Clone, Copy)]
pub(in crate::study) struct Entry {
    pub(in crate::study) re: Id,
    pub(in crate::study) im: Option<Id>,
}

#[derive(Debug, Clone)]
pub(in crate::study) struct Channel {
    /// None where the self-energy of the lead holds it.
    pub(in crate::study) broadening: Option<Id>,
    pub(in crate::study) amplitude: Amplitude,
}

/// The number of a formula of matrices in [`Draft::arrays`].
pub(in crate::study) type ArrayId = usize;

/// What a channel couples to.
#[derive(Debug, Clone)]
pub(in crate::study) enum Amplitude {
    /// The sites, from 0, with their amplitudes.
    Sites(Vec<(usize, Entry)>),
    /// One amplitude for each level, or a column for each of several channels.
    Array { id: ArrayId, channels: usize },
}

impl Channel {
    /// How many channels it stands for.
    pub(in crate::study) fn count(&self) -> usize {
        match self.amplitude {
            Amplitude::Sites(_) => 1,
            Amplitude::Array { channels, .. } => channels,
        }
    }
}

/// A square matrix.
#[derive(Debug, Clone)]
pub(in crate::study) enum Matrix {
    Entries(Vec<Vec<Entry>>),
    Array(ArrayId),
}

/// The density of states of one lead; that of a file with the energy at which those of the file are 0.
#[derive(Debug, Clone)]
pub(in crate::study) enum Band {
    Lorentzian { center: Id, half_width: Id },
    Chain { center: Id, hopping: Id, fit: Fit },
    Tabulated(BandTable, Option<Id>),
    SelfEnergy(SelfEnergy, Option<Id>),
}

impl Band {
    /// The key of the study.
    pub(in crate::study) fn key(&self) -> &'static str {
        match self {
            Self::Lorentzian { .. } => "lorentzian",
            Self::Chain { .. } => "chain",
            Self::Tabulated(..) => "tabulated",
            Self::SelfEnergy(..) => "self_energy",
        }
    }
}

#[derive(Debug, Clone)]
pub(in crate::study) struct Lead {
    pub(in crate::study) name: String,
    pub(in crate::study) chemical_potential: Id,
    pub(in crate::study) thermal_energy: Id,
    pub(in crate::study) band: Option<Band>,
    pub(in crate::study) channels: Vec<Channel>,
}

/// The state that the torque of the electrons is measured from; what is not stated is the mean of the leads.
#[derive(Debug, Clone)]
pub(in crate::study) enum Reference {
    None,
    Equilibrium { chemical_potential: Option<Id>, thermal_energy: Option<Id> },
    Molecule { occupied_below: Option<Id> },
}

#[derive(Debug, Clone)]
pub(in crate::study) struct Junction {
    pub(in crate::study) levels: usize,
    pub(in crate::study) hamiltonian: Matrix,
    pub(in crate::study) connection: Option<Matrix>,
    pub(in crate::study) spin_degeneracy: Option<Id>,
    pub(in crate::study) reference: Reference,
    pub(in crate::study) bottom: Option<Id>,
    pub(in crate::study) leads: Vec<Lead>,
}

#[derive(Debug, Clone)]
pub(in crate::study) enum Model {
    Junction(Junction),
    Formulas { torque: Id, friction: Id, diffusion: Id },
    Table { table: Table, span: Range<usize> },
}

#[derive(Debug, Clone)]
pub(in crate::study) struct Axis {
    pub(in crate::study) name: String,
    pub(in crate::study) name_span: Range<usize>,
    pub(in crate::study) points: AxisPoints,
}

#[derive(Debug, Clone)]
pub(in crate::study) enum AxisPoints {
    Range {
        from: (Expression, Range<usize>),
        to: (Expression, Range<usize>),
        points: usize,
        logarithmic: bool,
        span: Range<usize>,
    },
    Values(Vec<(Expression, Range<usize>)>),
}

/// A parameter that is not known for sure.
#[derive(Debug, Clone)]
pub(in crate::study) struct Uncertain {
    pub(in crate::study) name: String,
    pub(in crate::study) name_span: Range<usize>,
    pub(in crate::study) spread: Spread,
}

/// How its values are distributed, as it is written.
#[derive(Debug, Clone)]
pub(in crate::study) enum Spread {
    /// The standard deviation.
    Normal((Expression, Range<usize>)),
    /// The lowest and the highest value.
    Uniform((Expression, Range<usize>), (Expression, Range<usize>)),
}

#[derive(Debug, Clone, Copy)]
pub(in crate::study) enum Target {
    RotationRate(Id),
    Directionality(Id),
}

#[derive(Debug, Clone)]
pub(in crate::study) struct Simulate {
    pub(in crate::study) total_time: Option<Id>,
    pub(in crate::study) target: Option<Target>,
    pub(in crate::study) dt: Option<Id>,
    pub(in crate::study) counter_origin: Option<Id>,
    pub(in crate::study) seed: u64,
}

#[derive(Debug, Clone)]
pub(in crate::study) struct Draft {
    pub(in crate::study) title: Option<String>,
    pub(in crate::study) cite: Vec<String>,
    /// The files that the study names, with the places of their names.
    pub(in crate::study) files: Vec<(String, Range<usize>)>,
    pub(in crate::study) parameters: Vec<Parameter>,
    pub(in crate::study) fields: Vec<Field>,
    /// Formulas of matrices and vectors of the table, all of the molecule and its leads.
    pub(in crate::study) arrays: Vec<Field>,
    pub(in crate::study) table: Option<MatrixTable>,
    pub(in crate::study) model: Model,
    pub(in crate::study) period: Id,
    pub(in crate::study) moment_of_inertia: Id,
    pub(in crate::study) potential: Option<Id>,
    pub(in crate::study) load: Option<Id>,
    /// Friction and thermal energy.
    pub(in crate::study) environment: Option<(Id, Id)>,
    pub(in crate::study) tasks: Vec<Task>,
    pub(in crate::study) solver: Solver,
    pub(in crate::study) passage: bool,
    pub(in crate::study) simulate: Simulate,
    pub(in crate::study) sweep: Vec<Axis>,
    pub(in crate::study) uncertain: Vec<Uncertain>,
}

impl Draft {
    pub(in crate::study) fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The parameters that no task reads, themselves or through others; those set from outside count as set.
    pub(in crate::study) fn unused(&self, tasks: &[Task], overrides: &Overrides) -> Vec<&str> {
        let Simulate { total_time, target, dt, counter_origin, seed: _ } = &self.simulate;
        let target = target.map(|(Target::RotationRate(id) | Target::Directionality(id))| id);
        // Passages are counted on the same lattice.
        let origin = counter_origin.filter(|_| !self.passage);
        let of_trajectories: Vec<Id> = [*total_time, target, *dt, origin].into_iter().flatten().collect();
        let is_read = |id: &Id| tasks.contains(&Task::Simulate) || !of_trajectories.contains(id);
        let fields = self.fields.iter().enumerate().filter(|(id, _)| is_read(id)).map(|(_, field)| field);
        let used = self.used_by(fields.chain(&self.arrays), overrides);
        self.parameters.iter().map(|p| p.name.as_str()).filter(|name| !used.contains(name)).collect()
    }

    /// The fields of the molecule, its band and its leads, or of the landscape in their place: they are read first.
    pub(in crate::study) fn fields_of_model(&self) -> impl Iterator<Item = &Field> {
        self.fields[..self.period].iter().chain(&self.arrays)
    }

    /// The parameters that some fields use, themselves or through others.
    pub(in crate::study) fn used_by<'a>(
        &'a self,
        fields: impl Iterator<Item = &'a Field>,
        overrides: &'a Overrides,
    ) -> HashSet<&'a str> {
        let mut waiting: Vec<&str> =
            fields.flat_map(|field| field.expression.names()).map(|(name, _)| name).collect();
        let mut used = HashSet::new();
        while let Some(name) = waiting.pop() {
            let Some(parameter) = self.parameter(name).filter(|_| used.insert(name)) else { continue };
            let expression = overrides.get(name).map_or(&parameter.expression, |(_, expression)| expression);
            waiting.extend(expression.names().map(|(name, _)| name));
        }
        used
    }

    pub(in crate::study) fn names(&self) -> Vec<String> {
        self.parameters.iter().map(|parameter| parameter.name.clone()).collect()
    }

    /// The names that formulas may use: of parameters, and of the variables of the table.
    pub(in crate::study) fn known_names(&self) -> Vec<String> {
        let of_table = self.table.iter().flat_map(|table| table.names.iter().cloned());
        self.names().into_iter().chain(of_table).collect()
    }
}

/// What a parameter is replaced by from outside, with the text it was given as.
pub(in crate::study) type Overrides = HashMap<String, (String, Expression)>;
