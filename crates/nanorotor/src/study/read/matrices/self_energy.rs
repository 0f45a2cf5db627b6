//! Read the self-energy Σ(ω) of a lead from a NetCDF file, and fit it.
//!
//! | variable                                | what it is                                                     |
//! |-----------------------------------------|----------------------------------------------------------------|
//! | energy (energy)                         | rising or not, not twice the same                              |
//! | self_energy, self_energy_imag (energy)  | the retarded Σ of one orbital                                  |
//! | the same (energy, orbital, orbital_2)   | the retarded Σ between several orbitals                        |
//! | E; LEAD/ReSelfEnergy, LEAD/ImSelfEnergy | the same of TBtrans (`TBT.SE.nc`) for one k, transposed, in Ry |
//!
//! Γ = i(Σ − Σ†) is a straight line between the rows and zero outside of them; sites are fitted to it. Re Σ then follows from
//! causality, and is held against that of the file: a constant D that they differ by moves the levels, the rest is told.

use faer::{Mat, Side};
use num_complex::Complex64;

use super::netcdf::{Raw, read_named};
use super::{LARGEST, fault, unit_of};
use crate::error::Fault;
use crate::junction::{Fit, Matrix, fit_matrix};
use crate::quantity::in_practical_units;
use crate::study::document::short;
use crate::study::files::Files;
use crate::units::{Dimension, Unit};

/// The most orbitals of a lead.
const MOST_ORBITALS: usize = 32;
/// The most rows.
const MOST_ROWS: usize = 1 << 16;
/// What rounding may make of a Γ that is zero, relative to its largest norm and to the accuracy of the fit.
const NEGATIVE: f64 = 0.02;
/// A Lorentzian is exactly one if it is as close as this, relative to its maximum.
const EXACT: f64 = 1e-6;

