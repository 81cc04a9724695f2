//! From a request to its answer: sweep, look up, permit, decide, apply, and one commit for all that waited. Nothing is
//! answered before it is durable; what a failed commit would have answered is answered as a failure.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

use crate::{
    rules::{
        self,
        command::Command,
        event::{Event, Subject},
        id::StaffCode,
        permission::{self, Grant, Role},
        refusal::{Refusal, RefusalCode},
        stamp::{Actor, Stamp, Via},
        sweep,
        time::{Instant, hall_date},
        views::Viewer,
    },
    store::{self, Change, LineDraft},
};

use super::{
    Engine, EngineError, Fault,
    erasure::{self, Erasure},
    journal_actor, query,
    records::{self, Sealing},
    request::{self, Memo},
    resolve, seal,
};

/// Who asks, as the connection says; never taken from the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Unix login of the connection.
    pub login: String,
    /// The member of staff; none for the administrator of the data folder and for a kiosk.
    pub staff: Option<StaffCode>,
    /// By which way.
    pub via: Via,
}

impl Identity {
    /// The machine itself, for what the host brings about; never somebody at a connection.
    pub fn hall() -> Self {
        Self {
            login: String::new(),
            staff: None,
            via: Via::Sweep,
        }
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Who asks.
    pub identity: Identity,
    /// What.
    pub method: String,
    /// With which parameters; `request` among them, where the client wants it done once.
    pub params: Value,
}

/// What a group of commands has come to so far.
struct Group {
    at: Instant,
    first_seq: u64,
    drafts: Vec<LineDraft>,
    memos: Vec<(String, Memo)>,
    erasure: Option<Erasure>,
}

impl Group {
    /// A group whose first entry follows the head; time never runs backwards.
    fn after(head: &store::Head, at: Instant) -> Self {
        Self {
            at,
            first_seq: head.seq + 1,
            drafts: Vec::new(),
            memos: Vec::new(),
            erasure: None,
        }
    }

    fn next_seq(&self) -> u64 {
        self.first_seq + self.drafts.len() as u64
    }
}

impl Engine {
    /// Does what waits, in order, as one group: one write, one sync. `at` is the one reading of the clock; the last entry's
    /// time goes before it, so that time never runs backwards. The answers come in the order of the submissions.
    pub fn submit(&mut self, at: Instant, submissions: &[Submission]) -> Vec<Result<Value, Fault>> {
        if self.failed.is_some() {
            return self.without_writing(at, submissions);
        }
        let mut group = Group::after(&self.head, at.max(self.head_at));
        let mut answers = Vec::with_capacity(submissions.len());
        let mut durable = 0;
        let done = self
            .sweep(&mut group)
            .and_then(|()| self.each(group, submissions, &mut answers, &mut durable));
        if let Err(error) = done {
            match error {
                EngineError::ReadOnly { reason } => self.fail(&reason),
                error => self.fail(&error.to_string()),
            }
            answers.truncate(durable);
            answers.extend(self.without_writing(at, &submissions[durable..]));
        }
        answers
    }

    /// Does the submissions and commits them; `durable` counts those whose answers stand, whatever becomes of the rest.
    fn each(
        &mut self,
        mut group: Group,
        submissions: &[Submission],
        answers: &mut Vec<Result<Value, Fault>>,
        durable: &mut usize,
    ) -> Result<(), EngineError> {
        for submission in submissions {
            let answer = self.one(&mut group, submission);
            if let Some(reason) = self.failed.clone() {
                return Err(EngineError::ReadOnly { reason });
            }
            answers.push(answer);
            // What is to be forgotten is forgotten before anybody can read or use it again.
            if group.erasure.is_some() {
                let at = group.at;
                self.commit(group)?;
                *durable = answers.len();
                group = Group::after(&self.head, at);
            }
        }
        self.commit(group)
    }

    /// The answers of a hall that acknowledges nothing new: questions, and what was done before.
    fn without_writing(
        &mut self,
        at: Instant,
        submissions: &[Submission],
    ) -> Vec<Result<Value, Fault>> {
        let reason = self.failed.clone().unwrap_or_default();
        submissions
            .iter()
            .map(|submission| {
                self.ask(at, submission)
                    .or_else(|| self.recall(at, submission))
                    .unwrap_or_else(|| Err(read_only(&reason).into()))
            })
            .collect()
    }

    /// Brings about what time alone has brought about by `at`, without a command.
    pub fn pass_time(&mut self, at: Instant) -> Result<(), EngineError> {
        if let Some(reason) = &self.failed {
            return Err(read_only(reason));
        }
        let mut group = Group::after(&self.head, at.max(self.head_at));
        let swept = self.sweep(&mut group).and_then(|()| self.commit(group));
        if let Err(error) = swept {
            self.fail(&error.to_string());
            return Err(error);
        }
        Ok(())
    }

