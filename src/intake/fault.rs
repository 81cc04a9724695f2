//! What intake has to say: faults, which stop everything, and warnings, which do not. Each names a file, a line and a column,
//! a stable code with its arguments, and prints as one English sentence with a next step. Terminals say the same in the
//! reader's language through the message `fault-CODE` or `warning-CODE`; this file knows no other language.

use std::{collections::BTreeMap, fmt};

/// A place in a file that a person edits. Lines and columns count from 1; columns count characters, not bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path inside the hall folder, with `/`.
    pub file: String,
    /// Line.
    pub line: u32,
    /// Character column of the field in that line.
    pub column: u32,
}

impl Place {
    /// The place at `line` and `column` of `file`.
    pub fn new(file: &str, line: u32, column: u32) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column,
        }
    }

    /// A file as a whole.
    pub fn whole(file: &str) -> Self {
        Self::new(file, 1, 1)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A stable code with the English sentence that explains it.
pub trait Code: Copy + 'static {
    /// The word of the code, as in the message key after `fault-` or `warning-`.
    fn as_str(self) -> &'static str;
    /// The key of its message.
    fn message_key(self) -> String;
    /// Its sentence in English; `{name}` stands for an argument.
    fn english(self) -> &'static str;
}

/// Something said of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<C> {
    /// Where.
    pub place: Place,
    /// What.
    pub code: C,
    /// The facts that the sentence names.
    pub args: BTreeMap<&'static str, String>,
}

/// A fault: nothing is written while there is one.
pub type Fault = Message<FaultCode>;

/// A warning: the hall works, but its administrator should know.
pub type Warning = Message<WarningCode>;

impl<C: Code> Message<C> {
    /// Says `code` of `place`, with the arguments that its sentence names.
    pub fn new(place: Place, code: C, args: &[(&'static str, &str)]) -> Self {
        let args = args
            .iter()
            .map(|&(name, value)| (name, shown(name, value)))
            .collect();
        Self { place, code, args }
    }

    /// The sentence in English, with its arguments and the next step.
    pub fn sentence(&self) -> String {
        self.args
            .iter()
            .fold(self.code.english().to_owned(), |text, (name, value)| {
                text.replace(&format!("{{{name}}}"), value)
            })
    }
}

impl<C: Code> fmt::Display for Message<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.sentence())
    }
}

/// Longest piece of the file's own text that a message repeats, in characters.
const SHOWN_MAX: usize = 60;

/// Longest list of ours that a message gives, in characters.
const LIST_MAX: usize = 1000;

/// A value as a message may repeat it: short, and with control characters made visible, since it goes to a terminal. Braces
/// become full-width brackets, so that a value is never taken for an argument's name.
fn shown(name: &str, value: &str) -> String {
    let ours = matches!(name, "known" | "expected" | "reason");
    let max = if ours { LIST_MAX } else { SHOWN_MAX };
    let mut text: String = value
        .chars()
        .take(max)
        .map(|c| match c {
            '{' => '（',
            '}' => '）',
            c if hidden(c) => '\u{fffd}',
            c => c,
        })
        .collect();
    if value.chars().nth(max).is_some() {
        text.push('…');
    }
    text
}

