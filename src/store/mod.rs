//! The journal and the records: bytes, keys and lines; knows no rule.
