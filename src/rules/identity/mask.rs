//! Masking for screens, lists and walls (R224): enough to find oneself, too little to find somebody else.
//!
//! Used by every view and paper that shows a person. It never unmasks; the full text is an act of its own (R225).

/// Surnames of two characters, which masking keeps whole.
const COMPOUND_SURNAMES: &str = "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 \
    公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 \
    百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 \
    仲长 子书 子桑 即墨 达奚 褚师 纳兰 完颜 叶赫 哥舒 歐陽 司馬 東方 諸葛 尉遲 鍾離 長孫";

/// Names of cities and counties that contain the words for town and township; masking an address looks past them.
const NOT_TOWNSHIPS: [&str; 21] = [
    "镇江市",
    "镇平县",
    "镇海区",
    "镇安县",
    "镇巴县",
    "镇坪县",
    "镇原县",
    "镇宁布依族苗族自治县",
    "镇远县",
    "镇雄县",
    "镇康县",
    "镇沅彝族哈尼族拉祜族自治县",
    "镇赉县",
    "景德镇市",
    "新乡",
    "宁乡市",
    "乡宁县",
    "乡城县",
    "萍乡市",
    "湘乡市",
    "桐乡市",
];

/// The words that end the name of a township or its like.
const TOWNSHIPS: [&str; 4] = ["街道", "苏木", "镇", "乡"];

/// What stands before 区 where it ends no district: 自治区, 小区, 社区, 园区, 校区.
const NOT_DISTRICTS: [char; 5] = ['治', '小', '社', '园', '校'];

/// A masked name (R224): 王丽 → 王*, 王小明 → 王*明, 欧阳修 → 欧阳*. Of a name in parts (阿依古丽·买买提, John Smith) only the first character stays.
pub fn mask_name(name: &str) -> String {
    let chars: Vec<char> = name.trim().chars().collect();
    if chars.iter().any(|c| is_joint(*c)) {
        return starred(&chars, 1, 0);
    }
    let surname = if is_compound(&chars) { 2 } else { 1 };
    match chars.len().saturating_sub(surname) {
        0 => "*".repeat(chars.len()),
        1 => starred(&chars, surname, 0),
        _ => starred(&chars, surname, 1),
    }
}

/// A masked identity number (R224): of eighteen characters the first six and the last four stay; of shorter ones about a third and a quarter.
pub fn mask_id_number(number: &str) -> String {
    let chars: Vec<char> = number.trim().chars().collect();
    starred(&chars, (chars.len() / 3).min(6), (chars.len() / 4).min(4))
}

/// A masked telephone number (R224): of eleven digits the first three and the last four stay; of a landline the area code and the last two.
pub fn mask_phone(phone: &str) -> String {
    let chars: Vec<char> = phone.trim().chars().collect();
    match chars.iter().position(|c| *c == '-') {
        Some(hyphen) if hyphen <= 4 && chars.len() > hyphen + 3 => starred(&chars, hyphen + 1, 2),
        _ => starred(
            &chars,
            (chars.len() / 3).min(3),
            (chars.len() * 2 / 5).min(4),
        ),
    }
}

/// An address down to its township (R224); without one, down to its county or city; without either, nothing of it.
pub fn mask_address(address: &str) -> String {
    let address = address.trim();
    if address.is_empty() {
        return String::new();
    }
    // The names that only look like townships are blanked by as many bytes, so that places in the text stay places.
    let mut searched = address.to_owned();
    for name in NOT_TOWNSHIPS {
        searched = searched.replace(name, &" ".repeat(name.len()));
    }
    let township = TOWNSHIPS
        .iter()
        .filter_map(|word| searched.find(word).map(|at| at + word.len()))
        .min_by_key(|end| *end);
    let shown = township.or_else(|| county_end(address)).unwrap_or(0);
    if shown == address.len() {
        address.to_owned()
    } else {
        format!("{}****", &address[..shown])
    }
}

/// Where the name of the county ends, or of the first city where no county is named.
fn county_end(address: &str) -> Option<usize> {
    let mut before = ' ';
    for (at, c) in address.char_indices() {
        if matches!(c, '县' | '旗') || c == '区' && !NOT_DISTRICTS.contains(&before) {
            return Some(at + c.len_utf8());
        }
        before = c;
    }
    address.find('市').map(|at| at + "市".len())
}

fn is_compound(chars: &[char]) -> bool {
    let surname: String = chars.iter().take(2).collect();
    chars.len() > 2
        && COMPOUND_SURNAMES
            .split_whitespace()
            .any(|compound| compound == surname)
}

/// A mark between the parts of a name.
fn is_joint(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '‧' | '.') || c.is_whitespace()
}

/// The characters with all but some at the ends as stars; marks between the parts of a name stay.
fn starred(chars: &[char], head: usize, tail: usize) -> String {
    let hidden = head..chars.len().saturating_sub(tail);
    let star = |(at, c): (usize, &char)| {
        if hidden.contains(&at) && !is_joint(*c) {
            '*'
        } else {
            *c
        }
    };
    chars.iter().enumerate().map(star).collect()
}
