//! Read the canonical form of a formula, evaluate it by the complex step, and write it as a formula again.
//!
//! With the angle θ + iε, ε so small that its square is nothing, Im f/ε is f′: the rules are those of complex functions, not of
//! the jets that they are compared with. `size` sums the sizes of the terms of f′, which is what rounding scales with.

/// A complex number a + iεb, and the sizes of the terms of b.
#[derive(Debug, Clone, Copy)]
pub struct Stepped {
    pub value: f64,
    pub first: f64,
    pub size: f64,
}

impl Stepped {
    fn real(value: f64) -> Self {
        Self { value, first: 0.0, size: 0.0 }
    }

    /// f(a + iεb) of an analytic f, with its derivative at a.
    fn analytic(self, value: f64, slope: f64) -> Self {
        if self.first == 0.0 && self.size == 0.0 {
            return Self::real(value);
        }
        Self { value, first: slope * self.first, size: slope.abs() * self.size }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Number(f64),
    Theta,
    Negate(usize),
    Binary(String, usize, usize),
    Call(String, usize, usize),
}

pub struct Steps(Vec<Step>);

impl Steps {
    /// From a text such as `[Theta, Number(4611686018427387904), Binary(Multiply, 0, 1)]`.
    pub fn read(canonical: &str) -> Option<Self> {
        let inner = canonical.strip_prefix('[')?.strip_suffix(']')?;
        // Commas between steps follow a parenthesis or `Theta`; those within a step are followed by words and numbers alone.
        let mut steps = Vec::new();
        let mut rest = inner;
        while !rest.is_empty() {
            let end = if rest.starts_with("Theta") { 5 } else { rest.find(')')? + 1 };
            let (text, after) = rest.split_at(end);
            rest = after.strip_prefix(", ").unwrap_or(after);
            if text == "Theta" {
                steps.push(Step::Theta);
                continue;
            }
            let (kind, arguments) = text.strip_suffix(')')?.split_once('(')?;
            let parts: Vec<&str> = arguments.split(", ").collect();
            let operand = |at: usize| parts.get(at)?.parse::<usize>().ok().filter(|&i| i < steps.len());
            steps.push(match kind {
                "Number" => Step::Number(f64::from_bits(parts.first()?.parse().ok()?)),
                "Negate" => Step::Negate(operand(0)?),
                "Binary" => Step::Binary((*parts.first()?).into(), operand(1)?, operand(2)?),
                "Call" => Step::Call((*parts.first()?).into(), operand(1)?, operand(2)?),
                _ => return None,
            });
        }
        Some(Self(steps))
    }

    /// The value and the derivative at an angle; none where rounding cannot be told from the sizes of the terms: next to the
    /// smallest numbers, or where an exponent is no plain number, so that the powers of two routes differ.
    pub fn complex_step(&self, theta: f64) -> Option<Stepped> {
        let mut known: Vec<Stepped> = Vec::with_capacity(self.0.len());
        for step in &self.0 {
            let next = match step {
                Step::Number(value) => Stepped::real(*value),
                Step::Theta => Stepped { value: theta, first: 1.0, size: 1.0 },
                Step::Negate(a) => known[*a].analytic(-known[*a].value, -1.0),
                Step::Binary(operator, a, b) => binary(operator, known[*a], known[*b]),
                Step::Call(function, a, b) => call(function, known[*a], known[*b]),
            };
            let is_tiny = |x: f64| x != 0.0 && x.abs() < 1e-280;
            let exponent_vanishes = match step {
                Step::Binary(operator, _, b) => {
                    operator == "Power" && known[*b].first == 0.0 && !matches!(self.0[*b], Step::Number(_))
                }
                _ => false,
            };
            if exponent_vanishes || [next.value, next.first, next.size].into_iter().any(is_tiny) {
                return None;
            }
            known.push(next);
        }
        known.last().copied()
    }