/// Where Σ stands in a file.
pub(in crate::study) enum Place<'a> {
    /// A variable of the name, its imaginary part in `NAME_imag`.
    Variable(&'a str),
    /// An electrode of TBtrans.
    Electrode(&'a str),
}

/// A fitted self-energy: in units of `half_width` from `center` (Ha).
#[derive(Debug, Clone)]
pub(in crate::study) struct SelfEnergy {
    pub(in crate::study) file: String,
    pub(in crate::study) fit: Fit,
    pub(in crate::study) center: f64,
    pub(in crate::study) half_width: f64,
    /// The largest norm of Γ (Ha).
    pub(in crate::study) size: f64,
    pub(in crate::study) orbitals: usize,
    /// The largest deviation of Re Σ from the file, relative to `size`.
    pub(in crate::study) real_error: f64,
}

impl SelfEnergy {
    /// Read and fit a file; faults have no place yet.
    pub(in crate::study) fn load(
        files: &Files,
        file: &str,
        place: &Place<'_>,
        accuracy: f64,
    ) -> Result<Self, Fault> {
        let name = short(file);
        let bytes = files.read(file, LARGEST).map_err(|reason| {
            let hint = "the path is relative to the study file";
            fault(format!("cannot read the self-energy {}", files.path(file).display()), reason, hint)
        })?;
        let rows = Rows::read(&bytes, &name, place)?;
        rows.fitted(name, accuracy)
    }
}

/// Rising energies (Ha) with Σ (Ha).
struct Rows {
    energies: Vec<f64>,
    sigma: Vec<Matrix>,
}

impl Rows {
    fn read(bytes: &[u8], file: &str, place: &Place<'_>) -> Result<Self, Fault> {
        let (names, unit, transposed) = match place {
            Place::Variable(name) => {
                (["energy".into(), (*name).to_owned(), format!("{name}_imag")], "1", false)
            }
            Place::Electrode(lead) => {
                (["E".into(), format!("{lead}/ReSelfEnergy"), format!("{lead}/ImSelfEnergy")], "Ry", true)
            }
        };
        let raw = read_named(bytes, &names).map_err(|reason| {
            let hint = "write NetCDF-4, as xarray's Dataset.to_netcdf does";
            fault(format!("the self-energy {file} is not NetCDF"), reason, hint)
        })?;
        let mut raw = raw.into_iter().zip(&names).map(|(raw, name)| {
            raw.ok_or_else(|| {
                fault(
                    format!("{file} has no variable `{}`", short(name)),
                    "not in the file",
                    "it needs energy, self_energy and self_energy_imag; of TBtrans name the electrode: { file = \"RUN.TBT.SE.nc\", electrode = \"Left\" }",
                )
            })
        });
        let mut next = || raw.next().unwrap_or_else(|| Err(fault(String::new(), "", "")));
        let [energy, re, im] = [next()?, next()?, next()?];
        let energies = numbers(&energy, file, unit)?;
        let mut shape: Vec<usize> = re.dimensions.iter().map(|(_, size)| *size).collect();
        if transposed && shape.len() == 4 {
            if shape[0] != 1 {
                return Err(fault(
                    format!("{file} has {} k-points", shape[0]),
                    "one is needed",
                    "a junction has no k: let TBtrans write the self-energy of one",
                ));
            }
            shape.remove(0);
        }
        let orbitals = match shape[..] {
            [_] => 1,
            [_, rows, columns] if rows == columns && (1..=MOST_ORBITALS).contains(&rows) => rows,
            _ => 0,
        };
        if orbitals == 0 || shape[0] != energies.len() || re.dimensions != im.dimensions {
            return Err(fault(
                format!(
                    "`{}` of {file} is {}, `{}` {}, for {} energies",
                    re.name,
                    super::in_words(&shape),
                    im.name,
                    super::in_words(&im.dimensions.iter().map(|(_, size)| *size).collect::<Vec<_>>()),
                    energies.len()
                ),
                "no self-energy",
                format!("give (energy), or (energy, orbital, orbital_2) of up to {MOST_ORBITALS} orbitals"),
            ));
        }
        let (re, im) = (numbers(&re, file, unit)?, numbers(&im, file, unit)?);
        let entry = |row: usize, i: usize, j: usize| {
            let (i, j) = if transposed { (j, i) } else { (i, j) };
            let at = (row * orbitals + i) * orbitals + j;
            Complex64::new(re[at], im[at])
        };
        let matrix = |row: usize| Mat::from_fn(orbitals, orbitals, |i, j| entry(row, i, j));
        let mut rows: Vec<(f64, Matrix)> =
            energies.iter().enumerate().map(|(i, e)| (*e, matrix(i))).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        if !(3..=MOST_ROWS).contains(&rows.len()) || rows.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(fault(
                format!("{file} has {} energies, or one of them twice", rows.len()),
                "no band",
                format!("give from 3 to {MOST_ROWS} energies that reach from end to end of the band"),
            ));
        }
        let (energies, sigma) = rows.into_iter().unzip();
        Ok(Self { energies, sigma })
    }

    fn fitted(&self, file: String, accuracy: f64) -> Result<SelfEnergy, Fault> {
        let orbitals = self.sigma[0].nrows();
        let gamma: Vec<Matrix> = self.sigma.iter().map(broadening).collect();
        let size = gamma.iter().map(Mat::norm_l2).fold(0.0, f64::max);
        if size == 0.0 {
            return Err(fault(
                format!("Im Σ of {file} is zero at all energies"),
                "no lead",
                "a lead that takes no electrons is none: give its retarded self-energy",
            ));
        }
        for (energy, gamma) in self.energies.iter().zip(&gamma) {
            let lowest = lowest_eigenvalue(gamma);
            if lowest < -NEGATIVE * accuracy * size {
                return Err(fault(
                    format!(
                        "Γ = i(Σ − Σ†) of {file} has the eigenvalue {} at {}",
                        in_practical_units("energy", lowest),
                        in_practical_units("energy", *energy)
                    ),
                    "negative",
                    "give the retarded self-energy, whose Im Σ is never positive",
                ));
            }
        }
        let (first, last) = (self.energies[0], self.energies[self.energies.len() - 1]);
        let (center, half_width) = (0.5 * (first + last), 0.5 * (last - first));
        if let Some(found) = self.lorentzian(&file) {
            return Ok(found);
        }
        // What is continuous misses a step by half of it, at least.
        let ends = [(first, &gamma[0]), (last, &gamma[gamma.len() - 1])];
        if let Some((energy, gamma)) = ends.into_iter().find(|(_, end)| end.norm_l2() > 2.0 * accuracy * size)
        {
            return Err(fault(
                format!(
                    "{file} ends at {}, where Γ is {:.2} of its maximum",
                    in_practical_units("energy", energy),
                    gamma.norm_l2() / size
                ),
                "a band without an end",
                "let it reach beyond the ends of the band: the torque depends on them; a wide band is [band] bottom",
            ));
        }
        let between = |x: f64| {
            let omega = center + half_width * x;
            let i = self.energies.partition_point(|&e| e <= omega).clamp(1, self.energies.len() - 1);
            let (low, high) = (self.energies[i - 1], self.energies[i]);
            let part = ((omega - low) / (high - low)).clamp(0.0, 1.0);
            scaled(&gamma[i - 1], (1.0 - part) / size) + scaled(&gamma[i], part / size)
        };
        let fit = fit_matrix(between, accuracy)
            .map_err(|error| fault(format!("{file}: {error}"), "this self-energy", error.hint()))?;
        let (fit, real_error) = self.with_real_part(fit, center, half_width, size);
        Ok(SelfEnergy { file, fit, center, half_width, size, orbitals, real_error })
    }

    /// One Lorentzian, Σ = (Γ_0 W/2)/(ω − ε + iW), if that is what the file holds: 1/Σ is then a straight line.
    fn lorentzian(&self, file: &str) -> Option<SelfEnergy> {
        if self.sigma[0].nrows() != 1 {
            return None;
        }
        let inverse = |row: usize| 1.0 / self.sigma[row][(0, 0)];
        let last = self.energies.len() - 1;
        let (from, to) = (self.energies[0], self.energies[last]);
        let slope = (inverse(last) - inverse(0)) / (to - from);
        let (residue, pole) = (1.0 / slope, from - inverse(0) / slope);
        let (center, half_width) = (pole.re, -pole.im);
        let size = 2.0 * residue.re / half_width;
        let is_line = |(energy, sigma): (&f64, &Matrix)| {
            (residue.re / (energy - pole) - sigma[(0, 0)]).norm() <= EXACT * size
        };
        let is_lorentzian = half_width > 0.0 && self.energies.iter().zip(&self.sigma).all(is_line);
        is_lorentzian.then(|| SelfEnergy {
            file: file.to_owned(),
            fit: Fit::lorentzian(0.0, 1.0),
            center,
            half_width,
            size,
            orbitals: 1,
            real_error: 0.0,
        })
    }

    /// The fit with the constant that Re Σ differs by, where it is more than the error of the fit, and what is left.
    fn with_real_part(&self, fit: Fit, center: f64, half_width: f64, size: f64) -> (Fit, f64) {
        let deviation = |(energy, sigma): (&f64, &Matrix)| {
            scaled(&hermitian(sigma), 1.0 / size)
                - hermitian(&fit.self_energy((energy - center) / half_width))
        };
        let deviations: Vec<Matrix> = self.energies.iter().zip(&self.sigma).map(deviation).collect();
        let orbitals = deviations[0].nrows();
        let steps = self.energies.windows(2).zip(deviations.windows(2));
        let mean = steps.fold(Mat::zeros(orbitals, orbitals), |sum: Matrix, (energies, deviations)| {
            let weight = 0.25 * (energies[1] - energies[0]) / half_width;
            sum + scaled(&(&deviations[0] + &deviations[1]), weight)
        });
        let shift = if mean.norm_l2() > fit.error { mean } else { Mat::zeros(orbitals, orbitals) };
        let left = deviations.iter().map(|own| (own - &shift).norm_l2()).fold(0.0, f64::max);
        (fit.with_shift(&shift), left)
    }
}

