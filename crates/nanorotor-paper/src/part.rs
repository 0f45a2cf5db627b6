//! Describe a part of the reproduction: a study with its name.

use crate::recipe::Recipe;

/// The time step at the paper's moment of inertia: the rotor's fastest oscillation takes fifty of them.
pub(crate) const STEP: &str = "dt = \"1000 au_time\"";

/// The bottoms at which rotations are counted.
pub(crate) const BOTTOMS: &str = "band_bottom = { values = [\"-5 eV\", \"-7 eV\", \"-10 eV\", \"-15 eV\", \"-20 eV\", \"-30 eV\", \"-50 eV\", \"-70 eV\", \"-100 eV\"] }";

/// A study that belongs to the reproduction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The name of its folder and file.
    pub name: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// The whole study file.
    pub text: String,
    /// Whether it runs trajectories.
    pub needs_trajectories: bool,
}

impl Part {
    pub(crate) fn new(
        name: &'static str,
        title: &'static str,
        comment: &str,
        with: impl FnOnce(Recipe) -> Recipe,
    ) -> Self {
        let text = with(Recipe::new(title, comment)).text();
        Self { name, title, text, needs_trajectories: false }
    }

    pub(crate) fn with_trajectories(mut self) -> Self {
        self.needs_trajectories = true;
        self
    }
}
