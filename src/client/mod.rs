//! How a terminal or a command reaches a hall.
