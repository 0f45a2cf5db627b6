//! Read matrices, couplings and functions that are sampled on angles, from the NetCDF file of `[molecule] table`.
//!
//! | dimensions                     | what it may be                                   |
//! |--------------------------------|--------------------------------------------------|
//! | (theta, level, level_2)        | h, a term of it, the connection                  |
//! | (theta, level)                 | amplitudes of one channel                        |
//! | (theta, level, channel)        | amplitudes of several channels                   |
//! | (theta)                        | potential, friction, any function in a formula   |
//!
//! Without theta they are the same at every angle. Only `theta` has to be called so; imaginary parts stand in `NAME_imag`.

mod formula;
mod geometry;
mod netcdf;
mod sampling;
mod self_energy;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

pub(in crate::study) use formula::{Shape, entries, in_words, shape};
pub use geometry::Geometry;
use netcdf::Raw;
pub use netcdf::Samples;
#[cfg(feature = "netcdf")]
pub use netcdf::{netcdf_of, netcdf_of_energies};
use sampling::{Grid, Quality};
pub(in crate::study) use self_energy::{Place, SelfEnergy};

use super::document::short;
use crate::error::{Fault, did_you_mean};
use crate::expression::{Formula, Series};
use crate::junction::ComplexFormula;
use crate::periodic::Periodic;
use crate::study::files::Files;
use crate::study::words::significant;
use crate::units::{Dimension, Unit};

/// The largest file in bytes.
const LARGEST: usize = 1 << 30;
/// What a matrix may miss being Hermitian, relative to its largest entry; it is made so.
const HERMITIAN: f64 = 1e-8;
/// What the end of a period may differ from its beginning, relative to the largest entry.
const CLOSED: f64 = 1e-6;
/// What the series of a variable may miss, relative to the largest entry; beyond that it tells too little.
const RESOLVED: f64 = 1e-3;

/// What has to hold of the conjugate transpose of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::study) enum Symmetry {
    None,
    Hermitian,
    AntiHermitian,
}

/// The variables that a study uses: what has to hold of each, and where it is named.
pub(in crate::study) type Uses = BTreeMap<String, (Symmetry, Range<usize>)>;

/// A file that was opened: what it holds, not yet what a study uses of it.
#[derive(Debug, Clone)]
pub(in crate::study) struct MatrixFile {
    name: Arc<str>,
    grid: Grid,
    harmonics: Option<usize>,
    raw: Vec<Raw>,
    geometry: Option<Geometry>,
}

/// A variable as functions of theta.
#[derive(Debug, Clone)]
pub(in crate::study) struct Variable {
    pub(in crate::study) shape: Shape,
    /// None in atomic units of whatever is wanted.
    pub(in crate::study) dimension: Option<Dimension>,
    pub(in crate::study) entries: Vec<ComplexFormula>,
    pub(in crate::study) error: f64,
    pub(in crate::study) above_noise: Option<usize>,
}

/// What a study uses of a file.
#[derive(Debug, Clone)]
pub(in crate::study) struct MatrixTable {
    pub(in crate::study) name: Arc<str>,
    pub(in crate::study) angles: usize,
    pub(in crate::study) period: f64,
    pub(in crate::study) harmonics: Option<usize>,
    /// All variables of the file.
    pub(in crate::study) names: Vec<String>,
    /// Those that the study uses.
    pub(in crate::study) variables: BTreeMap<String, Variable>,
    /// The atoms, where the file has them.
    pub(in crate::study) geometry: Option<Geometry>,
}

impl MatrixTable {
    /// A function of theta among the variables.
    pub(in crate::study) fn function(&self, name: &str) -> Option<Formula> {
        let variable = self.variables.get(name).filter(|variable| variable.shape.is_empty())?;
        Some(variable.entries[0][0].clone())
    }

    /// The entries of a variable.
    pub(in crate::study) fn entries(&self, name: &str) -> Option<Vec<ComplexFormula>> {
        self.variables.get(name).map(|variable| variable.entries.clone())
    }
}

/// A fault whose place is still to be found.
fn fault(message: String, label: impl Into<String>, hint: impl Into<String>) -> Fault {
    Fault::new(message, 0..0, label, hint)
}

