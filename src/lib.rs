//! banshi (办事): the queue-and-case console of an administrative service hall (行政服务中心).
//!
//! One record follows a citizen from the ticket to the archive: ticket → enquiry with a first responder → case with a
//! class and a clock → approvals, errands, findings → the figure in the monthly bulletin. Every act is a command; a
//! command becomes events or is refused by name; the events are the journal, and all else can be made again from it.
//!
//! # Floors
//!
//! A folder of `src/` is a floor. It may use the floors named in its row and nothing else of ours; `tests/it/tidy.rs`
//! reads this table and fails on any other import. The last column is what keeps the house standing: what a floor
//! never does, another one need not guard against.
//!
//! | height | floor | may use | what it knows | what it never does |
//! |---|---|---|---|---|
//! | 0 | [`sys`] | – | every impure leaf: clock, signals, log file, panic hook, password hash, keys, peer credentials | decide anything |
//! | 0 | [`i18n`] | – | messages in Chinese and English: a key and its arguments in, a sentence out | know a rule |
//! | 0 | [`config`] | – | the user's settings and the folders they live in | know a rule |
//! | 0 | [`search`] | – | pinyin and fuzzy matching: text in, ranked ranges out | know a rule |
//! | 1 | [`rules`] | – | the hall as law: catalogue, calendar, ticket, enquiry, case, errand, inspection; commands, events, refusals, permissions, views | I/O, clock, chance, threads, locale |
//! | 2 | [`store`] | sys | the journal and the records: ordered keys, atomic conditional durable commits | know a rule: it sees bytes, keys and lines |
//! | 3 | [`engine`] | rules, store, search | one command's journey: load, decide, commit, publish; replay, rebuild, queries, the sweep of days | sockets, clock, terminal |
//! | 3 | [`wire`] | rules | JSON-RPC 2.0, one line a message: codec with limits, methods and their types, connections | know engine or console |
//! | 4 | [`host`] | engine, store, wire, rules, sys, config | the writer thread: one hall's engine, store, clock and sweep, serving any number of connections | know where a connection comes from |
//! | 4 | [`client`] | wire, rules, sys | how a terminal or a command reaches a hall: requests, changes, drafts in flight | engine, store, host |
//! | 4 | [`intake`] | rules, config | what enters the hall: hall folders, calendars: from bytes to commands, every fault by file, line and column | store, engine, terminal |
//! | 5 | [`rehearsal`] | client, wire, rules, host, store, sys, intake | simulated citizens and staff, through a client; a seed in, commands out | write a record |
//! | 5 | [`server`] | host, wire, sys, config | a host offered on a Unix socket: listening, who connects, limits | know a rule or look into a message |
//! | 5 | [`console`] | client, wire, rules, search, i18n, config, sys | the terminal: pages, dialogs, keymap, theme | store, engine, host |
//! | 6 | [`cli`] | * | the command line, one file a subcommand; joins a client to a hall | logic of its own |
//!
//! # One command
//!
//! A key becomes an action, an action with its form a command; the client sends it as one request; the host's writer
//! thread takes all that wait, reads the clock once, lets the sweep bring the hall up to that moment, and decides each
//! in turn. `decide` is pure and sees the effects of the commands before it; `apply` cannot fail and holds no rule. One
//! commit makes the group durable, and only then is anything answered. Lamps, days left and `overdue` are views:
//! no record holds them.
//!
//! # Three recipes
//!
//! **A command.** Its verb, parameters, decision and event stand in the file of its noun, such as `src/rules/round.rs`; who
//! may give it in `src/rules/permission.rs`; why the hall may say no in `src/rules/refusal.rs`. Cite the rule. The tests then
//! ask for a golden file of the event, for words in both languages, and for its row in the rule book's machine.
//!
//! **A page.** One file in `src/console/`, a model with `update` and `view`; its actions get keys in `keymaps/default.toml` and
//! words in `src/i18n/zh-CN.ftl`. A page asks for views and draws them; it never decides.
//!
//! **A report.** Its view, plain data with numerators and denominators, stands in `src/rules/views/mod.rs`; the query that fills
//! it in `src/engine/query.rs`; the subcommand that prints it in `src/cli/mod.rs`.
//!
//! # Words
//!
//! The words of the trade and their identifiers are section 21 of the [rule book](rules::rulebook), which also holds
//! every rule (R…), state machine (M…), paper (D…) and worked example (V…) that the code cites. The ones to know first:
//!
//! | 中文 | word | what it is |
//! |---|---|---|
//! | 取号单 | ticket | a visitor's place in a queue (M1) |
//! | 首问 | enquiry | a question, owned to its end by whoever was asked first (M2) |
//! | 办件 | case | an application for an item, with its clock (M3) |
//! | 事项 | item | what a hall handles: limits, materials, authority |
//! | 代办单 | proxy order, errand | work done for a client who does not come (M5) |
//! | 巡查问题 | finding | what an inspection saw, until it is put right (M6) |
//! | 工作日 | working day | by the published calendar, make-up days included (R11) |
//! | 承诺时限 | committed limit | the hall's promise, at most 70 % of the statutory limit (R92) |

pub mod cli;
pub mod client;
pub mod config;
pub mod console;
pub mod engine;
pub mod host;
pub mod i18n;
pub mod intake;
pub mod rehearsal;
pub mod rules;
pub mod search;
pub mod server;
pub mod store;
pub mod sys;
pub mod wire;
