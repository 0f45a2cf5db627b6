//! Say where numbers come from: program, machine, time.

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::instructions::Instructions;
use crate::langevin::Kernel;
use crate::study::Study;

/// Where numbers come from, as names and texts in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance(pub Vec<(String, String)>);

impl Provenance {
    /// The provenance of a run that starts now on this machine.
    pub fn now(study: &Study, kernel: Kernel, threads: usize) -> Self {
        let set: Vec<String> =
            study.set_from_outside().map(|(name, value)| format!("{name}={value}")).collect();
        let entries = [
            ("program", format!("nanorotor {}", env!("CARGO_PKG_VERSION"))),
            ("commit", option_env!("NANOROTOR_COMMIT").unwrap_or("unknown").into()),
            ("algorithm", super::fingerprint::ALGORITHM.to_string()),
            ("study", study.name().into()),
            ("set", set.join(", ")),
            ("seed", study.seed().to_string()),
            ("kernel", kernel.name().into()),
            ("instructions", format!("{:?}", Instructions::detect()).to_lowercase()),
            ("started", written(SystemTime::now())),
            ("machine", machine()),
            ("processor", processor()),
            ("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
            ("threads", threads.to_string()),
        ];
        Self(
            entries
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(name, text)| (name.into(), text))
                .collect(),
        )
    }

    /// As a JSON object.
    pub(super) fn to_json(&self) -> Value {
        Value::Object(
            self.0.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect::<Map<_, _>>(),
        )
    }

    /// From a JSON object of texts.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let entries = value.as_object()?.iter();
        entries
            .map(|(name, text)| Some((name.clone(), text.as_str()?.to_string())))
            .collect::<Option<_>>()
            .map(Self)
    }
}

/// The seconds from 1970 to the end of 9999.
const LAST_SECOND: u64 = 253_402_300_799;

/// A time as RFC 3339 writes it, or that the clock is wrong.
fn written(time: SystemTime) -> String {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) if since.as_secs() <= LAST_SECOND => humantime::format_rfc3339_seconds(time).to_string(),
        Ok(_) => "unknown: the clock of this machine is after 9999".into(),
        Err(_) => "unknown: the clock of this machine is before 1970".into(),
    }
}

/// The name of this machine, if it tells.
fn machine() -> String {
    let told = ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok());
    told.or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .map_or_else(|| "unknown".into(), |name| name.trim().into())
}

/// The model of the processor, if the system tells.
fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("model name"));
    line.and_then(|line| line.split_once(':'))
        .map_or_else(|| "unknown".into(), |(_, name)| name.trim().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_clocks_are_said_to_be_wrong() {
        use std::time::Duration;
        let epoch = SystemTime::UNIX_EPOCH;
        assert!(written(epoch - Duration::from_secs(1)).contains("before 1970"));
        assert!(written(epoch + Duration::from_secs(LAST_SECOND + 1)).contains("after 9999"));
        assert_eq!(written(epoch + Duration::from_secs(LAST_SECOND)), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn everything_needed_to_repeat_a_run_is_named() {
        let study = Study::preset("preston2023").unwrap().with("V", "3 eV").unwrap();
        let provenance = Provenance::now(&study, Kernel::Portable, 2);
        let text = |name: &str| provenance.0.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str());
        assert_eq!(text("set"), Some("V=3 eV"));
        assert_eq!(text("kernel"), Some("portable"));
        assert_eq!(text("seed"), Some("1"));
        assert!(text("started").unwrap().ends_with('Z') && text("commit").is_some());
        assert_eq!(Provenance::from_json(&provenance.to_json()), Some(provenance));
    }
}