impl MatrixFile {
    /// Open a file; of its series a low pass keeps so many harmonics. Faults have no place yet.
    pub(in crate::study) fn load(files: &Files, name: &str, harmonics: Option<usize>) -> Result<Self, Fault> {
        let path = short(name);
        let bytes = files.read(name, LARGEST).map_err(|reason| {
            let hint = "the path is relative to the study file";
            fault(format!("cannot read the table {}", files.path(name).display()), reason, hint)
        })?;
        let mut raw = netcdf::read(&bytes).map_err(|reason| {
            let hint = "write NetCDF-4, as xarray's Dataset.to_netcdf does";
            fault(format!("the table {path} is not NetCDF"), reason, hint)
        })?;
        let Some(theta) = raw.iter().find(|raw| raw.name == "theta" && raw.dimensions.len() == 1) else {
            return Err(fault(
                format!("the table {path} has no variable theta with the dimension theta"),
                "no angles",
                "give the equidistant angles of one period as the coordinate theta, in rad or degree",
            ));
        };
        let (factor, dimension) = unit_of(theta, &path)?;
        if dimension.is_none_or(|dimension| !dimension.matches(Dimension::NUMBER)) {
            return Err(fault(
                format!("theta of {path} is in {:?}", theta.units.as_deref().unwrap_or_default()),
                "not an angle",
                "give theta in rad or degree",
            ));
        }
        let angles: Vec<f64> = theta.values.iter().map(|angle| angle * factor).collect();
        let grid = Grid::of(&angles).map_err(|mut fault| {
            fault.message = format!("{path}: {}", fault.message);
            fault
        })?;
        let geometry = Geometry::taken_from(&mut raw, grid.start);
        Ok(Self { name: path.into(), grid, harmonics, raw, geometry })
    }

    /// Whether there is a variable of that name.
    pub(in crate::study) fn has(&self, name: &str) -> bool {
        self.raw.iter().any(|raw| raw.name == name)
    }

    /// The names of the variables, without imaginary parts and angles.
    fn names(&self) -> Vec<String> {
        let names = self.raw.iter().map(|raw| raw.name.clone());
        names.filter(|name| name != "theta" && !name.ends_with("_imag")).collect()
    }

    /// The shape of a variable; none if there is none of that name.
    pub(in crate::study) fn shape(&self, name: &str) -> Option<Shape> {
        let raw = self.raw.iter().find(|raw| raw.name == name)?;
        let own = raw.dimensions.iter().skip(usize::from(raw.is_sampled()));
        Some(own.map(|(_, size)| *size).collect())
    }

    /// Refuse a name that no variable has.
    pub(in crate::study) fn require(&self, name: &str) -> Result<(), Fault> {
        self.raw(name).map(|_| ())
    }

    fn raw(&self, name: &str) -> Result<&Raw, Fault> {
        self.raw.iter().find(|raw| raw.name == name).ok_or_else(|| {
            let names = self.names();
            let hint = did_you_mean(name, names.iter().map(String::as_str));
            fault(
                format!("{} has no variable `{}`", self.name, short(name)),
                "not in the table",
                hint.unwrap_or_else(|| format!("it has {}", names.join(", "))),
            )
        })
    }

    /// The functions that a study uses, with what has to hold of each.
    pub(in crate::study) fn used(self, used: &Uses) -> Result<MatrixTable, Fault> {
        let mut variables = BTreeMap::new();
        for (name, (symmetry, span)) in used {
            let variable = self.variable(name, *symmetry).map_err(|fault| fault.moved(|_| span.clone()))?;
            variables.insert(name.clone(), variable);
        }
        let Grid { angles, period, .. } = self.grid;
        let names = self.names();
        let Self { name, harmonics, geometry, .. } = self;
        Ok(MatrixTable { name, angles, period, harmonics, names, variables, geometry })
    }

