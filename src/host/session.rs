//! Who is at the other end of a connection, and what they may say of themselves. Identity comes from the connection and the
//! hall's tables, never from a request: whoever owns the data folder speaks for anybody, a login of one's own for its owner, a
//! shared login for whom it names, with the PIN of whoever has one.

use crossbeam_channel::{Receiver, TryRecvError};
use serde_json::{Value, json};

use crate::{
    engine::{Engine, Identity},
    rules::{
        hall::Hall,
        id::{StaffCode, WindowCode},
        method::{ParamFault, read_params},
        permission::Role,
        refusal::{Refusal, RefusalCode, not_found},
        stamp::Via,
        views::{self, Viewer, ticket::TicketView},
        window,
    },
    sys,
    wire::{CONTRACT, ErrorObject, Hello, Id},
};

use super::{
    HallClock,
    pin::{PinDesk, Ring},
};

/// Somebody of this process, who owns the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Unix login.
    pub login: String,
    /// By which way, until the greeting says.
    pub via: Via,
}

/// Somebody of another process, as the system vouches for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outsider {
    /// Unix login.
    pub login: String,
    /// That user's number.
    pub uid: u32,
}

/// For whom a connection may speak.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// For anybody, and as the administrator for nobody in particular.
    Owner,
    /// For whom it names, with their PIN where they have one.
    Shared,
    /// For this member of staff.
    Own(StaffCode),
}

impl Standing {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Shared => "shared",
            Self::Own(_) => "own",
        }
    }
}

/// What the system says of the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    Inside,
    Outside { uid: u32 },
}

/// What a greeting may touch beside its session.
pub(super) struct Porch<'a> {
    pub(super) engine: &'a Engine,
    pub(super) clock: &'a mut HallClock,
    pub(super) pins: &'a mut PinDesk,
    /// Done when a PIN was compared, from another thread.
    pub(super) ring: Option<Ring>,
    /// Whether a greeting set the clock.
    pub(super) clock_was_set: bool,
}

/// A greeting whose PIN is being compared.
struct Checking {
    id: Id,
    hello: Hello,
    standing: Standing,
    staff: StaffCode,
    verdict: Receiver<bool>,
}

/// A session: a connection with an identity.
pub(super) struct Session {
    pub(super) identity: Identity,
    origin: Origin,
    standing: Option<Standing>,
    checking: Option<Checking>,
}

type Answer = Result<Value, ErrorObject>;

impl Session {
    /// Of somebody of this process, who may ask without a greeting.
    pub(super) fn inside(peer: Peer) -> Self {
        Self::new(peer.login, peer.via, Origin::Inside, Some(Standing::Owner))
    }

    /// Of somebody else, who has to greet first.
    pub(super) fn outside(outsider: Outsider) -> Self {
        let origin = Origin::Outside { uid: outsider.uid };
        Self::new(outsider.login, Via::Call, origin, None)
    }

    fn new(login: String, via: Via, origin: Origin, standing: Option<Standing>) -> Self {
        Self {
            identity: Identity {
                login,
                staff: None,
                via,
            },
            origin,
            standing,
            checking: None,
        }
    }

    /// What a greeting waits for; while it does, nothing else of this connection is taken.
    pub(super) fn verdict(&self) -> Option<&Receiver<bool>> {
        self.checking.as_ref().map(|checking| &checking.verdict)
    }

    /// Whether it may ask the hall for anything yet.
    ///
    /// # Errors
    /// `session.hello_first` before a connection from outside has greeted.
    pub(super) fn admitted(&self) -> Result<(), ErrorObject> {
        match self.standing {
            Some(_) => Ok(()),
            None => Err(refused(RefusalCode::SessionHelloFirst.into())),
        }
    }

    /// For whom drafts are kept here: the member of staff, else the owner of the data folder. Nobody for the public.
    pub(super) fn keeper(&self) -> Option<String> {
        let staff = self.identity.staff.as_ref().map(ToString::to_string);
        let owner = || {
            let is_owner = self.standing == Some(Standing::Owner);
            is_owner.then(|| format!("@{}", self.identity.login))
        };
        staff.or_else(owner)
    }