    /// The steps as one formula; none if a number has no literal, or what is shared makes the text too long.
    pub fn written(&self) -> Option<String> {
        let mut texts: Vec<String> = Vec::with_capacity(self.0.len());
        for step in &self.0 {
            let text = match step {
                Step::Number(x) if !x.is_finite() => return None,
                Step::Number(x) if x.is_sign_negative() => format!("(-{:?})", -x),
                Step::Number(x) => format!("{x:?}"),
                Step::Theta => "theta".into(),
                Step::Negate(a) => format!("(-{})", texts[*a]),
                Step::Binary(operator, a, b) => {
                    let sign = match operator.as_str() {
                        "Add" => '+',
                        "Subtract" => '-',
                        "Multiply" => '*',
                        "Divide" => '/',
                        "Power" => '^',
                        other => panic!("unknown operator {other}"),
                    };
                    format!("({} {sign} {})", texts[*a], texts[*b])
                }
                Step::Call(function, a, b) => {
                    let name = function.to_lowercase();
                    match name.as_str() {
                        "min" | "max" => format!("{name}({}, {})", texts[*a], texts[*b]),
                        _ => format!("{name}({})", texts[*a]),
                    }
                }
            };
            if text.len() > 10_000 {
                return None;
            }
            texts.push(text);
        }
        texts.pop()
    }
}

fn binary(operator: &str, a: Stepped, b: Stepped) -> Stepped {
    match operator {
        "Add" => Stepped { value: a.value + b.value, first: a.first + b.first, size: a.size + b.size },
        "Subtract" => Stepped { value: a.value - b.value, first: a.first - b.first, size: a.size + b.size },
        "Multiply" => Stepped {
            value: a.value * b.value,
            first: a.value * b.first + b.value * a.first,
            size: a.value.abs() * b.size + b.value.abs() * a.size,
        },
        "Divide" => {
            // a/b = a b*/|b|²
            let value = a.value / b.value;
            let (up, down) = (a.first / b.value, value * (b.first / b.value));
            Stepped {
                value,
                first: up - down,
                size: (a.size / b.value).abs() + (value * (b.size / b.value)).abs(),
            }
        }
        "Power" if b.first == 0.0 && b.size == 0.0 => {
            let (x, n) = (a.value, b.value);
            let slope = if n == 0.0 { 0.0 } else { n * raised(x, n - 1.0) };
            a.analytic(raised(x, n), slope)
        }
        "Power" => call("Exp", binary("Multiply", b, call("Log", a, a)), b),
        other => panic!("unknown operator {other}"),
    }
}

/// As a formula raises to a power: by multiplication where the power is a small whole number.
fn raised(x: f64, n: f64) -> f64 {
    if n == n.trunc() && n.abs() <= 32.0 { x.powi(n as i32) } else { x.powf(n) }
}

fn call(function: &str, a: Stepped, b: Stepped) -> Stepped {
    let x = a.value;
    match function {
        "Sin" => a.analytic(x.sin(), x.cos()),
        "Cos" => a.analytic(x.cos(), -x.sin()),
        "Tan" => a.analytic(x.tan(), x.cos().powi(-2)),
        "Asin" => a.analytic(x.asin(), ((1.0 - x) * (1.0 + x)).sqrt().recip()),
        "Acos" => a.analytic(x.acos(), -((1.0 - x) * (1.0 + x)).sqrt().recip()),
        "Atan" => a.analytic(x.atan(), 1.0 / (1.0 + x * x)),
        "Sinh" => a.analytic(x.sinh(), x.cosh()),
        "Cosh" => a.analytic(x.cosh(), x.sinh()),
        "Tanh" => a.analytic(x.tanh(), x.cosh().recip().powi(2)),
        "Exp" => a.analytic(x.exp(), x.exp()),
        "Log" => a.analytic(x.ln(), x.recip()),
        "Sqrt" => a.analytic(x.sqrt(), 0.5 / x.sqrt()),
        // At the kink the derivatives count as zero; a choice of formulas, not of analysis.
        "Abs" => a.analytic(x.abs(), if x == 0.0 { 0.0 } else { x.signum() }),
        "Min" => {
            if b.value < x || b.value.is_nan() {
                b
            } else {
                a
            }
        }
        "Max" => {
            if b.value > x || b.value.is_nan() {
                b
            } else {
                a
            }
        }
        other => panic!("unknown function {other}"),
    }
}
