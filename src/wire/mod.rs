//! JSON-RPC 2.0, one line a message, over any pair of byte streams or in memory.
