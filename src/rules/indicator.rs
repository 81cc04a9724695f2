//! Indicators (R206, R209, R210, R214): every figure keeps its numerator and denominator; percentages are cut off, never rounded up, so that
//! 100 % means all; nothing out of nothing is a dash. Cases are counted one by one from their records, open and closed alike.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    case::{Case, CaseState},
    hall::Hall,
    views::Viewer,
};

/// A figure out of another (R206).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ratio {
    /// Of how many it is true.
    pub numerator: u64,
    /// Out of how many.
    pub denominator: u64,
}

/// How a ratio with nothing below the line is shown.
pub const DASH: &str = "—";

impl Ratio {
    /// `numerator` out of `denominator`.
    pub fn new(numerator: u64, denominator: u64) -> Self {
        Self {
            numerator,
            denominator,
        }
    }

    /// The percentage in units of its last place, cut off; none out of nothing.
    fn units(self, places: u32) -> Option<u128> {
        let scale = 10_u128.pow(places);
        (u128::from(self.numerator) * 100 * scale).checked_div(u128::from(self.denominator))
    }

    /// The percentage as printed, cut off to so many places: `99.85%`, or a dash out of nothing (R206). Above 100 it is not capped
    /// (R214).
    pub fn shown(self, places: u32) -> String {
        self.units(places)
            .map_or_else(|| DASH.to_owned(), |units| percent(units, places))
    }

    /// The percentage as a number, cut off to two places; none out of nothing.
    pub fn rate(self) -> Option<f64> {
        let units = u32::try_from(self.units(2)?).unwrap_or(u32::MAX);
        Some(f64::from(units) / 100.0)
    }
}

fn percent(units: u128, places: u32) -> String {
    let scale = 10_u128.pow(places);
    let (whole, part) = (units / scale, units % scale);
    match usize::try_from(places).unwrap_or(0) {
        0 => format!("{whole}%"),
        width => format!("{whole}.{part:0width$}%"),
    }
}

/// The shares of one whole, so that what is printed adds up to 100 (R206): the largest remainders get what cutting off left,
/// the first of equals first. All dashes where the whole is nothing.
pub fn shares(parts: &[u64], places: u32) -> Vec<String> {
    let whole: u128 = parts.iter().copied().map(u128::from).sum();
    if whole == 0 {
        return vec![DASH.to_owned(); parts.len()];
    }
    let all = 100 * 10_u128.pow(places);
    let mut units: Vec<u128> = parts
        .iter()
        .map(|part| u128::from(*part) * all / whole)
        .collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(u128::from(parts[*index]) * all % whole));
    let left = all - units.iter().sum::<u128>();
    for index in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        units[index] += 1;
    }
    units
        .into_iter()
        .map(|units| percent(units, places))
        .collect()
}

/// What was counted for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    from: NaiveDate,
    to: NaiveDate,
    /// Received in the period.
    pub received: u64,
    /// Accepted in the period.
    pub accepted: u64,
    /// Accepted since the founding, up to the end of the period.
    pub accepted_ever: u64,
    /// Decided in the period.
    pub decided: u64,
    /// Decided since the founding, up to the end of the period.
    pub decided_ever: u64,
    /// Withdrawn in the period after acceptance.
    pub withdrawn: u64,
    /// Accepted and open when the period began (上期结转).
    pub carried_over: u64,
    /// Accepted and open when it ended.
    pub open: u64,
    /// Decided in the period on time.
    pub on_time: u64,
    /// Open when it ended, past the date promised.
    pub open_overdue: u64,
    /// Decided in the period at the counter.
    pub on_site: u64,
}

