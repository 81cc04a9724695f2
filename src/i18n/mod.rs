//! Messages in Chinese and English: a key and its arguments in, a sentence out. Knows no rule.
