//! Evaluate a study at one point.

use std::collections::HashMap;

use super::checks::{self, Check, Group};
use super::draft::{self, Amplitude, ArrayId, Draft, Entry, Id, Parameter, Target};
use super::inference::Inference;
use super::limits;
use super::matrices;
use super::resolved::{
    Environment, JunctionModel, LandscapeModel, LeadModel, Length, Model, Profile, Resolved,
    ResolvedParameter, Rotor, Simulation, Source, Tabulated,
};
use crate::error::Fault;
use crate::expression::Formula;
use crate::junction::{Band, Channel, ComplexFormula, Lead, Lorentzian, Reference, Shape, mean_equilibrium};
use crate::units::{Dimension, LONGEST_TIME, SHORTEST_TIME, TIME_IN_NANOSECONDS, Unit};

const ABSOLUTE: &str = "temperatures are absolute: write for example \"300 K\" or \"0.0272 eV\"";

/// The most periods in a turn; no rotor has as many equal parts.
const MOST_PERIODS: f64 = 1000.0;

/// The smallest error of a rotation rate that can be asked for, 1e-30 /ns (revolutions per a.u. of time).
const SMALLEST_RATE: f64 = 1e-30 * TIME_IN_NANOSECONDS;

/// What a parameter is replaced by from outside, with the text it was given as.
pub(super) type Overrides = HashMap<String, (String, crate::expression::Expression)>;

/// Evaluate the draft with its overrides.
pub(super) fn resolve(
    draft: &Draft,
    text: &str,
    inference: &Inference,
    overrides: &Overrides,
) -> Result<Resolved, Fault> {
    let values = parameters(draft, overrides)?;
    let at = Point::new(draft, &values, inference)?;
    let period = at.period;
    let mut groups = at.groups();
    let model = match &draft.model {
        draft::Model::Junction(junction) => Model::Junction(at.junction(junction, &mut groups)?),
        &draft::Model::Formulas { torque, friction, diffusion } => {
            at.range(diffusion, |d| d >= 0.0, "negative", "a noise has a strength of zero or more")?;
            let profile = |id: Id| Profile::Formula(at.formulas[id].clone());
            Model::Landscape(LandscapeModel {
                torque: profile(torque),
                friction: profile(friction),
                diffusion: profile(diffusion),
                source: Source::Formulas,
            })
        }
        draft::Model::Table { table, span } => {
            let ([torque, friction, diffusion], interpolation) =
                table.profiles(period).map_err(|fault| fault.moved(|_| span.clone()))?;
            let source = Source::Table { file: table.name().into(), rows: table.len(), interpolation };
            Model::Landscape(LandscapeModel { torque, friction, diffusion, source })
        }
    };
    checks::period(&groups, period, &draft.fields[draft.period].span)?;
    Ok(Resolved {
        title: draft.title.clone(),
        cite: draft.cite.clone(),
        parameters: shown(draft, text, inference, overrides, &values),
        model,
        rotor: at.rotor(draft, period)?,
        environment: at.environment(draft)?,
        tasks: draft.tasks.clone(),
        solver: draft.solver.clone(),
        passage: draft.passage,
        simulation: at.simulation(draft)?,
    })
}

/// The parameters as they are shown in results.
fn shown(
    draft: &Draft,
    text: &str,
    inference: &Inference,
    overrides: &Overrides,
    values: &HashMap<&str, Formula>,
) -> Vec<ResolvedParameter> {
    let one = |parameter: &Parameter| {
        let name = parameter.name.as_str();
        let dimension = inference.dimension(name);
        let set = overrides.get(name);
        let written = text.get(parameter.span.clone()).unwrap_or_default().trim_matches(['"', '\'']);
        ResolvedParameter {
            name: name.to_string(),
            text: set.map_or_else(|| written.to_string(), |(text, _)| text.clone()),
            set: set.is_some(),
            value: values.get(name).cloned().unwrap_or_else(|| Formula::constant(f64::NAN)),
            dimension,
            unit: display_unit(parameter, dimension),
        }
    };
    draft.parameters.iter().map(one).collect()
}

