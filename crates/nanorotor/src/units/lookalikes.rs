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
            let plain = power.unwrap_or_else(|| look_alike(c));
            match text.chars().next_back().and_then(|letter| composed(letter, plain)) {
                Some(whole) => {
                    text.pop();
                    origin.truncate(text.len());
                    text.push(whole);
                }
                None => text.push(plain),
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

/// A letter with the mark that follows it as one character, so that decomposed text (NFD, as macOS writes names) is the same
/// name: the Latin letters of European languages, and Greek with tonos or dialytika.
fn composed(letter: char, mark: char) -> Option<char> {
    const MARKS: [(char, &str, &str); 13] = [
        ('\u{300}', "AEIOUNaeioun", "ÀÈÌÒÙǸàèìòùǹ"),
        ('\u{301}', "AEIOUYCNSZLRaeiouycnszlrΑΕΗΙΟΥΩαεηιουω", "ÁÉÍÓÚÝĆŃŚŹĹŔáéíóúýćńśźĺŕΆΈΉΊΌΎΏάέήίόύώ"),
        ('\u{302}', "AEIOUCGHJSWYaeioucghjswy", "ÂÊÎÔÛĈĜĤĴŜŴŶâêîôûĉĝĥĵŝŵŷ"),
        ('\u{303}', "ANOIUanoiu", "ÃÑÕĨŨãñõĩũ"),
        ('\u{304}', "AEIOUaeiou", "ĀĒĪŌŪāēīōū"),
        ('\u{306}', "AGUIagui", "ĂĞŬĬăğŭĭ"),
        ('\u{307}', "CEGIZcegz", "ĊĖĠİŻċėġż"),
        ('\u{308}', "AEIOUYaeiouyΙΥιυ", "ÄËÏÖÜŸäëïöüÿΪΫϊϋ"),
        ('\u{30a}', "AUau", "ÅŮåů"),
        ('\u{30b}', "OUou", "ŐŰőű"),
        ('\u{30c}', "CDENRSTZcdenrstz", "ČĎĚŇŘŠŤŽčďěňřšťž"),
        ('\u{327}', "CSTcst", "ÇŞŢçşţ"),
        ('\u{328}', "AEIUaeiu", "ĄĘĮŲąęįų"),
    ];
    let (_, letters, wholes) = MARKS.iter().find(|(known, ..)| *known == mark)?;
    letters.chars().zip(wholes.chars()).find(|(known, _)| *known == letter).map(|(_, whole)| whole)
}

/// The character of an exponent that is written as a superscript.
fn superscript(c: char) -> Option<char> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
    RAISED.chars().zip("0123456789-".chars()).find(|(raised, _)| *raised == c).map(|(_, plain)| plain)
}

#[cfg(test)]
mod tests {
    use super::{composed, plain_text};
    use crate::units::Quantity;

    #[test]
    fn decomposed_names_are_the_composed_ones() {
        for (decomposed, whole) in [
            ("A\u{30a}", "Å"),
            ("u\u{308}", "ü"),
            ("e\u{301}", "é"),
            ("n\u{303}", "ñ"),
            ("c\u{327}", "ç"),
            ("r\u{30c}", "ř"),
            ("g\u{306}", "ğ"),
            ("\u{3c9}\u{301}", "ώ"),
            ("\u{3b9}\u{308}", "ϊ"),
            ("I\u{307}", "İ"),
        ] {
            assert_eq!(plain_text(decomposed), whole);
            assert_eq!(plain_text(&format!("ba{decomposed}_1")), format!("ba{whole}_1"));
        }
        assert_eq!(composed('q', '\u{301}'), None);
        assert_eq!(composed('x', 'y'), None);
    }

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
