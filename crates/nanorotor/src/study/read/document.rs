//! Walk a TOML document with the place of everything in it.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Fault, did_you_mean, nearest};
use crate::expression::Expression;
use crate::units::Plain;

/// A value of the document with its place.
pub(in crate::study) type Item<'a> = Spanned<DeValue<'a>>;

/// The largest study file in bytes.
pub(in crate::study) const LARGEST: usize = 16 << 20;
/// The most names of a folder that are looked through for one that was meant.
const MOST_NAMES: usize = 10_000;

/// The study file that somebody may have meant: the same name with its ending, or a name much like it in the same folder or among
/// others.
pub(in crate::study) fn file_meant<'a>(path: &Path, others: impl Iterator<Item = &'a str>) -> Option<String> {
    let whole = path.with_extension("toml");
    if whole != path && whole.is_file() {
        return Some(format!("did you mean `{}`?", whole.display()));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .take(MOST_NAMES)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "toml"))
        .collect();
    let name = path.file_name()?.to_string_lossy();
    match nearest(&name, names.iter().map(String::as_str)) {
        Some(name) => Some(format!("did you mean `{}`?", path.with_file_name(name).display())),
        None => did_you_mean(&path.to_string_lossy(), others),
    }
}

/// Read the TOML of a whole document.
pub(in crate::study) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, Fault> {
    if text.len() > LARGEST {
        return Err(Fault::new(
            "the study file is too large",
            0..0,
            "",
            "at most 16 MiB; large tables belong in a CSV file",
        ));
    }
    DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().lines().next().unwrap_or("not TOML").to_string();
        let before = text.get(..span.start).unwrap_or_default();
        let after = text.get(span.start..).unwrap_or_default();
        let hint = if message.contains("duplicate") && before.ends_with('[') && after.starts_with("lead") {
            "each lead begins with [[lead]], in two pairs of brackets"
        } else if message.contains("duplicate") {
            "each name may be defined once"
        } else if before.ends_with(|c: char| c.is_ascii_digit())
            && after.strip_prefix(',').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            "write decimals with a point"
        } else if after.starts_with(|c: char| !c.is_ascii())
            && Plain::of(after.lines().next().unwrap_or_default()).is_some()
        {
            "only texts in quotes may have a minus sign or digits that are not of the keyboard"
        } else if after.starts_with('.') && message.contains("mantissa") {
            "a number has a digit before its point, as in 0.5"
        } else if message.contains("recursion") || message.contains("nest") {
            "a study needs no deep nesting"
        } else {
            "a line reads name = 1.5 or name = \"formula or quantity\": text stands in quotes"
        };
        Fault::new(message, span, "not valid TOML here", hint)
    })
}

/// A table of the document: its path for messages, and its place.
#[derive(Clone)]
pub(in crate::study) struct Section<'a> {
    pub(in crate::study) path: String,
    pub(in crate::study) span: Range<usize>,
    table: &'a DeTable<'a>,
}

impl<'a> Section<'a> {
    /// A table in which any name may occur.
    pub(in crate::study) fn open(
        path: impl Into<String>,
        span: Range<usize>,
        table: &'a DeTable<'a>,
    ) -> Self {
        Self { path: path.into(), span, table }
    }

    /// A table in which only the known names may occur.
    pub(in crate::study) fn closed(
        path: impl Into<String>,
        span: Range<usize>,
        table: &'a DeTable<'a>,
        known: &[&str],
    ) -> Result<Self, Fault> {
        let section = Self::open(path, span, table);
        for (key, span, _) in section.entries() {
            if !known.contains(&key) {
                let hint = did_you_mean(key, known.iter().copied())
                    .unwrap_or_else(|| format!("known here are {}", known.join(", ")));
                return Err(Fault::new(
                    format!("unknown key `{}` in {}", short(key), section.path),
                    span,
                    "not known here",
                    hint,
                ));
            }
        }
        Ok(section)
    }

    /// The names of the table with their places and values, in the order of the text.
    pub(in crate::study) fn entries(&self) -> Vec<(&'a str, Range<usize>, &'a Item<'a>)> {
        let mut entries: Vec<_> =
            self.table.iter().map(|(key, item)| (key.get_ref().as_ref(), key.span(), item)).collect();
        entries.sort_by_key(|(_, span, _)| span.start);
        entries
    }

    pub(in crate::study) fn get(&self, key: &str) -> Option<&'a Item<'a>> {
        self.table.get(key)
    }

    /// The value of a key that must be there; the example shows how to write it.
    pub(in crate::study) fn require(&self, key: &str, example: &str) -> Result<&'a Item<'a>, Fault> {
        self.get(key).ok_or_else(|| {
            Fault::new(
                format!("{} has no `{key}`", self.path),
                self.span.clone(),
                format!("`{key}` is missing"),
                format!("add for example: {key} = {example}"),
            )
        })
    }

    /// The table under a key, in which only the known names may occur.
    pub(in crate::study) fn section(&self, key: &str, known: &[&str]) -> Result<Option<Section<'a>>, Fault> {
        self.get(key).map(|item| table(item, format!("[{key}]"), known)).transpose()
    }
}

