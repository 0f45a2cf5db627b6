//! Evaluate a formula of theta alone, with its derivatives.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use num_complex::Complex64;

use super::disc::{self, Disc, Panel};
use super::syntax::{Binary, Expression, Function, Node};
use super::{Jet, Series, Solver};
use crate::error::{Error, Fault};
use crate::periodic::Periodic;

/// The largest number of steps in a formula, everything that it refers to included.
const LARGEST: usize = 20_000;

/// A function of theta with exact first and second derivatives; values are in atomic units.
///
/// All parameters are already substituted, so a formula can be cloned (cheaply) and shared between threads.
///
/// ```
/// let amplitude: nanorotor::expression::Formula = "1 + 0.95/2*(cos(2*theta) - 1)".parse()?;
/// assert_eq!(amplitude.at(0.0).value, 1.0);
/// assert!((amplitude.at(0.3).first + 0.95 * 0.6f64.sin()).abs() < 1e-15);
/// # Ok::<(), nanorotor::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Formula {
    /// Each step refers to earlier ones only; the last is the value.
    steps: Arc<[Step]>,
    /// The sampled functions that the steps name, in the order of their first use.
    series: Option<Arc<[Series]>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    /// The bits of a number, so that equal steps can be found.
    Number(u64),
    Theta,
    /// A sampled function, by its place among those of the formula.
    Series(u32),
    Negate(u32),
    Binary(Binary, u32, u32),
    Call(Function, u32, u32),
}

impl Step {
    fn number(value: f64) -> Self {
        Self::Number(value.to_bits())
    }

    fn compute(self, known: &[Jet], series: &[Series], theta: f64) -> Jet {
        let at = |i: u32| known[i as usize];
        match self {
            Self::Number(bits) => Jet::constant(f64::from_bits(bits)),
            Self::Theta => Jet::theta(theta),
            Self::Series(i) => series[i as usize].at(theta),
            Self::Negate(a) => -at(a),
            Self::Binary(operator, a, b) => operator.apply(at(a), at(b)),
            Self::Call(function, a, b) => function.apply(at(a), at(b)),
        }
    }

    fn bound(self, known: &[Disc], series: &[Series], theta: Disc) -> Disc {
        let at = |i: u32| known[i as usize];
        match self {
            Self::Number(bits) => Disc::constant(f64::from_bits(bits)),
            Self::Theta => theta,
            Self::Series(i) => series[i as usize].bound(theta),
            Self::Negate(a) => at(a).negated(),
            Self::Binary(operator, a, b) => Disc::binary(operator, at(a), at(b)),
            Self::Call(function, a, b) => Disc::call(function, at(a), at(b)),
        }
    }

    fn operands(self) -> [Option<u32>; 2] {
        match self {
            Self::Number(_) | Self::Theta | Self::Series(_) => [None, None],
            Self::Negate(a) => [Some(a), None],
            Self::Binary(_, a, b) | Self::Call(_, a, b) => [Some(a), Some(b)],
        }
    }

    /// The same step with its operands renumbered.
    fn renumbered(self, to: impl Fn(u32) -> u32) -> Self {
        match self {
            Self::Number(_) | Self::Theta | Self::Series(_) => self,
            Self::Negate(a) => Self::Negate(to(a)),
            Self::Binary(operator, a, b) => Self::Binary(operator, to(a), to(b)),
            Self::Call(function, a, b) => Self::Call(function, to(a), to(b)),
        }
    }
}

impl Formula {
    /// The same value at every angle.
    pub fn constant(value: f64) -> Self {
        Self { steps: Arc::new([Step::number(value)]), series: None }
    }

    /// A sampled function.
    pub fn sampled(series: Series) -> Self {
        Self { steps: Arc::new([Step::Series(0)]), series: Some(Arc::new([series])) }
    }

    fn series(&self) -> &[Series] {
        self.series.as_deref().unwrap_or_default()
    }

    /// The series that the formula is, if it is a sampled function, or a sum of them with constant factors, and nothing else.
    pub fn as_series(&self) -> Option<&Periodic> {
        matches!(*self.steps, [Step::Series(_)])
            .then(|| self.series().first().map(Series::function))
            .flatten()
    }

