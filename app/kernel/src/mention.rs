//! Naming people in a text: an `@` and the whole name behind it.

/// Who is named in a text: an `@`, and the whole name behind it. Of several names that fit the longest counts.
pub fn named<'a, T: Copy + PartialEq>(text: &str, people: impl Iterator<Item = (T, &'a str)>) -> Vec<T> {
    let text = text.to_lowercase();
    let people: Vec<(T, String)> =
        people.filter(|(_, name)| !name.is_empty()).map(|(id, name)| (id, name.to_lowercase())).collect();
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let (before, rest) = text.split_at(at);
        // Not in the middle of a word, as in an address.
        if before.ends_with(char::is_alphanumeric) {
            continue;
        }
        let fits = people.iter().filter(|(_, name)| {
            let after = rest.strip_prefix('@').and_then(|rest| rest.strip_prefix(name.as_str()));
            after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
        });
        let longest = fits.max_by_key(|(_, name)| name.len()).map(|(id, _)| *id);
        found.extend(longest.filter(|id| !found.contains(id)));
    }
    found
}

/// The active members who are named in a text.
#[cfg(feature = "ssr")]
pub async fn members(cx: &crate::Cx, text: &str) -> crate::Result<Vec<crate::MemberId>> {
    if !text.contains('@') {
        return Ok(Vec::new());
    }
    let directory = crate::Directory::load(cx).await?;
    let people = directory.people.iter().filter(|person| person.active);
    Ok(named(text, people.map(|person| (person.id, person.name.as_str()))))
}

/// The name that is being written at the caret: where its `@` stands, as a byte, and what is written of it. The caret counts
/// UTF-16 units, as browsers do.
pub fn naming(text: &str, caret: u32) -> Option<(usize, &str)> {
    /// Longer than any beginning of a name that still leaves a choice.
    const LONGEST: usize = 40;
    let mut units = 0;
    let end = text.char_indices().find_map(|(at, letter)| {
        let here = units;
        units += u32::try_from(letter.len_utf16()).unwrap_or_default();
        (caret <= here).then_some(at)
    });
    let before = text.get(..end.unwrap_or(text.len()))?;
    let at = before.rfind('@')?;
    let (lead, written) = (before.get(..at)?, before.get(at + '@'.len_utf8()..)?);
    let own_word = !lead.ends_with(char::is_alphanumeric);
    let one_line = !written.contains('\n') && !written.starts_with(' ') && written.chars().count() <= LONGEST;
    (own_word && one_line).then_some((at, written))
}

/// Whether a name, or a part of it, begins so.
pub fn begins(name: &str, written: &str) -> bool {
    let (name, written) = (name.to_lowercase(), written.to_lowercase());
    name.starts_with(&written) || name.split(' ').any(|part| part.starts_with(&written))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PEOPLE: [(u8, &str); 3] = [(1, "Bo Ek"), (2, "Bo Ekström"), (3, "Åsa Öst")];

    #[test]
    fn who_is_named_is_found_once_by_the_whole_name() {
        let named = |text| named(text, PEOPLE.into_iter());
        assert_eq!(named("@Bo Ek, please"), [1]);
        assert_eq!(named("@bo ekström and @ÅSA ÖST!"), [2, 3]);
        assert_eq!(named("@Bo Ek @Bo Ek"), [1]);
        assert_eq!(named("(@Åsa Öst)"), [3]);
        for text in ["Bo Ek", "@Bo", "@Bo Ekman", "mail@Bo Ek", "@", "@@", "@ Bo Ek", ""] {
            assert_eq!(named(text), Vec::<u8>::new(), "{text}");
        }
    }

    #[test]
    fn a_name_is_being_written_behind_an_at() {
        assert_eq!(naming("Hi @Bo", 6), Some((3, "Bo")));
        assert_eq!(naming("Hi @Bo there", 6), Some((3, "Bo")));
        assert_eq!(naming("Hi @", 4), Some((3, "")));
        assert_eq!(naming("🚗 @Å", 5), Some((5, "Å")), "the caret counts UTF-16 units");
        for (text, caret) in [("Hi", 2), ("Hi @Bo", 2), ("mail@Bo", 7), ("@Bo\nEk", 6), ("@ Bo", 4), ("", 0)]
        {
            assert_eq!(naming(text, caret), None, "{text}");
        }
        assert!(begins("Elsa Lindqvist", "lin") && begins("Elsa Lindqvist", "elsa l"));
        assert!(!begins("Elsa Lindqvist", "qvist"));
    }

    proptest! {
        #[test]
        fn naming_never_panics_and_gives_what_stands_behind_the_at(text in "[@a Å🚗\n]{0,20}", caret in 0_u32..30) {
            let _ = named(&text, PEOPLE.into_iter());
            if let Some((at, written)) = naming(&text, caret) {
                let expected = format!("@{written}");
                prop_assert!(text[at..].starts_with(&expected));
            }
        }
    }
}
