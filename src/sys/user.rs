//! Who runs this process: the Unix user's login name. Decides nothing.

/// The login of the process's real user, from the user table; `uid:N` for one that is not in it.
pub fn login() -> String {
    let uid = rustix::process::getuid().as_raw();
    let table = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    name_of(&table, uid).unwrap_or_else(|| format!("uid:{uid}"))
}

fn name_of(table: &str, uid: u32) -> Option<String> {
    table.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let id: u32 = fields.nth(1)?.parse().ok()?;
        (id == uid && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_found_by_its_number() {
        let table = "root:x:0:0:::\nclerk:x:1001:1001:::\nbroken\n";
        assert_eq!(name_of(table, 1001).as_deref(), Some("clerk"));
        assert_eq!(name_of(table, 7), None);
    }
}