    /// The formula's value and derivatives at an angle.
    pub fn at(&self, theta: f64) -> Jet {
        if let [Step::Number(bits)] = *self.steps {
            return Jet::constant(f64::from_bits(bits));
        }
        let mut known = Vec::with_capacity(self.steps.len());
        for step in self.steps.iter() {
            known.push(step.compute(&known, self.series(), theta));
        }
        known.last().copied().unwrap_or_default()
    }

    /// Whether theta does not occur in the formula.
    pub fn is_constant(&self) -> bool {
        matches!(*self.steps, [Step::Number(_)])
    }

    /// Panels over one period on each of which the formula is smooth, in the order of their angles: none for a constant. A panel
    /// at a kink, or in a feature that is narrower than a 65536th of the period, is as narrow as that.
    pub fn panels(&self, period: f64) -> Vec<Panel> {
        if self.is_constant() {
            return Vec::new();
        }
        let mut known = Vec::with_capacity(self.steps.len());
        disc::panels(period, |theta| self.bound(theta, &mut known))
    }

    /// Whether the formula has a bound on a disc of complex angles around one period from zero: then it is analytic there, and
    /// finite with its derivatives. Without a bound it may be so all the same.
    pub fn is_bounded(&self, period: f64) -> bool {
        // A little wider, so that both ends lie inside.
        let disc = self.bound(Disc { centre: 0.5 * period, radius: 0.6 * period }, &mut Vec::new());
        (disc.centre.abs() + disc.radius).is_finite()
    }

    #[cfg(test)]
    pub(super) fn bound_of(&self, centre: f64, radius: f64) -> Disc {
        self.bound(Disc { centre, radius }, &mut Vec::new())
    }

    fn bound(&self, theta: Disc, known: &mut Vec<Disc>) -> Disc {
        known.clear();
        for step in self.steps.iter() {
            known.push(step.bound(known, self.series(), theta));
        }
        known.last().copied().unwrap_or_default()
    }

    /// The steps as text: equal formulas give equal texts, whatever they were written as.
    pub fn canonical(&self) -> String {
        let digests = self.series().iter().map(|series| format!(" {}", series.digest()));
        format!("{:?}{}", self.steps, digests.collect::<String>())
    }

    /// This formula times a number.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let mut builder = Builder::default();
        let value = builder.append(self);
        let factor = builder.push(Step::number(factor));
        let product = builder.push(Step::Binary(Binary::Multiply, factor, value));
        builder.finish_at(product)
    }

    /// Substitute the parameters of an expression.
    ///
    /// # Errors
    /// A [`Fault`] at the expression's place if a name is not known to `lookup` or the result is too large.
    pub fn compile(
        expression: &Expression,
        lookup: &dyn Fn(&str) -> Option<Self>,
        names: &dyn Fn() -> Vec<String>,
    ) -> Result<Self, Fault> {
        let mut builder = Builder::default();
        let mut places: Vec<u32> = Vec::with_capacity(expression.nodes().len());
        for (node, span) in expression.nodes() {
            let at = |i: usize| places[i];
            let place = match node {
                Node::Number(value) | Node::Atomic(value) => builder.push(Step::number(*value)),
                Node::Quantity { quantity, .. } => builder.push(Step::number(quantity.value())),
                Node::Theta => builder.push(Step::Theta),
                Node::Negate(a) => builder.push(Step::Negate(at(*a))),
                Node::Binary(operator, a, b) => builder.push(Step::Binary(*operator, at(*a), at(*b))),
                Node::Call(function, a, b) => builder.push(Step::Call(*function, at(*a), at(*b))),
                Node::Name(name) => match lookup(name) {
                    Some(formula) => builder.append(&formula),
                    None => return Err(super::syntax::unknown_name(name, span.clone(), &names())),
                },
            };
            places.push(place);
            if builder.steps.len() > LARGEST {
                return Err(Fault::new(
                    "the formula is too large",
                    span.clone(),
                    format!("more than {LARGEST} steps, with the parameters that it uses"),
                    "write it as a table instead",
                ));
            }
        }
        // The value is that of the last node, which need not be the last step: equal steps are shared.
        let last = places.last().copied().unwrap_or_else(|| builder.push(Step::number(0.0)));
        Ok(builder.finish_at(last))
    }
}