    /// After a failure memory may be ahead of the disk: it is dropped, and what is durable is loaded again, for queries.
    pub(super) fn fail(&mut self, reason: &str) {
        self.failed = Some(reason.to_owned());
        let durable = records::load_hall(&*self.store, self.sealing()).and_then(|mut hall| {
            let today = hall_date(self.head_at);
            records::load_day(&mut hall, today, &*self.store, self.sealing())?;
            Ok(hall)
        });
        // What cannot be loaded is not shown either: better nothing than something that is not durable.
        self.hall = durable.unwrap_or_default();
    }

    fn sweep(&mut self, group: &mut Group) -> Result<(), EngineError> {
        loop {
            let step = sweep::next_step(&self.hall, self.swept);
            if step.at() > group.at {
                self.swept = group.at.max(self.swept);
                return Ok(());
            }
            let actor = Actor {
                staff: None,
                role: Role::Hall,
                window: None,
                login: String::new(),
                via: Via::Sweep,
            };
            let mut stamp = Stamp::new(group.next_seq(), group.at, actor, self.free_slots()?);
            stamp.on = match step {
                sweep::Step::Due(at) => hall_date(at),
                sweep::Step::Closed(on) => on,
            };
            let events = sweep::events(&self.hall, &stamp, step);
            self.enter(group, &stamp, None, &events)?;
            self.swept = step.at();
        }
    }

    /// Takes decided events into the group and into memory; nothing for none.
    fn enter(
        &mut self,
        group: &mut Group,
        stamp: &Stamp,
        request: Option<String>,
        events: &[Event],
    ) -> Result<(), EngineError> {
        if events.is_empty() {
            return Ok(());
        }
        let mut sealed = Vec::with_capacity(events.len());
        for event in events {
            let value = event.to_value();
            resolve::load(
                &mut self.hall,
                &value,
                &*self.store,
                Sealing {
                    hall_id: &self.hall_id,
                    keys: &self.keys,
                },
            )?;
            self.use_slots(seal::highest_slot(&value));
            sealed.push(seal::seal_stored(&self.hall_id, value, &self.keys)?);
            self.hall.apply(event);
            self.touched.insert(event.noun());
            if let Some(erasure) = erasure::after(event, &mut self.hall, &*self.store)? {
                self.touched.extend(&erasure.nouns);
                group.erasure = Some(erasure);
            }
        }
        let actor = &stamp.actor;
        group.drafts.push(LineDraft {
            seq: stamp.seq,
            group: group.first_seq,
            at: stamp.at,
            actor: journal_actor(
                actor.staff.as_ref().map(ToString::to_string),
                actor.role,
                actor.window.as_ref().map(ToString::to_string),
                &actor.login,
                actor.via,
            ),
            request,
            events: sealed,
        });
        Ok(())
    }

    fn commit(&mut self, group: Group) -> Result<(), EngineError> {
        if group.drafts.is_empty() {
            return Ok(());
        }
        let lines = store::line::chain(&self.head, group.drafts).map_err(|(at, fault)| {
            store::StoreError::Unfit {
                seq: group.first_seq + at as u64,
                fault,
            }
        })?;
        let mut changes = self.forget_requests(group.at)?;
        let forgotten = group.erasure.map(|erasure| {
            changes.extend(erasure.changes);
            erasure.slot
        });
        changes.extend(records::take_changes(
            &mut self.hall,
            Sealing {
                hall_id: &self.hall_id,
                keys: &self.keys,
            },
        )?);
        changes.extend(
            group
                .memos
                .iter()
                .map(|(key, memo)| request::remember(key.clone(), memo)),
        );
        self.head = self.store.commit(&self.head, &lines, &changes)?;
        self.head_at = group.at;
        if let Some(slot) = forgotten {
            let people = &mut self.keys.people;
            people.forget(&[slot]).map_err(seal::SealError::from)?;
        }
        if records::trimmable(&self.hall) > records::CLOSED_IN_MEMORY_MAX {
            records::trim(&mut self.hall, hall_date(group.at));
        }
        Ok(())
    }

    fn forget_requests(&self, at: Instant) -> Result<Vec<Change>, EngineError> {
        if hall_date(at) == hall_date(self.head_at) {
            return Ok(Vec::new());
        }
        request::forget(&*self.store, hall_date(at))
    }

