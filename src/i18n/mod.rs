//! Messages in Chinese and English: a key and its arguments in, a sentence out. Knows no rule.
//!
//! Every floor that speaks to people takes its words from here: the console, the papers, the command
//! line. Each language is one file, `zh-CN.ftl` and `en.ftl`, in blocks under `##` headings; a floor adds
//! its keys at the end of its own block, in both files at once. A key that is missing does not hide: it is
//! shown as `⟦key⟧`, and a test holds the two files to the same keys and the same arguments.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The text of the Chinese messages, as compiled in.
pub const ZH_CN: &str = include_str!("zh-CN.ftl");
/// The text of the English messages, as compiled in.
pub const EN: &str = include_str!("en.ftl");

/// A language that the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    /// Simplified Chinese, the language of the hall.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Lang {
    /// Every language, in the order in which a choice shows them.
    pub const ALL: [Lang; 2] = [Lang::ZhCn, Lang::En];

    /// The tag that settings, `--lang` and `session.hello` use: `zh-CN` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::ZhCn => "zh-CN",
            Lang::En => "en",
        }
    }

    /// Reads a POSIX locale name such as `zh_CN.UTF-8`; `None` for `C`, `POSIX` and foreign languages.
    pub fn from_locale(locale: &str) -> Option<Lang> {
        let language = locale
            .split(['_', '.', '-', '@'])
            .next()
            .unwrap_or_default();
        match language {
            "zh" => Some(Lang::ZhCn),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    fn source(self) -> &'static str {
        match self {
            Lang::ZhCn => ZH_CN,
            Lang::En => EN,
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        self.tag()
            .parse()
            .expect("invariant: our own tags are well-formed")
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A language tag that the product does not speak.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown language {0:?}: use zh-CN or en")]
pub struct UnknownLang(pub String);

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(tag: &str) -> Result<Lang, UnknownLang> {
        match tag {
            "zh-CN" | "zh_CN" | "zh" => Ok(Lang::ZhCn),
            "en" => Ok(Lang::En),
            _ => Err(UnknownLang(tag.to_owned())),
        }
    }
}

/// One argument of a message.
///
/// Numbers select plural forms and are written as plain digits; text goes in as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg<'a> {
    /// Text, put in unchanged.
    Text(Cow<'a, str>),
    /// A whole number.
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Arg<'a> {
        Arg::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Arg<'a> {
        Arg::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Arg::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Arg<'a> {
    fn from(text: Cow<'a, str>) -> Arg<'a> {
        Arg::Text(text)
    }
}

macro_rules! number_args {
    ($($number:ty),*) => {$(
        impl From<$number> for Arg<'_> {
            fn from(number: $number) -> Self {
                Arg::Number(i64::from(number))
            }
        }
    )*};
}

number_args!(i64, i32, i16, i8, u32, u16, u8);

impl From<usize> for Arg<'_> {
    fn from(count: usize) -> Self {
        Arg::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<u64> for Arg<'_> {
    fn from(count: u64) -> Self {
        Arg::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// The messages of one language. Cheap to make: the file is parsed at the first question, once.
pub struct Messages {
    lang: Lang,
    bundle: OnceLock<FluentBundle<FluentResource>>,
}

impl Messages {
    /// The messages of `lang`.
    pub fn new(lang: Lang) -> Messages {
        Messages {
            lang,
            bundle: OnceLock::new(),
        }
    }

    /// The language of these messages.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether the language has a message under `key`.
    pub fn has(&self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    /// The message under `key`, which takes no arguments; `⟦key⟧` when there is none.
    pub fn t(&self, key: &str) -> Cow<'_, str> {
        let bundle = self.bundle();
        match bundle.get_message(key).and_then(|message| message.value()) {
            Some(pattern) => bundle.format_pattern(pattern, None, &mut Vec::new()),
            None => Cow::Owned(missing(key)),
        }
    }

    /// The message under `key` with its arguments, for example
    /// `messages.with("working-days", &[("count", 3.into())])`.
    ///
    /// An argument that the caller forgot stands as `{$name}` in the sentence: visible, and no worse.
    pub fn with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return missing(key);
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            values.set((*name).to_owned(), fluent_value(arg));
        }
        bundle
            .format_pattern(pattern, Some(&values), &mut Vec::new())
            .into_owned()
    }

    fn bundle(&self) -> &FluentBundle<FluentResource> {
        self.bundle.get_or_init(|| {
            let mut bundle = FluentBundle::new_concurrent(vec![self.lang.identifier()]);
            // Fluent would wrap each argument in invisible direction marks; a terminal has no use for them.
            bundle.set_use_isolating(false);
            // The tests parse both files and refuse a faulty line; here the good lines still serve.
            let resource = match FluentResource::try_new(self.lang.source().to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
            bundle
        })
    }
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages")
            .field("lang", &self.lang)
            .finish_non_exhaustive()
    }
}

fn missing(key: &str) -> String {
    format!("⟦{key}⟧")
}

fn fluent_value<'a>(arg: &Arg<'a>) -> FluentValue<'a> {
    match arg {
        Arg::Text(text) => FluentValue::String(text.clone()),
        Arg::Number(number) => FluentValue::from(*number),
    }
}
