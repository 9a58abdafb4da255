//! The JSON of the canonical form: keys sorted, and empty, false and NULL fields left out, written in one pass without a tree in memory.

use std::{borrow::Cow, ops::Range};

use serde::{
    Serialize,
    ser::{self, Error as _},
};
use serde_json::Value;

/// Returns a value as JSON, without the fields of these names wherever they appear.
///
/// The model has no value that JSON cannot have: the text of one that had would be that of its error.
pub(super) fn json(of: &impl Serialize, excluded: &[&str]) -> String {
    written(of, Form::new(excluded))
}

/// Returns a value as [`json`] does; a field of the value itself has the given JSON in place of its own.
pub(super) fn json_with(of: &impl Serialize, excluded: &[&str], field: &'static str, json: String) -> String {
    let mut form = Form::new(excluded);
    form.given = Some((field, json));
    written(of, form)
}

fn written(of: &impl Serialize, mut form: Form<'_>) -> String {
    match of.serialize(&mut form) {
        Ok(_) => form.text,
        Err(error) => quoted(&error.to_string()),
    }
}

fn quoted(text: &str) -> String {
    let mut form = Form::new(&[]);
    form.push_quoted(text);
    form.text
}

/// Whether a value is empty, false or NULL, and so left out where it is a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Empty,
    Some,
}

impl Content {
    const fn some_if(is_some: bool) -> Self {
        if is_some { Self::Some } else { Self::Empty }
    }
}

struct Form<'a> {
    text: String,
    /// The fields of the objects that are being written, the innermost last: their keys, and where each is in the text.
    fields: Vec<(Cow<'static, str>, Range<usize>)>,
    /// The object that is put in order.
    ordered: String,
    excluded: &'a [&'a str],
    /// The JSON of a field of the outermost structure.
    given: Option<(&'static str, String)>,
}

impl<'a> Form<'a> {
    const fn new(excluded: &'a [&'a str]) -> Self {
        Self {
            text: String::new(),
            fields: Vec::new(),
            ordered: String::new(),
            excluded,
            given: None,
        }
    }

    fn push_quoted(&mut self, text: &str) {
        let is_plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
        if text.bytes().all(is_plain) {
            self.text.push('"');
            self.text.push_str(text);
            self.text.push('"');
        } else {
            // A text always has a JSON form.
            self.text.push_str(&serde_json::to_string(text).unwrap_or_default());
        }
    }

    fn push_number(&mut self, number: impl ToString) -> Result<Content, serde_json::Error> {
        self.text.push_str(&number.to_string());
        Ok(Content::Some)
    }

    fn items(&mut self) -> Items<'_, 'a> {
        self.text.push('[');
        Items {
            form: self,
            content: Content::Empty,
            closing: "]",
        }
    }

    fn fields(&mut self) -> Fields<'_, 'a> {
        Fields {
            start: self.text.len(),
            first: self.fields.len(),
            given: self.given.take(),
            form: self,
            key: String::new(),
            variant: None,
        }
    }

    /// Opens an object whose only field is a variant. Nothing of it can be empty but by its content, which is known at the end.
    fn fields_of_variant(&mut self, variant: &'static str) -> Fields<'_, 'a> {
        Fields {
            variant: Some(variant),
            ..self.fields()
        }
    }
}

/// The items of an array; empty ones are kept.
struct Items<'f, 'a> {
    form: &'f mut Form<'a>,
    content: Content,
    closing: &'static str,
}

impl Items<'_, '_> {
    fn item(&mut self, of: &(impl Serialize + ?Sized)) -> Result<(), serde_json::Error> {
        if self.content == Content::Some {
            self.form.text.push(',');
        }
        self.content = Content::Some;
        of.serialize(&mut *self.form)?;
        Ok(())
    }

    fn close(self) -> Content {
        self.form.text.push_str(self.closing);
        self.content
    }
}

/// The fields of an object, each written as it comes and put in order at the end.
struct Fields<'f, 'a> {
    form: &'f mut Form<'a>,
    start: usize,
    /// The position of the first one among the form's fields.
    first: usize,
    given: Option<(&'static str, String)>,
    /// The key of the next value of a map.
    key: String,
    /// The variant of which these are the fields.
    variant: Option<&'static str>,
}

impl Fields<'_, '_> {
    fn field(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        of: &(impl Serialize + ?Sized),
    ) -> Result<(), serde_json::Error> {
        let key = key.into();
        if self.form.excluded.contains(&&*key) {
            return Ok(());
        }
        let start = self.form.text.len();
        self.form.push_quoted(&key);
        self.form.text.push(':');
        let content = match self.given.take_if(|(given, _)| **given == *key) {
            Some((_, json)) => {
                self.form.text.push_str(&json);
                Content::some_if(json != "[]")
            }
            None => of.serialize(&mut *self.form)?,
        };
        match content {
            Content::Empty => self.form.text.truncate(start),
            Content::Some => self.form.fields.push((key, start..self.form.text.len())),
        }
        Ok(())
    }

