//! Say how a table was interpolated, and what that costs.

use super::{Assumption, Standing};
use crate::study::{Interpolation, LandscapeModel, Profile, Source, Tabulated, TabulatedVariable};

/// How a table was interpolated and how well its functions are known between the rows; nothing for formulas.
pub(super) fn interpolation(model: &LandscapeModel) -> Option<Assumption> {
    let Source::Table { file, rows, interpolation } = &model.source else { return None };
    let profiles =
        [("torque", &model.torque), ("friction", &model.friction), ("diffusion", &model.diffusion)];
    let relative = |profile: &Profile| match profile {
        Profile::Formula(_) => 0.0,
        Profile::Series(series) => {
            let shifted = match interpolation {
                Interpolation::Fourier { rounding } => rounding * series.derivative().magnitude(),
                Interpolation::Spline => 0.0,
            };
            (series.tail() + shifted) / series.magnitude().max(f64::MIN_POSITIVE)
        }
        Profile::Spline(spline) => {
            let size = spline.points().1.iter().fold(f64::MIN_POSITIVE, |size, f| size.max(f.abs()));
            spline.error_estimate() / size
        }
    };
    let (name, error) = profiles
        .map(|(name, profile)| (name, relative(profile)))
        .into_iter()
        .fold(("torque", 0.0), |worst, one| if one.1 > worst.1 { one } else { worst });
    let text = format!(
        "{interpolation} through the {rows} rows of {file}; between them the {name} is known to about {error:.1e} of its maximum"
    );
    Some(Assumption { name: "table", standing: Standing::of(error, 1e-3, 0.1), text })
}

/// How well the samples of a junction know its matrices, and whether more of them would help.
pub(super) fn sampling(table: &Tabulated) -> Assumption {
    let Tabulated { file, angles, harmonics, variables, .. } = table;
    let kept = match harmonics {
        Some(kept) => format!(", of which harmonics up to {kept} are kept"),
        None => String::new(),
    };
    let text = format!("Fourier series through the {angles} angles of {file}{kept}");
    let Some(worst) = variables.iter().max_by(|a, b| a.error.total_cmp(&b.error)) else {
        return Assumption { name: "table", standing: Standing::Holds, text };
    };
    let TabulatedVariable { name, error, above_noise, .. } = worst;
    let text = match above_noise {
        None => format!("{text}; {name} is known to about {error:.1e} of its largest entry"),
        Some(above) => {
            let advice = match harmonics {
                Some(_) => String::new(),
                None => format!("; harmonics = {} keeps what stands out of it", (*above).max(1)),
            };
            format!(
                "{text}; {name} has noise of {error:.1e} of its largest entry, against which more angles do not help{advice}"
            )
        }
    };
    Assumption { name: "table", standing: Standing::of(*error, 1e-4, 1e-2), text }
}
