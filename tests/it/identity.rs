//! Numbers of persons and organisations against the worked examples of the rule book, and the masks.

use banshi::rules::identity::{
    NumberFault, NumberKind, Sex, canonical, canonical_phone, check_number, check_resident_id,
    check_uscc, mask_address, mask_id_number, mask_name, mask_phone, modern_form,
};
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

fn today() -> NaiveDate {
    "2026-11-23".parse().expect("a date in a test")
}

/// Kind, and what is wrong.
fn checked(number: &str) -> (NumberKind, Option<NumberFault>) {
    let checked = check_number(number, today());
    assert_eq!(checked.valid, checked.reason.is_none(), "{number}");
    (checked.kind, checked.reason)
}

#[test]
fn v95_to_v103_numbers_of_both_kinds() {
    let table = "\
        V95  11010519491231002X resident_id valid
        V95  11010519491231002x resident_id valid
        V96  440524188001010014 resident_id valid
        V97  411722200002290014 resident_id valid
        V98  411722199902290014 resident_id date
        V99  411722199902280012 resident_id check
        V99  411722199902280019 resident_id valid
        V100 91350100M000100Y43 uscc        valid
        V101 91350100M000100Y4Z uscc        alphabet
        V102 114117220059900016 uscc        valid
        V103 91350211M0000XUF46 uscc        check
        R220 411722199913280013 resident_id date
        R220 411722202611240013 resident_id future
        R220 4117221999O2280013 resident_id alphabet
        R220 41172219990228001A resident_id alphabet
        R220 41172219990228001  unknown     length
        R220 411722990228001    resident_id length
        R221 114117220059900017 uscc        check
        R221 91350100m000100y43 uscc        valid
        R221 9135O100M000100Y43 uscc        alphabet
        R221 不是一个证件号码不是一个证件号码不是 unknown alphabet
        R221 ?                  unknown     length";
    for row in table.lines() {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let [rule, number, kind, reason] = cells[..] else {
            panic!("a row of four cells: {row}")
        };
        let reason = (reason != "valid").then_some(reason);
        assert_eq!(
            words(checked(number)),
            json!([kind, reason]),
            "{rule} {number}"
        );
    }
    assert_eq!(words(checked("")), json!(["unknown", "length"]));
    assert_eq!(
        words(checked(&with_check("B1411722MA4000001"))),
        json!(["uscc", "authority"])
    );
    assert_eq!(
        words(checked(&with_check("94411722MA4000001"))),
        json!(["uscc", "authority"])
    );
}

/// The words of the wire.
fn words(checked: (NumberKind, Option<NumberFault>)) -> Value {
    serde_json::to_value(checked).expect("plain data")
}

/// A credit code's 17 characters with the check character that fits, found by trying all.
fn with_check(head: &str) -> String {
    "0123456789ABCDEFGHJKLMNPQRTUWXY"
        .chars()
        .map(|check| format!("{head}{check}"))
        .find(|code| check_uscc(code) != Err(NumberFault::Check))
        .expect("one of 31 fits")
}

#[test]
fn r221_every_registration_authority_is_known() {
    let pairs = "11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 54 59 61 62 69 71 72 79 81 89 91 92 93 A1 A9 G1 N1 N2 N3 N9 Y1";
    for pair in pairs.split(' ') {
        let code = with_check(&format!("{pair}411722MA4000001"));
        assert_eq!(checked(&code), (NumberKind::Uscc, None), "{code}");
    }
}

#[test]
fn a_spoilt_number_is_called_what_it_was_meant_as() {
    for (number, kind, fault) in [
        // A letter typed into a person's number, even where the result happens to be a valid code.
        ("41172220000229O014", "resident_id", "alphabet"),
        ("321202200207050W92", "resident_id", "alphabet"),
        ("14090619710W206746", "resident_id", "alphabet"),
        // Digits of a person's number that fit a code by chance; 04 is no province of an office.
        ("210417201404069699", "resident_id", "check"),
        ("330106195212009721", "resident_id", "date"),
        ("511102196013327990", "resident_id", "date"),
        // A code in digits whose last character cannot be a person's; county 118 followed by 00 is no year of birth.
        ("52142620810601027W", "uscc", "check"),
        ("11110118000012345W", "uscc", "check"),
    ] {
        assert_eq!(words(checked(number)), json!([kind, fault]), "{number}");
    }
}

