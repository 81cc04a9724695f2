//! Unix users and groups by number and by name, from the machine's own tables. Decides nothing.

use std::fs;

/// The login of the process's real user; `uid:N` for one that is not in the user table.
pub fn login() -> String {
    login_of(own_uid())
}

/// The number of the process's real user.
pub fn own_uid() -> u32 {
    rustix::process::getuid().as_raw()
}

/// The login of a user; `uid:N` for one that is not in the user table.
pub fn login_of(uid: u32) -> String {
    let table = fs::read_to_string("/etc/passwd").unwrap_or_default();
    name_of(&table, uid).unwrap_or_else(|| format!("uid:{uid}"))
}

/// The number of a group by its name, or of a number as it is written; none for a name that is not in the group table.
pub fn group(name: &str) -> Option<u32> {
    let table = fs::read_to_string("/etc/group").unwrap_or_default();
    number_of(&table, name).or_else(|| name.parse().ok())
}

/// The name of the entry with a number: both tables have the name first and the number third.
fn name_of(table: &str, number: u32) -> Option<String> {
    entries(table)
        .find(|(_, found)| *found == number)
        .map(|(name, _)| name.to_owned())
}

fn number_of(table: &str, name: &str) -> Option<u32> {
    entries(table)
        .find(|(found, _)| *found == name)
        .map(|(_, number)| number)
}

fn entries(table: &str) -> impl Iterator<Item = (&str, u32)> {
    table.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        Some((name, fields.nth(1)?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_found() {
        let table = "root:x:0:0:::\nclerk:x:1001:1001:::\nbroken\n:x:7:7:::\n";
        assert_eq!(name_of(table, 1001).as_deref(), Some("clerk"));
        assert_eq!(name_of(table, 7), None);
        assert_eq!(number_of("hall:x:990:a,b\n", "hall"), Some(990));
        assert_eq!(number_of("hall:x:990:a,b\n", "990"), None);
        assert_eq!(group("4711"), Some(4711));
    }
}