/// The unit of the study's own value, eV for other energies, atomic units for the rest.
pub(super) fn display_unit(parameter: &Parameter, dimension: Dimension) -> Unit {
    if let Some(quantity) = parameter.expression.whole_quantity() {
        return quantity.unit().clone();
    }
    if dimension.matches(Dimension::NUMBER) {
        Unit::one()
    } else if dimension.matches(Dimension::ENERGY) {
        "eV".parse().unwrap_or_else(|_| Unit::atomic())
    } else {
        Unit::atomic()
    }
}

/// The values of the parameters, each after those that it needs.
pub(super) fn parameters<'a>(
    draft: &'a Draft,
    overrides: &Overrides,
) -> Result<HashMap<&'a str, Formula>, Fault> {
    let expression = |parameter: &'a Parameter| {
        overrides.get(&parameter.name).map_or_else(
            || parameter.expression.clone(),
            // An override is an error of its own text when it is set; later it stands for the parameter's place.
            |(_, expression)| expression.clone().moved(|_| parameter.span.clone()),
        )
    };
    let expressions: Vec<_> = draft.parameters.iter().map(expression).collect();
    let index: HashMap<&str, usize> =
        draft.parameters.iter().enumerate().map(|(i, p)| (p.name.as_str(), i)).collect();
    let mut waits_for = vec![0usize; expressions.len()];
    let mut users = vec![Vec::new(); expressions.len()];
    for (i, expression) in expressions.iter().enumerate() {
        for (name, _) in expression.names() {
            if let Some(&j) = index.get(name) {
                users[j].push(i);
                waits_for[i] += 1;
            }
        }
    }
    let mut ready: Vec<usize> = (0..expressions.len()).filter(|&i| waits_for[i] == 0).collect();
    let mut values: HashMap<&str, Formula> = HashMap::new();
    while let Some(i) = ready.pop() {
        let parameter = &draft.parameters[i];
        let value = Formula::compile(&expressions[i], &|name| values.get(name).cloned(), &|| draft.names())?;
        if value.is_constant() && !value.at(0.0).is_finite() {
            return Err(Fault::new(
                format!("`{}` is {}", parameter.name, value.at(0.0).value),
                parameter.span.clone(),
                "not a finite number",
                "look for a division by zero, a logarithm or root of a negative number, or an overflow",
            ));
        }
        values.insert(&parameter.name, value);
        for &user in &users[i] {
            waits_for[user] -= 1;
            if waits_for[user] == 0 {
                ready.push(user);
            }
        }
    }
    if values.len() == expressions.len() {
        return Ok(values);
    }
    Err(circle(draft, &expressions, &index, &waits_for))
}

/// The error for parameters that are defined by each other.
fn circle(
    draft: &Draft,
    expressions: &[crate::expression::Expression],
    index: &HashMap<&str, usize>,
    waits_for: &[usize],
) -> Fault {
    // Among the parameters that wait, follow the first reference until one comes up again.
    let next = |i: usize| {
        expressions[i].names().filter_map(|(name, _)| index.get(name).copied()).find(|&j| waits_for[j] > 0)
    };
    let mut path: Vec<usize> = Vec::new();
    let mut seen = vec![false; expressions.len()];
    let mut at = waits_for.iter().position(|&count| count > 0).unwrap_or_default();
    while !seen[at] {
        seen[at] = true;
        path.push(at);
        match next(at) {
            Some(j) => at = j,
            None => break,
        }
    }
    let start = path.iter().position(|&i| i == at).unwrap_or_default();
    let circle = &path[start..];
    let names: Vec<&str> = circle
        .iter()
        .take(8)
        .chain(std::iter::once(&at))
        .map(|&i| draft.parameters[i].name.as_str())
        .collect();
    let first = &draft.parameters[at];
    let fault = Fault::new(
        format!("parameters are defined in a circle: {}", names.join(" → ")),
        first.span.clone(),
        format!("`{}` needs itself", first.name),
        "give one of them a value of its own",
    );
    circle.iter().skip(1).take(7).fold(fault, |fault, &i| {
        fault.also(draft.parameters[i].span.clone(), format!("through `{}`", draft.parameters[i].name))
    })
}