    fn variable(&self, name: &str, symmetry: Symmetry) -> Result<Variable, Fault> {
        let raw = self.raw(name)?;
        if let Some(at) = raw.dimensions.iter().skip(1).position(|(name, _)| name == "theta") {
            return Err(fault(
                format!("`{name}` of {} has theta as dimension {}", self.name, at + 2),
                "theta comes first",
                "write it with theta first, as xarray's .transpose(\"theta\", ...) does",
            ));
        }
        let imaginary = format!("{name}_imag");
        let imaginary = self.raw.iter().find(|raw| raw.name == imaginary);
        if let Some(other) = imaginary.filter(|other| other.dimensions != raw.dimensions) {
            return Err(fault(
                format!("`{name}` and `{}` of {} have other dimensions", other.name, self.name),
                "two parts of one variable",
                "give the imaginary part the dimensions of the real one",
            ));
        }
        let (factor, dimension) = unit_of(raw, &self.name)?;
        let mut parts = vec![self.numbers(raw, factor)?];
        if let Some(other) = imaginary {
            let (factor, found) = unit_of(other, &self.name)?;
            if found.zip(dimension).is_some_and(|(a, b)| !a.matches(b)) {
                return Err(fault(
                    format!("`{name}` and `{}` of {} have units of two kinds", other.name, self.name),
                    "two parts of one variable",
                    "give both parts one unit",
                ));
            }
            parts.push(self.numbers(other, factor)?);
        }
        let shape = self.shape(name).unwrap_or_default();
        let size = shape.iter().product();
        let scale = parts.iter().flatten().fold(0.0f64, |scale, x| scale.max(x.abs()));
        if symmetry != Symmetry::None {
            if parts.len() == 1 {
                parts.push(vec![0.0; parts[0].len()]);
            }
            self.symmetrise(name, &mut parts, shape[0], scale, symmetry)?;
        }
        let sampled = raw.is_sampled();
        let (entries, envelope) = self.functions(&parts, size, sampled, scale);
        let mut quality = Quality::of(&envelope, self.harmonics);
        if symmetry == Symmetry::AntiHermitian {
            // A connection acts as [A, h] beside h′: its errors count against 1/rad, however little the basis turns.
            quality.error *= scale / scale.max(1.0);
        }
        if sampled && quality.error > RESOLVED {
            return Err(self.unresolved(name, quality));
        }
        let Quality { error, above_noise } = quality;
        Ok(Variable { shape, dimension, entries, error: if sampled { error } else { 0.0 }, above_noise })
    }

