//! Read a formula: numbers, quantities, names, theta, pi, + − * / ^ ( ) and functions.
//!
//! sum = product {(+|−) product}; product = signed {(*|/) signed}; signed = [−|+] signed | power; power = atom [^ signed].
//! A quantity binds tighter than everything else.

use std::ops::Range;

use super::syntax::{Binary, FUNCTIONS, Node, is_reserved};
use crate::error::{Fault, did_you_mean};
use crate::units::{Quantity, Unit, is_unit_letter, scan_unit};

/// The deepest nesting of parentheses, signs and powers.
const DEEPEST: usize = 100;

/// A reader in the middle of a text.
pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    nodes: Vec<(Node, Range<usize>)>,
}

impl<'a> Parser<'a> {
    /// Read a whole text.
    pub(super) fn read(text: &'a str) -> Result<Vec<(Node, Range<usize>)>, Fault> {
        let mut parser = Self { text, at: 0, depth: 0, nodes: Vec::new() };
        parser.sum()?;
        parser.skip_spaces();
        if parser.at < text.len() {
            return Err(parser.unexpected("expected an operator or the end"));
        }
        Ok(parser.nodes)
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip_spaces(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, c: char) -> bool {
        self.skip_spaces();
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn push(&mut self, node: Node, span: Range<usize>) -> usize {
        self.nodes.push((node, span));
        self.nodes.len() - 1
    }

    fn binary(&mut self, operator: Binary, a: usize, b: usize) -> usize {
        let span = self.nodes[a].1.start..self.nodes[b].1.end;
        self.push(Node::Binary(operator, a, b), span)
    }

    /// The error for what stands here, with the advice that fits it.
    fn unexpected(&self, label: &str) -> Fault {
        let rest = &self.text[self.at..];
        let Some(c) = rest.chars().next() else {
            return Fault::new(
                "the formula ends too early",
                self.text.len()..self.text.len(),
                label,
                "complete it",
            );
        };
        let span = self.at..self.at + c.len_utf8();
        let hint = match c {
            ')' => "there is no ( for it",
            '(' | '[' if self.bracketed_unit() => "write the unit without brackets, as in \"0.5 eV\"",
            '(' | '_' => "products need `*`: write \"2*(theta)\"",
            '[' | '{' => "write a complex entry as [\"re\", \"im\"] outside the quotes",
            '±' => "a value is one number, without its uncertainty",
            ';' | '#' => "the quotes hold the formula alone",
            ',' => "write decimals with a point",
            '=' | '<' | '>' => "a formula cannot compare or assign",
            '*' => "powers are written ^",
            c if c.is_alphanumeric() => {
                "products need `*`, and a unit follows a number after one space: \"2*theta\", \"2 eV\""
            }
            _ => {
                "a formula is made of numbers, quantities, parameters, theta, pi, + - * / ^ ( ) and functions"
            }
        };
        Fault::new(format!("unexpected `{}` in a formula", c.escape_debug()), span, label, hint)
    }

    fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault::new(
                "the formula is nested too deeply",
                self.at..self.at + self.peek().map_or(0, char::len_utf8),
                format!("more than {DEEPEST} levels"),
                "name its parts as parameters",
            ));
        }
        Ok(())
    }

    fn sum(&mut self) -> Result<usize, Fault> {
        let mut left = self.product()?;
        loop {
            let operator = if self.eat('+') {
                Binary::Add
            } else if self.eat('-') {
                Binary::Subtract
            } else {
                return Ok(left);
            };
            let right = self.product()?;
            left = self.binary(operator, left, right);
        }
    }

    fn product(&mut self) -> Result<usize, Fault> {
        let mut left = self.signed()?;
        loop {
            let operator = if self.eat('*') {
                Binary::Multiply
            } else if self.eat('/') {
                Binary::Divide
            } else {
                return Ok(left);
            };
            let right = self.signed()?;
            if operator == Binary::Divide {
                self.refuse_division_by_quantity(left, right)?;
            }
            left = self.binary(operator, left, right);
        }
    }

    /// "1/2 eV" would be 1/(2 eV), which nobody means.
    fn refuse_division_by_quantity(&self, left: usize, right: usize) -> Result<(), Fault> {
        let (node, span) = &self.nodes[right];
        let (number, unit) = match node {
            Node::Quantity { quantity, .. } => (quantity.number(), quantity.unit().text()),
            Node::Atomic(number) => (*number, "au"),
            _ => return Ok(()),
        };
        if self.text[..span.start].trim_end().ends_with('(') {
            return Ok(());
        }
        let (left_node, left_span) = &self.nodes[left];
        let left_text = match left_node {
            Node::Binary(Binary::Add | Binary::Subtract, ..) => {
                format!("({})", &self.text[left_span.clone()])
            }
            _ => self.text[left_span.clone()].to_string(),
        };
        let example = match left_node {
            Node::Number(a) => format!("\"{} {unit}\"", a / number),
            _ => format!("\"{left_text}/({number} {unit})\""),
        };
        Err(Fault::new(
            format!("`{left_text}/{number} {unit}` can be read in two ways"),
            left_span.start..span.end,
            "a unit binds tighter than * and /",
            format!("write {example}"),
        ))
    }

    /// Whether a unit in brackets stands here.
    fn bracketed_unit(&self) -> bool {
        let inner = self.text[self.at..].strip_prefix(['(', '[']);
        inner.and_then(|inner| inner.split_once([')', ']'])).is_some_and(|(unit, _)| {
            !unit.trim().is_empty() && unit.trim() != "1" && unit.trim().parse::<Unit>().is_ok()
        })
    }

    fn signed(&mut self) -> Result<usize, Fault> {
        self.skip_spaces();
        let start = self.at;
        let negative = self.eat('-');
        if negative || self.eat('+') {
            self.deeper()?;
            let operand = self.signed()?;
            self.depth -= 1;
            if !negative {
                return Ok(operand);
            }
            let span = start..self.nodes[operand].1.end;
            return Ok(self.push(Node::Negate(operand), span));
        }
        self.power()
    }

    fn power(&mut self) -> Result<usize, Fault> {
        let base = self.atom()?;
        if !self.eat('^') {
            return Ok(base);
        }
        self.deeper()?;
        let exponent = self.signed()?;
        self.depth -= 1;
        let mut inner = exponent;
        while let Node::Negate(operand) = self.nodes[inner].0 {
            inner = operand;
        }
        if let (Node::Quantity { .. } | Node::Atomic(_), span) = &self.nodes[inner]
            && !self.text[..span.start].trim_end().ends_with('(')
        {
            return Err(Fault::new(
                "an exponent is a pure number",
                span.clone(),
                "a quantity",
                "a unit binds tighter than ^: write powers of ten as in \"2e-3 eV\", others in parentheses",
            ));
        }
        Ok(self.binary(Binary::Power, base, exponent))
    }

    fn atom(&mut self) -> Result<usize, Fault> {
        self.skip_spaces();
        match self.peek() {
            Some('(') => {
                self.deeper()?;
                let open = self.at;
                self.at += 1;
                let inner = self.sum()?;
                self.close(open)?;
                self.depth -= 1;
                Ok(inner)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_alphabetic() || c == '_' => self.name(),
            _ => Err(self.unexpected("expected a value")),
        }
    }

    fn close(&mut self, open: usize) -> Result<(), Fault> {
        if self.eat(')') {
            return Ok(());
        }
        let fault = self.unexpected("expected `)`");
        if self.at < self.text.len() {
            return Err(fault);
        }
        Err(Fault::new("a parenthesis is not closed", open..open + 1, "opened here", "add `)`"))
    }

    fn name(&mut self) -> Result<usize, Fault> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        self.at += length;
        let (name, span) = (&rest[..length], start..start + length);
        if self.peek() == Some('(') || self.text[self.at..].trim_start().starts_with('(') {
            return self.call(name, span);
        }
        match name {
            "theta" => Ok(self.push(Node::Theta, span)),
            "pi" => Ok(self.push(Node::Number(std::f64::consts::PI), span)),
            _ if is_reserved(name) => Err(Fault::new(
                format!("the function `{name}` needs an argument"),
                span,
                "not a value",
                format!("write {name}(theta)"),
            )),
            _ => Ok(self.push(Node::Name(name.to_string()), span)),
        }
    }

    fn call(&mut self, name: &str, span: Range<usize>) -> Result<usize, Fault> {
        let Some(&(_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let hint = did_you_mean(name, FUNCTIONS.iter().map(|(known, _)| *known)).unwrap_or_else(|| {
                let known: Vec<_> = FUNCTIONS.iter().map(|(known, _)| *known).collect();
                format!("known are {}; a product needs `*`: {name}*(…)", known.join(", "))
            });
            return Err(Fault::new(format!("unknown function `{name}`"), span, "not a function", hint));
        };
        self.deeper()?;
        self.skip_spaces();
        let open = self.at;
        self.at += 1;
        let first = self.sum()?;
        let mut arguments = 1;
        let mut second = first;
        while self.eat(',') {
            second = self.sum()?;
            arguments += 1;
        }
        self.close(open)?;
        self.depth -= 1;
        if arguments != function.arity() {
            return Err(Fault::new(
                format!(
                    "`{name}` takes {} argument{}",
                    function.arity(),
                    if function.arity() == 1 { "" } else { "s" }
                ),
                span.start..self.at,
                format!("{arguments} given"),
                "decimals are written with a point",
            ));
        }
        Ok(self.push(Node::Call(function, first, second), span.start..self.at))
    }

    fn number(&mut self) -> Result<usize, Fault> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut end = digits(start);
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let after = digits(end + 1 + sign);
            if after > end + 1 + sign {
                end = after;
            }
        }
        let text = &self.text[start..end];
        let value = text.parse::<f64>().map_err(|_| {
            Fault::new(
                format!("`{text}` is not a number"),
                start..end,
                "expected digits",
                "write for example 0.5",
            )
        })?;
        if !value.is_finite() {
            return Err(Fault::new(
                "the number is too large",
                start..end,
                "overflows",
                "numbers end at 1.8e308",
            ));
        }
        self.at = end;
        if self.peek().is_some_and(is_unit_letter) {
            let rest = &self.text[end..];
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len()).max(1);
            let word = rest.get(..length).unwrap_or(rest);
            return Err(Fault::new(
                format!("a number is followed directly by `{word}`"),
                start..end + word.len(),
                "expected an operator, or one space and a unit",
                if matches!(word, "i" | "j" | "I" | "J") {
                    "write a complex entry as [\"re\", \"im\"]".into()
                } else if is_fortran(rest) {
                    format!("write the exponent with e: \"{text}e{}\"", &rest[1..])
                } else if word.starts_with('_') || is_hexadecimal(text, word) {
                    "write decimal digits without anything between them: 1000, or 1e3".into()
                } else if let Some(power) = times_ten(rest) {
                    format!("write the exponent with e: \"{text}e{power}\"")
                } else if word.parse::<Unit>().is_ok() {
                    format!("write \"{text} {word}\" if it is a unit, \"{text}*{word}\" if it is a parameter")
                } else {
                    format!("products need `*`: write \"{text}*{word}\"")
                },
            ));
        }
        self.quantity(value, start)
    }

    /// Read the unit after a number, if there is one: after spaces a symbol, `/symbol` or `1/symbol`.
    fn quantity(&mut self, value: f64, start: usize) -> Result<usize, Fault> {
        let rest = &self.text[self.at..];
        let gap = rest.len() - rest.trim_start().len();
        let after = rest.trim_start();
        let begins_unit = |text: &str| text.chars().next().is_some_and(is_unit_letter);
        let rate =
            ["1/", "/"].iter().find_map(|lead| after.strip_prefix(lead)).filter(|tail| begins_unit(tail));
        let unit_start = self.at + gap;
        if gap == 0 || !(begins_unit(after) || rate.is_some()) {
            return Ok(self.push(Node::Number(value), start..self.at));
        }
        let scanned = match scan_unit(self.text, unit_start) {
            Ok(scanned) => scanned,
            // "0.5 /x" divides by a parameter.
            Err(_) if rate.is_some() && !after.starts_with('1') => {
                return Ok(self.push(Node::Number(value), start..self.at));
            }
            Err(fault) => return Err(fault),
        };
        self.at = scanned.end;
        let span = start..scanned.end;
        if scanned.unit.dimension().is_none() {
            return Ok(self.push(Node::Atomic(value), span));
        }
        let quantity = Quantity::new(value, scanned.unit);
        if !quantity.value().is_finite() {
            return Err(Fault::new("the value is too large", span, "overflows", "numbers end at 1.8e308"));
        }
        let doubtful =
            scanned.doubtful.into_iter().map(|range| (self.text[range.clone()].to_string(), range)).collect();
        Ok(self.push(Node::Quantity { quantity, doubtful }, span))
    }
}

