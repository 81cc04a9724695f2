//! Identity papers.

/// Masked name (R224).
pub fn mask_name(name: &str) -> String {
    name.to_owned()
}
/// Masked identity number (R224).
pub fn mask_id_number(number: &str) -> String {
    number.to_owned()
}
/// Masked telephone (R224).
pub fn mask_phone(phone: &str) -> String {
    phone.to_owned()
}
