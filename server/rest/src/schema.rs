//! What the document is spared of how schemas are derived.

use utoipa::openapi::{
    RefOr, Schema,
    schema::{AdditionalProperties, ArrayItems, Object, SchemaType},
};

/// Mends a schema and all in it: a schema that stands in place with words of its field becomes both of the one and an object
/// that has nothing but these words. No text is an object, so no value would fit.
pub(crate) fn mend(schema: &mut RefOr<Schema>) {
    if let RefOr::T(schema) = schema {
        mend_this(schema);
    }
}

fn mend_this(schema: &mut Schema) {
    match schema {
        Schema::Object(object) => mend_object(object),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                mend(items);
            }
        }
        Schema::AllOf(all) => {
            for one in &mut all.items {
                match one {
                    RefOr::T(Schema::Object(object)) if is_words(object) => {
                        object.schema_type = SchemaType::AnyValue;
                    }
                    one => mend(one),
                }
            }
        }
        Schema::OneOf(one) => one.items.iter_mut().for_each(mend),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(mend),
        _ => {}
    }
}

fn mend_object(object: &mut Object) {
    object.properties.values_mut().for_each(mend);
    if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
        mend(values);
    }
}

/// Whether it says nothing but words.
fn is_words(object: &Object) -> bool {
    object.description.is_some()
        && object.properties.is_empty()
        && object.required.is_empty()
        && object.enum_values.is_none()
        && object.additional_properties.is_none()
}

#[cfg(test)]
mod tests {
    use utoipa::{PartialSchema, ToSchema};

    use super::*;

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    enum Kind {
        One,
        Two,
    }

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Thing {
        /// Which.
        #[schema(inline)]
        kind: Kind,
        /// Perhaps which.
        #[schema(inline)]
        other: Option<Kind>,
    }

    #[test]
    fn a_value_fits_where_its_schema_stands_in_place() {
        let mut schema = Thing::schema();
        mend(&mut schema);
        let text = serde_json::to_string(&schema).unwrap();
        assert!(text.contains("Which.") && text.contains("Perhaps which."), "{text}");
        // The thing itself is the only object.
        assert_eq!(text.matches("\"type\":\"object\"").count(), 1, "{text}");
    }
}