#[test]
fn r220_a_number_states_birth_and_sex() {
    let facts = check_resident_id("11010519491231002X", today()).unwrap();
    assert_eq!(
        (facts.birth_on.to_string().as_str(), facts.sex),
        ("1949-12-31", Sex::Female)
    );
    let facts = check_resident_id("440524188001010014", today()).unwrap();
    assert_eq!(facts.sex, Sex::Male);
    let born = facts.birth_on;
    assert!(
        check_resident_id("440524188001010014", born).is_ok(),
        "born today is not in the future"
    );
    assert_eq!(
        check_resident_id("440524188001010014", born.pred_opt().unwrap()),
        Err(NumberFault::Future)
    );
}

#[test]
fn a_number_is_cleaned_before_it_is_checked() {
    for text in [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
        "110105\u{3000}19491231\u{a0}002X\n",
        "\u{feff}11010519491231002X\u{200b}",
    ] {
        let checked = check_number(text, today());
        assert_eq!(
            (checked.valid, checked.canonical.as_str()),
            (true, "11010519491231002X"),
            "{text:?}"
        );
    }
    // Other marks are no spaces: such a number was copied wrong.
    assert_eq!(
        checked("110105-19491231-002X"),
        (NumberKind::Unknown, Some(NumberFault::Length))
    );
}

#[test]
fn r220_old_numbers_find_the_person_and_are_not_valid() {
    assert_eq!(
        modern_form("110105491231002").as_deref(),
        Some("11010519491231002X")
    );
    assert_eq!(modern_form("110105491331002"), None, "no such month");
    assert_eq!(modern_form("11010549123100"), None);
    assert!(!check_number("110105491231002", today()).valid);
}

#[test]
fn r223_telephones() {
    for (text, phone) in [
        ("13812345678", Some("13812345678")),
        ("138 1234 5678", Some("13812345678")),
        ("+86 138-1234-5678", Some("13812345678")),
        ("１３８１２３４５６７８", Some("13812345678")),
        ("0396-6920123", Some("0396-6920123")),
        ("(0396)6920123", Some("0396-6920123")),
        ("01065001234", Some("010-65001234")),
        ("2381234567", None),
        ("1381234567", None),
        ("6920123", None),
        ("0396", None),
        ("", None),
        ("1381234567八", None),
    ] {
        assert_eq!(canonical_phone(text).as_deref(), phone, "{text}");
    }
}

#[test]
fn v104_masks() {
    assert_eq!(mask_id_number("411722200002290014"), "411722********0014");
    assert_eq!(mask_phone("13812345678"), "138****5678");
    assert_eq!(mask_name("王丽"), "王*");
    assert_eq!(mask_name("王小明"), "王*明");
    assert_eq!(mask_name("欧阳修"), "欧阳*");
}

