//! What identifies a person, parsed from what they type.

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::text;

/// An e-mail address in lower case, so that one person has one account however they write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads what somebody typed into the field `email`.
    pub fn parse(text: &str) -> Result<Self> {
        let address = text.trim().to_lowercase();
        let wrong = |message: &str| Err(Error::invalid("email", message));
        if address.is_empty() {
            return wrong("Write your email address.");
        }
        let Some((local, domain)) = address.split_once('@') else {
            return wrong("Add the part after the name: an address looks like name@example.com.");
        };
        if domain.is_empty() {
            return wrong("Add the part after the @ sign.");
        }
        // What mail servers take in practice, far less than the grammar allows: no quotes, no comments, no addresses
        // in brackets. It also keeps line ends out of mail headers.
        let local_fits = (1..=64).contains(&local.len())
            && local.split('.').all(|part| !part.is_empty() && part.bytes().all(is_atom));
        let domain_fits = domain.len() <= 253
            && domain.contains('.')
            && domain.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            });
        if !local_fits || !domain_fits || 254 < address.len() {
            return wrong("This is not a complete address; it looks like name@example.com.");
        }
        // RFC 2606 keeps it free of hosts; robots have their addresses there, so that nobody is invited or logs in as one.
        if domain.ends_with(".invalid") {
            return wrong("No mail can reach this address.");
        }
        Ok(EmailAddress(address))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name to start with for somebody of whom nothing else is known: `sara.johansson@…` is Sara Johansson.
    pub fn guess_name(&self) -> String {
        let local = self.0.split(['@', '+']).next().unwrap_or_default();
        let words = local.split(['.', '_', '-']).filter(|word| !word.is_empty()).map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect::<String>())
                .unwrap_or_default()
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// A person's full name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(String);

impl PersonName {
    /// Reads what somebody typed into the field `name`.
    pub fn parse(text: &str) -> Result<Self> {
        text::line("name", text, 100, "Write your name, as others should see it.").map(PersonName)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an invitation asks of the person who opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The organisation they are invited to.
    pub organisation: String,
    /// Who invites them.
    pub inviter: String,
    /// What they will be.
    pub role: kernel::Role,
    /// The address the invitation was sent to.
    pub email: String,
    /// The name they are known by so far.
    pub name: String,
    /// Whether they must choose a name and a password first.
    pub is_new: bool,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_people_have() {
        for (typed, address) in [
            ("elsa@nordvik.example", "elsa@nordvik.example"),
            ("  Elsa.Lindqvist+cars@Nordvik.Example ", "elsa.lindqvist+cars@nordvik.example"),
            ("o'brien@a-b.co.uk", "o'brien@a-b.co.uk"),
        ] {
            assert_eq!(EmailAddress::parse(typed).unwrap().as_str(), address);
        }
    }

    #[test]
    fn what_is_no_address() {
        for typed in [
            "",
            "elsa",
            "elsa@",
            "@nordvik.example",
            "elsa@nordvik",
            "el sa@nordvik.example",
            "elsa@nord vik.example",
            "elsa@@nordvik.example",
            "elsa@nordvik..example",
            ".elsa@nordvik.example",
            "elsa.@nordvik.example",
            "elsa@-nordvik.example",
            "elsa@nordvik.example\r\nBcc: all@nordvik.example",
            "<elsa@nordvik.example>",
            "\"elsa\"@nordvik.example",
            "0198f1c2@robot.invalid",
        ] {
            assert!(EmailAddress::parse(typed).unwrap_err().field("email").is_some(), "{typed:?}");
        }
    }

    #[test]
    fn a_name_is_guessed_from_the_address() {
        let guess = |address: &str| EmailAddress::parse(address).unwrap().guess_name();
        assert_eq!(guess("sara.johansson@nordvik.example"), "Sara Johansson");
        assert_eq!(guess("bo+test@nordvik.example"), "Bo");
    }

    #[test]
    fn a_name_is_what_people_call_themselves() {
        assert_eq!(PersonName::parse(" Åsa  Öberg ").unwrap().as_str(), "Åsa Öberg");
        assert!(PersonName::parse("").unwrap_err().field("name").is_some());
        assert!(PersonName::parse(&"x".repeat(101)).is_err());
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(typed in any::<String>()) {
            if let Ok(address) = EmailAddress::parse(&typed) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()).unwrap(), address);
            }
        }

        #[test]
        fn plain_addresses_are_taken(local in "[a-z0-9]{1,20}(\\.[a-z0-9]{1,20}){0,2}", domain in "[a-z0-9]{1,20}(\\.[a-z]{2,10}){1,3}") {
            let typed = format!("{local}@{domain}");
            let address = EmailAddress::parse(&typed).unwrap();
            prop_assert_eq!(address.as_str(), typed.as_str());
        }

        #[test]
        fn no_address_can_break_a_header(typed in "[a-z]{1,5}@[a-z]{1,5}[\\r\\n\\t <>,;]{1,3}[a-z]{1,5}\\.[a-z]{2,4}") {
            prop_assert!(EmailAddress::parse(&typed).is_err());
        }
    }
}
