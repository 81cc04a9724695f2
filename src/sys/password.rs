//! Hashing and checking of PINs: argon2id as a PHC string. The client that sets a PIN hashes it, the host checks it away from
//! the writer thread. It stores nothing and says nothing about what it was given.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier},
};

/// The PHC string of a PIN, `$argon2id$v=19$…`, with the crate's recommended cost (19 MiB, two passes).
pub fn hash(pin: &str, salt: &[u8; 16]) -> String {
    Argon2::default()
        .hash_password_with_salt(pin.as_bytes(), salt)
        .expect("invariant: argon2 takes a salt of 16 bytes and a PIN below 4 GiB")
        .to_string()
}

/// Whether a PIN is the one of a PHC string. What is no PHC string fits no PIN.
pub fn verify(phc: &str, pin: &str) -> bool {
    Argon2::default()
        .verify_password(pin.as_bytes(), phc)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_fits_its_own_hash_alone() {
        let phc = hash("4711", b"0123456789abcdef");
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(&phc, "4711"));
        assert!(!verify(&phc, "4712"));
        assert!(!verify("", "4711"));
        assert_ne!(phc, hash("4711", b"0123456789abcdeg"), "the salt counts");
    }
}
