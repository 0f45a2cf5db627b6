//! List the quantities that figures show, with their symbols.

use crate::axis::Axis;
use crate::reading::Reader;
use crate::text::Text;

/// Rotation rates and currents nowhere larger than this, in practical units, are rounding noise on zero.
const NOISE: f64 = 1e-9;

/// One quantity of a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quantity {
    /// The name of the variable without noise.
    pub(crate) name: &'static str,
    /// The variable of trajectories, whose error has `_error` after its name; empty where there is none.
    pub(crate) simulated: &'static str,
    /// In [`Text::markup`].
    pub(crate) symbol: &'static str,
    pub(crate) words: &'static str,
    /// Shown values are the variable times this: 100 for what is shown in percent.
    pub(crate) factor: f64,
}

pub(crate) const ROTATION_RATE: Quantity = Quantity {
    name: "rotation_rate",
    simulated: "simulated_rotation_rate",
    symbol: "*R*",
    words: "Rotation rate R",
    factor: 1.0,
};

pub(crate) const DIFFUSION: Quantity = Quantity {
    name: "rotational_diffusion",
    simulated: "simulated_rotational_diffusion",
    symbol: "*D*_{eff}",
    words: "Rotational diffusion D_eff",
    factor: 1.0,
};

pub(crate) const BARRIER: Quantity = Quantity {
    name: "barrier",
    simulated: "",
    symbol: "barrier",
    words: "Barrier of the potential",
    factor: 1.0,
};

pub(crate) const TEMPERATURE: Quantity = Quantity {
    name: "max_effective_temperature",
    simulated: "",
    symbol: "max *k*_{B}*T*_{eff}",
    words: "Highest effective temperature",
    factor: 1.0,
};

pub(crate) const DIRECTIONALITY: Quantity = Quantity {
    name: "",
    simulated: "directionality_revolution",
    symbol: "Dir",
    words: "Share of forward revolutions",
    factor: 100.0,
};

impl Quantity {
    /// The axis that shows it.
    pub(crate) fn axis(&self, reader: &Reader<'_>) -> Axis {
        let unit = if self.factor == 100.0 { Text::plain("%") } else { reader.unit(self.known(reader)) };
        Axis::of(Text::markup(self.symbol), unit).zero_below(NOISE)
    }

    /// One value a point without noise.
    pub(crate) fn values(&self, reader: &Reader<'_>) -> Option<Vec<f64>> {
        reader.values(self.name).map(|values| self.scaled(&values))
    }

    /// Values of trajectories with their errors.
    pub(crate) fn simulated(&self, reader: &Reader<'_>) -> Option<(Vec<f64>, Vec<f64>)> {
        let values = reader.values(self.simulated)?;
        let errors = reader.values(&format!("{}_error", self.simulated));
        let errors = errors.unwrap_or_else(|| vec![0.0; values.len()]);
        Some((self.scaled(&values), self.scaled(&errors)))
    }

    /// The values without noise, or those of trajectories where there are no others.
    pub(crate) fn any(&self, reader: &Reader<'_>) -> Option<Vec<f64>> {
        self.values(reader).or_else(|| Some(self.simulated(reader)?.0))
    }

    /// The variable that [`Quantity::any`] takes.
    pub(crate) fn known(&self, reader: &Reader<'_>) -> &'static str {
        if reader.values(self.name).is_some() { self.name } else { self.simulated }
    }

    fn scaled(&self, values: &[f64]) -> Vec<f64> {
        values.iter().map(|value| self.factor * value).collect()
    }
}
