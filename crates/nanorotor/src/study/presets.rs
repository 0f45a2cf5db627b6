//! The studies that come with nanorotor.

use super::Study;
use super::files::Files;
use super::read::document::short;
use crate::error::{Error, Result, did_you_mean};

/// The studies that come with nanorotor, by name.
pub const PRESETS: &[(&str, &str)] = &[
    ("preston2023", include_str!("../../studies/preston2023.toml")),
    ("wind", include_str!("../../studies/wind.toml")),
    ("blowtorch", include_str!("../../studies/blowtorch.toml")),
    ("three_leads", include_str!("../../studies/three_leads.toml")),
    ("benzene", include_str!("../../studies/benzene.toml")),
    ("graphene", include_str!("../../studies/graphene.toml")),
    ("chain", include_str!("../../studies/chain.toml")),
    ("biphenyl", include_str!("../../studies/biphenyl.toml")),
];

/// The files that they name.
const FILES_OF_PRESETS: &[(&str, &[u8])] = &[
    ("graphene_band.csv", include_bytes!("../../studies/graphene_band.csv")),
    ("biphenyl.nc", include_bytes!("../../studies/biphenyl.nc")),
];

impl Study {
    /// A study that comes with nanorotor.
    ///
    /// # Errors
    /// [`Error::Model`] for a name that is not one of [`PRESETS`].
    pub fn preset(name: &str) -> Result<Self> {
        let Some((_, text)) = PRESETS.iter().find(|(known, _)| *known == name) else {
            let known = || PRESETS.iter().map(|(known, _)| *known);
            return Err(Error::Model {
                what: format!("there is no preset called {}", short(name)),
                hint: did_you_mean(name, known())
                    .unwrap_or_else(|| format!("known are {}", known().collect::<Vec<_>>().join(", "))),
            });
        };
        let named = FILES_OF_PRESETS.iter().filter(|(file, _)| text.contains(&format!("\"{file}\"")));
        let files = named.fold(Files::default(), |files, (file, bytes)| files.holding(*file, *bytes));
        Self::from_files(text, &format!("{name}.toml"), &files)
    }
}
