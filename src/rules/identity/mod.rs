//! Numbers of persons and organisations: cleaned, told apart and checked (R220, R221, R223).
//!
//! Used at intake, by search and by `banshi id`. It says what is wrong with a number; whether that blocks or warns is the case's
//! decision (R86). Masking is in [`mask`](mask_name). It looks nobody up and takes today's date as an argument.

mod mask;

pub use mask::{mask_address, mask_id_number, mask_name, mask_phone};

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The characters of both kinds of number.
const NUMBER_CHARS: usize = 18;

/// The characters of the resident ID number that was given out until 1999.
const OLD_NUMBER_CHARS: usize = 15;

/// The oldest year of birth taken for one; the standard's own example is of 1880.
const BIRTH_YEAR_MIN: i32 = 1800;

/// The oldest year by which a number is known for a person's: in codes of counties that end in 18, `1800` is the county and no year.
const BIRTH_YEAR_LIKELY_MIN: u32 = 1850;

/// The weights of GB 11643 and its check characters by remainder.
const RESIDENT_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const RESIDENT_CHECKS: &[u8; 11] = b"10X98765432";

/// The weights of GB 32100, powers of 3 modulo 31, and its alphabet in the order of values.
const USCC_WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The weights of the organisation code (GB 11714) inside a social credit code.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Who registers, by the first character of a social credit code, and the kinds that each knows, by the second: GB 32100 with its later amendments.
/// `54` is the self-governing village and neighbourhood committees (2017), `G1` the offices of foreign non-governmental organisations (2017).
const AUTHORITIES: [(u8, &[u8]); 13] = [
    (b'1', b"1239"), // staffing of public bodies: organs, institutions, mass organisations
    (b'2', b"19"),   // foreign affairs: resident foreign press
    (b'3', b"123459"), // justice: law firms, notaries, legal services, forensics, arbitration
    (b'4', b"19"),   // culture: foreign cultural centres
    (b'5', b"12349"), // civil affairs: associations, non-enterprise units, foundations, committees
    (b'6', b"129"),  // tourism: representative offices
    (b'7', b"129"),  // religion: places of worship, schools
    (b'8', b"19"),   // trade unions
    (b'9', b"123"),  // markets: enterprises, sole traders, farmers' cooperatives
    (b'A', b"19"),   // armed forces: institutions
    (b'G', b"1"),    // public security: offices of foreign organisations
    (b'N', b"1239"), // agriculture: collectives of groups, villages, townships
    (b'Y', b"1"),    // others
];

/// The provinces of GB/T 2260 by their two digits, with `10` for the nation itself.
const PROVINCES: [u8; 36] = [
    10, 11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51,
    52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
];

/// What a number is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// A resident ID number (GB 11643).
    ResidentId,
    /// A unified social credit code (GB 32100).
    Uscc,
    /// Neither.
    Unknown,
}

/// What is wrong with a number, in the order in which it is looked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NumberFault {
    /// Not 18 characters.
    Length,
    /// A character that cannot stand where it does.
    Alphabet,
    /// The date of birth does not exist.
    Date,
    /// The date of birth lies in the future.
    Future,
    /// The check character does not fit.
    Check,
    /// Nobody registers under the first two characters.
    Authority,
}

/// A number looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedNumber {
    /// What it is.
    pub kind: NumberKind,
    /// Whether nothing is wrong with it.
    pub valid: bool,
    /// The first thing that is wrong; `None` when nothing is.
    pub reason: Option<NumberFault>,
    /// The number cleaned: without spaces, half-width, in capitals.
    pub canonical: String,
}

/// The sex that a resident ID number states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// An odd sequence number.
    Male,
    /// An even one.
    Female,
}

/// What a valid resident ID number states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResidentFacts {
    /// The date of birth.
    pub birth_on: NaiveDate,
    /// The sex.
    pub sex: Sex,
}

/// Cleans and checks a number of either kind, as of a date.
pub fn check_number(text: &str, today: NaiveDate) -> CheckedNumber {
    let canonical = canonical(text);
    let resident = check_resident_id(&canonical, today).map(|_| ());
    let uscc = check_uscc(&canonical);
    let kind = kind_of(&canonical, resident, uscc);
    let outcome = match kind {
        NumberKind::ResidentId => resident,
        NumberKind::Uscc => uscc,
        NumberKind::Unknown => Err(unknown_fault(&canonical)),
    };
    CheckedNumber {
        kind,
        valid: outcome.is_ok(),
        reason: outcome.err(),
        canonical,
    }
}