/// Whether a number goes on as a hexadecimal one: the x10 of 0x10.
fn is_hexadecimal(number: &str, word: &str) -> bool {
    number == "0"
        && word.strip_prefix(['x', 'X']).is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()))
}

/// The exponent where a number goes on as in 2x10^-3.
fn times_ten(rest: &str) -> Option<&str> {
    let power = rest.strip_prefix("x10^").or_else(|| rest.strip_prefix("x10**"))?;
    let sign = usize::from(power.starts_with(['-', '+']));
    let end = power[sign..].find(|c: char| !c.is_ascii_digit()).map_or(power.len(), |end| end + sign);
    (end > sign).then(|| &power[..end])
}

/// Whether what follows a number is an exponent as Fortran writes it: the d0 of 1.5d0.
fn is_fortran(rest: &str) -> bool {
    let digits = rest.strip_prefix(['d', 'D']).map(|power| power.strip_prefix(['+', '-']).unwrap_or(power));
    digits.is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use crate::expression::{Expression, Formula};

    fn fault(text: &str) -> (String, String, String) {
        let fault = Expression::parse(text).unwrap_err();
        let (span, label) = fault.labels[0].clone();
        (fault.message, format!("{:?}: {label}", &text[span]), fault.hint)
    }

    fn assert_fault(text: &str, message: &str, label: &str, hint: &str) {
        assert_eq!(fault(text), (message.into(), label.into(), hint.into()), "{text}");
    }

    #[test]
    fn what_people_write_elsewhere_is_told_how_it_is_written_here() {
        for (written, hint) in [
            ("0.2 [eV]", "write the unit without brackets, as in \"0.5 eV\""),
            ("0.2 (eV)", "write the unit without brackets, as in \"0.5 eV\""),
            ("2 (theta)", "products need `*`: write \"2*(theta)\""),
            ("0.2 ± 0.1 eV", "a value is one number, without its uncertainty"),
            ("0.2 eV;", "the quotes hold the formula alone"),
            ("0.2 # eV", "the quotes hold the formula alone"),
            ("2x10^-1 eV", "write the exponent with e: \"2e-1\""),
            ("0x10 eV", "write decimal digits without anything between them: 1000, or 1e3"),
            ("1_000 meV", "write decimal digits without anything between them: 1000, or 1e3"),
            ("0.2 a.u.", "write `au`"),
            ("0.2 electronvolt", "write `eV`"),
            ("0.2 electron volts", "write `eV`"),
            ("10 nanoseconds", "write `ns`"),
            ("0.2 e", "a charge times a voltage is an energy: \"5 eV\" is the bias of 5 V"),
            ("1613 cm-1", "a wavenumber is written \"200 cm^-1\""),
        ] {
            assert_eq!(fault(written).2, hint, "{written}");
        }
        let (message, place, _) = fault("2*10^-1 eV");
        assert_eq!(
            (message.as_str(), place.as_str()),
            ("an exponent is a pure number", "\"1 eV\": a quantity")
        );
    }

    #[test]
    fn mistakes_are_shown_with_their_place_and_a_hint() {
        assert_fault(
            "1/2 eV",
            "`1/2 eV` can be read in two ways",
            "\"1/2 eV\": a unit binds tighter than * and /",
            "write \"0.5 eV\"",
        );
        assert_fault(
            "V/2 au",
            "`V/2 au` can be read in two ways",
            "\"V/2 au\": a unit binds tighter than * and /",
            "write \"V/(2 au)\"",
        );
        assert_fault("v + 0.1 ev", "unknown unit `ev`", "\"ev\": not a unit", "did you mean `eV`?");
        assert_fault(
            "2 theta",
            "unknown unit `theta`",
            "\"theta\": not a unit",
            "products need `*`: write \"2*theta\"",
        );
        assert_fault(
            "2theta",
            "a number is followed directly by `theta`",
            "\"2theta\": expected an operator, or one space and a unit",
            "products need `*`: write \"2*theta\"",
        );
        assert_fault(
            "27.2meV",
            "a number is followed directly by `meV`",
            "\"27.2meV\": expected an operator, or one space and a unit",
            "write \"27.2 meV\" if it is a unit, \"27.2*meV\" if it is a parameter",
        );
        assert_fault("sn(theta)", "unknown function `sn`", "\"sn\": not a function", "did you mean `sin`?");
        assert_fault(
            "cos + 1",
            "the function `cos` needs an argument",
            "\"cos\": not a value",
            "write cos(theta)",
        );
        assert_fault("(1 + 2", "a parenthesis is not closed", "\"(\": opened here", "add `)`");
        assert_fault(
            "1 + 2)",
            "unexpected `)` in a formula",
            "\")\": expected an operator or the end",
            "there is no ( for it",
        );
        assert_fault(
            "2**3",
            "unexpected `*` in a formula",
            "\"*\": expected a value",
            "powers are written ^",
        );
        assert_fault("", "the formula ends too early", "\"\": expected a value", "complete it");
        assert_fault("1e999", "the number is too large", "\"1e999\": overflows", "numbers end at 1.8e308");
        assert_fault(
            "min(1)",
            "`min` takes 2 arguments",
            "\"min(1)\": 1 given",
            "decimals are written with a point",
        );
        assert_fault(
            "2^3 eV",
            "an exponent is a pure number",
            "\"3 eV\": a quantity",
            "a unit binds tighter than ^: write powers of ten as in \"2e-3 eV\", others in parentheses",
        );
        assert_fault(".", "`.` is not a number", "\".\": expected digits", "write for example 0.5");
    }

    #[test]
    fn nesting_and_length_have_limits() {
        for text in [
            "(".repeat(5_000),
            "-".repeat(5_000),
            "2^".repeat(5_000),
            "sin(".repeat(4_000),
            "(-2^".repeat(4_000),
        ] {
            assert_eq!(Expression::parse(&text).unwrap_err().message, "the formula is nested too deeply");
        }
        assert_eq!(Expression::parse(&"1+".repeat(50_000)).unwrap_err().message, "the formula is too long");
        // A long sum is a deep tree on paper, and no trouble here.
        assert!(Expression::parse(&format!("1{}", "+1".repeat(9_000))).is_ok());
    }

    #[test]
    fn units_end_where_names_begin() {
        let names = |text: &str| {
            let expression = Expression::parse(text).unwrap();
            expression.names().map(|(name, _)| name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names("2 eV*x"), ["x"]);
        assert_eq!(names("2 eV * s"), ["s"]);
        assert_eq!(names("2 eV*ps"), [""; 0], "a unit directly after * belongs to the quantity");
        assert_eq!(names("V + A*I"), ["V", "A", "I"]);
        assert_eq!(names("0.5 /ns"), [""; 0]);
        assert_eq!(names("0.5 /x"), ["x"]);
        assert_eq!(names("0.5 / ns"), ["ns"]);
    }

    #[test]
    fn a_unit_that_could_be_a_parameter_is_refused() {
        let doubtful = Expression::parse("2 eV/K").unwrap();
        assert!(doubtful.check_units(&|_| false).is_ok());
        let fault = doubtful.check_units(&|name| name == "K").unwrap_err();
        assert_eq!(fault.message, "`K` could be the unit or the parameter");
        assert_eq!(fault.labels[0].0, 5..6);
        // The first symbol after a number is always a unit.
        assert!(Expression::parse("2 K").unwrap().check_units(&|name| name == "K").is_ok());
        assert!(Expression::parse("2 eV /K").is_ok());
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = Expression::parse(&text);
        }

        #[test]
        fn no_text_of_the_right_letters_panics(text in "[a-eps0-9.+*/^() ,µVKu1-]{0,60}") {
            if let Err(fault) = Expression::parse(&text) {
                for (span, _) in fault.labels {
                    proptest::prop_assert!(text.get(span).is_some());
                }
            }
        }
    }

    #[test]
    fn formulas_are_read_as_they_look() {
        let value = |text: &str| {
            let expression = Expression::parse(text).unwrap();
            Formula::compile(&expression, &|_| None, &Vec::new).unwrap().at(0.3).value
        };
        for (written, plain) in [
            ("2×theta − 1e−1", "2*theta - 1e-1"),
            ("２·theta", "2*theta"),
            ("theta² ÷ 2", "theta^2/2"),
            ("(−1 eV)⁻²", "(-1 eV)^-2"),
        ] {
            assert_eq!(value(written), value(plain), "{written}");
        }
    }

    #[test]
    fn mistakes_are_shown_where_they_stand() {
        let fault = Expression::parse("1 − 2·(3 ev)").unwrap_err();
        assert_eq!(fault.message, "unknown unit `ev`");
        assert_eq!(&"1 − 2·(3 ev)"[fault.labels[0].0.clone()], "ev");
    }
}
