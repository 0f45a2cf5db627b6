//! Check functions of theta: finite, Hermitian, periodic.

use std::f64::consts::TAU;
use std::ops::Range;

use crate::error::Fault;
use crate::expression::{Formula, Panel};
use crate::junction::ComplexFormula;
use crate::study::limits::LARGEST;
use crate::study::read::draft::Field;
use crate::study::words::{show, show_in, significant};
use crate::units::{Dimension, Unit};

/// The largest n for which a period L/n is looked for.
const MOST_PARTS: u32 = 64;

/// The ends of a band may lie deeper than anything else, to see what its depth does (eV).
const DEEPEST_BAND: f64 = 1e6;

/// Angles at which any function is looked at: zero, and some that no symmetry maps onto each other.
pub(super) fn angles() -> impl Iterator<Item = f64> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    (0..10).map(|j| TAU * (f64::from(j) * GOLDEN).fract())
}

/// The same angles and those that tell a formula wherever it is narrow, all within one turn.
pub(super) fn angles_of<'a>(formulas: impl IntoIterator<Item = &'a Formula>) -> Vec<f64> {
    let panels = formulas.into_iter().flat_map(|formula| formula.panels(TAU));
    angles().chain(panels.flat_map(Panel::nodes)).map(|theta| theta.rem_euclid(TAU)).collect()
}

/// Refuse a formula that is not finite, or not twice differentiable.
pub(super) fn finite(formula: &Formula, field: &Field) -> Result<(), Fault> {
    // What is bounded for complex angles all around the circle is finite on it, with its derivatives.
    let places = if formula.is_bounded(TAU) { angles().collect() } else { angles_of([formula]) };
    for theta in places {
        let jet = formula.at(theta);
        if jet.is_finite() {
            continue;
        }
        let place = if formula.is_constant() { String::new() } else { format!(" at theta = {theta:.3}") };
        let problem = if jet.value.is_finite() {
            format!("has no finite derivative{place}")
        } else {
            format!("is {}{place}", jet.value)
        };
        return Err(Fault::new(
            format!("{} {problem}", field.what),
            field.span.clone(),
            "must be finite and smooth at every angle",
            "look for a division by zero, a logarithm or root of a negative number, or an overflow",
        ));
    }
    Ok(())
}

/// Refuse a field that is larger anywhere than such a thing can be.
pub(super) fn size(formula: &Formula, field: &Field) -> Result<(), Fault> {
    let Some(&(_, most, unit)) = LARGEST.iter().find(|(dimension, ..)| dimension.matches(field.dimension))
    else {
        return Ok(());
    };
    let is_band = ["bottom", "half_width", "center"].iter().any(|key| field.what.starts_with(key));
    let most = if is_band { DEEPEST_BAND } else { most };
    let unit: Unit = unit.parse()?;
    let at = |theta: f64| formula.at(theta).value;
    let largest = if formula.is_constant() {
        at(0.0)
    } else {
        angles()
            .map(at)
            .fold(0.0, |largest: f64, value| if value.abs() > largest.abs() { value } else { largest })
    };
    if largest.abs() <= most * unit.factor() {
        return Ok(());
    }
    let own = field.expression.whole_quantity().map_or_else(|| unit.clone(), |found| found.unit().clone());
    let shown = show_in(most * unit.factor(), unit);
    Err(Fault::new(
        format!("{} is {}, more than any rotor has", field.what, show_in(largest, own)),
        field.span.clone(),
        format!("beyond {shown}"),
        format!("look at the unit and the exponent: at most {shown} is taken"),
    ))
}

