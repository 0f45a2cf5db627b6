//! Read the leads of a study: their bands, self-energies and channels.

use std::ops::Range;

use super::band_table::BandTable;
use super::document::{self, Item, Section, count, list, number, short, string, table};
use super::draft::{Amplitude, Band, Channel, Lead};
use super::matrices::{self, Place, SelfEnergy, Symmetry};
use super::reader::Reader;
use crate::error::Fault;
use crate::junction;
use crate::study::files::Files;
use crate::units::Dimension;

/// The most channels of all leads together.
const MOST_CHANNELS: usize = 256;

/// The keys of bands of a lead's own.
const BANDS: [&str; 4] = ["lorentzian", "chain", "tabulated", "self_energy"];
/// How well sites stand for a band that is fitted, unless a study says so.
const ACCURACY: f64 = 0.02;

/// The largest error allowed of a fit, relative to the maximum of Γ.
fn accuracy(band: &Section<'_>) -> Result<f64, Fault> {
    let Some(item) = band.get("accuracy") else { return Ok(ACCURACY) };
    let accuracy = number(item, "the accuracy of a band")?;
    if (1e-4..=0.5).contains(&accuracy) {
        return Ok(accuracy);
    }
    Err(Fault::new(
        format!("the accuracy of a band is {accuracy}"),
        item.span(),
        "not between 1e-4 and 0.5",
        "it is the largest error of Γ relative to its maximum: write for example 0.02",
    ))
}

