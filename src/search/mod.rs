//! Pinyin and fuzzy matching: text in, ranked ranges out.
