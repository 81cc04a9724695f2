//! The user's settings and the folders they live in.