/// The item as a table in which only the known names may occur.
pub(in crate::study) fn table<'a>(
    item: &'a Item<'a>,
    path: String,
    known: &[&str],
) -> Result<Section<'a>, Fault> {
    match item.get_ref().as_table() {
        Some(inner) => Section::closed(path, item.span(), inner, known),
        None => Err(wrong_kind(item, &path, "a table", &format!("write it with keys: {}", known.join(", ")))),
    }
}

/// The item as a list.
pub(in crate::study) fn list<'a>(
    item: &'a Item<'a>,
    what: &str,
    example: &str,
) -> Result<Vec<&'a Item<'a>>, Fault> {
    match item.get_ref() {
        DeValue::Array(array) => Ok(array.iter().collect()),
        _ => Err(wrong_kind(item, what, "a list", &format!("write for example {example}"))),
    }
}

/// The item as plain text.
pub(in crate::study) fn string(item: &Item<'_>, what: &str) -> Result<String, Fault> {
    match item.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        _ => Err(wrong_kind(item, what, "a text in quotes", "put it in quotes")),
    }
}

/// The item as a whole number that is not negative.
pub(in crate::study) fn count(item: &Item<'_>, what: &str) -> Result<u64, Fault> {
    let number = match item.get_ref() {
        DeValue::Integer(integer) => u64::from_str_radix(integer.as_str(), integer.radix()).ok(),
        _ => None,
    };
    number.ok_or_else(|| {
        // "41" and 41.0 are as clear as 1e3.
        let written = match item.get_ref() {
            DeValue::String(text) => text.parse::<f64>().ok(),
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => None,
        };
        let whole = written.filter(|x| *x >= 0.0 && x.fract() == 0.0 && *x < 1e15);
        let hint = whole.map_or_else(
            || "write for example 1".into(),
            |x| format!("write {x}, without quotes, point or exponent"),
        );
        wrong_kind(item, what, "a whole number that is not negative", &hint)
    })
}

/// The item as true or false.
pub(in crate::study) fn truth(item: &Item<'_>, what: &str) -> Result<bool, Fault> {
    match item.get_ref() {
        DeValue::Boolean(truth) => Ok(*truth),
        _ => Err(wrong_kind(item, what, "true or false", "write true or false, without quotes")),
    }
}

/// The item as a plain number.
pub(in crate::study) fn number(item: &Item<'_>, what: &str) -> Result<f64, Fault> {
    let number = match item.get_ref() {
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|n| n as f64)
        }
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| wrong_kind(item, what, "a number", "write it without quotes, for example 1e-6"))
}

/// The item as a number, a quantity or a formula.
pub(in crate::study) fn expression(item: &Item<'_>, text: &str, what: &str) -> Result<Expression, Fault> {
    let span = item.span();
    match item.get_ref() {
        DeValue::String(formula) => {
            let place = place_in_document(text, &span, formula);
            Expression::parse(formula)
                .map(|expression| expression.moved(&place))
                .map_err(|fault| fault.moved(&place))
        }
        DeValue::Integer(integer) => {
            let value = i128::from_str_radix(integer.as_str(), integer.radix()).map(|x| x as f64);
            value.map(|x| Expression::number(x, span)).map_err(|_| {
                Fault::new(
                    "the number is too large",
                    item.span(),
                    "overflows",
                    "write it with an exponent: 1e30",
                )
            })
        }
        DeValue::Float(float) => match float.as_str().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Expression::number(value, span)),
            _ => Err(Fault::new(
                format!("{what} is not a finite number"),
                span,
                "infinite, not a number, or too large",
                "numbers end at 1.8e308",
            )),
        },
        DeValue::Array(_) => Err(wrong_kind(
            item,
            what,
            "a number, a quantity or a formula",
            "write one value, such as \"0.272 eV\"; several belong under [sweep]",
        )),
        _ => Err(wrong_kind(
            item,
            what,
            "a number, a quantity or a formula",
            "write for example 0.5, \"0.272 eV\" or \"Gamma_L/2\"",
        )),
    }
}

/// How places in a formula become places in the document: exactly, or the whole value where escapes were used.
fn place_in_document(
    text: &str,
    span: &Range<usize>,
    formula: &str,
) -> impl Fn(Range<usize>) -> Range<usize> + use<> {
    let raw = text.get(span.clone()).unwrap_or_default();
    let start = ["\"\"\"", "'''", "\"", "'"].iter().find_map(|quote| {
        let inner = raw.strip_prefix(quote)?.strip_suffix(quote)?;
        (inner == formula).then_some(span.start + quote.len())
    });
    let whole = span.clone();
    move |range| match start {
        Some(start) => start + range.start..start + range.end,
        None => whole.clone(),
    }
}

pub(in crate::study) fn wrong_kind(item: &Item<'_>, what: &str, wanted: &str, hint: &str) -> Fault {
    let found = match item.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Fault::new(format!("{what} is not {wanted}"), item.span(), format!("this is {found}"), hint)
}

/// A name short enough to be repeated in a message.
pub(in crate::study) fn short(name: &str) -> String {
    if name.chars().count() <= 40 { name.to_string() } else { name.chars().take(40).chain(['…']).collect() }
}
