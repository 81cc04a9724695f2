//! The pages of the console, one file or folder each, and what they share.
//!
//! A page knows the hall by the views that the wire brings and by the words of the rules; it decides nothing,
//! but shows at once what the hall would refuse.

pub mod choices;
pub mod common;
pub mod errands;
pub mod inspection;

pub mod sheet;
