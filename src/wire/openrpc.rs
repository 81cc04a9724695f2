//! The description of all methods that `rpc.discover` answers with: an OpenRPC 1.3 document.
//!
//! Made by the host from what the methods tell about themselves. Schemas come from the Rust types, so the
//! description cannot differ from what is read; definitions that several methods share stand once.

use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::rules::{method::MethodInfo, views};

/// Where shared definitions stand in the document.
const SHARED: &str = "#/components/schemas/";

/// One method of the document.
#[derive(Debug, Clone)]
pub struct MethodDoc {
    /// `noun.verb`
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// JSON Schema of its parameters, an object.
    pub params: Schema,
    /// JSON Schema of its result, where it is known better than 'any JSON'.
    pub result: Option<Schema>,
}

impl From<MethodInfo> for MethodDoc {
    fn from(info: MethodInfo) -> Self {
        let result = views::schema::of_answer(&info.name);
        Self {
            name: info.name,
            summary: info.summary.to_owned(),
            params: info.params,
            result,
        }
    }
}

/// The whole document, methods in order of name; `version` is the program's.
pub fn openrpc(version: &str, methods: impl IntoIterator<Item = MethodDoc>) -> Value {
    let mut methods: Vec<MethodDoc> = methods.into_iter().collect();
    methods.sort_by(|a, b| a.name.cmp(&b.name));
    let mut shared = Map::new();
    let methods: Vec<Value> = methods
        .into_iter()
        .map(|method| describe(method, &mut shared))
        .collect();
    json!({
        "openrpc": "1.3.2",
        "info": {
            "title": "banshi",
            "description": "The queue-and-case console of an administrative service hall. Parameters go by name.",
            "version": version,
        },
        "methods": methods,
        "components": { "schemas": shared },
    })
}

/// One method object.
fn describe(method: MethodDoc, shared: &mut Map<String, Value>) -> Value {
    let params = lift(method.params, shared);
    let result = method
        .result
        .map_or_else(|| json!(true), |schema| lift(schema, shared));
    json!({
        "name": method.name,
        "summary": method.summary,
        "paramStructure": "by-name",
        "params": descriptors(&params),
        "result": { "name": "result", "schema": result },
        "errors": [{ "code": super::ErrorObject::REFUSED, "message": "refused by a rule" }],
    })
}

/// One content descriptor for every property of the parameters.
///
/// Parameters that are an alternative of shapes have no properties of their own; they are described as one.
fn descriptors(params: &Value) -> Value {
    let required = |name: &str| {
        let names = params.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|known| known == name))
    };
    let Some(properties) = params.get("properties").and_then(Value::as_object) else {
        let empty = params.as_object().is_none_or(|schema| {
            !["oneOf", "anyOf", "allOf", "$ref"]
                .iter()
                .any(|word| schema.contains_key(*word))
        });
        return if empty {
            json!([])
        } else {
            json!([{ "name": "params", "schema": params }])
        };
    };
    let one = |(name, schema): (&String, &Value)| json!({ "name": name, "required": required(name), "schema": schema });
    properties.iter().map(one).collect()
}

/// Moves the definitions of a schema to the shared ones and points its references there.
fn lift(schema: Schema, shared: &mut Map<String, Value>) -> Value {
    let mut value = schema.to_value();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("$schema");
        if let Some(Value::Object(definitions)) = fields.remove("$defs") {
            for (name, mut definition) in definitions {
                repoint(&mut definition);
                shared.entry(name).or_insert(definition);
            }
        }
    }
    repoint(&mut value);
    value
}

/// Points references to a schema's own definitions at the shared ones.
fn repoint(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(target) if name == "$ref" => {
                        if let Some(definition) = target.strip_prefix("#/$defs/") {
                            *target = format!("{SHARED}{definition}");
                        }
                    }
                    _ => repoint(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(repoint),
        _ => {}
    }
}
