//! Text and columns on the screen: measured, cut, padded and wrapped at whole characters, harmless whatever it holds.

use banshi::console::table::{self, Column};
use banshi::console::text::{Align, Ambiguous, Ruler, harmless};
use proptest::prelude::*;

#[test]
fn text_from_outside_is_shown_and_never_obeyed() {
    assert_eq!(harmless("张三"), "张三");
    assert_eq!(
        harmless("a\u{1b}[2J\u{7}b\u{0}\u{7f}\u{9b}"),
        "a^[[2J^Gb^@^?<U+009B>"
    );
    assert_eq!(
        harmless("\u{202E}abc\u{200B}\u{FEFF}"),
        "<U+202E>abc<U+200B><U+FEFF>"
    );
    assert_eq!(harmless("e\u{301}"), "e\u{301}");
    assert_eq!(harmless("\u{301}e"), "<U+0301>e");
    assert_eq!(harmless("葛\u{E0100}"), "葛\u{E0100}");
    assert_eq!(harmless("x\u{FE0F}"), "x<U+FE0F>");
    let pile: String = std::iter::once('a')
        .chain(std::iter::repeat_n('\u{301}', 40))
        .collect();
    assert_eq!(harmless(&pile).matches("<U+0301>").count(), 36);
}

#[test]
fn chinese_wraps_between_characters_and_not_before_closing_signs() {
    let text = "一次性告知书，请于五个工作日内补齐（含复印件）。See form D4 now";
    let lines: Vec<&str> = Ruler::default()
        .wrap(text, 14)
        .into_iter()
        .map(|range| &text[range])
        .collect();
    let expected = [
        "一次性告知书，",
        "请于五个工作日",
        "内补齐（含复印",
        "件）。See ",
        "form D4 now",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn columns_share_the_width_and_leave_by_rank() {
    let columns = [
        Column::fixed("a", 4),
        Column::flexible("b", 10, 30, 2),
        Column::flexible("c", 8, 12, 1).rank(1),
        Column::fixed("d", 10).rank(2),
    ];
    for total in 0..200 {
        let widths = table::widths(&columns, total);
        let used: u16 = widths
            .iter()
            .filter(|width| **width > 0)
            .map(|width| width + 1)
            .sum();
        assert!(used <= total + 1 || total < 15, "{total}: {widths:?}");
    }
    assert_eq!(table::widths(&columns, 35), [4, 10, 8, 10]);
    assert_eq!(table::widths(&columns, 34), [4, 17, 11, 0]);
    assert_eq!(table::widths(&columns, 20), [4, 15, 0, 0]);
    assert_eq!(table::widths(&columns, 200), [4, 30, 12, 10]);
}

/// Text as it may come from anywhere: Han, Latin, marks, emoji, controls, directions.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[a-z ]{1,6}",
        "[办事大厅窗口，。（）]{1,5}",
        "[ｱｲｳ가각ｶ]{1,3}",
        "e\u{301}\u{302}{0,6}",
        "葛\u{E0100}",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
        "\u{1F1E8}\u{1F1F3}",
        "[\u{0}-\u{1f}\u{7f}-\u{9f}]{1,2}",
        "[\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]",
        "…─“”①",
        ".{0,4}",
    ];
    prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_column_is_exactly_as_wide_as_asked(text in any_text(), wide in any::<bool>()) {
        let ruler = Ruler::new(if wide { Ambiguous::Wide } else { Ambiguous::Narrow });
        let original: String = ruler.pieces(&text).map(|piece| piece.symbol.into_owned()).collect();
        for width in 0..=40 {
            let fitted = ruler.fit(&text, width, Align::Left);
            prop_assert_eq!(ruler.width(&fitted), width, "{:?}", fitted);
            prop_assert!(harmless(&fitted) == fitted);
            let cut = ruler.cut(&text, width);
            let kept = cut.strip_suffix(ruler.ellipsis()).unwrap_or(&cut);
            prop_assert!(original.starts_with(kept) || width < 2, "{:?} of {:?}", cut, original);
        }
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing(text in any_text(), width in 2_usize..30) {
        let ruler = Ruler::default();
        let lines = ruler.wrap(&text, width);
        let mut end = 0;
        for line in &lines {
            let gap = &text[end..line.start];
            prop_assert!(gap.is_empty() || gap == "\n", "{:?}", gap);
            let shown = &text[line.clone()];
            let single = ruler.pieces(shown).map(|piece| piece.at).collect::<std::collections::BTreeSet<_>>().len() <= 1;
            prop_assert!(ruler.width(shown) <= width || single, "{:?} in {}", shown, width);
            end = line.end;
        }
        prop_assert_eq!(end, text.len());
    }
}
