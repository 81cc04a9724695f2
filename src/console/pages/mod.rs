//! The pages of the console. Each fetches views over the client and asks the hall for everything else; what
//! they share, from reading answers to drawing a detail, stands beside them. A page decides nothing, but shows at
//! once what the hall would refuse.
//!
//! Work that begins at a window goes to the page that does it as a command line, `new t12`: the page fetches
//! the ticket (`t`), enquiry (`e`) or case (`c`) of that id and opens its form filled in.

pub mod cases;
pub mod common;
pub mod detail;
pub mod directory;
pub mod enquiry;
pub mod errands;
pub mod inspection;
pub mod reading;
pub mod window;
pub mod words;

use super::page::Page;

/// Every page, in the order of the tabs.
pub fn all() -> Vec<Box<dyn Page>> {
    vec![
        Box::new(window::WindowPage::default()),
        Box::new(enquiry::EnquiryPage::default()),
        Box::new(cases::CasesPage::default()),
        Box::new(errands::Errands::default()),
        Box::new(inspection::Inspection::default()),
    ]
}
