//! Tables of the catalogue as the console uses them: names for codes, and lists to pick from. Fetched once, a
//! page of rows at a time, and again when the hall publishes a change.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::reading::{self, PAGE_ROWS};
use crate::console::message::{About, Effect, Refused};
use crate::console::picker::{PickItem, PickList};
use crate::i18n::Lang;

/// A table of the catalogue.
#[derive(Debug)]
pub struct Directory {
    method: &'static str,
    rows: BTreeMap<String, Value>,
    list: Rc<PickList>,
    standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Unknown,
    Asked,
    Known,
}

impl Directory {
    /// The table that `method` lists, not fetched yet; the method is also the purpose of its questions.
    pub fn of(method: &'static str) -> Directory {
        Directory {
            method,
            rows: BTreeMap::new(),
            list: Rc::default(),
            standing: Standing::Unknown,
        }
    }

    /// The purpose of its questions.
    pub fn purpose(&self) -> &'static str {
        self.method
    }

    /// Whether all of it is here.
    pub fn is_known(&self) -> bool {
        self.standing == Standing::Known
    }

    /// Asks for the table where nobody has yet.
    pub fn want(&mut self) -> Option<Effect> {
        (self.standing == Standing::Unknown).then(|| {
            self.standing = Standing::Asked;
            self.ask(None)
        })
    }

    /// Forgets that it is known: the next wish asks again. What is here stays until then.
    pub fn renew(&mut self) {
        self.standing = Standing::Unknown;
    }

    fn ask(&self, cursor: Option<&str>) -> Effect {
        let mut params = json!({ "limit": PAGE_ROWS });
        if let Some(cursor) = cursor {
            params["cursor"] = cursor.into();
        }
        reading::fetch(self.method, params, self.method)
    }

    /// Takes an answer; asks for the next page where there is one. `hint` is what tells rows of one name apart.
    pub fn take(
        &mut self,
        result: Result<Value, Refused>,
        about: &About,
        hint: impl Fn(&Value) -> String,
    ) -> Option<Effect> {
        let page = result.ok().and_then(reading::rows::<Value>);
        let Some(page) = page else {
            self.standing = Standing::Unknown;
            return None;
        };
        for row in page.rows {
            let code = text(&row, "code");
            let code = if code.is_empty() {
                text(&row, "window")
            } else {
                code
            };
            self.rows.insert(code.to_owned(), row);
        }
        if let Some(next) = page.next {
            return Some(self.ask(Some(&next)));
        }
        let item = |(code, row): (&String, &Value)| PickItem {
            id: code.clone(),
            text: name_of(row, about).to_owned(),
            hint: hint(row),
        };
        self.list = PickList::new(self.rows.iter().map(item).collect());
        self.standing = Standing::Known;
        None
    }

    /// The list to pick from.
    pub fn list(&self) -> Rc<PickList> {
        self.list.clone()
    }

    /// The row of a code.
    pub fn row(&self, code: &str) -> Option<&Value> {
        self.rows.get(code)
    }

    /// Every row by its code.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.rows.iter().map(|(code, row)| (code.as_str(), row))
    }

    /// The name of a code; the code itself while it is not known.
    pub fn name<'a>(&'a self, code: &'a str, about: &About) -> &'a str {
        self.row(code).map_or(code, |row| name_of(row, about))
    }
}

/// The name of a row in the reader's language, as far as the hall has one.
pub fn name_of<'a>(row: &'a Value, about: &About) -> &'a str {
    let english = text(row, "name_en");
    if about.messages.lang() == Lang::En && !english.is_empty() {
        english
    } else {
        text(row, "name")
    }
}

/// A field that is text; empty where it is none.
pub fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}
