//! Infer the dimension of every parameter and refuse sums of unlike things.
//!
//! The dimension of a bare number or of "x au" is an unknown. A formula's dimension is a product of powers of unknowns, which is
//! a linear form in the exponents; every sum and every use gives one linear equation, solved by elimination as it comes.

use std::collections::BTreeMap;
use std::ops::Range;

use super::syntax::{Binary, Expression, Function, Node};
use crate::error::Fault;
use crate::units::Dimension;

/// The dimension of a formula: a known part times powers of unknowns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measure {
    known: Dimension,
    unknowns: BTreeMap<usize, f64>,
}

impl From<Dimension> for Measure {
    fn from(known: Dimension) -> Self {
        Self { known, unknowns: BTreeMap::new() }
    }
}

impl Measure {
    /// This measure times another raised to a power.
    fn times(&self, other: &Self, power: f64) -> Self {
        let mut product = self.clone();
        product.known = product.known.times(other.known, power);
        for (&unknown, exponent) in &other.unknowns {
            *product.unknowns.entry(unknown).or_default() += power * exponent;
        }
        product.unknowns.retain(|_, exponent| exponent.abs() > 1e-9);
        product
    }

    fn to_the(&self, power: f64) -> Self {
        Self::default().times(self, power)
    }
}

/// What is known of the unknown dimensions so far.
#[derive(Debug, Clone, Default)]
pub struct Solver {
    /// For each unknown what it was found to be, and the place that decided it.
    found: Vec<Option<(Measure, Range<usize>)>>,
}

impl Solver {
    /// A new unknown.
    pub fn unknown(&mut self) -> Measure {
        self.found.push(None);
        Measure { known: Dimension::NUMBER, unknowns: BTreeMap::from([(self.found.len() - 1, 1.0)]) }
    }

    /// A measure with everything that has been found out put in.
    fn resolve(&self, measure: &Measure) -> Measure {
        let mut resolved = measure.clone();
        // Each pass replaces one unknown by earlier ones, so this ends.
        while let Some((unknown, power, value)) = resolved.unknowns.iter().find_map(|(&unknown, &power)| {
            self.found[unknown].as_ref().map(|(value, _)| (unknown, power, value))
        }) {
            resolved.unknowns.remove(&unknown);
            resolved = resolved.times(value, power);
        }
        resolved
    }

    /// The dimension of a measure; what is still unknown counts as a pure number.
    pub fn dimension(&self, measure: &Measure) -> Dimension {
        self.resolve(measure).known
    }

    /// The place that decided the unknown that this measure is, if it is one.
    pub fn decided_at(&self, measure: &Measure) -> Option<Range<usize>> {
        let (&unknown, _) = measure.unknowns.iter().next()?;
        self.found[unknown].as_ref().map(|(_, place)| place.clone())
    }

    /// Demand that two measures are equal, because of what stands at `place`.
    ///
    /// # Errors
    /// The two dimensions, if they are known and differ.
    pub fn equate(
        &mut self,
        a: &Measure,
        b: &Measure,
        place: Range<usize>,
    ) -> Result<(), (Dimension, Dimension)> {
        let difference = self.resolve(&a.times(b, -1.0));
        // The latest unknown gives way: `au` in a formula before the parameters beside it.
        if let Some((&unknown, &power)) = difference.unknowns.iter().next_back() {
            let mut rest = difference;
            rest.unknowns.remove(&unknown);
            self.found[unknown] = Some((rest.to_the(-1.0 / power), place));
            Ok(())
        } else if difference.known.matches(Dimension::NUMBER) {
            Ok(())
        } else {
            Err((self.dimension(a), self.dimension(b)))
        }
    }

