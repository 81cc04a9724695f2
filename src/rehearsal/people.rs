//! Invented persons and firms for rehearsals. Nobody living can be meant: names are a surname with 某 and a cyclical
//! character, births lie in 1900–1909, phones begin as no telephone does, addresses name no village.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::chance::Chance;
use crate::rules::catalogue::{ApplicantType, Item};

const SURNAMES: [&str; 20] = [
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫", "蒋", "沈", "韩", "杨",
    "朱", "秦", "许", "何",
];
const GIVEN: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
const TRADES: [&str; 8] = [
    "餐饮", "商贸", "建材", "农机", "物流", "种业", "服装", "五金",
];

/// The days of 1900–1909, from which births are taken.
const BIRTH_DAYS: u64 = 3652;
/// A step without a common factor with the days, so that births do not repeat before all were used.
const BIRTH_STEP: u64 = 1009;

/// Makes persons one after the other; no two have the same number.
#[derive(Debug)]
pub(super) struct People {
    chance: Chance,
    region: String,
    made: u64,
}

impl People {
    /// The people of a region, by its six-digit division code.
    pub(super) fn new(seed: u64, region: &str) -> Self {
        Self {
            chance: Chance::of_part(seed, "people"),
            region: region.to_owned(),
            made: 0,
        }
    }

    /// Somebody who may apply for the item.
    pub(super) fn applicant(&mut self, item: &Item) -> Value {
        let natural = item.applicants.contains(&ApplicantType::Natural);
        let legal = item.applicants.contains(&ApplicantType::Legal);
        if legal && (!natural || self.chance.percent(30)) {
            self.firm()
        } else {
            self.citizen()
        }
    }

    /// A natural person.
    pub(super) fn citizen(&mut self) -> Value {
        self.made += 1;
        let surname = self.one_of(&SURNAMES);
        let given = self.one_of(&GIVEN);
        let village = self.one_of(&SURNAMES);
        json!({
            "name": format!("{surname}某{given}"),
            "id_type": "resident_id",
            "id_number": resident_id(&self.region, self.made),
            "phone": format!("1000{:07}", self.made),
            "address": format!("{village}某村{}号", self.chance.between(1, 200)),
        })
    }

    /// A firm.
    pub(super) fn firm(&mut self) -> Value {
        self.made += 1;
        let surname = self.one_of(&SURNAMES);
        let trade = self.one_of(&TRADES);
        json!({
            "name": format!("{surname}某某{trade}有限公司"),
            "kind": "organisation",
            "id_type": "uscc",
            "id_number": uscc(&self.region, self.made),
            "phone": format!("1000{:07}", self.made),
        })
    }

    fn one_of(&mut self, from: &[&'static str]) -> &'static str {
        self.chance.pick(from).copied().unwrap_or_default()
    }
}

/// A resident ID number of the region with the `nth` birthday and order, and a check character that fits (GB 11643).
fn resident_id(region: &str, nth: u64) -> String {
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
    let born_on = first + Days::new(nth * BIRTH_STEP % BIRTH_DAYS);
    let order = nth % 999 + 1;
    let body = format!("{region}{}{order:03}", born_on.format("%Y%m%d"));
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .chars()
        .zip(weights)
        .map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight)
        .sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    format!("{body}{}", check[sum as usize % check.len()])
}

/// A unified social credit code of a firm of the region; the organisation code in it begins with four zeros, as none does.
fn uscc(region: &str, nth: u64) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let organisation = format!("0000{:04}", nth % 10_000);
    let digits = organisation.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits
        .zip([3, 7, 9, 10, 5, 8, 4, 2])
        .map(|(digit, weight)| digit * weight)
        .sum();
    let own = match 11 - sum % 11 {
        10 => "X".to_owned(),
        11 => "0".to_owned(),
        check => check.to_string(),
    };
    let body = format!("91{region}{organisation}{own}");
    let value = |character: char| ALPHABET.find(character).unwrap_or(0);
    let mut weight = 1;
    let mut sum = 0;
    for character in body.chars() {
        sum += value(character) * weight;
        weight = weight * 3 % 31;
    }
    let check = (31 - sum % 31) % 31;
    format!("{body}{}", &ALPHABET[check..=check])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::identity::{check_resident_id, check_uscc};

    #[test]
    fn r221_invented_numbers_pass_their_checks_and_do_not_repeat() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for nth in 1..5000 {
            let number = resident_id("411722", nth);
            let facts = check_resident_id(&number, today);
            assert!(facts.is_ok(), "{number}: {facts:?}");
            assert!(number[6..].starts_with("190"), "{number}");
            assert!(seen.insert(number));
            let code = uscc("411722", nth);
            assert_eq!(check_uscc(&code), Ok(()), "{code}");
            assert!(seen.insert(code));
        }
    }
}