    fn one(&mut self, group: &mut Group, submission: &Submission) -> Result<Value, Fault> {
        if !rules::permission::is_command(&submission.method) {
            let unknown = || Err(Fault::UnknownMethod(submission.method.clone()));
            return self.ask(group.at, submission).unwrap_or_else(unknown);
        }
        let mut params = submission.params.clone();
        let request = take_request(&mut params)?;
        if let Some(id) = &request
            && let Some(repeated) = self.repeated(group, submission, id, &params)?
        {
            return repeated;
        }
        let print = request::print(&self.keys.hall, &submission.method, &params);
        let (command, taken) = self.understand(group, &submission.method, params)?;
        let first_slot = self.free_slots()? + taken;
        let (actor, grant) = self.permit(&submission.identity, &submission.method)?;
        let stamp = Stamp::new(group.next_seq(), group.at, actor, first_slot);
        let events = self.decide(&stamp, &command, grant)?;
        self.sealable(&events)?;
        let subject = request::answering(&events);
        let written = request.as_deref().map(|id| request::written(id, &print));
        self.enter(group, &stamp, written, &events)
            .map_err(|error| self.poison(&error))?;
        if let (Some(id), false) = (&request, events.is_empty()) {
            let memo = Memo {
                print,
                subject: super::answer::written(subject.as_ref()),
            };
            group
                .memos
                .push((memo_key(group.at, &submission.identity, id), memo));
        }
        let viewer = self.viewer(group.at, &submission.identity);
        Ok(match subject {
            Some(subject) => {
                super::answer::of(&self.hall, &viewer, &submission.method, &subject, grant)
            }
            None => Value::Null,
        })
    }

    /// Nothing more is said about somebody whose data were erased (R226): their slot seals nothing any more. Asked before memory
    /// takes anything, for what cannot be sealed cannot be written.
    fn sealable(&self, events: &[Event]) -> Result<(), Fault> {
        for event in events {
            for slot in seal::clear_slots(&event.to_value()) {
                if self
                    .keys
                    .people
                    .slot(slot)
                    .map_err(seal::SealError::from)
                    .map_err(EngineError::from)?
                    .is_none()
                {
                    return Err(Refusal::new(RefusalCode::PersonErased).into());
                }
            }
        }
        Ok(())
    }

    /// Memory has taken what cannot be written: the group must not go on.
    fn poison(&mut self, error: &EngineError) -> Fault {
        self.failed = Some(error.to_string());
        Fault::Failed(error.to_string())
    }

    /// Reads the command, looks its records and persons up. Gives how many key slots its new persons take.
    fn understand(
        &mut self,
        group: &Group,
        method: &str,
        mut params: Value,
    ) -> Result<(Command, u64), Fault> {
        let first = self.free_slots()?;
        resolve::numbers(&mut params, hall_date(group.at), &*self.store)?;
        let sealing = Sealing {
            hall_id: &self.hall_id,
            keys: &self.keys,
        };
        resolve::load(&mut self.hall, &params, &*self.store, sealing)?;
        let mut command = Command::parse(method, params)
            .ok_or_else(|| Fault::UnknownMethod(method.to_owned()))??;
        let taken = resolve::people(
            command.people_mut(),
            &mut self.hall,
            &*self.store,
            sealing,
            first,
            hall_date(group.at),
        )?;
        Ok((command, taken))
    }

    /// The one choke point of permission.
    fn permit(&self, identity: &Identity, method: &str) -> Result<(Actor, Grant), Refusal> {
        let roles = self.roles(identity);
        let (role, grant) = permission::grant(&roles, method).ok_or_else(|| {
            let shown: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            let allowed: Vec<&str> = permission::row_of(method)
                .map(|row| row.allowed.iter().map(|role| role.as_str()).collect())
                .unwrap_or_default();
            Refusal::new(RefusalCode::NotPermitted)
                .with("role", shown.join("+"))
                .with("verb", method)
                .with("allowed", allowed)
        })?;
        let window = identity
            .staff
            .as_ref()
            .and_then(|staff| rules::window::seat_of(&self.hall, staff));
        let actor = Actor {
            staff: identity.staff.clone(),
            role,
            window,
            login: identity.login.clone(),
            via: identity.via,
        };
        Ok((actor, grant))
    }

    fn roles(&self, identity: &Identity) -> Vec<Role> {
        match (&identity.staff, identity.via) {
            (Some(code), _) => self
                .hall
                .staff
                .get(code)
                .map(|staff| staff.roles.clone())
                .unwrap_or_default(),
            (None, Via::Kiosk) => vec![Role::Public],
            // The machine's own way; no connection is let in by it.
            (None, Via::Sweep) => vec![Role::Hall],
            (None, _) => vec![Role::Admin],
        }
    }

    /// For whom a view is made.
    pub(super) fn viewer(&self, at: Instant, identity: &Identity) -> Viewer {
        Viewer {
            at,
            staff: identity.staff.clone(),
            roles: self.roles(identity),
        }
    }

