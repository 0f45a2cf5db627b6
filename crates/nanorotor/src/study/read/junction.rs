//! Read the molecule of a study.

use std::ops::Range;

use super::document::{self, Item, Section, count, list, short, string, table, wrong_kind};
use super::draft::{ArrayId, Entry, Field, Junction, Matrix, Model, Reference};
use super::matrices::{self, MatrixFile, Shape, Symmetry};
use super::reader::Reader;
use super::{refuse_two_meanings, required};
use crate::error::{Fault, did_you_mean};
use crate::expression::Expression;
use crate::study::files::Files;
use crate::units::Dimension;

/// The largest molecule; matrices grow as its square.
const MOST_LEVELS: usize = 256;

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
    pub(super) fn array(
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
}
