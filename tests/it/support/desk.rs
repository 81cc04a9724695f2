//! A member of staff at one page of a console that is joined to a hall in memory: keys are counted, as jobs are
//! measured by them, and the screen is read as text.

use banshi::i18n::Lang;
use serde_json::{Value, json};

use crate::hall_console::{Desk, World};

/// Somebody at work on one page.
pub(crate) struct Worker {
    desk: Desk,
    pressed: usize,
}

impl Worker {
    /// Somebody at a terminal of 80 by 24 in Chinese, on the page that `page` goes to.
    pub(crate) fn at(world: &World, staff: &str, page: &str) -> Worker {
        Worker::sized(world, staff, page, (80, 24), Lang::ZhCn)
    }

    /// The same at a terminal of another size, in a language.
    pub(crate) fn sized(
        world: &World,
        staff: &str,
        page: &str,
        size: (u16, u16),
        lang: Lang,
    ) -> Worker {
        let mut worker = Worker {
            desk: world.open_as(staff, size, lang),
            pressed: 0,
        };
        worker.keys(page);
        worker.desk.requests.clear();
        worker.pressed = 0;
        worker
    }

    /// Presses keys, as keymaps write them, and rests a moment.
    pub(crate) fn keys(&mut self, written: &str) -> &mut Worker {
        self.pressed += self.desk.keys(written);
        self.desk.rest();
        self
    }

    /// Types text into the field that has the cursor; it counts as no key of a job.
    pub(crate) fn text(&mut self, text: &str) -> &mut Worker {
        self.desk.keys(text);
        self
    }

    /// How many keys were pressed since this was last asked.
    pub(crate) fn pressed(&mut self) -> usize {
        std::mem::take(&mut self.pressed)
    }

    /// Takes what changed meanwhile.
    pub(crate) fn settle(&mut self) -> &mut Worker {
        self.desk.settle();
        self.desk.rest();
        self
    }

    /// The terminal has another size.
    pub(crate) fn resize(&mut self, width: u16, height: u16) -> &mut Worker {
        self.desk.resize(width, height);
        self
    }

    /// Times that the bell rang.
    pub(crate) fn rung(&self) -> usize {
        self.desk.rung
    }

    /// The bytes that the terminal gets for these keys, before anything rests.
    pub(crate) fn bytes_of(&mut self, written: &str) -> usize {
        self.desk.frame();
        self.desk.keys(written);
        self.desk.frame()
    }

    /// The commands that went out, by their methods.
    pub(crate) fn commands(&self) -> Vec<&str> {
        let asked = self.desk.requests.iter().map(|(method, _)| *method);
        asked
            .filter(|method| banshi::rules::permission::is_command(method))
            .collect()
    }

    /// The parameters of the last request of a method.
    pub(crate) fn last(&self, method: &str) -> &Value {
        self.desk.last(method)
    }

    /// The screen as text.
    pub(crate) fn picture(&self) -> String {
        self.desk.text()
    }

    /// The footer, which says what can be done now.
    pub(crate) fn footer(&self) -> String {
        let picture = self.picture();
        picture.lines().last().unwrap_or_default().to_owned()
    }

    /// Holds the screen to a text.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> &mut Worker {
        self.desk.shows(text);
        self
    }

    /// Holds the screen to be without a text.
    #[track_caller]
    pub(crate) fn hides(&mut self, text: &str) -> &mut Worker {
        self.desk.hides(text);
        self
    }
}

/// A person as a client of an order.
pub(crate) fn client(name: &str) -> Value {
    json!({ "name": name, "phone": "13800000000" })
}
