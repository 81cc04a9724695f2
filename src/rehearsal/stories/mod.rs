//! The weeks before the demo's morning, told in stories: so that on the morning there is a case of every colour, an errand
//! in every stage, an enquiry that waits for its answer, a finding that waits for its reply. Each story is a script of
//! ordinary commands; a hall without what a story needs goes without the story.

mod cases;
mod enquiries;
mod errands;
mod findings;
mod joint;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    cast::{self, Cast},
    chance::Chance,
    people::People,
    script::Script,
};
use crate::rules::{
    catalogue::{Item, Staff},
    time::Instant,
};

/// Every story that leads up to a morning.
pub(super) fn before(
    cast: &Cast<'_>,
    seed: u64,
    morning: NaiveDate,
    people: &mut People,
) -> Vec<Script> {
    let mut teller = Teller {
        cast,
        morning,
        chance: Chance::of_part(seed, "stories"),
        people,
    };
    let mut scripts = cases::told(&mut teller);
    scripts.extend(joint::told(&mut teller));
    scripts.extend(enquiries::told(&mut teller));
    scripts.extend(errands::told(&mut teller));
    scripts.extend(findings::told(&mut teller));
    scripts
}

/// What every story is told with.
struct Teller<'a, 'b> {
    cast: &'b Cast<'a>,
    morning: NaiveDate,
    chance: Chance,
    people: &'b mut People,
}

impl<'a> Teller<'a, '_> {
    /// Some time in the forenoon, so many working days before the morning; the same morning soon after the doors open.
    fn forenoon(&mut self, days_ago: u32) -> Instant {
        let date = self.cast.days_before(self.morning, days_ago);
        let (hour, minute) = match days_ago {
            0 => (8, self.chance.between(35, 58)),
            _ => (self.chance.between(9, 10), self.chance.between(0, 59)),
        };
        cast::on(date, hour, minute)
    }

    /// Some time in the afternoon, so many working days before the morning.
    fn afternoon(&mut self, days_ago: u32) -> Instant {
        let date = self.cast.days_before(self.morning, days_ago);
        let hour = self.chance.between(15, 16);
        cast::on(date, hour, self.chance.between(0, 59))
    }

    /// A clerk of the item's department.
    fn clerk(&mut self, item: &Item) -> Option<&'a Staff> {
        let counter = self.cast.counter(&item.department, self.morning);
        self.chance.pick(&counter).copied()
    }

    /// An application comes in with these papers.
    fn received(&mut self, item: &Item, clerk: &Staff, papers: &[Value], at: Instant) -> Script {
        let params = json!({"item": item.code, "applicant": self.people.applicant(item),
            "materials": papers});
        Script::at(at)
            .act(clerk, "case.receive", params)
            .keep("case")
    }

    /// An application comes in complete and is accepted some minutes later.
    fn accepted(&mut self, item: &Item, clerk: &Staff, days_ago: u32) -> Script {
        let at = self.forenoon(days_ago);
        let papers = self.cast.papers(item).to_vec();
        let minutes = self.chance.between(4, 12);
        self.received(item, clerk, &papers, at)
            .minutes(minutes)
            .act(clerk, "case.accept", json!({"case": "$case"}))
    }
}