/// All fields of a study as formulas of theta.
struct Point<'a> {
    draft: &'a Draft,
    values: &'a HashMap<&'a str, Formula>,
    inference: &'a Inference,
    formulas: Vec<Formula>,
    /// The entries of the matrices that come from the table.
    arrays: Vec<Vec<ComplexFormula>>,
    /// The period of the rotor (rad).
    period: f64,
}

impl<'a> Point<'a> {
    fn new(
        draft: &'a Draft,
        values: &'a HashMap<&'a str, Formula>,
        inference: &'a Inference,
    ) -> Result<Self, Fault> {
        let number = |name: &str| {
            let of_table = || draft.table.as_ref()?.function(name);
            values.get(name).cloned().or_else(of_table)
        };
        let compile =
            |field: &draft::Field| Formula::compile(&field.expression, &number, &|| draft.known_names());
        let entries = |field: &draft::Field| {
            let array = |name: &str| draft.table.as_ref()?.entries(name);
            matrices::entries(&field.expression, &number, &array)
        };
        let arrays = draft.arrays.iter().map(entries).collect::<Result<Vec<_>, _>>()?;
        let formulas = draft.fields.iter().map(compile).collect::<Result<Vec<_>, _>>()?;
        for (formula, field) in formulas.iter().zip(&draft.fields) {
            checks::finite(formula, field)?;
            limits::size(formula, field)?;
        }
        let mut point = Self { draft, values, inference, formulas, arrays, period: 0.0 };
        point.period = point.period(draft.period)?;
        Ok(point)
    }

    /// A fault at a field, with the values of the parameters in it.
    fn fault(&self, id: Id, problem: &str, label: &str, hint: &str) -> Fault {
        let field = &self.draft.fields[id];
        let mut fault = Fault::new(format!("{} {problem}", field.what), field.span.clone(), label, hint);
        let names: Vec<&str> = field.expression.names().map(|(name, _)| name).collect();
        for parameter in self.draft.parameters.iter().filter(|p| names.contains(&p.name.as_str())).take(4) {
            let name = parameter.name.as_str();
            let Some(value) = self.values.get(name).filter(|value| value.is_constant()) else { continue };
            let unit = display_unit(parameter, self.inference.dimension(name));
            let shown = checks::show_in(value.at(0.0).value, unit);
            fault = fault.also(parameter.span.clone(), format!("`{name}` is {shown}"));
        }
        fault
    }

    /// A value of a field for a message, in the unit that the field was written in.
    fn show(&self, id: Id, value: f64) -> String {
        let field = &self.draft.fields[id];
        match field.expression.whole_quantity() {
            Some(quantity) => checks::show_in(value, quantity.unit().clone()),
            None => checks::show(value, field.dimension),
        }
    }

    /// A value that must not depend on theta.
    fn constant(&self, id: Id) -> Result<f64, Fault> {
        let formula = &self.formulas[id];
        if formula.is_constant() {
            return Ok(formula.at(0.0).value);
        }
        Err(self.fault(
            id,
            "depends on theta",
            "must be the same at every angle",
            "only amplitudes, the hamiltonian, the potential and the environment may depend on theta",
        ))
    }

    /// A value free of theta that obeys a rule.
    fn ruled(&self, id: Id, rule: impl Fn(f64) -> bool, broken: &str, hint: &str) -> Result<f64, Fault> {
        let value = self.constant(id)?;
        if rule(value) {
            return Ok(value);
        }
        let shown = self.show(id, value);
        Err(self.fault(id, &format!("is {shown}"), broken, hint))
    }

