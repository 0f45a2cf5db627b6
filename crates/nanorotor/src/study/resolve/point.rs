//! Hold every field of a study as a formula of theta, and check values by rules.

use std::collections::HashMap;

use super::checks::{self, Group};
use crate::error::Fault;
use crate::expression::Formula;
use crate::junction::ComplexFormula;
use crate::study::limits;
use crate::study::read::draft::{self, Amplitude, ArrayId, Draft, Entry, Id};
use crate::study::read::inference::Inference;
use crate::study::read::matrices;
use crate::study::read::numbers::display_unit;
use crate::study::words::{show, show_in, significant};
use crate::units::Dimension;

pub(super) const ABSOLUTE: &str = "temperatures are absolute: write for example \"300 K\" or \"0.0272 eV\"";

/// The most periods in a turn; no rotor has as many equal parts.
const MOST_PERIODS: f64 = 1000.0;

/// All fields of a study as formulas of theta.
pub(super) struct Point<'a> {
    pub(super) draft: &'a Draft,
    pub(super) values: &'a HashMap<&'a str, Formula>,
    pub(super) inference: &'a Inference,
    pub(super) formulas: Vec<Formula>,
    /// The entries of the matrices that come from the table.
    pub(super) arrays: Vec<Vec<ComplexFormula>>,
    /// The period of the rotor (rad).
    pub(super) period: f64,
}

impl<'a> Point<'a> {
    pub(super) fn new(
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
            checks::size(formula, field)?;
        }
        let mut point = Self { draft, values, inference, formulas, arrays, period: 0.0 };
        point.period = point.period(draft.period)?;
        Ok(point)
    }

    /// A fault at a field, with the values of the parameters in it.
    pub(super) fn fault(&self, id: Id, problem: &str, label: &str, hint: &str) -> Fault {
        let field = &self.draft.fields[id];
        let mut fault = Fault::new(format!("{} {problem}", field.what), field.span.clone(), label, hint);
        let names: Vec<&str> = field.expression.names().map(|(name, _)| name).collect();
        for parameter in self.draft.parameters.iter().filter(|p| names.contains(&p.name.as_str())).take(4) {
            let name = parameter.name.as_str();
            let Some(value) = self.values.get(name).filter(|value| value.is_constant()) else { continue };
            let unit = display_unit(parameter, self.inference.dimension(name));
            let shown = show_in(value.at(0.0).value, unit);
            fault = fault.also(parameter.span.clone(), format!("`{name}` is {shown}"));
        }
        fault
    }

    /// A value of a field for a message, in the unit that the field was written in.
    pub(super) fn show(&self, id: Id, value: f64) -> String {
        let field = &self.draft.fields[id];
        match field.expression.whole_quantity() {
            Some(quantity) => show_in(value, quantity.unit().clone()),
            None => show(value, field.dimension),
        }
    }

    /// A value that must not depend on theta.
    pub(super) fn constant(&self, id: Id) -> Result<f64, Fault> {
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

    /// The same of a key that may be left out.
    pub(super) fn constant_or_zero(&self, id: Option<Id>) -> Result<f64, Fault> {
        id.map_or(Ok(0.0), |id| self.constant(id))
    }

    /// A value free of theta that obeys a rule.
    pub(super) fn ruled(
        &self,
        id: Id,
        rule: impl Fn(f64) -> bool,
        broken: &str,
        hint: &str,
    ) -> Result<f64, Fault> {
        let value = self.constant(id)?;
        if rule(value) {
            return Ok(value);
        }
        let shown = self.show(id, value);
        Err(self.fault(id, &format!("is {shown}"), broken, hint))
    }

    /// A function of theta that obeys a rule at every angle that is looked at: on each of the panels on which it is smooth.
    pub(super) fn range(
        &self,
        id: Id,
        rule: impl Fn(f64) -> bool,
        broken: &str,
        hint: &str,
    ) -> Result<Formula, Fault> {
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

    pub(super) fn temperature(&self, id: Id) -> Result<f64, Fault> {
        self.ruled(id, |t| t > 0.0, "not positive", ABSOLUTE)?;
        self.ruled(id, limits::is_warm, "below a microkelvin", ABSOLUTE)
    }

    pub(super) fn period(&self, id: Id) -> Result<f64, Fault> {
        let period = self.constant(id)?;
        let n = (std::f64::consts::TAU / period).round();
        if n > MOST_PERIODS {
            return Err(self.fault(
                id,
                &format!("is {}", show(period, Dimension::NUMBER)),
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
            &format!("is {}", significant(period)),
            "not 2 pi / n with n = 1, 2, …",
            "a full turn must be a whole number of periods: write for example \"pi\" or \"2*pi/3\"",
        ))
    }

    pub(super) fn complex(&self, entry: Entry) -> ComplexFormula {
        let zero = || Formula::constant(0.0);
        [self.formulas[entry.re].clone(), entry.im.map_or_else(zero, |im| self.formulas[im].clone())]
    }

    /// Everything that depends on theta, except amplitudes, which belong to their channel.
    pub(super) fn groups(&self) -> Vec<Group<'_>> {
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
    pub(super) fn group_of_array(&self, id: ArrayId, sign_free: bool) -> Option<Group<'_>> {
        let formulas: Vec<&Formula> = self.arrays[id].iter().flatten().filter(|f| !f.is_constant()).collect();
        let repeats = |formula: &&Formula| {
            let parts = formula.as_series().map_or(0.5, |series| self.period / series.period());
            (parts - parts.round()).abs() < 1e-9
        };
        let field = &self.draft.arrays[id];
        (!formulas.iter().all(repeats))
            .then(|| Group::new(&field.what, field.span.clone(), formulas, sign_free))
    }

    pub(super) fn group(&self, ids: &[Id], sign_free: bool) -> Group<'_> {
        let field = &self.draft.fields[ids[0]];
        Group::new(
            &field.what,
            field.span.clone(),
            ids.iter().map(|&id| &self.formulas[id]).collect(),
            sign_free,
        )
    }
}