    /// The measure of an expression, given those of the parameters (unknown names are left to the compiler).
    ///
    /// # Errors
    /// A [`Fault`] at the place where unlike things meet.
    pub fn measure(
        &mut self,
        expression: &Expression,
        lookup: &dyn Fn(&str) -> Option<Measure>,
    ) -> Result<Measure, Fault> {
        let nodes = expression.nodes();
        let whole = expression.bare_number().is_some();
        let mut measures: Vec<Measure> = Vec::with_capacity(nodes.len());
        // The values of parts made of literals alone, for exponents.
        let mut values: Vec<Option<f64>> = Vec::with_capacity(nodes.len());
        for (node, span) in nodes {
            let (measure, value) = match node {
                Node::Number(value) if whole => (self.unknown(), Some(*value)),
                Node::Number(value) => (Measure::default(), Some(*value)),
                Node::Atomic(_) => (self.unknown(), None),
                Node::Quantity { quantity, .. } => {
                    (quantity.dimension().map_or_else(|| self.unknown(), Measure::from), None)
                }
                Node::Theta => (Measure::default(), None),
                Node::Name(name) => (lookup(name).unwrap_or_else(|| self.unknown()), None),
                Node::Negate(a) => (measures[*a].clone(), values[*a].map(|x| -x)),
                Node::Binary(operator, a, b) => {
                    let value = values[*a]
                        .zip(values[*b])
                        .map(|(x, y)| operator.apply(super::Jet::constant(x), super::Jet::constant(y)).value);
                    let parts = (&measures[*a], &measures[*b]);
                    let places = (nodes[*a].1.clone(), nodes[*b].1.clone());
                    (self.binary(*operator, parts, places, values[*b], span)?, value)
                }
                Node::Call(function, a, b) => {
                    let parts = (&measures[*a], &measures[*b]);
                    (self.call(*function, parts, (nodes[*a].1.clone(), nodes[*b].1.clone()), span)?, None)
                }
            };
            measures.push(measure);
            values.push(value);
        }
        Ok(measures.pop().unwrap_or_default())
    }

    fn binary(
        &mut self,
        operator: Binary,
        (a, b): (&Measure, &Measure),
        places: (Range<usize>, Range<usize>),
        exponent: Option<f64>,
        span: &Range<usize>,
    ) -> Result<Measure, Fault> {
        match operator {
            Binary::Multiply => Ok(a.times(b, 1.0)),
            Binary::Divide => Ok(a.times(b, -1.0)),
            Binary::Add | Binary::Subtract => {
                self.same(a, b, places, span)?;
                Ok(a.clone())
            }
            Binary::Power => {
                self.pure(b, places.1, "an exponent")?;
                if let Some(power) = exponent {
                    return Ok(a.to_the(power));
                }
                if self.resolve(a).unknowns.is_empty() && !self.dimension(a).matches(Dimension::NUMBER) {
                    return Err(Fault::new(
                        format!("{} is raised to a power that is not a plain number", self.dimension(a)),
                        span.clone(),
                        "the dimension of this is not known beforehand",
                        "write the exponent as a number, or divide the base by a quantity of its kind",
                    ));
                }
                self.pure(a, places.0, "the base of such a power")?;
                Ok(Measure::default())
            }
        }
    }

    fn call(
        &mut self,
        function: Function,
        (a, b): (&Measure, &Measure),
        places: (Range<usize>, Range<usize>),
        span: &Range<usize>,
    ) -> Result<Measure, Fault> {
        match function {
            Function::Abs => Ok(a.clone()),
            Function::Sqrt => Ok(a.to_the(0.5)),
            Function::Min | Function::Max => {
                self.same(a, b, places, span)?;
                Ok(a.clone())
            }
            _ => {
                self.pure(a, places.0, "the argument of this function")?;
                Ok(Measure::default())
            }
        }
    }

    fn same(
        &mut self,
        a: &Measure,
        b: &Measure,
        places: (Range<usize>, Range<usize>),
        span: &Range<usize>,
    ) -> Result<(), Fault> {
        self.equate(a, b, span.clone()).map_err(|(left, right)| {
            let hint = if left.matches(Dimension::NUMBER) {
                format!(
                    "a bare number in a formula has no dimension: give it a unit, as in \"{}\"",
                    right.example()
                )
            } else if right.matches(Dimension::NUMBER) {
                format!(
                    "a bare number in a formula has no dimension: give it a unit, as in \"{}\"",
                    left.example()
                )
            } else {
                "only like things can be added or compared".to_string()
            };
            Fault::new(format!("{left} and {right} do not add"), places.0, left.to_string(), hint)
                .also(places.1, right.to_string())
        })
    }