/// A check of a square matrix; the function tells the places of its entries.
pub(super) type Check = fn(&[Vec<ComplexFormula>], Places<'_>) -> Result<(), Fault>;
type Places<'a> = &'a dyn Fn(usize, usize) -> Range<usize>;

/// Refuse a Hamiltonian that is not Hermitian at every angle.
pub(super) fn hermitian(matrix: &[Vec<ComplexFormula>], span: Places<'_>) -> Result<(), Fault> {
    let Some(broken) = mismatch(matrix, 1.0) else { return Ok(()) };
    let (i, j) = broken.entry;
    if i == j {
        return Err(Fault::new(
            format!("the hamiltonian is not Hermitian: entry ({0}, {0}) is not real", i + 1),
            span(i, j),
            format!("{} at theta = {:.3}", complex(broken.upper, Dimension::ENERGY), broken.theta),
            "the entries on the diagonal are real energies",
        ));
    }
    Err(Fault::new(
        format!(
            "the hamiltonian is not Hermitian: entries ({0}, {1}) and ({1}, {0}) are not conjugate",
            i + 1,
            j + 1
        ),
        span(i, j),
        format!("{} at theta = {:.3}", complex(broken.upper, Dimension::ENERGY), broken.theta),
        "entry (j, i) is the complex conjugate of entry (i, j)",
    )
    .also(span(j, i), complex(broken.lower, Dimension::ENERGY)))
}

/// Refuse a connection that is not anti-Hermitian at every angle.
pub(super) fn anti_hermitian(matrix: &[Vec<ComplexFormula>], span: Places<'_>) -> Result<(), Fault> {
    let Some(broken) = mismatch(matrix, -1.0) else { return Ok(()) };
    let (i, j) = broken.entry;
    Err(Fault::new(
        format!("the connection is not anti-Hermitian: see entries ({0}, {1}) and ({1}, {0})", i + 1, j + 1),
        span(i, j),
        format!("{} at theta = {:.3}", complex(broken.upper, Dimension::NUMBER), broken.theta),
        "an orthonormal basis has A = <a|d/dtheta b> with A(j, i) = -A(i, j)*: what is real on the diagonal, or alike \
         on both sides of it, does not belong there",
    )
    .also(span(j, i), complex(broken.lower, Dimension::NUMBER)))
}

/// A complex number for a message.
fn complex([re, im]: [f64; 2], dimension: Dimension) -> String {
    let re = show(re, dimension);
    if im == 0.0 { re } else { format!("{re} + i × {}", show(im, dimension)) }
}

/// An entry of a matrix whose partner across the diagonal does not fit, with both and the angle.
struct Mismatch {
    entry: (usize, usize),
    theta: f64,
    upper: [f64; 2],
    lower: [f64; 2],
}

/// The first entry for which (j, i) is not `sign` times the complex conjugate of (i, j).
fn mismatch(matrix: &[Vec<ComplexFormula>], sign: f64) -> Option<Mismatch> {
    let value = |entry: &ComplexFormula, theta: f64| entry.each_ref().map(|part| part.at(theta).value);
    for (i, row) in matrix.iter().enumerate() {
        for (j, entry) in row.iter().enumerate().skip(i) {
            let partner = &matrix[j][i];
            let is_real = [&entry[1], &partner[1]].iter().all(|part| **part == Formula::constant(0.0));
            if sign > 0.0 && is_real && entry[0] == partner[0] {
                continue;
            }
            for theta in angles_of(entry.iter().chain(partner)) {
                let (upper, lower) = (value(entry, theta), value(partner, theta));
                let size = upper.iter().chain(&lower).fold(0.0f64, |size, x| size.max(x.abs()));
                let misses = [upper[0] - sign * lower[0], upper[1] + sign * lower[1]];
                if misses.iter().any(|miss| miss.abs() > 1e-12 * size) {
                    return Some(Mismatch { entry: (i, j), theta, upper, lower });
                }
            }
        }
    }
    None
}

/// Functions of theta that have their period together.
pub(super) struct Group<'a> {
    what: &'a str,
    span: Range<usize>,
    formulas: Vec<&'a Formula>,
    /// Whether all of them may change their sign together.
    sign_free: bool,
    /// The angles that tell them.
    angles: Vec<f64>,
    size: f64,
}

impl<'a> Group<'a> {
    pub(super) fn new(
        what: &'a str,
        span: Range<usize>,
        formulas: Vec<&'a Formula>,
        sign_free: bool,
    ) -> Self {
        // A few angles of each stretch on which they are smooth: what does not come back there does not anywhere.
        let angles: Vec<f64> =
            angles().chain(angles_of(formulas.iter().copied()).into_iter().skip(10).step_by(5)).collect();
        let values = formulas.iter().flat_map(|f| angles.iter().map(|&theta| f.at(theta).value.abs()));
        let size = values.fold(0.0, f64::max);
        Self { what, span, formulas, sign_free, angles, size }
    }

    /// Whether everything comes back after `shift`.
    fn repeats(&self, shift: f64) -> bool {
        let signs: &[f64] = if self.sign_free { &[1.0, -1.0] } else { &[1.0] };
        signs.iter().any(|sign| {
            self.angles.iter().all(|&theta| {
                self.formulas
                    .iter()
                    .all(|f| (sign * f.at(theta + shift).value - f.at(theta).value).abs() <= 1e-9 * self.size)
            })
        })
    }
}

/// Refuse a period that is not one.
pub(super) fn period(groups: &[Group<'_>], period: f64, period_span: &Range<usize>) -> Result<(), Fault> {
    let Some(group) = groups.iter().find(|group| !group.repeats(period)) else { return Ok(()) };
    let largest =
        (1..=MOST_PARTS).rev().find(|&n| groups.iter().all(|group| group.repeats(TAU / f64::from(n))));
    let hint = match largest {
        Some(1) => "everything has the period 2 pi: write period = \"2*pi\"".to_string(),
        Some(2) => "everything has the period pi: write period = \"pi\"".to_string(),
        Some(n) => format!("everything has the period 2 pi / {n}: write period = \"2*pi/{n}\""),
        None => "not even a full turn brings everything back: theta belongs inside sin and cos, in whole multiples".into(),
    };
    Err(Fault::new(
        format!("{} does not have the period {} of [rotor]", group.what, significant(period)),
        group.span.clone(),
        "does not come back after the period",
        hint,
    )
    .also(period_span.clone(), "the period"))
}
