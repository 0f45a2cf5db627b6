//! Read fields, each with its place and its dimension.

use std::ops::Range;

use super::document::{self, Item, Section, wrong_kind};
use super::draft::{Entry, Field, Id};
use super::matrices::{self, MatrixFile, MatrixTable, Symmetry, Uses};
use super::refuse_two_meanings;
use crate::error::Fault;
use crate::units::Dimension;

/// Collects the fields of a study while it is read.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// The names of the parameters.
    pub(super) parameters: Vec<String>,
    pub(super) fields: Vec<Field>,
    pub(super) arrays: Vec<Field>,
    pub(super) table: Option<MatrixFile>,
    /// The files that the study names, with the places of their names.
    pub(super) files: Vec<(String, Range<usize>)>,
    /// The variables of the table that formulas of matrices use.
    pub(super) uses: Uses,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let (parameters, fields, arrays, files) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { text, parameters, fields, arrays, table: None, files, uses: Uses::new() }
    }

    /// What the study uses of its table.
    pub(super) fn used_of_table(&mut self) -> Result<Option<MatrixTable>, Fault> {
        let Some(table) = self.table.take() else { return Ok(None) };
        for (name, span) in self.fields.iter().flat_map(|field| field.expression.names()) {
            if self.parameters.iter().any(|parameter| parameter == name) {
                refuse_two_meanings(&table, name, &span)?;
            } else if let Some(shape) = table.shape(name) {
                if !shape.is_empty() {
                    return Err(Fault::new(
                        format!("`{name}` of the table is {}, not a number", matrices::in_words(&shape)),
                        span,
                        "a function of theta is needed",
                        "matrices belong in the hamiltonian and the connection, vectors in channels",
                    ));
                }
                self.uses.entry(name.to_owned()).or_insert((Symmetry::None, span));
            }
        }
        table.used(&self.uses).map(Some)
    }

    pub(super) fn field(&mut self, item: &Item<'_>, what: String, dimension: Dimension) -> Result<Id, Fault> {
        let expression = document::expression(item, self.text, &what)?;
        self.fields.push(Field { expression, span: item.span(), what, dimension });
        Ok(self.fields.len() - 1)
    }

    pub(super) fn required(
        &mut self,
        section: &Section<'_>,
        key: &str,
        example: &str,
        dimension: Dimension,
    ) -> Result<Id, Fault> {
        let item = section.require(key, example)?;
        self.field(item, format!("{key} of {}", section.path), dimension)
    }

    pub(super) fn optional(
        &mut self,
        section: &Section<'_>,
        key: &str,
        dimension: Dimension,
    ) -> Result<Option<Id>, Fault> {
        section
            .get(key)
            .map(|item| self.field(item, format!("{key} of {}", section.path), dimension))
            .transpose()
    }

    /// A matrix entry: one value, or a list of its real and imaginary part.
    pub(super) fn entry(
        &mut self,
        item: &Item<'_>,
        what: String,
        dimension: Dimension,
    ) -> Result<Entry, Fault> {
        let Some(parts) = item.get_ref().as_array() else {
            return Ok(Entry { re: self.field(item, what, dimension)?, im: None });
        };
        let parts: Vec<_> = parts.iter().collect();
        let [re, im] = parts.as_slice() else {
            return Err(wrong_kind(
                item,
                &what,
                "a value or a pair [\"re\", \"im\"]",
                "a complex entry has two parts",
            ));
        };
        let re = self.field(re, format!("the real part of {what}"), dimension)?;
        Ok(Entry { re, im: Some(self.field(im, format!("the imaginary part of {what}"), dimension)?) })
    }
}
