//! What a clerk types and what must come first: characters, pinyin, initials, mixtures, polyphones.

use banshi::search::{Entry, Hit, Index};
use proptest::prelude::*;

/// Real item names of a county hall, with a few that lie close to each other.
const NAMES: &[&str] = &[
    "基本医疗保险参保登记",
    "基本医疗保险关系转移接续",
    "医疗保险待遇支付",
    "城乡居民基本养老保险参保登记",
    "养老保险待遇申领",
    "失业保险金申领",
    "营业执照",
    "营业执照补领",
    "个体工商户设立登记",
    "医疗机构设置审批",
    "律师执业许可",
    "律师事务所设立审批",
    "绿化工程建设审批",
    "会计代理记账机构执业审批",
    "会计从业资格证核发",
    "回迁安置登记",
    "参保人员信息变更",
    "社会保障卡申领",
    "残疾人证新办",
    "居民身份证补领",
    "居民身份证（首次申领）",
    "户口簿补发",
    "护士执业注册",
    "道路运输证核发（信息变更）",
    "长期护理保险参保",
    "银行开户许可",
    "重大危险源备案",
    "厦门路占道经营许可",
    "ETC 卡办理",
    "A级锅炉检验",
    "公证",
    "公证员执业审核",
    "法律援助",
    "调解协议司法确认",
    "调动档案转递",
    "畜牧兽医站登记",
    "人参种植许可",
    "率先脱贫奖励",
    "女职工生育津贴",
    "安全生产许可证核发",
    "西安路改造审批",
    "县道改造审批",
    "不动产登记",
];

fn index() -> Index {
    Index::new(NAMES.iter().map(|name| Entry {
        code: "",
        name,
        department: "",
    }))
}

fn names(hits: &[Hit]) -> Vec<&'static str> {
    hits.iter().map(|hit| NAMES[hit.index]).collect()
}

fn first(text: &str) -> &'static str {
    names(&index().search(text, 1))
        .first()
        .copied()
        .unwrap_or("-")
}

#[track_caller]
fn check_first(pairs: &[(&str, &str)]) {
    for (text, name) in pairs {
        assert_eq!(&first(text), name, "for {text}");
    }
}

#[test]
fn characters_pinyin_initials_and_mixtures_find_the_same_item() {
    check_first(&[
        ("医疗保险待遇", "医疗保险待遇支付"),
        ("yiliaobaoxiandaiyu", "医疗保险待遇支付"),
        ("yanglbxdy", "养老保险待遇申领"),
        ("ylbxdysl", "养老保险待遇申领"),
        ("ylbxdyzf", "医疗保险待遇支付"),
        ("医疗bx", "医疗保险待遇支付"),
        ("yiliaobx", "医疗保险待遇支付"),
        ("yilbxdy", "医疗保险待遇支付"),
        ("ylbaoxdyzf", "医疗保险待遇支付"),
        ("yl保险dyzf", "医疗保险待遇支付"),
        ("yiliaobaox", "医疗保险待遇支付"),
        ("jiben医疗bx参保", "基本医疗保险参保登记"),
        ("shebaoka", "社会保障卡申领"),
        ("社保卡", "社会保障卡申领"),
        ("sbk", "社会保障卡申领"),
        ("shehuibaozhangka", "社会保障卡申领"),
        ("yyzz", "营业执照"),
        ("YYZZ", "营业执照"),
        ("ＹＹＺＺ", "营业执照"),
        ("yingyezhizhaobl", "营业执照补领"),
        ("zhizhao", "营业执照"),
        ("etc", "ETC 卡办理"),
        ("etcka", "ETC 卡办理"),
        ("Ａ级gl", "A级锅炉检验"),
    ]);
}