#[test]
fn r224_masks_of_other_shapes() {
    for (name, masked) in [
        ("欧阳小明", "欧阳*明"),
        ("欧阳", "欧*"),
        ("王", "*"),
        ("", ""),
        ("王小小明", "王**明"),
        ("阿依古丽·买买提", "阿***·***"),
        ("John Smith", "J*** *****"),
    ] {
        assert_eq!(mask_name(name), masked, "{name}");
    }
    for (number, masked) in [
        ("E12345678", "E12****78"),
        ("110105491231002", "11010*******002"),
        ("12", "**"),
        ("", ""),
    ] {
        assert_eq!(mask_id_number(number), masked, "{number}");
    }
    assert_eq!(mask_phone("0396-6920123"), "0396-*****23");
    assert_eq!(mask_phone("12"), "**");
    for (address, masked) in [
        (
            "河南省驻马店市上蔡县蔡都街道白云观社区12号",
            "河南省驻马店市上蔡县蔡都街道****",
        ),
        (
            "河南省驻马店市上蔡县蔡沟镇老区村3组",
            "河南省驻马店市上蔡县蔡沟镇****",
        ),
        (
            "江苏省镇江市丹徒区辛丰镇街北路1号",
            "江苏省镇江市丹徒区辛丰镇****",
        ),
        ("河南省新乡市卫滨区和平路1号", "河南省新乡市卫滨区****"),
        (
            "内蒙古自治区乌海市海勃湾区某小区3号",
            "内蒙古自治区乌海市海勃湾区****",
        ),
        ("三号楼二单元", "****"),
        ("", ""),
    ] {
        assert_eq!(mask_address(address), masked, "{address}");
    }
}

/// The resident ID number of seventeen digits with its check character, by the formula as the standard writes it.
fn with_resident_check(head: &str) -> String {
    let sum: u32 = head
        .chars()
        .enumerate()
        .map(|(at, digit)| {
            let weight = 2_u32.pow(17 - u32::try_from(at).expect("17 digits")) % 11;
            weight * digit.to_digit(10).expect("a digit")
        })
        .sum();
    let check = (12 - sum % 11) % 11;
    if check == 10 {
        format!("{head}X")
    } else {
        format!("{head}{check}")
    }
}

proptest! {
    #[test]
    fn r220_numbers_made_by_the_standard_are_valid_and_one_slip_is_not(
        region in 110_000_u32..660_000,
        birth in 0_u64..45_000,
        sequence in 0_u32..1000,
        place in 0_usize..18,
        by in 1_u32..10,
    ) {
        let birth_on = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Days::new(birth);
        let number = with_resident_check(&format!("{region}{}{sequence:03}", birth_on.format("%Y%m%d")));
        prop_assert_eq!(checked(&number), (NumberKind::ResidentId, None));
        let mut slipped: Vec<char> = number.chars().collect();
        let digit = slipped[place].to_digit(10).unwrap_or(10);
        slipped[place] = char::from_digit((digit + by) % 10, 10).unwrap();
        let slipped: String = slipped.into_iter().collect();
        if slipped != number {
            prop_assert!(check_resident_id(&slipped, today()).is_err());
        }
    }

    #[test]
    fn r221_a_slip_in_a_code_is_found(head in "9[123][0-9]{6}[0-9A-HJ-NP-RTUWXY]{9}", place in 8_usize..17, by in 1_usize..31) {
        let code = with_check(&head);
        prop_assert_eq!(check_uscc(&code), Ok(()));
        let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        let mut slipped: Vec<char> = code.chars().collect();
        let value = alphabet.find(slipped[place]).unwrap();
        slipped[place] = alphabet.chars().nth((value + by) % 31).unwrap();
        prop_assert_eq!(check_uscc(&slipped.into_iter().collect::<String>()), Err(NumberFault::Check));
    }

    #[test]
    fn checking_and_masking_never_panic(text in "\\PC{0,40}|[0-9XxA-Z]{14,20}|.{18}") {
        let first = check_number(&text, today());
        prop_assert_eq!(canonical(&first.canonical), first.canonical.clone(), "cleaning twice changes nothing");
        let again = check_number(&first.canonical, today());
        prop_assert_eq!(again, first);
        let _ = (canonical_phone(&text), modern_form(&text), mask_address(&text));
        let trimmed = text.trim().chars().count();
        prop_assert_eq!(mask_name(&text).chars().count(), trimmed);
        prop_assert_eq!(mask_id_number(&text).chars().count(), trimmed);
        prop_assert_eq!(mask_phone(&text).chars().count(), trimmed);
    }
}