    /// The values of a variable in atomic units, each angle once.
    fn numbers(&self, raw: &Raw, factor: f64) -> Result<Vec<f64>, Fault> {
        let mut values: Vec<f64> = raw.values.iter().map(|value| value * factor).collect();
        let sampled = raw.is_sampled();
        let angles = if sampled { self.grid.angles + usize::from(self.grid.closed) } else { 1 };
        let size = values.len() / angles;
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            let place = if sampled {
                format!(" at theta = {} rad", significant(self.grid.angle(at / size.max(1))))
            } else {
                String::new()
            };
            return Err(fault(
                format!("`{}` of {} is missing or not finite{place}", raw.name, self.name),
                "not a finite number",
                "every entry must be a finite number at every angle",
            ));
        }
        if sampled && self.grid.closed {
            let end = values.split_off(self.grid.angles * size);
            let scale = values.iter().fold(0.0f64, |scale, x| scale.max(x.abs()));
            if end.iter().zip(&values).any(|(a, b)| (a - b).abs() > CLOSED * scale) {
                return Err(fault(
                    format!(
                        "`{}` of {} does not come back after the period of its angles",
                        raw.name, self.name
                    ),
                    "its first and last angle differ",
                    "take phases and signs of states that vary smoothly all around, or leave out the last angle",
                ));
            }
        }
        Ok(values)
    }

    /// Make a matrix Hermitian or anti-Hermitian, or refuse one that is not.
    fn symmetrise(
        &self,
        name: &str,
        parts: &mut [Vec<f64>],
        levels: usize,
        scale: f64,
        symmetry: Symmetry,
    ) -> Result<(), Fault> {
        let sign = if symmetry == Symmetry::Hermitian { 1.0 } else { -1.0 };
        let [re, im] = parts else { return Ok(()) };
        for (j, (re, im)) in re.chunks_mut(levels * levels).zip(im.chunks_mut(levels * levels)).enumerate() {
            for (a, b) in (0..levels).flat_map(|a| (a..levels).map(move |b| (a, b))) {
                let (at, mirror) = (a * levels + b, b * levels + a);
                let misses = [re[at] - sign * re[mirror], im[at] + sign * im[mirror]];
                if misses.iter().any(|miss| miss.abs() > HERMITIAN * scale) {
                    let (row, column) = (a + 1, b + 1);
                    let what = if sign > 0.0 { "Hermitian" } else { "anti-Hermitian" };
                    let largest = misses[0].abs().max(misses[1].abs()) / scale;
                    return Err(fault(
                        format!(
                            "`{name}` of {} is not {what}: at theta = {} rad entries ({row}, {column}) and \
                             ({column}, {row}) miss it by {largest:.1e} of its largest entry",
                            self.name,
                            significant(self.grid.angle(j)),
                        ),
                        format!("at most {HERMITIAN:.0e} is mended"),
                        "entry (j, i) is the complex conjugate of entry (i, j), with a minus for a connection",
                    ));
                }
                let (x, y) = (re[at] - 0.5 * misses[0], im[at] - 0.5 * misses[1]);
                (re[at], re[mirror]) = (x, sign * x);
                (im[at], im[mirror]) = (y, -sign * y);
            }
        }
        Ok(())
    }

    /// Every entry as a function, and the largest harmonics of all of them, relative to the largest value.
    fn functions(
        &self,
        parts: &[Vec<f64>],
        size: usize,
        sampled: bool,
        scale: f64,
    ) -> (Vec<ComplexFormula>, Vec<f64>) {
        let mut envelope = vec![0.0f64; self.grid.angles / 2 + 1];
        let mut one = |values: Option<&Vec<f64>>, entry: usize| {
            let Some(values) = values else { return Formula::constant(0.0) };
            if !sampled {
                return Formula::constant(values[entry]);
            }
            let samples: Vec<f64> = values.iter().skip(entry).step_by(size).copied().collect();
            let function = self.grid.series(&samples, scale);
            for (largest, c) in envelope.iter_mut().zip(function.harmonics()) {
                *largest = largest.max(2.0 * c.norm() / scale);
            }
            let mut harmonics = function.harmonics().to_vec();
            harmonics.truncate(self.harmonics.map_or(usize::MAX, |kept| kept + 1));
            match harmonics[..] {
                [mean] => Formula::constant(mean.re),
                _ => Formula::sampled(Series::new(Periodic::from_harmonics(self.grid.period, harmonics))),
            }
        };
        let entries = (0..size).map(|entry| [one(parts.first(), entry), one(parts.get(1), entry)]).collect();
        (entries, envelope)
    }

    fn unresolved(&self, name: &str, quality: Quality) -> Fault {
        let Grid { angles, .. } = self.grid;
        let error = format!("{:.1e}", quality.error);
        match quality.above_noise {
            Some(above) => fault(
                format!("the noise of `{name}` of {} is {error} of its largest entry", self.name),
                "too noisy",
                format!(
                    "more angles do not help: converge what computed it, or keep its lowest harmonics with harmonics = {above}"
                ),
            ),
            None => fault(
                format!(
                    "{angles} angles do not resolve `{name}` of {}: its series errs by about {error} of its largest entry",
                    self.name
                ),
                "not resolved",
                match self.harmonics {
                    Some(_) => "keep more harmonics, or leave `harmonics` out",
                    None => {
                        "sample at twice as many angles, with phases and signs of states that vary smoothly with theta"
                    }
                },
            ),
        }
    }
}

/// The size of a variable's unit in atomic units, and its dimension: none for `au`. Without a unit it is a pure number.
fn unit_of(raw: &Raw, table: &str) -> Result<(f64, Option<Dimension>), Fault> {
    let text = raw.units.as_deref().unwrap_or("1");
    let unit: Unit = text.parse().map_err(|found: Fault| {
        fault(
            format!("`{}` of {table} has the units {:?}: {}", raw.name, short(text), found.message),
            "its units are not known",
            found.hint,
        )
    })?;
    Ok((unit.factor(), unit.dimension()))
}
