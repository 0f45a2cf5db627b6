//! Read formulas of the quantities that a rate has, and evaluate them with their errors.
//!
//! Names are those of the results of `rate` (`rotation_rate`, `mean_current[left]`) and of the study's parameters. Values are in
//! atomic units; a revolution counts as one, as in the rotation rate.

use std::f64::consts::TAU;

use crate::error::{Fault, did_you_mean};
use crate::expression::{Expression, Jet, Measure, Node, Solver};
use crate::quantity::{KINDS, Kind, OutputUnit, System, THETA, Task};
use crate::results::Results;
use crate::study::Study;
use crate::units::{Dimension, HARTREE_IN_EV, Quantity, TIME_IN_NANOSECONDS, Unit};

/// A value and its error, in atomic units.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measured {
    /// The value.
    pub value: f64,
    /// Its error.
    pub error: f64,
}

/// Where the value of a name comes from.
#[derive(Debug, Clone, PartialEq)]
enum Source {
    /// A quantity that a rate has; of one that has several members, such as leads, the one called so.
    Quantity { kind: &'static Kind, member: String },
    /// A parameter of the study.
    Parameter(String),
}

/// A formula of quantities and parameters.
#[derive(Debug, Clone)]
pub struct Goal {
    text: String,
    expression: Expression,
    /// The names in the expression, with brackets and what is in them as `_`.
    names: Vec<(String, Source)>,
    dimension: Dimension,
}

/// A demand that one formula is at most another.
#[derive(Debug, Clone)]
pub struct Constraint {
    text: String,
    lower: Goal,
    upper: Goal,
}

impl Goal {
    /// Read a formula of the quantities that a rate of a study has.
    ///
    /// # Errors
    /// A [`Fault`] whose spans count bytes of `text`: a formula that cannot be read, an unknown name, unlike things added.
    pub fn parse(text: &str, study: &Study) -> Result<Self, Fault> {
        let mut solver = Solver::default();
        let (mut goal, measure) = Self::read(text, study, &mut solver)?;
        goal.dimension = solver.dimension(&measure);
        if !goal.names.iter().any(|(_, source)| matches!(source, Source::Quantity { .. })) {
            return Err(Fault::new(
                "there is no quantity in the formula",
                0..text.len(),
                "nothing that a rate tells",
                "write for example rotation_rate, power or rotation_rate/mean_current[left]",
            ));
        }
        Ok(goal)
    }

    fn read(text: &str, study: &Study, solver: &mut Solver) -> Result<(Self, Measure), Fault> {
        let expression = Expression::parse(&plain(text)?)?;
        let mut names: Vec<(String, Source)> = Vec::new();
        for (name, span) in expression.names() {
            if names.iter().all(|(known, _)| known != name) {
                let written = text.get(span.clone()).unwrap_or(name);
                let source = Source::of(written, study).map_err(|fault| fault.moved(|_| span.clone()))?;
                names.push((name.into(), source));
            }
        }
        if let Some((_, span)) = expression.nodes().iter().find(|(node, _)| matches!(node, Node::Theta)) {
            return Err(Fault::new(
                "a goal has one value, not one at each angle",
                span.clone(),
                "theta stands here",
                "write it with quantities that do not depend on theta",
            ));
        }
        let measure = solver.measure(&expression, &|name| {
            let (_, source) = names.iter().find(|(known, _)| known == name)?;
            Some(source.dimension(study).into())
        })?;
        let dimension = Dimension::NUMBER;
        Ok((Self { text: text.trim().into(), expression, names, dimension }, measure))
    }

    /// The formula as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The unit that its values are shown in, and one atomic unit in it: that of the quantity, or one of eV and ns.
    pub fn unit(&self, study: &Study, system: System) -> (String, f64) {
        if system == System::Atomic {
            return (if self.dimension.matches(Dimension::NUMBER) { "" } else { "au" }.into(), 1.0);
        }
        match (self.names.as_slice(), self.expression.nodes()) {
            ([(_, Source::Quantity { kind, .. })], [_]) => {
                kind.unit.map_or((String::new(), 1.0), |unit| (unit.practical.into(), unit.factor))
            }
            ([(_, Source::Parameter(name))], [_]) => {
                let unit = study.unit(name);
                (unit.text().into(), 1.0 / unit.factor())
            }
            _ => of_dimension(self.dimension),
        }
    }

