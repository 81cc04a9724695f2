//! Pinyin and fuzzy matching: text in, ranked ranges out.
//!
//! An [`Index`] is built once over the items of a hall (or any list a person picks from) and searched at
//! every key. Characters, full pinyin, initials and any mixture of them find an entry; every reading of a
//! character counts, `ü` is typed `v`, capitals and full-width letters are the same, spaces and brackets
//! are not there. It knows no rule, does no I/O and reads no clock.

mod matcher;
mod spelling;
mod text;

use std::cmp::Reverse;
use std::ops::Range;

use matcher::{Hearing, Matcher, Meeting, Query};
use spelling::Spellings;
use text::Unit;

/// Points of an entry whose code was typed in full.
const CODE_WHOLE: i32 = 2300;
/// Points of an entry whose code begins with what was typed, a digit among it: nobody types digits by chance.
const CODE_BEGINS: i32 = 2150;
/// The same with letters alone, which are more likely pinyin: behind every match of a name in one piece.
const CODE_BEGINS_LETTERS: i32 = 1750;
/// Points of an entry whose code holds what was typed: the last digits are what people remember.
const CODE_HOLDS: i32 = 1650;
/// The shortest part of a code that is looked for inside codes, in characters.
const CODE_PART_MIN: usize = 4;
/// Taken off the points of a match in the department, so that every name in one piece stands before it.
const DEPARTMENT: i32 = 500;
/// Taken off when the words typed were found one by one and not in their order.
const WORD_BY_WORD: i32 = 250;
/// Where places and lengths stop counting in a score.
const TIE_MAX: usize = 99;

/// One thing that can be found.
#[derive(Debug, Clone, Copy, Default)]
pub struct Entry<'a> {
    /// Its code; may be empty. Also decides between entries that are otherwise equally good.
    pub code: &'a str,
    /// Its name, which is what people search.
    pub name: &'a str,
    /// The department it belongs to; may be empty.
    pub department: &'a str,
}

/// One entry found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The place of the entry in the list that the index was built from.
    pub index: usize,
    /// How good the match is: higher is better, equal scores are in order of code, then of the list.
    pub score: u32,
    /// What to light up in the entry's name, in bytes, ascending and apart; empty if its code or its
    /// department matched.
    pub ranges: Vec<Range<usize>>,
}

/// What is kept of one entry.
#[derive(Debug)]
struct Row {
    code: Vec<char>,
    name: Vec<Unit>,
    department: Option<usize>,
}

/// A list of entries made ready for searching.
///
/// It keeps about 16 bytes for each character of a name, besides the readings of the characters in use.
#[derive(Debug, Default)]
pub struct Index {
    rows: Vec<Row>,
    departments: Vec<Vec<Unit>>,
    spellings: Spellings,
}

impl Index {
    /// Makes a list of entries ready; their places in it are the `index` of every [`Hit`].
    pub fn new<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Self {
        let mut index = Self::default();
        let mut departments: std::collections::BTreeMap<&str, usize> =
            std::collections::BTreeMap::new();
        for entry in entries {
            let name = text::units(entry.name, &mut index.spellings);
            let department = (!entry.department.is_empty()).then(|| {
                *departments.entry(entry.department).or_insert_with(|| {
                    index
                        .departments
                        .push(text::units(entry.department, &mut index.spellings));
                    index.departments.len() - 1
                })
            });
            index.rows.push(Row {
                code: text::fold_query(entry.code),
                name,
                department,
            });
        }
        index
    }

    /// How many entries it holds.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it holds no entry.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The best `limit` entries for what was typed, best first; none for a text without letters, digits or
    /// characters.
    ///
    /// Characters that merely sound like the ones typed are tried only where nothing else is found.
    pub fn search(&self, text: &str, limit: usize) -> Vec<Hit> {
        let search = Search::new(text);
        if search.whole.chars().is_empty() {
            return Vec::new();
        }
        let mut hits = self.hits(&search, Hearing::Exact);
        if hits.is_empty() && search.whole.has_ideograph() {
            hits = self.hits(&search, Hearing::Homophones);
        }
        hits.sort_by(|a, b| {
            let codes = || self.rows[a.index].code.cmp(&self.rows[b.index].code);
            Reverse(a.score)
                .cmp(&Reverse(b.score))
                .then_with(codes)
                .then(a.index.cmp(&b.index))
        });
        hits.truncate(limit);
        hits
    }

    /// Every entry that matches at all, in the order of the list.
    fn hits(&self, search: &Search, hearing: Hearing) -> Vec<Hit> {
        let mut finder = Finder {
            index: self,
            hearing,
            matcher: Matcher::default(),
        };
        let by_department = finder.departments(search);
        (0..self.rows.len())
            .filter_map(|at| finder.hit(search, at, &by_department))
            .collect()
    }
}

/// What was typed: as a whole, and word by word where there are several.
struct Search {
    whole: Query,
    words: Vec<Query>,
}

impl Search {
    fn new(text: &str) -> Self {
        let query = |part: &str| Query::new(text::fold_query(part));
        let mut words: Vec<Query> = text
            .split_whitespace()
            .take(text::QUERY_MAX)
            .map(query)
            .filter(|word| !word.chars().is_empty())
            .collect();
        if words.len() < 2 {
            words.clear();
        }
        Self {
            whole: query(text),
            words,
        }
    }
}

