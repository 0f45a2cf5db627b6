//! Guess which known name a misspelt one was meant to be.

use strsim::osa_distance;

/// The candidate nearest to `word`, if it is near enough to be a likely misspelling of it; case only decides between equals.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long word is compared by its beginning: nobody misspells a thousand letters.
    let word: String = word.chars().take(64).collect();
    let lower = word.to_lowercase();
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| {
            let short: String = candidate.chars().take(64).collect();
            ((osa_distance(&lower, &short.to_lowercase()), osa_distance(&word, &short)), candidate)
        })
        .filter(|&((letters, _), candidate)| letters <= allowed && letters < candidate.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", if there is a likely one.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|name| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_misspelt_name() {
        let names = ["Gamma_L", "Gamma_R", "theta", "V", "band_bottom"];
        assert_eq!(nearest("Gama_L", names), Some("Gamma_L"));
        assert_eq!(nearest("thetta", names), Some("theta"));
        assert_eq!(nearest("tehta", names), Some("theta"));
        assert_eq!(nearest("gamma_r", names), Some("Gamma_R"));
        assert_eq!(nearest("Gamma_r", names), Some("Gamma_R"));
        assert_eq!(nearest("v", names), Some("V"), "case is no misspelling");
        assert_eq!(nearest("x", names), None, "a replacement of the whole word is no misspelling");
        assert_eq!(nearest("friction", names), None);
    }

    #[test]
    fn endless_words_are_no_trouble() {
        assert_eq!(nearest(&"x".repeat(1_000_000), ["x"]), None);
    }
}