#[test]
fn every_reading_of_a_character_counts_and_u_umlaut_is_v() {
    check_first(&[
        ("lvshi", "律师执业许可"),
        ("lüshi", "律师执业许可"),
        ("lvhua", "绿化工程建设审批"),
        ("nvzhigong", "女职工生育津贴"),
        ("kuaiji", "会计从业资格证核发"),
        ("kjdljz", "会计代理记账机构执业审批"),
        ("huiji", "会计从业资格证核发"),
        ("canbao", "参保人员信息变更"),
        ("renshen", "人参种植许可"),
        ("changqihuli", "长期护理保险参保"),
        ("cqhl", "长期护理保险参保"),
        ("yinhang", "银行开户许可"),
        ("zhongda", "重大危险源备案"),
        ("xiamen", "厦门路占道经营许可"),
        ("tiaojie", "调解协议司法确认"),
        ("diaodong", "调动档案转递"),
        ("xumu", "畜牧兽医站登记"),
    ]);
}

#[test]
fn double_initials_count_as_one_letter_and_as_two() {
    check_first(&[
        ("zhdwxy", "重大危险源备案"),
        ("zdwxy", "重大危险源备案"),
        ("shhbzhk", "社会保障卡申领"),
        ("chqhl", "长期护理保险参保"),
    ]);
}

#[test]
fn the_beginning_of_a_syllable_counts_at_the_end_of_the_input() {
    let whole = "lvshizhiye";
    for length in 3..=whole.len() {
        assert_eq!(
            first(&whole[..length]),
            "律师执业许可",
            "{}",
            &whole[..length]
        );
    }
}

#[test]
fn spaces_and_brackets_are_not_there() {
    check_first(&[
        ("身份证首次", "居民身份证（首次申领）"),
        ("sfzsc", "居民身份证（首次申领）"),
        ("shen fen zheng shouci", "居民身份证（首次申领）"),
        ("（身份证）【补领】", "居民身份证补领"),
        ("运输证核发信息", "道路运输证核发（信息变更）"),
    ]);
}

#[test]
fn the_whole_name_comes_before_its_beginning_and_that_before_the_inside() {
    let found = index().search("公证", 5);
    assert_eq!(names(&found), ["公证", "公证员执业审核"]);
    let found = index().search("canbao", 5);
    assert_eq!(
        names(&found),
        [
            "参保人员信息变更",
            "长期护理保险参保",
            "基本医疗保险参保登记",
            "城乡居民基本养老保险参保登记"
        ]
    );
    let scores: Vec<u32> = found.iter().map(|hit| hit.score).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
}

#[test]
fn a_rare_reading_stands_behind_a_common_one() {
    // 会 is read kuai in 会计 only, 回 is always hui.
    assert_eq!(first("hui"), "回迁安置登记");
    // 西安 and 县 are both xian.
    assert_eq!(
        names(&index().search("xian", 2)),
        ["县道改造审批", "西安路改造审批"]
    );
}

#[test]
fn words_in_another_order_are_found_one_by_one() {
    assert_eq!(first("登记 医疗保险"), "基本医疗保险参保登记");
    assert_eq!(first("shenling baozhangka"), "社会保障卡申领");
}

#[test]
fn what_sounds_the_same_is_tried_where_nothing_else_is_found() {
    check_first(&[
        ("户口薄", "户口簿补发"),
        ("醫療保險待遇", "医疗保险待遇支付"),
        ("營業執照", "营业执照"),
    ]);
}

#[test]
fn nothing_is_found_for_nothing() {
    for text in [
        "",
        " ",
        "（）",
        "\u{202e}\u{0}",
        "qqqqqq",
        "zzzz",
        "护照签证邮寄",
    ] {
        assert_eq!(index().search(text, 5), [], "{text:?}");
    }
    assert_eq!(Index::new([]).search("ylbx", 5), []);
    assert_eq!(index().search("ylbx", 0), []);
}

