//! Methods of the protocol: `noun.verb`, each with the type of its parameters. The macro below is the only place where a
//! method's name, parameters, description and schema meet; commands and queries are both made by it.

use std::fmt;

use schemars::Schema;
use serde::de::{
    self, Deserialize, DeserializeOwned, IntoDeserializer, MapAccess, Visitor,
    value::MapAccessDeserializer,
};
use serde_json::Value;

/// Parameters that do not fit a method: where, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct ParamFault {
    /// The field's path, `.` for the whole.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

/// What the protocol tells about a method.
#[derive(Debug, Clone)]
pub struct MethodInfo {
    /// `noun.verb`
    pub name: String,
    /// One sentence.
    pub summary: &'static str,
    /// JSON Schema of its parameters.
    pub params: Schema,
}

/// Reads parameters, naming the field that does not fit.
pub fn read_params<P: DeserializeOwned>(params: Value) -> Result<P, ParamFault> {
    let params = if params.is_null() {
        Value::Object(serde_json::Map::new())
    } else {
        params
    };
    serde_path_to_error::deserialize(params).map_err(|fault| {
        let message = fault.inner().to_string();
        let mut path = fault.path().to_string();
        // A missing or unknown field is named in the message only; lift it into the path.
        if let Some(field) = message.split('`').nth(1)
            && (message.starts_with("missing field") || message.starts_with("unknown field"))
        {
            // Some readers stand on an unknown field already when they refuse it.
            let stands_on_it = path == field || path.ends_with(&format!(".{field}"));
            path = match path.as_str() {
                "." => field.to_owned(),
                _ if stands_on_it && message.starts_with("unknown") => path,
                _ => format!("{path}.{field}"),
            };
        }
        ParamFault { path, message }
    })
}

/// Reads what may be said shortly as a text or at length as an object; a fault in the object keeps its field's path.
pub fn text_or_fields<'de, S, F, T>(
    expected: &'static str,
    of_text: fn(S) -> T,
    of_fields: fn(F) -> T,
) -> impl Visitor<'de, Value = T>
where
    S: Deserialize<'de>,
    F: Deserialize<'de>,
{
    TextOrFields {
        expected,
        of_text,
        of_fields,
    }
}

struct TextOrFields<S, F, T> {
    expected: &'static str,
    of_text: fn(S) -> T,
    of_fields: fn(F) -> T,
}

impl<'de, S: Deserialize<'de>, F: Deserialize<'de>, T> Visitor<'de> for TextOrFields<S, F, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        S::deserialize(text.into_deserializer()).map(self.of_text)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
        F::deserialize(MapAccessDeserializer::new(fields)).map(self.of_fields)
    }
}

/// Declares the methods of one noun: an enum with one variant a verb, its parsing, names and schemas.
macro_rules! methods {
    ($(#[$meta:meta])* $name:ident for $noun:literal {
        $(#[doc = $doc:literal] $variant:ident($params:ty) = $verb:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name { $(#[doc = $doc] $variant($params),)* }

        impl $name {
            /// The noun.
            pub const NOUN: &str = $noun;
            /// Its verbs.
            pub const VERBS: &[&str] = &[$($verb),*];
            /// Its full method names.
            pub const METHODS: &[&str] = &[$(concat!($noun, ".", $verb)),*];

            /// Reads the parameters of `verb`; none if the noun has no such verb.
            pub fn parse(verb: &str, params: serde_json::Value) -> Option<Result<Self, $crate::rules::method::ParamFault>> {
                match verb {
                    $($verb => Some($crate::rules::method::read_params(params).map(Self::$variant)),)*
                    _ => None,
                }
            }

            /// The method's full name.
            pub fn method(&self) -> &'static str {
                match self { $(Self::$variant(_) => concat!($noun, ".", $verb),)* }
            }

            /// The parameters in the words of the wire.
            pub fn params(&self) -> serde_json::Value {
                match self {
                    $(Self::$variant(params) => serde_json::to_value(params)
                        .expect("invariant: parameters are plain data"),)*
                }
            }

            /// What the protocol tells about these methods.
            pub fn describe() -> Vec<$crate::rules::method::MethodInfo> {
                vec![$($crate::rules::method::MethodInfo {
                    name: concat!($noun, ".", $verb).to_owned(),
                    summary: $doc.trim(),
                    params: schemars::schema_for!($params),
                }),*]
            }
        }
    };
}
pub(crate) use methods;
