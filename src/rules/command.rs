//! Commands: what somebody asks the hall to do, as plain data. Each state machine declares its own beside its rules;
//! here they are gathered under their method names.

use serde_json::Value;

use super::{
    branch::BranchCommand,
    case::CaseCommand,
    custody::CustodyCommand,
    enquiry::EnquiryCommand,
    finding::FindingCommand,
    hall_clock::HallCommand,
    method::{MethodInfo, ParamFault},
    people::Who,
    person::PersonCommand,
    proposal::ProposalCommand,
    proxy::ProxyCommand,
    round::RoundCommand,
    staff::StaffCommand,
    ticket::TicketCommand,
    window::WindowCommand,
};

macro_rules! command {
    ($($variant:ident($inner:ty),)*) => {
        /// Something asked of the hall.
        #[derive(Debug, Clone, PartialEq)]
        #[expect(missing_docs, reason = "each variant holds the commands of its noun")]
        pub enum Command { $($variant($inner),)* }

        impl Command {
            /// Reads a command; none if there is no such method among the commands.
            pub fn parse(method: &str, params: Value) -> Option<Result<Self, ParamFault>> {
                let (noun, verb) = method.split_once('.')?;
                $(if noun == <$inner>::NOUN {
                    return <$inner>::parse(verb, params).map(|command| command.map(Self::$variant));
                })*
                None
            }
            /// The method's full name.
            pub fn method(&self) -> &'static str { match self { $(Self::$variant(command) => command.method(),)* } }
            /// The noun, as in events.
            pub fn noun(&self) -> &'static str { match self { $(Self::$variant(_) => <$inner>::NOUN,)* } }
            /// The parameters in the words of the wire.
            pub fn params(&self) -> Value { match self { $(Self::$variant(command) => command.params(),)* } }
            /// Every command method.
            pub fn methods() -> Vec<&'static str> { [$(<$inner>::METHODS),*].concat() }
            /// What the protocol tells about the commands.
            pub fn describe() -> Vec<MethodInfo> { let mut all = Vec::new(); $(all.extend(<$inner>::describe());)* all }
        }
        $(impl From<$inner> for Command { fn from(command: $inner) -> Self { Self::$variant(command) } })*
    };
}

command! {
    Hall(HallCommand),
    Window(WindowCommand),
    Ticket(TicketCommand),
    Enquiry(EnquiryCommand),
    Case(CaseCommand),
    Branch(BranchCommand),
    Proxy(ProxyCommand),
    Custody(CustodyCommand),
    Round(RoundCommand),
    Finding(FindingCommand),
    Proposal(ProposalCommand),
    Person(PersonCommand),
    Staff(StaffCommand),
}

impl Command {
    /// The persons it names, to be looked up before anything is decided.
    pub fn people_mut(&mut self) -> Vec<&mut Who> {
        match self {
            Self::Ticket(command) => command.people_mut(),
            Self::Enquiry(command) => command.people_mut(),
            Self::Case(command) => command.people_mut(),
            Self::Proxy(command) => command.people_mut(),
            _ => Vec::new(),
        }
    }
}