/// The canonical form of a number: without spaces and invisible marks, full-width characters as their half-width ones, in capitals.
pub fn canonical(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Marks without width that copying from a web page leaves in a number.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Checks a canonical resident ID number as of a date (R220).
///
/// # Errors
/// The first [`NumberFault`] of it.
pub fn check_resident_id(number: &str, today: NaiveDate) -> Result<ResidentFacts, NumberFault> {
    let digits = number.as_bytes();
    if number.chars().count() != NUMBER_CHARS {
        return Err(NumberFault::Length);
    }
    if !is_resident_shape(digits) {
        return Err(NumberFault::Alphabet);
    }
    let birth_on = birth_date(digits).ok_or(NumberFault::Date)?;
    if birth_on > today {
        return Err(NumberFault::Future);
    }
    if resident_check(digits) != digits[17] {
        return Err(NumberFault::Check);
    }
    let sex = if digits[16] % 2 == 1 {
        Sex::Male
    } else {
        Sex::Female
    };
    Ok(ResidentFacts { birth_on, sex })
}

/// Checks a canonical unified social credit code (R221).
///
/// # Errors
/// The first [`NumberFault`] of it.
pub fn check_uscc(code: &str) -> Result<(), NumberFault> {
    if code.chars().count() != NUMBER_CHARS {
        return Err(NumberFault::Length);
    }
    let bytes = code.as_bytes();
    let values: Vec<u32> = bytes.iter().filter_map(|&byte| uscc_value(byte)).collect();
    if values.len() != NUMBER_CHARS || bytes.len() != NUMBER_CHARS || !all_digits(&bytes[2..8]) {
        return Err(NumberFault::Alphabet);
    }
    let sum: u32 = values
        .iter()
        .zip(USCC_WEIGHTS)
        .map(|(value, weight)| value * weight)
        .sum();
    if (31 - sum % 31) % 31 != values[17] {
        return Err(NumberFault::Check);
    }
    if !is_registered(bytes) {
        return Err(NumberFault::Authority);
    }
    Ok(())
}

/// The 18-character form of a 15-digit resident ID number, by which a person can still be found (R220); `None` when it is none.
pub fn modern_form(old: &str) -> Option<String> {
    let old = canonical(old);
    if old.len() != OLD_NUMBER_CHARS || !all_digits(old.as_bytes()) {
        return None;
    }
    let number = format!("{}19{}0", &old[..6], &old[6..]);
    birth_date(number.as_bytes())?;
    let check = char::from(resident_check(number.as_bytes()));
    Some(format!("{}{check}", &number[..17]))
}

/// The canonical form of a telephone number: eleven digits beginning with 1, or a landline as area code, hyphen, number (R223);
/// `None` when it is neither.
pub fn canonical_phone(text: &str) -> Option<String> {
    let cleaned: String = canonical(text)
        .chars()
        .filter(|c| !matches!(c, '-' | '(' | ')'))
        .collect();
    let digits = cleaned.strip_prefix("+86").unwrap_or(&cleaned);
    if !all_digits(digits.as_bytes()) {
        return None;
    }
    if digits.len() == 11 && digits.starts_with('1') {
        return Some(digits.to_owned());
    }
    let area = if digits.starts_with("01") || digits.starts_with("02") {
        3
    } else {
        4
    };
    let is_landline =
        digits.starts_with('0') && matches!(digits.len().checked_sub(area), Some(7 | 8));
    is_landline.then(|| format!("{}-{}", &digits[..area], &digits[area..]))
}

/// Tells the two kinds apart. A number that is valid as one of them is that one; what a slip has spoilt is what it looks most like.
fn kind_of(
    number: &str,
    resident: Result<(), NumberFault>,
    uscc: Result<(), NumberFault>,
) -> NumberKind {
    let bytes = number.as_bytes();
    if is_old_resident_id(number) || resident.is_ok() {
        return NumberKind::ResidentId;
    }
    if bytes.len() != NUMBER_CHARS || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return NumberKind::Unknown;
    }
    // A slip in a person's number fits a credit code once in some hundred times; what stands inside the code settles it.
    let is_code = begins_like_a_code(bytes) && has_organisation_check(bytes);
    let is_person = has_birth(bytes, is_code);
    if is_person && !(is_code && uscc.is_ok()) {
        return NumberKind::ResidentId;
    }
    if uscc.is_err() && is_nearly_resident_shape(bytes) && !begins_like_a_code(bytes) {
        NumberKind::ResidentId
    } else {
        NumberKind::Uscc
    }
}