    /// Whether passages must be counted for it.
    pub(super) fn needs_passage(&self) -> bool {
        let of = |source: &Source| matches!(source, Source::Quantity { kind, .. } if kind.tasks.is_empty());
        self.names.iter().any(|(_, source)| of(source))
    }

    /// The value at a point from the results there; NaN where a quantity has none. The error is the sum of what the errors of the
    /// quantities do to it, to first order.
    pub(super) fn at(&self, results: &Results, parameter: &dyn Fn(&str) -> f64) -> Measured {
        let known: Vec<Measured> =
            self.names.iter().map(|(_, source)| source.value(results, parameter)).collect();
        let along = |j: usize| {
            self.jet(&|name| {
                let at = self.names.iter().position(|(known, _)| known == name).unwrap_or(usize::MAX);
                let value = known.get(at).map_or(f64::NAN, |measured| measured.value);
                Jet { value, first: f64::from(u8::from(at == j)), second: 0.0 }
            })
        };
        let part = |(j, measured): (usize, &Measured)| (along(j).first * measured.error).abs();
        Measured { value: along(usize::MAX).value, error: known.iter().enumerate().map(part).sum() }
    }

    /// Whether no other quantity than the rotation rate is in it.
    pub(super) fn is_of_rate(&self) -> bool {
        self.names.iter().all(|(_, source)| match source {
            Source::Quantity { kind, .. } => kind.name == "rotation_rate",
            Source::Parameter(_) => true,
        })
    }

    /// The derivative of a formula of the rotation rate and of parameters along a direction in which each has a value and a slope.
    pub(super) fn slope(&self, rate: Jet, parameter: &dyn Fn(&str) -> Jet) -> f64 {
        let of_name = |name: &str| match self.names.iter().find(|(known, _)| known == name) {
            Some((_, Source::Parameter(own))) => parameter(own),
            _ => rate,
        };
        self.jet(&of_name).first
    }

    /// The parameters in it.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter_map(|(_, source)| match source {
            Source::Parameter(name) => Some(name.as_str()),
            Source::Quantity { .. } => None,
        })
    }

    fn jet(&self, name: &dyn Fn(&str) -> Jet) -> Jet {
        let mut known: Vec<Jet> = Vec::with_capacity(self.expression.nodes().len());
        for (node, _) in self.expression.nodes() {
            let jet = match node {
                Node::Number(value) | Node::Atomic(value) => Jet::constant(*value),
                Node::Quantity { quantity, .. } => Jet::constant(in_revolutions(quantity)),
                Node::Theta => Jet::constant(f64::NAN),
                Node::Name(own) => name(own),
                Node::Negate(a) => -known[*a],
                Node::Binary(operator, a, b) => operator.apply(known[*a], known[*b]),
                Node::Call(function, a, b) => function.apply(known[*a], known[*b]),
            };
            known.push(jet);
        }
        known.last().copied().unwrap_or_default()
    }
}

