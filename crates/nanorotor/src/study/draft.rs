//! Hold a study as it was written: expressions with their places, nothing evaluated yet.

use std::collections::HashSet;
use std::ops::Range;

use super::band_table::BandTable;
use super::matrices::{MatrixTable, SelfEnergy};
use super::resolve::Overrides;
use super::table::Table;
use crate::expression::Expression;
use crate::junction::Fit;
use crate::observables::Solver;
use crate::quantity::Task;
use crate::units::Dimension;

/// The number of a field in [`Draft::fields`].
pub(super) type Id = usize;

/// A value that something in the study needs, with the dimension that it must have.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) expression: Expression,
    pub(super) span: Range<usize>,
    /// What the value is, for messages: `chemical_potential of lead "left"`.
    pub(super) what: String,
    pub(super) dimension: Dimension,
}

impl Field {
    /// The units that a number without one is proposed in, the likeliest first.
    pub(super) fn units(&self) -> Vec<&'static str> {
        let usual = self.dimension.usual_unit();
        if self.what.starts_with("thermal_energy") { vec!["K", usual, "au"] } else { vec![usual, "au"] }
    }
}

/// A named value that can be set from outside and swept.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) span: Range<usize>,
    pub(super) expression: Expression,
}

/// A matrix entry: the real and the imaginary part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) re: Id,
    pub(super) im: Option<Id>,
}

#[derive(Debug, Clone)]
pub(super) struct Channel {
    /// None where the self-energy of the lead holds it.
    pub(super) broadening: Option<Id>,
    pub(super) amplitude: Amplitude,
}

/// The number of a formula of matrices in [`Draft::arrays`].
pub(super) type ArrayId = usize;

/// What a channel couples to.
#[derive(Debug, Clone)]
pub(super) enum Amplitude {
    /// The sites, from 0, with their amplitudes.
    Sites(Vec<(usize, Entry)>),
    /// One amplitude for each level, or a column for each of several channels.
    Array { id: ArrayId, channels: usize },
}

impl Channel {
    /// How many channels it stands for.
    pub(super) fn count(&self) -> usize {
        match self.amplitude {
            Amplitude::Sites(_) => 1,
            Amplitude::Array { channels, .. } => channels,
        }
    }
}

/// A square matrix.
#[derive(Debug, Clone)]
pub(super) enum Matrix {
    Entries(Vec<Vec<Entry>>),
    Array(ArrayId),
}

/// The density of states of one lead.
#[derive(Debug, Clone)]
pub(super) enum Band {
    Lorentzian { center: Id, half_width: Id },
    Chain { center: Id, hopping: Id, fit: Fit },
    Tabulated(BandTable),
    SelfEnergy(SelfEnergy),
}

impl Band {
    /// The key of the study.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Lorentzian { .. } => "lorentzian",
            Self::Chain { .. } => "chain",
            Self::Tabulated(_) => "tabulated",
            Self::SelfEnergy(_) => "self_energy",
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Lead {
    pub(super) name: String,
    pub(super) chemical_potential: Id,
    pub(super) thermal_energy: Id,
    pub(super) band: Option<Band>,
    pub(super) channels: Vec<Channel>,
}

/// The state that the torque of the electrons is measured from; what is not stated is the mean of the leads.
#[derive(Debug, Clone)]
pub(super) enum Reference {
    None,
    Equilibrium { chemical_potential: Option<Id>, thermal_energy: Option<Id> },
    Molecule { occupied_below: Option<Id> },
}

#[derive(Debug, Clone)]
pub(super) struct Junction {
    pub(super) levels: usize,
    pub(super) hamiltonian: Matrix,
    pub(super) connection: Option<Matrix>,
    pub(super) spin_degeneracy: Option<Id>,
    pub(super) reference: Reference,
    pub(super) bottom: Option<Id>,
    pub(super) leads: Vec<Lead>,
}

#[derive(Debug, Clone)]
pub(super) enum Model {
    Junction(Junction),
    Formulas { torque: Id, friction: Id, diffusion: Id },
    Table { table: Table, span: Range<usize> },
}

#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub(super) name: String,
    pub(super) name_span: Range<usize>,
    pub(super) points: AxisPoints,
}

#[derive(Debug, Clone)]
pub(super) enum AxisPoints {
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
pub(super) struct Uncertain {
    pub(super) name: String,
    pub(super) name_span: Range<usize>,
    pub(super) spread: Spread,
}

/// How its values are distributed, as it is written.
#[derive(Debug, Clone)]
pub(super) enum Spread {
    /// The standard deviation.
    Normal((Expression, Range<usize>)),
    /// The lowest and the highest value.
    Uniform((Expression, Range<usize>), (Expression, Range<usize>)),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    RotationRate(Id),
    Directionality(Id),
}

#[derive(Debug, Clone)]
pub(super) struct Simulate {
    pub(super) total_time: Option<Id>,
    pub(super) target: Option<Target>,
    pub(super) dt: Option<Id>,
    pub(super) counter_origin: Option<Id>,
    pub(super) seed: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) title: Option<String>,
    pub(super) cite: Vec<String>,
    /// The files that the study names, with the places of their names.
    pub(super) files: Vec<(String, Range<usize>)>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) fields: Vec<Field>,
    /// Formulas of matrices and vectors of the table, all of the molecule and its leads.
    pub(super) arrays: Vec<Field>,
    pub(super) table: Option<MatrixTable>,
    pub(super) model: Model,
    pub(super) period: Id,
    pub(super) moment_of_inertia: Id,
    pub(super) potential: Option<Id>,
    pub(super) load: Option<Id>,
    /// Friction and thermal energy.
    pub(super) environment: Option<(Id, Id)>,
    pub(super) tasks: Vec<Task>,
    pub(super) solver: Solver,
    pub(super) passage: bool,
    pub(super) simulate: Simulate,
    pub(super) sweep: Vec<Axis>,
    pub(super) uncertain: Vec<Uncertain>,
}

impl Draft {
    pub(super) fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The parameters that no task reads, themselves or through others; those set from outside count as set.
    pub(super) fn unused(&self, tasks: &[Task], overrides: &Overrides) -> Vec<&str> {
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
    pub(super) fn fields_of_model(&self) -> impl Iterator<Item = &Field> {
        self.fields[..self.period].iter().chain(&self.arrays)
    }

    /// The parameters that some fields use, themselves or through others.
    pub(super) fn used_by<'a>(
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

    pub(super) fn names(&self) -> Vec<String> {
        self.parameters.iter().map(|parameter| parameter.name.clone()).collect()
    }

    /// The names that formulas may use: of parameters, and of the variables of the table.
    pub(super) fn known_names(&self) -> Vec<String> {
        let of_table = self.table.iter().flat_map(|table| table.names.iter().cloned());
        self.names().into_iter().chain(of_table).collect()
    }
}
