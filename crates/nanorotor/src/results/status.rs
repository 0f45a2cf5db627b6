//! Say of each point whether its numbers stand.

use std::fmt;

use crate::error::Error;

/// How far the numbers of a point stand; the further down, the worse.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Status {
    /// All numbers are there, to the accuracy that was asked for.
    #[default]
    Converged,
    /// All numbers are there, with larger errors than asked for.
    LessAccurate(String),
    /// Trajectories were too short to tell some of the numbers.
    TooShort(String),
    /// Numbers are missing, for the reason that is told.
    Failed(String),
    /// Something was not computed yet; what.
    NotComputed(String),
}

impl Status {
    /// What was not computed yet says so.
    pub(crate) const NOT_COMPUTED: &str = "not computed yet";

    /// Whether all numbers are there, to the accuracy that was asked for.
    pub fn is_converged(&self) -> bool {
        *self == Self::Converged
    }

    /// One word or two for it, the same in every version.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::LessAccurate(_) => "less accurate",
            Self::TooShort(_) => "too short",
            Self::Failed(_) => "failed",
            Self::NotComputed(_) => Self::NOT_COMPUTED,
        }
    }

    /// What it means, for the reference.
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Converged => "all numbers are there, to the accuracy asked for",
            Self::LessAccurate(_) => "all numbers are there, with larger errors than asked for",
            Self::TooShort(_) => "the trajectories were too short for some of the numbers",
            Self::Failed(_) => "numbers are missing, for the reason given",
            Self::NotComputed(_) => "an interrupted sweep has not reached this point yet",
        }
    }

    /// One of each, by rising severity.
    pub fn all() -> [Self; 5] {
        let none = String::new;
        [
            Self::Converged,
            Self::LessAccurate(none()),
            Self::TooShort(none()),
            Self::Failed(none()),
            Self::NotComputed(none()),
        ]
    }

    /// A status from its name and the reason that it tells.
    pub fn named(name: &str, reason: String) -> Option<Self> {
        let all: [fn(String) -> Self; 5] =
            [|_| Self::Converged, Self::LessAccurate, Self::TooShort, Self::Failed, Self::NotComputed];
        all.into_iter().find(|of| of(String::new()).name() == name).map(|of| of(reason))
    }

    /// The status of several tasks at one point: the worst of theirs, with what each says.
    pub(crate) fn of_tasks<'a>(tasks: impl Iterator<Item = (&'static str, &'a Self)>) -> Self {
        let mut worst = &Self::Converged;
        let mut reasons: Vec<String> = Vec::new();
        for (task, status) in tasks.filter(|(_, status)| !status.is_converged()) {
            if status.rank() > worst.rank() {
                worst = status;
            }
            let reason = status.to_string();
            if !reasons.iter().any(|known| known.ends_with(&reason)) {
                reasons.push(format!("{task}: {reason}"));
            }
        }
        Self::named(worst.name(), reasons.join("; ")).unwrap_or_default()
    }

    fn rank(&self) -> usize {
        match self {
            Self::Converged => 0,
            Self::LessAccurate(_) => 1,
            Self::TooShort(_) => 2,
            Self::Failed(_) => 3,
            Self::NotComputed(_) => 4,
        }
    }
}

impl From<&Error> for Status {
    fn from(error: &Error) -> Self {
        match error {
            Error::LessAccurate { .. } => Self::LessAccurate(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Converged => f.write_str(self.name()),
            Self::LessAccurate(reason)
            | Self::TooShort(reason)
            | Self::Failed(reason)
            | Self::NotComputed(reason) => f.write_str(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_tasks_stands_for_the_point() {
        let short = Status::TooShort("directionality_hop: 3 hops".into());
        let missing = Status::NotComputed(Status::NOT_COMPUTED.into());
        let of = |statuses: &[&Status]| {
            Status::of_tasks(["landscape", "rate", "simulate"].into_iter().zip(statuses.iter().copied()))
        };
        assert_eq!(of(&[&Status::Converged, &Status::Converged]), Status::Converged);
        assert_eq!(
            of(&[&Status::Converged, &short, &missing]),
            Status::NotComputed("rate: directionality_hop: 3 hops; simulate: not computed yet".into())
        );
        // What went wrong in the same way is told once.
        let failed = Status::Failed("no landscape".into());
        assert_eq!(of(&[&failed, &failed]), Status::Failed("landscape: no landscape".into()));
    }

    #[test]
    fn a_status_survives_its_name_and_reason() {
        let all = [Status::LessAccurate, Status::TooShort, Status::Failed, Status::NotComputed];
        for status in all.map(|of| of("why".into())).into_iter().chain([Status::Converged]) {
            assert_eq!(Status::named(status.name(), status.to_string()), Some(status));
        }
        assert_eq!(Status::named("good", String::new()), None);
    }
}