    /// `session.hello`: takes on a member of staff, a way, and in a training hall a time. None while a PIN is compared.
    pub(super) fn hello(&mut self, id: &Id, params: Value, porch: &mut Porch) -> Option<Answer> {
        match self.begin(id, params, porch) {
            Ok(Some(greeting)) => Some(Ok(greeting)),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }

    fn begin(
        &mut self,
        id: &Id,
        params: Value,
        porch: &mut Porch,
    ) -> Result<Option<Value>, ErrorObject> {
        refuse_other_contract(&params)?;
        let mut hello: Hello =
            read_params(params).map_err(|fault| ErrorObject::invalid_params(&fault))?;
        refuse_machine_ways(&hello)?;
        let standing = self.standing_in(porch.engine)?;
        let staff = speaker(&standing, hello.staff.take(), porch.engine)?;
        let pin = hello.pin.take();
        let hash = staff
            .as_ref()
            .filter(|_| standing == Standing::Shared)
            .and_then(|staff| porch.engine.hall().staff.get(staff))
            .map(|staff| staff.pin.to_string())
            .filter(|hash| !hash.is_empty());
        let (Some(hash), Some(code)) = (hash, &staff) else {
            return self.admit(standing, staff, &hello, porch).map(Some);
        };
        let Some(pin) = pin else {
            let refusal = Refusal::new(RefusalCode::SessionPinRequired);
            return Err(refused(refusal.with("staff", code.to_string())));
        };
        let now = porch.clock.now();
        porch.pins.may_try(code, now).map_err(refused)?;
        self.checking = Some(Checking {
            id: id.clone(),
            verdict: porch.pins.compare(pin, hash, porch.ring.take()),
            standing,
            staff: code.clone(),
            hello,
        });
        Ok(None)
    }

    /// Finishes a greeting whose PIN was compared: its answer, or none yet.
    pub(super) fn checked(&mut self, porch: &mut Porch) -> Option<(Id, Answer)> {
        let verdict = self.verdict()?.try_recv();
        if verdict == Err(TryRecvError::Empty) {
            return None;
        }
        let checking = self.checking.take()?;
        let now = porch.clock.now();
        let answer = match verdict {
            Ok(is_right) => porch
                .pins
                .count(&checking.staff, is_right, now)
                .map_err(refused)
                .and_then(|()| {
                    let staff = Some(checking.staff);
                    self.admit(checking.standing, staff, &checking.hello, porch)
                }),
            Err(_) => Err(ErrorObject::internal("the PIN could not be compared")),
        };
        Some((checking.id, answer))
    }

    /// Gives up a greeting whose PIN is still being compared: which request it was.
    pub(super) fn give_up(&mut self) -> Option<Id> {
        self.checking.take().map(|checking| checking.id)
    }

    /// What the hall's tables say of this login. A shared login is nobody's, whoever owns the data folder.
    fn standing_in(&self, engine: &Engine) -> Result<Standing, ErrorObject> {
        let Origin::Outside { uid } = self.origin else {
            return Ok(Standing::Owner);
        };
        let login = &self.identity.login;
        let hall = engine.hall();
        if hall.profile().shared_logins.contains(login) {
            return Ok(Standing::Shared);
        }
        if uid == sys::user::own_uid() || uid == 0 {
            return Ok(Standing::Owner);
        }
        let own = hall.staff.values().find(|staff| staff.login == *login);
        own.map(|staff| Standing::Own(staff.code.clone()))
            .ok_or_else(|| {
                let refusal = Refusal::new(RefusalCode::SessionUnknownLogin);
                refused(refusal.with("login", login.as_str()))
            })
    }

    fn admit(
        &mut self,
        standing: Standing,
        staff: Option<StaffCode>,
        hello: &Hello,
        porch: &mut Porch,
    ) -> Answer {
        if let Some(at) = hello.at {
            set_clock(at, porch)?;
        }
        if let Some(via) = hello.via {
            self.identity.via = via;
        }
        if standing == Standing::Shared && staff.is_none() {
            // Whoever stands at a shared login without a name is the public, and all that the public does is self-service.
            self.identity.via = Via::Kiosk;
        }
        self.identity.staff = staff;
        let greeting = self.greeting(&standing, porch);
        self.standing = Some(standing);
        Ok(greeting)
    }

    fn greeting(&self, standing: &Standing, porch: &Porch) -> Value {
        let hall = porch.engine.hall();
        let profile = hall.profile();
        let staff = self.identity.staff.as_ref();
        let row = staff.and_then(|code| hall.staff.get(code));
        let nobody = match self.identity.via {
            Via::Kiosk => Role::Public,
            _ => Role::Admin,
        };
        let roles = row.map_or_else(|| vec![nobody], |row| row.roles.clone());
        let window = staff.and_then(|staff| window::seat_of(hall, staff));
        let viewer = Viewer {
            at: porch.clock.now().max(porch.engine.head_at()),
            staff: staff.cloned(),
            roles,
        };
        json!({
            "contract": CONTRACT,
            "hall": {"id": profile.id, "name": profile.name, "name_en": profile.name_en, "scheme": profile.scheme},
            "training": hall.training(),
            "at": crate::rules::time::shown(viewer.at),
            "login": self.identity.login,
            "standing": standing.as_str(),
            "roles": viewer.roles,
            "staff": row.map(|staff| json!({"code": staff.code, "name": staff.name, "name_en": staff.name_en,
                "department": staff.department, "roles": staff.roles, "post": staff.post})),
            "in_hand": window.as_ref().and_then(|window| in_hand(hall, window, &viewer)),
            "window": window,
        })
    }
}

/// The ticket in hand at a window (R41a): whoever comes back to it is shown what they left.
fn in_hand(hall: &Hall, window: &WindowCode, viewer: &Viewer) -> Option<TicketView> {
    let ticket = hall.tickets.get(&hall.desks.get(window)?.in_hand?)?;
    Some(views::ticket::of(hall, viewer, ticket))
}

fn refused(refusal: Refusal) -> ErrorObject {
    ErrorObject::refused(&refusal)
}

/// Another contract is refused before anything else is read: its greeting may have fields that this one does not know.
pub(super) fn refuse_other_contract(params: &Value) -> Result<(), ErrorObject> {
    match params.get("contract") {
        Some(theirs) if theirs.is_number() && *theirs != json!(CONTRACT) => {
            Err(ErrorObject::invalid_params(&ParamFault {
                path: "contract".to_owned(),
                message: format!(
                    "the client speaks contract {theirs}, this hall contract {CONTRACT}; use the same version of banshi at both ends"
                ),
            }))
        }
        _ => Ok(()),
    }
}

/// Only ways that somebody can come by may be claimed; the others are the machine's own.
fn refuse_machine_ways(hello: &Hello) -> Result<(), ErrorObject> {
    match hello.via {
        None | Some(Via::Console | Via::Call | Via::Kiosk) => Ok(()),
        Some(_) => Err(ErrorObject::invalid_params(&ParamFault {
            path: "via".to_owned(),
            message: "a session comes by console, call or kiosk".to_owned(),
        })),
    }
}

/// For whom a session speaks: whom it names, as far as its standing lets it.
fn speaker(
    standing: &Standing,
    named: Option<StaffCode>,
    engine: &Engine,
) -> Result<Option<StaffCode>, ErrorObject> {
    match (standing, named) {
        (Standing::Own(own), Some(named)) if *own != named => Err(refused(
            Refusal::new(RefusalCode::SessionNotYou)
                .with("staff", own.to_string())
                .with("asked", named.to_string()),
        )),
        (Standing::Own(own), _) => Ok(Some(own.clone())),
        (_, Some(named)) if !engine.hall().staff.contains(&named) => {
            Err(refused(not_found("staff", &named)))
        }
        (_, named) => Ok(named),
    }
}

/// A training hall's clock is set by whoever greets with a time; none of a real hall, and never back.
fn set_clock(at: crate::rules::time::Instant, porch: &mut Porch) -> Result<(), ErrorObject> {
    if !porch.engine.hall().training() {
        return Err(refused(RefusalCode::NotTraining.into()));
    }
    if at < porch.engine.head_at() {
        return Err(refused(
            Refusal::new(RefusalCode::ClockBackwards)
                .with("at", crate::rules::time::shown(at))
                .with("head", crate::rules::time::shown(porch.engine.head_at())),
        ));
    }
    porch.clock.set(at);
    porch.clock_was_set = true;
    Ok(())
}
