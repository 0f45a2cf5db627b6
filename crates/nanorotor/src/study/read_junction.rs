//! Read the molecule, the leads and the band of a study.

use super::document::{Item, Section, count, list, short, string, table};
use super::draft::{Channel, Entry, Lead, Model};
use super::read::{Reader, required};
use crate::error::Fault;
use crate::units::Dimension;

/// The largest molecule; matrices grow as its square.
const MOST_LEVELS: usize = 256;
/// The most channels of all leads together.
const MOST_CHANNELS: usize = 256;

impl<'a> Reader<'a> {
    /// The molecule, its leads and their band.
    pub(super) fn junction(&mut self, root: &Section<'a>) -> Result<Model, Fault> {
        let molecule = required(
            root,
            "molecule",
            "hamiltonian = [[\"0 eV\"]], or a [landscape] with torque, friction and diffusion",
            &["hamiltonian", "spin_degeneracy"],
        )?;
        let hamiltonian = self.hamiltonian(&molecule)?;
        let spin_degeneracy = self.optional(&molecule, "spin_degeneracy", Dimension::NUMBER)?;
        let levels = hamiltonian.len();
        let leads = self.leads(root, levels)?;
        let bottom = match root.section("band", &["bottom"])? {
            Some(band) => Some((self.required(&band, "bottom", "\"-10 eV\"", Dimension::ENERGY)?, band)),
            None => None,
        };
        let with = leads.iter().find(|lead| lead.lorentzian.is_some());
        let without = leads.iter().find(|lead| lead.lorentzian.is_none());
        match (&bottom, with, without) {
            (Some((_, band)), Some(lead), _) => Err(Fault::new(
                "a study has one kind of band",
                band.span.clone(),
                "a bottom for the whole junction",
                format!("remove [band], or the lorentzian of lead \"{}\"", lead.name),
            )),
            (None, Some(_), Some(lead)) => Err(Fault::new(
                format!("lead \"{}\" has no lorentzian, other leads have one", lead.name),
                self.fields[lead.chemical_potential].span.clone(),
                "this lead",
                "add for example: lorentzian = { center = \"0 eV\", half_width = \"4 eV\" }",
            )),
            (None, None, _) => Err(Fault::new(
                "the study does not say where the band ends",
                molecule.span.clone(),
                "the torque on this molecule depends on it",
                "add [band] with bottom = \"-10 eV\", or to each lead: lorentzian = { center = \"0 eV\", half_width = \"4 eV\" }",
            )),
            _ => {
                Ok(Model::Junction { hamiltonian, spin_degeneracy, bottom: bottom.map(|(id, _)| id), leads })
            }
        }
    }

    fn hamiltonian(&mut self, molecule: &Section<'a>) -> Result<Vec<Vec<Entry>>, Fault> {
        let item = molecule.require("hamiltonian", "[[\"E_1\", \"v\"], [\"v\", \"E_2\"]]")?;
        let example = "[[\"E_1\", \"v\"], [\"v\", \"E_2\"]]";
        let rows = list(item, "hamiltonian", example)?;
        let levels = rows.len();
        if levels == 0 || levels > MOST_LEVELS {
            return Err(Fault::new(
                format!("the hamiltonian has {levels} rows"),
                item.span(),
                format!("expected 1 to {MOST_LEVELS}"),
                format!("write for example {example}"),
            ));
        }
        // All rows are measured before any entry is read.
        let mut matrix = Vec::with_capacity(levels);
        for (i, row) in rows.iter().enumerate() {
            let entries = list(row, "a row of the hamiltonian", example)?;
            if entries.len() != levels {
                return Err(Fault::new(
                    format!(
                        "the hamiltonian is not square: row {} has length {}, not {levels}",
                        i + 1,
                        entries.len()
                    ),
                    row.span(),
                    "this row",
                    format!("{levels} rows need {levels} entries each; a complex entry is [\"re\", \"im\"]"),
                ));
            }
            matrix.push(entries);
        }
        matrix
            .into_iter()
            .enumerate()
            .map(|(i, entries)| {
                entries
                    .into_iter()
                    .enumerate()
                    .map(|(j, item)| {
                        self.entry(
                            item,
                            format!("hamiltonian entry ({}, {})", i + 1, j + 1),
                            Dimension::ENERGY,
                        )
                    })
                    .collect()
            })
            .collect()
    }