/// The self-energy of a lead: the path of a file, or the keys of a section; the file is noted in `named`.
fn self_energy(
    item: &Item<'_>,
    section: Option<&Section<'_>>,
    files: &Files,
    named: &mut Vec<(String, Range<usize>)>,
) -> Result<SelfEnergy, Fault> {
    let what = "the file of a self-energy";
    let load = |file: &str, place: &Place<'_>, accuracy: f64| {
        SelfEnergy::load(files, file, place, accuracy).map_err(|fault| fault.moved(|_| item.span()))
    };
    let Some(section) = section else {
        let file = string(item, what)?;
        named.push((file.clone(), item.span()));
        return load(&file, &Place::Variable("self_energy"), ACCURACY);
    };
    let of_file = section.require("file", "\"left.nc\"")?;
    let file = string(of_file, what)?;
    named.push((file.clone(), of_file.span()));
    let text = |key: &'static str| section.get(key).map(|item| Ok((string(item, key)?, item))).transpose();
    let (variable, electrode) = (text("variable")?, text("electrode")?);
    let accuracy = accuracy(section)?;
    match (&variable, &electrode) {
        (Some(_), Some((_, again))) => Err(Fault::new(
            format!("{} has both `variable` and `electrode`", section.path),
            again.span(),
            "a second place",
            "an electrode is that of TBtrans's own file; name either",
        )),
        (None, Some((electrode, _))) => load(&file, &Place::Electrode(electrode), accuracy),
        (variable, None) => {
            let variable = variable.as_ref().map_or("self_energy", |(name, _)| name);
            load(&file, &Place::Variable(variable), accuracy)
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn leads(
        &mut self,
        root: &Section<'a>,
        levels: usize,
        files: &Files,
    ) -> Result<Vec<Lead>, Fault> {
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
            let mut known = vec!["name", "chemical_potential", "thermal_energy", "channel"];
            known.extend(BANDS);
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
            let lead = self.lead(&section, name, levels, files)?;
            channels += lead.channels.iter().map(Channel::count).sum::<usize>();
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

    fn lead(
        &mut self,
        section: &Section<'a>,
        name: String,
        levels: usize,
        files: &Files,
    ) -> Result<Lead, Fault> {
        let chemical_potential =
            self.required(section, "chemical_potential", "\"V/2\"", Dimension::ENERGY)?;
        let thermal_energy = self.required(section, "thermal_energy", "\"300 K\"", Dimension::ENERGY)?;
        let band = self.band(section, files)?;
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
            .map(|(i, item)| {
                let path = format!("channel {} of {}", i + 1, section.path);
                self.channel(item, path, band.as_ref(), levels)
            })
            .collect::<Result<Vec<Channel>, _>>()?;
        if let Some(Band::SelfEnergy(SelfEnergy { file, orbitals, .. }, _)) = &band {
            let count: usize = channels.iter().map(Channel::count).sum();
            if *orbitals != 1 && *orbitals != count {
                return Err(Fault::new(
                    format!("{file} has {orbitals} orbitals, {} has {count} channels", section.path),
                    item.span(),
                    format!("{count} channels"),
                    "give one channel for each orbital, in the same order: the levels that it acts on",
                ));
            }
        }
        Ok(Lead { name, chemical_potential, thermal_energy, band, channels })
    }

    /// The density of states of a lead's own.
    fn band(&mut self, section: &Section<'a>, files: &Files) -> Result<Option<Band>, Fault> {
        let mut given = BANDS.into_iter().filter_map(|key| Some((key, section.get(key)?)));
        let Some((key, item)) = given.next() else { return Ok(None) };
        if let Some((other, again)) = given.next() {
            return Err(Fault::new(
                format!("{} has both `{key}` and `{other}`", section.path),
                again.span(),
                "a second band",
                "give each lead one band",
            ));
        }
        let path = format!("the {key} of {}", section.path);
        let energy = |reader: &mut Self, band: &Section<'_>, key: &'static str, example: &str| {
            reader.required(band, key, example, Dimension::ENERGY)
        };
        let fault = |what: String, hint: &str| Fault::new(what, item.span(), "this band", hint);
        Ok(Some(match key {
            "lorentzian" => {
                let band = table(item, path, &["center", "half_width"])?;
                Band::Lorentzian {
                    center: energy(self, &band, "center", "\"0 eV\"")?,
                    half_width: energy(self, &band, "half_width", "\"4 eV\"")?,
                }
            }
            "chain" => {
                let band = table(item, path, &["center", "hopping", "accuracy"])?;
                Band::Chain {
                    center: energy(self, &band, "center", "\"0 eV\"")?,
                    hopping: energy(self, &band, "hopping", "\"2.5 eV\"")?,
                    fit: junction::chain(accuracy(&band)?)
                        .map_err(|error| fault(error.to_string(), error.hint()))?,
                }
            }
            "self_energy" if item.get_ref().is_str() => {
                Band::SelfEnergy(self_energy(item, None, files, &mut self.files)?, None)
            }
            "self_energy" => {
                let band = table(item, path, &["file", "variable", "electrode", "accuracy", "zero"])?;
                let zero = self.optional(&band, "zero", Dimension::ENERGY)?;
                Band::SelfEnergy(self_energy(item, Some(&band), files, &mut self.files)?, zero)
            }
            _ => {
                let band = table(item, path, &["file", "accuracy", "zero"])?;
                let zero = self.optional(&band, "zero", Dimension::ENERGY)?;
                let item = band.require("file", "\"graphene.csv\"")?;
                let file = string(item, "the file of a band")?;
                self.files.push((file.clone(), item.span()));
                let fitted = BandTable::load(files, &file, accuracy(&band)?);
                Band::Tabulated(fitted.map_err(|(what, hint)| fault(what, &hint))?, zero)
            }
        }))
    }

    fn channel(
        &mut self,
        item: &'a Item<'a>,
        path: String,
        band: Option<&Band>,
        levels: usize,
    ) -> Result<Channel, Fault> {
        let section = table(item, path, &["broadening", "site", "amplitude", "vector"])?;
        let broadening = match (band, section.get("broadening")) {
            (Some(Band::SelfEnergy(..)), None) => None,
            (Some(Band::SelfEnergy(..)), Some(item)) => {
                return Err(Fault::new(
                    format!("{} has a broadening, its lead a self_energy", section.path),
                    item.span(),
                    "stated twice",
                    "leave it out: the self-energy is an energy itself, and the amplitude multiplies it squared",
                ));
            }
            _ => Some(self.required(&section, "broadening", "\"0.2 eV\"", Dimension::ENERGY)?),
        };
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
            if vector.get_ref().is_str() && self.table.is_some() {
                let what = format!("the vector of {path}");
                let expression = document::expression(vector, self.text, &what)?;
                let (id, shape) =
                    self.array(expression, vector.span(), what, Dimension::NUMBER, Symmetry::None)?;
                let channels = match shape[..] {
                    [rows] if rows == levels => 1,
                    [rows, columns] if rows == levels => columns,
                    _ => {
                        return Err(Fault::new(
                            format!(
                                "the vector of {path} is {}, the hamiltonian has {levels} levels",
                                matrices::in_words(&shape)
                            ),
                            vector.span(),
                            "another number of levels",
                            "give a variable with the dimensions (theta, level), or (theta, level, channel)",
                        ));
                    }
                };
                return Ok(Channel { broadening, amplitude: Amplitude::Array { id, channels } });
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
            return Ok(Channel { broadening, amplitude: Amplitude::Sites(amplitude) });
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
        Ok(Channel { broadening, amplitude: Amplitude::Sites(vec![(site as usize - 1, entry)]) })
    }
}
