//! One command's journey: load, decide, commit, publish; replay, rebuild, queries, the sweep of days.
