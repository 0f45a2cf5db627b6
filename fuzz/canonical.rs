//! Read the canonical form of a formula, differentiate it by rules of its own, and write it as a formula again.
//!
//! Finite differences could not judge the derivatives of every formula: sin(theta − 3e80) is constant in floating-point arithmetic. The
//! rules here are written apart from those of the jets. Beside each derivative stands the sum of the sizes of its terms, which is
//! what rounding scales with.

/// A value with its first two derivatives, and the sizes of their terms.
#[derive(Debug, Clone, Copy)]
pub struct Derived {
    pub value: f64,
    pub first: f64,
    pub second: f64,
    /// Of the first and the second derivative.
    pub sizes: [f64; 2],
}

impl Derived {
    fn constant(value: f64) -> Self {
        Self { value, first: 0.0, second: 0.0, sizes: [0.0; 2] }
    }

    fn is_constant(self) -> bool {
        self.first == 0.0 && self.second == 0.0 && self.sizes == [0.0; 2]
    }

    fn numbers(self) -> [f64; 5] {
        [self.value, self.first, self.second, self.sizes[0], self.sizes[1]]
    }

    /// f(x) with f′ and f″ at x (Faà di Bruno).
    fn chain(self, value: f64, slope: f64, curvature: f64) -> Self {
        if self.is_constant() {
            return Self::constant(value);
        }
        let [size, second_size] = self.sizes;
        Self {
            value,
            first: slope * self.first,
            second: slope * self.second + curvature * self.first.powi(2),
            sizes: [slope.abs() * size, slope.abs() * second_size + curvature.abs() * size.powi(2)],
        }
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

    /// The value and the derivatives at an angle; none where rounding cannot be told from the sizes of the terms: next to the
    /// smallest numbers, or where an exponent is no plain number, so that the powers of two routes differ.
    pub fn derived(&self, theta: f64) -> Option<Derived> {
        let mut known: Vec<Derived> = Vec::with_capacity(self.0.len());
        for step in &self.0 {
            let next = match step {
                Step::Number(value) => Derived::constant(*value),
                Step::Theta => Derived { value: theta, first: 1.0, second: 0.0, sizes: [1.0, 0.0] },
                Step::Negate(a) => known[*a].chain(-known[*a].value, -1.0, 0.0),
                Step::Binary(operator, a, b) => binary(operator, known[*a], known[*b]),
                Step::Call(function, a, b) => call(function, known[*a], known[*b]),
            };
            let is_tiny = |x: f64| x != 0.0 && x.abs() < 1e-280;
            let exponent_vanishes = match step {
                Step::Binary(operator, _, b) => {
                    let exponent = known[*b];
                    let varies = exponent.first != 0.0 || exponent.second != 0.0;
                    operator == "Power" && !varies && !matches!(self.0[*b], Step::Number(_))
                }
                _ => false,
            };
            if exponent_vanishes || next.numbers().into_iter().any(is_tiny) {
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

fn binary(operator: &str, a: Derived, b: Derived) -> Derived {
    let sum = |sign: f64| Derived {
        value: a.value + sign * b.value,
        first: a.first + sign * b.first,
        second: a.second + sign * b.second,
        sizes: [a.sizes[0] + b.sizes[0], a.sizes[1] + b.sizes[1]],
    };
    match operator {
        "Add" => sum(1.0),
        "Subtract" => sum(-1.0),
        "Multiply" => {
            let (x, y) = (a.value.abs(), b.value.abs());
            Derived {
                value: a.value * b.value,
                first: a.value * b.first + b.value * a.first,
                second: a.value * b.second + b.value * a.second + 2.0 * a.first * b.first,
                sizes: [
                    x * b.sizes[0] + y * a.sizes[0],
                    x * b.sizes[1] + y * a.sizes[1] + 2.0 * a.sizes[0] * b.sizes[0],
                ],
            }
        }
        "Divide" => {
            // a/b with a′/b, b′/b, …: the quotient's logarithmic derivatives.
            let value = a.value / b.value;
            let [a1, a2, b1, b2] = [a.first, a.second, b.first, b.second].map(|x| x / b.value);
            let [a1_size, a2_size, b1_size, b2_size] =
                [a.sizes[0], a.sizes[1], b.sizes[0], b.sizes[1]].map(|x| (x / b.value).abs());
            let size = a1_size + value.abs() * b1_size;
            Derived {
                value,
                first: a1 - value * b1,
                second: a2 - value * b2 - 2.0 * b1 * (a1 - value * b1),
                sizes: [size, a2_size + value.abs() * b2_size + 2.0 * b1_size * size],
            }
        }
        "Power" if b.is_constant() => {
            let (x, n) = (a.value, b.value);
            let slope = if n == 0.0 { 0.0 } else { n * raised(x, n - 1.0) };
            let curvature = if n == 0.0 || n == 1.0 { 0.0 } else { n * (n - 1.0) * raised(x, n - 2.0) };
            a.chain(raised(x, n), slope, curvature)
        }
        "Power" => call("Exp", binary("Multiply", b, call("Log", a, a)), b),
        other => panic!("unknown operator {other}"),
    }
}

/// As a formula raises to a power: by multiplication where the power is a small whole number.
fn raised(x: f64, n: f64) -> f64 {
    if n == n.trunc() && n.abs() <= 32.0 { x.powi(n as i32) } else { x.powf(n) }
}

fn call(function: &str, a: Derived, b: Derived) -> Derived {
    let x = a.value;
    let (sin, cos) = x.sin_cos();
    // 1 − x² and 1/cosh x without loss of digits.
    let rest = (1.0 - x) * (1.0 + x);
    let sech = x.cosh().recip();
    match function {
        "Sin" => a.chain(sin, cos, -sin),
        "Cos" => a.chain(cos, -sin, -cos),
        "Tan" => a.chain(x.tan(), cos.powi(-2), 2.0 * sin * cos.powi(-3)),
        "Asin" => a.chain(x.asin(), rest.sqrt().recip(), x * rest.powf(-1.5)),
        "Acos" => a.chain(x.acos(), -rest.sqrt().recip(), -x * rest.powf(-1.5)),
        "Atan" => a.chain(x.atan(), (1.0 + x * x).recip(), -2.0 * x * (1.0 + x * x).powi(-2)),
        "Sinh" => a.chain(x.sinh(), x.cosh(), x.sinh()),
        "Cosh" => a.chain(x.cosh(), x.sinh(), x.cosh()),
        "Tanh" => a.chain(x.tanh(), sech.powi(2), -2.0 * x.tanh() * sech.powi(2)),
        "Exp" => a.chain(x.exp(), x.exp(), x.exp()),
        "Log" => a.chain(x.ln(), x.recip(), -x.powi(-2)),
        "Sqrt" => a.chain(x.sqrt(), 0.5 / x.sqrt(), -0.25 / (x * x.sqrt())),
        // At the kink the derivatives count as zero; a choice of formulas, not of analysis.
        "Abs" => a.chain(x.abs(), if x == 0.0 { 0.0 } else { x.signum() }, 0.0),
        "Min" if b.value < x || b.value.is_nan() => b,
        "Max" if b.value > x || b.value.is_nan() => b,
        "Min" | "Max" => a,
        other => panic!("unknown function {other}"),
    }
}