/// The numbers of a variable, energies all (Ha); without units in `unit`.
fn numbers(raw: &Raw, file: &str, unit: &str) -> Result<Vec<f64>, Fault> {
    let (factor, dimension) = match (&raw.units, unit.parse::<Unit>()) {
        (None, Ok(unit)) => (unit.factor(), unit.dimension()),
        _ => unit_of(raw, file)?,
    };
    if dimension.is_none_or(|dimension| !dimension.matches(Dimension::ENERGY)) {
        return Err(fault(
            format!("`{}` of {file} has the units {:?}", raw.name, raw.units.as_deref().unwrap_or_default()),
            "not an energy",
            "give its attribute `units`, such as \"eV\"",
        ));
    }
    match raw.values.iter().position(|value| !value.is_finite()) {
        None => Ok(raw.values.iter().map(|value| value * factor).collect()),
        Some(at) => Err(fault(
            format!("value {} of `{}` of {file} is missing or not finite", at + 1, raw.name),
            "no number",
            "leave out the energies at which Σ was not computed",
        )),
    }
}

fn scaled(matrix: &Matrix, factor: f64) -> Matrix {
    matrix * faer::Scale(Complex64::from(factor))
}

/// i(Σ − Σ†).
fn broadening(sigma: &Matrix) -> Matrix {
    let n = sigma.nrows();
    Mat::from_fn(n, n, |i, j| Complex64::i() * (sigma[(i, j)] - sigma[(j, i)].conj()))
}

/// (Σ + Σ†)/2.
fn hermitian(sigma: &Matrix) -> Matrix {
    let n = sigma.nrows();
    Mat::from_fn(n, n, |i, j| 0.5 * (sigma[(i, j)] + sigma[(j, i)].conj()))
}

fn lowest_eigenvalue(gamma: &Matrix) -> f64 {
    match gamma.nrows() {
        1 => gamma[(0, 0)].re,
        _ => gamma.self_adjoint_eigenvalues(Side::Lower).map_or(f64::NAN, |values| values[0]),
    }
}
