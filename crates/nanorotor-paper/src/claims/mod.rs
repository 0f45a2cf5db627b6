//! Hold the statements of Preston & Kosov (2023) against what was computed.

mod agreement;
mod angle;
mod direction;
mod directionality;
mod found;
mod hamiltonian;
mod inertia;
#[cfg(test)]
mod made_up;
mod pumping;
mod temperature;
#[cfg(test)]
mod verdicts;
mod voltage;

use found::Found;

use nanorotor::results::Results;

/// Whether a statement holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It holds for some choices that the paper leaves open, or that it did not make, and not for others.
    OnlyForSomeChoices,
    /// It does not hold.
    DoesNotHold,
    /// What it needs was not computed, or did not converge.
    NotComputed,
}

impl Verdict {
    /// In words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::OnlyForSomeChoices => "only for some choices",
            Self::DoesNotHold => "does not hold",
            Self::NotComputed => "not computed",
        }
    }
}

/// A statement of the paper and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The statement, in the paper's words as far as they are short.
    pub statement: &'static str,
    /// Where the paper makes it.
    pub source: &'static str,
    /// Whether it holds.
    pub verdict: Verdict,
    /// What was compared, in which part, with which limit, and what came out.
    pub evidence: String,
}

/// A verdict with its evidence; the error is what is missing.
type Judged = Result<(Verdict, String), String>;

/// How one statement is judged.
struct Case {
    statement: &'static str,
    source: &'static str,
    judge: fn(&Found<'_>) -> Judged,
}

/// Judge every statement from the results of the parts, found by their names.
///
/// A statement whose parts are missing, or lack a number that it needs, is [`Verdict::NotComputed`] and says what is missing.
pub fn judge<'a>(results: &'a dyn Fn(&str) -> Option<&'a Results>) -> Vec<Claim> {
    let found = Found::new(results);
    cases()
        .into_iter()
        .map(|Case { statement, source, judge }| {
            let (verdict, evidence) = judge(&found).unwrap_or_else(|missing| (Verdict::NotComputed, missing));
            Claim { statement, source, verdict, evidence }
        })
        .collect()
}

/// Every statement, in the order of the paper's figures.
fn cases() -> Vec<Case> {
    [
        temperature::cases(),
        direction::cases(),
        angle::cases(),
        pumping::cases(),
        voltage::cases(),
        inertia::cases(),
        directionality::cases(),
        hamiltonian::cases(),
        agreement::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn verdict(holds: bool) -> Verdict {
    if holds { Verdict::Holds } else { Verdict::DoesNotHold }
}
