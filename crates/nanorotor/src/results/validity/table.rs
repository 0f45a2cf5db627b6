//! Say how a table was interpolated, and what that costs.

use super::{Assumption, Standing};
use crate::study::{LandscapeModel, Profile, Source};

/// How a table was interpolated and how well its functions are known between the rows; nothing for formulas.
pub(super) fn interpolation(model: &LandscapeModel) -> Option<Assumption> {
    let Source::Table { file, rows, interpolation } = &model.source else { return None };
    let profiles =
        [("torque", &model.torque), ("friction", &model.friction), ("diffusion", &model.diffusion)];
    let relative = |profile: &Profile| match profile {
        Profile::Formula(_) => 0.0,
        Profile::Series(series) => series.tail() / series.magnitude().max(f64::MIN_POSITIVE),
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