impl Constraint {
    /// Read a demand such as `mean_current[left] < 1 uA`.
    ///
    /// # Errors
    /// A [`Fault`] whose spans count bytes of `text`: as [`Goal::parse`], and for a text that does not compare two like things.
    pub fn parse(text: &str, study: &Study) -> Result<Self, Fault> {
        let is_sign = |c: char| matches!(c, '<' | '>' | '≤' | '≥');
        let example = "write for example mean_current[left] < 1 uA";
        let Some(start) = text.find(is_sign) else {
            return Err(Fault::new(
                "the constraint compares nothing",
                0..text.len(),
                "no < or > here",
                example,
            ));
        };
        let sign = text[start..].chars().next().unwrap_or('<');
        let mut end = start + sign.len_utf8();
        if text[end..].starts_with('=') {
            end += 1;
        }
        if let Some(again) = text[end..].find(is_sign) {
            let place = end + again;
            let hint = "give each as a constraint of its own";
            return Err(Fault::new("the constraint compares twice", place..place + 1, "a second sign", hint));
        }
        let mut solver = Solver::default();
        let (mut left, measure) = Goal::read(&text[..start], study, &mut solver)?;
        let moved = |fault: Fault| fault.moved(|range| range.start + end..range.end + end);
        let (mut right, other) = Goal::read(&text[end..], study, &mut solver).map_err(moved)?;
        solver.equate(&measure, &other, start..end).map_err(|(a, b)| {
            let hint = if b.matches(Dimension::NUMBER) || a.matches(Dimension::NUMBER) {
                format!("give the number its unit: {example}")
            } else {
                "only like things can be compared".into()
            };
            Fault::new(format!("{a} and {b} do not compare"), 0..start, a.to_string(), hint)
                .also(end..text.len(), b.to_string())
        })?;
        left.dimension = solver.dimension(&measure);
        let bare = |goal: &Goal| goal.expression.bare_number().is_some_and(|number| number != 0.0);
        if !left.dimension.matches(Dimension::NUMBER) && (bare(&left) || bare(&right)) {
            let (place, other) = if bare(&left) { (0..start, &right) } else { (end..text.len(), &left) };
            let (unit, _) = other.unit(study, System::Practical);
            let hint = format!("write it in {unit} or another unit of its kind, as in {example}");
            return Err(Fault::new("the bound needs a unit", place, "a number without a unit", hint));
        }
        right.dimension = left.dimension;
        let names_quantity = |goal: &Goal| !goal.names.is_empty();
        if !names_quantity(&left) && !names_quantity(&right) {
            return Err(Fault::new("the constraint has no quantity", 0..text.len(), "only numbers", example));
        }
        let (lower, upper) = if matches!(sign, '<' | '≤') { (left, right) } else { (right, left) };
        Ok(Self { text: text.trim().into(), lower, upper })
    }

    /// The demand as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The unit that its sides are shown in, and one atomic unit in it.
    pub fn unit(&self, study: &Study, system: System) -> (String, f64) {
        let side = if self.lower.names.is_empty() { &self.upper } else { &self.lower };
        side.unit(study, system)
    }

    pub(super) fn goals(&self) -> impl Iterator<Item = &Goal> {
        [&self.lower, &self.upper].into_iter()
    }

    /// What the two sides are, the one that should be larger taken from the other.
    pub(super) fn difference(&self, of: impl Fn(&Goal) -> f64) -> f64 {
        of(&self.lower) - of(&self.upper)
    }

    /// By how much the demand is broken, negative where it holds, and the larger of the two sides.
    pub(super) fn excess(&self, results: &Results, parameter: &dyn Fn(&str) -> f64) -> (Measured, f64) {
        let (a, b) = (self.lower.at(results, parameter), self.upper.at(results, parameter));
        let excess = Measured { value: a.value - b.value, error: a.error + b.error };
        (excess, a.value.abs().max(b.value.abs()))
    }
}

