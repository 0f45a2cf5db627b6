//! Take the atoms out of the table of a scan: for those who draw them, no result depends on them.
//!
//! | variable            | dimensions         | what it is                                                |
//! |---------------------|--------------------|-----------------------------------------------------------|
//! | `numbers`           | (atom)             | atomic numbers                                            |
//! | `positions`         | (theta, atom, xyz) | places of the atoms, angstrom                             |
//! | `rotor`             | (rotor_atom)       | atoms that turn                                           |
//! | `point`             | (xyz)              | a point of the axis, angstrom                             |
//! | `direction_of_axis` | (xyz)              | its direction; θ is right-handed about it                 |
//! | `bonds`             | (bond, bond_end)   | the two atoms of each bond; may be missing                |
//! | `anchor_LEAD`       | (anchor_LEAD_atom) | the atoms that touch a lead; may be missing               |
//!
//! Atoms are counted from 0. A table without all of the first five, in these shapes, has no atoms. The package for Python writes
//! them (`molecule/structure.py`).

use super::netcdf::Raw;

/// The variables that tell of atoms, beside those of anchors; `axis` says by two atoms what `point` and direction say.
const NAMES: [&str; 7] = ["numbers", "positions", "rotor", "point", "direction_of_axis", "bonds", "axis"];
/// What the name of a lead follows.
const ANCHOR: &str = "anchor_";
/// The largest atomic number.
const HEAVIEST: usize = 118;

/// The atoms of a molecule at the first angle of its scan; lengths in Å.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    /// The angle of the rotor at these positions (rad).
    pub angle: f64,
    /// Atomic numbers.
    pub numbers: Vec<usize>,
    /// Places of the atoms.
    pub positions: Vec<[f64; 3]>,
    /// The atoms that turn.
    pub rotor: Vec<usize>,
    /// A point of the axis.
    pub point: [f64; 3],
    /// The direction of the axis; the angle is right-handed about it.
    pub direction: [f64; 3],
    /// The atoms of each bond.
    pub bonds: Vec<[usize; 2]>,
    /// The atoms that touch each lead, by its name with `_` for all but letters and digits.
    pub anchors: Vec<(String, Vec<usize>)>,
}

impl Geometry {
    /// The atoms among the variables of a table whose first angle is known; what tells of them leaves the variables.
    pub(super) fn taken_from(raw: &mut Vec<Raw>, angle: f64) -> Option<Self> {
        let found = Self::read(raw, angle)?;
        raw.retain(|raw| !NAMES.contains(&raw.name.as_str()) && !raw.name.starts_with(ANCHOR));
        Some(found)
    }

    fn read(raw: &[Raw], angle: f64) -> Option<Self> {
        let numbers = integers(raw, "numbers", &[None], HEAVIEST + 1)?;
        let count = numbers.len();
        let positions = numbers_of(raw, "positions", &[None, Some(count), Some(3)])?;
        if !positions.is_sampled() || !has_unit_of_length(positions) {
            return None;
        }
        let vector = |name: &str| -> Option<[f64; 3]> {
            numbers_of(raw, name, &[Some(3)])?.values.as_slice().try_into().ok()
        };
        let direction = vector("direction_of_axis")?;
        if numbers.contains(&0) || direction == [0.0; 3] {
            return None;
        }
        let bonds = integers(raw, "bonds", &[None, Some(2)], count).unwrap_or_default();
        let anchor = |one: &Raw| {
            let lead = one.name.strip_prefix(ANCHOR)?.to_owned();
            Some((lead, integers(raw, &one.name, &[None], count)?))
        };
        Some(Self {
            angle,
            positions: positions.values.as_chunks::<3>().0.get(..count)?.to_vec(),
            rotor: integers(raw, "rotor", &[None], count)?,
            point: vector("point")?,
            direction,
            bonds: bonds.as_chunks::<2>().0.to_vec(),
            anchors: raw.iter().filter_map(anchor).collect(),
            numbers,
        })
    }
}

/// A variable of finite numbers in a shape; None is any length.
fn numbers_of<'a>(raw: &'a [Raw], name: &str, shape: &[Option<usize>]) -> Option<&'a Raw> {
    let found = raw.iter().find(|raw| raw.name == name)?;
    let fits = found.dimensions.len() == shape.len()
        && found.dimensions.iter().zip(shape).all(|((_, size), wanted)| wanted.is_none_or(|w| w == *size));
    (fits && found.values.iter().all(|value| value.is_finite())).then_some(found)
}

/// A variable of whole numbers from 0, each below a limit.
fn integers(raw: &[Raw], name: &str, shape: &[Option<usize>], below: usize) -> Option<Vec<usize>> {
    let found = numbers_of(raw, name, shape)?;
    let whole = |&value: &f64| {
        (value >= 0.0 && value.fract() == 0.0 && value < below as f64).then_some(value as usize)
    };
    found.values.iter().map(whole).collect()
}

fn has_unit_of_length(raw: &Raw) -> bool {
    raw.units.as_deref().is_some_and(|unit| ["angstrom", "Angstrom", "Å"].contains(&unit))
}