impl fmt::Debug for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self.steps {
            [Step::Number(bits)] => write!(f, "Formula({:?})", f64::from_bits(bits)),
            _ => write!(f, "Formula({} steps)", self.steps.len()),
        }
    }
}

impl FromStr for Formula {
    type Err = Error;

    /// Read a formula of theta without parameters; quantities in it are converted to atomic units.
    fn from_str(text: &str) -> Result<Self, Error> {
        let read = || {
            let expression = Expression::parse(text)?;
            Solver::default().measure(&expression, &|_| None)?;
            Self::compile(&expression, &|_| None, &Vec::new)
        };
        read().map_err(|fault: Fault| fault.in_text("formula", text))
    }
}

/// Collects steps, computes what is constant and shares what is equal.
#[derive(Default)]
struct Builder {
    steps: Vec<Step>,
    index: HashMap<Step, u32>,
    series: Vec<Series>,
}

impl Builder {
    fn push(&mut self, step: Step) -> u32 {
        let constant = |i: u32| matches!(self.steps[i as usize], Step::Number(_));
        let folds = match step {
            Step::Number(_) | Step::Theta | Step::Series(_) => false,
            Step::Negate(a) => constant(a),
            Step::Binary(_, a, b) | Step::Call(_, a, b) => constant(a) && constant(b),
        };
        let step = if let Some(series) = self.summed(step) {
            match series.function().harmonics() {
                [mean, others @ ..] if others.iter().all(|c| *c == Complex64::default()) => {
                    Step::number(mean.re)
                }
                _ => Step::Series(self.place_of(&series)),
            }
        } else if folds {
            let value = |i: u32| match self.steps[i as usize] {
                Step::Number(bits) => Jet::constant(f64::from_bits(bits)),
                _ => Jet::default(),
            };
            let result = match step {
                Step::Negate(a) => -value(a),
                Step::Binary(operator, a, b) => operator.apply(value(a), value(b)),
                Step::Call(function, a, b) => function.apply(value(a), value(b)),
                Step::Number(_) | Step::Theta | Step::Series(_) => Jet::default(),
            };
            Step::number(result.value)
        } else {
            step
        };
        if let Some(&place) = self.index.get(&step) {
            return place;
        }
        let place = self.steps.len() as u32;
        self.steps.push(step);
        self.index.insert(step, place);
        place
    }

    /// The function that a sum of sampled functions with constant factors is: it costs as much as one of them.
    fn summed(&self, step: Step) -> Option<Series> {
        let number = |i: u32| match self.steps[i as usize] {
            Step::Number(bits) => Some(f64::from_bits(bits)),
            _ => None,
        };
        let series = |i: u32| match self.steps[i as usize] {
            Step::Series(place) => self.series.get(place as usize),
            _ => None,
        };
        match step {
            Step::Negate(a) => Some(series(a)?.scaled(-1.0)),
            Step::Binary(Binary::Multiply, a, b) => match (series(a), series(b)) {
                (Some(f), None) => Some(f.scaled(number(b)?)),
                (None, Some(f)) => Some(f.scaled(number(a)?)),
                _ => None,
            },
            Step::Binary(Binary::Divide, a, b) => Some(series(a)?.scaled(1.0 / number(b)?)),
            Step::Binary(sum @ (Binary::Add | Binary::Subtract), a, b) => {
                let sign = if sum == Binary::Add { 1.0 } else { -1.0 };
                match (series(a), series(b)) {
                    (Some(f), Some(g)) => f.combined(1.0, g, sign),
                    (Some(f), None) => Some(f.offset(sign * number(b)?)),
                    (None, Some(f)) => Some(f.scaled(sign).offset(number(a)?)),
                    (None, None) => None,
                }
            }
            _ => None,
        }
    }

    fn append(&mut self, formula: &Formula) -> u32 {
        let mut places: Vec<u32> = Vec::with_capacity(formula.steps.len());
        for step in formula.steps.iter() {
            let step = match *step {
                Step::Series(i) => Step::Series(self.place_of(&formula.series()[i as usize])),
                other => other.renumbered(|i| places[i as usize]),
            };
            places.push(self.push(step));
        }
        places.last().copied().unwrap_or_default()
    }