/// Whether a number that is not valid has a province and a birth where a person's has them. A letter elsewhere is a slip then, unless the whole reads
/// as a code.
fn has_birth(bytes: &[u8], is_code: bool) -> bool {
    is_province(&bytes[..2])
        && all_digits(&bytes[6..14])
        && is_birth_year(&bytes[6..10])
        && (is_resident_shape(bytes) || !is_code && birth_date(bytes).is_some())
}

/// A region's digits in front and at most one letter where a person's number has a digit.
fn is_nearly_resident_shape(bytes: &[u8]) -> bool {
    let letters = bytes[..17].iter().filter(|byte| !byte.is_ascii_digit());
    (b"11"..=b"82").contains(&&[bytes[0], bytes[1]])
        && letters.count() <= 1
        && (bytes[17].is_ascii_digit() || bytes[17] == b'X')
}

/// Whether the authority of a social credit code and the province of its office stand where they should.
fn begins_like_a_code(bytes: &[u8]) -> bool {
    is_registered(bytes) && is_province(&bytes[2..4])
}

/// What is wrong with a text that is neither kind of number.
fn unknown_fault(number: &str) -> NumberFault {
    if number.chars().count() == NUMBER_CHARS {
        NumberFault::Alphabet
    } else {
        NumberFault::Length
    }
}

fn is_old_resident_id(number: &str) -> bool {
    modern_form(number).is_some()
}

/// Seventeen digits and a digit or X.
fn is_resident_shape(bytes: &[u8]) -> bool {
    bytes.len() == NUMBER_CHARS
        && all_digits(&bytes[..17])
        && (bytes[17].is_ascii_digit() || bytes[17] == b'X')
}

fn birth_date(digits: &[u8]) -> Option<NaiveDate> {
    let year = i32::try_from(value_of(&digits[6..10]))
        .ok()
        .filter(|&year| year >= BIRTH_YEAR_MIN)?;
    let date = NaiveDate::from_ymd_opt(year, value_of(&digits[10..12]), value_of(&digits[12..14]))?;
    assert_eq!(date.year(), year);
    Some(date)
}

fn resident_check(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .zip(RESIDENT_WEIGHTS)
        .map(|(&digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    RESIDENT_CHECKS[(sum % 11) as usize]
}

fn is_registered(bytes: &[u8]) -> bool {
    AUTHORITIES
        .iter()
        .any(|(authority, kinds)| *authority == bytes[0] && kinds.contains(&bytes[1]))
}

fn is_province(digits: &[u8]) -> bool {
    all_digits(digits)
        && PROVINCES
            .iter()
            .any(|&province| u32::from(province) == value_of(digits))
}

fn is_birth_year(digits: &[u8]) -> bool {
    (BIRTH_YEAR_LIKELY_MIN..2100).contains(&value_of(digits))
}

/// Whether the organisation code inside a social credit code keeps its own check character.
fn has_organisation_check(bytes: &[u8]) -> bool {
    let value = |byte: u8| char::from(byte).to_digit(36).unwrap_or_default();
    let sum: u32 = bytes[8..16]
        .iter()
        .zip(ORGANISATION_WEIGHTS)
        .map(|(&byte, weight)| value(byte) * weight)
        .sum();
    let check = match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b"0123456789"[digit as usize],
    };
    bytes[16] == check
}

fn uscc_value(byte: u8) -> Option<u32> {
    USCC_ALPHABET
        .iter()
        .position(|&letter| letter == byte)
        .and_then(|at| u32::try_from(at).ok())
}

fn all_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

/// The value of a few digits.
fn value_of(digits: &[u8]) -> u32 {
    assert!(
        digits.len() <= 4 && all_digits(digits),
        "invariant: a few digits"
    );
    digits
        .iter()
        .fold(0, |value, &digit| value * 10 + u32::from(digit - b'0'))
}