/// Which part of an entry answered, with its points.
#[derive(Debug, Clone)]
struct Found {
    points: i32,
    /// The matched units of the name; empty where another field matched.
    taken: Vec<usize>,
}

/// The points of every department: for the whole text, then for each word.
struct DepartmentPoints {
    whole: Vec<Option<i32>>,
    words: Vec<Vec<Option<i32>>>,
}

/// One pass over the index.
struct Finder<'a> {
    index: &'a Index,
    hearing: Hearing,
    matcher: Matcher,
}

impl Finder<'_> {
    /// Matches every department once, since many entries share one.
    fn departments(&mut self, search: &Search) -> DepartmentPoints {
        let whole = self.department_points(&search.whole);
        let words = search
            .words
            .iter()
            .map(|word| self.department_points(word))
            .collect();
        DepartmentPoints { whole, words }
    }

    fn department_points(&mut self, query: &Query) -> Vec<Option<i32>> {
        let index = self.index;
        let points = |units: &Vec<Unit>| {
            self.meet(query, units)
                .filter(|m| m.in_one_piece)
                .map(|m| m.points - DEPARTMENT)
        };
        index.departments.iter().map(points).collect()
    }

    fn meet(&mut self, query: &Query, units: &[Unit]) -> Option<Meeting> {
        self.matcher
            .meet(query, units, &self.index.spellings, self.hearing)
    }

    /// The best way in which one entry answers.
    fn hit(&mut self, search: &Search, at: usize, by_department: &DepartmentPoints) -> Option<Hit> {
        let row = &self.index.rows[at];
        let whole = self.found(&search.whole, row, &by_department.whole);
        let best = match &whole {
            Some(found) if search.words.is_empty() || found.points > CODE_BEGINS_LETTERS => whole,
            _ => {
                let piecemeal = self.word_by_word(search, row, by_department);
                better(whole, piecemeal)
            }
        }?;
        Some(Hit {
            index: at,
            score: score(&best, row.name.len()),
            ranges: ranges(&best.taken, &row.name),
        })
    }

    /// The best field of one entry for one query.
    fn found(&mut self, query: &Query, row: &Row, departments: &[Option<i32>]) -> Option<Found> {
        let elsewhere = |points: i32| Found {
            points,
            taken: Vec::new(),
        };
        let name = self.meet(query, &row.name).map(|m| Found {
            points: m.points,
            taken: m.taken,
        });
        let code = code_points(query.chars(), &row.code).map(elsewhere);
        let department = row.department.and_then(|at| departments[at]).map(elsewhere);
        better(better(name, code), department)
    }

    /// Every word somewhere in the entry: as good as the worst of them, less something for the disorder.
    fn word_by_word(
        &mut self,
        search: &Search,
        row: &Row,
        by_department: &DepartmentPoints,
    ) -> Option<Found> {
        let mut all: Option<Found> = None;
        for (word, departments) in search.words.iter().zip(&by_department.words) {
            let found = self.found(word, row, departments)?;
            let sum = all.get_or_insert(Found {
                points: i32::MAX,
                taken: Vec::new(),
            });
            sum.points = sum.points.min(found.points - WORD_BY_WORD);
            sum.taken.extend(found.taken);
        }
        let mut all = all?;
        all.taken.sort_unstable();
        all.taken.dedup();
        Some(all)
    }
}

/// The one with more points; the first on a tie.
fn better(a: Option<Found>, b: Option<Found>) -> Option<Found> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.points > a.points { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// The points of a code for a query of letters and digits.
fn code_points(query: &[char], code: &[char]) -> Option<i32> {
    if code.is_empty() || !query.iter().all(char::is_ascii_alphanumeric) {
        return None;
    }
    let has_digit = query.iter().any(char::is_ascii_digit);
    if query == code {
        Some(CODE_WHOLE)
    } else if code.starts_with(query) {
        Some(if has_digit {
            CODE_BEGINS
        } else {
            CODE_BEGINS_LETTERS
        })
    } else if has_digit
        && query.len() >= CODE_PART_MIN
        && code.windows(query.len()).any(|w| w == query)
    {
        Some(CODE_HOLDS)
    } else {
        None
    }
}

/// Puts points first, then a short name, then an early match, into one number.
///
/// Where the name had no part in it, its length says nothing: such entries stand in order of code.
fn score(found: &Found, name_units: usize) -> u32 {
    let (start, units) = found
        .taken
        .first()
        .map_or((TIE_MAX, TIE_MAX), |start| (*start, name_units));
    let shorter = TIE_MAX - units.min(TIE_MAX);
    let earlier = TIE_MAX - start.min(TIE_MAX);
    let points = u32::try_from(found.points.max(0)).unwrap_or(0);
    points * 10_000 + (shorter * 100 + earlier) as u32
}

/// The bytes of the matched units, neighbours joined; a bracket between two matched characters is not lit.
fn ranges(taken: &[usize], units: &[Unit]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for unit in taken.iter().filter_map(|at| units.get(*at)) {
        let (start, end) = (unit.start as usize, unit.end as usize);
        match ranges.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => ranges.push(start..end),
        }
    }
    ranges
}