impl Facts {
    /// Nothing counted yet, for a period with both its days.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Self {
        Self {
            from,
            to,
            received: 0,
            accepted: 0,
            accepted_ever: 0,
            decided: 0,
            decided_ever: 0,
            withdrawn: 0,
            carried_over: 0,
            open: 0,
            on_time: 0,
            open_overdue: 0,
            on_site: 0,
        }
    }

    fn holds(&self, on: NaiveDate) -> bool {
        self.from <= on && on <= self.to
    }

    /// Counts one case.
    pub fn count(&mut self, case: &Case) {
        let received_on = case.received_at.map(super::time::hall_date);
        self.received += u64::from(received_on.is_some_and(|on| self.holds(on)));
        let Some(acceptance) = &case.acceptance else {
            return;
        };
        if acceptance.on > self.to {
            return;
        }
        self.accepted_ever += 1;
        self.accepted += u64::from(self.holds(acceptance.on));
        let ended_by = |on: NaiveDate| case.ended_on.is_some_and(|ended_on| ended_on <= on);
        let before = self.from.pred_opt().unwrap_or(self.from);
        self.carried_over += u64::from(acceptance.on < self.from && !ended_by(before));
        if ended_by(self.to) {
            self.count_ended(case);
        } else {
            self.open += 1;
            self.open_overdue += u64::from(is_overdue(case, self.to));
        }
    }

    fn count_ended(&mut self, case: &Case) {
        let in_period = case.ended_on.is_some_and(|on| self.holds(on));
        let Some(decision) = &case.decision else {
            self.withdrawn += u64::from(in_period);
            return;
        };
        self.decided_ever += 1;
        if in_period {
            self.decided += 1;
            self.on_time += u64::from(case.is_on_time());
            self.on_site += u64::from(decision.on_site);
        }
    }

    /// 办结率, since the founding (R214).
    pub fn completion_cumulative(&self) -> Ratio {
        Ratio::new(self.decided_ever, self.accepted_ever)
    }

    /// 办结率 of the period, out of what was open and what came (R214).
    pub fn completion_period(&self) -> Ratio {
        Ratio::new(self.decided, self.carried_over + self.accepted)
    }

    /// 按时办结率: what is still open and past its date counts against it (R210).
    pub fn on_time_rate(&self) -> Ratio {
        Ratio::new(self.on_time, self.decided + self.open_overdue)
    }

    /// 现场办结率 (R209).
    pub fn on_site_rate(&self) -> Ratio {
        Ratio::new(self.on_site, self.decided)
    }

    /// Whether what was open and what came equals what went and what is open (R219).
    pub fn balances(&self) -> bool {
        self.carried_over + self.accepted == self.decided + self.withdrawn + self.open
    }
}

/// Past its promised date at the end of the day `on`; not while its clock stands, nor while it is with the superior body (R70).
fn is_overdue(case: &Case, on: NaiveDate) -> bool {
    let runs = case.state != CaseState::Paused && case.submitted_on.is_none();
    let due = case.dues.as_ref().map(|dues| dues.committed_on);
    runs && due.is_some_and(|due_on| due_on <= on)
}

/// One indicator as it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Indicator {
    /// `completion_cumulative`, `completion_period`, `on_time`, `on_site`.
    pub code: String,
    /// What it is, in words of the bulletin.
    pub label: String,
    /// Of how many it is true.
    pub numerator: u64,
    /// Out of how many.
    pub denominator: u64,
    /// In percent, cut off to two places; null out of nothing.
    pub rate: Option<f64>,
    /// As printed.
    pub shown: String,
    /// How many of the denominator were carried over from before the period (含上期结转, R214).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_over: Option<u64>,
}

/// Every indicator of a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Indicators {
    /// The first day.
    #[schemars(with = "String")]
    pub from: NaiveDate,
    /// The last day.
    #[schemars(with = "String")]
    pub to: NaiveDate,
    /// The indicators.
    pub indicators: Vec<Indicator>,
    /// Received in the period.
    pub received: u64,
    /// Accepted in the period.
    pub accepted: u64,
    /// Decided in the period.
    pub decided: u64,
    /// Withdrawn in the period after acceptance.
    pub withdrawn: u64,
    /// Open when it ended.
    pub open: u64,
    /// Whether the figures add up (R219).
    pub balances: bool,
}

fn indicator(code: &str, label: &str, ratio: Ratio) -> Indicator {
    Indicator {
        code: code.to_owned(),
        label: label.to_owned(),
        numerator: ratio.numerator,
        denominator: ratio.denominator,
        rate: ratio.rate(),
        shown: ratio.shown(2),
        carried_over: None,
    }
}

/// The indicators of what was counted (R206, R209, R210, R214).
pub fn of(_hall: &Hall, _viewer: &Viewer, facts: &Facts) -> Indicators {
    let period = Indicator {
        carried_over: Some(facts.carried_over),
        ..indicator(
            "completion_period",
            "办结率（本期，含上期结转）",
            facts.completion_period(),
        )
    };
    Indicators {
        from: facts.from,
        to: facts.to,
        indicators: vec![
            indicator(
                "completion_cumulative",
                "办结率（累计）",
                facts.completion_cumulative(),
            ),
            period,
            indicator("on_time", "按时办结率", facts.on_time_rate()),
            indicator("on_site", "现场办结率", facts.on_site_rate()),
        ],
        received: facts.received,
        accepted: facts.accepted,
        decided: facts.decided,
        withdrawn: facts.withdrawn,
        open: facts.open,
        balances: facts.balances(),
    }
}
