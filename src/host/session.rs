//! Who is at the other end of a connection, and what they may say of themselves (design section 4). Whoever owns the data
//! folder speaks for anybody; identity never comes from a request.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    engine::{Engine, Identity},
    rules::{
        method::{ParamFault, read_params},
        refusal::{Refusal, RefusalCode, not_found},
        stamp::Via,
    },
    wire::{CONTRACT, ErrorObject, Hello, Topic, Watch},
};

use super::HallClock;

/// What is known of a connection's other end before it says anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Unix login.
    pub login: String,
    /// By which way, until the greeting says.
    pub via: Via,
}

/// A session: a connection with an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) identity: Identity,
    pub(super) topics: BTreeSet<Topic>,
}

impl Session {
    pub(super) fn new(peer: Peer) -> Self {
        Self {
            identity: Identity {
                login: peer.login,
                staff: None,
                via: peer.via,
            },
            topics: BTreeSet::new(),
        }
    }

    /// `session.hello`: takes on a member of staff, a way, and in a training hall a time.
    pub(super) fn hello(
        &mut self,
        params: Value,
        engine: &Engine,
        clock: &mut HallClock,
    ) -> Result<Value, ErrorObject> {
        let hello: Hello =
            read_params(params).map_err(|fault| ErrorObject::invalid_params(&fault))?;
        if hello.contract != CONTRACT {
            let message =
                format!("this hall speaks contract {CONTRACT}; use a banshi of the same version");
            return Err(ErrorObject::invalid_params(&ParamFault {
                path: "contract".to_owned(),
                message,
            }));
        }
        let refused = |refusal: Refusal| ErrorObject::refused(&refusal);
        if let Some(staff) = &hello.staff
            && !engine.hall().staff.contains(staff)
        {
            return Err(refused(not_found("staff", staff)));
        }
        if let Some(at) = hello.at {
            if !engine.hall().training() {
                return Err(refused(RefusalCode::NotTraining.into()));
            }
            if at < engine.head_at() {
                return Err(refused(
                    Refusal::new(RefusalCode::ClockBackwards)
                        .with("at", crate::rules::time::shown(at))
                        .with("head", crate::rules::time::shown(engine.head_at())),
                ));
            }
            clock.set(at);
        }
        self.identity.staff = hello.staff;
        if let Some(via) = hello.via {
            self.identity.via = via;
        }
        Ok(self.greeting(engine, clock))
    }

    fn greeting(&self, engine: &Engine, clock: &HallClock) -> Value {
        let profile = engine.hall().profile();
        let staff = self
            .identity
            .staff
            .as_ref()
            .and_then(|code| engine.hall().staff.get(code));
        json!({
            "contract": CONTRACT,
            "hall": {"id": profile.id, "name": profile.name, "name_en": profile.name_en, "scheme": profile.scheme},
            "training": engine.hall().training(),
            "at": crate::rules::time::shown(clock.now().max(engine.head_at())),
            "staff": staff.map(|staff| json!({"code": staff.code, "name": staff.name, "name_en": staff.name_en,
                "department": staff.department, "roles": staff.roles, "post": staff.post})),
            "window": self.identity.staff.as_ref().and_then(|staff| crate::rules::window::seat_of(engine.hall(), staff)),
        })
    }

    /// `watch`: of what changes it wants to be told.
    pub(super) fn watch(&mut self, params: Value) -> Result<Value, ErrorObject> {
        let watch: Watch =
            read_params(params).map_err(|fault| ErrorObject::invalid_params(&fault))?;
        self.topics = watch.topics;
        Ok(json!({ "topics": self.topics }))
    }
}
