//! Write texts as Python literals, with matplotlib's mathtext for italics, subscripts and superscripts.

use std::fmt::Write as _;

use crate::page::text::{Level, Run, Text};

/// A label as a Python literal.
pub(super) fn label(text: &Text) -> String {
    literal(&mathtext(text))
}

/// A string as a Python literal, raw where that needs no escapes.
pub(super) fn literal(text: &str) -> String {
    let ends_in_backslash = text.ends_with('\\');
    if text.contains('\\') && !text.contains('"') && !text.contains('\n') && !ends_in_backslash {
        return format!("r\"{text}\"");
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
    format!("\"{escaped}\"")
}

/// A label as the header of a column has it.
pub(super) fn unformatted(text: &Text) -> String {
    text.unformatted().replace('−', "-")
}

/// What a panel is called in the columns: a letter, or a number after the last one.
pub(super) fn name(panel: usize) -> String {
    match u8::try_from(panel) {
        Ok(place @ 0..26) => char::from(b'a' + place).to_string(),
        _ => format!("p{}_", panel + 1),
    }
}

fn mathtext(text: &Text) -> String {
    let mut out = String::new();
    let mut math = false;
    for run in &text.runs {
        let needs_math = run.italic || run.level != Level::Base;
        if needs_math != math {
            out.push('$');
            math = needs_math;
        }
        if needs_math {
            out.push_str(&in_math(run));
        } else {
            out.push_str(&run.letters.replace('$', "\\$"));
        }
    }
    if math {
        out.push('$');
    }
    out
}

fn in_math(run: &Run) -> String {
    let style = if run.italic { "\\mathit" } else { "\\mathrm" };
    let mut letters = String::new();
    for letter in run.letters.chars() {
        match letter {
            '_' | '^' | '{' | '}' | '%' | '#' | '&' | '$' => {
                let _ = write!(letters, "\\{letter}");
            }
            ' ' | '~' => letters.push_str("\\ "),
            '\\' => letters.push_str("\\backslash "),
            '−' => letters.push('-'),
            other => letters.push(other),
        }
    }
    let body = format!("{style}{{{letters}}}");
    match run.level {
        Level::Base => body,
        Level::Subscript => format!("_{{{body}}}"),
        // A lone superscript needs something to stand on.
        Level::Superscript => format!("{{}}^{{{body}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_become_mathtext() {
        assert_eq!(
            label(&Text::markup("*k*_{B}*T*_{eff} (10^{−3} eV)")),
            r#"r"$\mathit{k}_{\mathrm{B}}\mathit{T}_{\mathrm{eff}}$ (10${}^{\mathrm{-3}}$ eV)""#
        );
    }

    #[test]
    fn names_of_a_user_cannot_leave_their_literal() {
        assert_eq!(label(&Text::plain("a\"b\\")), r#""a\"b\\""#);
        assert_eq!(label(&Text::plain("5 $")), r#"r"5 \$""#);
        assert_eq!(label(&Text::markup("_{a_{b}")), r#"r"$_{\mathrm{a}}_{\mathrm{b}}$""#);
    }

    #[test]
    fn headers_keep_what_stood_above_and_below() {
        assert_eq!(unformatted(&Text::markup("*k*_{B}*T* (rad^{−1})")), "k_BT (rad^-1)");
    }
}
