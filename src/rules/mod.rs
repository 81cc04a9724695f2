//! The hall as law: pure decisions over plain data. No I/O, clock, randomness, threads or locale.
//!
//! [`decide`] takes the hall, a [`stamp::Stamp`] and a [`command::Command`] and gives events or a refusal;
//! [`hall::Hall::apply`] takes an event and cannot fail. One file holds one noun: its record, its commands, its events, its
//! state machine. `views` is what the outside sees.

pub mod branch;
pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod civil;
pub mod clock;
pub mod command;
pub mod custody;
pub mod document;
pub mod enquiry;
pub mod event;
pub mod finding;
pub mod founding;
pub mod hall;
pub mod hall_clock;
pub mod id;
pub mod identity;
pub mod indicator;
pub mod kind;
pub mod method;
pub mod need;
pub mod people;
pub mod permission;
pub mod person;
pub mod proposal;
pub mod proxy;
pub mod query;
pub mod refusal;
pub mod round;
pub mod rulebook;
pub mod serial;
pub mod staff;
pub mod stamp;
pub mod standing;
pub mod sweep;
pub mod table;
pub mod ticket;
pub mod time;
pub mod views;
pub mod window;

use command::Command;
use event::Event;
use hall::Hall;
use refusal::Refusal;
use stamp::Stamp;

/// Decides a command: what happens, or why not. Pure; permission was checked before (`permission`), persons were looked up
/// and records loaded. An empty list means that there is nothing to do, as when nobody waits.
pub fn decide(hall: &Hall, stamp: &Stamp, command: &Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Hall(command) => hall_clock::decide(hall, stamp, command),
        Command::Window(command) => window::decide(hall, stamp, command),
        Command::Ticket(command) => ticket::decide(hall, stamp, command),
        Command::Enquiry(command) => enquiry::decide(hall, stamp, command),
        Command::Case(command) => case::decide(hall, stamp, command),
        Command::Branch(command) => branch::decide(hall, stamp, command),
        Command::Proxy(command) => proxy::decide(hall, stamp, command),
        Command::Custody(command) => custody::decide(hall, stamp, command),
        Command::Round(command) => round::decide(hall, stamp, command),
        Command::Finding(command) => finding::decide(hall, stamp, command),
        Command::Proposal(command) => proposal::decide(hall, stamp, command),
        Command::Person(command) => person::decide(hall, stamp, command),
        Command::Staff(command) => staff::decide(hall, stamp, command),
    }
}