    fn close(self) -> Content {
        let form = self.form;
        let own = &mut form.fields[self.first..];
        let content = Content::some_if(!own.is_empty());
        own.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let ordered = &mut form.ordered;
        ordered.clear();
        for (number, (_, range)) in own.iter().enumerate() {
            if number > 0 {
                ordered.push(',');
            }
            ordered.push_str(&form.text[range.clone()]);
        }
        form.fields.truncate(self.first);
        form.text.truncate(self.start);
        let variant = self.variant.filter(|_| content == Content::Some);
        if let Some(variant) = variant {
            form.text.push('{');
            form.push_quoted(variant);
            form.text.push(':');
        }
        form.text.push('{');
        form.text.push_str(&form.ordered);
        form.text.push_str(if variant.is_some() { "}}" } else { "}" });
        content
    }
}

macro_rules! numbers {
    ($($method:ident: $number:ty),*) => {
        $(fn $method(self, number: $number) -> Result<Content, serde_json::Error> {
            self.push_number(number)
        })*
    };
}

impl<'f, 'a> ser::Serializer for &'f mut Form<'a> {
    type Ok = Content;
    type Error = serde_json::Error;
    type SerializeSeq = Items<'f, 'a>;
    type SerializeTuple = Items<'f, 'a>;
    type SerializeTupleStruct = Items<'f, 'a>;
    type SerializeTupleVariant = Items<'f, 'a>;
    type SerializeMap = Fields<'f, 'a>;
    type SerializeStruct = Fields<'f, 'a>;
    type SerializeStructVariant = Fields<'f, 'a>;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_bool(self, is_set: bool) -> Result<Content, Self::Error> {
        self.text.push_str(if is_set { "true" } else { "false" });
        Ok(Content::some_if(is_set))
    }

    fn serialize_f32(self, number: f32) -> Result<Content, Self::Error> {
        self.serialize_f64(f64::from(number))
    }

    fn serialize_f64(self, number: f64) -> Result<Content, Self::Error> {
        let text = serde_json::to_string(&number)?;
        self.push_number(text)
    }

    fn serialize_char(self, letter: char) -> Result<Content, Self::Error> {
        self.serialize_str(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<Content, Self::Error> {
        self.push_quoted(text);
        Ok(Content::some_if(!text.is_empty()))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Content, Self::Error> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<Content, Self::Error> {
        self.text.push_str("null");
        Ok(Content::Empty)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, of: &T) -> Result<Content, Self::Error> {
        of.serialize(self)
    }

    fn serialize_unit(self) -> Result<Content, Self::Error> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Content, Self::Error> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Content, Self::Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, of: &T) -> Result<Content, Self::Error> {
        of.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        of: &T,
    ) -> Result<Content, Self::Error> {
        let mut fields = self.fields();
        fields.field(variant, of)?;
        Ok(fields.close())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'f, 'a>, Self::Error> {
        Ok(self.items())
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'f, 'a>, Self::Error> {
        Ok(self.items())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'f, 'a>, Self::Error> {
        Ok(self.items())
    }

    /// Always has items, so that the object around them is never empty.
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'f, 'a>, Self::Error> {
        self.text.push('{');
        self.push_quoted(variant);
        self.text.push(':');
        Ok(Items {
            closing: "]}",
            ..self.items()
        })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'f, 'a>, Self::Error> {
        Ok(self.fields())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'f, 'a>, Self::Error> {
        Ok(self.fields())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'f, 'a>, Self::Error> {
        Ok(self.fields_of_variant(variant))
    }
}

macro_rules! items {
    ($($of:ident: $method:ident),*) => {
        $(impl ser::$of for Items<'_, '_> {
            type Ok = Content;
            type Error = serde_json::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, of: &T) -> Result<(), Self::Error> {
                self.item(of)
            }

            fn end(self) -> Result<Content, Self::Error> {
                Ok(self.close())
            }
        })*
    };
}

items!(
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

macro_rules! fields {
    ($($of:ident),*) => {
        $(impl ser::$of for Fields<'_, '_> {
            type Ok = Content;
            type Error = serde_json::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, of: &T) -> Result<(), Self::Error> {
                self.field(key, of)
            }

            fn end(self) -> Result<Content, Self::Error> {
                Ok(self.close())
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Fields<'_, '_> {
    type Ok = Content;
    type Error = serde_json::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Self::Error> {
        match serde_json::to_value(key)? {
            Value::String(key) => {
                self.key = key;
                Ok(())
            }
            other => Err(serde_json::Error::custom(format!("{other} is no key of an object"))),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, of: &T) -> Result<(), Self::Error> {
        let key = std::mem::take(&mut self.key);
        self.field(key, of)
    }

    fn end(self) -> Result<Content, Self::Error> {
        Ok(self.close())
    }
}

#[cfg(test)]
mod tests;
