//! How one query meets one text: which characters it takes, and how good the meeting is.
//!
//! Used by the index for names, departments and single texts. A character is consumed by itself, by any of
//! its readings in full, by an initial, or at the end of the input by the beginning of a reading; the best
//! way through is found by dynamic programming, so that no choice made early hides a better one.
//!
//! Points are a sum, chosen so that the order is: the whole text, its beginning, the beginning of a word,
//! an abbreviation that takes something of every word, anywhere in one piece, in several pieces. A rare
//! reading costs less than a worse place.

use super::spelling::{Spelling, Spellings};
use super::text::Unit;

/// A match in one piece from the first character, before anything is taken off or added.
const BASE: i32 = 2000;
/// Added when the whole text is matched.
const WHOLE: i32 = 200;
/// Added when the match ends where a word ends: it cuts nothing.
const CLEAN_END: i32 = 15;
/// Taken off when the match begins inside the text, where a word begins.
const START_AT_WORD: i32 = 100;
/// Taken off when the match begins inside a word.
const START_INSIDE: i32 = 200;
/// Taken off besides when it does so by an initial: hardly anyone abbreviates from the middle of a word.
const START_INSIDE_BY_INITIAL: i32 = 200;
/// Taken off for going on at the very next word: how abbreviations such as 医保 for 医疗保险 are made.
const GAP_TO_NEXT_WORD: i32 = 130;
/// Taken off for going on at the beginning of a later word.
const GAP_TO_WORD: i32 = 320;
/// Taken off for going on inside a later word.
const GAP_INSIDE: i32 = 450;
/// Taken off for every unit that a gap to a later word jumps over.
const GAP_UNIT: i32 = 4;
/// What a match in several pieces must have.
const SCATTERED_MIN: i32 = 900;
/// Taken off for the second reading of a character.
const SECOND_READING: i32 = 60;
/// Taken off for a third or later reading of a character; twice as much where only its initial is given.
const RARE_READING: i32 = 110;
/// Taken off for a character given by one initial only.
const INITIAL: i32 = 5;
/// Taken off for an initial of two letters: it says more than one.
const DOUBLE_INITIAL: i32 = 4;
/// Taken off for a reading that the end of the input breaks off.
const BROKEN_OFF: i32 = 3;
/// Taken off for a character that only sounds like the one typed.
const HOMOPHONE: i32 = 150;
/// What no way through reaches.
const UNREACHED: i32 = i32::MIN / 2;

/// Whether characters that merely sound alike count, as 户口薄 for 户口簿 or 醫療 for 医疗.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hearing {
    /// Only the character itself.
    Exact,
    /// Also characters that share a reading with it.
    Homophones,
}

/// A folded query, with the readings of its own ideographs for [`Hearing::Homophones`].
#[derive(Debug, Clone)]
pub(super) struct Query {
    chars: Vec<char>,
    sounds: Vec<Vec<Spelling>>,
}

impl Query {
    /// Takes folded characters, see [`super::text::fold_query`].
    pub(super) fn new(chars: Vec<char>) -> Self {
        let sounds = chars.iter().map(|c| super::spelling::spell(*c)).collect();
        Self { chars, sounds }
    }

    /// The folded characters.
    pub(super) fn chars(&self) -> &[char] {
        &self.chars
    }

    /// Whether it holds an ideograph, without which homophones make no difference.
    pub(super) fn has_ideograph(&self) -> bool {
        self.sounds.iter().any(|readings| !readings.is_empty())
    }
}

/// How a query met a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meeting {
    /// Higher is better; comparable between texts for one query.
    pub(super) points: i32,
    /// The matched units, ascending.
    pub(super) taken: Vec<usize>,
    /// Whether the matched units stand side by side.
    pub(super) in_one_piece: bool,
}

/// One way to consume some of the query with one unit.
#[derive(Debug, Clone, Copy)]
struct Step {
    consumed: usize,
    cost: i32,
    by_initial: bool,
}

/// One cell of the table: the best way to have consumed so much of the query with this unit last.
#[derive(Debug, Clone, Copy)]
struct Cell {
    points: i32,
    /// The cell before: how much was consumed, and by which unit; `u16::MAX` where the match begins.
    before: (u16, u16),
}

/// A way through so far: its points, and the unit it ended with.
#[derive(Debug, Clone, Copy)]
struct Way {
    points: i32,
    from: usize,
}

impl Way {
    const NONE: Self = Self {
        points: UNREACHED,
        from: 0,
    };

    /// The better of two; this one on a tie.
    fn or(self, other: Self) -> Self {
        if other.points > self.points {
            other
        } else {
            self
        }
    }

    /// This one with something taken off.
    fn less(self, points: i32) -> Self {
        Self {
            points: self.points - points,
            ..self
        }
    }
}

