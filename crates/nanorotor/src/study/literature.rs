//! Find the references that studies cite, and those of the theory that they use.

/// The references that come with nanorotor, in BibTeX.
pub const LITERATURE: &str = include_str!("../../studies/literature.bib");

/// The BibTeX entry of a key, if the literature that comes with nanorotor has it.
pub fn bibtex(key: &str) -> Option<&'static str> {
    LITERATURE.match_indices('@').find_map(|(start, _)| {
        let entry = &LITERATURE[start..];
        let (_, after) = entry.split_once('{')?;
        let (name, _) = after.split_once(',')?;
        (name.trim() == key).then(|| &entry[..length(entry)])
    })
}

/// The keys of the theory behind a study: of its electrons, of the stationary density, of the limit of no inertia where it is asked
/// for, of its trajectories.
pub(super) fn theory(electrons: bool, overdamped: bool, trajectories: bool) -> Vec<&'static str> {
    let mut keys = if electrons {
        vec!["preston2023", "brouwer1998", "moskalets2005", "buttiker1992"]
    } else {
        Vec::new()
    };
    keys.push("risken1989");
    if overdamped {
        keys.push("hottovy2012");
    }
    if trajectories {
        keys.push("leimkuhler2013");
    }
    keys
}

/// The bytes up to the brace that closes the entry.
fn length(entry: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in entry.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    entry.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_whole_by_its_key() {
        let keys: Vec<&str> = LITERATURE
            .match_indices('@')
            .filter_map(|(start, _)| {
                LITERATURE[start..].split_once('{')?.1.split_once(',').map(|(key, _)| key.trim())
            })
            .collect();
        assert!(keys.contains(&"preston2023"));
        for key in keys {
            let entry = bibtex(key).expect("the key was taken from the literature");
            assert!(entry.starts_with('@') && entry.ends_with('}'));
            assert_eq!(entry.matches('{').count(), entry.matches('}').count(), "{key}");
        }
        assert_eq!(bibtex("nobody1900"), None);
        assert!(theory(true, true, true).into_iter().all(|key| bibtex(key).is_some()));
    }
}
