//! Write a study file by changing lines of the preset and appending what to compute.

use std::fmt::Write;

use nanorotor::study::PRESETS;

/// The text of the preset that everything here begins from.
fn preset() -> &'static str {
    PRESETS.iter().find(|(name, _)| *name == "preston2023").map_or("", |(_, text)| text)
}

/// A study in the making: the preset with other values.
pub(super) struct Recipe {
    comment: String,
    lines: Vec<String>,
    tail: String,
}

impl Recipe {
    /// The preset under another title, after comment lines that say what it is for and what in it is our choice.
    pub(super) fn new(title: &str, comment: &str) -> Self {
        let lines: Vec<&str> = comment.lines().map(str::trim).collect();
        let comment = format!(
            "# {}\n#\n# What follows is the preset preston2023 with what this study changes.\n",
            lines.join("\n# ")
        );
        let lines = preset().lines().map(str::to_owned).collect();
        Self { comment, lines, tail: String::new() }.line("title", &format!("{title:?}"))
    }

    /// Give the key of a line another value; the line's comment goes, for it was about the old value.
    fn line(mut self, key: &str, value: &str) -> Self {
        for line in &mut self.lines {
            if line.split_once('=').is_some_and(|(name, _)| name.trim() == key) {
                *line = format!("{key} = {value}");
                break;
            }
        }
        self
    }

    /// Give a parameter another value.
    pub(super) fn set(self, name: &str, value: &str) -> Self {
        self.line(name, &format!("\"{value}\""))
    }

    /// Add a parameter.
    pub(super) fn parameter(mut self, name: &str, value: &str) -> Self {
        if let Some(at) = self.lines.iter().position(|line| line == "[parameters]") {
            self.lines.insert(at + 1, format!("{name} = \"{value}\""));
        }
        self
    }

    /// The classical potential U_cl(θ).
    pub(super) fn potential(self, formula: &str) -> Self {
        self.line("potential", &format!("\"{formula}\""))
    }

    /// What is computed at each point.
    pub(super) fn compute(mut self, what: &str) -> Self {
        // Writing to a String cannot fail.
        let _ = write!(self.tail, "\n[compute]\nwhat = [\"{what}\"]\n");
        self
    }

    /// The relative error allowed for the rate.
    pub(super) fn tolerance(mut self, tolerance: &str) -> Self {
        let _ = write!(self.tail, "\n[rate]\ntolerance = {tolerance}\n");
        self
    }

    /// Count passages beside the rate, to a relative error.
    pub(super) fn passage(mut self, tolerance: &str) -> Self {
        let _ = write!(self.tail, "\n[rate]\ntolerance = {tolerance}\npassage = true\n");
        self
    }

    /// How trajectories are run: lines of `[simulate]`.
    pub(super) fn simulate(mut self, lines: &[&str]) -> Self {
        let _ = write!(self.tail, "\n[simulate]\n{}\n", lines.join("\n"));
        self
    }

    /// What is swept, each axis as a line of `[sweep]`, the first slowest.
    pub(super) fn sweep(mut self, axes: &[&str]) -> Self {
        let _ = write!(self.tail, "\n[sweep]\n{}\n", axes.join("\n"));
        self
    }

    /// The text of the study.
    pub(super) fn text(&self) -> String {
        format!("{}{}\n{}", self.comment, self.lines.join("\n"), self.tail)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use nanorotor::study::Study;

    #[test]
    fn the_changed_preset_is_a_study_with_the_changes() {
        let recipe = Recipe::new("A \"title\"", "one\ntwo")
            .set("V", "2 eV")
            .parameter("U_1", "0.03 eV")
            .potential("U_1*cos(2*theta)")
            .compute("rate")
            .simulate(&["dt = \"500 au\"", "seed = 4"])
            .sweep(&["phi = { values = [0, \"pi/4\"] }"]);
        let text = recipe.text();
        assert!(text.starts_with("# one\n# two\n#\n"), "{text}");
        let study = Study::from_toml(&text, "test", None).unwrap();
        assert_eq!(study.title(), Some("A \"title\""));
        assert_eq!(study.axes()[0].values.len(), 2);
        let resolved = study.resolve().unwrap();
        let value = |name: &str| {
            resolved.parameters.iter().find(|p| p.name == name).unwrap().quantity().unwrap().to_string()
        };
        assert_eq!((value("V"), value("U_1")), ("2 eV".into(), "0.03 eV".into()));
        let potential = resolved.rotor.potential.at(0.0).value;
        assert!((potential * nanorotor::units::HARTREE_IN_EV - 0.03).abs() < 1e-12);
        assert_eq!(resolved.simulation.seed, 4);
        assert_eq!(resolved.simulation.dt, Some(500.0));
    }

    #[test]
    fn what_the_preset_lacks_is_not_invented() {
        let text = Recipe::new("t", "c").set("nonsense", "1 eV").text();
        assert!(!text.contains("nonsense"));
    }
}