    /// A function of theta that obeys a rule at every angle that is looked at: on each of the panels on which it is smooth.
    fn range(&self, id: Id, rule: impl Fn(f64) -> bool, broken: &str, hint: &str) -> Result<Formula, Fault> {
        let formula = &self.formulas[id];
        let values: Vec<(f64, f64)> =
            checks::angles_of([formula]).into_iter().map(|theta| (theta, formula.at(theta).value)).collect();
        let largest = values.iter().map(|(_, value)| value.abs()).fold(0.0, f64::max);
        for (theta, value) in values {
            // Where a function touches zero, its sign is rounding.
            let value = if value.abs() <= 1e-13 * largest { 0.0 } else { value };
            if !rule(value) {
                let shown = self.show(id, value);
                let place =
                    if formula.is_constant() { String::new() } else { format!(" at theta = {theta:.3}") };
                return Err(self.fault(id, &format!("is {shown}{place}"), broken, hint));
            }
        }
        Ok(formula.clone())
    }

    fn temperature(&self, id: Id) -> Result<f64, Fault> {
        self.ruled(id, |t| t > 0.0, "not positive", ABSOLUTE)?;
        self.ruled(id, limits::is_warm, "below a microkelvin", ABSOLUTE)
    }

    fn period(&self, id: Id) -> Result<f64, Fault> {
        let period = self.constant(id)?;
        let n = (std::f64::consts::TAU / period).round();
        if n > MOST_PERIODS {
            return Err(self.fault(
                id,
                &format!("is {}", checks::show(period, Dimension::NUMBER)),
                &format!("a turn would have more than {MOST_PERIODS} periods"),
                "write the angle after which the rotor looks the same: for example \"pi\" or \"2*pi/3\"",
            ));
        }
        if period > 0.0 && n >= 1.0 && (n * period / std::f64::consts::TAU - 1.0).abs() < 1e-9 {
            // The exact value, so that 2π is a whole number of periods to the last bit.
            return Ok(std::f64::consts::TAU / n);
        }
        Err(self.fault(
            id,
            &format!("is {}", checks::significant(period)),
            "not 2 pi / n with n = 1, 2, …",
            "a full turn must be a whole number of periods: write for example \"pi\" or \"2*pi/3\"",
        ))
    }

    fn complex(&self, entry: Entry) -> ComplexFormula {
        let zero = || Formula::constant(0.0);
        [self.formulas[entry.re].clone(), entry.im.map_or_else(zero, |im| self.formulas[im].clone())]
    }