    /// The place of a sampled function among those of the formula.
    fn place_of(&mut self, series: &Series) -> u32 {
        let known = self.series.iter().position(|other| other == series);
        known.unwrap_or_else(|| {
            self.series.push(series.clone());
            self.series.len() - 1
        }) as u32
    }

    /// The formula whose value is the step `last`: the steps that it needs, operands first and from the left, so that equal
    /// formulas have equal steps whatever was read or folded on the way.
    fn finish_at(self, last: u32) -> Formula {
        let mut places: Vec<Option<u32>> = vec![None; last as usize + 1];
        let mut steps = Vec::new();
        let mut series: Vec<Series> = Vec::new();
        let mut waiting = vec![last];
        while let Some(&top) = waiting.last() {
            let step = self.steps[top as usize];
            let missing = step.operands().into_iter().flatten().find(|&i| places[i as usize].is_none());
            if let Some(operand) = missing {
                waiting.push(operand);
                continue;
            }
            waiting.pop();
            places[top as usize] = Some(steps.len() as u32);
            steps.push(match step {
                // Equal steps are one, so each function is met once.
                Step::Series(i) => {
                    series.push(self.series[i as usize].clone());
                    Step::Series(series.len() as u32 - 1)
                }
                other => other.renumbered(|i| places[i as usize].unwrap_or_default()),
            });
        }
        Formula { steps: steps.into(), series: (!series.is_empty()).then(|| series.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn formula(text: &str) -> Formula {
        text.parse().unwrap()
    }

    fn value(text: &str) -> f64 {
        formula(text).at(0.7).value
    }

    #[test]
    fn precedence_is_the_usual_one() {
        assert_eq!(value("1 + 2*3^2"), 19.0);
        assert_eq!(value("-2^2"), -4.0);
        assert_eq!(value("2^-1"), 0.5);
        assert_eq!(value("2^3^2"), 512.0);
        assert_eq!(value("8/4/2"), 1.0);
        assert_eq!(value("7 - 4 - 2"), 1.0);
        assert_eq!(value("-(1 + 2)*-3"), 9.0);
        assert_eq!(value("2*pi"), std::f64::consts::TAU);
        assert_eq!(value("log(exp(2)) + ln(exp(1))"), 3.0);
        assert_eq!(value("max(1, 3) - min(2, theta)"), 3.0 - 0.7);
        assert_eq!(value("2 Ha + 3 au"), 5.0);
        assert_eq!(value("90 deg"), std::f64::consts::FRAC_PI_2);
    }

    #[test]
    fn equal_formulas_have_one_canonical_text() {
        for (a, b) in [
            ("(1 + 2)*theta + 1", "3*theta + 1"),
            ("0.95/2*cos(2*theta)", "0.475*cos(2*theta)"),
            ("cos(theta)^2 + sin(theta)*(2*4)", "((cos((theta)))^2 + sin(theta)*8)"),
        ] {
            assert_eq!(formula(a).canonical(), formula(b).canonical(), "{a}");
        }
        assert_ne!(formula("theta + 1").canonical(), formula("1 + theta").canonical());
    }

    #[test]
    fn constants_are_computed_once_and_equal_parts_shared() {
        assert!(formula("1 + 2*cos(3)").is_constant());
        assert!(!formula("theta").is_constant());
        let shared = formula("cos(2*theta) + cos(2*theta)*cos(2*theta)");
        // 2, theta, product, cosine, square, sum
        assert_eq!(shared.steps.len(), 6);
        // A product that is equal to one of its factors.
        assert_eq!(Formula::constant(0.0).scaled(3.0), Formula::constant(0.0));
        assert_eq!(formula("theta + 2").scaled(3.0).at(1.0), Jet { value: 9.0, first: 3.0, second: 0.0 });
    }

    #[test]
    fn parameters_are_substituted_and_growth_is_bounded() {
        let lookup = |name: &str| (name == "x").then(|| formula("sin(theta)"));
        let compile = |text: &str, lookup: &dyn Fn(&str) -> Option<Formula>| {
            Formula::compile(&Expression::parse(text).unwrap(), lookup, &|| vec!["x".into()])
        };
        let square = compile("x^2", &lookup).unwrap();
        assert!((square.at(0.3).first - 0.6f64.sin()).abs() < 1e-15);
        let fault = compile("1 + Theta", &lookup).unwrap_err();
        assert_eq!(fault.message, "unknown parameter `Theta`");
        assert_eq!((fault.labels[0].0.clone(), fault.hint.as_str()), (4..9, "did you mean `theta`?"));

        // Doubling a hundred times stays small because equal parts are shared …
        let mut doubled = formula("theta");
        for _ in 0..100 {
            doubled = compile("x + x", &|_| Some(doubled.clone())).unwrap();
        }
        assert_eq!(doubled.at(1.0).value, f64::powi(2.0, 100));
        // … and what does grow is refused.
        let mut grown = formula("theta");
        let refused = (0..1000).find_map(|_| {
            let text = format!("x{}", "*sin(x)^2.5+x".repeat(50));
            let text: String = text
                .split('x')
                .enumerate()
                .map(|(i, part)| if i == 0 { String::new() } else { format!("(x+{i}){part}") })
                .collect();
            match compile(&text, &|_| Some(grown.clone())) {
                Ok(next) => {
                    grown = next;
                    None
                }
                Err(fault) => Some(fault.message),
            }
        });
        assert_eq!(refused.as_deref(), Some("the formula is too large"));
    }

    #[test]
    fn unlike_dimensions_do_not_add() {
        let error = "1 + 2 eV".parse::<Formula>().unwrap_err();
        assert_eq!(error.to_string(), "formula:1:1: a pure number and an energy do not add");
        assert!("1 au + 2 eV".parse::<Formula>().is_ok());
    }

    /// Random smooth formulas, bounded by construction so that differences are accurate.
    fn smooth() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![Just("theta".to_string()), (-2.0..2.0f64).prop_map(|x| format!("({x})"))];
        leaf.prop_recursive(5, 24, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone(), prop::sample::select(vec!["+", "-", "*"]))
                    .prop_map(|(a, b, o)| format!("sin({a}{o}{b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}/(2+{b}^2)")),
                (inner.clone(), prop::sample::select(vec!["cos", "tanh", "atan"]))
                    .prop_map(|(a, f)| format!("{f}({a})")),
                inner.clone().prop_map(|a| format!("sqrt(2+sin({a}))")),
                inner.clone().prop_map(|a| format!("exp(-({a})^2)")),
                inner.clone().prop_map(|a| format!("log(3+cos({a}))")),
                inner.clone().prop_map(|a| format!("(2+sin({a}))^(1.5+0.1*cos({a}))")),
            ]
        })
    }

    proptest! {
        #[test]
        fn derivatives_are_those_of_the_values(text in smooth(), theta in -1.0..1.0f64) {
            let f = formula(&text);
            let jet = f.at(theta);
            prop_assume!(jet.value.abs() < 1e3 && jet.first.abs() < 50.0 && jet.second.abs() < 1e3);
            // Richardson from h and h/2; the difference between its two levels bounds its error.
            let difference = |h: f64| {
                let (left, right) = (f.at(theta - h), f.at(theta + h));
                ((right.value - left.value) / (2.0 * h), (right.first - left.first) / (2.0 * h))
            };
            let (a, b, c) = (difference(4e-3), difference(2e-3), difference(1e-3));
            let once = |a: f64, b: f64| (4.0 * b - a) / 3.0;
            let twice = |a: f64, b: f64, c: f64| (16.0 * once(b, c) - once(a, b)) / 15.0;
            let first = twice(a.0, b.0, c.0);
            let second = twice(a.1, b.1, c.1);
            let uncertain = |a: f64, b: f64, c: f64| (once(b, c) - once(a, b)).abs() + 1e-9;
            prop_assert!((jet.first - first).abs() < uncertain(a.0, b.0, c.0), "{text}: {} {first}", jet.first);
            prop_assert!((jet.second - second).abs() < uncertain(a.1, b.1, c.1) + 1e-8, "{text}: {} {second}", jet.second);
        }

        #[test]
        fn no_formula_panics(text in "[theasincopq0-9.+*/^() ,-]{0,40}", theta: f64) {
            if let Ok(f) = text.parse::<Formula>() {
                let _ = f.at(theta);
            }
        }
    }
}
