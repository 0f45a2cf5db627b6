//! Hold labels as runs of upright or italic text on, above or below the line.

/// Where a run stands relative to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Level {
    #[default]
    Base,
    Subscript,
    Superscript,
}

impl Level {
    /// Size of the letters relative to the base size.
    pub(crate) fn scale(self) -> f64 {
        if self == Self::Base { 1.0 } else { 0.75 }
    }

    /// How far below the line the run stands, in units of the base size.
    pub(crate) fn drop(self) -> f64 {
        match self {
            Self::Base => 0.0,
            Self::Subscript => 0.2,
            Self::Superscript => -0.34,
        }
    }
}

/// Letters of one style at one level.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Run {
    pub(crate) letters: String,
    pub(crate) italic: bool,
    pub(crate) level: Level,
}

/// A label: letters with italics, subscripts and superscripts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    pub(crate) runs: Vec<Run>,
}

impl Text {
    /// The letters as they are, upright; names that a user gave belong here.
    pub fn plain(letters: &str) -> Self {
        Self::default().then(letters)
    }

    /// Read `*italic*`, `_{subscript}` and `^{superscript}`; anything else stands for itself.
    ///
    /// ```
    /// use nanorotor_figures::Text;
    /// assert_eq!(Text::markup("*k*_{B}*T*_{eff}").to_string(), "kBTeff");
    /// ```
    pub fn markup(source: &str) -> Self {
        let (mut text, mut run) = (Self::default(), Run::default());
        let mut rest = source.chars().peekable();
        while let Some(c) = rest.next() {
            let (italic, level) = match c {
                '*' => (!run.italic, run.level),
                '_' if rest.peek() == Some(&'{') => (run.italic, Level::Subscript),
                '^' if rest.peek() == Some(&'{') => (run.italic, Level::Superscript),
                '}' if run.level != Level::Base => (run.italic, Level::Base),
                _ => {
                    run.letters.push(c);
                    continue;
                }
            };
            if c == '_' || c == '^' {
                rest.next();
            }
            text.push(std::mem::replace(&mut run, Run { letters: String::new(), italic, level }));
        }
        text.push(run);
        text
    }

    /// This text followed by upright letters.
    #[must_use]
    pub fn then(mut self, letters: &str) -> Self {
        self.push(Run { letters: letters.to_owned(), ..Run::default() });
        self
    }

    /// This text followed by italic letters.
    #[must_use]
    pub fn then_italic(mut self, letters: &str) -> Self {
        self.push(Run { letters: letters.to_owned(), italic: true, level: Level::Base });
        self
    }

    /// This text followed by a subscript.
    #[must_use]
    pub fn then_subscript(mut self, letters: &str) -> Self {
        self.push(Run { letters: letters.to_owned(), italic: false, level: Level::Subscript });
        self
    }

    /// This text followed by a superscript.
    #[must_use]
    pub fn then_superscript(mut self, letters: &str) -> Self {
        self.push(Run { letters: letters.to_owned(), italic: false, level: Level::Superscript });
        self
    }

    /// This text followed by another.
    #[must_use]
    pub fn then_text(mut self, other: Self) -> Self {
        self.runs.extend(other.runs);
        self
    }

    /// The letters without their style, `_` and `^` before what stands below or above the line.
    ///
    /// ```
    /// use nanorotor_figures::Text;
    /// assert_eq!(Text::markup("*k*_{B}*T*/10^{−3}").unformatted(), "k_BT/10^−3");
    /// ```
    pub fn unformatted(&self) -> String {
        let mark = |run: &Run| match run.level {
            Level::Base => "",
            Level::Subscript => "_",
            Level::Superscript => "^",
        };
        self.runs.iter().flat_map(|run| [mark(run), &run.letters]).collect()
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    fn push(&mut self, mut run: Run) {
        // Control characters and noncharacters have no shape, and XML forbids them.
        run.letters.retain(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'));
        if !run.letters.is_empty() {
            self.runs.push(run);
        }
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.runs.iter().try_for_each(|run| f.write_str(&run.letters))
    }
}

/// A number as figures print it, with a true minus sign.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| matches!(b, b'0' | b'.')) => digits.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_splits_into_runs() {
        let text = Text::markup("*k*_{B}*T*_{eff} (10^{−3} eV)");
        let shape: Vec<_> = text.runs.iter().map(|r| (r.letters.as_str(), r.italic, r.level)).collect();
        assert_eq!(
            shape,
            [
                ("k", true, Level::Base),
                ("B", false, Level::Subscript),
                ("T", true, Level::Base),
                ("eff", false, Level::Subscript),
                (" (10", false, Level::Base),
                ("−3", false, Level::Superscript),
                (" eV)", false, Level::Base),
            ]
        );
    }

    #[test]
    fn names_of_a_user_are_never_read_as_markup() {
        assert_eq!(Text::plain("lead_{1}*<&>").to_string(), "lead_{1}*<&>");
        assert_eq!(Text::plain("a\u{0}\n\u{ffff}b").to_string(), "ab");
        assert!(Text::plain("\t").is_empty());
    }

    #[test]
    fn broken_markup_is_still_a_text() {
        for source in ["*", "_{", "^{a", "}", "a}b", "_", "^", "_{^{x}}"] {
            let _ = Text::markup(source).to_string();
        }
        assert_eq!(Text::markup("a_b}").to_string(), "a_b}");
    }

    #[test]
    fn minus_signs_are_minus_signs_and_zero_has_none() {
        assert_eq!(number(-1.25, 1), "−1.2");
        assert_eq!(number(-0.001, 2), "0.00");
    }
}