    /// Everything that depends on theta, except amplitudes, which belong to their channel.
    fn groups(&self) -> Vec<Group<'_>> {
        let mut of_channels = vec![false; self.formulas.len()];
        if let draft::Model::Junction(junction) = &self.draft.model {
            let channels = junction.leads.iter().flat_map(|lead| &lead.channels);
            let sites = channels.filter_map(|channel| match &channel.amplitude {
                Amplitude::Sites(sites) => Some(sites),
                Amplitude::Array { .. } => None,
            });
            for (_, entry) in sites.flatten() {
                of_channels[entry.re] = true;
                if let Some(im) = entry.im {
                    of_channels[im] = true;
                }
            }
        }
        let free = (0..self.formulas.len()).filter(|&id| !of_channels[id]);
        free.filter(|&id| !self.formulas[id].is_constant()).map(|id| self.group(&[id], false)).collect()
    }

    /// What has to come back after the period of the rotor; nothing where that is a multiple of the table's.
    fn group_of_array(&self, id: ArrayId, sign_free: bool) -> Option<Group<'_>> {
        let formulas: Vec<&Formula> = self.arrays[id].iter().flatten().filter(|f| !f.is_constant()).collect();
        let repeats = |formula: &&Formula| {
            let parts = formula.as_series().map_or(0.5, |series| self.period / series.period());
            (parts - parts.round()).abs() < 1e-9
        };
        let field = &self.draft.arrays[id];
        (!formulas.iter().all(repeats))
            .then(|| Group::new(&field.what, field.span.clone(), formulas, sign_free))
    }

    fn group(&self, ids: &[Id], sign_free: bool) -> Group<'_> {
        let field = &self.draft.fields[ids[0]];
        Group::new(
            &field.what,
            field.span.clone(),
            ids.iter().map(|&id| &self.formulas[id]).collect(),
            sign_free,
        )
    }

    fn junction<'b>(
        &'b self,
        junction: &draft::Junction,
        groups: &mut Vec<Group<'b>>,
    ) -> Result<JunctionModel, Fault> {
        let draft::Junction { levels, hamiltonian, connection, spin_degeneracy, reference, bottom, leads } =
            junction;
        let matrix = self.matrix(hamiltonian, *levels, checks::hermitian, groups)?;
        let connection = connection
            .as_ref()
            .map(|connection| self.matrix(connection, *levels, checks::anti_hermitian, groups))
            .transpose()?;
        let spin_degeneracy = match *spin_degeneracy {
            Some(id) => {
                let label = "no whole number from 1 to 100";
                self.ruled(id, limits::is_degeneracy, label, "write 1, or 2 for two spins")?
            }
            None => 1.0,
        };
        let mut models = Vec::with_capacity(leads.len());
        let (mut lorentzians, mut shapes) = (Vec::new(), Vec::new());
        for lead in leads {
            let chemical_potential = self.constant(lead.chemical_potential)?;
            let thermal_energy = self.temperature(lead.thermal_energy)?;
            let positive = |id| self.ruled(id, |w| w > 0.0, "not positive", "write for example \"4 eV\"");
            match &lead.band {
                Some(draft::Band::Lorentzian { center, half_width }) => {
                    let band =
                        Lorentzian { center: self.constant(*center)?, half_width: positive(*half_width)? };
                    shapes.push(Shape::lorentzian(&band));
                    lorentzians.push(band);
                }
                Some(draft::Band::Chain { center, hopping, fit }) => {
                    let half_width = 2.0 * positive(*hopping)?;
                    shapes.push(Shape::fitted("chain", fit, self.constant(*center)?, half_width));
                }
                Some(draft::Band::Tabulated(band)) => {
                    shapes.push(Shape::fitted("table", &band.fit, band.center, band.half_width));
                }
                Some(draft::Band::SelfEnergy(band)) if band.fit.error == 0.0 => {
                    let band = Lorentzian { center: band.center, half_width: band.half_width };
                    shapes.push(Shape::lorentzian(&band));
                    lorentzians.push(band);
                }
                Some(draft::Band::SelfEnergy(band)) => {
                    let shape = Shape::fitted(&band.file, &band.fit, band.center, band.half_width);
                    shapes.push(shape.with_real_error(band.real_error));
                }
                None => {}
            }
            // The amplitudes of a self-energy stand for themselves: it is in units of its largest Γ.
            let size = match &lead.band {
                Some(draft::Band::SelfEnergy(band)) => band.size,
                _ => 0.0,
            };
            let channels = lead
                .channels
                .iter()
                .map(|channel| self.channels(channel, size, *levels, groups))
                .collect::<Result<Vec<_>, _>>()?
                .concat();
            let lead = Lead { name: lead.name.clone(), chemical_potential, thermal_energy };
            models.push(LeadModel { lead, channels });
        }
        let band = match *bottom {
            Some(id) => Band::Bottom(self.bottom(id, leads, &models)?),
            None if lorentzians.len() == leads.len() => Band::Lorentzian(lorentzians),
            None => Band::Shaped(shapes),
        };
        let reference = self.reference(reference, &models)?;
        let table = self.draft.table.as_ref().map(Tabulated::of);
        Ok(JunctionModel {
            hamiltonian: matrix,
            connection,
            table,
            reference,
            spin_degeneracy,
            band,
            leads: models,
        })
    }

    /// A square matrix, whose entries are checked; what comes from a table is Hermitian or anti-Hermitian already.
    fn matrix<'b>(
        &'b self,
        matrix: &draft::Matrix,
        levels: usize,
        check: Check,
        groups: &mut Vec<Group<'b>>,
    ) -> Result<Vec<Vec<ComplexFormula>>, Fault> {
        match matrix {
            draft::Matrix::Entries(entries) => {
                let span = |i: usize, j: usize| self.draft.fields[entries[i][j].re].span.clone();
                let row = |row: &Vec<Entry>| row.iter().map(|&entry| self.complex(entry)).collect();
                let formulas: Vec<Vec<ComplexFormula>> = entries.iter().map(row).collect();
                check(&formulas, &span)?;
                Ok(formulas)
            }
            &draft::Matrix::Array(id) => {
                groups.extend(self.group_of_array(id, false));
                Ok(self.arrays[id].chunks(levels).map(<[ComplexFormula]>::to_vec).collect())
            }
        }
    }

    fn reference(&self, draft: &draft::Reference, leads: &[LeadModel]) -> Result<Reference, Fault> {
        let (mean_potential, mean_temperature) = mean_equilibrium(leads.iter().map(|model| &model.lead));
        Ok(match draft {
            draft::Reference::None => Reference::None,
            draft::Reference::Equilibrium { chemical_potential, thermal_energy } => Reference::Equilibrium {
                chemical_potential: chemical_potential.map_or(Ok(mean_potential), |id| self.constant(id))?,
                thermal_energy: thermal_energy.map_or(Ok(mean_temperature), |id| self.temperature(id))?,
            },
            draft::Reference::Molecule { occupied_below } => Reference::Molecule {
                occupied_below: occupied_below.map_or(Ok(mean_potential), |id| self.constant(id))?,
            },
        })
    }

    fn bottom(&self, id: Id, leads: &[draft::Lead], models: &[LeadModel]) -> Result<f64, Fault> {
        let bottom = self.constant(id)?;
        for (draft, model) in leads.iter().zip(models) {
            let lead = &model.lead;
            if bottom >= lead.chemical_potential {
                let (low, high) = (
                    checks::show(lead.chemical_potential, Dimension::ENERGY),
                    checks::show(bottom, Dimension::ENERGY),
                );
                let place = self.draft.fields[draft.chemical_potential].span.clone();
                return Err(self
                    .fault(
                        id,
                        &format!("is {high}, above the chemical potential of lead \"{}\", {low}", lead.name),
                        "the bottom",
                        "the bottom is an absolute energy on the zero of the levels, such as \"-10 eV\"",
                    )
                    .also(place, "the chemical potential"));
            }
        }
        Ok(bottom)
    }

    /// A channel, or the channels of a matrix with a column for each; `size` is the broadening of one that states none.
    fn channels<'b>(
        &'b self,
        channel: &draft::Channel,
        size: f64,
        levels: usize,
        groups: &mut Vec<Group<'b>>,
    ) -> Result<Vec<Channel>, Fault> {
        let hint = "a broadening is zero or more; signs and angles belong to the amplitude";
        let broadening = match channel.broadening {
            Some(id) => self.ruled(id, |b| b >= 0.0, "negative", hint)?,
            None => size,
        };
        let sites = match &channel.amplitude {
            Amplitude::Sites(sites) => sites,
            &Amplitude::Array { id, channels } => {
                let entries = &self.arrays[id];
                let column = |c: usize| entries[c..].iter().step_by(channels).cloned().collect();
                groups.extend(self.group_of_array(id, true));
                return Ok((0..channels).map(|c| Channel { broadening, amplitude: column(c) }).collect());
            }
        };
        let zero = || [Formula::constant(0.0), Formula::constant(0.0)];
        let mut amplitude: Vec<ComplexFormula> = (0..levels).map(|_| zero()).collect();
        let mut ids = Vec::new();
        for &(site, entry) in sites {
            amplitude[site] = self.complex(entry);
            ids.push(entry.re);
            ids.extend(entry.im);
        }
        if ids.iter().any(|&id| !self.formulas[id].is_constant()) {
            // Only w w† acts on the molecule, so a channel may change its sign after a period.
            groups.push(self.group(&ids, true));
        }
        Ok(vec![Channel { broadening, amplitude }])
    }

    fn rotor(&self, draft: &Draft, period: f64) -> Result<Rotor, Fault> {
        let hint = "write for example \"1.15e-45 kg m^2\"";
        let inertia = draft.moment_of_inertia;
        self.ruled(inertia, |i| i > 0.0, "not positive", hint)?;
        Ok(Rotor {
            period,
            moment_of_inertia: self.ruled(inertia, limits::is_inertia, "less than any molecule has", hint)?,
            potential: draft.potential.map_or_else(|| Formula::constant(0.0), |id| self.formulas[id].clone()),
            load: draft.load.map(|id| self.constant(id)).transpose()?.unwrap_or(0.0),
        })
    }

    fn environment(&self, draft: &Draft) -> Result<Environment, Fault> {
        let Some((friction, thermal_energy)) = draft.environment else {
            // Without friction the temperature does not act.
            return Ok(Environment {
                friction: Formula::constant(0.0),
                thermal_energy: Formula::constant(1.0),
            });
        };
        Ok(Environment {
            friction: self.range(
                friction,
                |x| x >= 0.0,
                "negative",
                "an environment in equilibrium only takes energy: zero or more",
            )?,
            thermal_energy: self.range(
                thermal_energy,
                limits::is_warm,
                "not above a microkelvin",
                ABSOLUTE,
            )?,
        })
    }

    fn simulation(&self, draft: &Draft) -> Result<Simulation, Fault> {
        let positive = |id: Id| self.ruled(id, |x| x > 0.0, "not positive", "a time or an error is positive");
        let time = |id: Id| {
            let hint = "no computer runs that long: write for example \"1e4 ns\"";
            positive(id)?;
            self.ruled(
                id,
                |time| time >= SHORTEST_TIME,
                "shorter than 1e-12 ns",
                "write for example \"1e-5 ns\"",
            )?;
            self.ruled(id, |time| time <= LONGEST_TIME, "longer than 1e15 ns", hint)
        };
        let simulate = &draft.simulate;
        let length = match (simulate.total_time, simulate.target) {
            (Some(id), _) => Some(Length::TotalTime(time(id)?)),
            (None, Some(Target::RotationRate(id))) => {
                // A rate counts revolutions, so an angle that is written out is converted: "1 rev/ns" is "1 /ns".
                let angle = draft.fields[id].expression.whole_quantity().map_or(0, |q| q.unit().angle());
                let turns = if angle == 1 { std::f64::consts::TAU } else { 1.0 };
                positive(id)?;
                let hint = "no run is that long: write for example \"0.01 /ns\"";
                let error =
                    self.ruled(id, |x| x >= SMALLEST_RATE * (1.0 - 1e-9), "smaller than 1e-30 /ns", hint)?;
                Some(Length::RotationRateError(error / turns))
            }
            (None, Some(Target::Directionality(id))) => {
                positive(id)?;
                let hint = "a directionality lies between 0 and 1: write for example 5e-4";
                Some(Length::DirectionalityError(self.ruled(id, |x| x < 0.5, "tells no direction", hint)?))
            }
            (None, None) => None,
        };
        Ok(Simulation {
            length,
            dt: simulate.dt.map(time).transpose()?,
            counter_origin: simulate.counter_origin.map(|id| self.constant(id)).transpose()?,
            seed: simulate.seed,
        })
    }
}