    fn leads(&mut self, root: &Section<'a>, levels: usize) -> Result<Vec<Lead>, Fault> {
        let example = "[[lead]] with name = \"left\", chemical_potential, thermal_energy and channel";
        let Some(item) = root.get("lead") else {
            return Err(Fault::new(
                "the study has no [[lead]]",
                root.span.clone(),
                "[[lead]] is missing",
                format!("add {example}"),
            ));
        };
        let mut leads: Vec<Lead> = Vec::new();
        let mut channels = 0;
        for item in list(item, "lead", example)? {
            let known = ["name", "chemical_potential", "thermal_energy", "channel", "lorentzian"];
            let mut section = table(item, format!("lead {}", leads.len() + 1), &known)?;
            let name_item = section.require("name", "\"left\"")?;
            let name = string(name_item, "the name of a lead")?;
            let is_one_line = !name.contains(char::is_control);
            if name.is_empty() || !is_one_line || leads.iter().any(|lead| lead.name == name) {
                return Err(Fault::new(
                    format!("a lead cannot be called {:?}", short(&name)),
                    name_item.span(),
                    match (name.is_empty(), is_one_line) {
                        (true, _) => "empty",
                        (_, false) => "more than one line of text",
                        _ => "another lead has this name",
                    },
                    "give each lead its own name",
                ));
            }
            section.path = format!("lead \"{}\"", short(&name));
            let lead = self.lead(&section, name, levels)?;
            channels += lead.channels.len();
            if channels > MOST_CHANNELS {
                return Err(Fault::new(
                    format!("there are more than {MOST_CHANNELS} channels"),
                    section.span.clone(),
                    "too many with this lead",
                    "leave out the channels that hardly couple",
                ));
            }
            leads.push(lead);
        }
        Ok(leads)
    }

    fn lead(&mut self, section: &Section<'a>, name: String, levels: usize) -> Result<Lead, Fault> {
        let chemical_potential =
            self.required(section, "chemical_potential", "\"V/2\"", Dimension::ENERGY)?;
        let thermal_energy = self.required(section, "thermal_energy", "\"300 K\"", Dimension::ENERGY)?;
        let lorentzian = match section.get("lorentzian") {
            Some(item) => {
                let band =
                    table(item, format!("the lorentzian of {}", section.path), &["center", "half_width"])?;
                Some((
                    self.required(&band, "center", "\"0 eV\"", Dimension::ENERGY)?,
                    self.required(&band, "half_width", "\"4 eV\"", Dimension::ENERGY)?,
                ))
            }
            None => None,
        };
        let example = "[ { broadening = \"0.2 eV\", site = 1, amplitude = \"cos(theta)\" } ]";
        let item = section.require("channel", example)?;
        let items = list(item, "channel", example)?;
        if items.is_empty() {
            return Err(Fault::new(
                format!("{} has no channel", section.path),
                item.span(),
                "an empty list",
                format!("write for example channel = {example}"),
            ));
        }
        let channels = items
            .into_iter()
            .enumerate()
            .map(|(i, item)| self.channel(item, format!("channel {} of {}", i + 1, section.path), levels))
            .collect::<Result<_, _>>()?;
        Ok(Lead { name, chemical_potential, thermal_energy, lorentzian, channels })
    }

    fn channel(&mut self, item: &'a Item<'a>, path: String, levels: usize) -> Result<Channel, Fault> {
        let section = table(item, path, &["broadening", "site", "amplitude", "vector"])?;
        let broadening = self.required(&section, "broadening", "\"0.2 eV\"", Dimension::ENERGY)?;
        let path = section.path.clone();
        if let Some(vector) = section.get("vector") {
            if let Some(key) = ["site", "amplitude"].into_iter().find(|key| section.get(key).is_some()) {
                return Err(Fault::new(
                    format!("{path} has both `vector` and `{key}`"),
                    vector.span(),
                    "couples to all sites",
                    "write either vector = [...], or site and amplitude",
                ));
            }
            let entries = list(vector, "vector", "[\"1\", \"0\"]")?;
            if entries.len() != levels {
                return Err(Fault::new(
                    format!(
                        "the vector of {path} has {} amplitudes, the hamiltonian {levels} levels",
                        entries.len()
                    ),
                    vector.span(),
                    format!("{} amplitudes", entries.len()),
                    "give one amplitude for each level, 0 where the channel does not couple",
                ));
            }
            let amplitude = entries
                .into_iter()
                .enumerate()
                .map(|(i, item)| {
                    Ok((i, self.entry(item, format!("amplitude {} of {path}", i + 1), Dimension::NUMBER)?))
                })
                .collect::<Result<_, Fault>>()?;
            return Ok(Channel { broadening, amplitude });
        }
        let site_item = section.require("site", "1")?;
        let site = count(site_item, &format!("the site of {path}"))?;
        if site == 0 || site > levels as u64 {
            return Err(Fault::new(
                format!(
                    "{path} couples to site {site}, the hamiltonian has {levels} level{}",
                    if levels == 1 { "" } else { "s" }
                ),
                site_item.span(),
                "no such site",
                format!("sites count from 1 to {levels}"),
            ));
        }
        let item = section.require("amplitude", "\"cos(theta)\"")?;
        let entry = self.entry(item, format!("the amplitude of {path}"), Dimension::NUMBER)?;
        Ok(Channel { broadening, amplitude: vec![(site as usize - 1, entry)] })
    }
}
