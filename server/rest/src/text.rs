//! What texts can have in them: everything but control characters, wherever a program sends them.
//!
//! The rules of the domains say the same of what people type; here it is said once for all routes, to programs too.

use utoipa::openapi::{
    RefOr, Schema, Type,
    schema::{AdditionalProperties, ArrayItems, Object, SchemaType},
};

/// No control characters but those that part words and lines.
const PLAIN: &str = r"^[^\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F]*$";
/// The same with something to see in it.
const VISIBLE: &str = concat!(
    r"^[^\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F]*",
    r"[^\s\u0000-\u001F\u007F-\u009F]",
    r"[^\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F]*$",
);

/// Whether the text has nothing in it that no text has.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.chars().any(|letter| letter.is_control() && !letter.is_whitespace())
}

/// Says so of every text of a schema of what is sent.
pub(crate) fn say(schema: &mut RefOr<Schema>) {
    if let RefOr::T(schema) = schema {
        say_of(schema);
    }
}

fn say_of(schema: &mut Schema) {
    match schema {
        Schema::Object(object) => say_of_object(object),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                say(items);
            }
        }
        Schema::OneOf(of) => of.items.iter_mut().for_each(say),
        Schema::AllOf(of) => of.items.iter_mut().for_each(say),
        Schema::AnyOf(of) => of.items.iter_mut().for_each(say),
        _ => {}
    }
}

fn say_of_object(object: &mut Object) {
    object.properties.values_mut().for_each(say);
    if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
        say(values);
    }
    let free = object.pattern.is_none() && object.format.is_none() && object.enum_values.is_none();
    if free && is_text(&object.schema_type) {
        let least = object.min_length.unwrap_or_default();
        object.pattern = Some(if 0 < least { VISIBLE } else { PLAIN }.to_owned());
    }
}

fn is_text(kind: &SchemaType) -> bool {
    match kind {
        SchemaType::Type(kind) => *kind == Type::String,
        SchemaType::Array(kinds) => kinds.contains(&Type::String),
        SchemaType::AnyValue => false,
    }
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::ObjectBuilder;

    use super::*;

    #[test]
    fn control_characters_are_told_from_what_parts_words() {
        for (text, plain) in
            [("", true), ("a\tb\r\n", true), ("ü 🚗", true), ("a\0", false), ("\u{85}", true)]
        {
            assert_eq!(is_plain(text), plain, "{text:?}");
        }
        assert!(!is_plain("\u{1b}[31m") && !is_plain("\u{7f}") && !is_plain("\u{9f}"));
    }

    #[test]
    fn a_text_that_may_not_be_empty_shows_something() {
        let text = |least: usize| ObjectBuilder::new().schema_type(Type::String).min_length(Some(least));
        let mut whole: RefOr<Schema> = ObjectBuilder::new()
            .property("name", text(1))
            .property("note", text(0))
            .property("key", text(1).pattern(Some("^[A-Z]+$")))
            .property("count", ObjectBuilder::new().schema_type(Type::Integer))
            .into();
        say(&mut whole);
        let value = serde_json::to_value(&whole).unwrap();
        let pattern = |name: &str| value["properties"][name]["pattern"].as_str().map(str::to_owned);
        assert_eq!(pattern("name").as_deref(), Some(VISIBLE));
        assert_eq!(pattern("note").as_deref(), Some(PLAIN));
        assert_eq!(pattern("key").as_deref(), Some("^[A-Z]+$"));
        assert_eq!(pattern("count"), None);
    }
}
