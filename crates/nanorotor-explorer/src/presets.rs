//! List what somebody may begin with: the paper's motor at the values of its figures, and studies that show one thing each.

use serde_json::{Value, json};

use crate::session::Session;

/// A study that comes with nanorotor, and what is set in it.
struct Preset {
    name: &'static str,
    group: &'static str,
    title: &'static str,
    description: &'static str,
    set: &'static [(&'static str, &'static str)],
}

const PAPER: &str = "Preston & Kosov (2023)";
const OTHERS: &str = "Other rotors";
const MOLECULES: &str = "Molecules, atom by atom";

const ALL: &[Preset] = &[
    Preset {
        name: "preston2023",
        group: PAPER,
        title: "The blowtorch motor",
        description: "Electrons heat one side of the barrier more than the other, and the rotor turns.",
        set: &[],
    },
    Preset {
        name: "preston2023",
        group: PAPER,
        title: "Figure 2: 2 V",
        description: "At this voltage the heat is weak and the rotor hardly turns.",
        set: &[("V", "2 eV")],
    },
    Preset {
        name: "preston2023",
        group: PAPER,
        title: "Figure 3: rings in one plane",
        description: "At phi = 0 the heat lies evenly on both sides, and the rotor stands still.",
        set: &[("phi", "0")],
    },
    Preset {
        name: "preston2023",
        group: PAPER,
        title: "Figure 4: turned the other way",
        description: "With phi reversed the hot side changes, and with it the direction.",
        set: &[("phi", "pi/4")],
    },
    Preset {
        name: "preston2023",
        group: PAPER,
        title: "Figure 6: 1.9 V",
        description: "The voltage decides how fast, and whether, the rotor turns.",
        set: &[("V", "1.9 eV")],
    },
    Preset {
        name: "preston2023",
        group: PAPER,
        title: "Figure 7: a light rotor",
        description: "Without inertia the rotor follows its heat at once.",
        set: &[("I", "450 au")],
    },
    Preset {
        name: "blowtorch",
        group: OTHERS,
        title: "Landauer's blowtorch: a heat motor",
        description: "Uneven heat and friction on a washboard, without electrons.",
        set: &[],
    },
    Preset {
        name: "wind",
        group: OTHERS,
        title: "An electron wind",
        description: "The current pushes the rotor around, against a load.",
        set: &[],
    },
    Preset {
        name: "three_leads",
        group: OTHERS,
        title: "Three electrodes",
        description: "A third electrode decides where the current goes.",
        set: &[],
    },
    Preset {
        name: "benzene",
        group: OTHERS,
        title: "A benzene ring",
        description: "Six carbon atoms, two orbitals of which no electrode reaches.",
        set: &[],
    },
    Preset {
        name: "graphene",
        group: OTHERS,
        title: "Graphene-like electrodes",
        description: "The paper's rotor where electrodes have hardly a state at the Dirac point.",
        set: &[],
    },
    Preset {
        name: "chain",
        group: OTHERS,
        title: "Chains of atoms as electrodes",
        description: "Bands that end on both sides and follow the bias: the current blows as a wind, too.",
        set: &[],
    },
    Preset {
        name: "biphenyl",
        group: MOLECULES,
        title: "Biphenyl",
        description: "One ring turns against the other; its electrons are those of a scan by GFN1-xTB.",
        set: &[],
    },
    Preset {
        name: "biphenyl",
        group: MOLECULES,
        title: "Biphenyl, electrodes near its HOMO",
        description: "Where electrons pass through a level, they drive the ring as a wind does.",
        set: &[("E_F", "-10.8 eV")],
    },
];

/// The presets, and the title of the study that was opened.
pub(crate) fn all(session: &Session) -> Value {
    let one = |preset: &Preset| {
        let set: serde_json::Map<String, Value> =
            preset.set.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect();
        json!({
            "name": preset.name, "group": preset.group, "title": preset.title,
            "description": preset.description, "set": set,
        })
    };
    let presets: Vec<Value> = ALL.iter().map(one).collect();
    let opened = session.opened.as_ref().map(|study| study.title().unwrap_or(study.name()));
    json!({ "presets": presets, "opened": opened })
}

#[cfg(test)]
mod tests {
    use nanorotor::study::Study;

    use super::*;

    #[test]
    fn every_preset_is_a_study_with_what_is_set() {
        for preset in ALL {
            let study = Study::preset(preset.name).unwrap();
            let study = preset.set.iter().fold(study, |study, (name, text)| study.with(name, text).unwrap());
            study.resolve().unwrap();
        }
        for (name, _) in nanorotor::study::PRESETS {
            assert!(ALL.iter().any(|preset| preset.name == *name), "{name}");
        }
    }
}
