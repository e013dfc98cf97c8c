//! Reads JSON with the browser's own parser.
//!
//! `serde_json` would bring a second parser and the text of every error that a type of
//! `survey-defs` or `jiff` can have, 60 kB for a phone that can only say “the server has a fault”.
//! Here the browser parses, an error has no text, and a type is asked only for what its
//! declaration announces: a string never for a number.
//!
//! A type with fields gets their values in the order in which it declares them, and an enum the
//! place of its variant. So neither carries the code that finds fields and variants by name, which
//! is a third of what reading a form would cost. Fields that a type does not know are passed over.

use js_sys::{Array, JSON, Object, Reflect};
use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer,
    MapAccess, SeqAccess, VariantAccess, Visitor,
};
use wasm_bindgen::{JsCast as _, JsValue};

/// The text is no JSON, or not of the expected type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the JSON is not of the expected type")]
pub struct Unreadable;

impl Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads a value.
///
/// # Errors
/// [`Unreadable`] if the text is no JSON or the type does not accept it.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(Value(JSON::parse(text).map_err(|_| Unreadable)?))
}

/// Reads one text field of an object, whatever else is in it.
pub fn text_field(text: &str, name: &str) -> Option<String> {
    Reflect::get(&JSON::parse(text).ok()?, &name.into()).ok()?.as_string()
}

/// Reads one number field of an object, whatever else is in it.
pub fn number_field(text: &str, name: &str) -> Option<f64> {
    Reflect::get(&JSON::parse(text).ok()?, &name.into()).ok()?.as_f64()
}

/// Whether the text is an object with this field.
pub fn has_field(text: &str, name: &str) -> bool {
    JSON::parse(text).is_ok_and(|value| Reflect::has(&value, &name.into()).unwrap_or_default())
}

struct Value(JsValue);

impl Value {
    fn text(&self) -> Result<String, Unreadable> {
        self.0.as_string().ok_or(Unreadable)
    }

    fn number(&self) -> Result<f64, Unreadable> {
        self.0.as_f64().ok_or(Unreadable)
    }

    /// A whole number that a double holds exactly.
    fn whole(&self) -> Result<i64, Unreadable> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let number = self.number()?;
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
        if number.fract() == 0.0 && number.abs() < EXACT {
            Ok(number as i64)
        } else {
            Err(Unreadable)
        }
    }

    fn entries(&self) -> Result<Entries, Unreadable> {
        let object: &Object = self.0.dyn_ref().ok_or(Unreadable)?;
        Ok(Entries { pairs: Object::entries(object), next: 0, value: JsValue::UNDEFINED })
    }

    fn fields(self, names: &'static [&'static str]) -> Result<Fields, Unreadable> {
        let object = self.0.dyn_into().map_err(|_| Unreadable)?;
        Ok(Fields { object, names: names.iter() })
    }

    /// `"variant"`, or `{"variant": content}`.
    fn variant(&self, names: &'static [&'static str]) -> Result<Variant, Unreadable> {
        let (name, content) = if let Some(name) = self.0.as_string() {
            (name, JsValue::UNDEFINED)
        } else {
            let mut entries = self.entries()?;
            let name = entries.key().filter(|_| entries.pairs.length() == 1);
            (name.and_then(|name| name.as_string()).ok_or(Unreadable)?, entries.value)
        };
        let place = names.iter().position(|known| *known == name);
        let place = place.and_then(|place| u32::try_from(place).ok()).ok_or(Unreadable)?;
        Ok(Variant { place, content })
    }
}

/// Forwards whole numbers; the type checks the range.
macro_rules! whole_numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            let number = self.whole()?;
            match u64::try_from(number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_i64(number),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Value {
    type Error = Unreadable;

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    serde::forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct
    }

    /// Types that do not know what they are have to be read with `serde_json`.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let items = self.0.dyn_into().map_err(|_| Unreadable)?;
        visitor.visit_seq(Items { items, next: 0 })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_map(self.entries()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.fields(names)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.variant(names)?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }
}

struct Items {
    items: Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        if self.next == self.items.length() {
            return Ok(None);
        }
        let item = self.items.get(self.next);
        self.next += 1;
        seed.deserialize(Value(item)).map(Some)
    }
}

/// The entries of an object, each an array of key and value.
struct Entries {
    pairs: Array,
    next: u32,
    /// The value that belongs to the last key.
    value: JsValue,
}

impl Entries {
    fn key(&mut self) -> Option<JsValue> {
        if self.next == self.pairs.length() {
            return None;
        }
        let entry: Array = self.pairs.get(self.next).unchecked_into();
        self.next += 1;
        self.value = entry.get(1);
        Some(entry.get(0))
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        self.key().map(|key| seed.deserialize(Value(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        seed.deserialize(Value(self.value.clone()))
    }
}

/// The values of an object's fields, in the order of their names.
struct Fields {
    object: Object,
    names: std::slice::Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Unreadable;

    /// A field that is not there is offered as `undefined`, which an `Option` takes. For any other
    /// type it is a value that is missing, in the place of which `#[serde(default)]` has its own.
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        let Some(name) = self.names.next() else { return Ok(None) };
        let value = Reflect::get(&self.object, &(*name).into()).map_err(|_| Unreadable)?;
        let is_missing = value.is_undefined();
        match seed.deserialize(Value(value)) {
            Ok(value) => Ok(Some(value)),
            Err(Unreadable) if is_missing => Ok(None),
            Err(Unreadable) => Err(Unreadable),
        }
    }
}

struct Variant {
    place: u32,
    content: JsValue,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Value;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Value), Unreadable> {
        let place: U32Deserializer<Unreadable> = self.place.into_deserializer();
        Ok((seed.deserialize(place)?, Value(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Value {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        if self.0.is_undefined() { Ok(()) } else { Err(Unreadable) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.fields(names)?)
    }
}
