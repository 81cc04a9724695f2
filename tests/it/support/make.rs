//! Parameters for any method, made from its schema: sensible ones, whose ids and codes are those of a hall, and now and then
//! text that nobody should type. From one seed always the same.

use banshi::rules::hall::Hall;
use banshi::rules::people::IdType;
use serde_json::{Map, Value, json};

/// A small generator of numbers (splitmix64): the same on every machine and in every version.
#[derive(Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap();
        usize::try_from(self.next() % end).unwrap()
    }

    pub(crate) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

/// Texts that break what is careless with text.
pub(crate) const HOSTILE: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "\u{1b}[2J\u{1b}]0;x\u{7}",
    "\u{202e}倒\u{202c}",
    "\r\n\t\"\\",
    "{\"key\":1,\"clear\":\"x\"}",
    "p1",
    "c999999.7",
    "t18446744073709551615",
    "\u{1f3db}\u{200d}\u{fe0f}",
    "../../etc/passwd",
    "o/c/",
    "2026-02-30",
    "+262143-12-31",
    "-9999999999999999999",
];

/// Makes parameters against a hall.
pub(crate) struct Maker<'a> {
    pub(crate) hall: &'a Hall,
    pub(crate) chance: &'a mut Chance,
    /// Of a hundred texts, so many are hostile.
    pub(crate) hostile: usize,
}

impl Maker<'_> {
    /// Parameters that a schema reads.
    pub(crate) fn params(&mut self, schema: &Value) -> Value {
        let defs = schema.get("$defs").cloned().unwrap_or(Value::Null);
        self.object(schema, &defs)
    }

    fn object(&mut self, schema: &Value, defs: &Value) -> Value {
        let mut made = Map::new();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let Some(fields) = schema["properties"].as_object() else {
            return Value::Object(made);
        };
        for (name, field) in fields {
            if required.iter().any(|one| one == name) || self.chance.percent(35) {
                made.insert(name.clone(), self.value(name, field, defs));
            }
        }
        Value::Object(made)
    }

    fn value(&mut self, name: &str, schema: &Value, defs: &Value) -> Value {
        if let Some(kind) = schema["$ref"]
            .as_str()
            .and_then(|way| way.rsplit('/').next())
        {
            return self
                .named(kind)
                .unwrap_or_else(|| self.value(name, &defs[kind], defs));
        }
        for choices in [&schema["oneOf"], &schema["anyOf"], &schema["enum"]] {
            let choices: Vec<_> = choices
                .as_array()
                .into_iter()
                .flatten()
                .filter(|choice| choice["type"] != "null")
                .collect();
            if let Some(choice) = self.chance.pick(&choices) {
                return match choice {
                    Value::Object(_) => self.value(name, choice, defs),
                    word => (*word).clone(),
                };
            }
        }
        if !schema["const"].is_null() {
            return schema["const"].clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[0].as_str().unwrap_or_default(),
            kind => kind.as_str().unwrap_or_default(),
        };
        match kind {
            "object" => self.object(schema, defs),
            "array" => (0..=self.chance.below(2))
                .map(|_| self.value(name, &schema["items"], defs))
                .collect(),
            "boolean" => json!(self.chance.percent(70)),
            "integer" | "number" => json!(1 + self.chance.below(12)),
            _ if name.ends_with("_on") || name.ends_with("_until") || name.ends_with("date") => {
                self.date()
            }
            _ => self.text(),
        }
    }

    fn date(&mut self) -> Value {
        if self.chance.percent(self.hostile) {
            return json!(["0001-01-01", "9999-12-31", "2026-02-29"][self.chance.below(3)]);
        }
        json!(format!(
            "2026-{:02}-{:02}",
            3 + self.chance.below(3),
            1 + self.chance.below(28)
        ))
    }

    fn text(&mut self) -> Value {
        if !self.chance.percent(self.hostile) {
            return json!(["情况属实", "材料不全", "已电话告知", "x"][self.chance.below(4)]);
        }
        if self.chance.percent(10) {
            return json!("长".repeat(10_000));
        }
        json!(self.chance.pick(HOSTILE))
    }

    /// A value of one of the hall's own kinds; none for others.
    fn named(&mut self, kind: &str) -> Option<Value> {
        macro_rules! key {
            ($table:ident) => {{
                let keys: Vec<String> = self
                    .hall
                    .$table
                    .iter()
                    .map(|(key, _)| key.to_string())
                    .collect();
                // The newest are where something can still be done.
                let from = keys.len().saturating_sub(12);
                self.chance
                    .pick(&keys[from..])
                    .map_or(json!("none"), |key| json!(key))
            }};
        }
        if self.chance.percent(self.hostile / 4) && kind != "Who" {
            return Some(json!(self.chance.pick(HOSTILE)));
        }
        Some(match kind {
            "TicketId" => key!(tickets),
            "EnquiryId" => key!(enquiries),
            "CaseId" => key!(cases),
            "BranchId" => key!(branches),
            "OrderId" => key!(orders),
            "PaperId" => key!(papers),
            "RoundId" => key!(rounds),
            "FindingId" => key!(findings),
            "ProposalId" => key!(proposals),
            "PersonId" => key!(people),
            "WindowCode" => key!(windows),
            "QueueCode" => key!(queues),
            "StaffCode" => key!(staff),
            "DepartmentCode" => key!(departments),
            "ItemCode" => key!(items),
            "MaterialCode" => key!(materials),
            "SealCode" => key!(seals),
            "Who" => self.who(),
            _ => return None,
        })
    }

    fn who(&mut self) -> Value {
        let known: Vec<_> = self
            .hall
            .people
            .iter()
            .map(|(id, _)| id.to_string())
            .collect();
        if self.chance.percent(20)
            && let Some(id) = self.chance.pick(&known)
        {
            return json!(id);
        }
        let name = match self.text() {
            text if self.chance.percent(self.hostile) => text,
            _ => json!(format!("来访人{}", self.chance.below(9))),
        };
        let mut who = json!({"name": name});
        if self.chance.percent(40) {
            who["id_number"] = json!(format!("E{:08}", self.chance.below(6)));
            who["id_type"] = serde_json::to_value(IdType::Passport).unwrap();
        }
        who
    }
}