/// Control and bidirectional override characters.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident $kind:literal { $($(#[$note:meta])* $variant:ident $word:literal = $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$note])* $variant,)* }

        impl $name {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
        }

        impl Code for $name {
            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
            fn message_key(self) -> String {
                format!("{}-{}", $kind, self.as_str())
            }
            fn english(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

codes! {
    /// What can be wrong in a hall folder.
    FaultCode "fault" {
        /// A file that is no table of a hall.
        FileUnknown "file-unknown" = "no hall folder has a file of this name. Take it out, or give it the name of a table.";
        /// A table that every hall has.
        FileMissing "file-missing" = "the file is missing. Add it, with its header line at least.";
        /// The operating system refused.
        FileUnreadable "file-unreadable" = "the file cannot be read: {reason}. Check that it is there and that you may read it.";
        /// Larger than any hall needs.
        FileTooLarge "file-too-large" = "the file has more than {max} bytes. Check that it is the right file.";
        /// Not UTF-8, as from a spreadsheet that saved GB18030.
        NotUtf8 "not-utf8" = "this byte is not UTF-8. Save the file again as 'CSV UTF-8'.";
        /// A quotation mark without its pair.
        QuoteOpen "quote-open" = "the quotation mark that opens here is never closed. Close it; inside a quoted field write it twice.";
        /// A quotation mark in the middle of a field.
        QuoteStray "quote-stray" = "a quotation mark stands inside a field. Quote the whole field and write the mark twice.";
        /// A column that the table does not have.
        ColumnUnknown "column-unknown" = "the table has no column '{column}'. Its columns are: {known}.";
        /// A column that the table must have.
        ColumnMissing "column-missing" = "the column '{column}' is missing. Add it to the header line.";
        /// A column named twice.
        ColumnTwice "column-twice" = "the column '{column}' is there twice. Take one out.";
        /// `code` and `name` lead every table.
        ColumnPlace "column-place" = "the column '{column}' must be number {place}. Move it there.";
        /// A row with too few or too many fields.
        RowWidth "row-width" = "the row has {found} fields, the header {expected}. Look for a missing or an unquoted comma.";
        /// A row that does not fit a line of the journal.
        RowTooLong "row-too-long" = "the row has more than {max} bytes. Shorten its texts, or split it into two rows.";
        /// A field that must be filled.
        CellEmpty "cell-empty" = "'{column}' is empty. Fill it in.";
        /// A code of other letters, or too long.
        BadCode "bad-code" = "'{value}' is not a code. Use up to 32 letters a-z A-Z, digits, '-', '_' and '.'.";
        /// A code given twice.
        CodeTwice "code-twice" = "'{value}' is already the code of line {line}. Give this row another one.";
        /// Not a number, or out of range.
        BadNumber "bad-number" = "'{value}' is not a whole number from {min} to {max}. Enter one.";
        /// Not a date.
        BadDate "bad-date" = "'{value}' is not a date. Write it as 2026-03-02.";
        /// Not yes or no.
        BadFlag "bad-flag" = "'{value}' is neither 1 nor 0. Enter 1 for yes, 0 for no.";
        /// Not one of the words of that column.
        BadWord "bad-word" = "'{value}' is not known here. Enter one of: {expected}.";
        /// The same entry twice in one list.
        ListTwice "list-twice" = "'{value}' is in the list twice. Take one out.";
        /// A code that its table does not have.
        ReferenceUnknown "reference-unknown" = "'{value}' is not in {table}. Add it there, or correct it here.";
        /// A ticket prefix of another form.
        PrefixForm "prefix-form" = "'{value}' is not a ticket prefix. Use one or two capital letters A to Z.";
        /// G, Y and D are for green-channel, booked and proxy tickets (R24).
        PrefixReserved "prefix-reserved" = "the prefix {value} is kept for green-channel (G), booked (Y) and proxy (D) tickets. Choose another.";
        /// Two queues with one prefix (R24).
        PrefixTwice "prefix-twice" = "{value} is already the prefix of line {line}: two people would hold the same number. Choose another.";
        /// A first-question post without its person (R50).
        PostWithoutPerson "post-without-person" = "a first-question post needs the person responsible for it. Enter a staff code.";
        /// Two people with one login.
        LoginTwice "login-twice" = "the login '{value}' already belongs to line {line}. Give each person one, or list it in shared_logins.";
        /// A PIN in clear, or in another form.
        BadPin "bad-pin" = "a PIN does not stand in a table. Leave it empty; the person sets one with banshi pin.";
        /// A department with a window and nobody who decides there (R129).
        ChiefRepMissing "chief-rep-missing" = "{value} has a window but no chief representative. Give one of its staff the role chief_rep.";
        /// Nobody heads the centre.
        DirectorMissing "director-missing" = "nobody has the role director. Give it to the head of the centre.";
        /// The promise is not 30 % shorter than the law (R92).
        PromiseAbove70 "promise-above-70" = "a promise of {value} is more than 70 % of {statutory}. Enter {max} or less.";
        /// An instant item with days (R92).
        InstantWithDays "instant-with-days" = "an instant item has no days to wait. Enter 0, or choose another kind.";
        /// A promised item without days (R92).
        PromiseZero "promise-zero" = "a promise of 0 is an instant item. Enter at least 1, or choose the kind instant.";
        /// A joint item with nobody to act beside the lead (R113).
        BranchesMissing "branches-missing" = "a joint item needs at least one other department. List them in 'branches'.";
        /// Branches of an item that is not joint.
        BranchesUnwanted "branches-unwanted" = "only joint items have branches. Empty the field, or choose the kind joint.";
        /// The lead among its own branches.
        BranchIsLead "branch-is-lead" = "{value} leads this item and cannot be its own branch. Take it out of the list.";
        /// A default where law and safety forbid one (R117).
        DefaultUnsafe "default-unsafe" = "an item of safety, security or health is never decided by default. Enter 0.";
        /// A material that does not say what to bring (R3).
        VagueMaterial "vague-material" = "'{value}' does not say what to bring. Name each paper.";
        /// An authorisation for somebody who never decides (R128).
        HolderCannotDecide "holder-cannot-decide" = "{value} is neither clerk, chief_rep nor dept_leader and may decide nothing. Name another holder.";
        /// An end before its beginning.
        DatesReversed "dates-reversed" = "{to} is before {from}. Correct one of the two dates.";
        /// `hall.toml` is not TOML.
        TomlSyntax "toml-syntax" = "{reason}. Correct the line.";
        /// A setting that does not exist.
        KeyUnknown "key-unknown" = "there is no setting '{key}'. Known here: {known}.";
        /// A setting that every hall has.
        KeyMissing "key-missing" = "the setting '{key}' is missing. Add it.";
        /// A setting of another type or range.
        BadValue "bad-value" = "'{key}' must be {expected}. Correct the value.";
        /// Opening hours out of order.
        HoursOrder "hours-order" = "the hours must follow one another: open, lunch_from, lunch_to, close. Correct them.";
        /// A date outside the year of its file (R12).
        CalendarYear "calendar-year" = "{value} is not in {year}. Move it to the file of its year.";
        /// A date in no year that the calendar can reckon with.
        YearOutOfRange "year-out-of-range" = "{value} is too far from today to be reckoned with. Correct the year.";
        /// A text longer than any notice.
        TextTooLong "text-too-long" = "the text has more than {max} characters. Shorten it.";
        /// A day listed twice.
        DateTwice "date-twice" = "{value} is already in line {line}. Take one out.";
        /// A make-up day that is a working day anyway (R11).
        MakeUpOnWeekday "make-up-on-weekday" = "{value} is a working day already, a make-up day falls on a weekend. Check the notice.";
    }
}

codes! {
    /// What an administrator should know of a hall folder that is otherwise sound.
    WarningCode "warning" {
        /// No year is published (R14).
        CalendarNone "calendar-none" = "no year of the working calendar is published: every due date is provisional. Add calendar/YYYY.csv.";
        /// The next year is not published yet (R14).
        CalendarShort "calendar-short" = "the holidays of {year} are not published here: due dates in it are provisional. Add calendar/{year}.csv once the notice is out.";
        /// A year between published ones is missing (R14).
        CalendarGap "calendar-gap" = "the holidays of {year} are missing between published years: due dates in it are provisional. Add calendar/{year}.csv.";
        /// A category that was abolished in 2015 (R2).
        LegacyPower "legacy-power" = "non_permit_approval was abolished as a category. Choose the kind of power that the item has now.";
        /// Items that may not be published (R3).
        Undisclosed "undisclosed" = "items without their basis, procedure or fee: {count}, first {first}; they cannot be published. Fill in the six disclosures.";
        /// Items without a material list (R3).
        NoMaterials "no-materials" = "items without a material list: {count}, first {first}. Add their lines to materials.csv.";
        /// A queue that no window serves (R26).
        QueueUnserved "queue-unserved" = "no window serves the queue {value}: its tickets would wait for ever. Add it to a window.";
    }
}

/// The faults found so far, and where the next one goes.
#[derive(Debug, Default)]
pub(super) struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// Records a fault.
    pub(super) fn say(&mut self, place: Place, code: FaultCode, args: &[(&'static str, &str)]) {
        self.0.push(Fault::new(place, code, args));
    }

    /// All faults in the order of files, lines and columns; nothing where there is none.
    pub(super) fn into_sorted(mut self) -> Vec<Fault> {
        self.0
            .sort_by(|a, b| (&a.place, a.code).cmp(&(&b.place, b.code)));
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_argument_of_every_sentence_can_be_filled() {
        let names = |text: &str| -> Vec<String> {
            text.split('{')
                .skip(1)
                .map(|rest| rest.split('}').next().unwrap_or_default().to_owned())
                .collect()
        };
        let all = FaultCode::ALL
            .iter()
            .map(|code| code.english())
            .chain(WarningCode::ALL.iter().map(|code| code.english()));
        for text in all {
            assert!(text.ends_with('.'), "no next step: {text}");
            for name in names(text) {
                assert!(name.bytes().all(|byte| byte.is_ascii_lowercase()), "{text}");
            }
        }
    }

    #[test]
    fn a_hostile_value_is_shown_harmless_and_short() {
        let fault = Fault::new(
            Place::new("items.csv", 12, 7),
            FaultCode::BadCode,
            &[("value", "\u{1b}[31m\u{202e}{value}")],
        );
        let text = fault.to_string();
        assert!(text.starts_with("items.csv:12:7: '\u{fffd}[31m\u{fffd}（value）' is not a code."));
        assert!(shown("value", &"长".repeat(10_000)).chars().count() <= SHOWN_MAX + 1);
    }
}