const EMPTY: Cell = Cell {
    points: UNREACHED,
    before: (0, u16::MAX),
};

/// Scratch memory of the matcher, kept between texts so that a search does not allocate for each.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    cells: Vec<Cell>,
}

impl Matcher {
    /// The best meeting of a query and a text, or `None` where they do not meet well enough.
    pub(super) fn meet(
        &mut self,
        query: &Query,
        units: &[Unit],
        spellings: &Spellings,
        hearing: Hearing,
    ) -> Option<Meeting> {
        if query.chars.is_empty() || units.is_empty() {
            return None;
        }
        let table = Table {
            query,
            units,
            spellings,
            hearing,
        };
        self.cells.clear();
        if !table.may_begin() {
            return None;
        }
        self.cells
            .resize((query.chars.len() + 1) * units.len(), EMPTY);
        table.begin(&mut self.cells);
        for consumed in 1..query.chars.len() {
            table.go_on(&mut self.cells, consumed);
        }
        table.best(&self.cells)
    }
}

/// One query and one text, with everything that is needed to compare them.
struct Table<'a> {
    query: &'a Query,
    units: &'a [Unit],
    spellings: &'a Spellings,
    hearing: Hearing,
}

impl Table<'_> {
    /// Whether any unit can take the first character: most texts end here.
    fn may_begin(&self) -> bool {
        self.units.iter().any(|unit| {
            let mut any = false;
            self.steps(unit, 0, |_| any = true);
            any
        })
    }

    /// Fills in the first step at every unit.
    fn begin(&self, cells: &mut [Cell]) {
        for (at, unit) in self.units.iter().enumerate() {
            self.steps(unit, 0, |step| {
                let start = match (at, unit.begins_word, step.by_initial) {
                    (0, _, _) => 0,
                    (_, true, _) => START_AT_WORD,
                    (_, false, false) => START_INSIDE,
                    (_, false, true) => START_INSIDE + START_INSIDE_BY_INITIAL,
                };
                let points = BASE - start - step.cost;
                self.offer(
                    cells,
                    step.consumed,
                    at,
                    Cell {
                        points,
                        before: (0, u16::MAX),
                    },
                );
            });
        }
    }

    /// Goes on from every way that has consumed so much: to the next unit, or over a gap to a later one.
    fn go_on(&self, cells: &mut [Cell], consumed: usize) {
        let row = consumed * self.units.len();
        // The best ways to here: one unit back, earlier in the word just before, and anywhere before.
        let mut left = Way::NONE;
        let mut in_word = Way::NONE;
        let mut anywhere = Way::NONE;
        for (at, unit) in self.units.iter().enumerate() {
            if unit.begins_word {
                let abbreviated = if unit.after_break { Way::NONE } else { in_word };
                let gap = abbreviated
                    .less(GAP_TO_NEXT_WORD)
                    .or(anywhere.less(GAP_TO_WORD));
                self.reach(cells, consumed, left.or(gap), at);
            } else if left.points > 0 || anywhere.points > 0 {
                self.reach_inside(cells, consumed, (left, anywhere), at);
            }
            anywhere = anywhere.or(left).less(GAP_UNIT);
            in_word = if unit.begins_word {
                Way::NONE
            } else {
                in_word.or(left)
            };
            left = Way {
                points: cells[row + at].points,
                from: at,
            };
        }
    }

    /// Takes every step that the unit at `at` offers to one way.
    fn reach(&self, cells: &mut [Cell], consumed: usize, way: Way, at: usize) {
        if way.points <= 0 {
            return;
        }
        let before = (narrow(consumed), narrow(way.from));
        self.steps(&self.units[at], consumed, |step| {
            let points = way.points - step.cost;
            self.offer(cells, consumed + step.consumed, at, Cell { points, before });
        });
    }

    /// The same inside a word, where nothing that is given by an initial alone may be jumped to.
    fn reach_inside(&self, cells: &mut [Cell], consumed: usize, ways: (Way, Way), at: usize) {
        let (left, jump) = (ways.0, ways.1.less(GAP_INSIDE));
        self.steps(&self.units[at], consumed, |step| {
            let way = if step.by_initial { left } else { left.or(jump) };
            if way.points > 0 {
                let before = (narrow(consumed), narrow(way.from));
                let points = way.points - step.cost;
                self.offer(cells, consumed + step.consumed, at, Cell { points, before });
            }
        });
    }

    /// Keeps the better of two ways to the same cell; the earlier found stays on a tie.
    fn offer(&self, cells: &mut [Cell], consumed: usize, at: usize, cell: Cell) {
        let kept = &mut cells[consumed * self.units.len() + at];
        if cell.points > kept.points {
            *kept = cell;
        }
    }

    /// The best full way through, if it is good enough to show.
    fn best(&self, cells: &[Cell]) -> Option<Meeting> {
        let last_row = self.query.chars.len() * self.units.len();
        let mut best: Option<Meeting> = None;
        for at in 0..self.units.len() {
            let reached = cells[last_row + at].points;
            if reached <= 0 {
                continue;
            }
            let clean = self.units.get(at + 1).is_none_or(|next| next.begins_word);
            let points = reached + if clean { CLEAN_END } else { 0 };
            if best
                .as_ref()
                .is_some_and(|kept| kept.points >= points + WHOLE)
            {
                continue;
            }
            let meeting = self.trace(cells, at, points);
            let kept = best.as_ref().map_or(0, |kept| kept.points);
            if meeting.points > kept && self.is_good_enough(&meeting) {
                best = Some(meeting);
            }
        }
        best
    }

    /// Follows the way back from its last unit.
    fn trace(&self, cells: &[Cell], last: usize, points: i32) -> Meeting {
        let mut taken = vec![last];
        let mut cell = cells[self.query.chars.len() * self.units.len() + last];
        while cell.before.1 != u16::MAX {
            let (consumed, at) = (usize::from(cell.before.0), usize::from(cell.before.1));
            taken.push(at);
            cell = cells[consumed * self.units.len() + at];
        }
        taken.reverse();
        let in_one_piece = taken.windows(2).all(|pair| pair[1] == pair[0] + 1);
        let whole = in_one_piece && taken.len() == self.units.len();
        Meeting {
            points: points + if whole { WHOLE } else { 0 },
            taken,
            in_one_piece,
        }
    }

    /// In one piece always; in several only from a word's beginning, and with enough taken to bear the gaps:
    /// one character for each gap to another word, two for each into the middle of one.
    fn is_good_enough(&self, meeting: &Meeting) -> bool {
        if meeting.in_one_piece {
            return true;
        }
        let weight = |pair: &[usize]| match pair {
            [a, b] if *b == a + 1 => 0,
            [_, b] if self.units[*b].begins_word => 1,
            _ => 2,
        };
        let gaps: usize = meeting.taken.windows(2).map(weight).sum();
        let begins_word = self.units[meeting.taken[0]].begins_word;
        meeting.points >= SCATTERED_MIN && begins_word && gaps <= meeting.taken.len()
    }

    /// All ways in which `unit` can consume the query from `at` on.
    fn steps(&self, unit: &Unit, at: usize, mut take: impl FnMut(Step)) {
        let rest = &self.query.chars[at..];
        let first = rest[0];
        if first == unit.folded {
            take(Step {
                consumed: 1,
                cost: 0,
                by_initial: false,
            });
        } else if unit.readings.is_empty() {
            // A letter or a digit stands for itself only.
        } else if first.is_ascii() {
            for spelling in self.spellings.get(unit.readings) {
                spelled_steps(*spelling, rest, &mut take);
            }
        } else if self.hearing == Hearing::Homophones {
            let heard = self.spellings.get(unit.readings);
            let sounds = &self.query.sounds[at];
            if sounds
                .iter()
                .any(|s| heard.iter().any(|h| h.letters() == s.letters()))
            {
                take(Step {
                    consumed: 1,
                    cost: HOMOPHONE,
                    by_initial: false,
                });
            }
        }
    }
}

