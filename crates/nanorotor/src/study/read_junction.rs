//! Read the molecule, the leads and the band of a study.

use std::ops::Range;

use super::band_table::BandTable;
use super::document::{self, Item, Section, count, list, number, short, string, table, wrong_kind};
use super::draft::{
    Amplitude, ArrayId, Band, Channel, Entry, Field, Junction, Lead, Matrix, Model, Reference,
};
use super::files::Files;
use super::matrices::{self, MatrixFile, Place, SelfEnergy, Shape, Symmetry};
use super::read::{Reader, refuse_two_meanings, required};
use crate::error::{Fault, did_you_mean};
use crate::expression::Expression;
use crate::junction;
use crate::units::Dimension;

/// The largest molecule; matrices grow as its square.
const MOST_LEVELS: usize = 256;
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

/// The self-energy of a lead: the path of a file, or more; the file is noted in `named`.
fn self_energy(
    item: &Item<'_>,
    path: String,
    files: &Files,
    named: &mut Vec<(String, Range<usize>)>,
) -> Result<SelfEnergy, Fault> {
    let what = "the file of a self-energy";
    let load = |file: &str, place: &Place<'_>, accuracy: f64| {
        SelfEnergy::load(files, file, place, accuracy).map_err(|fault| fault.moved(|_| item.span()))
    };
    if item.get_ref().is_str() {
        let file = string(item, what)?;
        named.push((file.clone(), item.span()));
        return load(&file, &Place::Variable("self_energy"), ACCURACY);
    }
    let section = table(item, path, &["file", "variable", "electrode", "accuracy"])?;
    let of_file = section.require("file", "\"left.nc\"")?;
    let file = string(of_file, what)?;
    named.push((file.clone(), of_file.span()));
    let text = |key: &'static str| section.get(key).map(|item| Ok((string(item, key)?, item))).transpose();
    let (variable, electrode) = (text("variable")?, text("electrode")?);
    let accuracy = accuracy(&section)?;
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
    /// The molecule, its leads and their band.
    pub(super) fn junction(&mut self, root: &Section<'a>, files: &Files) -> Result<Model, Fault> {
        let molecule = required(
            root,
            "molecule",
            "hamiltonian = [[\"0 eV\"]], or a [landscape] with torque, friction and diffusion",
            &["table", "harmonics", "hamiltonian", "connection", "spin_degeneracy", "reference"],
        )?;
        self.open_table(&molecule, files)?;
        let (hamiltonian, levels) = self.hamiltonian(&molecule)?;
        let connection = self.connection(&molecule, &hamiltonian, levels)?;
        let spin_degeneracy = self.optional(&molecule, "spin_degeneracy", Dimension::NUMBER)?;
        let reference = self.reference(&molecule)?;
        let leads = self.leads(root, levels, files)?;
        let bottom = match root.section("band", &["bottom"])? {
            Some(band) => Some((self.required(&band, "bottom", "\"-10 eV\"", Dimension::ENERGY)?, band)),
            None => None,
        };
        let with = leads.iter().find_map(|lead| lead.band.as_ref().map(|band| (lead, band.key())));
        let without = leads.iter().find(|lead| lead.band.is_none());
        match (&bottom, with, without) {
            (Some((_, band)), Some((lead, key)), _) => Err(Fault::new(
                "a study has one kind of band",
                band.span.clone(),
                "a bottom for the whole junction",
                format!("remove [band], or the {key} of lead \"{}\"", lead.name),
            )),
            (None, Some((_, key)), Some(lead)) => Err(Fault::new(
                format!("lead \"{}\" has no {key}, other leads have one", lead.name),
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
                let bottom = bottom.map(|(id, _)| id);
                let junction =
                    Junction { levels, hamiltonian, connection, spin_degeneracy, reference, bottom, leads };
                Ok(Model::Junction(junction))
            }
        }
    }

    /// Open the table of matrices, if the molecule has one.
    fn open_table(&mut self, molecule: &Section<'a>, files: &Files) -> Result<(), Fault> {
        let Some(item) = molecule.get("table") else {
            return match molecule.get("harmonics") {
                Some(item) => Err(Fault::new(
                    "[molecule] has `harmonics` but no table",
                    item.span(),
                    "nothing to keep harmonics of",
                    "it is a low pass for what is sampled: add table = \"scan.nc\", or leave it out",
                )),
                None => Ok(()),
            };
        };
        let harmonics = match molecule.get("harmonics") {
            Some(item) => match count(item, "harmonics")? {
                0 => {
                    let hint = "0 keeps a mean and nothing that turns: write for example 8";
                    return Err(Fault::new("harmonics is 0", item.span(), "nothing is left", hint));
                }
                kept => Some(kept as usize),
            },
            None => None,
        };
        let file = string(item, "table")?;
        self.files.push((file.clone(), item.span()));
        let table =
            MatrixFile::load(files, &file, harmonics).map_err(|fault| fault.moved(|_| item.span()))?;
        self.table = Some(table);
        Ok(())
    }

    /// The hamiltonian, by its entries or as a formula of matrices, with its number of levels.
    fn hamiltonian(&mut self, molecule: &Section<'a>) -> Result<(Matrix, usize), Fault> {
        let example = "[[\"E_1\", \"v\"], [\"v\", \"E_2\"]]";
        let what = "the hamiltonian".to_owned();
        let (expression, span) = match (molecule.get("table"), molecule.get("hamiltonian")) {
            (Some(table), None) => (Expression::parse("h")?.moved(|_| table.span()), table.span()),
            (Some(_), Some(item)) if item.get_ref().is_str() => {
                (document::expression(item, self.text, &what)?, item.span())
            }
            _ => {
                let item = molecule.require("hamiltonian", example)?;
                let entries = self.matrix(item, "hamiltonian", example, None, Dimension::ENERGY)?;
                let levels = entries.len();
                return Ok((Matrix::Entries(entries), levels));
            }
        };
        let (id, shape) =
            self.array(expression, span.clone(), what, Dimension::ENERGY, Symmetry::Hermitian)?;
        match shape[..] {
            [rows, columns] if rows == columns && (1..=MOST_LEVELS).contains(&rows) => {
                Ok((Matrix::Array(id), rows))
            }
            _ => Err(Fault::new(
                format!("the hamiltonian is {}", matrices::in_words(&shape)),
                span,
                format!("expected a square matrix of 1 to {MOST_LEVELS} levels"),
                "give a variable with the dimensions (theta, level, level_2)",
            )),
        }
    }

    /// The connection; that of a table whose hamiltonian is used goes with it.
    fn connection(
        &mut self,
        molecule: &Section<'a>,
        hamiltonian: &Matrix,
        levels: usize,
    ) -> Result<Option<Matrix>, Fault> {
        let of_table = self.table.as_ref().is_some_and(|table| table.has("connection"));
        let (expression, span) = match (molecule.get("connection"), molecule.get("table")) {
            (Some(item), Some(_)) if item.get_ref().is_str() => {
                (document::expression(item, self.text, "the connection")?, item.span())
            }
            (Some(item), _) => {
                let example = "[[\"0\", \"1\"], [\"-1\", \"0\"]]";
                let entries = self.matrix(item, "connection", example, Some(levels), Dimension::NUMBER)?;
                return Ok(Some(Matrix::Entries(entries)));
            }
            (None, Some(table)) if of_table && matches!(hamiltonian, Matrix::Array(_)) => {
                (Expression::parse("connection")?.moved(|_| table.span()), table.span())
            }
            (None, _) => return Ok(None),
        };
        let what = "the connection".to_owned();
        let (id, shape) =
            self.array(expression, span.clone(), what, Dimension::NUMBER, Symmetry::AntiHermitian)?;
        if shape == [levels, levels] {
            return Ok(Some(Matrix::Array(id)));
        }
        Err(Fault::new(
            format!("the connection is {}, the hamiltonian has {levels} levels", matrices::in_words(&shape)),
            span,
            "another size",
            "give a variable with the dimensions (theta, level, level_2)",
        ))
    }

    /// A formula that is linear in matrices or vectors of the table, with its shape.
    fn array(
        &mut self,
        expression: Expression,
        span: Range<usize>,
        what: String,
        dimension: Dimension,
        symmetry: Symmetry,
    ) -> Result<(ArrayId, Shape), Fault> {
        let Some(table) = &self.table else { return Ok((0, Shape::new())) };
        for (name, place) in expression.names() {
            if self.parameters.iter().any(|parameter| parameter == name) {
                refuse_two_meanings(table, name, &place)?;
                continue;
            }
            let needed = match table.shape(name) {
                Some(shape) if shape.is_empty() => Symmetry::None,
                _ => symmetry,
            };
            let (known, first) = self.uses.entry(name.to_owned()).or_insert((needed, place.clone()));
            if *known != needed {
                return Err(Fault::new(
                    format!("`{name}` is used as two kinds of matrix"),
                    place,
                    format!("part of {what}"),
                    "a hamiltonian is Hermitian, a connection anti-Hermitian: use two variables",
                )
                .also(first.clone(), "used here too"));
            }
            table.require(name).map_err(|fault| fault.moved(|_| place.clone()))?;
        }
        let shape = matrices::shape(&expression, &|name| table.shape(name))?;
        self.arrays.push(Field { expression, span, what, dimension });
        Ok((self.arrays.len() - 1, shape))
    }

    fn reference(&mut self, molecule: &Section<'a>) -> Result<Reference, Fault> {
        const HINT: &str =
            "write \"none\", \"equilibrium\" or \"molecule\", or a table with state = one of them";
        let Some(item) = molecule.get("reference") else { return Ok(Reference::None) };
        let keys = ["state", "chemical_potential", "thermal_energy", "occupied_below"];
        let details = match item.get_ref().as_table() {
            Some(_) => Some(table(item, "the reference of [molecule]".into(), &keys)?),
            None => None,
        };
        let state_item = match &details {
            Some(section) => section.require("state", "\"equilibrium\"")?,
            None => item,
        };
        let Some(state) = state_item.get_ref().as_str() else {
            return Err(wrong_kind(state_item, "the reference of [molecule]", "a text", HINT));
        };
        let allowed: &[&str] = match state {
            "none" => &["state"],
            "equilibrium" => &keys[..3],
            "molecule" => &["state", "occupied_below"],
            _ => {
                return Err(Fault::new(
                    format!("the reference of [molecule] is \"{}\"", short(state)),
                    state_item.span(),
                    "not known here",
                    did_you_mean(state, ["none", "equilibrium", "molecule"]).unwrap_or_else(|| HINT.into()),
                ));
            }
        };
        let stray = details.iter().flat_map(Section::entries).find(|(key, ..)| !allowed.contains(key));
        if let Some((key, span, _)) = stray {
            return Err(Fault::new(
                format!("`{key}` does not belong to the reference \"{state}\""),
                span,
                "not needed",
                match state {
                    "molecule" => "the isolated molecule has occupied_below, an energy in its gap",
                    "equilibrium" => "an equilibrium has a chemical_potential and a thermal_energy",
                    _ => "write reference = \"none\", or leave it out",
                },
            ));
        }
        let mut optional = |key: &str| match &details {
            Some(section) => self.optional(section, key, Dimension::ENERGY),
            None => Ok(None),
        };
        Ok(match state {
            "equilibrium" => Reference::Equilibrium {
                chemical_potential: optional("chemical_potential")?,
                thermal_energy: optional("thermal_energy")?,
            },
            "molecule" => Reference::Molecule { occupied_below: optional("occupied_below")? },
            _ => Reference::None,
        })
    }

    /// A square matrix with so many rows, or any number of them.
    fn matrix(
        &mut self,
        item: &'a Item<'a>,
        name: &str,
        example: &str,
        size: Option<usize>,
        dimension: Dimension,
    ) -> Result<Vec<Vec<Entry>>, Fault> {
        let rows = list(item, name, example)?;
        let levels = size.unwrap_or(rows.len());
        if levels == 0 || levels > MOST_LEVELS || levels != rows.len() {
            return Err(Fault::new(
                format!("the {name} has {} rows", rows.len()),
                item.span(),
                match size {
                    Some(levels) => format!("the hamiltonian has {levels}"),
                    None => format!("expected 1 to {MOST_LEVELS}"),
                },
                format!("write for example {example}"),
            ));
        }
        // All rows are measured before any entry is read.
        let mut matrix = Vec::with_capacity(levels);
        for (i, row) in rows.iter().enumerate() {
            let entries = list(row, &format!("a row of the {name}"), example)?;
            if entries.len() != levels {
                return Err(Fault::new(
                    format!(
                        "the {name} is not square: row {} has length {}, not {levels}",
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
                        self.entry(item, format!("{name} entry ({}, {})", i + 1, j + 1), dimension)
                    })
                    .collect()
            })
            .collect()
    }

    fn leads(&mut self, root: &Section<'a>, levels: usize, files: &Files) -> Result<Vec<Lead>, Fault> {
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
        if let Some(Band::SelfEnergy(SelfEnergy { file, orbitals, .. })) = &band {
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
            "self_energy" => Band::SelfEnergy(self_energy(item, path, files, &mut self.files)?),
            _ => {
                let band = table(item, path, &["file", "accuracy"])?;
                let item = band.require("file", "\"graphene.csv\"")?;
                let file = string(item, "the file of a band")?;
                self.files.push((file.clone(), item.span()));
                let fitted = BandTable::load(files, &file, accuracy(&band)?);
                Band::Tabulated(fitted.map_err(|(what, hint)| fault(what, &hint))?)
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
            (Some(Band::SelfEnergy(_)), None) => None,
            (Some(Band::SelfEnergy(_)), Some(item)) => {
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