impl Source {
    fn of(written: &str, study: &Study) -> Result<Self, Fault> {
        let (base, labels) = match written.split_once('[') {
            Some((base, rest)) => (base.trim_end(), Some(rest.trim_end().trim_end_matches(']'))),
            None => (written, None),
        };
        let here = |message: String, label: &str, hint: String| Fault::new(message, 0..0, label, hint);
        let is_parameter = study.dimension(base).is_some();
        let Some(kind) = quantities().find(|kind| kind.name == base) else {
            if is_parameter && labels.is_none() {
                return Ok(Self::Parameter(base.into()));
            }
            let known = quantities().map(|kind| kind.name).chain(study.parameter_names());
            let hint = did_you_mean(base, known).unwrap_or_else(|| {
                "take a quantity that `nanorotor rate STUDY` prints, such as rotation_rate or power, or a parameter of the study".into()
            });
            return Err(here(format!("unknown quantity `{base}`"), "no result of a rate", hint));
        };
        if is_parameter {
            let hint = format!("rename the parameter `{base}`");
            return Err(here(format!("`{base}` could be the quantity or the parameter"), "both exist", hint));
        }
        let leads: Vec<String> = study
            .resolve()
            .map_or_else(|_| Vec::new(), |resolved| resolved.leads().map(|lead| lead.name.clone()).collect());
        let given: Vec<&str> = labels.map_or_else(Vec::new, |l| l.split(',').map(str::trim).collect());
        let example = || {
            let of = |_: &&str| leads.first().map_or("left", String::as_str);
            let all: Vec<&str> = kind.axes.iter().map(of).collect();
            if all.is_empty() { base.to_string() } else { format!("{base}[{}]", all.join(", ")) }
        };
        if given.len() != kind.axes.len() {
            let what = match kind.axes.len() {
                0 => format!("`{base}` is one number"),
                1 => format!("`{base}` has a value for each lead"),
                _ => format!("`{base}` has a value for each pair of leads"),
            };
            return Err(here(what, "which is meant", format!("write {}", example())));
        }
        if let Some(unknown) = given.iter().find(|label| leads.iter().all(|lead| lead != *label)) {
            let hint = did_you_mean(unknown, leads.iter().map(String::as_str)).unwrap_or_else(|| {
                if leads.is_empty() {
                    "the study has no leads".into()
                } else {
                    format!("the leads are {}", leads.join(", "))
                }
            });
            return Err(here(format!("there is no lead `{unknown}`"), "not in the study", hint));
        }
        Ok(Self::Quantity { kind, member: given.join(", ") })
    }

    fn dimension(&self, study: &Study) -> Dimension {
        match self {
            Self::Quantity { kind, .. } => kind.unit.as_ref().map_or(Dimension::NUMBER, dimension),
            Self::Parameter(name) => study.dimension(name).unwrap_or(Dimension::NUMBER),
        }
    }

    fn value(&self, results: &Results, parameter: &dyn Fn(&str) -> f64) -> Measured {
        let (kind, member) = match self {
            Self::Parameter(name) => return Measured { value: parameter(name), error: 0.0 },
            Self::Quantity { kind, member } => (kind, member),
        };
        let Some(variable) = results.get(kind.name) else {
            return Measured { value: f64::NAN, error: f64::NAN };
        };
        let place = results.members(variable, &[]).into_iter().find(|(label, _)| label == member);
        let place = place.map_or(usize::MAX, |(_, place)| place);
        // Results of a point state errors beside them; those of a record are variables of their own.
        let recorded = || {
            let errors = results.get(&format!("{}_error", kind.name))?;
            let own = errors.values.get(place).copied();
            Some(own.unwrap_or_else(|| errors.values.iter().copied().fold(0.0, f64::max)))
        };
        let error = results.error_of(kind.name, member).or_else(recorded).unwrap_or(0.0);
        Measured { value: variable.values.get(place).copied().unwrap_or(f64::NAN), error }
    }
}

/// The quantities that a goal may name: what a rate tells, and what it tells of passages on request.
fn quantities() -> impl Iterator<Item = &'static Kind> {
    let passages = |name: &str| {
        name.starts_with("hop_") || name.starts_with("revolution_") || name.starts_with("mean_time_to_")
    };
    KINDS.iter().filter(move |kind| {
        let of_rate = kind.tasks.contains(&Task::Rate) || (kind.tasks.is_empty() && passages(kind.name));
        of_rate && !kind.axes.contains(&THETA) && !kind.is_count
    })
}

/// The text with every bracket and what is in it as `_`, each letter of as many bytes as before.
fn plain(text: &str) -> Result<String, Fault> {
    let mut inside = None;
    let mut plain = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match (c, inside) {
            ('[', None) => inside = Some(at),
            (']', Some(_)) => {
                inside = None;
                plain.push('_');
                continue;
            }
            _ => {}
        }
        if inside.is_none() || c.is_alphanumeric() || c == '_' {
            plain.push(c);
        } else {
            plain.extend(std::iter::repeat_n('_', c.len_utf8()));
        }
    }
    match inside {
        None => Ok(plain),
        Some(at) => Err(Fault::new(
            "a bracket is not closed",
            at..at + 1,
            "opened here",
            "write for example mean_current[left]",
        )),
    }
}

