//! Recovery codes: random, long enough that a plain hash keeps them, and typed without care for spaces and dashes.

use kernel::AccountId;

use crate::secret;

/// How many a person gets.
pub(crate) const COUNT: usize = 10;

/// No letter that is taken for a digit.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 24 letters of five bits: 120 bits.
const LENGTH: usize = 24;
const GROUP: usize = 6;

/// A new code, in groups.
pub(crate) fn new_code() -> String {
    let random: [u8; LENGTH] = rand::random();
    let mut code = String::new();
    for (place, byte) in random.into_iter().enumerate() {
        if 0 < place && place.is_multiple_of(GROUP) {
            code.push('-');
        }
        code.push(LETTERS.get(usize::from(byte & 31)).copied().map_or('0', char::from));
    }
    code
}

/// What the database keeps of a code, however it was typed; nothing for what cannot be one.
pub(crate) fn fingerprint(account: AccountId, typed: &str) -> Option<Vec<u8>> {
    let plain: String = typed
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .map(|letter| match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            letter => letter,
        })
        .collect();
    let fits = plain.len() == LENGTH && plain.bytes().all(|byte| LETTERS.contains(&byte));
    fits.then(|| secret::fingerprint(&format!("recovery {account} {plain}")))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_code_is_long_and_in_groups() {
        let code = new_code();
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [6, 6, 6, 6], "{code}");
        assert_ne!(code, new_code());
    }

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let account = AccountId::from(Uuid::from_u128(1));
        let print = |typed: &str| fingerprint(account, typed);
        let kept = print("0a1b2c-3d4e5f-6g7h8j-9k0m1n");
        assert!(kept.is_some());
        assert_eq!(print(" OA1B2C 3D4E5F 6G7H8J 9KOMLN "), kept);
        assert_ne!(fingerprint(AccountId::from(Uuid::from_u128(2)), "0a1b2c-3d4e5f-6g7h8j-9k0m1n"), kept);
        for wrong in ["", "123456", "0a1b2c-3d4e5f-6g7h8j-9k0m1", "0a1b2c-3d4e5f-6g7h8j-9k0m1å"] {
            assert_eq!(print(wrong), None, "{wrong}");
        }
    }
}