/// The ways in which one reading consumes typed letters: in full, broken off at the end, by an initial.
fn spelled_steps(spelling: Spelling, rest: &[char], take: &mut impl FnMut(Step)) {
    let letters = spelling.letters();
    let same = letters
        .iter()
        .zip(rest)
        .take_while(|(letter, c)| char::from(**letter) == **c)
        .count();
    if same == 0 {
        return;
    }
    let (rare, rare_initial) = match spelling.rank {
        0 => (0, 0),
        1 => (SECOND_READING, SECOND_READING),
        _ => (RARE_READING, 2 * RARE_READING),
    };
    let whole = |consumed, cost| Step {
        consumed,
        cost,
        by_initial: false,
    };
    let initial = |consumed, cost| Step {
        consumed,
        cost: rare_initial + cost,
        by_initial: true,
    };
    if same == letters.len() {
        take(whole(same, rare));
    } else if same == rest.len() && same > 1 {
        take(whole(same, rare + BROKEN_OFF));
    }
    if same >= 2 && spelling.has_double_initial() {
        take(initial(2, DOUBLE_INITIAL));
    }
    if letters.len() > 1 {
        take(initial(1, INITIAL));
    }
}

/// Positions fit: a query has at most 512 characters and a text at most 256 units.
fn narrow(position: usize) -> u16 {
    u16::try_from(position).expect("invariant: texts and queries are bounded")
}