    fn pure(&mut self, measure: &Measure, place: Range<usize>, what: &str) -> Result<(), Fault> {
        self.equate(measure, &Measure::default(), place.clone()).map_err(|(found, _)| {
            Fault::new(
                format!(
                    "{what} is a pure number or an angle, not {}",
                    found.to_string().trim_start_matches("a ")
                ),
                place,
                found.to_string(),
                "divide it by a quantity of its kind",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Expression {
        Expression::parse(text).unwrap()
    }

    fn dimension(text: &str) -> Dimension {
        let mut solver = Solver::default();
        let measure = solver.measure(&parse(text), &|_| None).unwrap();
        solver.dimension(&measure)
    }

    fn fault(text: &str) -> Fault {
        Solver::default().measure(&parse(text), &|_| None).unwrap_err()
    }

    #[test]
    fn dimensions_follow_the_arithmetic() {
        assert!(dimension("2 eV * 3 ps").matches(Dimension::FRICTION));
        assert!(dimension("sqrt(2 eV * 3 eV)").matches(Dimension::ENERGY));
        assert!(dimension("(2 eV)^2 * 1 ps").matches(Dimension::DIFFUSION));
        assert!(dimension("2 eV / (1 meV)").matches(Dimension::NUMBER));
        assert!(dimension("cos(2*theta + 45 deg)*1 eV").matches(Dimension::ENERGY));
        assert!(dimension("1 eV + 3 au").matches(Dimension::ENERGY));
        assert!(dimension("abs(-1 eV) + min(1 au, 2 K)").matches(Dimension::ENERGY));
    }

    #[test]
    fn unlike_things_are_named_where_they_meet() {
        let found = fault("1 eV + 2*3 ps");
        assert_eq!(found.message, "an energy and a time do not add");
        assert_eq!(found.labels, [(0..4, "an energy".to_string()), (7..13, "a time".to_string())]);
        let found = fault("cos(1 eV)");
        assert_eq!(
            found.message,
            "the argument of this function is a pure number or an angle, not an energy"
        );
        assert_eq!(found.labels[0].0, 4..8);
        assert_eq!(
            fault("2 + 1 eV").hint,
            "a bare number in a formula has no dimension: give it a unit, as in \"0.5 eV\""
        );
        assert_eq!(fault("2^(1 eV)").message, "an exponent is a pure number or an angle, not an energy");
        assert_eq!(
            fault("(1 eV)^theta").message,
            "an energy is raised to a power that is not a plain number"
        );
    }

    #[test]
    fn the_dimension_of_a_bare_number_is_found_from_its_uses() {
        let mut solver = Solver::default();
        let (a, b) = (solver.unknown(), solver.unknown());
        let lookup = |name: &str| Some(if name == "a" { a.clone() } else { b.clone() });
        // sqrt(a*b) is used as an energy, then a as a friction; so b is an energy per time.
        let mean = solver.measure(&parse("sqrt(a*b)"), &lookup).unwrap();
        solver.equate(&mean, &Dimension::ENERGY.into(), 0..1).unwrap();
        solver.equate(&a, &Dimension::FRICTION.into(), 1..2).unwrap();
        assert!(solver.dimension(&b).matches(Dimension { energy: 1.0, time: -1.0 }));
        assert_eq!((solver.decided_at(&b), solver.decided_at(&a)), (Some(0..1), Some(1..2)));
        let (found, expected) = solver.equate(&b, &Dimension::TIME.into(), 2..3).unwrap_err();
        assert!(found.matches(Dimension { energy: 1.0, time: -1.0 }) && expected.matches(Dimension::TIME));
    }

    #[test]
    fn an_atomic_unit_takes_the_dimension_that_the_names_beside_it_leave() {
        let mut solver = Solver::default();
        let s = solver.unknown();
        let product = solver.measure(&parse("s*5 au"), &|_| Some(s.clone())).unwrap();
        solver.equate(&product, &Dimension::FRICTION.into(), 0..1).unwrap();
        assert!(solver.dimension(&s).matches(Dimension::NUMBER));
        let product = solver.measure(&parse("s*5 au"), &|_| Some(s.clone())).unwrap();
        solver.equate(&product, &Dimension::ENERGY.into(), 1..2).unwrap();
        assert!(solver.dimension(&s).matches(Dimension::NUMBER));
    }

    #[test]
    fn chains_of_unknowns_resolve() {
        let mut solver = Solver::default();
        let chain: Vec<Measure> = (0..50).map(|_| solver.unknown()).collect();
        for pair in chain.windows(2) {
            solver.equate(&pair[0], &pair[1], 0..0).unwrap();
        }
        solver.equate(&chain[20], &Dimension::INERTIA.into(), 0..0).unwrap();
        assert!(chain.iter().all(|measure| solver.dimension(measure).matches(Dimension::INERTIA)));
    }
}