/// The value of a quantity in atomic units, each revolution as one and not as 2π.
fn in_revolutions(quantity: &Quantity) -> f64 {
    let unit = quantity.unit();
    let turns = unit.text().contains("rev") || unit.text().contains("turn");
    if turns { quantity.value() / TAU.powi(unit.angle()) } else { quantity.value() }
}

/// The dimension of a quantity that is printed in a unit; the charge of an electron counts as one.
fn dimension(unit: &OutputUnit) -> Dimension {
    let text = unit.practical.replace("e^2/", "/").replace("e eV", "eV");
    let text = text.strip_prefix('1').unwrap_or(&text);
    let text = text.strip_prefix("e/").map_or_else(|| text.to_string(), |rest| format!("/{rest}"));
    text.parse::<Unit>().ok().and_then(|unit| unit.dimension()).unwrap_or(Dimension::NUMBER)
}

/// A practical unit of a dimension, of eV and ns, and one atomic unit in it.
fn of_dimension(dimension: Dimension) -> (String, f64) {
    let factor = HARTREE_IN_EV.powf(dimension.energy) * TIME_IN_NANOSECONDS.powf(dimension.time);
    let part = |name: &str, power: f64| match power {
        0.0 => None,
        1.0 => Some(name.to_string()),
        p => Some(format!("{name}^{p}")),
    };
    let parts: Vec<String> =
        [part("eV", dimension.energy), part("ns", dimension.time)].into_iter().flatten().collect();
    (parts.join(" "), factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::output_unit;

    fn preset() -> Study {
        Study::preset("preston2023").unwrap()
    }

    fn results() -> Results {
        let mut results = Results::default();
        results.names("lead", vec!["left".into(), "right".into()]);
        results.scalar("rotation_rate", 3.0);
        results.scalar("rotation_rate_error", 0.1);
        results.variable("mean_current", &["lead"], vec![2.0, -2.0]);
        results.variable("mean_current_error", &["lead"], vec![0.01, 0.02]);
        results
    }

    fn goal(text: &str) -> Goal {
        Goal::parse(text, &preset()).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
    }

    #[test]
    fn formulas_of_quantities_carry_their_errors() {
        let at = |text: &str| goal(text).at(&results(), &|_| 5.0);
        assert_eq!(at("rotation_rate"), Measured { value: 3.0, error: 0.1 });
        assert_eq!(at("mean_current[right]"), Measured { value: -2.0, error: 0.02 });
        let ratio = at("rotation_rate / mean_current[left]");
        assert!((ratio.value - 1.5).abs() < 1e-15 && (ratio.error - (0.05 + 0.0075)).abs() < 1e-15);
        assert_eq!(at("abs(mean_current[right])*V").value, 10.0);
        assert!(at("power").value.is_nan());
        // Results of a point state errors beside their variables, not among them.
        let mut point = results();
        point.variables.retain(|variable| !variable.name.ends_with("_error"));
        assert_eq!(goal("rotation_rate").at(&point, &|_| 5.0).error, 0.0);
        point.errors = vec![
            ("rotation_rate".into(), 0.1),
            ("mean_current.left".into(), 0.01),
            ("mean_current.right".into(), 0.02),
        ];
        for text in ["rotation_rate", "mean_current[right]", "rotation_rate / mean_current[left]"] {
            assert_eq!(goal(text).at(&point, &|_| 5.0), at(text), "{text}");
        }
    }

    #[test]
    fn values_are_shown_in_the_unit_of_the_quantity_or_of_the_dimension() {
        let unit = |text: &str| goal(text).unit(&preset(), System::Practical);
        assert_eq!(unit("rotation_rate").0, "revolutions/ns");
        assert_eq!(unit("mean_current[left]").0, "µA");
        // Revolutions per electron.
        assert_eq!(unit("rotation_rate/mean_current[left]"), (String::new(), 1.0));
        assert_eq!(unit("rotation_rate*V").0, "eV ns^-1");
    }

    #[test]
    fn every_quantity_of_a_rate_has_the_dimension_of_its_unit() {
        let of = |name: &str| dimension(output_unit(name).unwrap());
        for name in ["mean_current", "rotation_rate", "mean_current_noise", "entropy_production"] {
            assert!(of(name).matches(Dimension::RATE), "{name}");
        }
        assert!(of("power").matches(Dimension { energy: 1.0, time: -1.0 }));
        assert!(of("certainty_time").matches(Dimension::TIME));
        assert!(of("lowest_friction").matches(Dimension::FRICTION));
        for kind in quantities() {
            let Some(unit) = kind.unit else { continue };
            let (_, factor) = of_dimension(dimension(&unit));
            // Of eV and ns; ps, µA and revolutions are powers of ten or of e away.
            let ratio = unit.factor / factor;
            let is_current = unit.practical == "µA";
            assert!(is_current || (ratio.log10() - ratio.log10().round()).abs() < 1e-9, "{}", kind.name);
        }
    }

    #[test]
    fn constraints_compare_like_things_in_any_unit() {
        let study = preset();
        let excess = |text: &str| {
            let constraint = Constraint::parse(text, &study).unwrap_or_else(|fault| panic!("{fault:?}"));
            constraint.excess(&results(), &|_| 0.1).0.value
        };
        let in_ua = output_unit("mean_current").unwrap().factor;
        assert!((excess("mean_current[left] < 1 uA") - (2.0 - 1.0 / in_ua)).abs() < 1e-12);
        assert!((excess("1000 nA > mean_current[left]") - (2.0 - 1.0 / in_ua)).abs() < 1e-12);
        let per_ns = TIME_IN_NANOSECONDS;
        assert!((excess("rotation_rate >= 2 revolutions/ns") - (2.0 * per_ns - 3.0)).abs() < 1e-12);
        assert!((excess("rotation_rate ≤ 2 /ns") - (3.0 - 2.0 * per_ns)).abs() < 1e-12);
        assert!(excess("E_1 - E_2 < 0").abs() < 1e-15);
    }

    #[test]
    fn mistakes_are_told_where_they_are() {
        let study = preset();
        let told = |text: &str| {
            let fault = Goal::parse(text, &study).unwrap_err();
            let (span, _) = &fault.labels[0];
            (fault.message, text.get(span.clone()).unwrap_or_default().to_string(), fault.hint)
        };
        let (message, place, hint) = told("2*rotation_rat");
        assert_eq!((message.as_str(), place.as_str()), ("unknown quantity `rotation_rat`", "rotation_rat"));
        assert!(hint.contains("rotation_rate"), "{hint}");
        assert_eq!(told("mean_current").2, "write mean_current[left]");
        assert_eq!(told("power/mean_current[middle]").1, "mean_current[middle]");
        assert!(told("rotation_rate + power").0.contains("do not add"));
        assert!(told("density").0.contains("unknown quantity"));
        assert!(told("V").0.contains("no quantity"));
        assert!(told("rotation_rate*cos(theta)").0.contains("one value"));
        assert!(told("mean_current[left").0.contains("not closed"));
        let told = |text: &str| Constraint::parse(text, &study).unwrap_err();
        assert!(told("mean_current[left] < 1").hint.contains("unit"));
        assert!(told("mean_current[left] < 1 eV").message.contains("do not compare"));
        assert!(told("mean_current[left] = 1 uA").message.contains("compares nothing"));
        assert!(told("0 uA < mean_current[left] < 1 uA").message.contains("twice"));
        assert!(
            told("rotation_rate < 2*powr").labels[0].0 == (18..22),
            "{:?}",
            told("rotation_rate < 2*powr")
        );
    }
}
