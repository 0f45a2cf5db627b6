//! List the quantities that figures show, with their symbols.

use nanorotor::quantity::Named;

use crate::page::text::Text;
use crate::plot::axis::Axis;
use crate::show::landscape::shared_label;
use crate::show::reading::Reader;

/// Rotation rates and currents nowhere larger than this, in practical units, are rounding noise on zero.
const NOISE: f64 = 1e-9;

/// One quantity of a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantity {
    /// The name of the variable without noise.
    pub name: &'static str,
    /// The variable of trajectories, whose error has `_error` after its name; empty where there is none.
    pub simulated: &'static str,
    /// In words, as a title has them.
    pub words: &'static str,
    /// Shown values are the variable times this: 100 for what is shown in percent.
    pub factor: f64,
    /// The lead that is meant, by its place, where the variable has one value for each.
    pub lead: Option<usize>,
}

/// The rotation rate.
pub const ROTATION_RATE: Quantity = Quantity {
    name: "rotation_rate",
    simulated: "simulated_rotation_rate",
    words: "Rotation rate R",
    factor: 1.0,
    lead: None,
};

/// The rotational diffusion.
pub(super) const DIFFUSION: Quantity = Quantity {
    name: "rotational_diffusion",
    simulated: "simulated_rotational_diffusion",
    words: "Rotational diffusion D_eff",
    factor: 1.0,
    lead: None,
};

/// The barrier of the potential.
pub const BARRIER: Quantity = Quantity {
    name: "barrier",
    simulated: "",
    words: "Barrier ΔU of the potential",
    factor: 1.0,
    lead: None,
};

/// The highest effective temperature.
pub(super) const TEMPERATURE: Quantity = Quantity {
    name: "max_effective_temperature",
    simulated: "",
    words: "Highest effective temperature",
    factor: 1.0,
    lead: None,
};

/// The share of full revolutions that go forward.
pub const DIRECTIONALITY: Quantity = Quantity {
    name: "revolution_directionality",
    simulated: "directionality_revolution",
    words: "Share of forward revolutions",
    factor: 100.0,
    lead: None,
};

/// The share of hops that go forward.
pub const DIRECTIONALITY_BY_HOPS: Quantity = Quantity {
    name: "hop_directionality",
    simulated: "directionality_hop",
    words: "Share of forward hops",
    ..DIRECTIONALITY
};

/// The mean current out of each lead.
pub(super) const CURRENT: Quantity =
    Quantity { name: "mean_current", simulated: "", words: "Mean current I", factor: 1.0, lead: Some(0) };

/// The mean heat current out of each lead.
pub(super) const HEAT_CURRENT: Quantity = Quantity {
    name: "mean_heat_current",
    simulated: "",
    words: "Mean heat current J",
    factor: 1.0,
    lead: Some(0),
};

/// The power against the load.
pub(super) const POWER: Quantity =
    Quantity { name: "power", simulated: "", words: "Power against the load", factor: 1.0, lead: None };

/// The electrical power.
pub(super) const ELECTRICAL_POWER: Quantity =
    Quantity { name: "electrical_power", simulated: "", words: "Electrical power", factor: 1.0, lead: None };

/// The efficiency.
pub(super) const EFFICIENCY: Quantity =
    Quantity { name: "efficiency", simulated: "", words: "Efficiency", factor: 1.0, lead: None };

/// What is drawn of a sweep over two axes or more, where it has a value that is not zero everywhere or may well be zero.
pub(super) const ALL: [Quantity; 10] = [
    ROTATION_RATE,
    DIFFUSION,
    BARRIER,
    TEMPERATURE,
    CURRENT,
    HEAT_CURRENT,
    DIRECTIONALITY,
    POWER,
    ELECTRICAL_POWER,
    EFFICIENCY,
];

impl Quantity {
    /// Its symbol.
    pub fn symbol(&self) -> Text {
        Text::markup(Named::of(self.figure()).map_or("", |named| named.kind.symbol))
    }

    /// The name of its figure.
    pub(super) fn figure(&self) -> &'static str {
        if self.name.is_empty() { self.simulated } else { self.name }
    }

    /// Whether zero everywhere means that there is nothing of the kind: no load, no leads.
    fn is_optional(&self) -> bool {
        [POWER, ELECTRICAL_POWER, EFFICIENCY].contains(self)
    }

    /// What stands in the panels of its figure: itself, or each of the leads with its name; one lead stands for two that are
    /// alike or mirror each other.
    pub(super) fn parts(self, reader: &Reader<'_>) -> Vec<(Self, Option<Text>)> {
        if self.lead.is_none() {
            // One value that is not zero makes no curve and no map.
            let something =
                |values: Vec<f64>| !self.is_optional() || values.iter().filter(|v| v.abs() > 0.0).count() > 1;
            return if self.any(reader).is_some_and(something) { vec![(self, None)] } else { Vec::new() };
        }
        let leads = reader.leads();
        let of = |k: usize| Self { lead: Some(k), ..self };
        let values = |k: usize| of(k).values(reader).unwrap_or_default();
        if let [one, other] = &leads[..]
            && let Some(label) = shared_label([one, other], &values(0), &values(1))
            && !values(0).is_empty()
        {
            return vec![(of(0), Some(label))];
        }
        let each = leads.iter().enumerate().filter(|(k, _)| !values(*k).is_empty());
        each.map(|(k, lead)| (of(k), Some(Text::plain(lead)))).collect()
    }

    /// The axis that shows it.
    pub fn axis(&self, reader: &Reader<'_>) -> Axis {
        let unit = if self.factor == 100.0 { Text::plain("%") } else { reader.unit(self.known(reader)) };
        Axis::of(self.symbol(), unit).zero_below(NOISE)
    }

    /// One value a point without noise.
    pub fn values(&self, reader: &Reader<'_>) -> Option<Vec<f64>> {
        let values = match self.lead {
            None => reader.values(self.name),
            Some(lead) => {
                let rows = reader.rows(self.name, &["lead"])?;
                let values: Vec<f64> = rows.iter().filter_map(|row| row.get(lead).copied()).collect();
                values.iter().any(|value| value.is_finite()).then_some(values)
            }
        };
        values.map(|values| self.scaled(&values))
    }

    /// Values of trajectories with their errors.
    pub fn simulated(&self, reader: &Reader<'_>) -> Option<(Vec<f64>, Vec<f64>)> {
        let values = reader.values(self.simulated)?;
        let errors = reader.values(&format!("{}_error", self.simulated));
        let errors = errors.unwrap_or_else(|| vec![0.0; values.len()]);
        Some((self.scaled(&values), self.scaled(&errors)))
    }

    /// The values without noise, or those of trajectories where there are no others.
    pub fn any(&self, reader: &Reader<'_>) -> Option<Vec<f64>> {
        self.values(reader).or_else(|| Some(self.simulated(reader)?.0))
    }

    /// The variable that [`Quantity::any`] takes.
    pub fn known(&self, reader: &Reader<'_>) -> &'static str {
        if self.values(reader).is_some() { self.name } else { self.simulated }
    }

    fn scaled(&self, values: &[f64]) -> Vec<f64> {
        values.iter().map(|value| self.factor * value).collect()
    }
}