    fn decide(&self, stamp: &Stamp, command: &Command, grant: Grant) -> Result<Vec<Event>, Fault> {
        // Deciding only reads: a panic in it is a bug that this command meets alone, and the hall goes on.
        let decided = catch_unwind(AssertUnwindSafe(|| match grant {
            Grant::Do => rules::decide(&self.hall, stamp, command),
            Grant::Propose => rules::proposal::propose(&self.hall, stamp, command),
        }));
        match decided {
            Ok(decided) => Ok(decided?),
            Err(_) => Err(Fault::Failed(format!(
                "internal error while deciding {}; nothing was changed",
                command.method()
            ))),
        }
    }

    /// A question: answered from what is durable and what this group has decided so far. None if it is no question.
    pub fn ask(&mut self, at: Instant, submission: &Submission) -> Option<Result<Value, Fault>> {
        let at = at.max(self.head_at);
        query::answer(self, at, submission)
    }

    /// What a command answers that was done before under its request id; none for any other. It writes nothing, so that a hall
    /// which takes no commands, read-only or with a wrong clock, still tells those who lost their answer that it is done.
    pub fn recall(&mut self, at: Instant, submission: &Submission) -> Option<Result<Value, Fault>> {
        if !permission::is_command(&submission.method) {
            return None;
        }
        let mut params = submission.params.clone();
        let id = take_request(&mut params).ok().flatten()?;
        let nothing = Group::after(&self.head, at.max(self.head_at));
        self.repeated(&nothing, submission, &id, &params)
            .unwrap_or_else(|fault| Some(Err(fault)))
    }

    /// The answer of a request that was done before: the record as it is now; a refusal if the id stands for something else.
    fn repeated(
        &mut self,
        group: &Group,
        submission: &Submission,
        id: &str,
        params: &Value,
    ) -> Result<Option<Result<Value, Fault>>, Fault> {
        let staff = submission
            .identity
            .staff
            .as_ref()
            .map_or("", StaffCode::as_str);
        let key = memo_key(group.at, &submission.identity, id);
        let waiting = group
            .memos
            .iter()
            .find(|(waiting, _)| *waiting == key)
            .map(|(_, memo)| memo.clone());
        let memo = match waiting {
            Some(memo) => Some(memo),
            None => request::recall(
                &*self.store,
                hall_date(group.at),
                &submission.identity.login,
                staff,
                id,
            )?,
        };
        let Some(memo) = memo else { return Ok(None) };
        if memo.print != request::print(&self.keys.hall, &submission.method, params) {
            return Ok(Some(Err(Refusal::new(RefusalCode::RequestReused).into())));
        }
        let viewer = self.viewer(group.at, &submission.identity);
        let mut answer = match super::answer::read_subject(&memo.subject) {
            Some(subject) => {
                let sealing = Sealing {
                    hall_id: &self.hall_id,
                    keys: &self.keys,
                };
                records::ensure(&mut self.hall, &subject, &*self.store, sealing)?;
                // A proposal that stood in for the command answers as it did then.
                let stood_in = matches!(subject, Subject::Proposal(_))
                    && !submission.method.starts_with("proposal.");
                let grant = if stood_in { Grant::Propose } else { Grant::Do };
                // The record as it is now: a full identity is shown once for each look that is on record (R225).
                let noun = submission.method.split('.').next().unwrap_or_default();
                super::answer::of(&self.hall, &viewer, noun, &subject, grant)
            }
            None => json!({}),
        };
        if let Value::Object(fields) = &mut answer {
            fields.insert("repeated".to_owned(), Value::Bool(true));
        }
        Ok(Some(Ok(answer)))
    }
}

fn memo_key(at: Instant, identity: &Identity, id: &str) -> String {
    let staff = identity.staff.as_ref().map_or("", StaffCode::as_str);
    request::key(hall_date(at), &identity.login, staff, id)
}

fn read_only(reason: &str) -> EngineError {
    EngineError::ReadOnly {
        reason: reason.to_owned(),
    }
}

/// Takes the request id out of the parameters.
fn take_request(params: &mut Value) -> Result<Option<String>, Fault> {
    let fault = |message: &str| {
        Fault::Params(rules::method::ParamFault {
            path: "request".to_owned(),
            message: message.to_owned(),
        })
    };
    let Value::Object(fields) = params else {
        return Ok(None);
    };
    match fields.remove("request") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => {
            let plain = id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
            if plain && (16..=request::REQUEST_ID_MAX).contains(&id.len()) {
                Ok(Some(id))
            } else {
                Err(fault("16 to 64 characters of base64url"))
            }
        }
        Some(_) => Err(fault("must be a string")),
    }
}