#[test]
fn codes_and_departments_are_found_behind_names() {
    let index = Index::new([
        Entry {
            code: "YB-001",
            name: "参保登记",
            department: "县医疗保障局",
        },
        Entry {
            code: "YB-002",
            name: "待遇支付",
            department: "县医疗保障局",
        },
        Entry {
            code: "GA-001",
            name: "养保安犬登记",
            department: "县公安局",
        },
        Entry {
            code: "GA-002",
            name: "医保协查",
            department: "县公安局",
        },
    ]);
    let found = |text: &str| {
        index
            .search(text, 9)
            .iter()
            .map(|hit| hit.index)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("yb-002"), [1]);
    assert_eq!(found("YB0"), [0, 1]);
    assert_eq!(found("医保")[0], 3);
    assert_eq!(found("公安"), [2, 3]);
    assert_eq!(found("yiliaobaozhangju"), [0, 1]);
    assert_eq!(found("公安局 xiecha"), [3]);
    assert!(index.search("yb002", 1)[0].ranges.is_empty());
}

#[test]
fn what_matched_is_lit() {
    let lit = |text: &str| {
        let hit = index().search(text, 1).remove(0);
        let name = NAMES[hit.index];
        hit.ranges
            .into_iter()
            .map(|range| &name[range])
            .collect::<Vec<_>>()
    };
    assert_eq!(lit("ylbxdyzf"), ["医疗保险待遇支付"]);
    assert_eq!(lit("社保卡"), ["社", "保", "卡"]);
    assert_eq!(lit("sfzsc"), ["身份证", "首次"]);
    assert_eq!(lit("etc卡"), ["ETC", "卡"]);
}

#[test]
fn equal_matches_stand_in_order_of_code() {
    let entries = ["b", "a", "c"].map(|code| Entry {
        code,
        name: "登记",
        department: "",
    });
    let found: Vec<usize> = Index::new(entries)
        .search("dj", 3)
        .iter()
        .map(|hit| hit.index)
        .collect();
    assert_eq!(found, [1, 0, 2]);
}

#[test]
fn the_longest_names_are_told_apart_by_their_ends() {
    let stem = "除从事剧毒、易制爆、汽油加油站、专用危化品仓储的企业外，不带有储存设施经营的其他企业经营许可证";
    let names = [format!("{stem}核发"), format!("{stem}换证审查")];
    let index = Index::new(names.iter().map(|name| Entry {
        name,
        ..Entry::default()
    }));
    let spelled = "chucongshijuduyizhibaoqiyoujiayouzhanzhuanyongweihuapincangchudeqiyewai\
                   budaiyouchucunsheshijingyingdeqitaqiyejingyingxukezhenghuanzhengshencha";
    let hits = index.search(spelled, 2);
    assert_eq!(hits.iter().map(|hit| hit.index).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_long_name_and_a_long_query_end() {
    let name = "医".repeat(10_000);
    let index = Index::new([Entry {
        code: "",
        name: &name,
        department: &name,
    }]);
    assert_eq!(index.search(&"yi".repeat(5_000), 3).len(), 1);
    assert_eq!(index.search(&"y ".repeat(5_000), 3).len(), 1);
}

proptest! {
    /// Any text against any names: no panic, ranges on character borders, ascending, inside the name.
    #[test]
    fn any_text_is_answered(text in ".{0,40}", names in prop::collection::vec("[医会a-z（ ）\\PC]{0,12}", 0..6)) {
        let index = Index::new(names.iter().map(|name| Entry { code: "x1", name, department: name }));
        let mut best = u32::MAX;
        for hit in index.search(&text, 10) {
            prop_assert!(hit.score <= best);
            best = hit.score;
            let mut end = 0;
            for range in hit.ranges {
                prop_assert!(range.start >= end && range.end > range.start);
                end = range.end;
                prop_assert!(names[hit.index].get(range).is_some());
            }
        }
    }

    /// A name is the first answer to itself, to its own part in brackets, and in capitals.
    #[test]
    fn a_name_finds_itself(at in 0..NAMES.len()) {
        prop_assert_eq!(first(NAMES[at]), NAMES[at]);
        let spaced: String = NAMES[at].chars().flat_map(|c| [c, ' ']).collect();
        prop_assert_eq!(first(&spaced), NAMES[at]);
    }
}
