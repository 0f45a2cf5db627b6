//! Read characters that look like those of a formula or a unit as what they look like: −, ×, ·, full-width digits, the kelvin sign.

use std::ops::Range;

/// A text with every look-alike replaced, which remembers where everything stood.
pub(crate) struct Plain {
    /// The text to be read.
    pub(crate) text: String,
    /// For each byte of the text, and its end, the byte of the original.
    origin: Vec<usize>,
}

impl Plain {
    /// The text without look-alikes; none if it has none.
    pub(crate) fn of(original: &str) -> Option<Self> {
        if original.is_ascii() {
            return None;
        }
        let (mut text, mut origin) = (String::with_capacity(original.len()), Vec::new());
        let mut raised = false;
        for (at, c) in original.char_indices() {
            let power = superscript(c);
            if power.is_some() && !raised {
                text.push('^');
            }
            raised = power.is_some();
            match power.unwrap_or_else(|| look_alike(c)) {
                // The ring of a decomposed Å.
                '\u{30a}' if text.ends_with('A') => {
                    text.pop();
                    origin.truncate(text.len());
                    text.push('Å');
                }
                plain => text.push(plain),
            }
            origin.resize(text.len(), at);
        }
        origin.push(original.len());
        (text != original).then_some(Self { text, origin })
    }

    /// A range of the text as one of the original.
    pub(crate) fn place(&self, range: Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.origin.get(byte).or(self.origin.last()).copied().unwrap_or(byte);
        at(range.start)..at(range.end)
    }
}

/// A name or a number without look-alikes.
pub fn plain_text(original: &str) -> String {
    Plain::of(original).map_or_else(|| original.to_string(), |plain| plain.text)
}

fn look_alike(c: char) -> char {
    match c {
        // Hyphens, dashes and the minus sign.
        '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' | '\u{207b}' => '-',
        '×' | '·' | '⋅' | '∙' | '∗' | '✕' => '*',
        '÷' | '∕' | '⁄' => '/',
        // The micro, kelvin, ångström, ohm and h-bar signs.
        '\u{b5}' => 'μ',
        '\u{212a}' => 'K',
        '\u{212b}' => 'Å',
        '\u{2126}' => 'Ω',
        'ℏ' => 'ħ',
        // Full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => ' ',
        _ => c,
    }
}

/// The character of an exponent that is written as a superscript.
fn superscript(c: char) -> Option<char> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
    RAISED.chars().zip("0123456789-".chars()).find(|(raised, _)| *raised == c).map(|(_, plain)| plain)
}

#[cfg(test)]
mod tests {
    use crate::units::Quantity;

    #[test]
    fn quantities_are_read_as_they_look() {
        for (written, plain) in [
            ("−0.5 eV", "-0.5 eV"),
            ("1e−3 eV", "1e-3 eV"),
            ("５ ｅＶ", "5 eV"),
            ("300\u{a0}\u{212a}", "300 K"),
            ("6500 u \u{212b}²", "6500 u A^2"),
            ("6500 u A\u{30a}^2", "6500 u A^2"),
            ("3 \u{3bc}eV", "3 ueV"),
            ("3 \u{b5}eV", "3 ueV"),
            ("5 eV×ps", "5 eV ps"),
            ("5 eV⋅ps", "5 eV ps"),
            ("0.1 ns⁻¹", "0.1 /ns"),
        ] {
            let value = |text: &str| text.parse::<Quantity>().map(|q| q.value()).map_err(|f| f.message);
            assert_eq!(value(written), value(plain), "{written}");
        }
    }
}
